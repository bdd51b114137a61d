"""Every place of a diagram that may hold an expression holds FEEL, read by `engine.feel` and nobody else."""

import dataclasses
import inspect
import re
from collections.abc import Callable
from pathlib import Path
from typing import get_type_hints
from xml.sax.saxutils import escape, quoteattr

import pytest

import engine.bpmn
import engine.runtime
from engine.bpmn import model
from engine.bpmn.expressions import Expression
from engine.runtime import SpiffWorkflowEngine
from engine.runtime.contract import DefinitionRefused
from engine.runtime.definition import Definition
from tests.runtime.diagrams import (
    boundary,
    chain,
    definition,
    diagram,
    element,
    end,
    flow,
    on_error,
    on_escalation,
    on_message,
    on_signal,
    process,
    service,
    simple,
    start,
    timer,
    user,
)

FEEL = "=some item in items satisfies item > 1"
PYTHON = "=[item for item in items]"

Place = tuple[type, str]
"""A class of the diagram model and its field that holds an expression."""


def between(*parts: str, declares: str = "") -> Definition:
    """A process of one element, `it`, between start and end."""
    return simple(start(), *parts, end(), chain("start", "it", "end"), declares=declares)


def extended(kind: str, extension: str) -> Definition:
    """The element as `kind`, with an extension element."""
    return between(element(kind, "it", extensions=extension))


def listener(attributes: str) -> str:
    """A listener before an element."""
    inside = f'<zeebe:executionListener eventType="start" {attributes}/>'
    return f"<zeebe:executionListeners>{inside}</zeebe:executionListeners>"


def a_user_task(extension: str, name: str) -> Callable[[str], Definition]:
    """A user task with an attribute of an extension element."""
    return lambda text: extended("userTask", f"<zeebe:{extension} {name}={quoteattr(text)}/>")


def a_mapping(direction: str) -> Callable[[str], Definition]:
    """A user task with a mapping."""
    return lambda text: extended(
        "userTask",
        f'<zeebe:ioMapping><zeebe:{direction} source={quoteattr(text)} target="x"/></zeebe:ioMapping>',
    )


def a_timer(kind: str) -> Callable[[str], Definition]:
    """A timer that is waited for."""
    return lambda text: between(element("intermediateCatchEvent", "it", timer(**{kind: text})))


def a_loop(*, attributes: str = "", inner: str = "", inside: str = "") -> Definition:
    """A user task, several times."""
    held = (
        f"<extensionElements><zeebe:loopCharacteristics {attributes}/></extensionElements>"
        if attributes
        else ""
    )
    return between(
        user(
            "it",
            f"<multiInstanceLoopCharacteristics {inside}>{held}{inner}</multiInstanceLoopCharacteristics>",
        )
    )


def over(more: str = "") -> str:
    """Attributes of a loop over a collection."""
    return f'inputCollection="=items" inputElement="item" {more}'


def a_declared_message(text: str, *, key: str = "=case") -> Definition:
    """A message that is waited for."""
    held = f"<zeebe:subscription correlationKey={quoteattr(key)}/>"
    declared = element("message", "m", extensions=held, name=text)
    return between(element("intermediateCatchEvent", "it", on_message("m")), declares=declared)


def a_thrown_message(text: str, *, key: str = "=case") -> Definition:
    """A message that is sent."""
    held = f"<zeebe:subscription correlationKey={quoteattr(key)}/>"
    declared = element("message", "m", extensions=held, name=text)
    return between(element("sendTask", "it", messageRef="m"), declares=declared)


def a_code(kind: str, event: str) -> Callable[[str], Definition]:
    """An error or escalation that is caught by its code."""

    def drawn(text: str) -> Definition:
        declared = element(kind, "c", name="c", **{f"{kind}Code": text})
        parts = (service("it"), boundary("caught", "it", event), end("other"), flow("caught", "other"))
        return between(*parts, declares=declared)

    return drawn


