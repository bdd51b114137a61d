"""Tests of engine/tasks."""
