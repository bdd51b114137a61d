"""Scenarios: what a procedure must do, told case by case in YAML, read strictly."""
