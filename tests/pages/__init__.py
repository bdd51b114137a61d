"""Tests of the pages, on the server's side."""
