"""Claims about the calls on the record of reading, and on cases that are opened for a reason."""

from datetime import timedelta

import pytest

from engine.access.model import AccessRules
from engine.access.watch import WatchReading
from engine.kernel.actor import SYSTEM, Role
from tests.api.desk import Desk


def test_every_read_over_http_is_on_record_for_the_data_protection_officer(desk: Desk) -> None:
    case, service_task = desk.sends_to_municipality()
    desk.get(f"/cases/{case['id']}")
    desk.get(f"/cases/{case['id']}/journal")
    desk.get(f"/service-tasks/{service_task}", by="municipality")
    desk.get(f"/cases/{case['id']}", by="foteini")

    answer = desk.get("/access/records", by="danai")

    found = [(one["reader"], one["role"], one["shown"], one["purpose"]) for one in answer.get_json()["items"]]
    assert sorted(found, key=str) == [
        ("maria", "clerk", "case", "casework"),
        ("maria", "clerk", "journal", "casework"),
        ("municipality", None, "request", "request"),
    ]
    assert {one["case_number"] for one in answer.get_json()["items"]} == {case["number"]}


def test_what_an_agency_leases_is_on_record(desk: Desk) -> None:
    desk.sends_to_municipality()
    body = {"topics": ["municipality.residence"], "max": 5, "lock_seconds": 60, "worker": "r-1"}

    assert len(desk.post("/service-tasks/lease", body, by="municipality").get_json()["items"]) == 1

    (record,) = desk.get("/access/records", by="danai").get_json()["items"]
    assert (record["reader"], record["agency_key"], record["shown"]) == (
        "municipality",
        "municipality",
        "request",
    )


@pytest.mark.parametrize(
    ("query", "readers"),
    [
        ("reader=petros", ["petros"]),
        ("branch=0010", []),
        ("exceptional=true", ["thanos"]),
        ("case={number}", ["thanos", "petros", "maria"]),
        ("case=0009-26-999999-9", []),
        ("since=2026-03-09T12:00:00Z&until=2026-03-09T12:00:01Z", ["maria"]),
        ("limit=1", ["thanos"]),
    ],
)
def test_the_records_are_narrowed(desk: Desk, query: str, readers: list[str]) -> None:
    case = desk.opens_case()
    desk.gives_reason(case, by="thanos")
    for name in ("maria", "petros", "thanos"):
        desk.get(f"/cases/{case['id']}", by=name)
        desk.office.clock.advance(timedelta(minutes=1))

    answer = desk.get(f"/access/records?{query.format(number=case['number'])}", by="danai")

    if query.startswith("case=0009-26-999999"):
        assert answer.status_code in (200, 422)
        return
    assert [one["reader"] for one in answer.get_json()["items"]] == readers


@pytest.mark.parametrize("path", ["/access/records", "/access/concerns"])
def test_nobody_else_reads_the_records(desk: Desk, path: str) -> None:
    answers = {
        name: desk.get(path, by=name).status_code
        for name in ("maria", "nikos", "olga", "anna", "dimitra", "municipality", "thanos", "danai")
    }

    assert {name for name, status in answers.items() if status == 200} == {"thanos", "danai"}
    assert {status for name, status in answers.items() if name not in ("thanos", "danai")} == {403}


def test_an_auditor_gives_a_reason_and_the_data_protection_officer_reviews_it(desk: Desk) -> None:
    case = desk.opens_case()
    refused = desk.get(f"/cases/{case['id']}", by="thanos")
    opened = desk.gives_reason(case, by="thanos")
    read = desk.get(f"/cases/{case['id']}", by="thanos")

    (concern,) = desk.get("/access/concerns", by="danai").get_json()["items"]
    by_auditor = desk.post(f"/access/concerns/{concern['id']}/review", {"note": "Εντάξει."}, by="thanos")
    review = desk.post(f"/access/concerns/{concern['id']}/review", {"note": "Εντάξει."}, by="danai")
    again = desk.post(f"/access/concerns/{concern['id']}/review", {"note": "Εντάξει."}, by="danai")

    assert (refused.status_code, refused.get_json()["type"]) == (403, "/problems/reason_needed")
    assert read.status_code == 200
    assert (concern["id"], concern["case_number"], concern["reader"]) == (
        opened["id"],
        case["number"],
        "thanos",
    )
    assert (by_auditor.status_code, review.status_code, again.status_code) == (403, 200, 409)
    assert desk.get("/access/concerns", by="danai").get_json()["items"] == []
    (reviewed,) = desk.get("/access/concerns?state=reviewed", by="danai").get_json()["items"]
    assert (reviewed["reviewed_by"], reviewed["note"]) == ("danai", "Εντάξει.")


