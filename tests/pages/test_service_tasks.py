"""Claims about requests that are answered by hand: by an agency's officer, or by a clerk on its behalf."""

import json
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest

from api.pages.service_tasks.facts import facts_of
from engine.bundle.contract import AnswerSheet
from engine.cases.changeset import CaseState
from engine.cases.lifecycle import SuspendCase, WithdrawCase
from engine.cases.queries import ShowCase
from engine.documents.add import AddDocument
from engine.kernel.actor import SYSTEM
from engine.organisation import store as organisation_store
from engine.people.officers import AppointOfficer
from engine.people.users import SaveUser
from engine.service_tasks.answer_sheets import RequestSheet
from engine.supplements.supplement import BringSupplement
from tests.builders import a_service_task, a_user
from tests.messages.drawn import offer_drawn
from tests.office import CONFIRMED
from tests.organisations import TODAY
from tests.pages.visiting import OpenDesk, Visitor
from tests.runtime.diagrams import chain, end, mapping, service, start

PDF = b"%PDF-1.7 a bill"


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
    citizen.opens(f"/track?number={sent.case.number}&code={desk.desk.office.code_of(sent.case)}")
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
    with office.engine.store.reading() as connection:
        registry = organisation_store.agency_keyed(connection, "registry", on=TODAY)
    assert registry is not None
    office.does(SaveUser(user=user, branch_id=office.branch.id, roles=frozenset()), actor=SYSTEM)
    office.does(AppointOfficer(user_id=user.id, agency_id=registry.id), actor=SYSTEM)
    vasso = desk.visit(user.id)

    listed = vasso.opens("/desk/agency").status_code
    page = vasso.opens(address_of(sent))

    assert (listed, page.status_code) == (200, 404)
    assert "Δημητρίου" not in page.text


def test_what_the_agency_was_told_is_called_as_the_forms_called_it(stelios: Visitor, sent: CaseState) -> None:
    stelios.language = "el"
    stelios.opens(address_of(sent))

    names, values = stelios.sees("//main//dt | //main//h3"), stelios.sees("//main//dl//dd[not(dl)]")

    assert {"Επώνυμο", "Αποδεικτικό κατοικίας", "Κατοικεί εκεί από"} <= set(names)
    assert {"Λογαριασμός ΔΕΚΟ", "1 Μαΐου 2019"} <= set(values)
    assert "utility_bill" not in values


def test_an_officer_sees_the_papers_and_adds_one_to_the_answer(
    desk: OpenDesk, stelios: Visitor, maria: Visitor, sent: CaseState
) -> None:
    brought = AddDocument(case_id=sent.case.id, name="λογαριασμός.pdf", content=PDF)
    desk.desk.office.does(brought)
    stelios.opens(address_of(sent))

    (paper,) = stelios.sees("//section[@id='documents']//a[contains(., 'Download the original')]/@href")
    content = stelios.client.get(paper)
    stelios.sends(address_of(sent) + "/documents", file=(BytesIO(PDF + b" signed"), "βεβαίωση.pdf"))
    maria.opens(f"/desk/cases/{sent.case.id}")

    assert (content.status_code, content.data) == (200, PDF)
    assert content.headers["X-Content-Type-Options"] == "nosniff"
    assert "βεβαίωση.pdf" in stelios.text
    assert "βεβαίωση.pdf" in maria.text
    assert "Brought a document in" in maria.text


def test_a_file_of_no_kind_that_is_kept_is_told_in_words(stelios: Visitor, sent: CaseState) -> None:
    stelios.opens(address_of(sent))

    page = stelios.sends(address_of(sent) + "/documents", file=(BytesIO(b"<html>"), "x.html"))

    assert page.status_code == 422
    assert "Only PDF, PNG, JPEG, WebP and TIFF files are kept." in stelios.text


def test_a_request_that_was_answered_says_by_whom_and_when(
    desk: OpenDesk, stelios: Visitor, sent: CaseState
) -> None:
    stelios.opens(address_of(sent))
    stelios.sends(address_of(sent) + "/answer", data=json.dumps(CONFIRMED))

    again = stelios.opens(address_of(sent))
    said = stelios.text
    twice = stelios.sends(address_of(sent) + "/answer", data=json.dumps(CONFIRMED))

    assert again.status_code == 200
    assert "Στέλιος Μαρκάκης answered on March 9, 2026" in said
    assert stelios.sees("//main//form") == []
    assert twice.status_code == 409
    assert "the request has changed meanwhile" in stelios.text


def test_a_request_that_was_refused_says_on_what_ground(stelios: Visitor, sent: CaseState) -> None:
    stelios.opens(address_of(sent))
    stelios.sends(address_of(sent) + "/refuse", code="NOT_RESIDENT", message="Δεν βρέθηκε εγγραφή.")

    stelios.opens(address_of(sent))

    assert "Στέλιος Μαρκάκης refused on March 9, 2026" in stelios.text
    assert "Not a resident" in stelios.text
    assert "Δεν βρέθηκε εγγραφή." in stelios.text


