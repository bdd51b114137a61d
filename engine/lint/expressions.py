"""Finds every expression of a diagram: where it stands, what it is for, and its text as FEEL reads it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from engine import feel
from engine.bpmn.diagram import Diagram, extension
from engine.kernel.xml import Element


class Purpose(Enum):
    """What an expression is evaluated for."""

    CONDITION = "condition"
    NUMBER = "number"
    VALUE = "value"
    RESULT = "result"
    """A value computed from what an activity gave back, whose names nobody knows before."""


@dataclass(frozen=True, eq=False, kw_only=True)
class FoundExpression:
    """An expression of the diagram; `text` is FEEL, without the `=` that marks it in an attribute.

    Either it could be `parsed`, or `problem` says why not, with the line in the text where that is seen.
    """

    element: Element
    text: str
    purpose: Purpose
    parsed: feel.FeelExpression | None = None
    problem: str = ""
    problem_line: int = 1


Written = tuple[Element, str, Purpose]
"""An expression before it is parsed: where it stands, its text, and what it is for."""

CONDITIONS = (
    "conditionExpression",
    "completionCondition",
    "loopCondition",
    "activationCondition",
    "condition",
)
"""Elements whose text is a condition, with or without a leading `=`."""

TIMERS = ("timeDate", "timeDuration", "timeCycle")
"""Elements whose text is ISO 8601, or FEEL after `=`."""

ALWAYS_FEEL = {
    ("script", "expression"): Purpose.VALUE,
    ("loopCharacteristics", "inputCollection"): Purpose.VALUE,
    ("adHoc", "activeElementsCollection"): Purpose.VALUE,
    ("loopCharacteristics", "outputElement"): Purpose.RESULT,
}
"""Attributes of zeebe elements that are FEEL, with or without a leading `=`."""

TEXT_OR_FEEL = {
    ("input", "source"): Purpose.VALUE,
    ("output", "source"): Purpose.RESULT,
    ("subscription", "correlationKey"): Purpose.VALUE,
    ("publishMessage", "correlationKey"): Purpose.VALUE,
    ("calledDecision", "decisionId"): Purpose.VALUE,
    ("calledElement", "processId"): Purpose.VALUE,
    ("taskDefinition", "type"): Purpose.VALUE,
    ("taskDefinition", "retries"): Purpose.VALUE,
    ("executionListener", "type"): Purpose.VALUE,
    ("executionListener", "retries"): Purpose.VALUE,
    ("taskListener", "type"): Purpose.VALUE,
    ("taskListener", "retries"): Purpose.VALUE,
    ("assignmentDefinition", "assignee"): Purpose.VALUE,
    ("assignmentDefinition", "candidateGroups"): Purpose.VALUE,
    ("assignmentDefinition", "candidateUsers"): Purpose.VALUE,
    ("taskSchedule", "dueDate"): Purpose.VALUE,
    ("taskSchedule", "followUpDate"): Purpose.VALUE,
    ("priorityDefinition", "priority"): Purpose.VALUE,
}
"""Attributes of zeebe elements that are FEEL after `=`, and text otherwise."""

NAMES = (("message", "name"), ("signal", "name"), ("error", "errorCode"), ("escalation", "escalationCode"))
"""Attributes of BPMN elements that are FEEL after `=`, and text otherwise."""


def read(diagram: Diagram, variables: frozenset[str]) -> Iterator[FoundExpression]:
    """Every expression of the file that the engine evaluates and that has a text, parsed."""
    for element, text, purpose in _written(diagram):
        parsed, problem, line = None, "", 1
        try:
            parsed = feel.expression(text, variables)
        except feel.FeelSyntaxError as error:
            problem, line = str(error), error.line
        except feel.FeelLimitError as error:
            problem = str(error)
        yield FoundExpression(
            element=element, text=text, purpose=purpose, parsed=parsed, problem=problem, problem_line=line
        )


def _written(diagram: Diagram) -> Iterator[Written]:
    yield from _conditions(diagram)
    yield from _marked((element, element.content) for element in diagram.elements(*TIMERS))
    yield from _scripts(diagram)
    yield from _attributes(diagram)
    yield from _marked(
        (part, part.get(attribute, "")) for name, attribute in NAMES for part in diagram.elements(name)
    )


def constant(source: str) -> object:
    """The value of a mapping's source that is a constant; None for what depends on variables."""
    if not source.startswith("="):
        return source
    try:
        expression = feel.expression(without_mark(source), frozenset())
        if expression.free_names or expression.possible_names:
            return None
        return expression.evaluate({}).value
    except (feel.FeelSyntaxError, feel.FeelLimitError):
        return None


def without_mark(text: str) -> str:
    """The text without surrounding space and the leading `=`."""
    stripped = text.strip()
    return stripped[1:].strip() if stripped.startswith("=") else stripped


def _conditions(diagram: Diagram) -> Iterator[Written]:
    for element in diagram.elements(*CONDITIONS):
        if text := without_mark(element.content):
            yield element, text, Purpose.CONDITION
    for element in diagram.elements("loopCardinality"):
        if text := without_mark(element.content):
            yield element, text, Purpose.NUMBER


def _scripts(diagram: Diagram) -> Iterator[Written]:
    """The scripts that are read as FEEL: nothing else is done in their place, and no language named."""
    for task in diagram.elements("scriptTask", "globalScriptTask"):
        replaced = any(extension(task, name) is not None for name in ("script", "taskDefinition"))
        language = (task.get("scriptFormat") or task.get("scriptLanguage") or "feel").lower()
        for script in task.children("script"):
            text = without_mark(script.content)
            if text and not replaced and language.endswith("feel"):
                yield script, text, Purpose.VALUE


def _attributes(diagram: Diagram) -> Iterator[Written]:
    for element in diagram.extensions():
        for attribute, value in element.attrib.items():
            key = (element.kind, str(attribute))
            if key in ALWAYS_FEEL and without_mark(str(value)):
                yield element, without_mark(str(value)), ALWAYS_FEEL[key]
            elif key in TEXT_OR_FEEL and str(value).strip().startswith("="):
                yield element, without_mark(str(value)), TEXT_OR_FEEL[key]


def _marked(texts: Iterable[tuple[Element, str]]) -> Iterator[Written]:
    for element, text in texts:
        if text.strip().startswith("="):
            yield element, without_mark(text), Purpose.VALUE
