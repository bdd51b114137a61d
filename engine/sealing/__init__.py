"""Keeping secrets and files so that the database alone does not give them away."""
