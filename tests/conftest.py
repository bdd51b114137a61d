"""What every test may ask for: databases of each kind, and a browser; and nothing is left behind."""

pytest_plugins = [
    "tests.leftovers",
    "tests.browsers",
    "tests.postgresql",
    "tests.databases",
    "tests.stored_office",
]
