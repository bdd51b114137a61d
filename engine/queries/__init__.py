"""What can be asked: one subject a file; every answer shows an actor what they may see, and nothing else."""
