"""Runs the kit, reports, and holds the floor: `python -m tests.conformance_dmn [--folder F] [--case C]`."""

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Final

from tests.conformance_dmn.report import lines, tally
from tests.conformance_dmn.run import Verdict, verdicts

_FLOOR: Final = Path(__file__).with_name("floor.json")


def main() -> int:
    """Returns 0 when the floor is held or the kit is absent, 1 otherwise."""
    arguments = _arguments()
    folder: Path = arguments.folder or Path(os.environ.get("STOA_CORPORA", "../shared/corpora")) / "dmn-tck"
    if not folder.is_dir():
        print(f"skipped: no folder {folder}; set STOA_CORPORA to the folder that holds dmn-tck")
        return 0
    found = [verdict for verdict in verdicts(folder) if arguments.case in verdict.case]
    print(*lines(found), sep="\n")
    if arguments.folder or arguments.case:
        return 0
    return _held(found)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--folder", type=Path, help="another folder of the kit's layout; the floor is not applied"
    )
    parser.add_argument(
        "--case", default="", help="only cases whose name holds this text; the floor is not applied"
    )
    return parser.parse_args()


def _held(found: list[Verdict]) -> int:
    floor: dict[str, dict[str, float]] = json.loads(_FLOOR.read_text())
    fallen = 0
    for level, expected in floor.items():
        counted = tally(verdict for verdict in found if verdict.level == level)
        shares = {"nodes": counted.share, "non_null_nodes": counted.share_of_values}
        for name, share in shares.items():
            if share < expected[name]:
                print(f"BELOW THE FLOOR {level} {name}: expected {expected[name]} %, found {share:.2f} %")
                fallen += 1
    return 1 if fallen else 0


if __name__ == "__main__":
    sys.exit(main())
