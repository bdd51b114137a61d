"""A procedure is read whole: its files are checked each by itself, and against each other."""

import threading
from uuid import uuid4

import pytest

from engine.kernel.actor import Role
from engine.kernel.refusal import Invalid
from engine.terms.length import Length, Unit
from engine.terms.term import STATUTORY, SupplementRule, Term, TermKind
from tests.bundle.samples import (
    DIAGRAM,
    METADATA,
    a_catalogue,
    a_component,
    form_json,
    procedure_files,
    procedure_findings,
)

WANTED_PAPERS = b"""
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="d">
  <decision id="wanted" name="wanted"><variable name="wanted" />
    <informationRequirement><requiredInput href="#height" /></informationRequirement>
    <literalExpression><text>if height &gt; 2 then [] else []</text></literalExpression>
  </decision>
  <inputData id="height" name="height"><variable name="height" /></inputData>
</definitions>"""


def test_a_sound_procedure_is_read() -> None:
    procedure = a_catalogue().check(procedure_files())

    assert (procedure.key, procedure.title, procedure.title_en) == (
        "certificate",
        "Πιστοποιητικό",
        "Certificate",
    )
    assert procedure.term == Term(length=Length(5, Unit.WORKING_DAYS))
    assert procedure.metadata["codes"] == {"mitos": "080734", "kep": "0182"}
    assert procedure.start_form is not None
    assert procedure.start_form.id == "intake"
    assert procedure.forms["intake"] is procedure.start_form
    assert (procedure.main_file, procedure.definition.process_id) == ("certificate.bpmn", "certificate")
    assert list(procedure.definition.files) == ["certificate.bpmn"]


def test_an_outcome_says_what_an_end_event_means() -> None:
    procedure = a_catalogue().check(procedure_files())

    assert procedure.outcome("done").text == "Εκδόθηκε."
    assert procedure.outcome("another").status == "completed"


def test_a_procedure_without_a_term_has_the_statutory_one() -> None:
    metadata = METADATA.replace("term:\n  days: 5\n  working_days: true\n", "")

    procedure = a_catalogue().check(procedure_files(metadata=metadata))

    assert procedure.term == STATUTORY
    assert (STATUTORY.length, list(procedure.first_terms)) == (Length(50), [TermKind.LEGAL])
    assert procedure.terms[TermKind.ANSWER].length == Length(30)
    assert procedure.terms[TermKind.ACT].length == Length(10)


def test_a_process_may_begin_without_a_form() -> None:
    diagram = DIAGRAM.replace('<zeebe:formDefinition formId="intake" />', "")
    files = procedure_files(diagram=diagram)
    del files["forms/intake.form"]

    procedure = a_catalogue().check(files)

    assert procedure.start_form is None


def test_the_form_of_a_message_start_is_not_the_form_of_a_new_case() -> None:
    diagram = DIAGRAM.replace(
        "<bpmn:outgoing>to_end</bpmn:outgoing>\n",
        '<bpmn:outgoing>to_end</bpmn:outgoing><bpmn:messageEventDefinition id="m" />\n',
    )

    procedure = a_catalogue().check(procedure_files(diagram=diagram))

    assert procedure.start_form is None


FORM_OF_START = '<zeebe:formDefinition formId="intake" />'

NO_SUCH_PROCESS = (
    "line 10, process: Expected the id of one process in the diagrams (certificate), found 0 of that id."
)

