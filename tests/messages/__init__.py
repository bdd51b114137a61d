"""Tests of engine/messages."""
