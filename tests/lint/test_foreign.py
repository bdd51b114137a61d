"""Claims about the extensions of other engines: each that means behaviour is refused, and says what to do."""

from hashlib import sha256

import pytest

from engine.bpmn.foreign_names import ENGINES, ForeignMeaning
from engine.lint import Finding, Severity, check
from engine.lint.foreign_texts import FOREIGN_TEXTS
from engine.runtime import SpiffWorkflowEngine
from engine.runtime.contract import DefinitionRefused
from engine.runtime.definition import Definition
from tests.lint.drawing import (
    OTHERS,
    Element,
    definition,
    element,
    end,
    extended,
    file,
    foreign,
    marked,
    node,
    path,
    process,
    simple,
    start,
    task,
)

RULES = {"foreign-behaviour", "foreign-note", "foreign-namespace"}


def found(content: bytes) -> list[Finding]:
    return [finding for finding in check({"p.bpmn": content}).findings if finding.rule in RULES]


def prepared(content: bytes) -> None:
    """Let the engine build the definition."""
    definition = Definition(sha256=sha256(content).hexdigest(), process_id="p", files={"p.bpmn": content})
    SpiffWorkflowEngine().prepare(definition)


def test_every_meaning_has_its_texts() -> None:
    assert set(FOREIGN_TEXTS) == set(ForeignMeaning)


def test_what_means_the_same_at_one_element_is_one_finding() -> None:
    ask = marked(
        node("userTask", "ask", name="Ask"),
        camunda_assignee="kermit",
        camunda_candidateGroups="clerks",
        camunda_candidateUsers="fozzie",
    )

    assignee, candidates = found(simple(ask))

    assert assignee.severity is candidates.severity is Severity.ERROR
    assert "camunda:assignee on" in assignee.message.en
    assert "Camunda 7" in assignee.message.en
    assert "camunda:candidateGroups, camunda:candidateUsers on" in candidates.message.en
    assert "zeebe:assignmentDefinition candidateGroups" in candidates.remedy.en
    assert "υποψηφίους" not in candidates.message.en
    assert "αναλάβουν" in candidates.message.el


@pytest.mark.parametrize(
    ("prefix", "name", "engine"),
    [
        ("camunda", "formKey", "Camunda 7"),
        ("operaton", "dueDate", "Operaton"),
        ("activiti", "class", "Activiti"),
        ("flowable", "skipExpression", "Flowable"),
        ("drools", "taskName", "jBPM"),
        ("spiffworkflow", "scriptsOnInstances", "SpiffWorkflow"),
        ("flowable", "notYetInvented", "Flowable"),
    ],
)
def test_an_attribute_that_means_behaviour_is_an_error(prefix: str, name: str, engine: str) -> None:
    content = simple(marked(task("work"), **{f"{prefix}_{name}": "x"}))

    (finding,) = found(content)

    assert (finding.severity, finding.element_id) == (Severity.ERROR, "work")
    assert finding.message.en.startswith(f"{prefix}:{name} on task (work) is not read here; in {engine} it")


@pytest.mark.parametrize(
    "extension",
    [
        foreign("camunda:executionListener", event="start"),
        foreign("camunda:inputOutput", foreign("camunda:inputParameter", "1", name="a")),
        foreign("flowable:formProperty", id="a"),
        foreign("activiti:field", name="to"),
        foreign("drools:onEntry-script", foreign("drools:script", "a = 1;")),
        foreign("drools:metaData", foreign("drools:metaValue", "true"), name="customAutoStart"),
        foreign("spiffworkflow:preScript", "a = 1"),
        foreign("spiffworkflow:notYetInvented"),
    ],
    ids=lambda extension: extension.kind,
)
def test_an_extension_element_that_means_behaviour_is_one_error(extension: Element) -> None:
    (finding,) = found(simple(task("work", extended(extension))))

    assert (finding.rule, finding.element_id) == ("foreign-behaviour", "work")


