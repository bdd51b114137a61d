"""Where a process begins and ends: start and end events, and nodes that nothing leads to or away from."""

from collections.abc import Iterator

from engine.bpmn.diagram import EVENTS, DrawnNode, DrawnScope
from engine.lint.finding import Severity
from engine.lint.rule import CheckedDiagram, Violations, at, described, rule


@rule(
    "start-without-incoming",
    source="BPMN 2.0.2, 10.5.2; EXT.096",
    says_el="Η ροή {flow} οδηγεί στο {what}.",
    says_en="The flow {flow} leads to {what}.",
    why_el="Σε συμβάν έναρξης δεν οδηγεί ροή: εκεί αρχίζει η διαδικασία.",
    why_en="No sequence flow leads to a start event: the process begins there.",
    remedy_el="Οδηγήστε τη ροή στο πρώτο βήμα μετά την έναρξη.",
    remedy_en="Lead the flow to the first step after the start.",
)
def start_without_incoming(diagram: CheckedDiagram) -> Violations:
    """Yields start events that a flow leads to."""
    for scope in diagram.scopes:
        for start in scope.of("startEvent"):
            yield from (at(start.element, flow=flow.id) for flow in scope.incoming(start))


@rule(
    "end-without-outgoing",
    source="BPMN 2.0.2, 10.5.3; EXT.104",
    says_el="Η ροή {flow} φεύγει από το {what}.",
    says_en="The flow {flow} leaves {what}.",
    why_el="Από συμβάν λήξης δεν φεύγει ροή: εκεί τελειώνει ο δρόμος.",
    why_en="No sequence flow leaves an end event: the way ends there.",
    remedy_el="Κάντε το ενδιάμεσο συμβάν ή διαγράψτε τη ροή.",
    remedy_en="Make it an intermediate event, or delete the flow.",
)
def end_without_outgoing(diagram: CheckedDiagram) -> Violations:
    """Yields end events that a flow leaves."""
    for scope in diagram.scopes:
        for end in scope.of("endEvent"):
            yield from (at(end.element, flow=flow.id) for flow in scope.outgoing(end))


@rule(
    "start-needs-end",
    source="BPMN 2.0.2, 10.5.3; EXT.105",
    says_el="Το {what} έχει έναρξη αλλά όχι συμβάν λήξης στο ίδιο επίπεδο.",
    says_en="{what} has a start event but no end event on the same level.",
    why_el="Όπου υπάρχει έναρξη πρέπει να υπάρχει και λήξη· από αυτήν μαθαίνουμε την έκβαση της υπόθεσης.",
    why_en="Where there is a start event there must be an end event; a case learns its outcome from it.",
    remedy_el="Προσθέστε συμβάν λήξης.",
    remedy_en="Add an end event.",
)
def start_needs_end(diagram: CheckedDiagram) -> Violations:
    """Yields scopes of plain BPMN with a start and no end; in the dialect every way may end by itself."""
    for scope in diagram.scopes:
        if diagram.is_plain and any(scope.of("startEvent")) and not any(scope.of("endEvent")):
            yield at(scope.element)


@rule(
    "end-needs-start",
    source="BPMN 2.0.2, 10.5.2; EXT.097",
    says_el="Το {what} έχει λήξη αλλά όχι συμβάν έναρξης στο ίδιο επίπεδο.",
    says_en="{what} has an end event but no start event on the same level.",
    why_el="Όπου υπάρχει λήξη πρέπει να υπάρχει και έναρξη.",
    why_en="Where there is an end event there must be a start event.",
    remedy_el="Προσθέστε συμβάν έναρξης.",
    remedy_en="Add a start event.",
)
def end_needs_start(diagram: CheckedDiagram) -> Violations:
    """Yields scopes with an end and nowhere to start."""
    for scope in diagram.scopes:
        if any(scope.of("endEvent")) and not _can_start(scope):
            yield at(scope.element)


@rule(
    "start-event-needed",
    source="the engine: a case starts at a start event or an instantiating receive task",
    says_el="Η εκτελέσιμη διαδικασία {what} δεν έχει συμβάν έναρξης ούτε εργασία λήψης που την ξεκινά.",
    says_en="The executable {what} has no start event, and no receive task that starts it.",
    why_el="Χωρίς συμβάν έναρξης, ή εργασία λήψης που ξεκινά τη διαδικασία, η μηχανή δεν ξέρει από πού να "
    "αρχίσει η υπόθεση.",
    why_en="Without a start event, or a receive task that starts the process, the engine does not know where "
    "a case begins.",
    remedy_el="Προσθέστε συμβάν έναρξης.",
    remedy_en="Add a start event.",
)
def start_event_needed(diagram: CheckedDiagram) -> Violations:
    """Yields executable processes with no start event and nothing that instantiates them."""
    for scope in diagram.processes:
        if scope.executable and not _can_start(scope):
            yield at(scope.element)


@rule(
    "sub-process-empty",
    source="the engine: a sub-process is what is drawn in it",
    says_el="Στην υποδιαδικασία {what} δεν υπάρχει τίποτα.",
    says_en="There is nothing in {what}.",
    why_el="Μια κενή υποδιαδικασία περνά χωρίς να κάνει τίποτα· μάλλον χάθηκε το περιεχόμενό της.",
    why_en="An empty sub-process passes without doing anything; what was in it has probably been lost.",
    remedy_el="Σχεδιάστε τι γίνεται μέσα της, ή κάντε τη εργασία.",
    remedy_en="Draw what is to be done in it, or make it a task.",
)
def sub_process_empty(diagram: CheckedDiagram) -> Violations:
    """Yields sub-processes of executable processes without a node; ad-hoc ones have a rule of their own."""
    for scope in diagram.scopes:
        if scope.kind in {"subProcess", "transaction"} and scope.executable and not scope.nodes:
            yield at(scope.element)


