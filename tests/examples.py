"""How many examples are tried where a test makes them up: as many as a gate has time for, or many more."""

import os

THOROUGHLY = 20
"""How many times as many with STOA_TEST_THOROUGHLY, as `make test-long` sets it."""


def examples(in_the_gate: int) -> int:
    """How many to try in this run."""
    return in_the_gate * (THOROUGHLY if os.environ.get("STOA_TEST_THOROUGHLY") else 1)
