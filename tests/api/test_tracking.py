"""Claims about tracking: the receipt opens the status, nothing personal, and takes what is missing."""

from io import BytesIO
from typing import Any

import pytest
from werkzeug.test import TestResponse

from api.supplies import LARGEST_BODY
from tests.api.desk import BASE, Desk, a_desk
from tests.office import CONFIRMED

PDF = b"%PDF-1.7 a bill"


def asked(desk: Desk) -> dict[str, Any]:
    """A case in which the municipality wants something more; what tracking tells of it, with its code."""
    case, service_task = desk.sends_to_municipality()
    desk.post(f"/service-tasks/{service_task}/ask-supplement", {"wanted": "Λογαριασμός."}, by="municipality")
    code = case["tracking_code"]
    return {**desk.get(f"/track/{case['number']}?code={code}", by=None).get_json(), "code": code}


def sends(
    desk: Desk, tracked: dict[str, Any], *contents: bytes, key: str | None = None, **fields: Any
) -> TestResponse:
    """Send files to what the case awaits."""
    files = [(BytesIO(content), f"Ελένη {number}.pdf") for number, content in enumerate(contents)]
    form = {"code": tracked["code"], "awaited": tracked["awaited"][0]["id"], "files": files, **fields}
    headers = {"Idempotency-Key": key} if key else {}
    headers["Content-Type"] = "multipart/form-data"
    return desk.call("POST", f"/track/{tracked['number']}/supplies", by=None, data=form, headers=headers)


def test_the_receipt_shows_where_the_case_is(desk: Desk) -> None:
    case, service_task = desk.sends_to_municipality()
    path = f"/track/{case['number'].replace('-', '')}?code={case['tracking_code'].lower()}"

    waiting = desk.get(path, by=None).get_json()
    desk.post(f"/service-tasks/{service_task}/complete", {"data": CONFIRMED}, by="municipality")
    ready = desk.get(path, by=None).get_json()

    assert waiting["flags"] == ["awaiting_agency"]
    assert ready["flags"] == ["ready_for_pickup"]
    assert ready["expected"]["en"] == "Your document is ready: please come and collect it."
    assert ready["procedure"]["el"] == "Βεβαίωση μόνιμης κατοικίας"


def test_nothing_personal_is_shown(desk: Desk) -> None:
    case = desk.opens_case()

    text = desk.get(f"/track/{case['number']}?code={case['tracking_code']}", by=None).text

    for personal in ("Δημητρίου", "094014201", "maria", case["id"]):
        assert personal not in text


def test_a_wrong_code_and_an_unknown_number_look_alike(desk: Desk) -> None:
    case = desk.opens_case()

    answers = [
        desk.get(f"/track/{case['number']}?code=AAAAAAAA", by=None),
        desk.get("/track/0009-26-000999-9?code=AAAAAAAA", by=None),
        desk.get("/track/nonsense?code=AAAAAAAA", by=None),
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.data for answer in answers}) == 1


def test_what_is_awaited_can_be_sent_with_the_receipt(desk: Desk) -> None:
    tracked = asked(desk)

    answer = sends(desk, tracked, PDF, note="Ο νέος λογαριασμός.")

    after = desk.get(f"/track/{tracked['number']}?code={tracked['code']}", by=None).get_json()
    assert (answer.status_code, [thing["wanted"] for thing in tracked["awaited"]]) == (201, ["Λογαριασμός."])
    assert answer.get_json()["documents"] == after["brought"]
    assert (after["awaited"], after["flags"]) == ([], ["awaiting_agency"])
    assert "Ελένη" not in answer.text


def test_a_request_with_the_same_key_sends_once(desk: Desk) -> None:
    tracked = asked(desk)

    first, second = (sends(desk, tracked, PDF, key="k1") for _ in range(2))
    other = sends(desk, tracked, PDF + b"2", key="k1")

    assert (first.status_code, second.status_code, first.get_json()) == (201, 201, second.get_json())
    assert (other.status_code, other.get_json()["type"]) == (422, "/problems/idempotency_key_reused")


def test_a_key_tells_nothing_to_whoever_has_another_code(desk: Desk) -> None:
    tracked = asked(desk)
    sends(desk, tracked, PDF, key="k1")

    stranger = sends(desk, tracked, PDF, key="k1", code="AAAAAAAA")

    assert (stranger.status_code, stranger.get_json()["type"]) == (404, "/problems/not_found")


@pytest.mark.parametrize(
    ("fields", "contents", "status", "wrong"),
    [
        ({}, (), 422, ["files"]),
        ({}, (b"MZ",), 422, ["files.0"]),
        ({"awaited": "x", "sender": "me"}, (PDF,), 422, ["awaited", "sender"]),
        ({"note": "α" * 1001}, (PDF,), 422, ["note"]),
        ({"note": "a\x00"}, (PDF,), 422, ["note"]),
        ({"code": "AAAAAAAA"}, (PDF,), 404, []),
    ],
)
def test_what_cannot_be_taken_is_told_by_field(
    desk: Desk, fields: dict[str, str], contents: tuple[bytes, ...], status: int, wrong: list[str]
) -> None:
    tracked = asked(desk)

    answer = sends(desk, tracked, *contents, **fields)

    assert (answer.status_code, sorted(answer.get_json().get("errors", {}))) == (status, wrong)


def test_what_is_no_longer_awaited_is_a_conflict(desk: Desk) -> None:
    tracked = asked(desk)
    sends(desk, tracked, PDF)

    answer = sends(desk, tracked, PDF + b"2")

    assert (answer.status_code, answer.get_json()["type"]) == (409, "/problems/not_awaited")


def test_a_body_larger_than_all_files_may_be_is_not_read(desk: Desk) -> None:
    answer = desk.client.post(
        f"{BASE}/track/0009-26-000001-6/supplies",
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"CONTENT_LENGTH": str(LARGEST_BODY + 1)},
    )

    assert answer.status_code == 413


def test_whoever_sends_too_often_waits() -> None:
    desk = a_desk(STOA_PUBLIC_RATE_LIMIT="2")
    tracked = asked(desk)

    answers = [sends(desk, tracked, code="AAAAAAAA") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [404, 404, 429]
