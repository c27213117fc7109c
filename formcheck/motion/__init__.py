"""Stage: motion."""
