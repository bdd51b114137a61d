"""Requests to agencies, for officers and clerks."""
