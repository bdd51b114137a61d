"""Tests of engine/access."""