@pytest.mark.parametrize("space", sorted(set(ENGINES) & set(OTHERS.values())))
def test_every_known_name_of_an_engine_is_refused_where_it_means_something(space: str) -> None:
    prefix = next(prefix for prefix, other in OTHERS.items() if other == space)
    names = sorted(ENGINES[space].names)
    content = simple(*(marked(task(f"t{at}"), **{f"{prefix}_{name}": "x"}) for at, name in enumerate(names)))

    written = [finding.message.en.partition(" on ")[0] for finding in found(content)]

    assert sorted(written) == sorted(f"{prefix}:{name}" for name in names)


def test_rules_of_jbpm_are_told_under_the_prefix_of_its_drawings_too() -> None:
    content = simple(marked(node("businessRuleTask", "work"), gpd_ruleFlowGroup="fees", gpd_x="16"))

    behaviour, note = found(content)

    assert behaviour.message.en.startswith("gpd:ruleFlowGroup on businessRuleTask (work) is not read here")
    assert "in jBPM it fires rules" in behaviour.message.en
    assert note.severity is Severity.HINT


def test_an_extension_deep_in_an_event_is_found_at_its_line() -> None:
    thrown = node("endEvent", "done", definition("message", **{"camunda:class": "org.Sender"}))
    content = file(process(start(), thrown, *path("begin", "done")))

    (finding,) = found(content)

    assert finding.element_id == "done"
    assert content.decode().split("\n")[finding.line - 1].strip().startswith("<messageEventDefinition")


@pytest.mark.parametrize(
    "content",
    [
        file(marked(process(start(), end(), *path("begin", "done")), camunda_historyTimeToLive="P30D")),
        simple(marked(task("work"), camunda_modelerTemplate="mail", camunda_asyncBefore="false")),
        simple(task("work", extended(foreign("signavio:signavioMetaData", metaKey="bgcolor")))),
        simple(
            task(
                "work",
                extended(foreign("drools:metaData", foreign("drools:metaValue", "Ask"), name="elementname")),
            )
        ),
    ],
    ids=["historyTimeToLive", "modelerTemplate", "signavio", "elementname"],
)
def test_notes_are_hints(content: bytes) -> None:
    assert {finding.severity for finding in found(content)} == {Severity.HINT}
    prepared(content)


def test_a_note_at_many_places_is_one_hint() -> None:
    noted = extended(foreign("signavio:signavioMetaData", metaKey="bgcolor"))

    (finding,) = found(simple(task("a", noted), task("b", noted), task("c", noted)))

    assert finding.element_id == "a"
    assert "places: 3" in finding.message.en


def test_a_namespace_that_nobody_knows_is_a_warning() -> None:
    (finding,) = found(simple(task("work", extended(foreign("acme:robot")))))

    assert (finding.rule, finding.severity) == ("foreign-namespace", Severity.WARNING)
    assert "http://acme.example/bpmn" in finding.message.en


def test_the_notes_of_the_dialects_own_modelers_are_left_alone() -> None:
    content = file(
        process(start(), end(), *path("begin", "done")),
        **{
            "xmlns:modeler": "http://camunda.org/schema/modeler/1.0",
            "modeler:executionPlatform": "Camunda Cloud",
        },
    )

    assert found(content) == []


def test_the_engine_refuses_what_the_linter_refuses() -> None:
    content = simple(marked(node("userTask", "ask", name="Ask"), camunda_assignee="kermit"))

    with pytest.raises(DefinitionRefused) as refused:
        prepared(content)

    assert "camunda:assignee" in str(refused.value)


def test_people_of_plain_bpmn_are_not_passed_over() -> None:
    owner = element(
        "humanPerformer", element("resourceAssignmentExpression", element("formalExpression", "kermit"))
    )
    content = simple(node("userTask", "ask", owner, name="Ask"))

    assert [finding.rule for finding in check({"p.bpmn": content}).errors] == ["people-assigned"]
