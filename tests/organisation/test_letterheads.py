"""Claims about what names an organisation: what is printed again later names it as on its own day."""

from datetime import UTC, date, datetime, timedelta

import pytest

from engine.appointments.queries import ShowAppointment
from engine.jobs.connectors import Connectors
from engine.jobs.worker import Worker
from engine.kernel.actor import SYSTEM
from engine.kernel.noticing import NoticeChannel
from engine.organisation.changes import ChangeOrganisation
from engine.organisation.queries import ShowOrganisation
from engine.payments import store as payments_store
from engine.payments.counter import PayAtCounter
from tests.api.desk import a_desk
from tests.appointments.planned import TUESDAY, a_planned_branch, at
from tests.cases.test_further_terms import fires, goes_to, silent
from tests.fees import offer_licence, paying
from tests.jobs.test_notices import Provider
from tests.office import Office, an_office
from tests.pages.visiting import OpenDesk, Visitor
from tests.signatures.selling import Sale

NEW_YEAR = date(2027, 1, 1)
ONE_MINUTE_BEFORE = datetime(2026, 12, 31, 21, 59, tzinfo=UTC)
"""23:59 in Athens."""
ONE_MINUTE_AFTER = datetime(2026, 12, 31, 22, 1, tzinfo=UTC)
WAS = "ΚΕΠ Αθηναίων Πατησίων 76 · τηλ. 210 1234567"
IS = "ΚΕΠ Κυψέλης Κυψέλης 5 · τηλ. 210 7654321"
HEAD = "//section[contains(@class, 'receipt')]/p[1]"


@pytest.fixture
def desk() -> OpenDesk:
    """A desk whose branch is called otherwise, and works elsewhere, from 1 January on."""
    desk = OpenDesk()
    office = desk.desk.office
    offer_licence(office, *paying())
    changes(office, office.clock.now().date(), address="Πατησίων 76", phone="210 1234567")
    changes(office, NEW_YEAR, name="ΚΕΠ Κυψέλης", address="Κυψέλης 5", phone="210 7654321")
    return desk


@pytest.fixture
def office(desk: OpenDesk) -> Office:
    return desk.desk.office


def changes(office: Office, day: date, code: str = "0009", **stated: str) -> None:
    seen = office.engine.ask(ShowOrganisation(code=code), actor=SYSTEM).shown.organisation.revision
    command = ChangeOrganisation(code=code, changes=stated, from_day=day, reason="Απόφαση", seen=seen)
    office.does(command, actor=SYSTEM)


def heads(visitor: Visitor, address: str) -> str:
    visitor.opens(address)
    (head,) = visitor.sees(HEAD)
    return head


def test_a_receipt_names_the_branch_as_on_its_day_however_late_it_is_printed(
    desk: OpenDesk, office: Office
) -> None:
    office.clock.move_to(ONE_MINUTE_BEFORE)
    before = office.opens_case().case
    office.clock.move_to(ONE_MINUTE_AFTER)
    after = office.opens_case().case
    maria = desk.visit(office.clerk, language="el")

    printed = [heads(maria, f"/desk/cases/{one.id}/receipt") for one in (before, after)]
    pdf = maria.client.get(f"/desk/cases/{before.id}/receipt.pdf")

    assert printed == [WAS.replace("Αθηναίων ", "Αθηναίων", 1), IS.replace("Κυψέλης ", "Κυψέλης", 1)]
    assert pdf.data[:5] == b"%PDF-"


def test_a_receipt_of_payment_names_the_branch_as_on_the_day_of_the_payment(
    desk: OpenDesk, office: Office
) -> None:
    office.clock.move_to(ONE_MINUTE_BEFORE)
    payments = []
    for moment in (ONE_MINUTE_BEFORE, ONE_MINUTE_AFTER):
        case = office.opens_case(procedure="licence", data={"size": 1000}).case
        office.clock.move_to(moment)
        with office.engine.store.reading() as connection:
            (payment,) = payments_store.payments_of_case(connection, case.id)
        office.does(PayAtCounter(payment_id=payment.id, amount="75.00"))
        payments.append(payment.id)
    maria = desk.visit(office.clerk, language="el")

    printed = [heads(maria, f"/desk/payments/{one}/receipt") for one in payments]

    assert ["Πατησίων" in one for one in printed] == [True, False]
    assert ["Κυψέλης" in one for one in printed] == [False, True]


def test_each_line_of_a_journal_names_branch_and_agency_as_on_its_day(desk: OpenDesk, office: Office) -> None:
    changes(office, NEW_YEAR, code="municipality", name="Νέος φορέας")
    office.clock.move_to(ONE_MINUTE_BEFORE)
    sent = office.sends_to_municipality()
    office.clock.move_to(ONE_MINUTE_AFTER)
    again = office.sends_to_municipality()
    maria = desk.visit(office.clerk, language="el")
    told = []
    for case in (sent.case, again.case):
        maria.opens(f"/desk/cases/{case.id}")
        told.append(" ".join(maria.sees("//ol[@class='timeline']//li")))

    assert ["ΚΕΠ Αθηναίων" in one for one in told] == [True, False]
    assert ["ΚΕΠ Κυψέλης" in one for one in told] == [False, True]
    assert ["Νέος φορέας" in one for one in told] == [False, True]


def test_a_letter_with_a_link_names_the_branch_as_when_the_link_was_made() -> None:
    desk = a_desk()
    office = desk.office
    sale = Sale.at(desk)
    today = office.clock.now().date()
    changes(office, today, address="Πατησίων 76")
    changes(office, today + timedelta(days=1), name="ΚΕΠ Κυψέλης", address="Κυψέλης 5")
    letter = f"/desk/signatures/{sale.awaited('seller')}/letter"

    office.clock.advance(timedelta(days=1))
    maria = OpenDesk(desk=desk).visit(office.clerk, language="el")
    reprinted = heads(maria, letter)
    maria.sends(f"/desk/signatures/{sale.awaited('seller')}/send")
    renewed = heads(maria, letter)

    assert ("Πατησίων" in reprinted, "Κυψέλης" in reprinted) == (True, False)
    assert ("Πατησίων" in renewed, "Κυψέλης" in renewed) == (False, True)


def test_a_certificate_names_the_branch_as_on_the_day_of_which_it_tells() -> None:
    desk = a_desk()
    office = desk.office
    opened = silent(office)
    changes(office, date(2026, 4, 9), name="ΚΕΠ Κυψέλης")
    goes_to(office, "2026-04-12 10:00")
    fires(office, opened)

    found = desk.get(f"/cases/{opened.case.id}/silent-approval").get_json()

    assert (found["day"], found["branch"]["el"]) == ("2026-04-08", "ΚΕΠ Αθηναίων")


def test_an_appointment_names_the_branch_as_on_the_day_of_the_appointment() -> None:
    office = an_office()
    planned = a_planned_branch(office)
    changes(office, TUESDAY, name="ΚΕΠ Κυψέλης")

    booked = planned.books(at(8))
    sms = Provider()
    Worker(office.engine, Connectors().deliver, channels={NoticeChannel.SMS: sms}).run_once()

    shown = office.engine.ask(ShowAppointment(appointment_id=booked.id), actor=office.clerk)
    assert shown.shown.branch.name == "ΚΕΠ Κυψέλης"
    assert ["ΚΕΠ Κυψέλης" in sending.text for sending in sms.sent] == [True]
