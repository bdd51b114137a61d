"""Dates, times, durations: taking apart and putting together, text, properties and arithmetic."""
