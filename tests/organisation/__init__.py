"""Tests of engine/organisation."""
