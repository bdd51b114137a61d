"""Claims about what a branch does not offer: told before anything is typed, with why and where to go."""

from datetime import UTC, date, datetime

import pytest

from engine.cases.where_offered import WhereOffered
from engine.kernel.actor import SYSTEM
from engine.kernel.refusal import Invalid, NotFound
from engine.organisation.changes import ChangeOrganisation
from engine.organisation.closing import CloseOrganisation
from engine.organisation.organisation import NotOffered, OrganisationKind
from engine.organisation.queries import ShowOrganisation
from tests.api.desk import Desk, a_desk
from tests.builders import a_branch
from tests.office import Office
from tests.organisations import TODAY, save_branch, save_organisation
from tests.pages.test_intake import files
from tests.pages.visiting import OpenDesk

PROCEDURE = "residence-certificate"
WHY = "Δεν υπάρχει εκτυπωτής."
NEW_YEAR = date(2027, 1, 1)


@pytest.fixture
def desk() -> Desk:
    """A branch, three others of its municipality (one that does not offer it, one closed), and one far."""
    desk = a_desk()
    office = desk.office
    with office.engine.store.begin() as connection:
        for code in ("0401", "0402", "0403"):
            near = a_branch(code=code, name=f"ΚΕΠ {code}", municipality=office.branch.municipality)
            save_branch(connection, near)
        save_branch(connection, a_branch(code="0501", name="ΚΕΠ Πατρέων", municipality="Πατρέων"))
        connection.commit()
    changes(office, "0402", not_offered=(NotOffered(procedure=PROCEDURE, reason="Όχι."),))
    closing = CloseOrganisation(code="0403", successor="0401", from_day=TODAY, reason="Απόφαση", seen=1)
    office.does(closing, actor=SYSTEM)
    return desk


def changes(office: Office, code: str, *, day: date = TODAY, **stated: object) -> None:
    seen = office.engine.ask(ShowOrganisation(code=code), actor=SYSTEM).shown.organisation.revision
    command = ChangeOrganisation(code=code, changes=stated, from_day=day, reason="Απόφαση", seen=seen)
    office.does(command, actor=SYSTEM)


def offers_no_more(office: Office, *, day: date = TODAY) -> None:
    changes(office, "0009", day=day, not_offered=(NotOffered(procedure=PROCEDURE, reason=WHY),))


def test_the_reason_and_the_branches_of_the_municipality_that_offer_it_are_told(desk: Desk) -> None:
    office = desk.office
    before = office.engine.ask(WhereOffered(procedure=PROCEDURE), actor=office.clerk)
    offers_no_more(office)

    found = office.engine.ask(WhereOffered(procedure=PROCEDURE), actor=office.clerk)
    elsewhere = office.engine.ask(WhereOffered(procedure=PROCEDURE, branch="0401"), actor=office.clerk)

    assert before is None
    assert elsewhere is None
    assert found is not None
    assert found.reason == WHY
    assert [one.code for one in found.elsewhere] == ["0401"]


def test_it_is_told_from_its_day_on_and_not_at_23_59_of_the_day_before(desk: Desk) -> None:
    office = desk.office
    offers_no_more(office, day=NEW_YEAR)
    told = []
    for minute in (datetime(2026, 12, 31, 21, 59, tzinfo=UTC), datetime(2026, 12, 31, 22, 1, tzinfo=UTC)):
        office.clock.move_to(minute)
        told.append(office.engine.ask(WhereOffered(procedure=PROCEDURE), actor=office.clerk))

    assert [one is None for one in told] == [True, False]


def test_what_there_is_not_is_told_as_such(desk: Desk) -> None:
    ask = desk.office.engine.ask
    with pytest.raises(NotFound):
        ask(WhereOffered(procedure="driving-licence", branch="0009"), actor=SYSTEM)
    with pytest.raises(NotFound):
        ask(WhereOffered(procedure=PROCEDURE, branch="9999"), actor=SYSTEM)
    with pytest.raises(Invalid, match="do not work in one"):
        ask(WhereOffered(procedure=PROCEDURE), actor=SYSTEM)