UNSOUND_METADATA = [
    (
        "key: certificate",
        "key: Certificate!",
        "line 1, key: Expected small Latin letters, digits and hyphens.",
    ),
    ("key: certificate\n", "", "line 1, key: Missing data for required field."),
    ("agency: municipality", "agensy: municipality", "line 5, agensy: Unknown field."),
    (
        '"080734"',
        "80734",
        "line 4, codes.mitos: Expected a text (in quotes where it looks like a number), found 80734.",
    ),
    ('"080734"', '"80734"', "line 4, codes.mitos: Expected the 6 digits of the MITOS register."),
    (
        "fee_cents: 0",
        "fee_cents: -1",
        "line 6, fee_cents: Must be greater than or equal to 0 and less than or equal to 10000000.",
    ),
    ("fee_cents: 0", "fee_cents: 1.5", "line 6, fee_cents: Not a valid integer."),
    ("fee_cents: 0", "fee_cents: true", "line 6, fee_cents: Not a valid integer."),
    (
        "working_days: true",
        "working_days: yes",
        "line 9, term.working_days: Not a valid integer.",
    ),
    ("working_days: true", "months: 2", "line 8, term: Expected one of days, working_days, weeks"),
    ("days: 5\n  working_days: true", "law: x", "line 8, term: Expected one of days, working_days, weeks"),
    ("days: 5", "weeks: 5", "line 8, term: Expected one of days, working_days, weeks, months, years"),
    ("days: 5\n  working_days: true", "days: 3651", "line 8, term.days: Must be greater than or equal to 0"),
    ("[counter]", "[]", "line 11, channels: Expected at least one."),
    ("[counter]", "[counter, counter]", "line 11, channels: Expected every item once."),
    ("[counter]", "[pigeon]", "line 11, channels.0: Must be one of: counter, phone, web, video, post."),
    (
        "status: completed",
        "status: withdrawn",
        "line 18, outcomes.done.status: Must be one of: completed, rejected.",
    ),
    (
        "  done:\n",
        "  gone:\n",
        "line 18, outcomes.gone: Expected the id of an end event of certificate: done.",
    ),
    (
        "process: certificate",
        "process: other",
        NO_SUCH_PROCESS,
    ),
    ("key: certificate", "key: [", "line "),
]


@pytest.mark.parametrize(("text", "instead", "finding"), UNSOUND_METADATA)
def test_what_is_wrong_with_the_metadata_is_found_with_its_line(
    text: str, instead: str, finding: str
) -> None:
    findings = procedure_findings(procedure_files(metadata=METADATA.replace(text, instead, 1)))

    assert any(found.startswith(finding) for found in findings["procedure.yaml"])


def test_findings_of_all_files_come_together() -> None:
    files = procedure_files(
        {"forms/spare.form": form_json(form_id="spare"), "notes.txt": b"x"},
        metadata=METADATA.replace("process: certificate", "process: other"),
        diagram=DIAGRAM.replace('formId="intake"', 'formId="missing"'),
    )

    findings = procedure_findings(files)

    assert findings == {
        "notes.txt": [
            "Expected only procedure.yaml, *.bpmn, *.dmn, forms/*.form, scenarios/*.yaml, notes.md."
        ],
        "certificate.bpmn": [
            "line 5, asked: Expected the form forms/missing.form, but there is no such file."
        ],
        "forms/intake.form": ["Expected a form that a diagram names; no diagram names this one."],
        "forms/spare.form": ["Expected a form that a diagram names; no diagram names this one."],
        "procedure.yaml": [NO_SUCH_PROCESS],
    }


def test_a_term_says_what_it_does_while_the_citizen_is_awaited() -> None:
    metadata = METADATA.replace("  working_days: true\n", "  working_days: true\n  supplement: restarts\n")

    procedure = a_catalogue().check(procedure_files(metadata=metadata))
    findings = procedure_findings(procedure_files(metadata=metadata.replace("restarts", "stops")))

    assert procedure.term.supplement is SupplementRule.RESTARTS
    assert findings == {
        "procedure.yaml": ["line 10, term.supplement: Must be one of: runs_on, pauses, restarts."]
    }


