"""Activities: their quantities, and what a sub-process of each kind may hold."""

import re
from collections.abc import Iterator

from engine.bpmn.diagram import ACTIVITIES, CHOREOGRAPHY_ACTIVITIES, SUB_PROCESSES, DrawnNode, DrawnScope
from engine.lint.rule import CheckedDiagram, Violations, at, rule


@rule(
    "quantity-positive",
    source="BPMN 2.0.2, table 10.3; EXT.037, EXT.038",
    says_el='Το {what} έχει {name}="{value}"· πρέπει να είναι ακέραιος από 1 και πάνω.',
    says_en='{what} has {name}="{value}"; it must be a whole number of at least 1.',
    why_el="Μια δραστηριότητα αρχίζει με ένα σημείο ελέγχου τουλάχιστον και αφήνει ένα τουλάχιστον.",
    why_en="An activity starts with at least one token and leaves at least one.",
    remedy_el="Γράψτε 1 ή αφαιρέστε το χαρακτηριστικό.",
    remedy_en="Write 1, or remove the attribute.",
)
def quantity_positive(diagram: CheckedDiagram) -> Violations:
    """Yields activities whose start or completion quantity is below one."""
    for node in diagram.nodes:
        for name in ("startQuantity", "completionQuantity"):
            value = node.element.get(name)
            if value is not None and not re.fullmatch(r"\s*\+?0*[1-9][0-9]*\s*", value):
                yield at(node.element, name=name, value=value)


@rule(
    "no-choreography-in-process",
    source="BPMN 2.0.2, 10.3 and 11; EXT.036, EXT.056, EXT.062",
    says_el="Η δραστηριότητα χορογραφίας {what} βρίσκεται μέσα σε διαδικασία.",
    says_en="The choreography activity {what} is inside a process.",
    why_el="Μια χορογραφία περιγράφει μηνύματα μεταξύ συμμετεχόντων· καμία διαδικασία δεν την εκτελεί.",
    why_en="A choreography describes messages between participants; no process runs it.",
    remedy_el="Αντικαταστήστε τη με εργασία.",
    remedy_en="Put a task in its place.",
)
def no_choreography_in_process(diagram: CheckedDiagram) -> Violations:
    """Yields choreography activities in processes and sub-processes."""
    for scope in diagram.scopes:
        yield from (at(node.element) for node in scope.of(*CHOREOGRAPHY_ACTIVITIES))


@rule(
    "receive-instantiates-first",
    source="BPMN 2.0.2, 10.3.3; EXT.049",
    says_el="Η εργασία λήψης {what} ξεκινά τη διαδικασία, αλλά οδηγεί σε αυτήν η ροή {flow}.",
    says_en="The receive task {what} starts the process, but the flow {flow} leads to it.",
    why_el="Ό,τι ξεκινά μια διαδικασία βρίσκεται στην αρχή της.",
    why_en="What starts a process is at its beginning.",
    remedy_el="Αφαιρέστε το instantiate ή τη ροή.",
    remedy_en="Remove instantiate, or the flow.",
)
def receive_instantiates_first(diagram: CheckedDiagram) -> Violations:
    """Yields instantiating receive tasks that a flow leads to."""
    for scope in diagram.scopes:
        for node in scope.of("receiveTask"):
            if node.instantiates:
                yield from (at(node.element, flow=flow.id) for flow in scope.incoming(node))


@rule(
    "receive-instantiates-alone",
    source="BPMN 2.0.2, 10.3.3 and 13.2; the engine: such a task has its message when the case begins",
    says_el="Η εργασία λήψης {what} ξεκινά τη διαδικασία, αλλά {problem}.",
    says_en="The receive task {what} starts the process, but {problem}.",
    why_el="Το μήνυμα έχει ήδη έρθει όταν αρχίζει η υπόθεση: εκεί δεν περιμένει ούτε επαναλαμβάνεται τίποτα, "
    "και υποδιαδικασία δεν αρχίζει με μήνυμα.",
    why_en="The message is there when the case begins: nothing waits or repeats there, and no sub-process "
    "begins with a message.",
    remedy_el="Αφαιρέστε το instantiate ή αυτό που αναφέρεται.",
    remedy_en="Remove instantiate, or what is named.",
)
def receive_instantiates_alone(diagram: CheckedDiagram) -> Violations:
    """Yields instantiating receive tasks in sub-processes, and those with an edge, a loop or the like."""
    for scope in diagram.scopes:
        for node in scope.of("receiveTask"):
            if node.instantiates:
                yield from (at(node.element, problem=problem) for problem in _company(node, scope))


