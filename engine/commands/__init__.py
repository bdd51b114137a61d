"""What can be done with a case: one verb a file, a frozen dataclass and one function, read top to bottom."""
