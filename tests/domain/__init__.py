"""Claims about the rules of the domain."""
