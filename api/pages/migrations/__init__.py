"""The migration room: running cases taken from one version of a procedure to another, and back."""
