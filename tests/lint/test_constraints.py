"""Claims about the constraints of BPMN by their numbers: each is found by the rule that is about it."""

import os
import re
from collections import defaultdict
from hashlib import sha256
from pathlib import Path

import pytest

from engine.lint import RULES, check
from engine.runtime import SpiffWorkflowEngine
from engine.runtime.contract import DefinitionRefused
from engine.runtime.definition import Definition
from tests.lint.drawing import (
    definition,
    element,
    end,
    file,
    flow,
    node,
    path,
    process,
    simple,
    start,
    task,
)
from tests.lint.examples.data import in_process

KIT = Path(os.environ.get("STOA_CORPORA", "../shared/corpora")) / "betsy" / "bpmn_constraints"
PAPERS = element("itemDefinition", id="papers", structureRef="bpmn:tBaseElement")
MESSAGE = element("message", id="m", name="papers", itemRef="papers")
INTERFACE = element(
    "interface", element("operation", element("inMessageRef", "m"), id="ask", name="ask"), id="i", name="i"
)


def own_rules() -> dict[str, set[str]]:
    """The rules that say that they come from a constraint, by its number."""
    found: dict[str, set[str]] = defaultdict(set)
    for rule in RULES:
        for number in re.findall(r"EXT\.(\d{3})", rule.source):
            found[number].add(rule.id)
    return found


def refused(content: bytes) -> str:
    """What the engine says when it refuses a definition."""
    definition_read = Definition(
        sha256=sha256(content).hexdigest(), process_id="p", files={"p.bpmn": content}
    )
    with pytest.raises(DefinitionRefused) as refusal:
        SpiffWorkflowEngine().prepare(definition_read)
    return str(refusal.value)


def errors(content: bytes) -> set[str]:
    return {finding.rule for finding in check({"p.bpmn": content}).errors}


def test_a_note_of_an_unknown_mime_type_is_its_own_finding() -> None:
    note = element("textAnnotation", element("text", "see"), id="note", textFormat="wrong")

    assert errors(simple(task(), beside=(note,))) == {"text-format"}


def test_a_message_flow_does_not_end_at_a_choreography_activity() -> None:
    content = file(
        element(
            "choreography",
            element("participant", id="one"),
            element("participant", id="two"),
            element("messageFlow", id="talk", sourceRef="one", targetRef="two"),
            element(
                "choreographyTask",
                element("participantRef", "one"),
                element("participantRef", "two"),
                element("messageFlowRef", "talk"),
                id="meet",
                initiatingParticipantRef="one",
            ),
            id="c",
        ),
        element(
            "collaboration",
            element("participant", id="pool", processRef="p"),
            element("messageFlow", id="sent", sourceRef="work", targetRef="meet"),
            id="k",
        ),
        process(start(), task(), end(), *path("begin", "work", "done")),
    )

    assert "message-flow-ends" in errors(content)


def test_a_service_task_gives_the_message_that_its_operation_takes() -> None:
    content = simple(node("serviceTask", "work", operationRef="ask"), roots=(PAPERS, MESSAGE, INTERFACE))

    assert "carrier-one-set" in errors(content)


def test_a_script_of_no_language_is_feel() -> None:
    assert errors(simple(node("scriptTask", "work", element("script", "1 + 1")))) == set()
    assert "script-format-needed" in errors(simple(node("scriptTask", "work", element("script", "a b c"))))
    assert "script-format-needed" in errors(simple(node("scriptTask", "work", element("script", "x = 1;"))))


@pytest.mark.parametrize("language", ["javascript", "Groovy", "text/x-python", "application/javascript"])
def test_a_script_in_a_language_that_is_not_run_is_refused_for_its_language(language: str) -> None:
    content = simple(node("scriptTask", "work", element("script", "1 + 1"), scriptFormat=language))

    assert errors(content) == {"script-language"}
    assert f"written in {language}" in refused(content)


def test_no_association_leads_into_the_input_of_a_process() -> None:
    assert errors(in_process("Output", "own", "papers")) == {"association-direction"}


def test_no_association_comes_out_of_the_output_of_a_process() -> None:
    assert errors(in_process("Input", "papers", "own", kind="dataOutput")) == {"association-direction"}


def test_associations_in_their_direction_are_left_alone() -> None:
    assert errors(in_process("Input", "papers", "own")) == set()
    assert errors(in_process("Output", "own", "papers", kind="dataOutput")) == set()


@pytest.mark.parametrize("kind", ["startEvent", "intermediateCatchEvent", "intermediateThrowEvent"])
def test_a_message_that_is_only_a_name_needs_no_operation(kind: str) -> None:
    event = node(kind, "talk", definition("message", messageRef="m"))
    nodes = [event, end()] if kind == "startEvent" else [start(), event, end()]
    ids = [each.attributes["id"] for each in nodes]

    assert errors(file(element("message", id="m", name="papers"), process(*nodes, *path(*ids)))) == set()


def test_a_compensation_boundary_without_handler_is_its_own_finding() -> None:
    undo = node("boundaryEvent", "undo", definition("compensate"), attachedToRef="work")

    assert errors(simple(task(), beside=(undo,))) == {"compensation-handler-linked"}


def test_the_collaboration_of_a_process_is_a_collaboration() -> None:
    content = file(
        PAPERS,
        MESSAGE,
        process(start(), end(), flow("begin", "done"), definitionalCollaborationRef="m"),
    )

    assert errors(content) == {"reference-kind"}


@pytest.mark.skipif(not KIT.is_dir(), reason="the kit of constraints is not there")
def test_each_wrong_model_of_the_kit_is_refused_by_a_rule_of_its_constraint() -> None:
    own = own_rules()
    models = sorted(KIT.rglob("*.bpmn"))

    elsewhere = [
        model.name
        for model in models
        if not errors(model.read_bytes()) & own[model.parent.name.removeprefix("EXT")]
    ]

    assert models
    assert elsewhere == []
