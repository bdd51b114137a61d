"""Claims about the linter."""
