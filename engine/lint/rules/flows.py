"""Sequence flows: what they connect, where they may go, and when they are taken."""

from collections.abc import Iterator

from engine.bpmn.diagram import ACTIVITIES, Flow, Node, Scope
from engine.lint.finding import Severity, Text
from engine.lint.rule import CheckedDiagram, Spots, at, described, rule


@rule(
    "flow-ends-known",
    source="BPMN 2.0.2, 8.4.13",
    says=Text(
        el="Η ροή {what} έχει {end} {ref}, που δεν υπάρχει στο αρχείο.",
        en="{what} has the {end} {ref}, which is not in the file.",
    ),
    why=Text(
        el="Μια ροή χωρίς άκρο χάνεται ή εμποδίζει το διάγραμμα να διαβαστεί.",
        en="A flow without an end is lost, or keeps the diagram from being read.",
    ),
    remedy=Text(el="Συνδέστε τη ροή ξανά ή διαγράψτε τη.", en="Connect the flow again, or delete it."),
)
def flow_ends_known(diagram: CheckedDiagram) -> Spots:
    """Yields flows whose source or target is missing."""
    for element in diagram.elements("sequenceFlow"):
        for end in ("sourceRef", "targetRef"):
            if diagram.referred(element.get(end)) is None:
                yield at(element, end=end, ref=element.get(end) or "–")


@rule(
    "flow-between-nodes",
    source="BPMN 2.0.2, 7.6.1 and 7.5.2; EXT.006, EXT.007, EXT.021, EXT.022",
    says=Text(
        el="Η ροή {what} έχει ως {end} το {other}, που δεν δέχεται ροές.",
        en="{what} has as its {end} {other}, which takes no sequence flow.",
    ),
    why=Text(
        el="Ροές συνδέουν μόνο δραστηριότητες, πύλες και συμβάντα· όχι αντικείμενα, σημειώσεις ή "
        "υποδιαδικασίες συμβάντος.",
        en="Sequence flows connect activities, gateways and events only: no artifacts, data or event "
        "sub-processes.",
    ),
    remedy=Text(
        el="Συνδέστε τη ροή με δραστηριότητα, πύλη ή συμβάν· για σημειώσεις χρησιμοποιήστε συσχέτιση.",
        en="Connect the flow to an activity, gateway or event; use an association for a note.",
    ),
)
def flow_between_nodes(diagram: CheckedDiagram) -> Spots:
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
    says=Text(
        el="Η ροή {what} περνά από το {source} στο {target}, που είναι σε άλλη διαδικασία ή υποδιαδικασία.",
        en="{what} leads from {source} to {target}, which is in another process or sub-process.",
    ),
    why=Text(
        el="Μια ροή δεν διασχίζει το όριο μιας διαδικασίας, δεξαμενής ή υποδιαδικασίας.",
        en="A sequence flow does not cross the border of a process, a pool or a sub-process.",
    ),
    remedy=Text(
        el="Μεταξύ δεξαμενών χρησιμοποιήστε ροή μηνύματος· για υποδιαδικασία συνδέστε την ίδια.",
        en="Use a message flow between pools; connect the sub-process itself, not what is in it.",
    ),
)
def flow_within_scope(diagram: CheckedDiagram) -> Spots:
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
    says=Text(
        el="Το {what} γράφει ως {name} {listed}, αλλά οι ροές λένε {real}.",
        en="{what} lists as {name} {listed}, but the flows say {real}.",
    ),
    why=Text(
        el="Ο κόμβος και η ροή λένε και οι δύο ποιος ενώνεται με ποιον· αν διαφέρουν, δύο εργαλεία θα "
        "τρέξουν άλλο διάγραμμα.",
        en="Node and flow both say who is connected to whom; where they differ, two tools run two diagrams.",
    ),
    remedy=Text(
        el="Ανοίξτε και αποθηκεύστε ξανά το διάγραμμα στον σχεδιαστή, ώστε να γραφούν ξανά οι λίστες.",
        en="Open the diagram in the modeler and save it, so that the lists are written anew.",
    ),
)
def flow_lists_agree(diagram: CheckedDiagram) -> Spots:
    """Yields nodes that list a flow which is not theirs, or leave one out in a process that keeps such lists.

    A process in which no node lists anything is left alone: its flows say it all.
    """
    for scope in diagram.scopes:
        keeps_lists = any(node.element.children("incoming", "outgoing") for node in scope.nodes)
        if keeps_lists:
            for node in scope.nodes:
                yield from _disagreements(node, "incoming", scope.incoming(node))
                yield from _disagreements(node, "outgoing", scope.outgoing(node))


