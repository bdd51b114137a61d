"""Claims about rights by need: who may read something may do so for what they do now, and no longer."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from engine.bootstrap import build
from engine.cases.callers import LONGEST_CALL
from engine.kernel.actor import Role
from engine.settings import from_environment
from tests.api.desk import APPLICANT, NEW_CASE, Desk, a_desk
from tests.builders import NOON
from tests.bundle.samples import form_json
from tests.messages.drawn import drawn
from tests.office import PAPERS_COMPLETE, MovableClock, offer_files
from tests.runtime.diagrams import chain, end, mapping, service, start, user

CALLER = {**APPLICANT, "amka": "01018012342", "patronymic": "Γεώργιος"}
WEAK = {"afm": CALLER["afm"], "patronymic": CALLER["patronymic"]}
NUMBERS = {"afm": CALLER["afm"], "amka": CALLER["amka"]}
PDF = b"%PDF-1.7 a bill"
BYTES = {"Content-Type": "application/octet-stream"}


@pytest.fixture
def stored(database_url: str) -> Iterator[Desk]:
    """A desk on each kind of database."""
    clock = MovableClock(NOON)
    engine = build(from_environment({"STOA_DATABASE_URL": database_url}), clock=clock)
    yield a_desk(engine, clock=clock)
    engine.close()


def recognises(desk: Desk, case: dict[str, Any], answers: dict[str, Any]) -> str:
    """Let Dimitra ask the caller about a case; the path of what she may tell them then."""
    path = f"/callers/cases/{case['id']}"
    answer = desk.post(f"{path}/identify", {"answers": answers}, by="dimitra")
    assert answer.get_json() == {"recognised": True}
    return path


def adds(desk: Desk, case_id: str, name: str = "bill.pdf", content: bytes = PDF) -> dict[str, Any]:
    """Maria brings a document into a case."""
    path = f"/cases/{case_id}/documents?name={name}"
    document: dict[str, Any] = desk.post(path, data=content, headers=BYTES).get_json()
    return document


# The call centre


def test_an_agent_sees_a_case_in_the_call_of_its_caller_and_not_before_or_after(stored: Desk) -> None:
    desk, case = stored, stored.opens_case(applicant=CALLER)
    path = f"/callers/cases/{case['id']}"

    before = desk.get(path, by="dimitra")
    recognises(desk, case, WEAK)
    during = desk.get(path, by="dimitra")
    desk.post("/callers/end", by="dimitra")
    after = desk.get(path, by="dimitra")

    assert (before.status_code, during.status_code, after.status_code) == (403, 200, 403)
    assert before.get_json()["type"] == "/problems/caller_not_recognised"
    assert during.get_json()["number"] == case["number"]
    assert during.get_json()["applicant"] == "Ελένη Δημητρίου"


def test_the_next_call_ends_the_one_before(desk: Desk) -> None:
    first, second = desk.opens_case(applicant=CALLER), desk.opens_case(applicant=CALLER)

    path = recognises(desk, first, WEAK)
    recognises(desk, second, WEAK)

    assert desk.get(path, by="dimitra").status_code == 403


def test_a_caller_who_is_not_recognised_ends_the_call_before(desk: Desk) -> None:
    case = desk.opens_case(applicant=CALLER)
    path = recognises(desk, case, WEAK)

    desk.post(f"{path}/identify", {"answers": {**WEAK, "afm": "123456783"}}, by="dimitra")

    assert desk.get(path, by="dimitra").status_code == 403


def test_no_call_lasts_for_ever(desk: Desk) -> None:
    path = recognises(desk, desk.opens_case(applicant=CALLER), WEAK)

    desk.office.clock.advance(LONGEST_CALL - timedelta(seconds=1))
    in_time = desk.get(path, by="dimitra").status_code
    desk.office.clock.advance(timedelta(seconds=1))

    assert (in_time, desk.get(path, by="dimitra").status_code) == (200, 403)


def test_a_call_is_of_the_agent_who_takes_it(desk: Desk) -> None:
    path = recognises(desk, desk.opens_case(applicant=CALLER), WEAK)
    desk.engages("eleni", desk.office.branch, Role.AGENT)

    assert desk.get(path, by="eleni").status_code == 403
    assert desk.get(path, by="maria").status_code == 403


def test_what_is_told_in_a_call_depends_on_what_the_caller_named(desk: Desk) -> None:
    case = desk.opens_case(applicant=CALLER)
    document = adds(desk, case["id"])
    code = case["tracking_code"]

    told = [
        desk.get(recognises(desk, case, answers), by="dimitra").get_json()
        for answers in (WEAK, NUMBERS, {**WEAK, "tracking_code": code})
    ]

    assert [(one["documents"], one["tracking_code"]) for one in told] == [
        (None, None),
        (None, code),
        ([document], None),
    ]


def test_an_agent_reads_nothing_else_of_the_case_not_even_in_the_call(desk: Desk) -> None:
    case = desk.opens_case(applicant=CALLER)
    document, task = adds(desk, case["id"]), case["tasks"][0]["id"]
    recognises(desk, case, {**NUMBERS, "tracking_code": case["tracking_code"]})

    parts = ("", "/journal", "/diagram", "/documents", "/notes", "/next-steps", "/related", "/notices")
    refused = [desk.get(f"/cases/{case['id']}{part}", by="dimitra") for part in parts] + [
        desk.get(f"/documents/{document['id']}/content", by="dimitra"),
        desk.get(f"/tasks/{task}", by="dimitra"),
    ]
    lists = [desk.get(path, by="dimitra").get_json()["items"] for path in ("/cases", "/tasks")]

    assert {answer.status_code for answer in refused} == {404}
    assert lists == [[], []]


def test_what_an_agent_finds_does_not_say_what_a_case_is_about(desk: Desk) -> None:
    desk.opens_case(applicant=CALLER)

    found = desk.get("/callers/cases?q=dimitriou", by="dimitra").get_json()["items"]

    assert [set(one) for one in found] == [{"id", "number", "branch", "opened_at"}]


def test_an_agent_takes_no_details_over_from_a_case(desk: Desk) -> None:
    earlier = desk.opens_case(applicant=CALLER)

    body = {**NEW_CASE, "branch": "0009", "channel": "phone", "taken_over_from": earlier["id"]}
    answer = desk.post("/cases", body, by="dimitra")

    assert answer.status_code in (404, 422)


def test_who_opens_a_case_by_telephone_may_tell_their_caller_all_of_it(desk: Desk) -> None:
    body = {**NEW_CASE, "channel": "phone", "branch": "0010"}
    opened = desk.post("/cases", body, by="dimitra").get_json()

    told = desk.get(f"/callers/cases/{opened['id']}", by="dimitra").get_json()

    assert (told["documents"], told["tracking_code"]) == ([], opened["tracking_code"])


# Auditors


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.SUPERVISOR])
def test_who_looks_at_everything_reads_what_was_typed_once_the_task_is_done(desk: Desk, role: Role) -> None:
    desk.engages("eleni", desk.office.branch, role)
    case = desk.opens_case()
    task = case["tasks"][0]["id"]
    desk.gives_reason(case, by="eleni")
    desk.post(f"/tasks/{task}/claim")
    desk.call("PUT", f"/tasks/{task}/draft", json={"data": PAPERS_COMPLETE})

    while_open = desk.get(f"/tasks/{task}", by="eleni").get_json()
    to_colleague = desk.get(f"/tasks/{task}", by="petros").get_json()
    desk.post(f"/tasks/{task}/complete", {"data": PAPERS_COMPLETE})
    when_done = desk.get(f"/tasks/{task}", by="eleni").get_json()

    assert (while_open["prefill"], while_open["draft"]) == ({}, None)
    assert to_colleague["draft"] == PAPERS_COMPLETE
    assert when_done["prefill"] or when_done["draft"]


# Agencies


def asks(desk: Desk, papers: str | None) -> tuple[str, dict[str, dict[str, Any]]]:
    """A request that hands a bill over in a variable, and the documents of its case by name.

    `other` and `bill` were in the case when it was sent, `late` came afterwards.
    """
    declared = (
        f'<zeebe:properties><zeebe:property name="stoa:documents" value="{papers}"/></zeebe:properties>'
    )
    handed = mapping(inputs={"proof": '{bill: bill, kind: "bill"}', "purpose": '"rent"'})
    files = drawn(
        "asking",
        start(),
        user("look", extensions='<zeebe:formDefinition formId="look"/>'),
        service("ask", topic="municipality.residence", extensions=handed + (declared if papers else "")),
        end("done"),
        chain("start", "look", "ask", "done"),
    )
    bill = {"type": "filepicker", "id": "Field_bill", "key": "bill", "label": "Λογαριασμός"}
    files["forms/look.form"] = form_json(bill, form_id="look")
    offer_files(desk.office.engine, files)
    case = desk.opens_case(procedure="asking", data={})
    documents = {name: adds(desk, case["id"], name, PDF + name.encode()) for name in ("bill", "other")}
    task = case["tasks"][0]["id"]
    desk.post(f"/tasks/{task}/claim")
    desk.office.clock.advance(timedelta(minutes=1))
    sent = desk.post(f"/tasks/{task}/complete", {"data": {"bill": documents["bill"]["id"]}})
    assert sent.status_code == 200, sent.text
    desk.office.clock.advance(timedelta(minutes=1))
    documents["late"] = adds(desk, case["id"], "late", PDF + b"late")
    return sent.get_json()["service_tasks"][0]["id"], documents


@pytest.mark.parametrize(
    ("papers", "named"),
    [
        (None, {"bill"}),
        ("none", set()),
        ("all", {"bill", "other"}),
        ("proof", {"bill"}),
        ("purpose", set()),
        ("purpose, proof", {"bill"}),
    ],
)
def test_an_agency_reads_the_papers_that_its_request_names_and_no_later_ones(
    desk: Desk, papers: str | None, named: set[str]
) -> None:
    request, documents = asks(desk, papers)
    path = f"/service-tasks/{request}/documents"

    listed = desk.get(path, by="municipality").get_json()["items"]
    read = {
        name
        for name, one in documents.items()
        if desk.get(f"{path}/{one['id']}/content", by="municipality").status_code == 200
    }

    assert {one["id"] for one in listed} == {documents[name]["id"] for name in named}
    assert read == named
    assert len(desk.get(path, by="maria").get_json()["items"]) == 3


def test_an_agency_reads_what_it_added_and_what_was_brought_because_it_asked(stored: Desk) -> None:
    desk = stored
    request, documents = asks(desk, "none")
    path = f"/service-tasks/{request}"
    own = desk.post(f"{path}/documents", by="municipality", data=PDF + b"own", headers=BYTES).get_json()
    desk.post(f"{path}/ask-supplement", {"wanted": "Λογαριασμό ρεύματος."}, by="municipality")
    brought = {"documents": [{"document": documents["late"]["id"]}]}

    handed = desk.post(f"{path}/bring-supplement", {"data": brought})
    listed = desk.get(f"{path}/documents", by="municipality").get_json()["items"]

    assert handed.status_code == 200, handed.text
    assert {one["id"] for one in listed} == {own["id"], documents["late"]["id"]}


def test_an_agency_reads_no_paper_once_its_request_is_closed(desk: Desk) -> None:
    request, documents = asks(desk, "all")
    path = f"/service-tasks/{request}"

    desk.post(f"{path}/complete", {"data": {}}, by="municipality")

    for address in (f"{path}/documents", f"{path}/documents/{documents['bill']['id']}/content"):
        assert desk.get(address, by="municipality").status_code == 404
        assert desk.get(address, by="maria").status_code == 200
