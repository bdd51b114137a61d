"""Measurements: each its own command, printing medians and the ratios taken in the same run."""
