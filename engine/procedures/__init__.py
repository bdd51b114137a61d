"""Procedures: numbered immutable versions, and their life from draft to retired."""
