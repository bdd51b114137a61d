"""The call centre."""
