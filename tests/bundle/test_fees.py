"""Claims about the fees of a procedure: said once in procedure.yaml, exact, decided, and with exemptions."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from engine.bundle.fees import FeeDue, fees_due
from engine.kernel.money import MOST, NotMoney, euro_text, euro_words, euros, exact
from tests.bundle.samples import (
    METADATA,
    a_catalogue,
    a_component,
    form_json,
    procedure_files,
    procedure_findings,
)
from tests.dmn.models import a_decision, a_literal, a_model, an_input

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)

FEES = """fees:
  - id: licence
    title: {el: Παράβολο άδειας, en: Licence fee}
    law: ν. 4442/2016 άρθρο 7
    code: "2201"
    beneficiary: {el: Ελληνικό Δημόσιο, en: Greek State}
    amount: "75.00"
    exemptions:
      - title: {el: Άνεργοι, en: Unemployed people}
        law: ν. 4442/2016 άρθρο 9
        condition: name = "nobody"
  - id: engine
    title: {el: Τέλος κυβισμού, en: Engine duty}
    law: ν. 2367/1953
    beneficiary: {el: Περιφέρεια, en: Region}
    decision: d_duty
"""


def the_metadata(fees: str = FEES) -> str:
    return METADATA.replace("fee_cents: 0\n", fees)


def duty(text: str, *, type_ref: str = "") -> bytes:
    decision = a_decision("duty", a_literal(text), type_ref=type_ref, inputs=["size"])
    return a_model(an_input("size"), decision)


def the_files(fees: str = FEES, *, decides: str = "if size > 1300 then 75.5 else 30") -> dict[str, bytes]:
    form = form_json(a_component("textfield", "name"), a_component("number", "size"))
    others = {"duty.dmn": duty(decides), "forms/intake.form": form}
    return procedure_files(others, metadata=the_metadata(fees))


def due(**known: Any) -> dict[str, FeeDue]:
    procedure = a_catalogue().check(the_files())
    found = fees_due(procedure.metadata, known, decisions=procedure.decisions, now=NOW)
    return {one.fee.id: one for one in found}


def test_a_fee_is_an_amount_or_what_a_decision_gives_and_exact_to_the_cent() -> None:
    found = due(name="Ελένη", size=1600)

    assert {fee: one.amount for fee, one in found.items()} == {
        "licence": Decimal("75.00"),
        "engine": Decimal("75.50"),
    }
    assert [euro_text(one.amount) for one in found.values() if one.amount] == ["75.00", "75.50"]
    assert found["licence"].fee.code == "2201"


def test_who_is_exempt_owes_nothing_and_it_is_said_by_which_law() -> None:
    found = due(name="nobody", size=1000)["licence"]

    assert (found.amount, found.is_nothing) == (Decimal("0.00"), True)
    assert found.exemption is not None
    assert (found.exemption.title.en, found.exemption.law) == ("Unemployed people", "ν. 4442/2016 άρθρο 9")


def test_what_is_not_known_yet_is_no_amount_and_no_exemption() -> None:
    found = due()

    assert found["licence"].amount == Decimal("75.00")
    assert (found["engine"].amount, found["engine"].is_nothing) == (None, False)


def test_the_fee_of_a_bundle_of_before_is_read_from_its_cents() -> None:
    procedure = a_catalogue().check(procedure_files(metadata=METADATA.replace("cents: 0", "cents: 7550")))

    (fee,) = procedure.fees.values()
    assert (fee.id, fee.amount, fee.code) == ("fee", Decimal("75.50"), "")


def test_a_bundle_of_before_without_a_fee_has_none() -> None:
    assert a_catalogue().check(procedure_files()).fees == {}


UNSOUND = [
    ('"75.00"', '"-75.00"', "line 12, fees.0.amount: Expected euros as text"),
    ('"75.00"', '"75.001"', "line 12, fees.0.amount: Expected euros as text"),
    ('"75.00"', "75.00", "line 12, fees.0.amount: Expected euros in quotes, such as '75.00', found 75.0."),
    ('"75.00"', '"75,00"', "line 12, fees.0.amount: Expected euros as text"),
    ('"2201"', '"12345678901234567890"', "line 10, fees.0.code: Expected the 4 digits of the kind"),
    ('"2201"', '"220100"', "line 10, fees.0.code: Expected the 4 digits of the kind"),
    ("    decision: d_duty\n", "", "line 17, fees.1: Expected either an amount or a decision."),
    ("decision: d_duty", "decision: nothing", "line 21, fees.1.decision: Expected the id of a decision in"),
    ("id: engine", "id: licence", "line 7, fees: Expected every id once."),
    (
        'name = "nobody"',
        "nobody_knows = 1",
        "line 16, fees.0.exemptions.0.condition: Expected a condition over",
    ),
    ('name = "nobody"', '"name ="', "line 16, fees.0.exemptions.0.condition: Expected a condition in FEEL"),
    ("fees:\n", "fee_cents: 0\nfees:\n", "line 8, fees: Expected fees, an empty list where there are none."),
]


@pytest.mark.parametrize(("text", "instead", "finding"), UNSOUND)
def test_what_is_wrong_with_a_fee_is_found_with_its_line(text: str, instead: str, finding: str) -> None:
    findings = procedure_findings(the_files(FEES.replace(text, instead, 1)))

    assert any(found.startswith(finding) for found in findings["procedure.yaml"]), findings


RESULTS = [
    ('"much"', "Expected a number of euros, found text."),
    ("-5", "Expected an amount that is not negative, found -5."),
    ("75.005", "Expected at most two decimals, found 75.005."),
    ("null", "Expected a number of euros, found null."),
]


@pytest.mark.parametrize(("decides", "finding"), RESULTS)
def test_a_decision_that_gives_no_amount_is_found(decides: str, finding: str) -> None:
    findings = procedure_findings(the_files(decides=decides))

    (found,) = findings["procedure.yaml"]
    assert found.startswith(f"line 21, fees.1.decision: {finding}")


def test_a_decision_that_declares_another_type_than_a_number_is_found() -> None:
    files = the_files() | {"duty.dmn": duty("string(size)", type_ref="string")}

    assert procedure_findings(files)["procedure.yaml"] == [
        "line 21, fees.1.decision: Expected a decision that gives one number of euros, found string."
    ]


def test_a_decision_that_needs_what_the_intake_does_not_know_is_found() -> None:
    model = duty("weight").replace(b"size", b"weight")

    (found,) = procedure_findings(the_files() | {"duty.dmn": model})["procedure.yaml"]
    assert "Expected a decision that needs no more than: applicant, case, name" in found


def test_money_is_never_rounded_and_never_a_float() -> None:
    assert (euro_text(euros("75")), euro_text(euros("0.1"))) == ("75.00", "0.10")
    assert (euro_words(Decimal(1075)).el, euro_words(Decimal(1075)).en) == (
        "1.075,00\N{NO-BREAK SPACE}€",
        "€1,075.00",
    )
    for wrong in (75.0, 75, True, Decimal("0.005"), Decimal("-1"), Decimal("NaN"), MOST + 1):
        with pytest.raises(NotMoney):
            exact(wrong)
