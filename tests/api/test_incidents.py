"""Incidents over HTTP: seen by those who may repair them, and repaired."""

from typing import Any

import pytest

from tests.api.desk import Desk

NOBODY_CATCHES = {"code": "METEOR", "message": "Η Ελένη δεν βρέθηκε."}


@pytest.fixture
def stuck(desk: Desk) -> dict[str, Any]:
    """A case that is stuck, because the municipality refused for a reason that nobody drew."""
    case, service_task = desk.sends_to_municipality()
    response = desk.post(f"/service-tasks/{service_task}/fail", NOBODY_CATCHES, by="municipality")
    assert response.status_code == 409, response.text
    return case


def incident_of(desk: Desk, case: dict[str, Any]) -> dict[str, Any]:
    (incident,) = desk.get(f"/cases/{case['id']}").get_json()["incidents"]
    return dict(incident)


def test_a_stuck_case_shows_its_incident_and_nothing_of_what_was_sent(
    desk: Desk, stuck: dict[str, Any]
) -> None:
    incident = incident_of(desk, stuck)

    assert (incident["code"], incident["attempted"], incident["attempts"]) == ("uncaught_error", "fail", 1)
    assert incident["resolved_at"] is None
    assert "Ελένη" not in str(incident)


def test_managers_and_operators_list_incidents_and_clerks_do_not(desk: Desk, stuck: dict[str, Any]) -> None:
    for name in ("nikos", "olga"):
        listed = desk.get("/incidents", by=name).get_json()["items"]
        assert [incident["case_id"] for incident in listed] == [stuck["id"]]

    assert desk.get("/incidents", by="maria").status_code == 403
    assert desk.get("/incidents", by="municipality").status_code == 403
    assert desk.get("/incidents?state=resolved", by="nikos").get_json()["items"] == []
    of_versions = [desk.get(f"/incidents?version={one}", by="nikos").get_json()["items"] for one in (1, 2)]
    assert [len(items) for items in of_versions] == [1, 0]
    assert desk.get("/incidents?state=lost", by="nikos").status_code == 422


def test_an_attempt_that_stops_again_is_a_conflict_and_counted(desk: Desk, stuck: dict[str, Any]) -> None:
    incident = incident_of(desk, stuck)

    response = desk.post(f"/incidents/{incident['id']}/retry", by="nikos")

    assert response.status_code == 409
    assert response.get_json()["type"] == "/problems/incident_open"
    assert incident_of(desk, stuck)["attempts"] == 2


def test_a_case_is_moved_on_by_its_manager(desk: Desk, stuck: dict[str, Any]) -> None:
    element = desk.get(f"/cases/{stuck['id']}").get_json()["service_tasks"][0]["element"]
    move = {"from": element, "to": "hand_over", "reason": "Απάντησε τηλεφωνικά."}

    refused = desk.post(f"/cases/{stuck['id']}/move", move)
    moved = desk.post(f"/cases/{stuck['id']}/move", move, by="nikos")

    assert refused.status_code == 403
    assert moved.status_code == 200, moved.text
    assert [task["element"] for task in moved.get_json()["tasks"]] == ["hand_over"]
    assert "stuck" not in moved.get_json()["flags"]
    assert desk.get(f"/cases/{stuck['id']}").get_json()["incidents"] == []


def test_a_move_to_nowhere_says_why(desk: Desk, stuck: dict[str, Any]) -> None:
    move = {"from": "hand_over", "to": "nowhere", "reason": "…"}

    response = desk.post(f"/cases/{stuck['id']}/move", move, by="nikos")

    assert response.status_code == 409
    assert response.get_json()["type"] == "/problems/move_refused"


def test_a_variable_is_corrected_and_seen_by_who_may_repair(desk: Desk, stuck: dict[str, Any]) -> None:
    correction = {"path": "applicant.family_name", "value": "Παπαδοπούλου", "reason": "Ταυτότητα"}

    corrected = desk.post(f"/cases/{stuck['id']}/correct", correction, by="nikos")
    seen = desk.get(f"/cases/{stuck['id']}/variables", by="olga").get_json()["variables"]

    assert corrected.status_code == 200, corrected.text
    assert seen["applicant"]["family_name"] == "Παπαδοπούλου"
    assert desk.get(f"/cases/{stuck['id']}/variables").status_code == 403
    journal = desk.get(f"/cases/{stuck['id']}/journal?limit=100").get_json()["items"]
    assert "Παπαδοπούλου" not in str([line["detail"] for line in journal])


def test_a_correction_of_what_is_no_context_is_told_by_field(desk: Desk, stuck: dict[str, Any]) -> None:
    correction = {"path": "applicant.afm.digits", "value": 9, "reason": "…"}

    response = desk.post(f"/cases/{stuck['id']}/correct", correction, by="nikos")

    assert response.status_code == 422
    assert set(response.get_json()["errors"]) == {"path"}


def test_an_incident_that_nobody_knows_is_not_found(desk: Desk, stuck: dict[str, Any]) -> None:
    assert desk.post(f"/incidents/{stuck['id']}/retry", by="nikos").status_code == 404
