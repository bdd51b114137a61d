"""Claims about Stoa, each with a test that can fail."""