def a_complex_gateway(text: str) -> Definition:
    """A gateway that goes on when its condition holds."""
    gateway = element("complexGateway", "it", f"<activationCondition>{escape(text)}</activationCondition>")
    return simple(
        start(),
        element("parallelGateway", "fork"),
        user("a"),
        user("b"),
        gateway,
        end(),
        chain("start", "fork", "a", "it", "end"),
        chain("fork", "b", "it"),
    )


def a_conditional_flow(text: str) -> Definition:
    """A gateway with a condition."""
    gateway = element("exclusiveGateway", "it", default="otherwise")
    ways = (flow("it", "end", text), flow("it", "other", flow_id="otherwise"))
    return simple(start(), gateway, end(), end("other"), flow("start", "it"), *ways)


def a_standard_loop(text: str) -> Definition:
    """A user task that is done again while a condition holds."""
    condition = f"<loopCondition>{escape(text)}</loopCondition>"
    return between(user("it", f"<standardLoopCharacteristics>{condition}</standardLoopCharacteristics>"))


def a_chosen_ad_hoc(text: str) -> Definition:
    chosen = f"<zeebe:adHoc activeElementsCollection={quoteattr(text)}/>"
    return between(element("adHocSubProcess", "it", user("any"), extensions=chosen))


def an_ad_hoc(text: str) -> Definition:
    """An ad-hoc sub-process that is done when a condition holds."""
    condition = f"<completionCondition>{escape(text)}</completionCondition>"
    return between(element("adHocSubProcess", "it", user("any"), condition))


def a_call(text: str) -> Definition:
    """A call of a process."""
    called = f"<zeebe:calledElement processId={quoteattr(text)}/>"
    other = process(start("s"), end("e"), flow("s", "e"), process_id="other")
    calling = process(
        start(), element("callActivity", "it", extensions=called), end(), chain("start", "it", "end")
    )
    return definition(diagram(calling, other))


def a_behaviour(text: str) -> Definition:
    """A loop that tells how many are done when a condition holds."""
    held = (
        '<complexBehaviorDefinition id="behaviour">'
        f"<condition>{escape(text)}</condition>"
        '<event id="told">'
        f"{on_signal('s')}</event></complexBehaviorDefinition>"
    )
    loop = (
        '<multiInstanceLoopCharacteristics behavior="Complex"><extensionElements>'
        f"<zeebe:loopCharacteristics {over()}/></extensionElements>{held}</multiInstanceLoopCharacteristics>"
    )
    return between(user("it", loop), declares=element("signal", "s", name="Told"))