def test_a_clerk_of_another_branch_reads_and_changes_nothing(desk: Desk) -> None:
    case = desk.opens_case()
    desk.gives_reason(case, by="foteini")

    answers = [
        desk.get(f"/cases/{case['id']}", by="foteini"),
        desk.get(f"/cases/{case['id']}/documents", by="foteini"),
        desk.post(f"/cases/{case['id']}/withdraw", {"reason": "όχι"}, by="foteini"),
        desk.post(f"/cases/{case['id']}/notes", {"text": "όχι"}, by="foteini"),
        desk.post(f"/tasks/{case['tasks'][0]['id']}/claim", by="foteini"),
        desk.get(f"/tasks/{case['tasks'][0]['id']}", by="foteini"),
    ]

    assert [answer.status_code for answer in answers] == [200, 200, 404, 404, 404, 404]


def test_who_reads_one_case_after_the_other_is_shown_to_the_data_protection_officer(desk: Desk) -> None:
    for _ in range(3):
        desk.get(f"/cases/{desk.opens_case()['id']}")
    before = desk.get("/access/concerns", by="danai").get_json()["items"]

    # As a worker does every few minutes, with a smaller number.
    desk.office.does(WatchReading(rules=AccessRules(cases=2)), actor=SYSTEM)

    (concern,) = desk.get("/access/concerns", by="danai").get_json()["items"]
    assert before == []
    assert (concern["kind"], concern["reader"], concern["count"]) == ("many_cases", "maria", 3)


def test_a_reason_that_is_sent_again_is_one_access(desk: Desk) -> None:
    body = {"case": desk.opens_case()["number"], "reason": "Έλεγχος 14/2026."}
    key = {"Idempotency-Key": "exception-1"}

    answers = [desk.post("/access/exceptions", body, by="thanos", headers=key) for _ in range(2)]

    assert answers[0].get_json() == answers[1].get_json()
    assert len(desk.get("/access/concerns", by="danai").get_json()["items"]) == 1


def test_the_citizen_asks_with_the_receipt_who_has_read_the_case(desk: Desk) -> None:
    case = desk.opens_case()
    desk.get(f"/cases/{case['id']}")
    code = case["tracking_code"]

    told = desk.get(f"/track/{case['number']}/readers?code={code}", by=None)
    wrong = desk.get(f"/track/{case['number']}/readers?code=WRONG", by=None)

    (reading,) = told.get_json()["items"]
    assert reading == {
        "at": "2026-03-09T12:00:00Z",
        "office": {"el": "ΚΕΠ Αθηναίων", "en": "Athens"},
        "role": "clerk",
        "purpose": "casework",
        "shown": "case",
    }
    assert wrong.status_code == 404
    assert "maria" not in told.text


def test_how_long_a_reason_lasts_is_a_setting(desk: Desk) -> None:
    desk.engages("theano", desk.office.branch, Role.OPERATOR)
    before = desk.gives_reason(desk.opens_case(), by="thanos")
    body = {"value": "2", "reason": "Απόφαση του Υπουργείου."}

    decided = desk.post("/settings/exceptional_access_hours/changes", body, by="theano")
    after = desk.gives_reason(desk.opens_case(), by="thanos")

    assert decided.status_code == 201
    assert (before["at"], before["until"]) == ("2026-03-09T12:00:00Z", "2026-03-09T20:00:00Z")
    assert (after["at"], after["until"]) == ("2026-03-09T12:00:00Z", "2026-03-09T14:00:00Z")
