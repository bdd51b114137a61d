"""Claims about `stoa.fee(id)`, and about the fees that somebody is told of before a case is opened."""

from decimal import Decimal

from engine.cases.reception import PapersFor
from engine.kernel.actor import SYSTEM
from engine.kernel.vocabulary import CaseStatus
from tests.fees import NOT_EMPLOYED, offer_licence
from tests.office import Office, an_office


def ends_in(office: Office, **data: object) -> str | None:
    state = office.opens_case(procedure="licence", data=data)
    assert state.case.status is CaseStatus.COMPLETED, state.incidents
    return state.case.outcome


def test_a_gateway_asks_what_is_due_of_a_fee() -> None:
    office = an_office()
    offer_licence(office, asks='stoa.fee("licence") = 75 and stoa.fee(id: "duty") = 30.5')

    assert ends_in(office, size=1000) == "dear"


def test_the_fee_of_whoever_is_exempt_is_nothing_for_the_diagram_too() -> None:
    office = an_office()
    offer_licence(office, asks='stoa.fee("licence") > 0')

    assert ends_in(office, size=1000) == "dear"
    assert ends_in(office, size=1000, reason=NOT_EMPLOYED) == "done"


def test_a_fee_that_there_is_not_is_null() -> None:
    office = an_office()
    offer_licence(office, asks='stoa.fee("licence") > 0 and stoa.fee("du" + "ty2") = null')

    assert ends_in(office, size=1000) == "dear"


def test_whoever_asks_is_told_what_they_will_pay() -> None:
    office = an_office()
    offer_licence(office)
    asked = {"unknown": {}, "small": {"size": 1000}, "large": {"size": 1600, "reason": NOT_EMPLOYED}}

    found = {
        name: [
            due.amount
            for due in office.engine.ask(PapersFor(procedure="licence", data=data), actor=SYSTEM).fees
        ]
        for name, data in asked.items()
    }

    assert found == {
        "unknown": [Decimal("75.00"), None],
        "small": [Decimal("75.00"), Decimal("30.50")],
        "large": [Decimal("0.00"), Decimal("205.00")],
    }
