"""Pools and the messages between them."""

from engine.bpmn.diagram import CHOREOGRAPHY_ACTIVITIES, GATEWAYS
from engine.kernel.xml import Element
from engine.lint.rule import CheckedDiagram, Violations, at, described, rule

SENDERS = frozenset({"intermediateThrowEvent", "endEvent"})
RECEIVERS = frozenset({"startEvent", "intermediateCatchEvent", "boundaryEvent"})
CONVERSATIONS = ("conversation", "subConversation", "callConversation", "conversationLink")
ARTIFACTS = ("association", "group", "textAnnotation")
NOT_AN_END = (
    GATEWAYS
    | CHOREOGRAPHY_ACTIVITIES
    | {*ARTIFACTS, "dataObject", "dataObjectReference", "dataStoreReference"}
    | {"lane", "sequenceFlow", "messageFlow", "process"}
)


@rule(
    "message-flow-ends",
    source="BPMN 2.0.2, 7.6.2, 9.3 and 9.4; EXT.008, EXT.009, EXT.033",
    says_el="Η ροή μηνύματος {what} έχει ως {end} το {other}, που δεν στέλνει ούτε λαμβάνει μηνύματα.",
    says_en="{what} has as its {end} {other}, which neither sends nor receives messages.",
    why_el="Μηνύματα ανταλλάσσουν δεξαμενές, εργασίες και συμβάντα· όχι πύλες, σημειώσεις ή δεδομένα.",
    why_en="Pools, activities and events exchange messages; gateways, notes and data do not.",
    remedy_el="Συνδέστε τη ροή μηνύματος με δεξαμενή, εργασία ή συμβάν μηνύματος.",
    remedy_en="Connect the message flow to a pool, a task or a message event.",
)
def message_flow_ends(diagram: CheckedDiagram) -> Violations:
    """Yields message flows that begin or end at something that takes no message."""
    for flow in diagram.elements("messageFlow"):
        for end in ("sourceRef", "targetRef"):
            other = diagram.referred(flow.get(end))
            if other is not None and other.kind in NOT_AN_END:
                yield at(flow, end=end, other=described(other))


@rule(
    "message-flow-between-pools",
    source="BPMN 2.0.2, 9.4; EXT.031",
    says_el="Η ροή μηνύματος {what} αρχίζει και τελειώνει στην ίδια δεξαμενή.",
    says_en="{what} begins and ends in the same pool.",
    why_el="Μηνύματα περνούν μόνο από μία δεξαμενή σε άλλη· μέσα σε μία υπάρχουν ροές ακολουθίας.",
    why_en="Messages pass from one pool to another only; within one there are sequence flows.",
    remedy_el="Χρησιμοποιήστε ροή ακολουθίας ή σήμα.",
    remedy_en="Use a sequence flow, or a signal.",
)
def message_flow_between_pools(diagram: CheckedDiagram) -> Violations:
    """Yields message flows within one pool or one process."""
    for flow in diagram.elements("messageFlow"):
        source, target = diagram.referred(flow.get("sourceRef")), diagram.referred(flow.get("targetRef"))
        if source is None or target is None:
            continue
        if source is target or (_pool(source) is not None and _pool(source) == _pool(target)):
            yield at(flow)


def _pool(element: Element) -> str | None:
    """The id of the process that a pool or anything in a process belongs to."""
    if element.kind == "participant":
        return (element.get("processRef") or "").rpartition(":")[2] or None
    for around in element.ancestors():
        if around.kind == "process":
            return around.get("id")
    return None


@rule(
    "message-flow-direction",
    source="BPMN 2.0.2, 10.5.2 to 10.5.4; EXT.102, EXT.108, EXT.119",
    says_el="Η ροή μηνύματος {what} έχει ως {end} το {other}, που μόνο {can} μηνύματα.",
    says_en="{what} has as its {end} {other}, which can only {can} messages.",
    why_el="Συμβάντα αναμονής λαμβάνουν, συμβάντα αποστολής στέλνουν.",
    why_en="Catching events receive, throwing events send.",
    remedy_el="Αντιστρέψτε τη ροή μηνύματος.",
    remedy_en="Turn the message flow round.",
)
def message_flow_direction(diagram: CheckedDiagram) -> Violations:
    """Yields message flows out of catching and into throwing events."""
    for flow in diagram.elements("messageFlow"):
        source, target = diagram.referred(flow.get("sourceRef")), diagram.referred(flow.get("targetRef"))
        if source is not None and source.kind in RECEIVERS:
            yield at(flow, end="sourceRef", other=described(source), can="receive")
        if target is not None and target.kind in SENDERS:
            yield at(flow, end="targetRef", other=described(target), can="send")


@rule(
    "message-flow-event-is-message",
    source="BPMN 2.0.2, 10.5.2 to 10.5.4; EXT.103, EXT.109, EXT.119",
    says_el="Η ροή μηνύματος {what} συνδέεται με το {other}, που δεν είναι συμβάν μηνύματος.",
    says_en="{what} is connected to {other}, which is no message event.",
    why_el="Μόνο συμβάν μηνύματος στέλνει ή περιμένει μήνυμα.",
    why_en="Only a message event sends a message or waits for one.",
    remedy_el="Κάντε το συμβάν μηνύματος.",
    remedy_en="Make it a message event.",
)
def message_flow_event_is_message(diagram: CheckedDiagram) -> Violations:
    """Yields message flows connected to events of another kind."""
    for flow in diagram.elements("messageFlow"):
        for end in ("sourceRef", "targetRef"):
            node = diagram.node(diagram.referred(flow.get(end)))
            if node is not None and node.kind.endswith("Event") and not node.has("message"):
                yield at(flow, other=described(node.element))


