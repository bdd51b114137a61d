"""What becomes of the extensions of Camunda 7, Operaton, Activiti and Flowable on each kind of element."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from engine.bpmn.diagram import BPMN, extension
from engine.bpmn.foreign_names import ENGINES, OF_ONE_ORIGIN, ForeignMeaning
from engine.kernel.xml import Element
from engine.lint.conversion import editing
from engine.lint.conversion.juel import as_feel, is_juel

Said = Iterator[tuple[str, str]]
"""What was there, and what stands for it now."""

_FORM_ID = re.compile(r"[\w.-]+")
_DURATION = re.compile(r"P(?=.)(\d+Y)?(\d+M)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+S)?)?")
_NAME = re.compile(r"[A-Za-z_]\w*")
_WORKERS = frozenset({"external", "external-worker"})
_SAME_RESULTS = frozenset({"singleEntry", "singleResult", "collectEntries"})
"""How a decision's result is handed over in the same shape as here."""


@dataclass(frozen=True)
class Carrier:
    """A BPMN element and the namespace of the extensions on it that are looked at."""

    element: Element
    namespace: str

    @property
    def prefix(self) -> str:
        """The prefix that the file has for the namespace."""
        found = (prefix for prefix, space in self.element.nsmap.items() if space == self.namespace)
        return next(found, None) or "camunda"

    def named(self, name: str) -> str:
        """An extension as the file writes it."""
        return f"{self.prefix}:{name}"

    def get(self, name: str) -> str | None:
        """The value of an attribute; None where it is absent or empty."""
        return self.element.get(f"{{{self.namespace}}}{name}") or None

    def drop(self, *names: str) -> None:
        """Take attributes away."""
        for name in names:
            if self.get(name) is not None:
                del self.element.attrib[f"{{{self.namespace}}}{name}"]

    def parts(self, *kinds: str) -> list[Element]:
        """The extension elements of these kinds."""
        holder = self.element.child("extensionElements", namespace=BPMN)
        return [] if holder is None else holder.children(*kinds, namespace=self.namespace)


def converted(carrier: Carrier) -> Said:
    """Rewrite what is on one element, and say what became of it."""
    for convert in _BY_KIND.get(carrier.element.kind, ()):
        yield from convert(carrier)
    yield from _scheduling(carrier)


def _text_or_feel(value: str) -> str | None:
    """The value as our dialect writes it: text, or FEEL behind `=`; None where it cannot be carried over."""
    if not is_juel(value):
        return None if value.startswith("=") else value
    written = as_feel(value)
    return None if written is None else f"={written}"


def _moment(value: str) -> str | None:
    """A date and time, or how long from when the task opens."""
    if is_juel(value):
        return _text_or_feel(value)
    if _DURATION.fullmatch(value):
        return f'=now() + duration("{value}")'
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return None
    return value if "T" in value else None


def _priority(value: str) -> str | None:
    if is_juel(value):
        return _text_or_feel(value)
    return value if value.isdecimal() and int(value) <= 100 else None


def _form(value: str) -> str | None:
    return value if _FORM_ID.fullmatch(value) else None


_TASK_ATTRIBUTES: tuple[tuple[str, str, str, Callable[[str], str | None]], ...] = (
    ("assignee", "assignmentDefinition", "assignee", _text_or_feel),
    ("candidateGroups", "assignmentDefinition", "candidateGroups", _text_or_feel),
    ("candidateUsers", "assignmentDefinition", "candidateUsers", _text_or_feel),
    ("dueDate", "taskSchedule", "dueDate", _moment),
    ("followUpDate", "taskSchedule", "followUpDate", _moment),
    ("priority", "priorityDefinition", "priority", _priority),
)


def _task(carrier: Carrier) -> Said:
    for name, kind, attribute, write in _TASK_ATTRIBUTES:
        value = carrier.get(name)
        written = None if value is None else write(value)
        if written is not None:
            editing.extension_of(carrier.element, kind).set(attribute, written)
            carrier.drop(name)
            yield carrier.named(name), f"zeebe:{kind} {attribute}={written!r}"


def _form_key(carrier: Carrier) -> Said:
    """The form of a task or a start event, which has to be drawn as a `.form` file of that id."""
    for name in ("formKey", "formRef"):
        value = carrier.get(name)
        written = None if value is None else _form(value)
        if written is not None:
            editing.extension_of(carrier.element, "formDefinition").set("formId", written)
            carrier.drop(name, *(["formRefBinding"] if carrier.get("formRefBinding") == "deployment" else []))
            yield carrier.named(name), f"zeebe:formDefinition formId={written!r}"


def _external(carrier: Carrier) -> Said:
    """Work for an external worker; of a message event it stands at the definition of the event."""
    topic = carrier.get("topic")
    written = None if topic is None else _text_or_feel(topic)
    if written is None or carrier.get("type") not in _WORKERS:
        return
    own = carrier.element
    worked = own.parent if own.kind == "messageEventDefinition" and own.parent is not None else own
    editing.extension_of(worked, "taskDefinition").set("type", written)
    carrier.drop("type", "topic")
    yield f"{carrier.named('type')}, {carrier.named('topic')}", f"zeebe:taskDefinition type={written!r}"


