"""Compensation: what undoes what, outside of the normal flow."""

from collections import defaultdict
from collections.abc import Iterator

from engine.bpmn.diagram import ACTIVITIES, DrawnNode, DrawnScope
from engine.lint.rule import CheckedDiagram, Violations, at, described, rule


@rule(
    "compensation-handler-linked",
    source="BPMN 2.0.2, 10.7; EXT.144",
    says_el="Το συμβάν αντιστάθμισης {what} οδηγεί με συσχέτιση σε {count} δραστηριότητες αντιστάθμισης "
    "αντί για μία.",
    says_en="The compensation event {what} is associated with {count} compensation activities instead of "
    "one.",
    why_el="Η συσχέτιση δείχνει ποια δραστηριότητα (isForCompensation) αναιρεί την άλλη.",
    why_en="The association shows which activity (isForCompensation) undoes the other.",
    remedy_el='Ενώστε το συμβάν με μία δραστηριότητα που έχει isForCompensation="true".',
    remedy_en='Associate the event with one activity that has isForCompensation="true".',
)
def compensation_handler_linked(diagram: CheckedDiagram) -> Violations:
    """Yields compensation boundary events that do not lead to exactly one compensation activity."""
    for node, handlers in _associated(diagram):
        count = sum(handler.is_compensation_handler for handler in handlers)
        if count != 1:
            yield at(node.element, count=str(count))


@rule(
    "compensation-handler-marked",
    source="BPMN 2.0.2, 10.7.2; EXT.144",
    says_el='Το {other} αναιρεί την εργασία του {what}, αλλά δεν έχει isForCompensation="true".',
    says_en='{other} is to compensate at {what}, but has no isForCompensation="true".',
    why_el="Χωρίς τη σήμανση η δραστηριότητα δεν ανήκει στην αντιστάθμιση και δεν εκτελείται.",
    why_en="Without the mark the activity is no part of the compensation, and does not run.",
    remedy_el="Σημάνετέ τη ως αντιστάθμισης.",
    remedy_en="Mark it as a compensation activity.",
)
def compensation_handler_marked(diagram: CheckedDiagram) -> Violations:
    """Yields compensation events associated with an activity that is not marked for it."""
    for node, handlers in _associated(diagram):
        for handler in handlers:
            if handler.kind in ACTIVITIES and not handler.is_compensation_handler:
                yield at(node.element, other=described(handler.element))


def _associated(diagram: CheckedDiagram) -> Iterator[tuple[DrawnNode, list[DrawnNode]]]:
    """Every compensation boundary event with the nodes it is associated with."""
    partners: dict[str, list[str]] = defaultdict(list)
    for association in diagram.elements("association"):
        source, target = association.get("sourceRef", ""), association.get("targetRef", "")
        partners[source].append(target)
        partners[target].append(source)
    for scope in diagram.scopes:
        for node in scope.of("boundaryEvent"):
            if node.has("compensation"):
                others = (diagram.node(diagram.referred(other)) for other in dict.fromkeys(partners[node.id]))
                yield node, [other for other in others if other is not None]


@rule(
    "compensation-handler-unconnected",
    source="BPMN 2.0.2, 10.7.2; EXT.114",
    says_el="Η ροή {flow} συνδέεται με το {what}, που ανήκει στην αντιστάθμιση.",
    says_en="The flow {flow} is connected to {what}, which belongs to compensation.",
    why_el="Η αντιστάθμιση εκτελείται μόνο όταν ζητηθεί, έξω από την κανονική ροή.",
    why_en="Compensation runs only when it is asked for, outside of the normal flow.",
    remedy_el="Αφαιρέστε τη ροή· ενώστε συμβάν και δραστηριότητα με συσχέτιση.",
    remedy_en="Remove the flow; connect event and activity with an association.",
)
def compensation_handler_unconnected(diagram: CheckedDiagram) -> Violations:
    """Yields compensation events with an outgoing flow and compensation activities with any flow."""
    for scope in diagram.scopes:
        for node in scope.nodes:
            if node.is_compensation_handler or (node.kind == "boundaryEvent" and node.has("compensation")):
                flows = scope.outgoing(node)
                flows += scope.incoming(node) if node.kind != "boundaryEvent" else ()
                yield from (at(node.element, flow=flow.id) for flow in flows)


@rule(
    "compensation-target",
    source="BPMN 2.0.2, 10.5.5, table 10.97",
    says_el="Το {what} ζητά αντιστάθμιση του {ref}, που δεν είναι δραστηριότητα που μπορεί να αναιρεθεί από "
    "εκεί.",
    says_en="{what} asks to compensate {ref}, which is no activity that can be undone from there.",
    why_el="Αντισταθμίζεται δραστηριότητα του ίδιου επιπέδου (ή του γύρω, από υποδιαδικασία συμβάντος).",
    why_en="What is compensated is an activity on the same level (or around it, from an event sub-process).",
    remedy_el="Διορθώστε ή αφαιρέστε το activityRef.",
    remedy_en="Correct activityRef, or remove it to compensate all.",
)
def compensation_target(diagram: CheckedDiagram) -> Violations:
    """Yields compensation throws that name something they cannot undo."""
    for scope in diagram.scopes:
        for node in scope.of("intermediateThrowEvent", "endEvent"):
            for trigger in node.definitions:
                reference = trigger.element.get("activityRef")
                if trigger.kind == "compensation" and reference is not None:
                    target = diagram.node(diagram.referred(reference))
                    if (
                        target is None
                        or target.kind not in ACTIVITIES
                        or not _within_reach(diagram, scope, target)
                    ):
                        yield at(node.element, ref=reference)


def _within_reach(diagram: CheckedDiagram, scope: DrawnScope, target: DrawnNode) -> bool:
    home = diagram.scope_of(target)
    return home is not None and (home is scope or (scope.is_event_sub_process and home is scope.parent))
