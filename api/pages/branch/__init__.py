"""The branch and its staff, for its manager."""