PLACES: tuple[tuple[Place, Callable[[str], Definition]], ...] = (
    ((model.Flow, "condition"), a_conditional_flow),
    ((model.VariableMapping, "source"), a_mapping("input")),
    ((model.VariableMapping, "source"), a_mapping("output")),
    ((model.UserWork, "assignee"), a_user_task("assignmentDefinition", "assignee")),
    ((model.UserWork, "candidate_groups"), a_user_task("assignmentDefinition", "candidateGroups")),
    ((model.UserWork, "candidate_users"), a_user_task("assignmentDefinition", "candidateUsers")),
    ((model.UserWork, "priority"), a_user_task("priorityDefinition", "priority")),
    ((model.UserWork, "due_at"), a_user_task("taskSchedule", "dueDate")),
    ((model.UserWork, "follow_up_at"), a_user_task("taskSchedule", "followUpDate")),
    (
        (model.ServiceWork, "topic"),
        lambda text: extended("serviceTask", f"<zeebe:taskDefinition type={quoteattr(text)}/>"),
    ),
    (
        (model.ServiceWork, "retries"),
        lambda text: extended("serviceTask", f'<zeebe:taskDefinition type="t" retries={quoteattr(text)}/>'),
    ),
    (
        (model.Listener, "topic"),
        lambda text: extended("task", listener(f"type={quoteattr(text)}")),
    ),
    (
        (model.Listener, "retries"),
        lambda text: extended("task", listener(f'type="t" retries={quoteattr(text)}')),
    ),
    (
        (model.ScriptWork, "expression"),
        lambda text: extended(
            "scriptTask", f'<zeebe:script expression={quoteattr(text)} resultVariable="x"/>'
        ),
    ),
    (
        (model.DecisionWork, "decision"),
        lambda text: extended(
            "businessRuleTask", f'<zeebe:calledDecision decisionId={quoteattr(text)} resultVariable="x"/>'
        ),
    ),
    ((model.CallWork, "process"), a_call),
    ((model.SendWork, "message"), a_thrown_message),
    ((model.SendWork, "key"), lambda text: a_thrown_message("Told", key=text)),
    ((model.TimerTrigger, "text"), a_timer("duration")),
    ((model.TimerTrigger, "text"), a_timer("date")),
    ((model.TimerTrigger, "text"), a_timer("cycle")),
    ((model.MessageTrigger, "name"), a_declared_message),
    ((model.MessageTrigger, "key"), lambda text: a_declared_message("Told", key=text)),
    (
        (model.SignalTrigger, "name"),
        lambda text: between(
            element("intermediateCatchEvent", "it", on_signal("s")),
            declares=element("signal", "s", name=text),
        ),
    ),
    ((model.ErrorTrigger, "code"), a_code("error", on_error("c"))),
    ((model.EscalationTrigger, "code"), a_code("escalation", on_escalation("c"))),
    (
        (model.ConditionalTrigger, "condition"),
        lambda text: between(
            element(
                "intermediateCatchEvent",
                "it",
                f"<conditionalEventDefinition><condition>{escape(text)}</condition></conditionalEventDefinition>",
            )
        ),
    ),
    (
        (model.CollectionLoop, "collection"),
        lambda text: a_loop(attributes=f'inputCollection={quoteattr(text)} inputElement="item"'),
    ),
    (
        (model.CollectionLoop, "cardinality"),
        lambda text: a_loop(inner=f"<loopCardinality>{escape(text)}</loopCardinality>"),
    ),
    (
        (model.CollectionLoop, "output_item"),
        lambda text: a_loop(attributes=over(f'outputElement={quoteattr(text)} outputCollection="all"')),
    ),
    (
        (model.CollectionLoop, "completion"),
        lambda text: a_loop(
            attributes=over(), inner=f"<completionCondition>{escape(text)}</completionCondition>"
        ),
    ),
    ((model.CollectionLoop, "behavior_triggers"), a_behaviour),
    ((model.ConditionLoop, "condition"), a_standard_loop),
    ((model.Node, "activation"), a_complex_gateway),
    ((model.AdHoc, "completion"), an_ad_hoc),
    ((model.AdHoc, "active"), a_chosen_ad_hoc),
)


def named(value: object) -> str | None:
    """What a test case is called: the class and the field."""
    return f"{value[0].__name__}.{value[1]}" if isinstance(value, tuple) else ""


def test_every_place_that_holds_an_expression_is_listed_here() -> None:
    classes = [
        found
        for _, found in inspect.getmembers(model, inspect.isclass)
        if dataclasses.is_dataclass(found) and found.__module__ == model.__name__
    ]

    holding = {
        (found, name)
        for found in classes
        for name, kind in get_type_hints(found).items()
        if Expression.__name__ in str(kind)
    }

    assert {place for place, _ in PLACES} == holding


@pytest.mark.parametrize(("place", "drawn"), PLACES, ids=named)
def test_feel_is_understood(place: Place, drawn: Callable[[str], Definition]) -> None:
    del place

    SpiffWorkflowEngine().prepare(drawn(FEEL))


@pytest.mark.parametrize(("place", "drawn"), PLACES, ids=named)
def test_what_only_python_would_understand_is_refused(
    place: Place, drawn: Callable[[str], Definition]
) -> None:
    del place

    with pytest.raises(DefinitionRefused, match="is not FEEL"):
        SpiffWorkflowEngine().prepare(drawn(PYTHON))


def test_one_file_of_reader_and_runtime_reads_expressions() -> None:
    homes = (Path(engine.bpmn.__file__).parent, Path(engine.runtime.__file__).parent)

    reading = [
        f"{home.name}/{file.name}"
        for home in homes
        for file in home.rglob("*.py")
        if re.search(r"\bfeel\.(expression|unary_tests)\(", file.read_text())
    ]

    assert reading == ["bpmn/expressions.py"]
