"""Tests of engine/anchors."""
