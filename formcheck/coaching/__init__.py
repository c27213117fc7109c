"""Stage 6: from scores to what to do next: baseline assessment, decisions, exercise library and plan."""
