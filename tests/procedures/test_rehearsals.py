"""A rehearsal says at which step a procedure does something else than its scenario tells, and what."""

import pytest

from engine.kernel.refusal import Invalid
from engine.rehearsal import ScenarioResult, report, run
from tests.procedures.shipped import files_of

GIVEN = """title: A try
given:
  applicant: {given_name: Μαρία, family_name: Παπαδοπούλου}
  data:
    document_kind: solemn_declaration
    recipient: Δήμος Αθηναίων
    copies: 2
"""

REFUSING = """  - complete: verify_signatory
    data: {decision: refuse, refusal_reason: not_present}
"""

END = "expect: {status: rejected, outcome: refused, through: [verify_signatory, refused]}\n"


def played(scenario: str, key: str = "signature-authentication") -> ScenarioResult:
    """How a scenario of a shipped procedure goes."""
    files = {name: content for name, content in files_of(key).items() if not name.startswith("scenarios/")}
    return run({**files, "scenarios/a-try.yaml": scenario.encode()})[0]


def findings_of(scenario: str) -> list[str]:
    """What is found in a scenario that cannot be read."""
    with pytest.raises(Invalid) as refusal:
        played(scenario)
    return refusal.value.errors["scenarios/a-try.yaml"]


def test_a_scenario_that_comes_out_as_told_has_no_problem() -> None:
    result = played(GIVEN + "steps:\n" + REFUSING + END)

    assert result.problem is None
    assert result.outcome == "refused"
    assert result.passed == ("application_received", "verify_signatory", "may_authenticate", "refused")


WRONG = [
    (
        "steps:\n  - expect: {tasks: [authenticate]}\n" + END,
        (9, "Expected the open tasks authenticate, found verify_signatory."),
    ),
    (
        "steps:\n  - expect: {status: suspended, flags: []}\n" + END,
        (9, "Expected the status suspended, found open."),
    ),
    (
        "steps:\n  - expect: {flags: [overdue]}\n" + END,
        (9, "Expected the flags overdue, found none."),
    ),
    (
        "steps:\n  - expect: {service_tasks: [a.topic]}\n" + END,
        (9, "Expected the open service tasks a.topic, found none."),
    ),
    (
        "steps:\n  - expect: {term: 2026-03-10}\n" + END,
        (9, "Expected the term to end on 2026-03-10, found 2026-03-09."),
    ),
    (
        "steps:\n  - expect: {term: rests}\n" + END,
        (9, "Expected the term to end on rests, found 2026-03-09."),
    ),
    (
        "steps:\n  - ask: municipality.residence\n" + END,
        (9, "Expected an open service task municipality.residence, found none."),
    ),
    (
        "steps:\n  - complete: verify_signatory\n    data: {scan: {document: a.pdf}}\n" + END,
        (9, "Expected a document a.pdf, found none."),
    ),
    (
        "steps:\n  - complete: authenticate\n" + END,
        (9, "Expected an open task authenticate, found verify_signatory."),
    ),
    (
        "steps:\n  - answer: municipality.residence\n" + END,
        (9, "Expected an open service task municipality.residence, found none."),
    ),
    (
        "steps:\n  - complete: verify_signatory\n    data: {present: 1, decision: refuse}\n" + END,
        (9, "Refused: present: Expected true or false.; refusal_reason: An answer is required."),
    ),
    (
        "steps:\n  - complete: verify_signatory\n    data: {decision: refuse}\n    refused: [decision]\n"
        + END,
        (9, "Expected these fields to be refused: decision, found refusal_reason."),
    ),
    (
        "steps:\n" + REFUSING + "    refused: [decision]\n" + END,
        (9, "Expected these fields to be refused: decision, found none."),
    ),
    (
        "steps:\n  - complete: verify_signatory\n    as: auditor\n" + END,
        (9, "Refused: Task "),
    ),
    (
        "steps:\n  - message: hello\n" + END,
        (9, "Expected the case to wait for the message hello, but it does not."),
    ),
    (
        "steps:\n" + REFUSING + "expect: {status: completed, outcome: refused, path: [refused]}\n",
        (11, "Expected the status completed, found rejected."),
    ),
    (
        "steps:\n" + REFUSING + "expect: {status: rejected, outcome: authenticated, through: [refused]}\n",
        (11, "Expected the case to end in authenticated, found refused."),
    ),
    (
        "steps:\n" + REFUSING + "expect: {status: rejected, outcome: refused, path: [refused]}\n",
        (
            11,
            "Expected the path refused, found application_received > verify_signatory > may_authenticate >",
        ),
    ),
    (
        "steps:\n"
        + REFUSING
        + "expect: {status: rejected, outcome: refused, through: [refused, verify_signatory]}\n",
        (11, "Expected to pass refused > verify_signatory in this order, but verify_signatory is missing"),
    ),
    (
        "steps:\n  - advance: 2026-03-08T09:00:00+02:00\n" + END,
        (9, "Expected a moment after 2026-03-09T07:00:00+00:00, found 2026-03-08T09:00:00+02:00."),
    ),
    (
        "expect: {refused: [copies]}\n",
        (3, "Expected these fields to be refused: copies, found none."),
    ),
]


