"""Scenarios, what they cover, and playing a draft."""
