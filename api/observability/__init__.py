"""What an operator sees: logs, metrics and health, none of it personal."""
