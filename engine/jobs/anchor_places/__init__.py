"""Places outside of the database that are given every anchor: one module for each kind."""
