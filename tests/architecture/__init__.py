"""Claims about the shape of the code."""
