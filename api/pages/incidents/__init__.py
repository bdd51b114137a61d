"""Incidents and their repair."""