def test_a_term_may_be_counted_in_any_unit_and_have_a_law_a_limit_and_a_service_norm_beside_it() -> None:
    term = "term: {months: 2, law: ν. 4442/2016 άρθρο 7, supplement: restarts, extension: {days: 30}}"
    metadata = METADATA.replace("term:\n  days: 5\n  working_days: true\n", f"{term}\n")
    metadata = metadata.replace("process:", "service_term: {working_days: 10}\nprocess:")

    procedure = a_catalogue().check(procedure_files(metadata=metadata))

    assert procedure.first_terms == {
        TermKind.LEGAL: Term(
            length=Length(2, Unit.MONTHS),
            law="ν. 4442/2016 άρθρο 7",
            supplement=SupplementRule.RESTARTS,
            extension=Length(30),
        ),
        TermKind.SERVICE: Term(length=Length(10, Unit.WORKING_DAYS)),
    }


@pytest.mark.parametrize(
    ("diagram", "finding"),
    [
        ("<bpmn", "line 1: Expected XML"),
        ('<!DOCTYPE x [<!ENTITY e "x">]><x>&e;</x>', "line 1: Expected no DOCTYPE."),
        (
            DIAGRAM.replace('isExecutable="true"', ""),
            "line 4, certificate: Expected the process to be executable.",
        ),
    ],
)
def test_a_diagram_that_cannot_be_used_is_found(diagram: str, finding: str) -> None:
    findings = procedure_findings(procedure_files(diagram=diagram))

    assert findings["certificate.bpmn"][0].startswith(finding)


WRONG_WORDS = [
    (
        '<zeebe:properties><zeebe:property name="stoa:flga" value="x" /></zeebe:properties>',
        (
            "Expected one of the properties stoa:name-en, stoa:flag, stoa:branch, stoa:answer-form, "
            "stoa:message-from, stoa:documents, stoa:by-hand, stoa:law, stoa:clock, stoa:milestone, "
            "stoa:legal-effect, stoa:term, stoa:desk-action, stoa:action-roles, stoa:action-reason, "
            "stoa:action-says, stoa:action-says-en, found 'stoa:flga'."
        ),
    ),
    (
        '<zeebe:properties><zeebe:property name="stoa:documents" value="=evidence" /></zeebe:properties>',
        "Expected stoa:documents to be all, none, or names of variables, found '=evidence'.",
    ),
    (
        '<zeebe:properties><zeebe:property name="stoa:documents" value="all" /></zeebe:properties>',
        "Expected stoa:documents on what an agency answers: an element with a zeebe:taskDefinition.",
    ),
    (
        '<zeebe:properties><zeebe:property name="stoa:flag" value="overdue" /></zeebe:properties>',
        "Expected stoa:flag to be one of awaiting_citizen, ready_for_pickup, found 'overdue'.",
    ),
    (
        '<zeebe:properties><zeebe:property name="stoa:clock" value="wall" /></zeebe:properties>',
        "Expected stoa:clock to be one of legal, rests, runs, found 'wall'.",
    ),
    (
        '<zeebe:assignmentDefinition candidateGroups="clerk, clrek" />',
        f"Expected the candidate groups to be roles ({', '.join(Role)}), found 'clrek'.",
    ),
]


@pytest.mark.parametrize(("extension", "finding"), WRONG_WORDS)
def test_words_of_ours_that_mean_nothing_are_found(extension: str, finding: str) -> None:
    diagram = DIAGRAM.replace(FORM_OF_START, extension + FORM_OF_START)

    findings = procedure_findings(procedure_files(diagram=diagram))

    assert findings == {"certificate.bpmn": [f"line 6, asked: {finding}"]}


@pytest.mark.parametrize(
    "extension",
    [
        '<zeebe:properties><zeebe:property name="stoa:flag" value="awaiting_citizen" /></zeebe:properties>',
        '<zeebe:properties><zeebe:property name="another" value="x" /></zeebe:properties>',
        '<zeebe:assignmentDefinition candidateGroups="manager,clerk" />',
        '<zeebe:assignmentDefinition candidateGroups="=groups" />',
        '<zeebe:assignmentDefinition assignee="maria" />',
    ],
)
def test_words_of_ours_that_are_right_are_taken(extension: str) -> None:
    diagram = DIAGRAM.replace(FORM_OF_START, extension + FORM_OF_START)

    assert procedure_findings(procedure_files(diagram=diagram)) == {}


