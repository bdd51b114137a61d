"""The certifier's room: which versions wait, everything about one of them, and the acts on it."""
