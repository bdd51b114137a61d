"""References: what one element says of another must be there, and be of the right kind."""

from collections.abc import Iterator

from engine.bpmn.diagram import ACTIVITIES, EVENT_DEFINITIONS, FLOW_NODES
from engine.kernel.xml import Element
from engine.lint.rule import CheckedDiagram, Violation, Violations, at, described, resembling, rule

ITEM_AWARE = frozenset(
    {
        "dataObject",
        "dataObjectReference",
        "dataStore",
        "dataStoreReference",
        "dataInput",
        "dataOutput",
        "property",
        "inputDataItem",
        "outputDataItem",
    }
)
INTERACTION_NODES = FLOW_NODES | {"participant", "conversation", "subConversation", "callConversation"}

ATTRIBUTES: dict[str, frozenset[str]] = {
    "messageRef": frozenset({"message"}),
    "errorRef": frozenset({"error"}),
    "signalRef": frozenset({"signal"}),
    "escalationRef": frozenset({"escalation"}),
    "operationRef": frozenset({"operation"}),
    "processRef": frozenset({"process"}),
    "itemRef": frozenset({"itemDefinition"}),
    "itemSubjectRef": frozenset({"itemDefinition"}),
    "dataObjectRef": frozenset({"dataObject"}),
    "dataStoreRef": frozenset({"dataStore"}),
    "categoryValueRef": frozenset({"categoryValue"}),
    "correlationKeyRef": frozenset({"correlationKey"}),
    "correlationPropertyRef": frozenset({"correlationProperty"}),
    "partitionElementRef": frozenset(),
    "calledCollaborationRef": frozenset(),
    "definitionalCollaborationRef": frozenset({"collaboration", "globalConversation", "choreography"}),
    "calledChoreographyRef": frozenset({"choreography", "globalChoreographyTask"}),
    "initiatingParticipantRef": frozenset({"participant"}),
    "oneBehaviorEventRef": frozenset(EVENT_DEFINITIONS),
    "noneBehaviorEventRef": frozenset(EVENT_DEFINITIONS),
    "inputDataRef": frozenset({"dataInput", "inputSet"}),
    "outputDataRef": frozenset({"dataOutput", "outputSet"}),
    "parameterRef": frozenset({"resourceParameter"}),
    "activityRef": ACTIVITIES,
    "attachedToRef": ACTIVITIES,
    "default": frozenset({"sequenceFlow"}),
}
"""Attributes that name another element, and the kinds it may be; any kind where the set is empty."""

CHILDREN: dict[str, frozenset[str]] = {
    "incoming": frozenset({"sequenceFlow", "messageFlow", "conversationLink"}),
    "outgoing": frozenset({"sequenceFlow", "messageFlow", "conversationLink"}),
    "operationRef": frozenset({"operation"}),
    "inMessageRef": frozenset({"message"}),
    "outMessageRef": frozenset({"message"}),
    "errorRef": frozenset({"error"}),
    "interfaceRef": frozenset({"interface"}),
    "supportedInterfaceRef": frozenset({"interface"}),
    "eventDefinitionRef": frozenset(EVENT_DEFINITIONS),
    "flowNodeRef": FLOW_NODES | {"dataObject", "dataObjectReference", "dataStoreReference"},
    "dataInputRefs": frozenset({"dataInput"}),
    "optionalInputRefs": frozenset({"dataInput"}),
    "whileExecutingInputRefs": frozenset({"dataInput"}),
    "outputSetRefs": frozenset({"outputSet"}),
    "dataOutputRefs": frozenset({"dataOutput"}),
    "optionalOutputRefs": frozenset({"dataOutput"}),
    "whileExecutingOutputRefs": frozenset({"dataOutput"}),
    "inputSetRefs": frozenset({"inputSet"}),
    "loopDataInputRef": ITEM_AWARE,
    "loopDataOutputRef": ITEM_AWARE,
    "correlationPropertyRef": frozenset({"correlationProperty"}),
    "participantRef": frozenset({"participant"}),
    "messageFlowRef": frozenset({"messageFlow"}),
    "choreographyRef": frozenset({"choreography", "globalChoreographyTask"}),
    "innerParticipantRef": frozenset({"participant"}),
    "outerParticipantRef": frozenset({"participant"}),
    "innerMessageFlowRef": frozenset({"messageFlow"}),
    "outerMessageFlowRef": frozenset({"messageFlow"}),
    "innerConversationNodeRef": frozenset({"conversation", "subConversation", "callConversation"}),
    "outerConversationNodeRef": frozenset({"conversation", "subConversation", "callConversation"}),
    "resourceRef": frozenset({"resource"}),
}
"""Elements whose text names another element, and the kinds it may be."""

ENDS: dict[str, frozenset[str]] = {
    "messageFlow": INTERACTION_NODES,
    "conversationLink": INTERACTION_NODES,
    "association": frozenset(),
}
"""Elements whose sourceRef and targetRef name others; those of sequence flows have rules of their own."""

