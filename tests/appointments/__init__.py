"""Claims about appointments."""
