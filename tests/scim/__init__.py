"""Claims about SCIM 2.0."""
