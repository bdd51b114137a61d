"""Finds every expression of a diagram: where it stands, what it is for, and its text as FEEL reads it."""

from collections.abc import Iterable, Iterator

from engine import feel
from engine.lint import xml
from engine.lint.model import Diagram, Expression, Purpose
from engine.lint.xml import Element

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
    ("loopCharacteristics", "outputElement"): Purpose.RESULT,
}
"""Attributes of zeebe elements that are FEEL, with or without a leading `=`."""

TEXT_OR_FEEL = {
    ("input", "source"): Purpose.VALUE,
    ("output", "source"): Purpose.RESULT,
    ("subscription", "correlationKey"): Purpose.VALUE,
    ("calledDecision", "decisionId"): Purpose.VALUE,
    ("calledElement", "processId"): Purpose.VALUE,
    ("taskDefinition", "type"): Purpose.VALUE,
    ("taskDefinition", "retries"): Purpose.VALUE,
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


def read(diagram: Diagram) -> Iterator[Expression]:
    """Every expression of the file that the engine evaluates and that has a text, parsed."""
    for element, text, purpose in _written(diagram):
        try:
            parsed = feel.expression(text, diagram.variables)
        except feel.FeelSyntaxError as error:
            yield Expression(
                element=element,
                text=text,
                purpose=purpose,
                parsed=None,
                problem=str(error),
                problem_line=error.line,
            )
        except feel.FeelLimitError as error:
            yield Expression(element=element, text=text, purpose=purpose, parsed=None, problem=str(error))
        else:
            yield Expression(element=element, text=text, purpose=purpose, parsed=parsed)


def _written(diagram: Diagram) -> Iterator[Written]:
    yield from _conditions(diagram)
    yield from _marked((element, xml.text(element)) for element in diagram.elements(*TIMERS))
    yield from _scripts(diagram)
    yield from _attributes(diagram)
    yield from _marked(
        (part, part.get(attribute, "")) for name, attribute in NAMES for part in diagram.elements(name)
    )


def without_mark(text: str) -> str:
    """The text without surrounding space and the leading `=`."""
    stripped = text.strip()
    return stripped[1:].strip() if stripped.startswith("=") else stripped


def _conditions(diagram: Diagram) -> Iterator[Written]:
    for element in diagram.elements(*CONDITIONS):
        if text := without_mark(xml.text(element)):
            yield element, text, Purpose.CONDITION
    for element in diagram.elements("loopCardinality"):
        if text := without_mark(xml.text(element)):
            yield element, text, Purpose.NUMBER


def _scripts(diagram: Diagram) -> Iterator[Written]:
    """The scripts that are read as FEEL: nothing else is done in their place, and no language named."""
    for task in diagram.elements("scriptTask", "globalScriptTask"):
        replaced = any(xml.extension(task, name) is not None for name in ("script", "taskDefinition"))
        language = (task.get("scriptFormat") or task.get("scriptLanguage") or "feel").lower()
        for script in xml.children(task, "script"):
            text = without_mark(xml.text(script))
            if text and not replaced and language.endswith("feel"):
                yield script, text, Purpose.VALUE


def _attributes(diagram: Diagram) -> Iterator[Written]:
    for element in diagram.root.iter(f"{{{xml.ZEEBE}}}*"):
        for attribute, value in element.attrib.items():
            key = (xml.local(element), str(attribute))
            if key in ALWAYS_FEEL and without_mark(str(value)):
                yield element, without_mark(str(value)), ALWAYS_FEEL[key]
            elif key in TEXT_OR_FEEL and str(value).strip().startswith("="):
                yield element, without_mark(str(value)), TEXT_OR_FEEL[key]


def _marked(texts: Iterable[tuple[Element, str]]) -> Iterator[Written]:
    for element, text in texts:
        if text.strip().startswith("="):
            yield element, without_mark(text), Purpose.VALUE
