"""The reasons of a decision."""
