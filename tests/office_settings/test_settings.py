"""Claims about settings of officials: dated, approved by another, one at a time, at once everywhere."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from engine.bootstrap import build
from engine.dispatch import Engine
from engine.kernel.actor import SYSTEM, Actor, Role
from engine.kernel.office_settings import ChangeState, Decided, SettingChange, SettingKey
from engine.kernel.refusal import Conflict, Invalid, NotFound, NotPermitted, OutOfDate
from engine.office_settings.change import ApproveSetting, ProposeSetting, WithdrawSetting
from engine.office_settings.queries import ListSettings
from engine.settings import from_environment
from tests.builders import NOON, a_clerk, an_id
from tests.office import MovableClock

ATHENS = ZoneInfo("Europe/Athens")
HOURS = SettingKey.SESSION_HOURS
ALERT = SettingKey.ACCESS_ALERT_CASES

OLGA = a_clerk(name="olga", roles=frozenset({Role.OPERATOR}))
PANOS = a_clerk(name="panos", roles=frozenset({Role.OPERATOR}))


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(NOON)


@pytest.fixture
def engine(clock: MovableClock, database_url: str) -> Iterator[Engine]:
    environment = {"STOA_DATABASE_URL": database_url, "STOA_ACCESS_ALERT_CASES": "77"}
    with build(from_environment(environment), clock=clock) as built:
        yield built


def proposes(
    engine: Engine, key: SettingKey, value: str, *, by: Actor = OLGA, **more: object
) -> SettingChange:
    command = ProposeSetting(key=key, value=value, reason="Απόφαση του Υπουργείου.")
    return engine.carry_out(replace(command, **more), actor=by)  # type: ignore[arg-type]  # fields of the command


def value(engine: Engine, key: SettingKey) -> int | str:
    return engine.decided().value(key, engine.clock.now())


def test_the_environment_holds_until_somebody_decides_and_then_at_once_in_other_processes(
    engine: Engine, clock: MovableClock, database_url: str
) -> None:
    with build(from_environment({"STOA_DATABASE_URL": database_url}), clock=clock) as other:
        before = (value(engine, ALERT), value(other, ALERT))

        proposes(engine, ALERT, "30")

        assert before == (77, 60)
        assert (value(engine, ALERT), value(other, ALERT)) == (30, 30)


def test_a_setting_planned_for_a_day_holds_from_its_midnight_of_athens(
    engine: Engine, clock: MovableClock
) -> None:
    proposes(engine, ALERT, "10", from_day=date(2027, 1, 1))

    clock.move_to(datetime(2026, 12, 31, 23, 59, tzinfo=ATHENS).astimezone(UTC))
    before = value(engine, ALERT)
    clock.move_to(datetime(2027, 1, 1, 0, 1, tzinfo=ATHENS).astimezone(UTC))

    assert (before, value(engine, ALERT)) == (77, 10)


def test_what_touches_everybody_holds_once_another_has_approved_it(
    engine: Engine, clock: MovableClock
) -> None:
    change = proposes(engine, HOURS, "8")
    proposed = value(engine, HOURS)
    with pytest.raises(NotPermitted, match="somebody else"):
        engine.carry_out(ApproveSetting(change_id=change.id), actor=OLGA)
    clock.advance(timedelta(hours=1))

    approved = engine.carry_out(ApproveSetting(change_id=change.id), actor=PANOS)

    assert (proposed, value(engine, HOURS)) == (12, 8)
    assert (approved.valid_from, approved.approved_by) == (clock.now(), "panos")
    with pytest.raises(Conflict):
        engine.carry_out(ApproveSetting(change_id=change.id), actor=PANOS)


def test_of_two_who_change_a_setting_at_once_the_second_is_told(engine: Engine) -> None:
    first = proposes(engine, ALERT, "30")

    with pytest.raises(OutOfDate):
        proposes(engine, ALERT, "40", by=PANOS)
    proposes(engine, ALERT, "50", by=PANOS, seen=first.id)

    assert value(engine, ALERT) == 50


def test_a_planned_change_can_be_withdrawn_and_one_that_holds_cannot(
    engine: Engine, clock: MovableClock
) -> None:
    planned = proposes(engine, ALERT, "10", from_day=date(2027, 1, 1))
    engine.carry_out(WithdrawSetting(change_id=planned.id), actor=PANOS)
    holding = proposes(engine, ALERT, "20", seen=planned.id)
    clock.move_to(datetime(2027, 2, 1, tzinfo=UTC))

    with pytest.raises(Conflict):
        engine.carry_out(WithdrawSetting(change_id=holding.id), actor=PANOS)
    with pytest.raises(Conflict):
        engine.carry_out(ApproveSetting(change_id=planned.id), actor=PANOS)

    (sheet,) = (one for one in engine.ask(ListSettings(), actor=OLGA) if one.kind.key is ALERT)
    assert sheet.value == 20
    assert [one.state for one in sheet.changes] == [ChangeState.IN_FORCE, ChangeState.WITHDRAWN]


def test_all_that_is_wrong_with_a_change_is_said_at_once(engine: Engine) -> None:
    command = ProposeSetting(
        key=ALERT, value="many", reason=" ", decision="α" * 1001, from_day=date(2020, 1, 1)
    )

    with pytest.raises(Invalid) as refused:
        engine.carry_out(command, actor=OLGA)

    assert set(refused.value.errors) == {"value", "reason", "decision", "from_day"}
    assert engine.decided().changes == ()


def test_who_may_not_decide_changes_nothing(engine: Engine) -> None:
    clerk = a_clerk()
    change = proposes(engine, HOURS, "8")

    for command in (
        ProposeSetting(key=ALERT, value="1", reason="α"),
        ApproveSetting(change_id=change.id),
        WithdrawSetting(change_id=change.id),
    ):
        with pytest.raises(NotPermitted):
            engine.carry_out(command, actor=clerk)
    with pytest.raises(NotPermitted):
        engine.ask(ListSettings(), actor=clerk)
    with pytest.raises(NotFound):
        proposes(engine, "no_such_setting", "1")  # type: ignore[arg-type]  # what an address may hold
    with pytest.raises(NotFound):
        engine.carry_out(ApproveSetting(change_id=an_id()), actor=SYSTEM)


def test_quiet_hours_go_over_midnight_by_the_clock_of_athens() -> None:
    first = {SettingKey.QUIET_FROM: "22:00", SettingKey.QUIET_UNTIL: "08:00"}
    decided = Decided(first={**Decided().first, **first})

    def until(day: int, hour: int) -> datetime | None:
        at = datetime(2026, 7, day, hour, 30, tzinfo=ATHENS).astimezone(UTC)
        return decided.quiet_until(at, ATHENS)

    assert until(1, 21) is None
    assert until(1, 22) == datetime(2026, 7, 2, 8, tzinfo=ATHENS)
    assert until(2, 7) == datetime(2026, 7, 2, 8, tzinfo=ATHENS)
    assert until(2, 8) is None
    assert Decided().quiet_until(NOON, ATHENS) is None
