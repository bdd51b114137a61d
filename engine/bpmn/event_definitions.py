"""Reads event definitions: what an event waits for or sends."""

from collections.abc import Callable, Iterator

from engine.bpmn.diagram import content_of, extension, unprefixed
from engine.bpmn.expressions import Text
from engine.bpmn.model import (
    CancelTrigger,
    CompensationTrigger,
    ConditionalTrigger,
    ErrorTrigger,
    EscalationTrigger,
    LinkTrigger,
    MessageTrigger,
    SignalTrigger,
    TerminateTrigger,
    TimerTrigger,
    Trigger,
)
from engine.bpmn.reading import Reading
from engine.bpmn.timers import check_timer
from engine.kernel.xml import Element


def read_triggers(event: Element, reading: Reading) -> tuple[Trigger, ...]:
    """The triggers of an event, its own and then those it refers to by `eventDefinitionRef`."""
    inline = (part for part in event.children() if _is_definition(part))
    references = (
        referred_triggers(part.content, reading, at=event, of=part)
        for part in event.children("eventDefinitionRef")
    )
    return (*_read(inline, reading, event), *(trigger for found in references for trigger in found))


def referred_triggers(
    reference: str | None, reading: Reading, *, at: Element, of: Element
) -> tuple[Trigger, ...]:
    """The trigger that a reference names; `of` is where the reference is written."""
    wanted = unprefixed(reference)
    shared = reading.declared.get(wanted)
    if shared is None:
        reason = f"eventDefinitionRef names {wanted!r}, but the file declares no event definition of that id."
        reading.note(of, reason, remedy="Declare it or correct the reference.")
        return ()
    return tuple(_read([shared] if _is_definition(shared) else [], reading, at))


def _is_definition(element: Element) -> bool:
    return element.kind.endswith("EventDefinition")


def _read(
    definitions: "Iterator[Element] | list[Element]", reading: Reading, event: Element
) -> Iterator[Trigger]:
    for definition in definitions:
        reader = _READERS.get(definition.kind)
        if reader is None:
            reason = f"The event definition {definition.kind} is unknown."
            reading.note(event, reason, remedy="Use an event definition of BPMN 2.0.")
            continue
        trigger = reader(definition, reading, event)
        if trigger is not None:
            yield trigger


def _timer(definition: Element, reading: Reading, at: Element) -> Trigger | None:
    for part in (definition.child(kind) for kind in ("timeDuration", "timeDate", "timeCycle")):
        if part is None:
            continue
        source = reading.text(part.content, at, part.kind)
        if source is None:
            break
        problem = check_timer(part.kind, source) if isinstance(source, str) else None
        if problem:
            reading.note(at, problem, remedy="Write ISO 8601 text, or FEEL after `=`.")
            return None
        return TimerTrigger(kind=part.kind, text=source)
    reason = "The timer says no duration, date or cycle."
    reading.note(at, reason, remedy="Give it a timeDuration, timeDate or timeCycle.")
    return None


def read_message(element: Element, reading: Reading, at: Element) -> MessageTrigger | None:
    """The message that an element's `messageRef` names; a missing reference or name is noted.

    Where it is sent, its key may stand in a `zeebe:publishMessage` of the element.
    """
    message, name = _named(element, "message", reading, at)
    if message is None or name is None:
        return None
    key = reading.attribute_text(element, "publishMessage", "correlationKey")
    return MessageTrigger(name=name, key=key if key is not None else reading.correlation_key(message))


def _signal(definition: Element, reading: Reading, at: Element) -> Trigger | None:
    _, name = _named(definition, "signal", reading, at)
    return SignalTrigger(name=name) if name is not None else None


def _named(element: Element, kind: str, reading: Reading, at: Element) -> tuple[Element | None, Text | None]:
    attribute = f"{kind}Ref"
    declared = reading.referred(element, attribute, kind=kind, at=at)
    if declared is None:
        if not element.get(attribute):
            reading.note(at, f"The {attribute} is missing.", remedy="Choose what the event is about.")
        return None, None
    name = reading.name_of(declared)
    if name is None:
        reason = f"The {kind} {declared.get('id')} has no name."
        reading.note(declared, reason, remedy="Name it: it is matched by name.")
    return declared, name


def _code(definition: Element, kind: str, reading: Reading, at: Element) -> Text | None:
    declared = reading.referred(definition, f"{kind}Ref", kind=kind, at=at)
    return None if declared is None else reading.name_of(declared, f"{kind}Code")


def _conditional(definition: Element, reading: Reading, at: Element) -> Trigger | None:
    if not content_of(definition.child("condition")):
        reading.note(at, "The conditional event has no condition.", remedy="Write one in FEEL.")
        return None
    condition = reading.condition(definition, "condition", at)
    if condition is not None and hidden_changes(definition, condition.parsed.free_names):
        reason = "The zeebe:conditionalFilter hides changes that the condition depends on."
        remedy = "Name every variable of the condition in it, for create and update, or take it away."
        reading.note(at, reason, remedy=remedy)
    return ConditionalTrigger(condition=condition) if condition is not None else None


def hidden_changes(definition: Element, names: frozenset[str]) -> bool:
    """Whether a filter would keep a conditional event from seeing a change of a variable in its condition.

    Otherwise it changes nothing: the condition becomes true only when one of its variables changes.
    """
    chosen = extension(definition, "conditionalFilter")
    if chosen is None:
        return False
    listed = {name.strip() for name in chosen.get("variableNames", "").split(",") if name.strip()}
    events = {event.strip() for event in chosen.get("variableEvents", "").split(",") if event.strip()}
    return bool(listed and not names <= listed) or bool(events and not {"create", "update"} <= events)


def _link(definition: Element, reading: Reading, at: Element) -> Trigger | None:
    name = (definition.get("name") or "").strip()
    if not name:
        reading.note(at, "The link has no name.", remedy="Name it: both ends are matched by name.")
        return None
    return LinkTrigger(name=name)


def _compensation(definition: Element, _reading: Reading, _at: Element) -> Trigger:
    activity = definition.get("activityRef")
    return CompensationTrigger(
        activity=unprefixed(activity) if activity else None,
        wait=definition.flag("waitForCompletion", default=True),
    )


_READERS: dict[str, Callable[[Element, Reading, Element], Trigger | None]] = {
    "timerEventDefinition": _timer,
    "messageEventDefinition": read_message,
    "signalEventDefinition": _signal,
    "errorEventDefinition": lambda one, reading, at: ErrorTrigger(code=_code(one, "error", reading, at)),
    "escalationEventDefinition": lambda one, reading, at: EscalationTrigger(
        code=_code(one, "escalation", reading, at)
    ),
    "conditionalEventDefinition": _conditional,
    "linkEventDefinition": _link,
    "compensateEventDefinition": _compensation,
    "cancelEventDefinition": lambda _one, _reading, _at: CancelTrigger(),
    "terminateEventDefinition": lambda _one, _reading, _at: TerminateTrigger(),
}
