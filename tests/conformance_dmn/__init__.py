"""Runs the decisions of the DMN Technology Compatibility Kit and counts how many results are right."""
