"""Claims about fees that are paid by e-Paravolo, against a real SOAP server, on each kind of database."""

from datetime import timedelta
from uuid import UUID

import pytest

from engine.kernel.actor import SYSTEM
from engine.messages.timers import FireTimer
from tests.payments.paravolo_server import ParavoloServer
from tests.payments.paying import Till

PROBLEM = "/problems/"


def test_an_e_paravolo_is_created_paid_and_bound_and_then_the_case_goes_on(
    online: Till, server: ParavoloServer
) -> None:
    case = online.opens()
    online.works()
    due = online.due(case)
    issued = server.only()
    issued.status = "PAID"

    online.does("check", due)
    online.works()

    assert due["code"] == issued.code
    (payment,) = online.payments(case)
    assert (payment["state"], payment["way"], payment["code"]) == ("bound", "e_paravolo", issued.code)
    assert (issued.status, issued.bound_to, issued.kind) == ("BOUND", case["number"], "2201")
    assert [task["element"] for task in online.case(case)["tasks"]] == ["issue"]
    assert online.journal(case) == ["payment_due", "paravolo_created", "payment_paid", "payment_bound"]
    assert server.operations == ["createParavolo", "getParavoloInfo", "bindParavolo"]


def test_every_call_says_for_whom_it_is_made(online: Till, server: ParavoloServer) -> None:
    case = online.opens()

    online.works()

    (_, said), *_ = server.asked
    assert (said["auditUnit"], said["auditProtocol"], said["auditUserId"]) == (
        "0009",
        case["number"],
        "maria",
    )
    assert (said["amount"], said["reference"]) == ("75.00", online.due(case)["id"])


def test_it_is_asked_again_by_itself_until_it_is_paid(online: Till, server: ParavoloServer) -> None:
    case = online.opens()
    online.works()
    online.works()
    before = list(server.operations)
    server.only().status = "PAID"
    online.desk.office.clock.advance(timedelta(minutes=16))

    online.works()

    assert before == ["createParavolo"]
    assert online.payments(case)[0]["state"] == "bound"


@pytest.mark.parametrize("operation", ["createParavolo", "bindParavolo"])
def test_what_broke_off_is_looked_up_and_not_done_twice(
    online: Till, server: ParavoloServer, operation: str
) -> None:
    server.breaks_after = [operation]
    case = online.opens()
    online.works()
    online.desk.office.clock.advance(timedelta(minutes=1))
    online.works()
    issued = server.only()
    issued.status = "PAID" if issued.status == "UNPAID" else issued.status
    for _ in range(2):
        online.desk.office.clock.advance(timedelta(minutes=16))
        online.works()

    assert server.operations.count("createParavolo") == 1
    assert online.payments(case)[0]["state"] == "bound"


def test_while_e_paravolo_is_down_a_fee_can_be_paid_at_the_counter(
    online: Till, server: ParavoloServer
) -> None:
    server.is_down = True
    case = online.opens()
    online.works()

    paid = online.takes(online.due(case))

    assert paid.get_json()["way"] == "counter"
    server.is_down = False
    online.desk.office.clock.advance(timedelta(minutes=16))
    online.works()
    assert server.issued == {}


def test_a_refusal_is_on_record_and_seen_where_dead_requests_are(
    online: Till, server: ParavoloServer
) -> None:
    server.refuses = {"createParavolo": "Client.UnknownType"}
    case = online.opens()
    online.works()

    due = online.due(case)
    (task,) = online.case(case)["service_tasks"]

    assert due["problem"] == "e-Paravolo refused: Client.UnknownType."
    assert task["state"] == "dead"
    server.refuses = {}
    online.does("check", due)
    online.works()
    assert online.due(case)["code"] == server.only().code


def test_one_that_the_citizen_brought_pays_and_is_bound(online: Till, server: ParavoloServer) -> None:
    case = online.opens()
    online.works()
    code = server.sells()

    presented = online.does("present", online.due(case), {"code": f"{code[:4]} {code[4:]}"})
    online.works()

    assert presented.status_code == 200, presented.text
    (payment,) = online.payments(case)
    assert (payment["state"], payment["code"], server.issued[code].bound_to) == (
        "bound",
        code,
        case["number"],
    )


MISFITS = [
    ({"amount": "70.00"}, "It is of 70.00, and 75.00 is due."),
    ({"kind": "2202"}, "It is of the kind 2202, and 2201 is due."),
    ({"status": "UNPAID"}, "It is not paid yet."),
    ({"status": "BOUND", "bound_to": "0010-2026-000001-1"}, "It is bound already, to another case."),
    ({"status": "REFUNDED"}, "It is refunded."),
]


def test_one_that_does_not_fit_is_refused_and_it_is_said_why(online: Till, server: ParavoloServer) -> None:
    case = online.opens()
    online.works()

    for changes, why in MISFITS:
        online.does("present", online.due(case), {"code": server.sells(**changes)})
        online.works()
        assert online.due(case)["problem"] == why
    online.does("present", online.due(case), {"code": "9" * 20})
    online.works()
    assert online.due(case)["problem"] == "e-Paravolo has none of this code."


def test_a_code_of_another_kind_is_told_apart(online: Till) -> None:
    due = online.due(online.opens())

    found = [online.does("present", due, {"code": code}).get_json() for code in ("2201", "123456", "x" * 20)]

    assert [one["errors"]["code"] for one in found] == [
        ["expected the 20 digits of an e-Paravolo, found 4 digits, which is the kind of e-Paravolo"],
        ["expected the 20 digits of an e-Paravolo, found 6 digits"],
        ["expected the 20 digits of an e-Paravolo, found something else"],
    ]


def test_an_e_paravolo_pays_for_one_case_only(online: Till, server: ParavoloServer) -> None:
    first, second = online.opens(), online.opens()
    online.works()
    code = server.sells()
    online.does("present", online.due(first), {"code": code})
    online.works()

    refused = online.does("present", online.due(second), {"code": code})

    assert refused.get_json()["type"] == PROBLEM + "paravolo_used"


def test_what_was_bound_is_refunded_by_e_paravolo(online: Till, server: ParavoloServer) -> None:
    case = online.opens()
    online.works()
    code = server.sells()
    online.does("present", online.due(case), {"code": code})
    online.works()
    (payment,) = online.payments(case)

    asked = online.does("refund", payment, {"reason": "Αχρεωστήτως."}, by="nikos")
    online.works()

    assert asked.get_json()["state"] == "bound"
    assert (online.payments(case)[0]["state"], server.issued[code].status) == ("refunded", "REFUNDED")


def test_a_payment_that_expired_is_asked_about_no_more(online: Till, server: ParavoloServer) -> None:
    case = online.opens()
    online.works()
    online.desk.office.clock.advance(timedelta(days=31))
    online.desk.office.does(FireTimer(case_id=UUID(case["id"])), actor=SYSTEM)
    before = len(server.asked)

    online.works()

    assert (online.payments(case)[0]["state"], len(server.asked)) == ("expired", before)


def test_without_e_paravolo_it_is_not_asked(till: Till) -> None:
    due = till.due(till.opens())

    refused = till.does("check", due)

    assert refused.get_json()["type"] == PROBLEM + "paravolo_off"
