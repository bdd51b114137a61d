"""The register of topics."""
