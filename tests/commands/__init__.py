"""Claims about commands, on the in-memory store and the real workflow."""