def _decision(carrier: Carrier) -> Said:
    decision, result = carrier.get("decisionRef"), carrier.get("resultVariable")
    shape = carrier.get("mapDecisionResult")
    written = None if decision is None else _text_or_feel(decision)
    if written is None or result is None or shape not in _SAME_RESULTS:
        return
    called = editing.extension_of(carrier.element, "calledDecision")
    called.set("decisionId", written)
    called.set("resultVariable", result)
    carrier.drop("decisionRef", "resultVariable", "mapDecisionResult")
    names = ", ".join(map(carrier.named, ("decisionRef", "resultVariable", "mapDecisionResult")))
    yield names, f"zeebe:calledDecision decisionId={written!r} resultVariable={result!r}"


def _instances(carrier: Carrier) -> Said:
    """The list that a multi-instance activity goes through, by the name of a variable or an expression."""
    collection, item = carrier.get("collection"), carrier.get("elementVariable")
    if collection is None:
        return
    written = collection if _NAME.fullmatch(collection) else as_feel(collection)
    if written is None:
        return
    loop = editing.extension_of(carrier.element, "loopCharacteristics")
    loop.set("inputCollection", f"={written}")
    carrier.drop("collection", "elementVariable")
    if item is None:
        yield carrier.named("collection"), f"zeebe:loopCharacteristics inputCollection='={written}'"
        return
    loop.set("inputElement", item)
    names = f"{carrier.named('collection')}, {carrier.named('elementVariable')}"
    yield names, f"zeebe:loopCharacteristics inputCollection='={written}' inputElement={item!r}"


def _call(carrier: Carrier) -> Said:
    """A call hands over nothing but what it lists; here it hands over everything unless it is told."""
    called = carrier.element.get("calledElement")
    written = None if called is None else _text_or_feel(called)
    inputs, outputs = (_handed_over(carrier.parts(kind)) for kind in ("in", "out"))
    others = OF_ONE_ORIGIN - {carrier.namespace}
    told_elsewhere = any(Carrier(carrier.element, other).parts("in", "out") for other in others)
    if told_elsewhere or extension(carrier.element, "calledElement") is not None:
        return
    if written is None or inputs is None or outputs is None or (outputs.all and outputs.named):
        return
    call = editing.extension_of(carrier.element, "calledElement")
    call.set("processId", written)
    call.set("propagateAllParentVariables", "true" if inputs.all else "false")
    call.set("propagateAllChildVariables", "true" if outputs.all else "false")
    for kind, handed in (("input", inputs), ("output", outputs)):
        for source, target in handed.named:
            mapping = editing.extension_of(carrier.element, "ioMapping")
            editing.add(mapping, kind, source=f"={source}", target=target)
    for part in carrier.parts("in", "out"):
        editing.remove(part)
    del carrier.element.attrib["calledElement"]
    yield "calledElement with its in and out", f"zeebe:calledElement processId={written!r}"


@dataclass(frozen=True)
class _HandedOver:
    """What a call hands over: everything, and some by expression and name."""

    all: bool
    named: tuple[tuple[str, str], ...]


def _handed_over(parts: list[Element]) -> _HandedOver | None:
    """What the `in` or `out` elements of a call say; None where one of them has no exact counterpart."""
    everything, named = False, []
    for part in parts:
        given: Mapping[str, str] = {str(name): str(value) for name, value in part.attrib.items()}
        if given == {"variables": "all"}:
            everything = True
            continue
        source = given.get("source", "")
        expression = source if _NAME.fullmatch(source) else as_feel(given.get("sourceExpression", ""))
        if set(given) not in ({"source", "target"}, {"sourceExpression", "target"}) or expression is None:
            return None
        if not _NAME.fullmatch(given["target"]):
            return None
        named.append((expression, given["target"]))
    return _HandedOver(everything, tuple(named))


def _scheduling(carrier: Carrier) -> Said:
    """Transactions and their order: every step is one transaction here, so nothing stands for them."""
    names = ENGINES[carrier.namespace].names
    found = [name for name, meaning in names.items() if meaning is ForeignMeaning.SCHEDULING]
    present = [name for name in found if carrier.get(name) is not None]
    if present:
        carrier.drop(*present)
        yield ", ".join(map(carrier.named, present)), "nothing: every step is one transaction here"


_BY_KIND: Mapping[str, tuple[Callable[[Carrier], Said], ...]] = {
    "userTask": (_task, _form_key),
    "startEvent": (_form_key,),
    "serviceTask": (_external,),
    "sendTask": (_external,),
    "businessRuleTask": (_external, _decision),
    "messageEventDefinition": (_external,),
    "multiInstanceLoopCharacteristics": (_instances,),
    "callActivity": (_call,),
}
