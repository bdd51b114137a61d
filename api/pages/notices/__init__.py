"""What the citizen was told."""
