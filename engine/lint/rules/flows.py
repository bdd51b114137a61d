"""Sequence flows: what they connect, where they may go, and when they are taken."""

from collections.abc import Iterator

from engine.bpmn.diagram import ACTIVITIES, DrawnFlow, DrawnNode, DrawnScope
from engine.lint.finding import Severity
from engine.lint.rule import CheckedDiagram, Violation, Violations, at, described, resembling, rule


@rule(
    "flow-ends-known",
    source="BPMN 2.0.2, 8.4.13",
    says_el="Η ροή {what} έχει {end} {ref}, που δεν υπάρχει στο αρχείο.",
    says_en="{what} has the {end} {ref}, which is not in the file.",
    why_el="Μια ροή χωρίς άκρο χάνεται ή εμποδίζει το διάγραμμα να διαβαστεί.",
    why_en="A flow without an end is lost, or keeps the diagram from being read.",
    remedy_el="Συνδέστε τη ροή ξανά ή διαγράψτε τη.",
    remedy_en="Connect the flow again, or delete it.",
)
def flow_ends_known(diagram: CheckedDiagram) -> Violations:
    """Yields flows whose source or target is missing."""
    for element in diagram.elements("sequenceFlow"):
        for end in ("sourceRef", "targetRef"):
            if diagram.referred(element.get(end)) is None:
                written = element.get(end) or "–"
                near = resembling(written, [node.id for node in diagram.nodes])
                yield Violation(element=element, values={"end": end, "ref": written}, near=near)


@rule(
    "flow-between-nodes",
    source="BPMN 2.0.2, 7.6.1 and 7.5.2; EXT.006, EXT.007, EXT.021, EXT.022",
    says_el="Η ροή {what} έχει ως {end} το {other}, που δεν δέχεται ροές.",
    says_en="{what} has as its {end} {other}, which takes no sequence flow.",
    why_el="Ροές συνδέουν μόνο δραστηριότητες, πύλες και συμβάντα· όχι αντικείμενα, σημειώσεις ή "
    "υποδιαδικασίες συμβάντος.",
    why_en="Sequence flows connect activities, gateways and events only: no artifacts, data or event "
    "sub-processes.",
    remedy_el="Συνδέστε τη ροή με δραστηριότητα, πύλη ή συμβάν· για σημειώσεις χρησιμοποιήστε συσχέτιση.",
    remedy_en="Connect the flow to an activity, gateway or event; use an association for a note.",
)
def flow_between_nodes(diagram: CheckedDiagram) -> Violations:
    """Yields flows that begin or end at something that takes none."""
    for element in diagram.elements("sequenceFlow"):
        for end in ("sourceRef", "targetRef"):
            other = diagram.referred(element.get(end))
            if other is None:
                continue
            node = diagram.node(other)
            if node is None or node.is_event_sub_process:
                yield at(element, end=end, other=described(other))


@rule(
    "flow-within-scope",
    source="BPMN 2.0.2, 7.6.1; EXT.028, EXT.152",
    says_el="Η ροή {what} περνά από το {source} στο {target}, που είναι σε άλλη διαδικασία ή υποδιαδικασία.",
    says_en="{what} leads from {source} to {target}, which is in another process or sub-process.",
    why_el="Μια ροή δεν διασχίζει το όριο μιας διαδικασίας, δεξαμενής ή υποδιαδικασίας.",
    why_en="A sequence flow does not cross the border of a process, a pool or a sub-process.",
    remedy_el="Μεταξύ δεξαμενών χρησιμοποιήστε ροή μηνύματος· για υποδιαδικασία συνδέστε την ίδια.",
    remedy_en="Use a message flow between pools; connect the sub-process itself, not what is in it.",
)
def flow_within_scope(diagram: CheckedDiagram) -> Violations:
    """Yields flows whose ends, or who themselves, are in different scopes."""
    for scope in diagram.scopes:
        for flow in scope.flows:
            if flow.source is None or flow.target is None:
                continue
            homes = {flow.source.element.parent, flow.target.element.parent, scope.element}
            if len(homes) > 1:
                yield at(
                    flow.element,
                    source=described(flow.source.element),
                    target=described(flow.target.element),
                )