@pytest.mark.parametrize(("rest", "problem"), WRONG)
def test_a_step_that_goes_otherwise_is_told_with_its_line(rest: str, problem: tuple[int, str]) -> None:
    result = played(GIVEN + rest)

    found = result.problem
    assert found is not None
    assert found.problem is not None
    assert (found.line, found.problem[: len(problem[1])]) == problem


def test_nothing_is_played_after_the_first_problem() -> None:
    result = played(GIVEN + "steps:\n  - complete: nothing\n" + REFUSING + END)

    assert [step.problem is None for step in result.steps] == [True, False]


def test_an_agency_that_is_shown_too_much_is_told() -> None:
    scenario = """title: A try
given:
  applicant: {given_name: Μαρία, family_name: Παπαδοπούλου}
  data:
    identity: {kind: passport, number: AE1234567}
    register: {municipality: Αθηναίων}
    copies: 1
steps:
  - answer: registry.family-status
    sees: [given_name, family_name]
expect: {status: open, through: [application_received]}
"""

    result = played(scenario, "family-status-certificate")

    assert result.problem is not None
    assert result.problem.problem == (
        "Expected the agency to see family_name, given_name, "
        "found afm, amka, family_name, given_name, patronymic."
    )


UNREADABLE = [
    (
        "steps:\n  - finish: x\n" + END,
        "line 9, steps.0: Expected a step to begin with one of complete, answer",
    ),
    ("steps:\n  - complete: x\n    dat: {}\n" + END, "line 10, steps.0.dat: Unknown field."),
    ("steps:\n  - complete: x\n    as: king\n" + END, "line 10, steps.0.as: Must be one of: clerk"),
    ("steps:\n  - complete: 7\n" + END, "line 9, steps.0.complete: Expected a text"),
    ("steps:\n  - advance: soon\n" + END, "line 9, steps.0.advance: Expected a date and time, found 'soon'."),
    ("steps:\n  - advance: P1M\n" + END, "line 9, steps.0.advance: Expected a duration in days or less"),
    ("steps:\n  - advance: P999999D\n" + END, "line 9, steps.0.advance: Expected a duration in days or less"),
    ("steps:\n  - advance: P1X\n" + END, "line 9, steps.0.advance: Expected a duration: expected a duration"),
    (
        "steps:\n  - advance: 2026-03-10T09:00\n" + END,
        "line 9, steps.0.advance: Expected a time with its offset",
    ),
    ("steps:\n  - expect: {flags: [red]}\n" + END, "line 9, steps.0.expect.flags.0: Must be one of"),
    ("expect: {status: done}\n", "line 8, expect.status: Must be one of"),
    ("expect: {}\n", "line 8, expect: Expected a status, or else fields that are refused."),
    (
        "expect: {status: open, refused: [a]}\n",
        "line 8, expect: Expected a status, or else fields that are refused.",
    ),
    ("steps: []\n", "line 1, expect: Missing data for required field."),
    (END + "also: x\n", "line 9, also: Unknown field."),
]


@pytest.mark.parametrize(("rest", "finding"), UNREADABLE)
def test_what_is_not_understood_in_a_scenario_is_found_with_its_line(rest: str, finding: str) -> None:
    findings = findings_of(GIVEN + rest)

    assert [found[: len(finding)] for found in findings] == [finding]


def test_a_time_without_an_offset_is_no_beginning() -> None:
    findings = findings_of(GIVEN.replace("  data:", "  at: 2026-03-09T09:00\n  data:") + END)

    assert findings == [
        "line 4, given.at: Expected a time with its offset, such as +02:00, found '2026-03-09T09:00'."
    ]


def test_every_finding_of_every_scenario_is_collected() -> None:
    findings = findings_of(GIVEN + "steps:\n  - finish: x\n  - complete: x\n    dat: {}\nexpect: {}\n")

    assert len(findings) == 3


def test_an_unsound_procedure_is_not_rehearsed() -> None:
    files = {
        name: content
        for name, content in files_of("signature-authentication").items()
        if "intake" not in name
    }

    with pytest.raises(Invalid):
        run(files)


def test_a_report_shows_each_step_and_what_was_found() -> None:
    result = played(GIVEN + "steps:\n  - advance: P1D\n  - complete: nothing\n" + END)

    text = report("signature-authentication", [result])

    assert text == (
        "signature-authentication/scenarios/a-try.yaml: A try\n"
        "  ok   line 3: open a case for Μαρία Παπαδοπούλου (counter)\n"
        "  ok   line 9: time passes: P1D\n"
        "  FAIL line 10: clerk completes nothing\n"
        "       Expected an open task nothing, found verify_signatory.\n"
        "       passed: application_received\n"
        "       the case stands at: verify_signatory\n"
        "signature-authentication: 1 scenario, 0 as expected, 1 not.\n"
    )
