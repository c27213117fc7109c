"""Stage: video."""
