"""Rewrites what another engine's diagram says into our dialect, where the meaning is exactly the same."""

from engine.lint.conversion.converting import Change, Conversion, convert

__all__ = ["Change", "Conversion", "convert"]