ASSOCIATIONS = ("dataInputAssociation", "dataOutputAssociation")


def _references(diagram: CheckedDiagram) -> Iterator[tuple[Element, str, str, frozenset[str]]]:
    """Every reference: the element that makes it, the reference's name, its text, and the kinds allowed."""
    for element in diagram.root.within():
        name = element.kind
        for attribute, kinds in ATTRIBUTES.items():
            written = element.get(attribute)
            if written is not None and not written.startswith("##"):
                yield element, attribute, written, kinds
        if name in CHILDREN:
            yield element, name, element.content, CHILDREN[name]
        if name in ENDS:
            for end in ("sourceRef", "targetRef"):
                yield element, end, element.get(end) or "", ENDS[name]
        if name in ASSOCIATIONS:
            for part in element.children("sourceRef", "targetRef"):
                yield part, part.kind, part.content, ITEM_AWARE


def _resolved(diagram: CheckedDiagram) -> Iterator[tuple[Element, str, str, frozenset[str], Element | None]]:
    for element, name, written, kinds in _references(diagram):
        if not (diagram.is_foreign(written) and diagram.referred(written) is None):
            yield element, name, written, kinds, diagram.referred(written)


@rule(
    "known-reference",
    source="BPMN 2.0.2, 8.3.1 and 15.3.2",
    says_el="Το {what} αναφέρει ως {name} το «{ref}», που δεν υπάρχει στο αρχείο.",
    says_en="{what} names {ref} as its {name}, which is not in the file.",
    why_el="Μια αναφορά που δεν δείχνει πουθενά σταματά τη μηχανή ή αλλάζει σιωπηλά τη σημασία του "
    "διαγράμματος.",
    why_en="A reference to nothing stops the engine, or changes in silence what the diagram means.",
    remedy_el="Δηλώστε το στοιχείο ή διορθώστε την αναφορά.",
    remedy_en="Declare the element, or correct the reference.",
)
def known_reference(diagram: CheckedDiagram) -> Violations:
    """Yields references to what is not in the file; lists of flows and flow ends have rules of their own."""
    for element, name, written, kinds, target in _resolved(diagram):
        if target is None and name not in {"incoming", "outgoing", "attachedToRef", "default", "activityRef"}:
            values = {"name": name, "ref": written or "–"}
            near = resembling(written, _ids_of(diagram, kinds))
            yield Violation(element=element, values=values, text=written, near=near)


def _ids_of(diagram: CheckedDiagram, kinds: frozenset[str]) -> list[str]:
    return [identifier for one in diagram.elements(*kinds) if (identifier := one.get("id"))]


@rule(
    "reference-kind",
    source="BPMN 2.0.2, 8.3.1 and 15.3.2; EXT.008",
    says_el="Το {what} αναφέρει ως {name} το {other}· αναμενόταν {expected}.",
    says_en="{what} names {other} as its {name}; expected was {expected}.",
    why_el="Μια αναφορά σε στοιχείο άλλου είδους δεν έχει νόημα για καμία μηχανή.",
    why_en="A reference to an element of another kind means nothing to any engine.",
    remedy_el="Διορθώστε την αναφορά.",
    remedy_en="Correct the reference.",
)
def reference_kind(diagram: CheckedDiagram) -> Violations:
    """Yields references to elements of the wrong kind."""
    for element, name, _, kinds, target in _resolved(diagram):
        if (
            target is not None
            and kinds
            and target.kind not in kinds
            and name not in {"attachedToRef", "activityRef"}
        ):
            expected = ", ".join(sorted(kinds)) if len(kinds) < 6 else "another kind"
            yield at(element, name=name, other=described(target), expected=expected)


@rule(
    "lane-holds-own-nodes",
    source="BPMN 2.0.2, 10.8; the desk assigns work by lanes",
    says_el="Ο διάδρομος {what} περιέχει το {other}, που ανήκει σε άλλη διαδικασία.",
    says_en="The {what} holds {other}, which belongs to another process.",
    why_el="Ένας διάδρομος χωρίζει τους κόμβους της δικής του διαδικασίας.",
    why_en="A lane divides the nodes of its own process.",
    remedy_el="Σχεδιάστε ξανά τον διάδρομο γύρω από τους κόμβους του.",
    remedy_en="Draw the lane around its own nodes again.",
)
def lane_holds_own_nodes(diagram: CheckedDiagram) -> Violations:
    """Yields lanes that list a node from outside of their process or sub-process."""
    for lane in diagram.elements("lane"):
        homes = {
            around for around in lane.ancestors() if around.kind not in {"lane", "laneSet", "childLaneSet"}
        }
        for part in lane.children("flowNodeRef"):
            target = diagram.referred(part.content)
            if target is not None and not homes & set(target.ancestors()) - {diagram.root}:
                yield at(lane, other=described(target))
