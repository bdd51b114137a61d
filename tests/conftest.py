"""What every test may ask for: databases of each kind, and a browser."""

pytest_plugins = ["tests.browsers", "tests.databases", "tests.stored_office"]
