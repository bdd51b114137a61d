"""Claims about the migration room: a plan kept, decided by another, tried, carried out, and taken back."""

from datetime import timedelta

import pytest

from engine.jobs.connectors import Connectors
from engine.jobs.worker import Worker
from tests.case_migration.test_residence_certificate import reminded, with_five_more_days
from tests.case_migration.versions import KEY, publish
from tests.pages.visiting import OpenDesk, Visitor

ROOM = f"/migrations/{KEY}"
PAIR = f"{ROOM}/1/2"


@pytest.fixture
def renewed(desk: OpenDesk) -> OpenDesk:
    """A desk with three cases on version 1, of which one waits where version 2 has nothing."""
    office = desk.desk.office
    reminded(office)
    office.opens_case()
    office.sends_to_municipality()
    publish(office, with_five_more_days())
    return desk


def visits(desk: OpenDesk, *names: str, language: str = "en") -> tuple[Visitor, ...]:
    return tuple(desk.visit(desk.person(name), language=language) for name in names)


def plan_as(visitor: Visitor, **changes: str) -> dict[str, str]:
    """The fields of the plan that is shown, with changes."""
    names = visitor.sees("//select[starts-with(@name, 'new.')]/@name")
    chosen = {
        name: "".join(visitor.sees(f"//select[@name='{name}']//option[@selected]/@value")) for name in names
    }
    return {**chosen, **{f"new.{old}": new for old, new in changes.items()}}


def runs_through(desk: OpenDesk) -> None:
    desk.desk.office.clock.advance(timedelta(minutes=1))
    Worker(desk.desk.office.engine, Connectors().deliver).run_once()


def test_cases_move_by_the_pages_and_one_stays_with_its_reason(renewed: OpenDesk) -> None:
    anna, kostas, olga = visits(renewed, "anna", "kostas", "olga")

    anna.opens(f"{ROOM}?from=1&to=2")
    anna.sends(PAIR, **plan_as(anna, remind_municipality=""))
    anna.sends(f"{PAIR}/dry-runs")
    tried = str(anna.page.request.path) if anna.page else ""
    runs_through(renewed)
    anna.opens(tried)
    kostas.opens(PAIR)
    kostas.sends(f"{PAIR}/decision", decree="ΥΑ 1234/2026")
    olga.opens(f"{PAIR}/move")
    asked = olga.text
    olga.sends(f"{PAIR}/move")
    moving = str(olga.page.request.path) if olga.page else ""
    runs_through(renewed)
    olga.opens(f"{moving}?verdict=refused")

    assert "Would move With consequences Cannot be moved" in " ".join(
        anna.sees("//dl[contains(@class, 'figures')]//dt")
    )
    assert anna.sees("//dl[contains(@class, 'figures')]//dd") == ["0", "2", "1"]
    assert "“Υπενθύμιση προς τον δήμο” (remind_municipality)" in anna.text
    assert "Move 3 cases from version 1 to version 2?" in asked
    assert "2 would move with consequences" in asked
    assert "1 could not move" in asked
    assert olga.sees("//table[contains(@class, 'run-cases')]//span[contains(@class, 'mark')]") == [
        "Stayed where it is"
    ]
    assert olga.sees("//table[contains(@class, 'run-cases')]//a") == []
