"""The certificate of silent approval: over REST and as a page, once silence has approved, and not before."""

from tests.api.desk import a_desk
from tests.builders import a_person
from tests.cases.test_further_terms import fires, goes_to, silent
from tests.pages.visiting import OpenDesk


def test_the_certificate_is_there_once_silence_has_approved_and_for_whoever_holds_the_receipt() -> None:
    desk = a_desk()
    office = desk.office
    opened = silent(office)
    code = office.code_of(opened.case)
    before = desk.get(f"/cases/{opened.case.id}/silent-approval")
    goes_to(office, "2026-04-12 10:00")
    fires(office, opened)

    found = desk.get(f"/cases/{opened.case.id}/silent-approval").get_json()
    citizens = desk.get(f"/track/{opened.case.number}/silent-approval?code={code}", by=None)
    guessed = desk.get(f"/track/{opened.case.number}/silent-approval?code=AAAA-AAAA", by=None)

    assert (before.status_code, guessed.status_code) == (409, 404)
    assert (found["law"], found["day"], found["verification_code"]) == ("ν. 4442/2016", "2026-04-08", code)
    assert found["term"]["en"] == "30 days from 9 March; ended by silence on 8 April, in time"
    assert citizens.get_json() == found


def test_the_page_says_it_in_both_languages_and_the_citizens_names_nobody() -> None:
    desk = OpenDesk(desk=a_desk())
    office = desk.desk.office
    opened, other = silent(office), office.opens_case()
    receipt = f"/track?number={opened.case.number}&code={office.code_of(opened.case)}"
    citizen = desk.anybody()
    citizen.opens(receipt)
    early = citizen.opens("/track/case/silent-approval")
    goes_to(office, "2026-04-12 10:00")
    fires(office, opened)
    maria = desk.visit(office.clerk)
    citizen.opens(receipt)
    maria.opens(f"/desk/cases/{opened.case.id}")
    link = maria.sees("//a[contains(., 'Certificate')]/@href")

    maria.opens(link[0])
    citizen.opens("/track/case/silent-approval")

    assert early.request.path == "/track/case"
    assert maria.opens(f"/desk/cases/{other.case.id}/silent-approval").request.path.endswith(
        str(other.case.id)
    )
    maria.opens(link[0])
    for reader in (maria, citizen):
        assert reader.sees("//h1") == ["Βεβαίωση σιωπηρής έγκρισης", "Certificate of silent approval"]
        assert "8 Απριλίου 2026" in reader.text
        assert "30 days from 9 March; ended by silence on 8 April, in time" in reader.text
    assert a_person().family_name in maria.text
    assert a_person().family_name not in citizen.text
