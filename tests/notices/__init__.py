"""Tests of engine/notices."""
