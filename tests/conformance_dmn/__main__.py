"""Runs the kit, reports, and holds the floor: `python -m tests.conformance_dmn [--folder F] [--case C]`."""

import argparse
import os
import sys
from pathlib import Path

from tests.conformance_dmn.floor import below_floor
from tests.conformance_dmn.report import lines
from tests.conformance_dmn.run import verdicts


def main() -> int:
    """Returns 0 when the floor is held or the kit is absent, 1 otherwise."""
    arguments = _arguments()
    folder: Path = arguments.folder or Path(os.environ.get("STOA_CORPORA", "../shared/corpora")) / "dmn-tck"
    if not folder.is_dir():
        print(f"skipped: no folder {folder}; set STOA_CORPORA to the folder that holds dmn-tck")
        return 1 if arguments.folder else 0
    found = [verdict for verdict in verdicts(folder) if arguments.case in verdict.case]
    print(*lines(found), sep="\n")
    if arguments.folder or arguments.case:
        return 0
    fallen = [f"BELOW THE FLOOR {sentence}" for sentence in below_floor(found)]
    print(*fallen, sep="\n")
    return 1 if fallen else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, help="another folder of the kit's layout; no floor is applied")
    parser.add_argument(
        "--case", default="", help="only cases whose name holds this text; no floor is applied"
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