def _disagreements(node: Node, name: str, flows: tuple[Flow, ...]) -> Spots:
    listed = {part.content.rpartition(":")[2] for part in node.element.children(name)}
    real = {flow.element.get("id", "") for flow in flows} - {""}
    if listed != real:
        yield at(node.element, name=name, listed=_all(listed), real=_all(real))


def _all(identifiers: set[str]) -> str:
    return ", ".join(sorted(identifiers)) or "–"


@rule(
    "condition-needs-alternative",
    source="BPMN 2.0.2, 8.4.13; EXT.025",
    says=Text(
        el="Η ροή υπό συνθήκη {what} είναι η μόνη που φεύγει από το {source}.",
        en="The conditional {what} is the only one that leaves {source}.",
    ),
    why=Text(
        el="Αν η συνθήκη δεν ισχύει, η υπόθεση δεν έχει πού να πάει και σταματά.",
        en="If the condition does not hold, the case has nowhere to go and stops.",
    ),
    remedy=Text(
        el="Προσθέστε προεπιλεγμένη ροή ή αφαιρέστε τη συνθήκη.",
        en="Add a default flow, or remove the condition.",
    ),
)
def condition_needs_alternative(diagram: CheckedDiagram) -> Spots:
    """Yields conditional flows that are the only way out of an activity."""
    for scope, flow, source in _conditional(diagram):
        if source.kind in ACTIVITIES and len(scope.outgoing(source)) < 2:
            yield at(flow.element, source=described(source.element))


@rule(
    "no-condition-here",
    source="BPMN 2.0.2, 10.5.2, 10.5.4, 10.6.4, 10.6.6; EXT.137",
    says=Text(
        el="Η ροή {what} έχει συνθήκη, αλλά φεύγει από το {source}, που δεν τη διαβάζει.",
        en="{what} has a condition, but leaves {source}, which does not look at it.",
    ),
    why=Text(
        el="Συμβάντα, παράλληλες πύλες και πύλες συμβάντων αγνοούν τις συνθήκες· ο αναγνώστης του σχεδίου "
        "δεν το ξέρει.",
        en="Events, parallel gateways and event-based gateways ignore conditions; whoever reads the "
        "drawing does not know that.",
    ),
    remedy=Text(
        el="Αφαιρέστε τη συνθήκη ή χρησιμοποιήστε αποκλειστική ή περιεκτική πύλη.",
        en="Remove the condition, or use an exclusive or inclusive gateway.",
    ),
)
def no_condition_here(diagram: CheckedDiagram) -> Spots:
    """Yields conditional flows that leave an event, a parallel or an event-based gateway."""
    for _, flow, source in _conditional(diagram):
        if source.kind in {"parallelGateway", "eventBasedGateway"} or source.kind.endswith("Event"):
            yield at(flow.element, source=described(source.element))


def _conditional(diagram: CheckedDiagram) -> Iterator[tuple[Scope, Flow, Node]]:
    for scope in diagram.scopes:
        for flow in scope.flows:
            if flow.source is not None and flow.condition is not None:
                yield scope, flow, flow.source


