"""The messages to the citizen of a case."""
