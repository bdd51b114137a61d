"""Claims about opening a case on the desk, and about the receipt."""

import json
from typing import Any

import pytest
from werkzeug.test import TestResponse

from engine.cases.model import Case
from engine.cases.queries import FindCases, ReadJournal, ShowCase
from engine.kernel.actor import SYSTEM, Role
from engine.kernel.vocabulary import PartyRole
from tests.builders import a_person
from tests.fees import NOT_EMPLOYED, offer_licence
from tests.office import APPLICATION, offer
from tests.pages.visiting import OpenDesk, Visitor

ADDRESS = "/desk/open/residence-certificate"
REQUEST: dict[str, Any] = {
    "once": "page-1",
    "channel": "counter",
    "identity": "passport",
    "applicant-given_name": "Ελένη",
    "applicant-family_name": "Δημητρίου",
    "applicant-afm": "EL 094 014 201",
    "paper": ["identity", "utility-bill"],
    "data": json.dumps(APPLICATION),
}
FOUND = "//div[@id='found']//a/strong"
PART = {"HX-Request": "true", "Accept-Language": "en"}


def cases(desk: OpenDesk) -> tuple[Case, ...]:
    return desk.desk.office.engine.ask(FindCases(), actor=SYSTEM).items


def files(visitor: Visitor, **changes: Any) -> TestResponse:
    visitor.opens(ADDRESS)
    fields = {name: value for name, value in {**REQUEST, **changes}.items() if value is not None}
    return visitor.sends(ADDRESS, follow=False, **fields)


AMKA = "/desk/open/amka-issue"
NEWBORN: dict[str, Any] = {
    "person": {"category": "newborn", "nationality": "Ελληνική", "sex": "female"},
    "birth": {"date": "2026-03-01", "place": "Αθήνα", "country": "Ελλάδα"},
    "declared": True,
}
ASKED = "//input[@name='paper']/@value"


@pytest.fixture
def amka_desk(desk: OpenDesk) -> OpenDesk:
    """A desk that offers the AMKA, whose papers depend on what is filled in."""
    offer(desk.desk.office.engine, "amka-issue")
    return desk


def test_procedures_are_found_by_words_in_both_languages(desk: OpenDesk, maria: Visitor) -> None:
    offer(desk.desk.office.engine, "amka-issue")

    for words in ("κατοικ", "ΚΑΤΟΙΚΙΑΣ", "residence"):
        maria.opens(f"/desk/open?q={words}")
        assert maria.sees(FOUND) == ["Permanent residence certificate"]
    maria.opens("/desk/open?q=nothing-like-it")
    assert maria.sees(FOUND) == []


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Sensitive personal data (GDPR, article 9)."),
        ("el", "Ευαίσθητα προσωπικά δεδομένα (ΓΚΠΔ, άρθρο 9)."),
    ],
)
def test_a_field_for_sensitive_data_says_so_and_another_does_not(
    desk: OpenDesk, language: str, words: str
) -> None:
    office = desk.desk.office
    offer(office.engine, "disabled-parking-card")
    reader = desk.visit(office.clerk, language=language)

    reader.opens("/desk/open/disabled-parking-card")

    (source,) = reader.sees("//div[@data-island='form']/script")
    opinion, vehicle = json.loads(source)["schema"]["components"]
    assert {field["description"] for field in opinion["components"]} == {words}
    assert not any(words in field.get("description", "") for field in vehicle["components"])


def test_procedures_are_found_by_their_codes_and_in_latin_letters(
    amka_desk: OpenDesk, maria: Visitor
) -> None:
    for words in ("370343", "koinonikis", "ΑΜΚΑ"):
        maria.opens(f"/desk/open?q={words}")
        assert maria.sees(FOUND) == ["Issue of a social security number (AMKA)"], words


def test_what_a_branch_opens_most_stands_first(amka_desk: OpenDesk, maria: Visitor) -> None:
    maria.opens("/desk/open")
    before = maria.sees(FOUND)

    amka_desk.desk.office.opens_case()
    maria.opens("/desk/open")

    assert before[0] == "Issue of a social security number (AMKA)"
    assert maria.sees(FOUND)[0] == "Permanent residence certificate"
    assert "opens most" in maria.text


