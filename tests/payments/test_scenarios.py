"""Claims about scenarios with fees: they pay, fail to pay, and are exempt."""

import pytest

from engine.rehearsal import run
from tests.fees import paying, the_files

GIVEN = """title: A licence
given:
  applicant: {given_name: Ελένη, family_name: Δημητρίου}
  data: {size: 1000, reason: "%s"}
steps:
"""
PAYS = """  - expect: {due: {licence: "75.00"}, service_tasks: ["stoa:payment"], flags: []}
  - pay: licence
    amount: "75.00"
  - expect: {due: {}}
  - complete: issue
expect: {status: completed, outcome: done}
"""
DOES_NOT_PAY = """  - advance: P31D
expect: {status: completed, outcome: dear}
"""
IS_EXEMPT = """  - expect: {due: {}, tasks: [issue]}
  - complete: issue
expect: {status: completed, outcome: done}
"""


def problem_of(scenario: str, *, named: str = "") -> str | None:
    """What went otherwise in a scenario; None if all was as expected."""
    (result,) = run({**the_files(*paying(named=named)), "scenarios/one.yaml": scenario.encode()})
    return result.problem.problem if result.problem else None


@pytest.mark.parametrize(
    ("reason", "story"),
    [("", PAYS), ("", DOES_NOT_PAY), ("unemployed", IS_EXEMPT)],
    ids=["pays", "not", "exempt"],
)
def test_a_scenario_pays_fails_to_pay_or_is_exempt(reason: str, story: str) -> None:
    assert problem_of(GIVEN % reason + story) is None


def test_a_variable_says_which_fee_is_asked_where_no_header_does() -> None:
    expression = 'if reason = "" then "licence" else "duty"'

    assert problem_of(GIVEN % "" + PAYS, named=expression) is None
    assert problem_of(GIVEN % "other" + PAYS, named=expression) == (
        "Expected to be due licence 75.00, found duty 30.50."
    )


def test_a_scenario_says_where_another_amount_is_due() -> None:
    wrong = GIVEN % "" + PAYS.replace('"75.00"', '"80.00"', 1)
    pays_other = GIVEN % "" + PAYS.replace('amount: "75.00"', 'amount: "80.00"')
    nothing = GIVEN % "unemployed" + PAYS.replace("  - expect: {due: {licence", "  - expect: {due: {} #", 1)

    assert problem_of(wrong) == "Expected to be due licence 80.00, found licence 75.00."
    assert problem_of(pays_other) == "Expected the fee to be 80.00, found 75.00."
    assert problem_of(nothing.replace(' #: "75.00"}, service_tasks: ["stoa:payment"], flags: []}', "}")) == (
        "Expected a fee to be paid licence, found none."
    )
