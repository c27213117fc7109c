"""Renders parametric people doing the exercises, with the angles of their skeleton as truth."""
