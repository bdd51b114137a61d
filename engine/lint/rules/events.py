"""Events: which triggers each kind may have, and where it may stand."""

from engine.bpmn.diagram import ACTIVITIES, CATCHING_EVENTS, THROWING_EVENTS, DrawnNode, DrawnScope
from engine.lint.rule import CheckedDiagram, Violations, at, described, rule

PROCESS_START = frozenset({"message", "timer", "conditional", "signal"})
EVENT_SUB_PROCESS_START = PROCESS_START | {"error", "escalation", "compensation"}
CATCH = frozenset({"message", "timer", "conditional", "signal", "link"})
THROW = frozenset({"message", "signal", "escalation", "compensation", "link"})
END = frozenset({"message", "signal", "escalation", "compensation", "error", "cancel", "terminate"})
BOUNDARY = frozenset(
    {"message", "timer", "conditional", "signal", "error", "escalation", "cancel", "compensation"}
)
ALWAYS_INTERRUPTING = frozenset({"error", "cancel", "compensation"})


def _allowed(node: DrawnNode, scope: DrawnScope) -> frozenset[str]:
    if node.kind == "startEvent":
        if scope.kind == "process":
            return PROCESS_START
        return EVENT_SUB_PROCESS_START if scope.is_event_sub_process else frozenset()
    return {
        "intermediateCatchEvent": CATCH,
        "intermediateThrowEvent": THROW,
        "endEvent": END,
        "boundaryEvent": BOUNDARY,
    }[node.kind]


@rule(
    "event-trigger-allowed",
    source="BPMN 2.0.2, 10.5.2 to 10.5.5; EXT.059, EXT.098, EXT.100, EXT.110, EXT.122, "
    "EXT.146, EXT.148, EXT.149",
    says_el="Το {what} δεν μπορεί να έχει συμβάν τύπου {kind}· επιτρέπονται: {allowed}.",
    says_en="{what} cannot be a {kind} event; allowed here: {allowed}.",
    why_el="Κάθε θέση στο διάγραμμα δέχεται ορισμένα μόνο συμβάντα· τα άλλα η μηχανή θα τα προσπερνούσε.",
    why_en="Each place in a diagram takes some events only; an engine would pass over the others.",
    remedy_el="Αλλάξτε τον τύπο του συμβάντος ή τη θέση του.",
    remedy_en="Change the type of the event, or put it where it belongs.",
)
def event_trigger_allowed(diagram: CheckedDiagram) -> Violations:
    """Yields events with a trigger that their place does not take."""
    for scope in diagram.scopes:
        for node in scope.of(*CATCHING_EVENTS, *THROWING_EVENTS):
            allowed = _allowed(node, scope)
            for trigger in node.definitions:
                if trigger.kind not in allowed:
                    yield at(node.element, kind=trigger.kind, allowed=", ".join(sorted(allowed)) or "none")


@rule(
    "event-trigger-needed",
    source="BPMN 2.0.2, 10.5.4 and 13.5.4; EXT.059, EXT.110, EXT.129, EXT.130, EXT.148",
    says_el="Το {what} δεν λέει τι περιμένει: λείπει ο τύπος του συμβάντος.",
    says_en="{what} does not say what it waits for: it has no event definition.",
    why_el="Συμβάν αναμονής, συμβάν ορίου και έναρξη υποδιαδικασίας συμβάντος χρειάζονται αφορμή.",
    why_en="A catching event, a boundary event and the start of an event sub-process need something to "
    "wait for.",
    remedy_el="Ορίστε μήνυμα, χρονόμετρο, σφάλμα ή άλλη αφορμή.",
    remedy_en="Make it a message, timer, error or other event.",
)
def event_trigger_needed(diagram: CheckedDiagram) -> Violations:
    """Yields events that must have a trigger and have none."""
    for scope in diagram.scopes:
        for node in scope.of("intermediateCatchEvent", "boundaryEvent", "startEvent"):
            if not node.definitions and (node.kind != "startEvent" or scope.is_event_sub_process):
                yield at(node.element)


