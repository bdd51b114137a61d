"""Claims about requests that are answered by hand: by an agency's officer, or by a clerk on its behalf."""

import json
from typing import Any

import pytest

from engine.commands.case_file import CaseState
from engine.commands.officers import AppointOfficer
from engine.commands.people import SaveUser
from engine.domain.actor import SYSTEM
from engine.queries.cases import ShowCase
from tests.builders import a_user
from tests.office import CONFIRMED
from tests.pages.visiting import OpenDesk, Visitor


@pytest.fixture
def sent(desk: OpenDesk) -> CaseState:
    """A case whose municipality was asked."""
    return desk.desk.office.sends_to_municipality()


@pytest.fixture
def stelios(desk: OpenDesk) -> Visitor:
    """Stelios, an officer of the municipality, who works in no branch."""
    office = desk.desk.office
    user = a_user(username="stelios", display_name="Στέλιος Μαρκάκης")
    office.does(SaveUser(user=user, branch_id=office.branch.id, roles=frozenset()), actor=SYSTEM)
    office.does(AppointOfficer(user_id=user.id, agency_id=office.agency.id), actor=SYSTEM)
    return desk.visit(user.id)


def address_of(state: CaseState) -> str:
    return f"/desk/agency/{state.service_tasks[0].id}"


def sheet_of(visitor: Visitor) -> dict[str, Any]:
    """What the form island of the page is given."""
    sheet: dict[str, Any] = json.loads(visitor.sees("//*[@data-island='form']/script")[0])
    return sheet


def now(desk: OpenDesk, state: CaseState) -> CaseState:
    view = desk.desk.office.engine.ask(ShowCase(case_id=state.case.id), actor=desk.desk.office.clerk)
    return CaseState(case=view.case, tasks=view.tasks, service_tasks=view.service_tasks)


def test_an_officer_sees_what_waits_for_their_agency(stelios: Visitor, sent: CaseState) -> None:
    stelios.opens("/desk/agency")

    assert stelios.sees("//tbody//a/@href") == [address_of(sent)]
    assert stelios.sees("//nav[@aria-label='Main']//a") == ["Requests"]


def test_a_request_shows_what_the_agency_was_told_and_no_more(stelios: Visitor, sent: CaseState) -> None:
    page = stelios.opens(address_of(sent))

    assert page.status_code == 200
    assert "Δημητρίου" in stelios.text
    assert "Πατησίων" in stelios.text
    assert "May 1, 2019" in stelios.text
    assert "Utility bill" in stelios.text
    assert stelios.sees("//main//a[contains(@href, '/desk/cases/')]") == []


def test_an_officer_answers_and_the_case_goes_on(desk: OpenDesk, stelios: Visitor, sent: CaseState) -> None:
    stelios.opens(address_of(sent))

    stelios.sends(address_of(sent) + "/answer", data=json.dumps(CONFIRMED))

    assert "The answer is on its way to the branch." in stelios.text
    assert now(desk, sent).service_tasks == ()
    assert len(now(desk, sent).tasks) == 1


def test_an_answer_with_a_gap_is_told_at_its_field(desk: OpenDesk, stelios: Visitor, sent: CaseState) -> None:
    stelios.opens(address_of(sent))

    page = stelios.sends(address_of(sent) + "/answer", data=json.dumps({"confirmed": True}))

    assert page.status_code == 422
    sheet = sheet_of(stelios)
    assert sheet["errors"] == {"certificate_number": ["An answer is required."]}
    assert sheet["data"]["confirmed"] is True
    assert len(now(desk, sent).service_tasks) == 1


def test_what_is_wrong_is_told_in_the_readers_language(
    desk: OpenDesk, stelios: Visitor, sent: CaseState
) -> None:
    stelios.language = "el"
    stelios.opens(address_of(sent))

    stelios.sends(address_of(sent) + "/answer", data=json.dumps({"confirmed": True, "number": 1}))

    assert sheet_of(stelios)["errors"] == {
        "certificate_number": ["Η απάντηση είναι υποχρεωτική."],
        "number": ["Η φόρμα δεν έχει τέτοιο πεδίο."],
    }


def test_an_officer_refuses_on_a_ground_that_the_procedure_knows(
    desk: OpenDesk, stelios: Visitor, sent: CaseState
) -> None:
    stelios.opens(address_of(sent))

    grounds = stelios.sees("//select[@name='code']/option/@value")
    stelios.sends(address_of(sent) + "/refuse", code="NOT_RESIDENT", message="Δεν βρέθηκε εγγραφή.")

    assert grounds == ["", "NOT_RESIDENT"]
    assert "The refusal is on its way to the branch." in stelios.text
    assert now(desk, sent).service_tasks == ()


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"code": "MADE_UP", "message": "Έτσι."}, "code"),
        ({"code": "NOT_RESIDENT", "message": " "}, "message"),
    ],
)
def test_a_refusal_needs_a_known_ground_and_reasons(
    stelios: Visitor, sent: CaseState, typed: dict[str, str], field: str
) -> None:
    stelios.opens(address_of(sent))

    page = stelios.sends(address_of(sent) + "/refuse", **typed)

    assert page.status_code == 422
    assert stelios.sees("//*[@aria-invalid='true']/@name") == [field]


def test_a_supplement_is_asked_for_brought_and_told(
    desk: OpenDesk, stelios: Visitor, maria: Visitor, sent: CaseState
) -> None:
    stelios.opens(address_of(sent))
    stelios.sends(address_of(sent) + "/supplement", wanted="Λογαριασμό ρεύματος του 2026.")
    citizen = desk.anybody()
    citizen.opens(f"/track?number={sent.case.number}&code={sent.case.tracking_code}")
    told = citizen.text

    maria.opens(address_of(sent))
    maria.sends(address_of(sent) + "/brought", note="Τον έφερε σήμερα.")
    stelios.opens(address_of(sent))

    assert "We wait for something from you." in told
    assert "Λογαριασμό ρεύματος του 2026." in told
    assert "The agency knows that it was brought." in maria.text
    assert "Τον έφερε σήμερα." in stelios.text


def test_a_clerk_records_what_an_agency_answered_on_paper(
    desk: OpenDesk, maria: Visitor, sent: CaseState
) -> None:
    maria.opens(address_of(sent))

    maria.sends(address_of(sent) + "/answer", data=json.dumps(CONFIRMED))

    assert maria.page is not None
    assert maria.page.request.path == f"/desk/cases/{sent.case.id}"
    assert now(desk, sent).service_tasks == ()


def test_an_officer_of_another_agency_finds_nothing(desk: OpenDesk, sent: CaseState) -> None:
    office = desk.desk.office
    user = a_user(username="vasso")
    with office.engine.read_store.reading() as reads:
        registry = reads.agency_keyed("registry")
    assert registry is not None
    office.does(SaveUser(user=user, branch_id=office.branch.id, roles=frozenset()), actor=SYSTEM)
    office.does(AppointOfficer(user_id=user.id, agency_id=registry.id), actor=SYSTEM)
    vasso = desk.visit(user.id)

    listed = vasso.opens("/desk/agency").status_code
    page = vasso.opens(address_of(sent))

    assert (listed, page.status_code) == (200, 404)
    assert "Δημητρίου" not in page.text
