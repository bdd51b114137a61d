"""Claims about fees that are paid at the counter, over HTTP on each kind of database."""

from collections import Counter
from datetime import timedelta
from uuid import UUID

from werkzeug.serving import make_server

from engine.kernel.actor import SYSTEM
from engine.messages.timers import FireTimer
from tests.api.test_at_once import at_once, send
from tests.fees import NOT_EMPLOYED, offer_licence, paying
from tests.payments.paying import Till
from tests.servers import listening

PROBLEM = "/problems/"


def test_a_case_waits_until_its_fee_is_paid_at_the_counter(till: Till) -> None:
    case = till.opens()
    before = till.case(case)
    due = till.due(case)

    taken = till.takes(due)

    assert [task["topic"] for task in before["service_tasks"]] == ["stoa:payment"]
    assert (due["amount"], due["fee_code"], due["code"]) == ("75.00", "2201", None)
    assert taken.status_code == 200, taken.text
    paid = taken.get_json()
    assert (paid["state"], paid["way"], paid["receipt"]) == ("paid", "counter", "0009-2026-000001")
    after = till.case(case)
    assert (after["service_tasks"], [task["element"] for task in after["tasks"]]) == ([], ["issue"])
    assert till.journal(case) == ["payment_due", "payment_paid"]


def test_the_diagram_is_given_what_was_paid(till: Till) -> None:
    case = till.opens()
    till.takes(till.due(case))

    (task,) = till.case(case)["tasks"]
    shown = till.desk.get(f"/tasks/{task['id']}").get_json()

    assert shown["prefill"]["paid"] == {
        "fee": "licence",
        "paid": True,
        "exempt": False,
        "amount": "75.00",
        "code": None,
        "receipt": "0009-2026-000001",
        "paid_on": "2026-03-09",
    }


def test_who_is_exempt_goes_on_at_once_and_it_is_on_record_why(till: Till) -> None:
    case = till.opens(reason=NOT_EMPLOYED)

    (payment,) = till.payments(case)

    assert [task["element"] for task in case["tasks"]] == ["issue"]
    assert (payment["state"], payment["amount"]) == ("exempt", "0.00")
    assert payment["exemption"] == {
        "title": {"el": "Άνεργοι", "en": "Unemployed people"},
        "law": "ν. 4442/2016 άρθρο 9",
    }
    assert till.journal(case) == ["payment_not_due"]


def test_another_amount_than_is_due_is_refused(till: Till) -> None:
    case = till.opens()
    due = till.due(case)

    answers = [till.takes(due, amount) for amount in ("70.00", "75.001", "75,00", "-75.00")]

    assert [answer.status_code for answer in answers] == [422] * 4
    assert answers[0].get_json()["errors"] == {"amount": ["expected 75.00, found 70.00"]}
    assert till.due(case)["state"] == "created"


def test_two_clicks_at_once_pay_once(till: Till) -> None:
    case = till.opens()
    due = till.due(case)
    with listening(make_server("127.0.0.1", 0, till.desk.app, threaded=True)) as port:

        def click() -> int:
            path, token = f"/payments/{due['id']}/take", till.desk.tokens["maria"]
            return send(port, path, token=token, body={"amount": "75.00"})

        statuses = at_once(click, click, click)

    assert statuses == Counter({200: 1, 409: 2})
    assert [one["receipt"] for one in till.payments(case)] == ["0009-2026-000001"]


def test_a_repeated_request_is_answered_as_the_first(till: Till) -> None:
    due = till.due(till.opens())

    first, second = (till.takes(due, headers={"Idempotency-Key": "pay-1"}) for _ in range(2))

    assert (first.status_code, second.status_code) == (200, 200)
    assert first.get_json() == second.get_json()
    assert till.takes(due).get_json()["type"] == PROBLEM + "payment_paid"


def test_who_does_not_pay_in_time_takes_the_other_way(till: Till) -> None:
    case = till.opens()
    due = till.due(case)
    till.desk.office.clock.advance(timedelta(days=31))

    till.desk.office.does(FireTimer(case_id=UUID(case["id"])), actor=SYSTEM)

    assert till.case(case)["status"] == "completed"
    assert till.payments(case)[0]["state"] == "expired"
    assert till.takes(due).get_json()["type"] == PROBLEM + "payment_expired"


def test_a_withdrawn_case_owes_nothing(till: Till) -> None:
    case = till.opens()

    till.desk.post(f"/cases/{case['id']}/withdraw", {"reason": "Δεν τη θέλει πια."})

    assert till.payments(case)[0]["state"] == "cancelled"


def test_nobody_says_by_word_that_a_fee_was_paid(till: Till) -> None:
    case = till.opens()
    (task,) = till.case(case)["service_tasks"]

    answers = [
        till.desk.post(f"/service-tasks/{task['id']}/complete", {"data": {"paid": True}}),
        till.desk.post(f"/service-tasks/{task['id']}/fail", {"message": "x", "code": "y"}),
    ]

    assert [answer.get_json()["type"] for answer in answers] == [PROBLEM + "payment_awaited"] * 2


def test_a_case_pays_a_fee_once_however_often_its_diagram_asks(till: Till) -> None:
    offer_licence(till.desk.office, *paying(twice=True))
    case = till.opens()

    till.takes(till.due(case))

    assert [payment["state"] for payment in till.payments(case)] == ["paid"]
    assert [task["element"] for task in till.case(case)["tasks"]] == ["issue"]


def test_a_receipt_is_cancelled_on_its_day_by_the_manager_and_the_fee_is_owed_again(till: Till) -> None:
    case = till.opens()
    paid = till.takes(till.due(case)).get_json()
    why = {"reason": "Λάθος υπόθεση."}

    by_clerk = till.does("cancel", paid, why)
    cancelled = till.does("cancel", paid, why, by="nikos")

    assert by_clerk.status_code == 403
    assert cancelled.get_json()["state"] == "cancelled"
    again = till.takes(till.due(case))
    assert again.get_json()["receipt"] == "0009-2026-000002"
    assert till.journal(case) == [
        "payment_due",
        "payment_paid",
        "receipt_cancelled",
        "payment_due",
        "payment_paid",
    ]


def test_a_receipt_of_another_day_is_refunded_and_not_cancelled(till: Till) -> None:
    paid = till.takes(till.due(till.opens())).get_json()
    till.desk.office.clock.advance(timedelta(days=1))
    why = {"reason": "Αχρεωστήτως."}

    cancelled = till.does("cancel", paid, why, by="nikos")
    refunded = till.does("refund", paid, why, by="nikos")
    again = till.does("refund", paid, why, by="nikos")

    assert cancelled.get_json()["type"] == PROBLEM + "receipt_of_another_day"
    assert refunded.get_json()["state"] == "refunded"
    assert again.get_json()["type"] == PROBLEM + "nothing_to_refund"


def test_who_took_the_money_does_not_cancel_its_receipt(till: Till) -> None:
    paid = till.takes(till.due(till.opens()), by="nikos").get_json()

    refused = till.does("cancel", paid, {"reason": "Λάθος."}, by="nikos")

    assert (refused.status_code, refused.get_json()["type"]) == (403, PROBLEM + "own_receipt")


def test_another_branch_does_not_see_the_payment(till: Till) -> None:
    due = till.due(till.opens())

    assert till.takes(due, by="foteini").status_code == 404
    assert till.desk.get(f"/payments/{due['id']}", by="foteini").status_code == 404
