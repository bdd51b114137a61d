"""Reads flow nodes that are not activities: events and gateways."""

from lxml import etree

from engine.bpmn.activities import service_work
from engine.bpmn.declarations import Declarations, unprefixed
from engine.bpmn.extensions import Extensions
from engine.bpmn.findings import Place
from engine.bpmn.model import MessageTrigger, Node, SendWork, Trigger, Work
from engine.bpmn.triggers import read_triggers
from engine.bpmn.xml import child, flag, local, text
from engine.runtime.expressions import read_expression

CATCHING = frozenset({"startEvent", "intermediateCatchEvent", "boundaryEvent"})
THROWING = frozenset({"intermediateThrowEvent", "endEvent"})
EVENTS = CATCHING | THROWING
GATEWAYS = frozenset(
    {"exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway", "complexGateway"}
)


def read_event(element: etree._Element, element_id: str, declarations: Declarations) -> Node:
    """The event with what it waits for or sends."""
    extensions = Extensions(holder=element, declarations=declarations)
    place = declarations.place(element)
    kind = local(element)
    attached = element.get("attachedToRef")
    if kind == "boundaryEvent" and not attached:
        reason = "The boundary event is attached to nothing (attachedToRef is missing)."
        declarations.findings.add(place, reason, remedy="Attach it to an activity.")
    work = _sent_by_service(element, extensions)
    triggers = read_triggers(element, declarations) if work is None else ()
    work = work or _sent_at_once(kind, triggers)
    return Node(
        id=element_id,
        kind=kind,
        name=element.get("name") or "",
        place=place,
        work=work,
        triggers=tuple(part for part in triggers if work is None or not isinstance(part, MessageTrigger)),
        parallel_multiple=flag(element, "parallelMultiple", default=False),
        interrupting=flag(
            element, "cancelActivity" if kind == "boundaryEvent" else "isInterrupting", default=True
        ),
        attached_to=unprefixed(attached) if attached else None,
        inputs=extensions.mappings("input"),
        outputs=extensions.mappings("output"),
        properties=extensions.properties(),
    )


def _sent_by_service(element: etree._Element, extensions: Extensions) -> Work | None:
    """The service task that sends a message event's message; it may leave out which message that is."""
    is_message = child(element, "messageEventDefinition") is not None
    return service_work(extensions) if is_message and local(element) in THROWING else None


def _sent_at_once(kind: str, triggers: tuple[Trigger, ...]) -> Work | None:
    """The message that a message event sends within the step."""
    if kind not in THROWING or len(triggers) != 1 or not isinstance(triggers[0], MessageTrigger):
        return None
    return SendWork(message=triggers[0].name, key=triggers[0].key)


def read_gateway(element: etree._Element, element_id: str, declarations: Declarations) -> Node:
    """The gateway.

    An event-based one that starts processes or waits for all its events is noted as not run.
    """
    place = declarations.place(element)
    extensions = Extensions(holder=element, declarations=declarations)
    _check_event_gateway(element, declarations, place)
    activation = text(child(element, "activationCondition"))
    return Node(
        id=element_id,
        kind=local(element),
        name=element.get("name") or "",
        place=place,
        default_flow=element.get("default"),
        activation=read_expression(
            activation, place=place, findings=declarations.findings, what="activation condition"
        )
        if activation
        else None,
        properties=extensions.properties(),
    )


def _check_event_gateway(element: etree._Element, declarations: Declarations, place: Place) -> None:
    if local(element) != "eventBasedGateway":
        return
    if flag(element, "instantiate", default=False):
        reason = "An event-based gateway that starts the process does not run."
        declarations.findings.add(place, reason, remedy="Use message start events.")
    if element.get("eventGatewayType", "Exclusive") != "Exclusive":
        reason = "An event-based gateway that waits for all its events does not run."
        declarations.findings.add(place, reason, remedy="Use a parallel gateway before the events.")
