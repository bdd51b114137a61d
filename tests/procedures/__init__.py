"""The procedures that are shipped, and how their scenarios are played."""