def test_a_procedure_says_what_it_is_how_long_it_takes_and_what_it_costs(maria: Visitor) -> None:
    maria.opens("/desk/open")

    (row,) = maria.sees("//div[@id='found']//li")
    assert "lives permanently at the address given" in row
    assert "Term: 5 days · no fee" in row


def test_what_was_found_comes_alone_for_who_types_on(maria: Visitor) -> None:
    answer = maria.client.get("/desk/open?q=κατοικ", headers={"HX-Request": "true"})

    assert "<html" not in answer.text
    assert ADDRESS in answer.text


def test_a_case_is_opened_and_its_receipt_handed_over(desk: OpenDesk, maria: Visitor) -> None:
    response = files(maria, by_sms="yes", sms="6900000000")

    (case,) = cases(desk)
    assert response.headers["Location"] == f"/desk/cases/{case.id}/receipt?said=opened"
    view = desk.desk.office.engine.ask(ShowCase(case_id=case.id), actor=SYSTEM)
    assert view.parties[0].person.afm == "094014201"
    assert view.case.notify.sms == "+306900000000"
    journal = desk.desk.office.engine.ask(ReadJournal(case_id=case.id), actor=SYSTEM).items
    assert journal[0].detail["identity"] == "passport"


def test_pressing_twice_opens_one_case(desk: OpenDesk, maria: Visitor) -> None:
    first, second = files(maria), files(maria)

    assert first.headers["Location"] == second.headers["Location"]
    assert len(cases(desk)) == 1


def test_two_people_who_send_the_same_page_open_a_case_each(
    desk: OpenDesk, maria: Visitor, nikos: Visitor
) -> None:
    first, second = files(maria), files(nikos)

    assert first.headers["Location"] != second.headers["Location"]
    assert len(cases(desk)) == 2


def test_nothing_is_filed_while_an_obligatory_paper_is_missing(desk: OpenDesk, maria: Visitor) -> None:
    response = files(maria, paper=["identity"])

    assert response.status_code == 422
    assert cases(desk) == ()
    assert "one of: Utility bill" in maria.text
    assert maria.sees("//input[@name='paper'][@checked]/@value") == ["identity"]
    assert maria.sees("//input[@id='applicant-family_name']/@value") == ["Δημητρίου"]


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"applicant-afm": "094014202"}, "applicant-afm", "tax number"),
        ({"applicant-given_name": " "}, "applicant-given_name", "Enter the applicant's given name."),
        ({"applicant-birth_date": "yesterday"}, "applicant-birth_date", "Enter a date"),
        ({"identity": ""}, "identity", "how the identity was checked"),
        ({"channel": "post"}, "channel", "not offered that way"),
        ({"by_representative": "yes"}, "authorisation", "by what they act"),
        ({"by_email": "yes"}, "email", "where the citizen is to be told"),
        ({"applicant-family_name": "α" * 101}, "applicant-family_name", "At most 100"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    desk: OpenDesk, maria: Visitor, changes: dict[str, Any], field: str, said: str
) -> None:
    response = files(maria, **changes)

    assert response.status_code == 422
    assert cases(desk) == ()
    (problem,) = maria.sees(f"//a[@href='#{field}']")
    assert said in problem


def test_what_is_wrong_in_the_application_goes_back_to_its_form(desk: OpenDesk, maria: Visitor) -> None:
    response = files(maria, data=json.dumps({**APPLICATION, "declared": False}))

    assert response.status_code == 422
    sheet = json.loads(maria.sees("//div[@data-island='form']/script")[0])
    assert sheet["errors"] == {"declared": ["This must be ticked."]}
    assert sheet["data"]["residence"]["street"] == "Πατησίων"
    assert cases(desk) == ()


def test_what_is_wrong_on_the_page_and_in_the_application_is_told_together(
    desk: OpenDesk, maria: Visitor
) -> None:
    application = {
        **APPLICATION,
        "residence": {**APPLICATION["residence"], "postcode": "1"},
        "declared": False,
    }

    files(maria, data=json.dumps(application), paper=["identity"], **{"applicant-given_name": ""})

    assert "4 things need correcting" in maria.text
    listed = maria.sees("//div[@id='errors']//li/a")
    assert listed[0] == "Enter the applicant's given name."
    assert listed[1].startswith("Missing, and to be brought, one of: Utility bill")
    assert maria.sees("//div[@id='errors']//a[@href='#form']/@data-path") == [
        "residence.postcode",
        "declared",
    ]
    assert listed[2:] == [
        "Postcode: Expected a Greek postcode of 5 digits.",
        "The applicant solemnly declares that this is true: This must be ticked.",
    ]


