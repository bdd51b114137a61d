"""Anchors: what proves, outside of the database, how far the journals of all cases had come."""
