"""Tests of engine/supervision."""
