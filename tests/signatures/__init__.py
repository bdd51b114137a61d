"""Tests of engine/signatures, and of the parties of a case."""