def _company(node: DrawnNode, scope: DrawnScope) -> Iterator[str]:
    """What an instantiating receive task has and must not have, as the diagram writes it."""
    if scope.kind != "process":
        yield f"<{scope.kind}>"
    if any(scope.attached(node)):
        yield "<boundaryEvent>"
    if node.is_compensation_handler:
        yield 'isForCompensation="true"'
    if node.element.get("startQuantity", "1") != "1":
        yield f'startQuantity="{node.element.get("startQuantity")}"'
    for loop in node.element.children("multiInstanceLoopCharacteristics", "standardLoopCharacteristics"):
        yield f"<{loop.kind}>"


@rule(
    "ad-hoc-has-activity",
    source="BPMN 2.0.2, 10.3.5; EXT.061",
    says_el="Η ad-hoc υποδιαδικασία {what} δεν έχει καμία δραστηριότητα.",
    says_en="The ad-hoc sub-process {what} has no activity.",
    why_el="Δεν υπάρχει κάτι να διαλέξει κανείς, και η υποδιαδικασία δεν τελειώνει.",
    why_en="There is nothing to choose from, and it never completes.",
    remedy_el="Βάλτε μέσα μία τουλάχιστον δραστηριότητα.",
    remedy_en="Put at least one activity in it.",
)
def ad_hoc_has_activity(diagram: CheckedDiagram) -> Violations:
    """Yields ad-hoc sub-processes without an activity."""
    for scope in diagram.scopes:
        if scope.kind == "adHocSubProcess" and not any(scope.of(*ACTIVITIES)):
            yield at(scope.element)


@rule(
    "ad-hoc-without-ends",
    source="BPMN 2.0.2, 10.3.5; EXT.062",
    says_el="Το {what} βρίσκεται μέσα σε ad-hoc υποδιαδικασία.",
    says_en="{what} is inside an ad-hoc sub-process.",
    why_el="Σε μια ad-hoc υποδιαδικασία οι δραστηριότητες δεν έχουν αρχή και τέλος· τις διαλέγει ο άνθρωπος.",
    why_en="In an ad-hoc sub-process activities have no beginning and no end; a person chooses them.",
    remedy_el="Διαγράψτε το συμβάν ή κάντε τη συνηθισμένη υποδιαδικασία.",
    remedy_en="Delete the event, or make it an ordinary sub-process.",
)
def ad_hoc_without_ends(diagram: CheckedDiagram) -> Violations:
    """Yields start and end events directly inside ad-hoc sub-processes."""
    for scope in diagram.scopes:
        if scope.kind == "adHocSubProcess":
            yield from (at(node.element) for node in scope.of("startEvent", "endEvent"))


@rule(
    "sub-process-without-io",
    source="BPMN 2.0.2, 10.4.1; EXT.079",
    says_el="Η υποδιαδικασία {what} έχει ioSpecification.",
    says_en="The sub-process {what} has an ioSpecification.",
    why_el="Μια υποδιαδικασία βλέπει ήδη τα δεδομένα της διαδικασίας της· είσοδοι και έξοδοι ανήκουν στις "
    "εργασίες.",
    why_en="A sub-process sees the data of its process already; inputs and outputs belong to tasks.",
    remedy_el="Βάλτε το ioSpecification στις εργασίες της ή χρησιμοποιήστε zeebe:ioMapping.",
    remedy_en="Put the ioSpecification on its tasks, or use zeebe:ioMapping.",
)
def sub_process_without_io(diagram: CheckedDiagram) -> Violations:
    """Yields sub-processes with a specification of inputs and outputs."""
    for element in diagram.elements(*SUB_PROCESSES):
        if element.child("ioSpecification") is not None:
            yield at(element)
