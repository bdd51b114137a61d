"""Logs, metrics and health for operators, without personal data."""
