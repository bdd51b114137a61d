"""Tests of rights: every route with everybody, against the table of rights."""
