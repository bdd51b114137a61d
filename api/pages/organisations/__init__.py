"""The register of organisations: lists, history, and what changes from a day on."""