def test_papers_of_which_one_is_enough_count_once(maria: Visitor) -> None:
    maria.opens(ADDRESS)

    assert "2 obligatory papers." in maria.text


def test_a_date_of_birth_is_given_once_and_decides_on_the_papers(amka_desk: OpenDesk, maria: Visitor) -> None:
    born = {**NEWBORN["birth"], "date": None}
    minor = {**NEWBORN, "person": {**NEWBORN["person"], "category": "greek_minor"}, "birth": born}
    fields = {"data": json.dumps(minor), "applicant-birth_date": "2012-05-01"}

    maria.opens(AMKA)
    part = maria.client.post(f"{AMKA}/papers", data={"csrf": maria.token, **fields}, headers=PART)

    assert "3 obligatory papers." in part.text


def test_a_representative_is_in_the_case_with_their_authorisation(desk: OpenDesk, maria: Visitor) -> None:
    behalf = {"representative-given_name": "Άννα", "representative-family_name": "Μελά"}

    files(maria, by_representative="yes", authorisation="lawyer", **behalf)

    (case,) = cases(desk)
    parties = desk.desk.office.engine.ask(ShowCase(case_id=case.id), actor=SYSTEM).parties
    assert {party.role for party in parties} == {PartyRole.APPLICANT, PartyRole.REPRESENTATIVE}


def test_consent_is_asked_before_anybody_is_told(desk: OpenDesk, maria: Visitor) -> None:
    files(maria, sms="6900000000")

    assert cases(desk)[0].notify.sms is None


def test_a_receipt_says_number_code_and_date_and_is_a_pdf_too(desk: OpenDesk, maria: Visitor) -> None:
    case = desk.desk.office.opens_case().case

    maria.opens(f"/desk/cases/{case.id}/receipt")
    pdf = maria.client.get(f"/desk/cases/{case.id}/receipt.pdf")

    assert case.number in maria.text
    assert desk.desk.office.code_of(case) in maria.text
    assert "Monday, March 16, 2026" in maria.text
    assert maria.sees("//img/@src")[0].startswith("data:image/svg+xml")
    assert (pdf.status_code, pdf.mimetype, pdf.data[:5]) == (200, "application/pdf", b"%PDF-")


def test_only_people_who_open_cases_see_the_form(desk: OpenDesk) -> None:
    desk.desk.engages("zoe", desk.desk.office.branch, Role.AUDITOR)

    assert desk.visit(desk.person("zoe")).opens(ADDRESS).status_code == 403


def test_a_procedure_that_is_not_offered_cannot_be_chosen(maria: Visitor) -> None:
    assert maria.opens("/desk/open/driving-licence").status_code == 404


def test_the_papers_follow_what_is_filled_in(amka_desk: OpenDesk, maria: Visitor) -> None:
    maria.opens(AMKA)
    assert maria.sees(ASKED) == []

    part = maria.client.post(
        f"{AMKA}/papers", data={"csrf": maria.token, "data": json.dumps(NEWBORN)}, headers=PART
    )

    assert "<html" not in part.text
    assert "2 obligatory papers." in part.text
    assert "Birth registration or family status certificate" in part.text


def test_without_scripts_the_papers_are_shown_on_the_whole_page(amka_desk: OpenDesk, maria: Visitor) -> None:
    maria.opens(AMKA)

    response = maria.sends(f"{AMKA}/papers", data=json.dumps(NEWBORN), **{"applicant-family_name": "Μελά"})

    assert response.status_code == 200
    assert "birth-certificate" in maria.sees(ASKED)
    assert maria.sees("//input[@id='applicant-family_name']/@value") == ["Μελά"]


def test_papers_that_the_application_demands_block_filing(amka_desk: OpenDesk, maria: Visitor) -> None:
    maria.opens(AMKA)
    request = {**REQUEST, "data": json.dumps(NEWBORN), "paper": ["birth-certificate"]}

    response = maria.sends(AMKA, **request)

    assert response.status_code == 422
    assert "to be brought: Parent's identity document and AMKA." in maria.text
    assert cases(amka_desk) == ()