def test_a_request_that_is_needed_no_more_says_so_and_shows_no_papers(
    desk: OpenDesk, stelios: Visitor, sent: CaseState
) -> None:
    office = desk.desk.office
    office.does(AddDocument(case_id=sent.case.id, name="λογαριασμός.pdf", content=PDF))
    office.does(WithdrawCase(case_id=sent.case.id, reason="Το ζήτησε ο πολίτης."))

    page = stelios.opens(address_of(sent))

    assert page.status_code == 200
    assert "No answer is needed any more" in stelios.text
    assert "λογαριασμός.pdf" not in stelios.text
    assert stelios.client.get(address_of(sent) + "/documents").status_code == 404


def test_requests_are_found_filtered_and_counted_by_what_the_address_says(
    desk: OpenDesk, stelios: Visitor, sent: CaseState
) -> None:
    desk.desk.office.clock.advance(timedelta(minutes=5))
    other = desk.desk.office.sends_to_municipality()
    stelios.opens(address_of(other))
    stelios.sends(address_of(other) + "/supplement", wanted="Λογαριασμό ρεύματος.")

    def listed(query: str) -> list[str]:
        stelios.opens(f"/desk/agency?{query}")
        return stelios.sees("//tbody//a/@href")

    assert listed("") == [address_of(sent), address_of(other)]
    assert stelios.sees("//*[@id='how-many']") == ["2 requests"]
    assert listed("order=newest") == [address_of(other), address_of(sent)]
    assert listed("waits=citizen") == [address_of(other)]
    assert listed("waits=us") == [address_of(sent)]
    assert listed(f"q={sent.case.number[-8:]}") == [address_of(sent)]
    assert listed("procedure=criminal-record") == []
    assert "Nothing matches this search." in stelios.text
    assert listed("q=abc&waits=nobody&order=oddly&procedure=residence-certificate") != []


def test_an_agency_that_nobody_asks_is_told_so(stelios: Visitor) -> None:
    stelios.opens("/desk/agency")

    assert "Nothing waits for your agency." in stelios.text


def test_a_diagram_that_names_no_form_is_answered_by_its_results(desk: OpenDesk, stelios: Visitor) -> None:
    office = desk.desk.office
    asks = service("ask", topic="municipality.residence", extensions=mapping(outputs={"found": "found"}))
    offer_drawn(office, "without-form", start(), asks, end("done"), chain("start", "ask", "done"))
    state = office.opens_case(procedure="without-form", data={})
    stelios.opens(address_of(state))

    gap = stelios.sends(address_of(state) + "/answer").status_code
    stelios.sends(address_of(state) + "/answer", **{"result-found": "ναι"})

    assert gap == 422
    assert "The answer is on its way to the branch." in stelios.text
    assert now(desk, state).service_tasks == ()


def test_what_rests_with_its_case_is_told_so(desk: OpenDesk, stelios: Visitor, sent: CaseState) -> None:
    desk.desk.office.does(SuspendCase(case_id=sent.case.id, reason="Εκκρεμεί δικαστική απόφαση."))
    stelios.opens(address_of(sent))

    page = stelios.sends(address_of(sent) + "/supplement", wanted="Λογαριασμό ρεύματος.")

    assert page.status_code == 409
    assert "the case rests, or it is closed" in stelios.text


def test_the_clerk_chooses_which_papers_the_agency_reads_with_what_was_brought(
    desk: OpenDesk, stelios: Visitor, maria: Visitor, sent: CaseState
) -> None:
    stelios.opens(address_of(sent))
    stelios.sends(address_of(sent) + "/supplement", wanted="Λογαριασμό ρεύματος.")
    desk.desk.office.clock.advance(timedelta(minutes=5))
    chosen, other = (
        desk.desk.office.does(AddDocument(case_id=sent.case.id, name=name, content=PDF + name.encode()))
        for name in ("ΔΕΗ.pdf", "ιατρικό.pdf")
    )

    maria.opens(address_of(sent))
    offered = maria.sees("//input[@name='document']/@value")
    maria.sends(address_of(sent) + "/brought", note="Ο λογαριασμός.", document=[str(chosen.id)])
    stelios.opens(address_of(sent))

    assert set(offered) == {str(chosen.id), str(other.id)}
    assert "ΔΕΗ.pdf" in stelios.text
    assert "ιατρικό.pdf" not in stelios.text


