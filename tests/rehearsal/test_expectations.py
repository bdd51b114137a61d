"""What a scenario can state of papers, values, notices and documents, and that each of it can fail."""

import pytest

from engine.kernel.refusal import Invalid
from engine.rehearsal import ScenarioResult, read_scenarios
from engine.rehearsal.rehearsal import run, run_readable
from tests.procedures.shipped import files_of

KEY = "residence-certificate"
GIVEN = """title: A try
given:
  applicant: {given_name: Μαρία, family_name: Παπαδοπούλου, afm: "090000045"}
  reception: {papers: [identity, utility-bill]}
  notify: [sms, email]
  data:
    register: {municipality: Αθηναίων, number: "12345/2"}
    residence: {street: Ερμού, number: 15Β, postcode: 105 63, city: Αθήνα, since: "2019-05-01"}
    evidence: {kind: utility_bill, reference: ΔΕΗ 4471}
    declared: true
steps:
  - file: bill.pdf
  - complete: check_papers
    data: {identity_checked: true, papers_verdict: complete}
"""
OPEN = "expect: {status: open}\n"
SEES = """  - answer: municipality.residence
    sees:
      given_name: Μαρία
      family_name: Παπαδοπούλου
      patronymic: null
      afm: "{afm}"
      register: {{municipality: Αθηναίων, number: 12345/2}}
      residence: {{street: Ερμού, number: 15Β, postcode: "10563", city: Αθήνα, since: "2019-05-01"}}
      evidence: {{kind: utility_bill, reference: ΔΕΗ 4471}}
    data: {{confirmed: true, certificate_number: 2026/4471}}
"""


def played(scenario: str) -> ScenarioResult:
    """How a scenario of the residence certificate goes."""
    files = {name: content for name, content in files_of(KEY).items() if not name.startswith("scenarios/")}
    return run({**files, "scenarios/a-try.yaml": scenario.encode()})[0]


def problem_of(scenario: str) -> str:
    found = played(scenario).problem
    return "" if found is None else found.problem or ""


def test_all_of_it_can_be_as_stated() -> None:
    steps = (
        "  - expect: {papers: [identity, utility-bill, tax-statement, other-proof], documents: [bill.pdf],"
        " notices: [filed]}\n"
    )

    assert problem_of(GIVEN + steps + SEES.format(afm="090000045") + OPEN) == ""


FAILING = [
    ("  - expect: {papers: [identity]}\n", "Expected the papers asked for identity, found identity, other-"),
    ("  - expect: {documents: []}\n", "Expected the documents none, found bill.pdf."),
    ("  - expect: {notices: [completed]}\n", "Expected the citizen to be told of completed, found filed."),
    (SEES.format(afm="094014201"), "Expected the agency to see afm to be '094014201', found '090000045'."),
]


@pytest.mark.parametrize(("step", "problem"), FAILING)
def test_what_is_otherwise_is_told(step: str, problem: str) -> None:
    assert problem_of(GIVEN + step + OPEN).startswith(problem)


def test_a_case_does_not_open_without_its_papers() -> None:
    opening = GIVEN.replace("[identity, utility-bill]", "[utility-bill]").partition("steps:")[0]

    assert problem_of(opening + "expect: {refused: [reception.papers]}\n") == ""
    assert "expected identity" in problem_of(opening + OPEN)


def test_who_did_not_agree_is_not_told() -> None:
    scenario = GIVEN.replace("  notify: [sms, email]\n", "") + "  - expect: {notices: []}\n" + OPEN

    assert problem_of(scenario) == ""


def test_a_word_that_no_reception_knows_is_told_with_those_that_it_knows() -> None:
    scenario = GIVEN.replace("papers: [identity", "identity: a_guess, papers: [identity")

    assert problem_of(scenario + OPEN).startswith("Expected an identity check a_guess, found gov_gr, ")


def test_a_broken_file_does_not_stop_the_others() -> None:
    broken = {**files_of(KEY), "scenarios/broken.yaml": b"title: A story without anybody\n"}

    results, findings = run_readable(broken)

    assert {result.problem for result in results} == {None}
    assert [result.scenario for result in results] == list(read_scenarios(files_of(KEY)))
    assert [sentence.partition(":")[0] for sentence in findings["scenarios/broken.yaml"]] == [
        "line 1, given",
        "line 1, expect",
    ]
    with pytest.raises(Invalid):
        read_scenarios(broken)
