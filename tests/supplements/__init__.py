"""Tests of engine/supplements."""
