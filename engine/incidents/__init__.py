"""Incidents: cases that could not go on, and their repair."""