def test_the_search_and_the_form_say_it_and_the_refusal_stays(desk: Desk) -> None:
    office = desk.office
    offers_no_more(office)
    maria = OpenDesk(desk=desk).visit(office.clerk, language="el")

    maria.opens("/desk/open")
    at_first = maria.sees("//p[@class='not-offered']")
    maria.opens("/desk/open?q=κατοικ")
    searched = maria.sees("//p[@class='not-offered']")
    maria.opens(f"/desk/open/{PROCEDURE}")
    (form,) = maria.sees("//div[@class='message bad'][@role='status']")
    refused = files(maria)

    for told in (*at_first, *searched, form):
        assert told.startswith(f"Δεν παρέχεται στο ΚΕΠ σας. {WHY} Παρέχεται στα: ΚΕΠ 0401 (0401)")
    assert (len(at_first), len(searched)) == (1, 1)
    assert refused.status_code == 409
    assert "Το ΚΕΠ σας δεν παρέχει αυτή τη διαδικασία." in maria.text


def test_a_branch_that_closes_is_told_on_every_page_before_anything_is_refused(desk: Desk) -> None:
    office, open_desk = desk.office, OpenDesk(desk=desk)
    state = office.opens_case()
    changes(office, "0401", phone="210 1234567", address="Οδός 4")
    maria = open_desk.visit(office.clerk, language="el")
    citizen = open_desk.anybody(language="el")
    pages = ("/desk/open", f"/desk/open/{PROCEDURE}", "/desk/appointments", "/desk/appointments/new")
    track = f"/track?number={state.case.number}&code={office.code_of(state.case)}"

    def told() -> set[str]:
        found = set[str]()
        for visitor, address in (*((maria, one) for one in pages), (citizen, track)):
            visitor.opens(address)
            found |= set(visitor.sees("//div[@class='message bad'][@role='status']")) or {address}
        return found

    assert told() == {*pages, track}
    closing = CloseOrganisation(code="0009", successor="0401", from_day=NEW_YEAR, reason="Απόφαση", seen=1)
    office.does(closing, actor=SYSTEM)
    heir = "Τις υποθέσεις του αναλαμβάνει: ΚΕΠ 0401 (0401), Οδός 4, τηλ. 210 1234567."
    assert told() == {f"ΚΕΠ Αθηναίων: κλείνει οριστικά από 1 Ιανουαρίου 2027. {heir}"}
    office.clock.move_to(datetime(2026, 12, 31, 22, 1, tzinfo=UTC))
    maria = open_desk.visit(office.clerk, language="el")
    assert told() == {f"ΚΕΠ Αθηναίων: είναι οριστικά κλειστό από 1 Ιανουαρίου 2027. {heir}"}


def test_the_call_says_it_too(desk: Desk) -> None:
    offers_no_more(desk.office)

    here = desk.get(f"/procedures/{PROCEDURE}/offered", by="maria").get_json()
    there = desk.get(f"/procedures/{PROCEDURE}/offered?branch=0401", by="maria").get_json()

    assert (here["offered"], here["reason"]) == (False, WHY)
    assert [one["code"] for one in here["elsewhere"]] == ["0401"]
    assert there == {"offered": True, "reason": None, "elsewhere": []}


def test_a_branch_that_is_below_no_municipality_names_no_other(desk: Desk) -> None:
    office = desk.office
    with office.engine.store.begin() as connection:
        save_organisation(connection, OrganisationKind.BRANCH, "0601")
        connection.commit()
    changes(office, "0601", not_offered=(NotOffered(procedure=PROCEDURE, reason=WHY),))

    found = office.engine.ask(WhereOffered(procedure=PROCEDURE, branch="0601"), actor=SYSTEM)

    assert found is not None
    assert found.elsewhere == ()
