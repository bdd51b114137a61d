"""Tests of engine/operations."""
