"""Every threat and every attack in the threat model names a test that is there, and no boundary lacks one."""

import ast

import pytest

from tests.attacks import NAMED, attacks, rows_of
from tests.office import ROOT

BOUNDARIES = [
    "Browser and front",
    "Webhooks of agencies",
    "The worker and the outside",
    "The database",
    "The operator",
    "The analyst's diagrams",
]
THREATS = rows_of("The threat model")
"""Kind, threat, defence and tests; a row without a kind is the name of a boundary."""
TRIED = rows_of("What was tried")
"""Number, attack and tests; a row without a number is the name of what is attacked."""


def names_in(path: str) -> set[str]:
    """The names of the functions that stand in a file; none if there is no such file."""
    file = ROOT / path
    body = ast.parse(file.read_text()).body if file.is_file() else []
    return {node.name for node in body if isinstance(node, ast.FunctionDef)}


def test_every_test_that_the_threat_model_names_is_there() -> None:
    named = [test.partition("::") for test in attacks()]

    assert [f"{path}::{name}" for path, _, name in named if name not in names_in(path)] == []


def test_every_threat_and_every_attack_names_a_test() -> None:
    threats = [(threat, tests) for kind, threat, _, tests in THREATS if kind]
    tried = [(attack, tests) for number, attack, tests in TRIED if number]

    assert len(threats) > 20
    assert len(tried) > 40
    assert [attempted for attempted, tests in threats + tried if not NAMED.search(tests)] == []


def test_every_boundary_and_every_kind_of_threat_is_there() -> None:
    assert [threat.strip("*") for kind, threat, *_ in THREATS if not kind] == BOUNDARIES
    assert {kind for kind, *_ in THREATS if kind} == set("STRIDE")


def test_what_the_threat_model_names_is_marked_and_nothing_else(request: pytest.FixtureRequest) -> None:
    known = attacks()
    items = request.session.items

    marked = {item.nodeid: [mark.args[0] for mark in item.iter_markers("attack")] for item in items}

    assert marked == {node: list(known.get(node.partition("[")[0], ())) for node in marked}
