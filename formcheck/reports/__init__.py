"""Stage 8: from results to what people and machines read.

Annotated video (`annotate`), HTML and PDF reports (`report`), tables and JSON (`tables`), and the words that
all of them and the doors speak (`texts`). Nothing is imported here, so that a door loads only what it needs.
"""
