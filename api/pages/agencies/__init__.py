"""Agencies: how they are connected."""
