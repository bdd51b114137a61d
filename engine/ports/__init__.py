"""What the engine needs from outside, as protocols.

Each docstring is a promise that a conformance suite tests.
"""