@rule(
    "flow-lists-agree",
    source="BPMN 2.0.2, 8.4.8; EXT.023, EXT.101, EXT.107",
    says_el="Το {what} γράφει ως {name} {listed}, αλλά οι ροές λένε {real}.",
    says_en="{what} lists as {name} {listed}, but the flows say {real}.",
    why_el="Ο κόμβος και η ροή λένε και οι δύο ποιος ενώνεται με ποιον· αν διαφέρουν, δύο εργαλεία θα "
    "τρέξουν άλλο διάγραμμα.",
    why_en="Node and flow both say who is connected to whom; where they differ, two tools run two diagrams.",
    remedy_el="Ανοίξτε και αποθηκεύστε ξανά το διάγραμμα στον σχεδιαστή, ώστε να γραφούν ξανά οι λίστες.",
    remedy_en="Open the diagram in the modeler and save it, so that the lists are written anew.",
)
def flow_lists_agree(diagram: CheckedDiagram) -> Violations:
    """Yields nodes that list a flow which is not theirs, or leave one out in a process that keeps such lists.

    A process in which no node lists anything is left alone: its flows say it all.
    """
    for scope in diagram.scopes:
        keeps_lists = any(node.element.children("incoming", "outgoing") for node in scope.nodes)
        if keeps_lists:
            for node in scope.nodes:
                yield from _disagreements(node, "incoming", scope.incoming(node))
                yield from _disagreements(node, "outgoing", scope.outgoing(node))


def _disagreements(node: DrawnNode, name: str, flows: tuple[DrawnFlow, ...]) -> Violations:
    listed = {part.content.rpartition(":")[2] for part in node.element.children(name)}
    real = {flow.element.get("id", "") for flow in flows} - {""}
    if listed != real:
        yield at(node.element, name=name, listed=_all(listed), real=_all(real))


def _all(identifiers: set[str]) -> str:
    return ", ".join(sorted(identifiers)) or "–"


@rule(
    "condition-needs-alternative",
    source="BPMN 2.0.2, 8.4.13; EXT.025",
    says_el="Η ροή υπό συνθήκη {what} είναι η μόνη που φεύγει από το {source}.",
    says_en="The conditional {what} is the only one that leaves {source}.",
    why_el="Αν η συνθήκη δεν ισχύει, η υπόθεση δεν έχει πού να πάει και σταματά.",
    why_en="If the condition does not hold, the case has nowhere to go and stops.",
    remedy_el="Προσθέστε προεπιλεγμένη ροή ή αφαιρέστε τη συνθήκη.",
    remedy_en="Add a default flow, or remove the condition.",
)
def condition_needs_alternative(diagram: CheckedDiagram) -> Violations:
    """Yields conditional flows that are the only way out of an activity."""
    for scope, flow, source in _conditional(diagram):
        if source.kind in ACTIVITIES and len(scope.outgoing(source)) < 2:
            yield at(flow.element, source=described(source.element))


@rule(
    "no-condition-here",
    source="BPMN 2.0.2, 10.5.2, 10.5.4, 10.6.4, 10.6.6; EXT.137",
    says_el="Η ροή {what} έχει συνθήκη, αλλά φεύγει από το {source}, που δεν τη διαβάζει.",
    says_en="{what} has a condition, but leaves {source}, which does not look at it.",
    why_el="Συμβάντα, παράλληλες πύλες και πύλες συμβάντων αγνοούν τις συνθήκες· ο αναγνώστης του σχεδίου "
    "δεν το ξέρει.",
    why_en="Events, parallel gateways and event-based gateways ignore conditions; whoever reads the "
    "drawing does not know that.",
    remedy_el="Αφαιρέστε τη συνθήκη ή χρησιμοποιήστε αποκλειστική ή περιεκτική πύλη.",
    remedy_en="Remove the condition, or use an exclusive or inclusive gateway.",
)
def no_condition_here(diagram: CheckedDiagram) -> Violations:
    """Yields conditional flows that leave an event, a parallel or an event-based gateway."""
    for _, flow, source in _conditional(diagram):
        if source.kind in {"parallelGateway", "eventBasedGateway"} or source.kind.endswith("Event"):
            yield at(flow.element, source=described(source.element))


def _conditional(diagram: CheckedDiagram) -> Iterator[tuple[DrawnScope, DrawnFlow, DrawnNode]]:
    for scope in diagram.scopes:
        for flow in scope.flows:
            if flow.source is not None and flow.condition is not None:
                yield scope, flow, flow.source


