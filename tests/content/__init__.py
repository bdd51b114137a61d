"""Tests of texts for the branches."""
