"""Settings that officials decide."""
