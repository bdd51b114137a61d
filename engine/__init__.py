"""Stoa's engine: cases, tasks and procedures, with no knowledge of the web."""
