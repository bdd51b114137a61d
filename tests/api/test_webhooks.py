"""Claims about agencies' webhooks: proven, taken once, and sent again when the case cannot go on."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from engine.jobs.connectors.signatures import new_secret
from engine.kernel.actor import SYSTEM
from engine.organisation.registers import SaveAgency, WhoSends
from tests.api.desk import Desk, a_desk
from tests.office import CONFIRMED


def completed(service_task: str, data: Any = CONFIRMED) -> dict[str, Any]:
    """The message that a service task is done."""
    return {"type": "service_task.completed", "data": {"id": service_task, "data": data}}


def failed(service_task: str, **changes: Any) -> dict[str, Any]:
    """The message that the person is no resident."""
    answer = {"id": service_task, "code": "NOT_RESIDENT", "message": "Δεν βρέθηκε εγγραφή."}
    return {"type": "service_task.failed", "timestamp": "2026-03-09T12:00:00Z", "data": {**answer, **changes}}


def test_a_signed_answer_moves_the_case(desk: Desk) -> None:
    case, service_task = desk.sends_to_municipality()

    response = desk.sends_webhook(completed(service_task))

    assert response.get_json() == {"status": "taken", "left_out": []}
    shown = desk.get(f"/cases/{case['id']}").get_json()
    assert [task["element"] for task in shown["tasks"]] == ["hand_over"]


def test_a_signed_failure_takes_the_other_way(desk: Desk) -> None:
    case, service_task = desk.sends_to_municipality()

    response = desk.sends_webhook(failed(service_task))

    assert response.status_code == 200
    shown = desk.get(f"/cases/{case['id']}").get_json()
    assert [task["element"] for task in shown["tasks"]] == ["inform_rejection"]


def test_the_journal_names_the_agency(desk: Desk) -> None:
    case, service_task = desk.sends_to_municipality()
    desk.sends_webhook(completed(service_task))

    lines = desk.get(f"/cases/{case['id']}/journal").get_json()["items"]

    answered = next(line for line in lines if line["action"] == "service_task_completed")
    assert answered["actor"] == {"kind": "agency", "name": "municipality"}


def test_the_same_message_twice_gets_the_same_answer_and_is_taken_once(desk: Desk) -> None:
    case, service_task = desk.sends_to_municipality()

    first = desk.sends_webhook(completed(service_task))
    again = desk.sends_webhook(completed(service_task))

    assert (
        (first.status_code, first.data)
        == (again.status_code, again.data)
        == (200, b'{"status":"taken","left_out":[]}')
    )
    lines = desk.get(f"/cases/{case['id']}/journal").get_json()["items"]
    assert [line["action"] for line in lines].count("service_task_completed") == 1


def test_another_message_about_a_task_that_is_done_is_refused(desk: Desk) -> None:
    _, service_task = desk.sends_to_municipality()
    desk.sends_webhook(completed(service_task))

    other = desk.sends_webhook(completed(service_task), webhook_id="msg_2")

    assert other.status_code == 409


@pytest.mark.parametrize(
    "changes",
    [
        {"secret": new_secret()},
        {"at_minutes": -6},
        {"at_minutes": 6},
        {"key": "registry", "secret": None},
        {"key": "nobody", "secret": new_secret()},
    ],
)
def test_what_is_not_proven_is_refused_and_changes_nothing(desk: Desk, changes: dict[str, Any]) -> None:
    case, service_task = desk.sends_to_municipality()
    given = dict(changes)
    if "at_minutes" in given:
        given["at"] = desk.office.clock.now() + timedelta(minutes=given.pop("at_minutes"))
    if given.get("secret", ...) is None:
        given["secret"] = desk.secrets["municipality"]

    response = desk.sends_webhook(completed(service_task), **given)

    assert response.status_code == 401
    assert response.get_json()["type"] == "/problems/signature_refused"
    assert desk.get(f"/cases/{case['id']}").get_json()["service_tasks"][0]["state"] == "open"


def test_an_agency_cannot_answer_for_another(desk: Desk) -> None:
    _, service_task = desk.sends_to_municipality()

    response = desk.sends_webhook(completed(service_task), key="registry")

    assert response.status_code == 404


def test_an_agency_gets_no_answer_that_was_remembered_for_another(desk: Desk) -> None:
    _, service_task = desk.sends_to_municipality()
    desk.sends_webhook(completed(service_task), webhook_id="msg_7")

    same = desk.sends_webhook(completed(service_task), webhook_id="msg_7", key="registry")
    other = desk.sends_webhook(failed(service_task), webhook_id="msg_7", key="registry")

    assert (same.status_code, other.status_code) == (404, 404)


def test_two_agencies_may_use_the_same_webhook_id(desk: Desk) -> None:
    first_case, of_municipality = desk.sends_to_municipality()
    registry = desk.office.engine.ask(WhoSends(agency_key="registry"), actor=SYSTEM)
    assert registry is not None
    takes_over = replace(registry, topics=desk.office.agency.topics)
    for agency in (replace(desk.office.agency, topics=()), takes_over):
        desk.office.does(SaveAgency(agency=agency), actor=SYSTEM)
    second_case, of_registry = desk.sends_to_municipality()

    answers = [
        desk.sends_webhook(completed(of_municipality), webhook_id="msg_7", key="municipality"),
        desk.sends_webhook(completed(of_registry), webhook_id="msg_7", key="registry"),
    ]

    assert [answer.status_code for answer in answers] == [200, 200]
    for case in (first_case, second_case):
        shown = desk.get(f"/cases/{case['id']}").get_json()
        assert [task["element"] for task in shown["tasks"]] == ["hand_over"]


def test_an_unsigned_message_is_refused(desk: Desk) -> None:
    response = desk.call("POST", "/webhooks/agencies/municipality", by=None, json=completed(str(uuid4())))

    assert response.status_code == 401


@pytest.mark.parametrize(
    ("message", "field"),
    [
        ({"type": "service_task.completed", "data": {}}, "data.id"),
        ({"type": "service_task.eaten", "data": {"id": str(uuid4())}}, "type"),
        (completed("not-an-id"), "data.id"),
        (failed(str(uuid4()), code=None), "data.code"),
        ({**completed(str(uuid4())), "typename": "x"}, "typename"),
        ([], "body"),
    ],
)
def test_a_message_that_says_nothing_sensible_is_told_what_is_wrong(
    desk: Desk, message: Any, field: str
) -> None:
    response = desk.sends_webhook(message)

    assert response.status_code == 422
    assert field in response.get_json()["errors"]


def test_an_answer_that_does_not_fit_its_form_is_refused_and_the_agency_still_asked(desk: Desk) -> None:
    case, service_task = desk.sends_to_municipality()

    response = desk.sends_webhook(completed(service_task, data={"confirmed": True, "number": "118"}))

    assert response.status_code == 422
    assert set(response.get_json()["errors"]) == {"certificate_number", "number"}
    shown = desk.get(f"/cases/{case['id']}").get_json()
    assert shown["service_tasks"][0]["state"] == "open"
    assert "stuck" not in shown["flags"]
    assert desk.sends_webhook(completed(service_task), webhook_id="msg_2").status_code == 200


def test_an_agency_that_says_more_than_is_asked_is_understood(desk: Desk) -> None:
    case, service_task = desk.sends_to_municipality()

    response = desk.sends_webhook(completed(service_task, data={**CONFIRMED, "clerk": {"desk": 4}}))
    again = desk.sends_webhook(completed(service_task, data={**CONFIRMED, "clerk": {"desk": 4}}))

    assert response.get_json() == again.get_json() == {"status": "taken", "left_out": ["clerk"]}
    shown = desk.get(f"/cases/{case['id']}").get_json()
    assert [task["element"] for task in shown["tasks"]] == ["hand_over"]


def test_an_answer_that_leaves_the_case_stuck_is_to_be_sent_again(desk: Desk) -> None:
    case, service_task = desk.sends_to_municipality()

    response = desk.sends_webhook(failed(service_task, code="METEOR"))

    assert response.status_code == 409
    assert response.get_json()["type"] == "/problems/case_stuck"
    shown = desk.get(f"/cases/{case['id']}").get_json()
    assert "stuck" in shown["flags"]
    assert shown["service_tasks"][0]["state"] == "open"


def test_an_address_that_guesses_signatures_waits() -> None:
    desk = a_desk(STOA_PUBLIC_RATE_LIMIT="1")
    _, service_task = desk.sends_to_municipality()

    guesses = [desk.sends_webhook(completed(service_task), secret=new_secret()) for _ in range(2)]

    assert [guess.status_code for guess in guesses] == [401, 429]
    assert desk.sends_webhook(completed(service_task)).status_code == 200