@rule(
    "participant-multiplicity",
    source="BPMN 2.0.2, table 9.6; EXT.029, EXT.030",
    says_el="Η δεξαμενή έχει πλήθος από {minimum} έως {maximum}.",
    says_en="The participant's multiplicity is {minimum} to {maximum}.",
    why_el="Το ελάχιστο δεν είναι αρνητικό, και το μέγιστο είναι τουλάχιστον 1 και τουλάχιστον όσο το "
    "ελάχιστο.",
    why_en="The minimum is not negative; the maximum is at least 1 and at least the minimum.",
    remedy_el="Διορθώστε το minimum ή το maximum.",
    remedy_en="Correct minimum or maximum.",
)
def participant_multiplicity(diagram: CheckedDiagram) -> Violations:
    """Yields multiplicities that contradict themselves."""
    for element in diagram.elements("participantMultiplicity"):
        minimum, maximum = _whole(element, "minimum", 0), _whole(element, "maximum", 1)
        if minimum is None or maximum is None or minimum < 0 or maximum < max(1, minimum):
            written = [element.get(name) or "–" for name in ("minimum", "maximum")]
            yield at(element, minimum=written[0], maximum=written[1])


def _whole(element: Element, name: str, default: int) -> int | None:
    written = element.get(name)
    if written is None:
        return default
    return int(written) if written.strip().lstrip("+-").isdecimal() and len(written) < 12 else None


@rule(
    "no-choreography-reference",
    source="BPMN 2.0.2, tables 9.1 and 11.1; EXT.027",
    says_el="Το {what} αναφέρει χορογραφία.",
    says_en="{what} refers to a choreography.",
    why_el="Μόνο μια συνεργασία αναφέρει χορογραφία· όχι μια άλλη χορογραφία ή παγκόσμια συνομιλία.",
    why_en="Only a collaboration refers to a choreography; another choreography or a global conversation "
    "does not.",
    remedy_el="Αφαιρέστε το choreographyRef.",
    remedy_en="Remove choreographyRef.",
)
def no_choreography_reference(diagram: CheckedDiagram) -> Violations:
    """Yields choreographies and global conversations with a reference to a choreography."""
    for element in diagram.elements("choreography", "globalConversation"):
        if element.child("choreographyRef") is not None:
            yield at(element)


@rule(
    "global-conversation-bare",
    source="BPMN 2.0.2, 9.6; EXT.032",
    says_el="Η παγκόσμια συνομιλία περιέχει {what}.",
    says_en="The global conversation contains {what}.",
    why_el="Μια παγκόσμια συνομιλία έχει μόνο συμμετέχοντες, ροές μηνυμάτων και συσχετίσεις μηνυμάτων.",
    why_en="A global conversation has participants, message flows and correlation only.",
    remedy_el="Βάλτε τις συνομιλίες σε συνεργασία (collaboration).",
    remedy_en="Put the conversations into a collaboration.",
)
def global_conversation_bare(diagram: CheckedDiagram) -> Violations:
    """Yields conversation nodes and artifacts inside global conversations."""
    for conversation in diagram.elements("globalConversation"):
        yield from (at(part) for part in conversation.children(*CONVERSATIONS, *ARTIFACTS))


@rule(
    "called-conversation-kind",
    source="BPMN 2.0.2, 9.5.4; EXT.034",
    says_el="Το {what} καλεί το {other}, που δεν είναι συνεργασία ή παγκόσμια συνομιλία.",
    says_en="{what} calls {other}, which is no collaboration and no global conversation.",
    why_el="Μια κλήση συνομιλίας δείχνει μόνο συνεργασία, ποτέ χορογραφία.",
    why_en="A call conversation refers to a collaboration only, never to a choreography.",
    remedy_el="Διορθώστε το calledCollaborationRef.",
    remedy_en="Correct calledCollaborationRef.",
)
def called_conversation_kind(diagram: CheckedDiagram) -> Violations:
    """Yields call conversations that call something else."""
    for element in diagram.elements("callConversation"):
        called = diagram.referred(element.get("calledCollaborationRef"))
        if called is not None and called.kind not in {"collaboration", "globalConversation"}:
            yield at(element, other=described(called))


@rule(
    "conversation-link-ends",
    source="BPMN 2.0.2, 9.5.5",
    says_el="Ο δεσμός {what} συνδέει {count} συνομιλίες αντί για μία.",
    says_en="{what} connects {count} conversations instead of one.",
    why_el="Ένας δεσμός συνομιλίας ενώνει μία συνομιλία με έναν συμμετέχοντα.",
    why_en="A conversation link connects one conversation with one participant.",
    remedy_el="Συνδέστε τη μία άκρη με συνομιλία και την άλλη με συμμετέχοντα.",
    remedy_en="Connect one end to a conversation and the other to a participant.",
)
def conversation_link_ends(diagram: CheckedDiagram) -> Violations:
    """Yields conversation links with no conversation, or two, at their ends."""
    nodes = {"conversation", "subConversation", "callConversation"}
    for element in diagram.elements("conversationLink"):
        ends = [diagram.referred(element.get(end)) for end in ("sourceRef", "targetRef")]
        count = sum(end is not None and end.kind in nodes for end in ends)
        if None not in ends and count != 1:
            yield at(element, count=str(count))
