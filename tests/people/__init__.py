"""Tests of engine/people."""
