"""Reads the list of models and what each case of them is given and expected to log."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

CONSTRAINTS = "bpmn_constraints"
"""The group of models that break a rule each and must be refused."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """One run of a model: what its process starts with, how long it may take, and the lines it must log."""

    number: int
    test: str
    integer: int
    allowed: timedelta
    beside_parallel: bool
    expected: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Model:
    """A model; `name` is the id of the process to start, `feature` the construct or rule it is about."""

    group: str
    name: str
    feature: str
    content: bytes
    cases: tuple[Case, ...]


def models(folder: Path) -> Iterator[Model]:
    """Every model of a folder that holds `tests.json` and the files it names."""
    for entry in json.loads((folder / "tests.json").read_text(encoding="utf-8")):
        yield Model(
            group=entry["group"],
            name=entry["name"],
            feature=entry["featureset"],
            content=(folder / entry["file"]).read_bytes(),
            cases=tuple(_case(case) for case in entry["cases"]),
        )


def _case(entry: dict[str, object]) -> Case:
    expected = entry["expect"]
    if not isinstance(expected, list):
        message = f"expected a list of log lines, found {expected!r}"
        raise TypeError(message)
    return Case(
        number=int(str(entry["n"])),
        test=str(entry.get("input") or ""),
        integer=int(str(entry.get("integerVariable") or 0)),
        allowed=timedelta(milliseconds=int(str(entry.get("delay") or 0))),
        beside_parallel=bool(entry.get("parallel")),
        expected=tuple(str(line) for line in expected),
    )
