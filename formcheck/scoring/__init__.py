"""Stage: scoring."""
