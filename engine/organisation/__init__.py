"""Branches and agencies: who they are, when they work, what they take."""
