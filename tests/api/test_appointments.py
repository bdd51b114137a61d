"""Claims about appointments over REST: free times, booking, the queue, the screen, and whose right it is."""

from typing import Any

import pytest

from tests.api.desk import Desk, a_desk
from tests.appointments.planned import (
    SERVICE,
    TUESDAY,
    a_planned_branch,
    asks_appointment,
    offers_appointment,
)

DAY = TUESDAY.isoformat()


@pytest.fixture
def desk() -> Desk:
    desk = a_desk()
    a_planned_branch(desk.office)
    return desk


def times(desk: Desk) -> list[str]:
    query = {"service": SERVICE, "first": DAY, "days": "1"}
    return list(desk.get("/appointments/times", query_string=query).get_json()["times"])


def books(desk: Desk, starts_at: str, **changes: Any) -> Any:
    body = {"service": SERVICE, "starts_at": starts_at, "name": "Ελένη Δημητρίου", "phone": "6912345678"}
    return desk.post("/appointments", {**body, **changes})


def test_a_clerk_books_a_free_time_which_is_taken_then(desk: Desk) -> None:
    first, *_ = before = times(desk)

    booked = [books(desk, first, phone=phone).status_code for phone in ("6912345678", "6912345679")]

    assert before == [f"{DAY}T06:{m:02}:00Z" for m in (0, 20, 40)] + [
        f"{DAY}T07:{m:02}:00Z" for m in (0, 20, 40)
    ]
    assert booked == [201, 201]
    assert times(desk) == before[1:]


def test_a_third_for_two_counters_is_refused(desk: Desk) -> None:
    first = times(desk)[0]
    for phone in ("6912345678", "6912345679"):
        books(desk, first, phone=phone)

    refused = books(desk, first, phone="6912345670")

    assert refused.status_code == 409
    assert refused.get_json()["type"].endswith("time_taken")


def test_one_person_has_one_booking_of_a_service(desk: Desk) -> None:
    first, second, *_ = times(desk)
    books(desk, first)

    refused = books(desk, second)

    assert refused.get_json()["type"].endswith("already_booked")
    assert times(desk)[1] == second


def test_a_move_gives_the_old_time_back(desk: Desk) -> None:
    first, second, *_ = times(desk)
    booked = books(desk, first).get_json()

    moved = desk.post(f"/appointments/{booked['id']}/move", {"starts_at": second}).get_json()

    assert (moved["starts_at"], moved["sequence"]) == (second, 1)
    assert times(desk)[0] == first


def test_what_is_cancelled_is_free_and_over(desk: Desk) -> None:
    first = times(desk)[0]
    booked = books(desk, first).get_json()

    cancelled = desk.post(f"/appointments/{booked['id']}/cancel").get_json()
    again = desk.post(f"/appointments/{booked['id']}/cancel")

    assert (cancelled["state"], cancelled["cancelled_by"]) == ("cancelled", "branch")
    assert again.status_code == 409
    assert desk.get("/appointments", query_string={"day": DAY}).get_json()["items"] == []


def test_without_a_way_to_be_told_nobody_is_booked(desk: Desk) -> None:
    refused = books(desk, times(desk)[0], name=" ", phone="")

    assert refused.status_code == 422
    assert set(refused.get_json()["errors"]) == {"name", "phone"}


def test_a_citizen_chooses_moves_and_cancels_with_the_receipt(desk: Desk) -> None:
    offers_appointment(desk.office)
    state, request = asks_appointment(desk.office)
    code = desk.office.code_of(state.case)
    path = f"/track/{state.case.number}/appointments"
    query = {"code": code, "request_id": str(request.id), "first": DAY}

    shown = desk.get(path, by=None, query_string=query).get_json()
    first, second, *_ = shown["free"]["times"]
    body = {"code": code, "request_id": str(request.id), "starts_at": first}
    booked = desk.post(path, body, by=None)
    appointment = booked.get_json()["id"]
    moved = desk.post(f"{path}/{appointment}/move", {"code": code, "starts_at": second}, by=None)
    cancelled = desk.post(f"{path}/{appointment}/cancel", {"code": code}, by=None)

    assert [one.status_code for one in (booked, moved, cancelled)] == [201, 200, 200]
    assert moved.get_json()["starts_at"] == second
    assert desk.get(f"/cases/{state.case.id}").get_json()["status"] == "completed"


def test_a_wrong_code_opens_no_appointment(desk: Desk) -> None:
    offers_appointment(desk.office)
    state, request = asks_appointment(desk.office)
    path = f"/track/{state.case.number}/appointments"

    body = {"code": "K7QX-9PAB-2MRT-4WZE", "request_id": str(request.id), "starts_at": times(desk)[0]}
    refused = desk.post(path, body, by=None)

    assert refused.status_code == 404


def test_the_screen_shows_numbers_and_no_names(desk: Desk) -> None:
    schedule = desk.get("/appointments/schedule", by="nikos").get_json()
    link = desk.post("/appointments/links/screen", by="nikos").get_json()["text"]
    desk.post("/tickets", {"service_id": schedule["services"][0]["id"]})
    called = desk.post("/tickets/next", {"resource_id": schedule["resources"][0]["id"]}).get_json()["ticket"]

    shown = desk.get(f"/screens/{link}", by=None).get_json()

    place = {"el": "Γκισέ 1", "en": "Counter 1"}
    assert shown == {"called": [{"number": called["number"], "place": place}], "waiting": 0}
    assert desk.get("/screens/another", by=None).status_code == 404


def test_a_new_link_replaces_the_one_before(desk: Desk) -> None:
    first, second = (desk.post("/appointments/links/screen", by="nikos").get_json()["text"] for _ in range(2))

    assert desk.get(f"/screens/{first}", by=None).status_code == 404
    assert desk.get(f"/screens/{second}", by=None).status_code == 200


def test_nobody_is_called_to_a_counter_where_somebody_is(desk: Desk) -> None:
    schedule = desk.get("/appointments/schedule", by="nikos").get_json()
    service, counter = schedule["services"][0]["id"], schedule["resources"][0]["id"]
    for _ in range(2):
        desk.post("/tickets", {"service_id": service})
    called = desk.post("/tickets/next", {"resource_id": counter}).get_json()["ticket"]

    busy = desk.post("/tickets/next", {"resource_id": counter})
    desk.post(f"/tickets/{called['id']}/leave")
    following = desk.post("/tickets/next", {"resource_id": counter}).get_json()["ticket"]

    assert busy.get_json()["type"].endswith("counter_busy")
    assert (called["number"], following["number"]) == (1, 2)


def test_clerks_of_another_branch_see_no_appointment(desk: Desk) -> None:
    booked = books(desk, times(desk)[0]).get_json()

    assert desk.get(f"/appointments/{booked['id']}", by="foteini").status_code == 404
    assert desk.post("/appointments/services", {"key": "x", "name": "x", "minutes": 5}).status_code == 403
