"""Tests of engine/terms."""
