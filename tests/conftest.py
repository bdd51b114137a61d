"""What every test may ask for: databases of each kind."""

pytest_plugins = ["tests.databases"]
