"""Tests of engine/outbox."""
