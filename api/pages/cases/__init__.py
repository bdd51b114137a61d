"""The case file: one case with its diagram and journal."""
