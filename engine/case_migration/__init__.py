"""Running cases taken from one version of their procedure to another: by a plan, tried first, and back."""
