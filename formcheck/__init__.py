"""formcheck: video in, trustworthy angles out, a coaching decision at the end, and every number carries its error."""

__version__ = "0.1.0"
