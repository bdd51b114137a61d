"""Tests of what people do in a real browser."""
