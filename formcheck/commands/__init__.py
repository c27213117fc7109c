"""The larger commands of the command line, one module each; `formcheck.cli` registers them."""
