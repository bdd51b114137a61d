"""Documents: files in a case."""
