"""Tasks: work that is open for a person, and the worklists it stands in."""
