"""The terms of a case over REST: shown, extended, corrected, each within what its caller may do."""

from datetime import timedelta

import pytest

from engine.kernel.actor import SYSTEM
from engine.operations.housekeeping import MarkOverdue
from tests.api.desk import Desk, a_desk
from tests.messages.drawn import offer_drawn
from tests.runtime.diagrams import chain, end, start, user

TERM = "{days: 20, law: ν. 1/2026 άρθρο 2, extension: {days: 15}}"


@pytest.fixture
def desk() -> Desk:
    desk = a_desk()
    parts = (start(), user("judge"), end("done"), chain("start", "judge", "done"))
    offer_drawn(desk.office, "licence", *parts, term=TERM)
    return desk


def opened(desk: Desk) -> str:
    return str(desk.office.opens_case(procedure="licence", data={}).case.id)


def shown(desk: Desk, case: str) -> dict[str, object]:
    found = desk.get(f"/cases/{case}/terms").get_json()["items"][0]
    assert isinstance(found, dict)
    return found


def test_a_term_is_shown_with_its_entries_and_in_words(desk: Desk) -> None:
    found = shown(desk, opened(desk))

    assert found["words"] == {
        "el": "20 ημέρες από 9 Μαρτίου · λήγει στις 30 Μαρτίου",
        "en": "20 days from 9 March; ends on 30 March",
    }
    assert (found["term"], found["last_day"], found["law"]) == ("legal", "2026-03-30", "ν. 1/2026 άρθρο 2")
    assert found["extension_left"] == {"amount": 15, "unit": "days"}
    assert found["entries"] == [
        {
            "number": 1,
            "event": "begun",
            "day": "2026-03-09",
            "cause": "opened",
            "law": "ν. 1/2026 άρθρο 2",
            "length": {"amount": 20, "unit": "days"},
            "corrects": None,
        }
    ]


def test_a_case_says_whether_it_is_overdue_late_or_in_time(desk: Desk) -> None:
    office = desk.office
    state, other = (office.opens_case(procedure="licence", data={}) for _ in range(2))
    office.completes(other.tasks[0], {})
    office.clock.advance(timedelta(days=30))
    office.does(MarkOverdue(), actor=SYSTEM)
    overdue = states(desk)

    office.completes(state.tasks[0], {})

    assert overdue == {str(state.case.id): "overdue", str(other.case.id): "in_time"}
    assert states(desk) == {str(state.case.id): "late", str(other.case.id): "in_time"}


def states(desk: Desk) -> dict[str, str]:
    return {case["id"]: case["term_state"] for case in desk.get("/cases").get_json()["items"]}


def test_a_decision_extends_it_within_the_limit(desk: Desk) -> None:
    case = opened(desk)
    body = {"by": 10, "law": "απόφαση 7/2026", "reason": "Πολύπλοκη."}

    extended = desk.post(f"/cases/{case}/terms/legal/extend", body)
    too_long = desk.post(f"/cases/{case}/terms/legal/extend", body)
    no_such_term = desk.post(f"/cases/{case}/terms/service/extend", body)

    assert (extended.status_code, too_long.status_code, no_such_term.status_code) == (200, 422, 422)
    assert shown(desk, case)["last_day"] == "2026-04-08"


def test_a_manager_sees_what_a_correction_moves_and_makes_it(desk: Desk) -> None:
    case = opened(desk)
    desk.office.clock.advance(timedelta(days=3))
    path = f"/cases/{case}/terms/legal/entries/1"
    body = {"day": "2026-03-11", "reason": "Η αίτηση ήρθε την Τετάρτη."}

    preview = desk.get(f"{path}/correction?day=2026-03-11", by="nikos")
    by_clerk = desk.post(f"{path}/correct", body)
    corrected = desk.post(f"{path}/correct", body, by="nikos")

    assert preview.get_json()["before"] == "2026-03-30"
    assert preview.get_json()["after"] == "2026-03-31"
    assert (by_clerk.status_code, corrected.status_code) == (403, 200)
    assert shown(desk, case)["last_day"] == "2026-03-31"
    assert desk.get(f"{path}/correction?day=2027-01-01", by="nikos").status_code == 422


def test_the_citizen_is_told_the_term_in_words(desk: Desk) -> None:
    case = desk.office.opens_case(procedure="licence", data={}).case

    found = desk.client.get(f"/api/v1/track/{case.number}?code={desk.office.code_of(case)}").get_json()

    assert found["term"]["en"] == "20 days from 9 March; ends on 30 March"