@rule(
    "default-flow-leaves-node",
    source="BPMN 2.0.2, 8.4.13, 10.3.3; EXT.026",
    says=Text(
        el="Η προεπιλεγμένη ροή {ref} του {what} δεν φεύγει από αυτό.",
        en="The default flow {ref} of {what} does not leave it.",
    ),
    why=Text(
        el="Μια προεπιλογή που δεν είναι έξοδος του κόμβου δεν επιλέγεται ποτέ.",
        en="A default that is no way out of the node is never taken.",
    ),
    remedy=Text(
        el="Ορίστε ως προεπιλεγμένη μια ροή που φεύγει από τον κόμβο.",
        en="Make one of the flows that leave the node its default.",
    ),
)
def default_flow_leaves_node(diagram: CheckedDiagram) -> Spots:
    """Yields nodes whose default flow is unknown or another node's."""
    for scope in diagram.scopes:
        for node in scope.nodes:
            default = node.element.get("default")
            if default is not None and default.rpartition(":")[2] not in {
                flow.id for flow in scope.outgoing(node)
            }:
                yield at(node.element, ref=default)


@rule(
    "default-flow-unconditional",
    source="BPMN 2.0.2, 8.4.13",
    says=Text(
        el="Η {what} είναι προεπιλεγμένη ροή του {source} και έχει συνθήκη.",
        en="{what} is the default flow of {source} and has a condition.",
    ),
    why=Text(
        el="Η προεπιλογή παίρνεται όταν δεν ισχύει καμία άλλη· η συνθήκη της δεν διαβάζεται.",
        en="The default is taken when no other flow is; its condition is not looked at.",
    ),
    remedy=Text(
        el="Αφαιρέστε τη συνθήκη από την προεπιλογή.", en="Remove the condition from the default flow."
    ),
)
def default_flow_unconditional(diagram: CheckedDiagram) -> Spots:
    """Yields default flows with a condition."""
    for _, flow, source in _conditional(diagram):
        if source.element.get("default") == flow.id:
            yield at(flow.element, source=described(source.element))


@rule(
    "immediate-flow",
    source="BPMN 2.0.2, 8.4.13; EXT.024",
    says=Text(
        el='Η ροή {what} έχει isImmediate="false" σε εκτελέσιμη διαδικασία.',
        en='{what} has isImmediate="false" in an executable process.',
    ),
    why=Text(
        el="Το false λέει ότι κάτι άλλο μπορεί να γίνει ανάμεσα, που η μηχανή δεν γνωρίζει.",
        en="False says that something else may happen in between, which no engine knows of.",
    ),
    remedy=Text(el="Αφαιρέστε το isImmediate.", en="Remove isImmediate."),
)
def immediate_flow(diagram: CheckedDiagram) -> Spots:
    """Yields flows of executable processes that are not immediate."""
    for element in diagram.elements("sequenceFlow"):
        if not element.flag("isImmediate", default=True) and diagram.is_executable(element):
            yield at(element)


@rule(
    "no-double-flow",
    severity=Severity.WARNING,
    source="the engine: two flows are two tokens",
    says=Text(
        el="Η ροή {what} ενώνει τους ίδιους κόμβους με την {other}.",
        en="{what} connects the same two nodes as {other}.",
    ),
    why=Text(
        el="Δύο ροές χωρίς συνθήκη είναι δύο σημεία ελέγχου: το επόμενο βήμα γίνεται δύο φορές.",
        en="Two flows without conditions are two tokens: the next step happens twice.",
    ),
    remedy=Text(el="Διαγράψτε τη μία.", en="Delete one of them."),
)
def no_double_flow(diagram: CheckedDiagram) -> Spots:
    """Yields the second unconditional flow between the same two nodes."""
    for scope in diagram.scopes:
        seen: dict[tuple[Node, Node], Flow] = {}
        for flow in scope.flows:
            if flow.source is None or flow.target is None or flow.condition is not None:
                continue
            if flow.source.kind in {"exclusiveGateway", "eventBasedGateway"}:
                continue
            first = seen.setdefault((flow.source, flow.target), flow)
            if first is not flow:
                yield at(flow.element, other=described(first.element))
