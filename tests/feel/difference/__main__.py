"""Looks for differences until the time is up: `python -m tests.feel.difference --minutes 5 [--seed 1]`.

Prints each expression for which the engine and the specification's literal text disagree; returns 1 with any.
"""

from __future__ import annotations

import argparse
import sys
from random import Random
from time import monotonic

from tests.feel.difference import difference


def main() -> int:
    """Runs until the time is up."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=None, help="the first seed; the others follow it")
    arguments = parser.parse_args()
    first = arguments.seed if arguments.seed is not None else Random().randrange(10**9)
    ends = monotonic() + 60 * arguments.minutes
    seed, found = first, 0
    while monotonic() < ends:
        disagreement = difference(seed)
        if disagreement is not None:
            found += 1
            print(f"DIFFERENCE of seed {seed}: {disagreement}")
        seed += 1
    print(f"seeds {first} to {seed - 1}: {seed - first} expressions, {found} differences")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
