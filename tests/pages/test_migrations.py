"""Claims about the migration room: a plan kept, decided by another, tried, carried out, and taken back."""

from datetime import timedelta
from typing import Any

import pytest

from engine.jobs.connectors import Connectors
from engine.jobs.worker import Worker
from engine.tasks.queries import ListTasks
from tests.case_migration.test_residence_certificate import reminded, with_five_more_days
from tests.case_migration.versions import KEY, publish
from tests.pages.visiting import OpenDesk, Visitor

ROOM = f"/migrations/{KEY}"
PAIR = f"{ROOM}/1/2"
CASES = "//table[contains(@class, 'run-cases')]//span[contains(@class, 'mark')]"


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


def plan_as(visitor: Visitor, **changes: str) -> dict[str, Any]:
    """The fields of the plan that is shown, with changes."""
    names = visitor.sees("//select[starts-with(@name, 'new.')]/@name")
    chosen = {
        name: "".join(visitor.sees(f"//select[@name='{name}']//option[@selected]/@value")) for name in names
    }
    return {**chosen, **{f"new.{old}": new for old, new in changes.items()}}


def something_happens(desk: OpenDesk) -> None:
    """In one of the cases that have moved: a clerk takes its task."""
    office = desk.desk.office
    tasks = office.engine.ask(ListTasks(), actor=office.clerk).items
    moved = next(task for task in tasks if task.element_id == "check_papers")
    office.claims(moved)


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
    stayed = olga.sees(CASES)
    something_happens(renewed)
    olga.opens(f"{PAIR}/back")
    asked_back = olga.text
    olga.sends(f"{PAIR}/back")
    going = str(olga.page.request.path) if olga.page else ""
    runs_through(renewed)
    olga.opens(going)

    assert anna.sees("//dl[contains(@class, 'figures')]//dd") == ["0", "2", "1"]
    assert "“Υπενθύμιση προς τον δήμο” (remind_municipality)" in anna.text
    assert "Move 3 cases from version 1 to version 2?" in asked
    assert "2 would move with consequences" in asked
    assert "1 could not move" in asked
    assert stayed == ["Stayed where it is"]
    assert "Take 2 cases back from version 2 to version 1?" in asked_back
    assert sorted(olga.sees(CASES)) == ["Is back", "Stayed where it is"]
    assert "Something has happened in the case since it moved" in olga.text


def test_a_plan_that_cannot_be_is_refused_at_its_field_in_the_readers_language(renewed: OpenDesk) -> None:
    (anna,) = visits(renewed, "anna", language="el")

    anna.opens(PAIR)
    refused = anna.sends(PAIR, **plan_as(anna, check_papers="handed_over"))

    assert refused.status_code == 422
    assert anna.sees("//select[@id='new.check_papers']/@aria-invalid") == ["true"]
    assert anna.sees("//p[@id='new.check_papers-error-1']") == [
        "Το check_papers είναι εργασία υπαλλήλου, ενώ το handed_over είναι στοιχείο endEvent."
    ]


def test_whoever_edited_the_plan_does_not_decide_it_and_an_analyst_moves_nothing(renewed: OpenDesk) -> None:
    anna, kostas = visits(renewed, "anna", "kostas")

    kostas.opens(PAIR)
    kostas.sends(PAIR, **plan_as(kostas, remind_municipality=""))
    decided = kostas.sends(f"{PAIR}/decision", decree="ΥΑ 1/2026")
    started = anna.sends(f"{PAIR}/move")

    assert decided.status_code == 409
    assert "You edited this plan: somebody else has to decide it." in kostas.text
    assert started.status_code == 403


def test_a_run_is_paused_goes_on_and_is_stopped_once_it_was_confirmed(renewed: OpenDesk) -> None:
    (anna,) = visits(renewed, "anna")
    anna.opens(PAIR)
    anna.sends(PAIR, act="proposed")
    anna.sends(f"{PAIR}/dry-runs")
    run = str(anna.page.request.path) if anna.page else ""

    states = []
    for act in ("pause", "continue", "stop"):
        anna.opens(f"{run}/{act}")
        assert "0 of 3 cases are done." in anna.text
        anna.sends(f"{run}/{act}")
        states += anna.sees("//h2[@id='progress']/span")

    assert states == ["paused", "under way", "stopped"]
