"""Stage: exercises."""
