"""Reads event definitions: what an event waits for or sends."""

from collections.abc import Callable

from lxml import etree

from engine.bpmn.declarations import Declarations, unprefixed
from engine.bpmn.findings import Place
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
from engine.bpmn.xml import BPMN, child, children, flag, local, text
from engine.runtime.expressions import Text, read_expression, read_text
from engine.runtime.timers import check_timer

EVENT_DEFINITION = "EventDefinition"


def read_triggers(element: etree._Element, declarations: Declarations) -> tuple[Trigger, ...]:
    """The triggers of an event, inline or by `eventDefinitionRef`, in document order."""
    triggers: list[Trigger] = []
    for definition in _definitions(element, declarations):
        place = declarations.place(element)
        reader = _READERS.get(local(definition))
        if reader is None:
            reason = f"The event definition {local(definition)} is unknown."
            declarations.findings.add(place, reason, remedy="Use an event definition of BPMN 2.0.")
            continue
        trigger = reader(definition, declarations, place)
        if trigger is not None:
            triggers.append(trigger)
    return tuple(triggers)


def _definitions(element: etree._Element, declarations: Declarations) -> list[etree._Element]:
    found = [part for part in element.iterchildren(f"{{{BPMN}}}*") if local(part).endswith(EVENT_DEFINITION)]
    for reference in children(element, "eventDefinitionRef"):
        wanted = unprefixed(text(reference))
        shared = [known[wanted] for known in declarations.by_name.values() if wanted in known]
        found += [part for part in shared if local(part).endswith(EVENT_DEFINITION)]
        if not shared:
            reason = (
                f"eventDefinitionRef names {wanted!r}, but the file declares no event definition of that id."
            )
            declarations.findings.add(
                declarations.place(reference), reason, remedy="Declare it or correct the reference."
            )
    return found


def _timer(definition: etree._Element, declarations: Declarations, place: Place) -> Trigger | None:
    for kind in ("timeDuration", "timeDate", "timeCycle"):
        part = child(definition, kind)
        if part is None:
            continue
        source = read_text(text(part), place=place, findings=declarations.findings, what=kind)
        if source is None:
            break
        problem = check_timer(kind, source) if isinstance(source, str) else None
        if problem:
            declarations.findings.add(place, problem, remedy="Write ISO 8601 text, or FEEL after `=`.")
            return None
        return TimerTrigger(kind=kind, text=source)
    reason = "The timer says no duration, date or cycle."
    declarations.findings.add(place, reason, remedy="Give it a timeDuration, timeDate or timeCycle.")
    return None


def read_message(element: etree._Element, declarations: Declarations, place: Place) -> MessageTrigger | None:
    """The message that an element's `messageRef` names; a missing reference or name is noted."""
    message = declarations.referred(element, "messageRef", kind="message", place=place)
    name = _named(element, message, attribute="messageRef", declarations=declarations, place=place)
    if message is None or name is None:
        return None
    return MessageTrigger(name=name, key=declarations.correlation_key(message))


def _signal(definition: etree._Element, declarations: Declarations, place: Place) -> Trigger | None:
    signal = declarations.referred(definition, "signalRef", kind="signal", place=place)
    name = _named(definition, signal, attribute="signalRef", declarations=declarations, place=place)
    return SignalTrigger(name=name) if name is not None else None


def _named(
    element: etree._Element,
    declared: etree._Element | None,
    *,
    attribute: str,
    declarations: Declarations,
    place: Place,
) -> Text | None:
    if declared is None:
        if not element.get(attribute):
            declarations.findings.add(
                place, f"The {attribute} is missing.", remedy="Choose what the event is about."
            )
        return None
    name = declarations.name_of(declared)
    if name is None:
        reason = f"The {local(declared)} {declared.get('id')} has no name."
        declarations.findings.add(
            declarations.place(declared), reason, remedy="Name it: it is matched by name."
        )
    return name


def _error(definition: etree._Element, declarations: Declarations, place: Place) -> Trigger:
    declared = declarations.referred(definition, "errorRef", kind="error", place=place)
    code = declarations.name_of(declared, attribute="errorCode") if declared is not None else None
    return ErrorTrigger(code=code)


def _escalation(definition: etree._Element, declarations: Declarations, place: Place) -> Trigger:
    declared = declarations.referred(definition, "escalationRef", kind="escalation", place=place)
    code = declarations.name_of(declared, attribute="escalationCode") if declared is not None else None
    return EscalationTrigger(code=code)


def _conditional(definition: etree._Element, declarations: Declarations, place: Place) -> Trigger | None:
    source = text(child(definition, "condition"))
    if not source:
        declarations.findings.add(
            place, "The conditional event has no condition.", remedy="Write one in FEEL."
        )
        return None
    condition = read_expression(source, place=place, findings=declarations.findings, what="condition")
    return ConditionalTrigger(condition=condition) if condition is not None else None


def _link(definition: etree._Element, declarations: Declarations, place: Place) -> Trigger | None:
    name = (definition.get("name") or "").strip()
    if not name:
        declarations.findings.add(
            place, "The link has no name.", remedy="Name it: both ends are matched by name."
        )
        return None
    return LinkTrigger(name=name)


def _compensation(definition: etree._Element, _declarations: Declarations, _place: Place) -> Trigger:
    activity = definition.get("activityRef")
    return CompensationTrigger(
        activity=unprefixed(activity) if activity else None,
        wait=flag(definition, "waitForCompletion", default=True),
    )


def _cancel(_definition: etree._Element, _declarations: Declarations, _place: Place) -> Trigger:
    return CancelTrigger()


def _terminate(_definition: etree._Element, _declarations: Declarations, _place: Place) -> Trigger:
    return TerminateTrigger()


_READERS: dict[str, Callable[[etree._Element, Declarations, Place], Trigger | None]] = {
    "timerEventDefinition": _timer,
    "messageEventDefinition": read_message,
    "signalEventDefinition": _signal,
    "errorEventDefinition": _error,
    "escalationEventDefinition": _escalation,
    "conditionalEventDefinition": _conditional,
    "linkEventDefinition": _link,
    "compensateEventDefinition": _compensation,
    "cancelEventDefinition": _cancel,
    "terminateEventDefinition": _terminate,
}
