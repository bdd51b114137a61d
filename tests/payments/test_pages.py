"""Claims about the pages of payments: taken on the desk, seen by the citizen, reported by day and branch."""

import pytest

from engine.cases.queries import ShowCase
from engine.kernel.actor import SYSTEM
from engine.payments import store as payments_store
from engine.payments.model import Payment
from tests.fees import NOT_EMPLOYED, offer_licence, paying
from tests.office import Office
from tests.pages.visiting import OpenDesk, Visitor


@pytest.fixture
def desk() -> OpenDesk:
    """A desk over an office, in memory, that offers the licence."""
    desk = OpenDesk()
    offer_licence(desk.desk.office, *paying())
    return desk


@pytest.fixture
def office(desk: OpenDesk) -> Office:
    """The office."""
    return desk.desk.office


def opens(office: Office, **data: object) -> Payment:
    """Open a case of the licence; what it owes."""
    state = office.opens_case(procedure="licence", data={"size": 1000, **data})
    with office.engine.store.reading() as connection:
        (payment,) = payments_store.payments_of_case(connection, state.case.id)
    return payment


def test_a_clerk_goes_from_the_case_to_the_payment_takes_it_and_prints_the_receipt(
    desk: OpenDesk, office: Office
) -> None:
    payment = opens(office)
    maria = desk.visit(office.clerk)
    maria.opens(f"/desk/cases/{payment.case_id}")
    (step,) = maria.sees("//ul[@class='next-steps']/li//a/@href")
    listed = maria.sees("//section[@aria-labelledby='payments']//li")

    said = maria.text

    maria.opens(step)
    maria.sends(f"/desk/payments/{payment.id}/take", amount="75.00")
    taken = maria.text
    maria.opens(f"/desk/payments/{payment.id}/receipt")

    assert listed == ["Licence fee€75.00 · due"]
    assert "A fee is due: Licence fee, €75.00" in said
    assert "It is paid. Print the receipt and hand it over; the case goes on." in taken
    assert dict(zip(maria.sees("//dl/dt"), maria.sees("//dl/dd"), strict=True)) == {
        "Number of the receipt": "0009-2026-000001",
        "Amount": "€75.00",
        "Paid on": "March 9, 2026, 14:00",
        "Taken by": "Μαρία Παπαδοπούλου",
        "Case number": payment.case_number,
        "For": "Licence",
    }


def test_a_second_press_says_that_it_is_paid(desk: OpenDesk, office: Office) -> None:
    payment = opens(office)
    maria = desk.visit(office.clerk, language="el")
    maria.opens(f"/desk/payments/{payment.id}")
    maria.sends(f"/desk/payments/{payment.id}/take", amount="75.00")

    again = maria.sends(f"/desk/payments/{payment.id}/take", amount="75.00")

    assert again.status_code == 409
    assert "Έχει ήδη πληρωθεί: δεν εισπράχθηκε δεύτερη φορά." in maria.text


def test_the_manager_cancels_a_receipt_and_says_why(desk: OpenDesk, office: Office) -> None:
    payment = opens(office)
    maria, nikos = desk.visit(office.clerk), desk.visit(office.manager)
    maria.opens(f"/desk/payments/{payment.id}")
    maria.sends(f"/desk/payments/{payment.id}/take", amount="75.00")
    nikos.opens(f"/desk/payments/{payment.id}")

    nikos.sends(f"/desk/payments/{payment.id}/cancel", reason="")
    without = nikos.sees("//*[contains(@id, 'reason-error')]")
    nikos.sends(f"/desk/payments/{payment.id}/cancel", reason="Λάθος υπόθεση.")

    assert without[:1] == ["Say why."]
    assert "The receipt is cancelled. The fee is owed again." in nikos.text
    assert "Take it back" not in maria.text


def test_the_citizen_sees_what_is_to_be_paid_and_not_why_somebody_is_exempt(
    desk: OpenDesk, office: Office
) -> None:
    owed, exempt = opens(office), opens(office, reason=NOT_EMPLOYED)
    shown = []
    for payment in (owed, exempt):
        citizen = Visitor(client=desk.desk.app.test_client())
        case = office.engine.ask(ShowCase(case_id=payment.case_id), actor=SYSTEM).case
        code = office.code_of(case)
        citizen.opens(f"/track?number={payment.case_number}&code={code}")
        shown.append(citizen.text)

    assert "A fee is to be paid." in shown[0]
    assert "Licence fee€75.00 · duePay it at your service centre." in shown[0]
    assert "Licence fee€0.00 · no fee" in shown[1]
    assert "Unemployed" not in shown[1]


def test_the_receipt_of_the_case_says_what_is_to_be_paid(desk: OpenDesk, office: Office) -> None:
    payment = opens(office)
    maria = desk.visit(office.clerk)

    maria.opens(f"/desk/cases/{payment.case_id}/receipt")
    pdf = maria.client.get(f"/desk/cases/{payment.case_id}/receipt.pdf")

    assert "Licence fee€75.00 · due" in maria.text
    assert pdf.data.startswith(b"%PDF")


def test_the_report_shows_the_day_and_gives_it_as_a_file(desk: OpenDesk, office: Office) -> None:
    first = opens(office)
    opens(office)
    maria, nikos = desk.visit(office.clerk), desk.visit(office.manager)
    maria.opens(f"/desk/payments/{first.id}")
    maria.sends(f"/desk/payments/{first.id}/take", amount="75.00")

    nikos.opens("/desk/payments")
    row = nikos.sees("//tbody/tr[1]/td")
    file = nikos.client.get("/desk/payments/report.csv?since=2026-03-09&until=2026-03-09")

    assert row[1:4] == ["0009 Athens", "€150.00 (2)", "€75.00 (1)"]
    assert file.text.splitlines()[1].startswith("2026-03-09,0009,2,150.00,1,75.00,0,0.00")
    assert maria.opens("/desk/payments").status_code == 403
