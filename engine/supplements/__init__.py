"""Supplements: what a citizen is asked to bring later, and brings."""