def test_what_was_brought_is_told_with_the_names_of_its_documents(
    desk: OpenDesk, stelios: Visitor, maria: Visitor, sent: CaseState
) -> None:
    stelios.opens(address_of(sent))
    stelios.sends(address_of(sent) + "/supplement", wanted="Λογαριασμό ρεύματος.")
    brought = {"note": "Δύο σελίδες.", "documents": [{"name": "ΔΕΗ.pdf", "sha256": "9f86d081"}]}
    task = now(desk, sent).service_tasks[0]
    desk.desk.office.does(BringSupplement(service_task_id=task.id, data=brought))

    stelios.opens(address_of(sent))

    assert {"Supplement", "Note", "Documents"} <= set(stelios.sees("//main//dt | //main//h3"))
    assert {"Δύο σελίδες.", "ΔΕΗ.pdf"} <= set(stelios.sees("//main//dd"))
    assert "9f86d081" not in " ".join(stelios.sees("//main//dd"))


def test_lists_and_what_no_form_names_are_told_too(still: OpenDesk) -> None:
    form = {
        "components": [
            {
                "type": "checklist",
                "key": "papers",
                "label": "Χαρτιά",
                "values": [{"label": "Άδεια", "value": 7}],
            },
            {
                "type": "dynamiclist",
                "path": "people",
                "label": "Πρόσωπα",
                "components": [{"key": "amka", "label": "ΑΜΚΑ"}],
            },
        ]
    }
    told = {
        "papers": [7],
        "people": [{"amka": "1"}, {"amka": "2"}],
        "not_the_same_as": ["3", "4"],
        "agreed": False,
    }
    sheet = RequestSheet(
        task=a_service_task(variables=told),
        title="",
        title_en="",
        answer=AnswerSheet(),
        form=None,
        forms=(form,),
        ended=None,
    )

    with still.desk.app.test_request_context(headers={"Accept-Language": "el"}):
        facts = {fact.name: fact for fact in facts_of(sheet)}

    assert facts["Χαρτιά"].value == "Άδεια"
    assert [entry.parts[0][:2] for entry in facts["Πρόσωπα"].parts] == [("ΑΜΚΑ", "1"), ("ΑΜΚΑ", "2")]
    assert facts["Not the same as"].value == "3, 4"
    assert facts["Agreed"].value == "όχι"


def test_what_a_shared_part_hands_over_in_one_is_named_as_in_the_forms(still: OpenDesk) -> None:
    licence = {"type": "textfield", "key": "number", "label": "Αριθμός άδειας"}
    form = {"components": [{"type": "group", "path": "licence", "label": "Άδεια", "components": [licence]}]}
    told = {"request": {"given_name": "Ελένη", "licence": {"number": "12"}}, "papers": ["0199"]}
    sheet = RequestSheet(
        task=a_service_task(variables=told),
        title="",
        title_en="",
        answer=AnswerSheet(),
        form=None,
        forms=(form,),
        ended=None,
    )

    with still.desk.app.test_request_context(headers={"Accept-Language": "el"}):
        facts = facts_of(sheet, {"0199": "Άδεια.pdf"})

    assert facts == [
        ("Όνομα", "Ελένη", []),
        ("Άδεια", "", [("Αριθμός άδειας", "12", [])]),
        ("Έγγραφα", "Άδεια.pdf", []),
    ]


def test_what_was_answered_is_shown_with_its_labels_and_documents(
    desk: OpenDesk, stelios: Visitor, sent: CaseState
) -> None:
    office = desk.desk.office
    document = office.does(AddDocument(case_id=sent.case.id, name="βεβαίωση.pdf", content=PDF))
    answer = {**CONFIRMED, "certificate_file": str(document.id)}
    stelios.opens(address_of(sent))
    stelios.sends(f"{address_of(sent)}/answer", data=json.dumps(answer))
    maria = desk.visit(office.clerk)

    stelios.opens(address_of(sent))
    maria.opens(f"/desk/cases/{sent.case.id}")
    (way,) = maria.sees("//a[.='See the answer']/@href")
    maria.opens(way)

    for reader in (stelios, maria):
        assert reader.sees("//section[@aria-labelledby='answered']//dt") == [
            "Is the permanent residence confirmed?",
            "Certificate number",
            "The certificate as a file",
        ]
        assert reader.sees("//section[@aria-labelledby='answered']//dd") == [
            "Yes",
            CONFIRMED["certificate_number"],
            "βεβαίωση.pdf",
        ]


def test_a_request_and_its_grounds_of_refusal_are_called_in_the_readers_language(
    desk: OpenDesk, stelios: Visitor, sent: CaseState
) -> None:
    stelios.opens(address_of(sent))
    english = stelios.sees("//h1") + stelios.sees("//select[@id='code']/option[@value='NOT_RESIDENT']")
    stelios.opens(address_of(sent) + "?lang=el")
    greek = stelios.sees("//h1") + stelios.sees("//select[@id='code']/option[@value='NOT_RESIDENT']")

    assert english == ["Municipality certifies the residence", "Not a resident"]
    assert greek == ["Βεβαίωση από τον δήμο", "Δεν είναι κάτοικος"]