@rule(
    "default-flow-leaves-node",
    source="BPMN 2.0.2, 8.4.13, 10.3.3; EXT.026",
    says_el="Η προεπιλεγμένη ροή {ref} του {what} δεν φεύγει από αυτό.",
    says_en="The default flow {ref} of {what} does not leave it.",
    why_el="Μια προεπιλογή που δεν είναι έξοδος του κόμβου δεν επιλέγεται ποτέ.",
    why_en="A default that is no way out of the node is never taken.",
    remedy_el="Ορίστε ως προεπιλεγμένη μια ροή που φεύγει από τον κόμβο.",
    remedy_en="Make one of the flows that leave the node its default.",
)
def default_flow_leaves_node(diagram: CheckedDiagram) -> Violations:
    """Yields nodes whose default flow is unknown or another node's."""
    for scope in diagram.scopes:
        for node in scope.nodes:
            default = node.element.get("default")
            if default is not None and default.rpartition(":")[2] not in {
                flow.id for flow in scope.outgoing(node)
            }:
                near = resembling(default, [flow.id for flow in scope.outgoing(node)])
                yield Violation(element=node.element, values={"ref": default}, near=near)


@rule(
    "default-flow-unconditional",
    source="BPMN 2.0.2, 8.4.13",
    says_el="Η {what} είναι προεπιλεγμένη ροή του {source} και έχει συνθήκη.",
    says_en="{what} is the default flow of {source} and has a condition.",
    why_el="Η προεπιλογή παίρνεται όταν δεν ισχύει καμία άλλη· η συνθήκη της δεν διαβάζεται.",
    why_en="The default is taken when no other flow is; its condition is not looked at.",
    remedy_el="Αφαιρέστε τη συνθήκη από την προεπιλογή.",
    remedy_en="Remove the condition from the default flow.",
)
def default_flow_unconditional(diagram: CheckedDiagram) -> Violations:
    """Yields default flows with a condition."""
    for _, flow, source in _conditional(diagram):
        if source.element.get("default") == flow.id:
            yield at(flow.element, source=described(source.element))


@rule(
    "immediate-flow",
    source="BPMN 2.0.2, 8.4.13; EXT.024",
    says_el='Η ροή {what} έχει isImmediate="false" σε εκτελέσιμη διαδικασία.',
    says_en='{what} has isImmediate="false" in an executable process.',
    why_el="Το false λέει ότι κάτι άλλο μπορεί να γίνει ανάμεσα, που η μηχανή δεν γνωρίζει.",
    why_en="False says that something else may happen in between, which no engine knows of.",
    remedy_el="Αφαιρέστε το isImmediate.",
    remedy_en="Remove isImmediate.",
)
def immediate_flow(diagram: CheckedDiagram) -> Violations:
    """Yields flows of executable processes that are not immediate."""
    for element in diagram.elements("sequenceFlow"):
        if not element.flag("isImmediate", default=True) and diagram.is_executable(element):
            yield at(element)


@rule(
    "no-double-flow",
    severity=Severity.WARNING,
    source="the engine: two flows are two tokens",
    says_el="Η ροή {what} ενώνει τους ίδιους κόμβους με την {other}.",
    says_en="{what} connects the same two nodes as {other}.",
    why_el="Δύο ροές χωρίς συνθήκη είναι δύο σημεία ελέγχου: το επόμενο βήμα γίνεται δύο φορές.",
    why_en="Two flows without conditions are two tokens: the next step happens twice.",
    remedy_el="Διαγράψτε τη μία.",
    remedy_en="Delete one of them.",
)
def no_double_flow(diagram: CheckedDiagram) -> Violations:
    """Yields the second unconditional flow between the same two nodes."""
    for scope in diagram.scopes:
        seen: dict[tuple[DrawnNode, DrawnNode], DrawnFlow] = {}
        for flow in scope.flows:
            if flow.source is None or flow.target is None or flow.condition is not None:
                continue
            if flow.source.kind in {"exclusiveGateway", "eventBasedGateway"}:
                continue
            first = seen.setdefault((flow.source, flow.target), flow)
            if first is not flow:
                yield at(flow.element, other=described(first.element))
