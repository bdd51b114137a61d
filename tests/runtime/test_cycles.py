"""Cycles of timers as the dialect writes them: cron expressions, and the FEEL function `cycle`."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from engine.bpmn.cron import NotACron, is_cron, parse_cron, parse_written
from engine.lint import Severity, check
from engine.runtime import SpiffWorkflowEngine
from engine.runtime.contract import DefinitionRefused, Surroundings
from tests.runtime.diagrams import NOON, Run, boundary, chain, end, flow, simple, start, timer, user

ATHENS = ZoneInfo("Europe/Athens")


def after(expression: str, moment: str, *, times: int = 1) -> list[str]:
    """The next moments of a cron expression on clocks in Athens, without their offsets."""
    cron, due, found = parse_cron(expression, ATHENS), datetime.fromisoformat(moment), []
    due = due.replace(tzinfo=ATHENS)
    for _ in range(times):
        due = cron.after(due)
        found.append(due.astimezone(ATHENS).replace(tzinfo=None).isoformat(" "))
    return found


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("0 0 9-17 * * MON-FRI", ["2026-03-02 13:00:00", "2026-03-02 14:00:00"]),
        ("*/20 * * * * *", ["2026-03-02 12:00:20", "2026-03-02 12:00:40"]),
        ("0 30/10 8,12 * * ?", ["2026-03-02 12:30:00", "2026-03-02 12:40:00"]),
        ("0 0 0 1 1 *", ["2027-01-01 00:00:00", "2028-01-01 00:00:00"]),
        ("0 0 12 29 2 *", ["2028-02-29 12:00:00", "2032-02-29 12:00:00"]),
        ("0 0 9 L * *", ["2026-03-31 09:00:00", "2026-04-30 09:00:00"]),
        ("0 0 9 L-2 * *", ["2026-03-29 09:00:00", "2026-04-28 09:00:00"]),
        ("0 0 9 15W * *", ["2026-03-16 09:00:00", "2026-04-15 09:00:00"]),
        ("0 0 9 1W AUG *", ["2026-08-03 09:00:00", "2027-08-02 09:00:00"]),
        ("0 0 9 LW * *", ["2026-03-31 09:00:00", "2026-04-30 09:00:00"]),
        ("0 0 9 * * 5L", ["2026-03-27 09:00:00", "2026-04-24 09:00:00"]),
        ("0 0 9 * * MON#2", ["2026-03-09 09:00:00", "2026-04-13 09:00:00"]),
        ("0 0 9 * * 0,7", ["2026-03-08 09:00:00", "2026-03-15 09:00:00"]),
        ("0 0 9 13 * FRI", ["2026-03-13 09:00:00", "2026-11-13 09:00:00"]),
        ("@daily", ["2026-03-03 00:00:00", "2026-03-04 00:00:00"]),
        ("@hourly", ["2026-03-02 13:00:00", "2026-03-02 14:00:00"]),
        ("@weekly", ["2026-03-08 00:00:00", "2026-03-15 00:00:00"]),
        ("@monthly", ["2026-04-01 00:00:00", "2026-05-01 00:00:00"]),
        ("@yearly", ["2027-01-01 00:00:00", "2028-01-01 00:00:00"]),
    ],
)
def test_cron_says_the_next_moments(expression: str, expected: list[str]) -> None:
    assert is_cron(expression)
    assert after(expression, "2026-03-02 12:00:00", times=2) == expected


def test_cron_means_the_clocks_of_the_office_when_they_are_changed() -> None:
    cron = parse_cron("0 0 9 * * *", ATHENS)

    winter = cron.after(datetime(2026, 3, 28, 0, tzinfo=UTC))
    summer = cron.after(winter)

    assert (winter.hour, summer.hour) == (7, 6)
    assert after("0 30 3 * * *", "2026-03-28 12:00:00", times=2)[1] == "2026-03-30 03:30:00"


@pytest.mark.parametrize(
    "text",
    [
        "* * * * *",
        "60 * * * * *",
        "0 0 24 * * *",
        "0 0 0 0 * *",
        "0 0 0 * 13 *",
        "0 0 0 * * 8",
        "0 0 0 * * MON#6",
        "0 0 5-1 * * *",
        "0 */0 * * * *",
        "0 0 0 32W * *",
        "a b c d e f",
        "@never",
        "",
    ],
)
def test_what_is_no_cron_expression_is_refused(text: str) -> None:
    with pytest.raises(NotACron, match="Expected"):
        parse_cron(text, UTC)


def test_a_cycle_that_never_comes_is_refused() -> None:
    with pytest.raises(NotACron, match="with a next time"):
        parse_cron("0 0 0 31 2 *", UTC).after(NOON)


@given(
    some.sampled_from(["*/7 3-40/5 * * * *", "0 0 9 LW * ?", "0 0 0 29 FEB *", "30 59 23 * * 5L", "@hourly"]),
    some.integers(0, 2_500_000_000),
    some.sampled_from([UTC, ATHENS, timezone(timedelta(hours=-3, minutes=-30))]),
)
def test_the_next_moment_lies_ahead_and_reading_back_gives_the_same(
    expression: str, second: int, zone: ZoneInfo
) -> None:
    cron, since = parse_cron(expression, zone), datetime.fromtimestamp(second, UTC)

    due = cron.after(since)

    assert due > since
    assert parse_written(cron.text()).after(since) == due


def reminding(cycle: str) -> tuple[str, ...]:
    return (
        start(),
        user("work"),
        boundary("remind", "work", timer(cycle=cycle), interrupting=False),
        user("call"),
        end(),
        chain("start", "work", "end"),
        flow("remind", "call"),
    )


def test_a_boundary_timer_fires_by_cron_on_the_clocks_of_the_office() -> None:
    run = Run(simple(*reminding("0 0 9 * * MON-FRI")), zone=ATHENS)
    assert run.step.next_timer_at == datetime(2026, 3, 3, 7, tzinfo=UTC)

    run.later(days=1)

    assert run.waiting == ["call", "work"]
    assert run.step.next_timer_at == datetime(2026, 3, 4, 7, tzinfo=UTC)
    run.later(days=3)
    assert run.waiting == ["call", "call", "work"]
    assert run.step.next_timer_at == datetime(2026, 3, 9, 7, tzinfo=UTC)


def test_a_process_starts_by_cron_again_and_again() -> None:
    what = simple(start("start", timer(cycle="@daily")), user("work"), end(), chain("start", "work", "end"))
    engine, surroundings = SpiffWorkflowEngine(), Surroundings(now=NOON, zone=ATHENS)

    (event,) = engine.start_events(what, surroundings=surroundings)
    assert event.timer is not None
    following = engine.following_start(event.timer, now=event.timer.due_at)

    assert event.timer.due_at == datetime(2026, 3, 2, 22, tzinfo=UTC)
    assert following is not None
    assert following.due_at == datetime(2026, 3, 3, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("expression", "count"),
    [('=cycle(2, duration("PT1H"))', 2), ("=cycle(times, wait)", 2), ('=cycle(null, duration("PT1H"))', 5)],
)
def test_the_function_cycle_says_how_often_and_how_far_apart(expression: str, count: int) -> None:
    run = Run(simple(*reminding(expression)), {"times": 2, "wait": timedelta(hours=1)})

    for _ in range(5):
        run.later(hours=1)

    assert run.waiting == ["call"] * count + ["work"]


def test_a_cycle_without_a_number_has_no_end() -> None:
    run = Run(simple(*reminding('=cycle(duration("PT1H"))')))

    for _ in range(3):
        run.later(hours=1)

    assert run.waiting == ["call"] * 3 + ["work"]


@pytest.mark.parametrize("cycle", ["0 0 9-17 * * MON-FRI", "@daily", '=cycle(3, duration("P1D"))'])
def test_linter_and_engine_accept_cycles_of_the_dialect(cycle: str) -> None:
    what = simple(*reminding(cycle))

    SpiffWorkflowEngine().prepare(what)
    assert [each for each in check(what.files).findings if each.severity is Severity.ERROR] == []


@pytest.mark.parametrize("cycle", ["0 0 25 * * *", "0 0 0 31 2 *", "@never"])
def test_linter_and_engine_refuse_cron_that_cannot_be_read(cycle: str) -> None:
    what = simple(*reminding(cycle))

    with pytest.raises(DefinitionRefused, match="Expected"):
        SpiffWorkflowEngine().prepare(what)
    assert "timer-syntax" in {finding.rule for finding in check(what.files).findings}
