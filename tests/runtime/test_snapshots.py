"""Snapshots: state only, in a numbered format, in which user data is data."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from engine import feel
from engine.runtime import SnapshotRefused
from engine.runtime.values import NotAValue, decode, encode, take_in
from tests.examples import examples
from tests.runtime.diagrams import Run, chain, element, end, script, simple, start, user

NAMES = some.one_of(
    some.text(max_size=8), some.sampled_from(["$", "typename", "__class__", "$stoa", "context", "format", ""])
)
NUMBERS = some.one_of(
    some.integers(),
    some.floats(allow_nan=False, allow_infinity=False),
    some.decimals(allow_nan=False, allow_infinity=False),
)
MOMENTS = some.one_of(
    some.dates(),
    some.times(),
    some.datetimes(),
    some.datetimes(timezones=some.just(UTC)),
    some.timedeltas(),
    some.builds(feel.YearsMonthsDuration, some.integers(-9999, 9999)),
)
SCALARS = some.one_of(some.none(), some.booleans(), NUMBERS, some.text(max_size=20), MOMENTS)
VALUES = some.recursive(
    SCALARS,
    lambda inner: some.lists(inner, max_size=4) | some.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)
RUN = Run(simple(start(), user("fill"), user("check"), end(), chain("start", "fill", "check", "end")))


def alike(one: Any, other: Any) -> bool:
    """Equal, and of the same kind all the way down: `1` is not `True`, `1.0` is not `Decimal(1)`."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(alike(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(alike, one, other))
    return bool(one == other) or repr(one) == repr(other)


@given(VALUES)
def test_every_value_comes_back_from_json_as_it_was(value: Any) -> None:
    read = decode(orjson.loads(orjson.dumps(encode(value))))

    assert alike(read, value)


@settings(max_examples=examples(40))
@given(some.dictionaries(NAMES, VALUES, max_size=4))
def test_every_variable_survives_two_steps(variables: dict[str, Any]) -> None:
    taken = RUN.engine.complete(
        RUN.definition,
        RUN.steps[0].snapshot,
        token=RUN.token("fill"),
        variables=variables,
        surroundings=RUN.surroundings,
    )
    (task,) = taken.opened_tasks

    done = RUN.engine.complete(
        RUN.definition, taken.snapshot, token=task.token, variables={}, surroundings=RUN.surroundings
    )

    assert alike(dict(done.variables), variables)


@pytest.mark.parametrize(
    "value",
    [
        {"$": ["decimal", "1"]},
        {"typename": "x", "__class__": "y", "$": None},
        [Decimal("1.50"), 2**70, -(2**63), 0.1],
        [
            date(2026, 1, 1),
            time(9, 30),
            datetime.fromisoformat("2026-01-01T09:30"),
            datetime(2026, 1, 1, tzinfo=UTC),
            timedelta(days=-1, seconds=1),
        ],
        feel.YearsMonthsDuration(14),
    ],
)
def test_values_that_look_like_marks_are_values(value: Any) -> None:
    assert alike(decode(orjson.loads(orjson.dumps(encode(value)))), value)


def test_a_range_keeps_its_ends() -> None:
    kept = decode(orjson.loads(orjson.dumps(encode(feel.Range(Decimal(1), None, start_included=False)))))

    assert (kept.start, kept.end, kept.start_included, kept.end_included) == (Decimal(1), None, False, True)


@pytest.mark.parametrize(
    "value", [float("inf"), Decimal("NaN"), {1: "x"}, "\ud800", object(), {"x": {"y": set()}}]
)
def test_what_cannot_be_kept_is_refused_at_the_door(value: Any) -> None:
    with pytest.raises(NotAValue, match="Expected"):
        take_in({"field": value}, depth=10)


def test_what_comes_in_is_copied() -> None:
    papers = {"list": ["a"]}

    taken = take_in({"papers": papers}, depth=10)
    papers["list"].append("b")

    assert taken == {"papers": {"list": ["a"]}}


def test_a_function_left_in_a_variable_is_an_incident() -> None:
    run = Run(simple(start(), script("make", "function(x) x + 1", "f"), end(), chain("start", "make", "end")))

    assert run.step.incident is not None
    assert run.step.incident.code == "unkeepable_value"


def test_a_snapshot_holds_no_specification() -> None:
    run = Run(
        simple(start(), user("fill", name="A long name of the task"), end(), chain("start", "fill", "end"))
    )

    assert b"A long name" not in run.step.snapshot
    assert len(run.step.snapshot) < 700


@pytest.mark.parametrize("raw", [b"", b"[]", b"{}", b'{"format": 3}', b"\x80\x04", b'{"format": "1"}'])
def test_bytes_that_are_no_known_snapshot_are_refused(raw: bytes) -> None:
    with pytest.raises(SnapshotRefused, match="Expected a snapshot"):
        RUN.engine.fire_timers(RUN.definition, raw, surroundings=RUN.surroundings)


def test_a_snapshot_of_another_definition_is_refused() -> None:
    other = Run(simple(start(), element("manualTask", "other"), end(), chain("start", "other", "end")))

    with pytest.raises(SnapshotRefused, match="of definition"):
        RUN.engine.fire_timers(RUN.definition, other.step.snapshot, surroundings=RUN.surroundings)


def test_an_old_snapshot_can_be_tried_again_because_nothing_is_kept_between_steps() -> None:
    run = Run(simple(start(), user("fill"), end(), chain("start", "fill", "end")))
    token = run.token("fill")

    steps = [
        run.engine.complete(
            run.definition,
            run.steps[0].snapshot,
            token=token,
            variables={"n": n},
            surroundings=run.surroundings,
        )
        for n in (1, 2)
    ]

    assert [step.variables for step in steps] == [{"n": 1}, {"n": 2}]
