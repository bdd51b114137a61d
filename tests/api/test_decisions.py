"""Claims about decisions explained: with values given by hand, and with what a case knows."""

from datetime import UTC, datetime
from typing import Any

import pytest

from engine.bundle import folder
from tests.api.desk import Desk
from tests.api.test_procedures import ZIP, zipped
from tests.office import ROOT, offer

_BASE = "/procedures/amka-issue/versions/1/decisions"
_NEWBORN = {
    "person": {"category": "newborn"},
    "birth": {"date": "2026-03-01"},
    "case": {"opened_on": "2026-03-09"},
}
_APPLICATION = {
    "person": {"category": "greek_adult", "nationality": "Ελληνική", "sex": "female", "by_proxy": False},
    "birth": {"date": "1998-05-14", "place": "Αθήνα", "country": "Ελλάδα"},
    "document": {"kind": "Ταυτότητα", "number": "ΑΒ 123456"},
    "declared": True,
}


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """The desk, which issues AMKAs too."""
    offer(desk.office.engine, "amka-issue")
    return desk


def explained(desk: Desk, decision: str = "acting_person", **inputs: Any) -> Any:
    """The answer to a decision tried by hand."""
    return desk.post(f"{_BASE}/{decision}/explain", {"inputs": inputs})


def fired(explanation: dict[str, Any]) -> list[str]:
    """The ids of the rules that decided, table by table."""
    tables = [table for decision in explanation["decisions"] for table in decision["tables"]]
    return [rule["id"] for table in tables for rule in table["rules"] if rule["fired"]]


def test_the_decisions_of_a_version_are_listed_with_what_they_need(desk: Desk) -> None:
    found = {decision["id"]: decision for decision in desk.get(_BASE).get_json()["items"]}

    assert list(found) == ["acting_person", "age", "missing_papers", "required_papers"]
    assert sorted(found["missing_papers"]["requires_inputs"]) == ["birth", "case", "person", "presented"]
    assert found["missing_papers"]["requires_decisions"] == ["Απαιτούμενα δικαιολογητικά"]


def test_a_version_without_dmn_has_no_decisions(desk: Desk) -> None:
    listed = desk.get("/procedures/residence-certificate/versions/1/decisions")
    tried = desk.post("/procedures/residence-certificate/versions/1/decisions/any/explain", {"inputs": {}})

    assert listed.get_json() == {"items": []}
    assert tried.status_code == 404


def test_a_decision_tried_by_hand_shows_which_rule_decided_and_why(desk: Desk) -> None:
    explanation = explained(desk, **_NEWBORN).get_json()

    assert explanation["value"] == "parent"
    assert [decision["id"] for decision in explanation["decisions"]] == ["age", "acting_person"]
    assert fired(explanation) == ["acting_parent_of_newborn"]
    assert explanation["problems"] == []


def test_a_rule_carries_the_note_that_the_modeler_wrote_to_it(desk: Desk) -> None:
    explanation = explained(desk, **_NEWBORN).get_json()

    [table] = explanation["decisions"][-1]["tables"]
    assert table["rules"][0]["annotations"] == ["Ο ασυνόδευτος έχει επίτροπο."]


def test_a_missing_input_is_null_and_told_among_the_problems(desk: Desk) -> None:
    explanation = explained(desk, "required_papers", person={"category": "newborn"}).get_json()

    assert explanation["problems"]


def test_a_number_too_long_for_most_readers_of_json_is_explained_all_the_same(desk: Desk) -> None:
    response = explained(desk, "missing_papers", **_NEWBORN, presented=[1e30])

    assert response.status_code == 200
    given = response.get_json()["decisions"][-1]["inputs"]
    assert {"name": "presented", "value": [1e30]} in given


def test_today_in_a_decision_is_the_day_where_the_office_is(desk: Desk) -> None:
    files = dict(folder(ROOT / "processes", ROOT / "forms", "amka-issue"))
    files["amka-papers.dmn"] = files["amka-papers.dmn"].replace(
        b"years and months duration(date(birth.date), date(case.opened_on)).years", b"today().day"
    )
    desk.call("POST", "/procedures", by="anna", data=zipped(files), content_type=ZIP)
    desk.office.clock.moment = datetime(2026, 3, 9, 22, 30, tzinfo=UTC)

    response = desk.post(f"{_BASE.replace('/1/', '/2/')}/age/explain", {"inputs": {}})

    assert response.get_json()["value"] == 10


def test_an_input_that_the_decision_does_not_need_is_refused_by_name(desk: Desk) -> None:
    response = explained(desk, "age", **_NEWBORN)

    assert response.status_code == 422
    assert list(response.get_json()["errors"]) == ["inputs.person"]
    assert "birth, case" in response.get_json()["errors"]["inputs.person"][0]


def test_what_is_no_decision_is_not_found(desk: Desk) -> None:
    unknown = explained(desk, "nothing")
    version = desk.post(_BASE.replace("/1/", "/2/") + "/age/explain", {"inputs": {}})

    assert (unknown.status_code, version.status_code) == (404, 404)


def test_a_case_is_explained_with_what_it_knows_and_nothing_changes(desk: Desk) -> None:
    case = desk.opens_case(procedure="amka-issue", data=_APPLICATION)

    before = desk.get(f"/cases/{case['id']}/decisions/missing_papers").get_json()
    task = case["tasks"][0]["id"]
    desk.post(f"/tasks/{task}/claim")
    desk.post(f"/tasks/{task}/complete", {"data": {"presented": ["identity"], "identity_checked": True}})
    after = desk.get(f"/cases/{case['id']}/decisions/missing_papers").get_json()

    assert [paper["id"] for paper in before["value"]] == ["identity"]
    assert after["value"] == []
    assert "paper_identity" in fired(after)


def test_a_closed_case_is_explained_with_what_it_knew_in_the_end(desk: Desk) -> None:
    case = desk.opens_case(procedure="amka-issue", data=_APPLICATION)
    for data in ({"presented": [], "identity_checked": True}, {"missing_answer": "not_filed"}):
        task = desk.get(f"/cases/{case['id']}").get_json()["tasks"][0]["id"]
        desk.post(f"/tasks/{task}/claim")
        desk.post(f"/tasks/{task}/complete", {"data": data})

    explanation = desk.get(f"/cases/{case['id']}/decisions/missing_papers").get_json()

    assert desk.get(f"/cases/{case['id']}").get_json()["status"] == "rejected"
    assert [paper["id"] for paper in explanation["value"]] == ["identity"]
    assert explanation["problems"] == []


def test_only_who_sees_a_case_sees_its_decisions(desk: Desk) -> None:
    case = desk.opens_case(procedure="amka-issue", data=_APPLICATION)
    path = f"/cases/{case['id']}/decisions/age"
    desk.gives_reason(case, by="thanos")

    statuses = {name: desk.get(path, by=name).status_code for name in ("maria", "thanos", "foteini", "anna")}

    assert statuses == {"maria": 200, "thanos": 200, "foteini": 404, "anna": 404}


def test_the_journal_says_which_rules_decided_and_nothing_about_the_person(desk: Desk) -> None:
    case = desk.opens_case(procedure="amka-issue", data=_APPLICATION)

    lines = desk.get(f"/cases/{case['id']}/journal").get_json()["items"]

    [taken] = [line["detail"] for line in lines if line["action"] == "decision_taken"]
    assert taken == {
        "element": "decide_papers",
        "decision": "required_papers",
        "rules": ["acting_applicant", "paper_identity"],
    }
