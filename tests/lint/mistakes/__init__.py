"""Forty typical mistakes, each a small change to a procedure that ships."""