@rule(
    "non-interrupting-allowed",
    source="BPMN 2.0.2, tables 10.86 and 10.93; EXT.059, EXT.110",
    says_el="Το {what} δεν διακόπτει, αλλά συμβάν τύπου {kind} διακόπτει πάντα.",
    says_en="{what} is non-interrupting, but a {kind} event always interrupts.",
    why_el="Μετά από σφάλμα, ακύρωση ή αντιστάθμιση δεν υπάρχει δραστηριότητα που να συνεχίζει.",
    why_en="After an error, a cancellation or for compensation there is no activity that could go on.",
    remedy_el="Κάντε το συμβάν διακοπτόμενο.",
    remedy_en="Make the event interrupting.",
)
def non_interrupting_allowed(diagram: CheckedDiagram) -> Violations:
    """Yields non-interrupting events of kinds that always interrupt."""
    for scope in diagram.scopes:
        for node in scope.of("boundaryEvent", "startEvent"):
            if not node.interrupts and (node.kind == "boundaryEvent" or scope.is_event_sub_process):
                for trigger in node.definitions:
                    if trigger.kind in ALWAYS_INTERRUPTING:
                        yield at(node.element, kind=trigger.kind)


@rule(
    "boundary-attached",
    source="BPMN 2.0.2, 10.5.4, table 10.91",
    says_el="Το συμβάν ορίου {what} δείχνει το {ref}, που δεν είναι δραστηριότητα του ίδιου επιπέδου.",
    says_en="The {what} is attached to {ref}, which is no activity on its level.",
    why_el="Ένα συμβάν ορίου ζει όσο η δραστηριότητα στην οποία είναι· χωρίς αυτήν χάνεται σιωπηλά.",
    why_en="A boundary event lives as long as its activity; without one it is lost in silence.",
    remedy_el="Προσαρτήστε το σε δραστηριότητα του ίδιου επιπέδου.",
    remedy_en="Attach it to an activity on the same level.",
)
def boundary_attached(diagram: CheckedDiagram) -> Violations:
    """Yields boundary events attached to nothing, to something else, or across a border."""
    for scope in diagram.scopes:
        for node in scope.of("boundaryEvent"):
            reference = node.element.get("attachedToRef") or "–"
            host = diagram.node(diagram.referred(reference))
            outside = host is None or host.kind not in ACTIVITIES or host.is_event_sub_process
            if host is None or outside or diagram.scope_of(host) is not scope:
                yield at(node.element, ref=reference)


@rule(
    "boundary-without-incoming",
    source="BPMN 2.0.2, 10.5.4; EXT.112",
    says_el="Η ροή {flow} οδηγεί στο {what}.",
    says_en="The flow {flow} leads to {what}.",
    why_el="Σε συμβάν ορίου δεν οδηγεί ροή: το ενεργοποιεί η δραστηριότητά του.",
    why_en="No sequence flow leads to a boundary event: it is armed with its activity.",
    remedy_el="Οδηγήστε τη ροή στη δραστηριότητα ή στο βήμα μετά το συμβάν.",
    remedy_en="Lead the flow to the activity, or to the step after the event.",
)
def boundary_without_incoming(diagram: CheckedDiagram) -> Violations:
    """Yields boundary events that a flow leads to."""
    for scope in diagram.scopes:
        for node in scope.of("boundaryEvent"):
            yield from (at(node.element, flow=flow.id) for flow in scope.incoming(node))


@rule(
    "cancel-needs-transaction",
    source="BPMN 2.0.2, 10.5.3, 10.5.4; EXT.106, EXT.111, EXT.120",
    says_el="Το συμβάν ακύρωσης {what} δεν ανήκει σε συναλλαγή.",
    says_en="The cancel event {what} belongs to no transaction.",
    why_el="Ακυρώνεται μόνο συναλλαγή: η λήξη είναι μέσα της, το συμβάν ορίου πάνω της.",
    why_en="Only a transaction is cancelled: the end event is inside it, the boundary event on it.",
    remedy_el="Κάντε την υποδιαδικασία συναλλαγή ή χρησιμοποιήστε σφάλμα.",
    remedy_en="Make the sub-process a transaction, or use an error.",
)
def cancel_needs_transaction(diagram: CheckedDiagram) -> Violations:
    """Yields cancel ends outside, and cancel boundary events not on, a transaction."""
    for scope in diagram.scopes:
        for node in scope.of("endEvent", "boundaryEvent"):
            if not node.has("cancel"):
                continue
            if node.kind == "endEvent":
                belongs = any(around.kind == "transaction" for around in node.element.ancestors())
            else:
                host = diagram.referred(node.element.get("attachedToRef"))
                belongs = host is not None and host.kind == "transaction"
            if not belongs:
                yield at(node.element)


