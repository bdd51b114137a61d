"""Claims about the calls on service tasks, by an agency that polls."""

from typing import Any

from tests.api.desk import Desk, minutes
from tests.office import CONFIRMED

LEASE: dict[str, Any] = {"topics": ["municipality.residence"], "max": 5, "lock_seconds": 60, "worker": "w1"}


def test_a_leased_service_task_comes_with_its_variables_and_goes_to_one_worker(desk: Desk) -> None:
    _, service_task = desk.sends_to_municipality()

    first = desk.post("/service-tasks/lease", LEASE, by="municipality").get_json()["items"]
    second = desk.post("/service-tasks/lease", {**LEASE, "worker": "w2"}, by="municipality").get_json()[
        "items"
    ]

    assert [task["id"] for task in first] == [service_task]
    assert first[0]["variables"]["family_name"] == "Δημητρίου"
    assert second == []


def test_only_the_worker_that_holds_the_lease_answers_in_its_name(desk: Desk) -> None:
    _, service_task = desk.sends_to_municipality()
    desk.post("/service-tasks/lease", LEASE, by="municipality")
    path = f"/service-tasks/{service_task}/complete"

    other = desk.post(path, {"data": CONFIRMED, "worker": "w2"}, by="municipality")
    holder = desk.post(path, {"data": CONFIRMED, "worker": "w1"}, by="municipality")

    assert (other.status_code, other.get_json()["type"]) == (409, "/problems/lease_lost")
    assert holder.status_code == 200


def test_a_lease_is_extended_by_its_holder_while_it_lasts(desk: Desk) -> None:
    _, service_task = desk.sends_to_municipality()
    desk.post("/service-tasks/lease", LEASE, by="municipality")
    extension = {"lock_seconds": 120, "worker": "w1"}

    extended = desk.post(f"/service-tasks/{service_task}/extend", extension, by="municipality")
    desk.office.clock.advance(minutes(3))
    late = desk.post(f"/service-tasks/{service_task}/extend", extension, by="municipality")

    assert extended.get_json()["locked_until"] == "2026-03-09T12:02:00Z"
    assert late.status_code == 409


def test_a_failure_without_a_code_is_leased_again_later(desk: Desk) -> None:
    _, service_task = desk.sends_to_municipality()
    desk.post("/service-tasks/lease", LEASE, by="municipality")
    failure = {"message": "Το μητρώο δεν απαντά.", "retry_in": 600, "worker": "w1"}

    failed = desk.post(f"/service-tasks/{service_task}/fail", failure, by="municipality")
    at_once = desk.post("/service-tasks/lease", LEASE, by="municipality").get_json()["items"]
    desk.office.clock.advance(minutes(11))
    later = desk.post("/service-tasks/lease", LEASE, by="municipality").get_json()["items"]

    assert failed.get_json() == {"id": service_task, "state": "open", "left_out": []}
    assert (len(at_once), len(later)) == (0, 1)


def test_a_failure_with_a_code_takes_the_other_way(desk: Desk) -> None:
    case, service_task = desk.sends_to_municipality()

    failed = desk.post(
        f"/service-tasks/{service_task}/fail",
        {"code": "NOT_RESIDENT", "message": "Δεν βρέθηκε εγγραφή."},
        by="municipality",
    )

    assert failed.get_json() == {"id": service_task, "state": "failed", "left_out": []}
    assert desk.get(f"/cases/{case['id']}").get_json()["tasks"][0]["element"] == "inform_rejection"


def test_clerks_record_what_an_agency_answered_on_paper(desk: Desk) -> None:
    _, service_task = desk.sends_to_municipality()

    answered = desk.post(f"/service-tasks/{service_task}/complete", {"data": CONFIRMED})

    assert answered.status_code == 200


def test_only_an_agency_leases(desk: Desk) -> None:
    assert desk.post("/service-tasks/lease", LEASE).status_code == 403


def test_an_agency_is_told_what_its_answer_must_look_like(desk: Desk) -> None:
    _, service_task = desk.sends_to_municipality()

    shown = desk.get(f"/service-tasks/{service_task}", by="municipality").get_json()
    leased = desk.post("/service-tasks/lease", LEASE, by="municipality").get_json()["items"]

    asked = [component["key"] for component in shown["answer_schema"]["components"]]
    assert asked == ["confirmed", "certificate_number", "certificate_file"]
    assert leased[0]["answer_schema"] == shown["answer_schema"]


def test_an_answer_that_does_not_fit_its_form_changes_nothing(desk: Desk) -> None:
    _, service_task = desk.sends_to_municipality()
    path = f"/service-tasks/{service_task}/complete"

    refused = desk.post(path, {"data": {"confirmed": "yes", "certificate_number": 7}}, by="municipality")
    answered = desk.post(path, {"data": CONFIRMED}, by="municipality")

    assert (refused.status_code, refused.get_json()["type"]) == (422, "/problems/invalid")
    assert refused.get_json()["errors"] == {
        "confirmed": ["Expected one of the options offered."],
        "certificate_number": ["Expected a text."],
    }
    assert answered.status_code == 200


def test_what_an_answer_holds_besides_is_left_out_and_named(desk: Desk) -> None:
    case, service_task = desk.sends_to_municipality()
    more = {**CONFIRMED, "registrar": "Κ. Λάμπρου", "seal": {"number": 4}}

    answered = desk.post(f"/service-tasks/{service_task}/complete", {"data": more}, by="municipality")

    assert answered.get_json()["left_out"] == ["registrar", "seal"]
    assert "Λάμπρου" not in desk.get(f"/cases/{case['id']}/journal").text


def test_a_residence_that_is_not_confirmed_needs_no_certificate(desk: Desk) -> None:
    case, service_task = desk.sends_to_municipality()

    answered = desk.post(
        f"/service-tasks/{service_task}/complete", {"data": {"confirmed": False}}, by="municipality"
    )

    assert answered.status_code == 200
    assert desk.get(f"/cases/{case['id']}").get_json()["tasks"][0]["element"] == "inform_rejection"
