"""Claims about signing in: passwords, second factors, sessions, forms, directories and identity providers."""
