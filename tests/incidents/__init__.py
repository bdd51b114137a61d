"""Tests of engine/incidents."""
