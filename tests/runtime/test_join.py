"""Three-way merging: every change of every branch counts; two that disagree are told from two that agree."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from engine.runtime.branches import MISSING, BranchEnd, MergeConflict, apply, changes, merge, overlay

VALUES = some.recursive(
    some.none() | some.booleans() | some.integers(0, 3) | some.text("ab", max_size=2),
    lambda inner: (
        some.lists(inner, max_size=2) | some.dictionaries(some.sampled_from("xyz"), inner, max_size=3)
    ),
    max_leaves=6,
)
DATA = some.dictionaries(some.sampled_from("abc"), VALUES, max_size=3)


def branch(end: str, **data: Any) -> BranchEnd:
    return BranchEnd(data=data, writers={}, end=end)


@given(DATA, DATA)
def test_the_changes_between_two_states_lead_from_one_to_the_other(
    base: dict[str, Any], mine: dict[str, Any]
) -> None:
    assert apply(base, dict(changes(base, mine))) == mine


@given(DATA, DATA)
def test_a_branch_that_changed_nothing_changes_nothing(base: dict[str, Any], mine: dict[str, Any]) -> None:
    merged, _ = merge(base, [branch("a", **mine), branch("b", **base)])

    assert merged == mine


@given(DATA, DATA, DATA)
def test_the_order_of_the_branches_does_not_matter(
    base: dict[str, Any], one: dict[str, Any], other: dict[str, Any]
) -> None:
    assert outcome(base, one, other) == outcome(base, other, one)


def outcome(base: dict[str, Any], one: dict[str, Any], other: dict[str, Any]) -> Any:
    try:
        return merge(base, [branch("a", **one), branch("b", **other)])[0]
    except MergeConflict:
        return "conflict"


def test_entries_of_a_context_that_both_made_are_brought_together() -> None:
    merged, _ = merge({}, [branch("a", address={"city": "Αθήνα"}), branch("b", address={"street": "Ερμού"})])

    assert merged == {"address": {"city": "Αθήνα", "street": "Ερμού"}}


@pytest.mark.parametrize(
    ("base", "one", "other", "path"),
    [
        ({"n": 0}, {"n": 1}, {"n": 2}, ("n",)),
        ({"a": {"x": 1}}, {"a": {"x": 2}}, {"a": 5}, ("a",)),
        ({"a": [1]}, {"a": [1, 2]}, {"a": [1, 3]}, ("a",)),
        ({"a": {"x": 1}}, {}, {"a": {"x": 2}}, ("a",)),
        ({}, {"n": True}, {"n": 1}, ("n",)),
    ],
)
def test_changes_that_disagree_are_a_conflict_with_its_path(
    base: dict[str, Any], one: dict[str, Any], other: dict[str, Any], path: tuple[str, ...]
) -> None:
    with pytest.raises(MergeConflict) as conflict:
        merge(base, [branch("first", **one), branch("second", **other)])

    assert (conflict.value.path, conflict.value.first, conflict.value.second) == (path, "first", "second")


def test_the_numbers_of_a_form_and_of_feel_agree() -> None:
    merged, _ = merge({}, [branch("form", fee=10), branch("script", fee=Decimal(10))])

    assert merged == {"fee": 10}


def test_the_writer_of_a_variable_is_named_where_it_is_known() -> None:
    known = BranchEnd(data={"n": 1}, writers={"n": "earlier"}, end="last")

    with pytest.raises(MergeConflict, match="by earlier and by other"):
        merge({}, [known, branch("other", n=2)])


def test_what_was_taken_away_stays_away() -> None:
    assert dict(changes({"a": 1, "b": 2}, {"b": 2})) == {("a",): MISSING}
    assert overlay({"a": 1, "b": 2}, {"b": 2}, {"a": 1, "b": 3}) == {"b": 3}


def test_nothing_that_is_shared_is_changed() -> None:
    base = {"a": {"x": 1}}

    merge(base, [branch("a", a={"x": 2}), branch("b", a={"x": 1, "y": 1})])

    assert base == {"a": {"x": 1}}
