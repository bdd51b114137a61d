"""Tests of engine/documents."""
