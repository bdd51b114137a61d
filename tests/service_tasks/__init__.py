"""Tests of engine/service_tasks."""
