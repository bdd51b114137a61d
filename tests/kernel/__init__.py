"""Tests of engine/kernel."""