def test_a_case_is_opened_with_the_papers_that_the_application_demands(
    amka_desk: OpenDesk, maria: Visitor
) -> None:
    maria.opens(AMKA)
    papers = ["birth-certificate", "parent-identity"]

    response = maria.sends(AMKA, follow=False, **{**REQUEST, "data": json.dumps(NEWBORN), "paper": papers})

    assert response.status_code == 303
    assert len(cases(amka_desk)) == 1


def test_what_is_to_be_brought_is_printed_for_who_has_to_come_back(
    amka_desk: OpenDesk, maria: Visitor
) -> None:
    maria.opens(AMKA)

    maria.sends(f"{AMKA}/to-bring", data=json.dumps(NEWBORN), paper=["parent-identity"])

    assert maria.sees("//ul[@class='boxes']/li") == ["Birth registration or family status certificate"]
    assert "Without these the application is not filed" in maria.text
    assert cases(amka_desk) == ()


def test_a_citizen_who_was_here_before_is_offered(desk: OpenDesk, maria: Visitor) -> None:
    before = desk.desk.office.opens_case().case
    maria.opens(ADDRESS)

    offered, nobody = (
        maria.client.post(
            f"{ADDRESS}/known", data={"csrf": maria.token, "applicant-afm": afm}, headers=PART
        ).text
        for afm in ("EL 094014201", "123456783")
    )

    assert before.number in offered
    assert "Ελένη Δημητρίου" in offered
    assert nobody.strip() == ""


def test_details_are_taken_over_and_the_journal_says_from_where(desk: OpenDesk, maria: Visitor) -> None:
    before = desk.desk.office.opens_case(applicant=a_person(phone="+306900000000")).case
    maria.opens(ADDRESS)

    maria.sends(
        f"{ADDRESS}/take-over", **{"applicant-afm": "094014201", "applicant-given_name": "Ελένη-Μαρία"}
    )

    assert maria.sees("//input[@id='applicant-family_name']/@value") == ["Δημητρίου"]
    assert maria.sees("//input[@id='applicant-phone']/@value") == ["+306900000000"]
    assert maria.sees("//input[@id='applicant-given_name']/@value") == ["Ελένη-Μαρία"]
    maria.sends(ADDRESS, **REQUEST, taken_over_from=maria.sees("//input[@name='taken_over_from']/@value")[0])
    newest = max(cases(desk), key=lambda case: case.number)
    journal = desk.desk.office.engine.ask(ReadJournal(case_id=newest.id), actor=SYSTEM).items
    assert {"from": before.number} in [line.detail for line in journal]


def test_a_form_that_names_somebody_elses_case_is_not_filed(desk: OpenDesk, maria: Visitor) -> None:
    stranger = desk.desk.office.opens_case(applicant=a_person(afm="123456783")).case

    response = files(maria, taken_over_from=str(stranger.id))

    assert response.status_code == 422
    assert len(cases(desk)) == 1


def test_an_agent_begins_with_a_call_and_its_questions(desk: OpenDesk) -> None:
    agent = desk.visit(desk.person("dimitra"))

    agent.opens(ADDRESS)

    assert agent.sees("//select[@id='channel']/option[@selected]/@value") == ["phone"]
    assert agent.sees("//select[@id='identity']/option[@selected]/@value") == ["questions"]


def test_that_fees_depend_on_the_application_is_said_once(desk: OpenDesk, maria: Visitor) -> None:
    offer(desk.desk.office.engine, "vehicle-transfer")

    maria.opens("/desk/open/vehicle-transfer")

    assert maria.sees("//dt[normalize-space()='Fee']/following-sibling::dd[1]") == [
        "depends on the application"
    ]


def test_the_fees_are_shown_for_whoever_is_at_the_counter(desk: OpenDesk, maria: Visitor) -> None:
    offer_licence(desk.desk.office)
    maria.opens("/desk/open?q=licence")
    offered = maria.text

    maria.opens("/desk/open/licence")
    sent = {"once": "page-2", "data": json.dumps({"size": 1000, "reason": NOT_EMPLOYED})}
    maria.sends("/desk/open/licence/papers", **sent)

    assert "Fee: €75.00 + depends on the application" in offered
    assert maria.sees("//ul[contains(@class, 'fees')]/li") == [
        "Licence fee: no fee Exempt: Unemployed people (ν. 4442/2016 άρθρο 9)",
        "Engine duty: €30.50 ν. 2367/1953 άρθρο 20",
    ]
