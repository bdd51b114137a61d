"""Tests of drafts that analysts draw together."""
