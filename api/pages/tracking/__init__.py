"""The status of a case, for its citizen."""
