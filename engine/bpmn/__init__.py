"""Diagrams as they are read: XML made into a checked, immutable model with file and line of everything."""
