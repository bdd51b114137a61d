"""Claims about scenarios of several people: they sign, refuse, or do not answer."""

import pytest

from engine.kernel.refusal import Invalid
from engine.rehearsal import ScenarioResult, run
from tests.signatures.selling import selling
from tests.signatures.test_the_partys_link import ASKS_PRICE, FORM

GIVEN = """title: A sale
given:
  applicant: {given_name: Ελένη, family_name: Δημητρίου, afm: "094014201"}
  applicant_role: buyer
  parties:
    - role: seller
      person: {given_name: Γιώργος, family_name: Νικολάου, afm: "090000045"}
"""
PRICE = "{price: 5000}"


def played(steps: str, *, given: str = GIVEN) -> ScenarioResult:
    files = selling(parties=ASKS_PRICE, forms={"forms/price.form": FORM})
    return run({**files, "scenarios/a-sale.yaml": (given + steps).encode()})[0]


SIGNED = f"""steps:
  - expect: {{flags: [awaiting_citizen], term: rests}}
  - sign: seller
    data: {PRICE}
  - sign: buyer
    by: counter
  - complete: look
expect: {{status: completed, outcome: done, through: [signing, agreed, look]}}
"""
REFUSED = """steps:
  - refuse: seller
    reason: The price is wrong.
  - sign: buyer
expect: {status: rejected, outcome: refused}
"""
UNANSWERED = """steps:
  - sign: buyer
  - advance: P11D
expect: {status: rejected, outcome: never_signed}
"""
FORM_REFUSED = f"""steps:
  - sign: seller
    data: {{}}
    refused: [price]
  - sign: seller
    data: {PRICE}
  - refuse: buyer
expect: {{status: rejected, outcome: refused}}
"""


@pytest.mark.parametrize(
    ("steps", "outcome"),
    [(SIGNED, "done"), (REFUSED, "refused"), (UNANSWERED, "never_signed"), (FORM_REFUSED, "refused")],
    ids=["sign", "refuse", "no answer", "wrong form"],
)
def test_parties_act_in_a_scenario(steps: str, outcome: str) -> None:
    result = played(steps)

    assert (result.problem, result.outcome) == (None, outcome)


def test_a_party_whose_signature_is_not_awaited_is_a_finding() -> None:
    result = played("steps:\n  - sign: notary\nexpect: {status: completed, outcome: done}\n")

    assert result.problem is not None
    assert "Expected a signature that is awaited of notary, found buyer, seller." in str(result.problem)


def test_a_scenario_without_an_obligatory_party_is_refused() -> None:
    alone = GIVEN.split("  parties:")[0]
    result = played("steps: []\nexpect: {status: completed, outcome: done}\n", given=alone)

    assert "Seller: expected 1–2 of seller, found 0." in str(result.problem)


def test_a_step_that_cannot_be_read_is_told_with_its_line() -> None:
    with pytest.raises(Invalid) as refused:
        played("steps:\n  - sign: seller\n    by: pigeon\nexpect: {status: completed}\n")

    assert "line 10" in str(refused.value.errors)