ASKED = """    <bpmn:serviceTask id="ask"><bpmn:extensionElements>
      <zeebe:taskDefinition type="municipality.residence" />
      <zeebe:properties><zeebe:property name="stoa:answer-form" value="answer" /></zeebe:properties>
    </bpmn:extensionElements></bpmn:serviceTask>
"""
WITH_ANSWER = DIAGRAM.replace("    <bpmn:endEvent", ASKED + "    <bpmn:endEvent", 1)


def test_an_agencys_answer_has_the_form_that_its_service_task_names() -> None:
    answer = form_json(a_component("checkbox", "confirmed"), form_id="answer")

    procedure = a_catalogue().check(procedure_files({"forms/answer.form": answer}, diagram=WITH_ANSWER))

    form = procedure.answer_form("ask")
    assert form is not None
    assert form.id == "answer"
    assert procedure.answer_form("asked") is None


def test_an_answer_form_that_is_not_there_is_found_where_it_is_named() -> None:
    findings = procedure_findings(procedure_files(diagram=WITH_ANSWER))

    assert findings == {
        "certificate.bpmn": ["line 11, ask: Expected the form forms/answer.form, but there is no such file."]
    }


def test_an_answer_form_stands_on_what_an_agency_answers() -> None:
    named = '<zeebe:properties><zeebe:property name="stoa:answer-form" value="intake" /></zeebe:properties>'
    diagram = DIAGRAM.replace(FORM_OF_START, named + FORM_OF_START)

    findings = procedure_findings(procedure_files(diagram=diagram))

    (found,) = findings["certificate.bpmn"]
    assert found.startswith("line 6, asked: Expected stoa:answer-form on what an agency answers:")


def test_a_procedure_needs_its_metadata_and_a_diagram() -> None:
    findings = procedure_findings({})

    assert findings == {
        "procedure.yaml": [
            "Expected this file, found none.",
            "Expected a diagram (*.bpmn) beside this file, found none.",
        ]
    }


def test_a_version_is_read_once() -> None:
    catalogue, version, loads = a_catalogue(), uuid4(), []

    def load() -> dict[str, bytes]:
        loads.append(1)
        return procedure_files()

    first = catalogue.procedure(version, load)
    second = catalogue.procedure(version, load)

    assert first is second
    assert len(loads) == 1


def test_the_version_used_longest_ago_is_forgotten_first() -> None:
    catalogue, versions = a_catalogue(capacity=2), [uuid4() for _ in range(3)]
    first = catalogue.procedure(versions[0], procedure_files)
    catalogue.procedure(versions[1], procedure_files)
    catalogue.procedure(versions[0], procedure_files)

    catalogue.procedure(versions[2], procedure_files)

    assert catalogue.procedure(versions[0], dict) is first
    with pytest.raises(RuntimeError):
        catalogue.procedure(versions[1], dict)


def test_several_threads_share_a_catalogue() -> None:
    catalogue, versions = a_catalogue(capacity=3), [uuid4() for _ in range(6)]
    keys: list[str] = []

    def read() -> None:
        keys.extend(catalogue.procedure(version, procedure_files).key for version in versions * 5)

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert keys == ["certificate"] * 120


def test_a_stored_version_that_cannot_be_read_is_a_bug_and_no_refusal() -> None:
    with pytest.raises(RuntimeError) as bug:
        a_catalogue().procedure(uuid4(), dict)

    assert isinstance(bug.value.__cause__, Invalid)


@pytest.mark.parametrize(
    ("decision", "said"),
    [
        ("needed", "Expected the id of a decision in the DMN files beside, found needed."),
        ("wanted", "It needs height."),
    ],
)
def test_the_decision_on_the_papers_exists_and_needs_what_is_known_by_then(decision: str, said: str) -> None:
    files = procedure_files(metadata=f"{METADATA}papers_decision: {decision}\n")
    files["wanted.dmn"] = WANTED_PAPERS

    (finding,) = procedure_findings(files)["procedure.yaml"]

    assert said in finding
