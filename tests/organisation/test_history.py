"""Claims about versions: what a change from a day on makes of what was, is and is planned."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from engine.kernel.refusal import Conflict
from engine.organisation.history import Change, Rewritten, changed_from, version_on, withdrawn
from engine.organisation.organisation import BEGINNING, Closure, Particulars, Version
from tests.builders import NOON, an_id

MARCH, MAY, JANUARY = date(2026, 3, 9), date(2026, 5, 1), date(2027, 1, 1)


def a_first_version(**stated: Any) -> Version:
    return Version(
        id=an_id(),
        organisation_id=an_id(),
        valid_from=BEGINNING,
        recorded_at=NOON,
        recorded_by="stoa",
        particulars=Particulars(**{"name": "ΚΕΠ Αθηναίων", "phone": "210 1234567", **stated}),
    )


def after(versions: list[Version], rewritten: Rewritten) -> list[Version]:
    left = [one for one in versions if one not in rewritten.revoked]
    return sorted([*left, *rewritten.added], key=lambda one: one.valid_from)


def changed(versions: list[Version], day: date, **changes: Any) -> list[Version]:
    change = Change(valid_from=day, changes=changes, recorded_at=NOON, recorded_by="maria")
    return after(versions, changed_from(versions, change, new_id=an_id))


def on(versions: list[Version], day: date) -> Particulars:
    found = version_on(versions, day)
    assert found is not None
    return found.particulars


def test_what_is_planned_is_true_from_its_day_on_and_not_before() -> None:
    versions = changed([a_first_version()], JANUARY, name="ΚΕΠ Νέο")

    assert on(versions, date(2026, 12, 31)).name == "ΚΕΠ Αθηναίων"
    assert on(versions, JANUARY).name == "ΚΕΠ Νέο"
    assert version_on(versions, date(1821, 3, 25)) is None


def test_what_is_planned_takes_over_what_changes_before_it_and_keeps_what_it_says_itself() -> None:
    planned = changed([a_first_version()], JANUARY, name="ΚΕΠ Νέο")

    versions = changed(planned, MARCH, phone="210 7654321", name="ΚΕΠ Προσωρινό")

    assert on(versions, MARCH).name == "ΚΕΠ Προσωρινό"
    assert on(versions, JANUARY) == replace(on(planned, JANUARY), phone="210 7654321")


def test_a_second_change_of_a_day_takes_the_place_of_the_first_and_keeps_what_it_said() -> None:
    first = changed([a_first_version()], MARCH, name="ΚΕΠ Νέο")

    versions = changed(first, MARCH, phone="210 7654321")

    assert [one.valid_from for one in versions] == [BEGINNING, MARCH]
    assert versions[1].changed == {"name", "phone"}
    assert on(versions, MARCH).name == "ΚΕΠ Νέο"


def test_a_closure_holds_on_in_plans_that_have_closures_of_their_own() -> None:
    eve, easter = Closure(day=date(2026, 12, 24)), Closure(day=date(2027, 5, 3), decision="12/2026")
    planned = changed([a_first_version()], JANUARY, closures=(easter,))

    versions = changed(planned, MARCH, closures=(eve,))

    assert on(versions, MARCH).closures == (eve,)
    assert on(versions, JANUARY).closures == (eve, easter)


def test_what_comes_after_a_withdrawn_plan_takes_over_what_was_before_it() -> None:
    planned = changed([a_first_version()], MAY, name="ΚΕΠ Νέο", phone="1")
    versions = changed(planned, JANUARY, address="Πατησίων 76", phone="2")
    taken_back = next(one for one in versions if one.valid_from == MAY)

    left = after(versions, withdrawn(versions, taken_back, new_id=an_id))

    assert [one.valid_from for one in left] == [BEGINNING, JANUARY]
    assert on(left, JANUARY) == replace(a_first_version().particulars, address="Πατησίων 76", phone="2")


def test_nothing_changes_before_an_organisation_begins_and_its_beginning_cannot_be_withdrawn() -> None:
    first = replace(a_first_version(), valid_from=MAY)
    change = Change(valid_from=MARCH, changes={"name": "x"}, recorded_at=NOON, recorded_by="maria")

    with pytest.raises(Conflict, match="2026-03-09"):
        changed_from([first], change, new_id=an_id)
    with pytest.raises(Conflict, match="begins"):
        withdrawn([first], first, new_id=an_id)
