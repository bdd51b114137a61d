"""Claims about the report of payments: exact, by day and branch, with what e-Paravolo sees otherwise."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from click.testing import CliRunner

from api.cli.main import main
from engine.payments import store as payments_store
from tests.payments.paravolo_server import ORGANISATION, PASSWORD, USER, ParavoloServer
from tests.payments.paying import Till


def report(till: Till, query: str = "", *, by: str = "nikos") -> dict[str, Any]:
    response = till.desk.get(f"/payments/report{query}", by=by)
    assert response.status_code == 200, response.text
    return dict(response.get_json())


def test_a_day_of_a_branch_is_counted_and_summed_to_the_cent(till: Till) -> None:
    for _ in range(3):
        till.takes(till.due(till.opens()))
    till.opens()
    paid = till.takes(till.due(till.opens())).get_json()
    till.does("cancel", paid, {"reason": "Λάθος."}, by="nikos")
    refunded = till.takes(till.due(till.opens())).get_json()
    till.does("refund", refunded, {"reason": "Αχρεωστήτως."}, by="nikos")

    (row,) = report(till)["rows"]

    nothing = {"number": 0, "amount": "0.00"}
    assert row == {
        "day": "2026-03-09",
        "branch": "0009",
        "created": {"number": 7, "amount": "525.00"},
        "at_counter": {"number": 5, "amount": "375.00"},
        "by_paravolo": nothing,
        "cancelled": {"number": 1, "amount": "75.00"},
        "bound": nothing,
        "refunded": {"number": 1, "amount": "75.00"},
    }


def test_days_are_those_of_the_branch_and_not_of_the_clock_of_the_world(till: Till) -> None:
    till.desk.office.clock.advance(timedelta(hours=9, minutes=30))
    till.takes(till.due(till.opens()))
    till.desk.office.clock.advance(timedelta(hours=1))
    till.takes(till.due(till.opens()))

    days = report(till, "?since=2026-03-09&until=2026-03-10")["rows"]

    # 23:30 and 00:30 in Athens, both on 9 March by Greenwich.
    assert [(row["day"], row["at_counter"]["amount"]) for row in days] == [
        ("2026-03-09", "75.00"),
        ("2026-03-10", "75.00"),
    ]


def test_the_report_is_for_its_manager_and_for_who_oversees_all(till: Till) -> None:
    till.opens()

    assert till.desk.get("/payments/report", by="maria").status_code == 403
    assert len(report(till, by="thanos")["rows"]) == 1
    assert report(till, "?branch=0010", by="thanos")["rows"] == []


def test_an_amount_comes_back_from_the_database_as_it_went_in(till: Till) -> None:
    case = till.opens()
    with till.desk.office.engine.store.reading() as connection:
        (payment,) = payments_store.payments_of_case(connection, UUID(case["id"]))

    assert (payment.amount, type(payment.amount)) == (Decimal("75.00"), Decimal)


def test_what_differs_from_e_paravolo_is_found_by_the_command(
    online: Till, server: ParavoloServer, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost, twice, sound = online.opens(), online.opens(), online.opens()
    online.works()
    codes = {case["id"]: online.due(case)["code"] for case in (lost, twice, sound)}
    for case in (lost, sound):
        server.issued[codes[case["id"]]].status = "PAID"
        online.does("check", online.due(case))
    online.takes(online.due(twice))
    online.works()
    server.issued[codes[lost["id"]]].status = "REFUNDED"
    server.issued[codes[twice["id"]]].status = "PAID"
    for name, value in {
        "DATABASE_URL": database_url,
        "PARAVOLO_URL": server.url,
        "PARAVOLO_USER": USER,
        "PARAVOLO_PASSWORD": PASSWORD,
        "PARAVOLO_ORGANISATION": ORGANISATION,
    }.items():
        monkeypatch.setenv(f"STOA_{name}", value)

    told = CliRunner().invoke(main, ["payments", "reconcile", "--day", "2026-03-09"])

    assert told.exit_code == 1, told.output
    assert f"{lost['number']} licence {codes[lost['id']]}: paid here, not at e-Paravolo" in told.output
    assert f"{twice['number']} licence {codes[twice['id']]}: paid at e-Paravolo, not here" in told.output
    assert "3 compared, 2 differ, 0 could not be asked" in told.output
    found = report(online)["differences"]
    assert {(one["only_here"], one["seen"], one["payment"]["case_number"]) for one in found} == {
        (True, "refunded", lost["number"]),
        (False, "paid", twice["number"]),
    }
