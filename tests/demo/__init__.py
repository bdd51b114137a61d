"""Claims about the demonstration, which runs as real processes."""
