"""Tests of the settings that officials decide."""
