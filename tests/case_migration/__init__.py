"""Tests of engine/case_migration."""
