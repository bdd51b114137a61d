"""Tests of engine/cases."""
