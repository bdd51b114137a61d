"""Records of the registry MITOS."""
