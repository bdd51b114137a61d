"""Which documents a request names for its agency."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from engine.kernel.papers import NamedPapers, is_declaration, names_in, papers_named, texts_in
from tests.builders import NOON, a_document, an_id

BILL, LEASE, BROUGHT = an_id(), an_id(), an_id()
HANDED: dict[str, Any] = {
    "proof": {"kind": "bill", "scans": [{"document": str(BILL)}]},
    "lease": str(LEASE),
    "number": 7,
    "supplement": {"documents": [{"document": str(BROUGHT)}]},
}


def named(declared: str | None, variables: dict[str, Any] | None = None) -> set[UUID]:
    """Which of the three documents such a request names; they came after it was sent."""
    handed = HANDED if variables is None else variables
    papers = papers_named(declared, handed, asked_at=NOON)
    late = NOON + timedelta(seconds=1)
    return {one for one in (BILL, LEASE, BROUGHT) if papers.have(a_document(id=one, added_at=late))}


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        (None, {BILL, LEASE, BROUGHT}),
        ("all", {BROUGHT}),
        ("none", {BROUGHT}),
        ("proof", {BILL, BROUGHT}),
        (" proof , lease", {BILL, LEASE, BROUGHT}),
        ("number, absent", {BROUGHT}),
    ],
)
def test_a_request_names_the_documents_whose_ids_are_in_what_it_hands_over(
    declared: str | None, expected: set[UUID]
) -> None:
    assert named(declared) == expected


def test_a_request_that_hands_nothing_over_names_nothing() -> None:
    assert named(None, {}) == set()


def test_all_are_those_that_the_case_had_when_the_agency_was_asked() -> None:
    papers = papers_named("all", {}, asked_at=NOON)

    assert papers.have(a_document(added_at=NOON))
    assert not papers.have(a_document(added_at=NOON + timedelta(microseconds=1)))
    assert not NamedPapers().have(a_document(added_at=NOON))


def test_texts_are_found_however_deep() -> None:
    assert texts_in({"a": ["b", ("c", {"d": "e"})], "f": None, "g": 1}) == {"b", "c", "e"}


@pytest.mark.parametrize(
    ("value", "is_one", "names"),
    [
        ("all", True, ()),
        ("none", True, ()),
        ("proof", True, ("proof",)),
        ("proof, lease,proof", True, ("proof", "lease")),
        ("απόδειξη", True, ("απόδειξη",)),
        ("", False, ()),
        (" , ", False, ()),
        ("=proof", False, ("=proof",)),
        ("proof, the lease", False, ("proof", "the lease")),
    ],
)
def test_a_diagram_names_papers_by_variables(value: str, is_one: bool, names: tuple[str, ...]) -> None:
    assert is_declaration(value) is is_one
    assert names_in(value) == names
