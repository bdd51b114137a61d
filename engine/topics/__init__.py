"""The register of topics: what work agencies are asked for, in which shape, and what comes back."""
