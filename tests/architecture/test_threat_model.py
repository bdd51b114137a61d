"""Every threat in the threat model names a test that is there, and no boundary lacks one."""

import ast
import re

from tests.office import ROOT

MODEL = (ROOT / "docs" / "threat-model.md").read_text()
BOUNDARIES = [
    "Browser and front",
    "Webhooks of agencies",
    "The worker and the outside",
    "The database",
    "The operator",
    "The analyst's diagrams",
]
ROWS = [[cell.strip() for cell in line.split("|")[1:-1]] for line in MODEL.splitlines() if line[:1] == "|"][
    2:
]
"""Kind, threat, defence and tests; a row without a kind is the name of a boundary."""
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def names_in(path: str) -> set[str]:
    """The names of the functions that stand in a file; none if there is no such file."""
    file = ROOT / path
    body = ast.parse(file.read_text()).body if file.is_file() else []
    return {node.name for node in body if isinstance(node, ast.FunctionDef)}


def test_every_test_that_the_threat_model_names_is_there() -> None:
    assert [f"{path}::{name}" for path, name in NAMED.findall(MODEL) if name not in names_in(path)] == []


def test_every_threat_names_a_test() -> None:
    threats = [(threat, tests) for kind, threat, _, tests in ROWS if kind]

    assert len(threats) > 20
    assert [threat for threat, tests in threats if not NAMED.search(tests)] == []


def test_every_boundary_and_every_kind_of_threat_is_there() -> None:
    assert [threat.strip("*") for kind, threat, *_ in ROWS if not kind] == BOUNDARIES
    assert {kind for kind, *_ in ROWS if kind} == set("STRIDE")
