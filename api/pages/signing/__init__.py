"""What the parties of a case sign: their own page, and the clerk's."""