def _can_start(scope: DrawnScope) -> bool:
    return any(node.kind == "startEvent" or node.instantiates for node in scope.nodes)


@rule(
    "one-plain-start",
    source="the engine: a case starts at the none start event",
    says_el="Το {what} είναι δεύτερη απλή έναρξη· η πρώτη είναι το {other}.",
    says_en="{what} is a second plain start; the first is {other}.",
    why_el="Με δύο απλές ενάρξεις δεν ορίζεται από ποια αρχίζει η υπόθεση.",
    why_en="With two plain starts it is not determined at which of them a case begins.",
    remedy_el="Κρατήστε μία και ξεχωρίστε τους δρόμους με πύλη.",
    remedy_en="Keep one, and part the ways with a gateway.",
)
def one_plain_start(diagram: CheckedDiagram) -> Violations:
    """Yields every none start event after the first of its scope."""
    for scope in diagram.scopes:
        plain = [start for start in scope.of("startEvent") if not start.definitions]
        yield from (at(start.element, other=described(plain[0].element)) for start in plain[1:])


@rule(
    "no-orphan",
    source="BPMN 2.0.2, 10.3.1 and 10.5.2 to 10.5.4; EXT.107, EXT.115, EXT.150",
    says_el="Καμία ροή δεν οδηγεί στο {what}.",
    says_en="No sequence flow leads to {what}.",
    why_el="Όπου υπάρχει συμβάν έναρξης, ένας κόμβος στον οποίο δεν οδηγεί τίποτα δεν εκτελείται ποτέ.",
    why_en="Where there is a start event, a node that nothing leads to never runs.",
    remedy_el="Συνδέστε τον κόμβο ή διαγράψτε τον.",
    remedy_en="Connect the node, or delete it.",
)
def no_orphan(diagram: CheckedDiagram) -> Violations:
    """Yields nodes without an incoming flow that need one."""
    for scope in diagram.scopes:
        has_start = any(scope.of("startEvent"))
        for node in scope.nodes:
            if not scope.incoming(node) and _needs_incoming(node, scope, has_start=has_start):
                yield at(node.element)


def _needs_incoming(node: DrawnNode, scope: DrawnScope, *, has_start: bool) -> bool:
    if scope.kind == "adHocSubProcess":
        return False
    if (
        node.kind in {"startEvent", "boundaryEvent"}
        or node.instantiates
        or node.is_event_sub_process
        or node.is_compensation_handler
    ):
        return False
    if node.kind == "intermediateCatchEvent" and node.has("link"):
        return False
    if node.kind in {"endEvent", "intermediateCatchEvent", "intermediateThrowEvent"}:
        return True
    return has_start


@rule(
    "no-dead-end",
    source="BPMN 2.0.2, 10.5.2 and 10.5.4; EXT.113, EXT.116, EXT.151",
    says_el="Καμία ροή δεν φεύγει από το {what}.",
    says_en="No sequence flow leaves {what}.",
    why_el="Από συμβάν που δεν είναι λήξη φεύγει ροή: αλλιώς δεν έχει τίποτα να ακολουθήσει.",
    why_en="A flow leaves every event that is no end: otherwise nothing follows from it.",
    remedy_el="Οδηγήστε το συμβάν στο επόμενο βήμα ή σε συμβάν λήξης.",
    remedy_en="Lead the event on to the next step, or to an end event.",
)
def no_dead_end(diagram: CheckedDiagram) -> Violations:
    """Yields events of plain BPMN without an outgoing flow; in the dialect they end their way."""
    for scope in diagram.scopes if diagram.is_plain else ():
        yield from (at(node.element) for node in _last(scope) if node.kind in EVENTS)


@rule(
    "implicit-end",
    severity=Severity.HINT,
    source="BPMN 2.0.2, 10.3.1: what no flow leaves ends its path",
    says_el="Καμία ροή δεν φεύγει από το {what}: ο δρόμος τελειώνει εκεί.",
    says_en="No sequence flow leaves {what}: the way ends there.",
    why_el="Μια υπόθεση μαθαίνει την έκβασή της από συμβάν λήξης· ίσως λείπει μια ροή.",
    why_en="A case learns its outcome from an end event; perhaps a flow is missing.",
    remedy_el="Οδηγήστε τον κόμβο σε συμβάν λήξης, αν αυτό εννοείτε.",
    remedy_en="Lead the node to an end event, if that is what you mean.",
)
def implicit_end(diagram: CheckedDiagram) -> Violations:
    """Yields nodes that end their way, where there is a start or end event and so something to see."""
    for scope in diagram.scopes:
        if any(scope.of("startEvent", "endEvent")):
            yield from (
                at(node.element) for node in _last(scope) if not diagram.is_plain or node.kind not in EVENTS
            )


def _last(scope: DrawnScope) -> Iterator[DrawnNode]:
    """The nodes that are no ends, from which no flow leaves, and that are not reached or left otherwise."""
    for node in scope.nodes:
        is_apart = node.is_event_sub_process or node.is_compensation_handler
        ends = node.kind == "endEvent" or (node.kind == "intermediateThrowEvent" and node.has("link"))
        ends = ends or (node.kind == "boundaryEvent" and node.has("compensation"))
        inside = scope.kind == "adHocSubProcess" and node.kind != "boundaryEvent"
        if not (scope.outgoing(node) or is_apart or ends or inside):
            yield node
