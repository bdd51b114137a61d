"""The worklist of a branch."""