@rule(
    "event-sub-process-unconnected",
    source="BPMN 2.0.2, 10.3.5; EXT.057",
    says_el="Η υποδιαδικασία συμβάντος {what} έχει ροές ({flows}).",
    says_en="The event sub-process {what} has sequence flows ({flows}).",
    why_el="Μια υποδιαδικασία συμβάντος αρχίζει με το συμβάν της και δεν συνδέεται με τη ροή.",
    why_en="An event sub-process begins with its event, and is no part of the flow.",
    remedy_el="Αφαιρέστε τις ροές ή κάντε τη συνηθισμένη υποδιαδικασία.",
    remedy_en="Remove the flows, or make it an ordinary sub-process.",
)
def event_sub_process_unconnected(diagram: CheckedDiagram) -> Violations:
    """Yields event sub-processes that flows lead to or leave."""
    for scope in diagram.scopes:
        for node in scope.nodes:
            if node.is_event_sub_process:
                flows = [flow.id for flow in (*scope.incoming(node), *scope.outgoing(node))]
                flows += [part.content for part in node.element.children("incoming", "outgoing")]
                if flows:
                    yield at(node.element, flows=", ".join(sorted(set(flows))))


@rule(
    "event-sub-process-one-start",
    source="BPMN 2.0.2, 10.3.5; EXT.058",
    says_el="Η υποδιαδικασία συμβάντος {what} έχει {count} συμβάντα έναρξης αντί για ένα.",
    says_en="The event sub-process {what} has {count} start events instead of one.",
    why_el="Το ένα συμβάν έναρξης λέει τι την ξεκινά.",
    why_en="Its one start event says what sets it off.",
    remedy_el="Κρατήστε ακριβώς ένα συμβάν έναρξης με αφορμή.",
    remedy_en="Keep exactly one start event, with a trigger.",
)
def event_sub_process_one_start(diagram: CheckedDiagram) -> Violations:
    """Yields event sub-processes with no or several start events."""
    for scope in diagram.scopes:
        count = sum(1 for _ in scope.of("startEvent"))
        if scope.is_event_sub_process and count != 1:
            yield at(scope.element, count=str(count))


@rule(
    "event-sub-process-kind",
    source="BPMN 2.0.2, 10.3.5 to 10.3.7",
    says_el="Το {what} είναι {kind} και ταυτόχρονα ξεκινά από συμβάν.",
    says_en="{what} is a {kind}, and is started by an event as well.",
    why_el="Μόνο μια απλή υποδιαδικασία μπορεί να είναι υποδιαδικασία συμβάντος.",
    why_en="Only a plain sub-process can be an event sub-process.",
    remedy_el="Αφαιρέστε το triggeredByEvent.",
    remedy_en="Remove triggeredByEvent.",
)
def event_sub_process_kind(diagram: CheckedDiagram) -> Violations:
    """Yields transactions and ad-hoc sub-processes that are marked as started by an event."""
    for node in diagram.nodes:
        if node.is_event_sub_process and node.kind != "subProcess":
            yield at(node.element, kind=node.kind)


@rule(
    "throw-definition-not-shared",
    source="BPMN 2.0.2, 10.5.1; EXT.095",
    says_el="Το {what} χρησιμοποιεί τον ορισμό {ref}, που βρίσκεται μέσα στο {owner}.",
    says_en="{what} uses the definition {ref}, which is inside {owner}.",
    why_el="Ένας ορισμός μέσα σε συμβάν ανήκει μόνο σε αυτό· κοινοί είναι οι ορισμοί έξω από τις "
    "διαδικασίες.",
    why_en="A definition inside an event is that event's own; those outside of processes are shared.",
    remedy_el="Βάλτε τον ορισμό έξω από τη διαδικασία ή αντιγράψτε τον.",
    remedy_en="Put the definition outside of the process, or repeat it.",
)
def throw_definition_not_shared(diagram: CheckedDiagram) -> Violations:
    """Yields references to an event definition that is inside another event."""
    for reference in diagram.elements("eventDefinitionRef"):
        definition = diagram.referred(reference.content)
        owner = None if definition is None else diagram.node(definition.parent)
        if owner is not None and owner.kind.endswith("Event"):
            yield at(reference, ref=reference.content, owner=described(owner.element))
