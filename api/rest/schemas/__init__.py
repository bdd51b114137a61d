"""What the bodies of the REST calls look like, one subject a file."""
