"""Supervision: how the branches do, with the list behind each figure."""
