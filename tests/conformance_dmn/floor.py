"""The floor: the shares of right results below which a run fails, kept in floor.json beside this file."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from tests.conformance_dmn.report import tally
from tests.conformance_dmn.run import Verdict

_FLOOR: Final = Path(__file__).with_name("floor.json")


def below_floor(found: Sequence[Verdict]) -> Iterator[str]:
    """A sentence for each share that has fallen below its floor."""
    floor: dict[str, dict[str, float]] = json.loads(_FLOOR.read_text())
    for level, expected in floor.items():
        counted = tally(verdict for verdict in found if verdict.level == level)
        shares = {"nodes": counted.share, "non_null_nodes": counted.share_of_values}
        for name, share in shares.items():
            if share < expected[name]:
                yield f"{level}, {name}: expected at least {expected[name]} %, found {share:.2f} %"
