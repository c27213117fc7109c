"""Stage: pose."""
