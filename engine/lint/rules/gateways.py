"""Gateways: how many flows each needs, what its flows need, and what may follow an event-based one."""

from collections.abc import Iterator

from engine.bpmn.diagram import GATEWAYS, DrawnFlow, DrawnNode, DrawnScope
from engine.lint.finding import Severity
from engine.lint.rule import CheckedDiagram, Violation, Violations, at, described, rule

CONDITIONAL = ("exclusiveGateway", "inclusiveGateway", "complexGateway")
RACING = frozenset({"message", "signal", "timer", "conditional"})


@rule(
    "gateway-direction",
    source="BPMN 2.0.2, 8.4.9; EXT.017, EXT.018, EXT.019",
    says_el="Το {what} λέγεται {direction}, αλλά έχει {incoming} εισερχόμενες και {outgoing} εξερχόμενες "
    "ροές.",
    says_en="{what} is said to be {direction}, but has {incoming} incoming and {outgoing} outgoing flows.",
    why_el="Converging σημαίνει πολλές προς μία, Diverging μία προς πολλές, Mixed πολλές προς πολλές.",
    why_en="Converging means many to one, Diverging one to many, Mixed many to many.",
    remedy_el="Διορθώστε τις ροές ή αφαιρέστε το gatewayDirection.",
    remedy_en="Correct the flows, or remove gatewayDirection.",
)
def gateway_direction(diagram: CheckedDiagram) -> Violations:
    """Yields gateways whose stated direction is not the one their flows have."""
    for scope, node in _gateways(diagram, *GATEWAYS):
        direction = node.element.get("gatewayDirection", "Unspecified")
        many_in, many_out = len(scope.incoming(node)) > 1, len(scope.outgoing(node)) > 1
        fits = {
            "Converging": many_in and not many_out,
            "Diverging": many_out and not many_in,
            "Mixed": many_in and many_out,
        }
        if not fits.get(direction, True):
            yield at(
                node.element,
                direction=direction,
                incoming=str(len(scope.incoming(node))),
                outgoing=str(len(scope.outgoing(node))),
            )


@rule(
    "gateway-needs-branches",
    source="BPMN 2.0.2, 10.6.1; EXT.135, EXT.136",
    says_el="Η πύλη {what} δεν χωρίζει ούτε ενώνει: έχει {incoming} εισερχόμενες και {outgoing} εξερχόμενες "
    "ροές.",
    says_en="The gateway {what} neither parts nor joins: it has {incoming} incoming and {outgoing} outgoing "
    "flows.",
    why_el="Μια πύλη χρειάζεται δύο ή περισσότερες ροές σε μια πλευρά· μια πύλη συμβάντων στην έξοδο.",
    why_en="A gateway needs two or more flows on one side; an event-based one needs them going out.",
    remedy_el="Συμπληρώστε τις ροές ή διαγράψτε την πύλη.",
    remedy_en="Add the flows, or delete the gateway.",
)
def gateway_needs_branches(diagram: CheckedDiagram) -> Violations:
    """Yields gateways with one way in and one way out, and event-based ones with fewer than two ways out."""
    for scope, node in _gateways(diagram, *GATEWAYS):
        incoming, outgoing = len(scope.incoming(node)), len(scope.outgoing(node))
        branches = outgoing if node.kind == "eventBasedGateway" else max(incoming, outgoing)
        if branches < 2:
            yield at(node.element, incoming=str(incoming), outgoing=str(outgoing))


@rule(
    "xor-needs-default",
    severity=Severity.WARNING,
    source="BPMN 2.0.2, 13.4.2, 13.4.3",
    says_el="Η πύλη {what} δεν έχει προεπιλεγμένη ροή.",
    says_en="The gateway {what} has no default flow.",
    why_el="Αν δεν ισχύει καμία συνθήκη, η υπόθεση σταματά με συμβάν βλάβης.",
    why_en="If no condition holds, the case stops with an incident.",
    remedy_el="Ορίστε μία από τις ροές ως προεπιλεγμένη.",
    remedy_en="Make one of its flows the default.",
)
def xor_needs_default(diagram: CheckedDiagram) -> Violations:
    """Yields exclusive and inclusive gateways that part the way and have no default."""
    for scope, node in _gateways(diagram, "exclusiveGateway", "inclusiveGateway"):
        if len(scope.outgoing(node)) > 1 and not node.element.get("default"):
            yield Violation(element=node.element, cause=f"gateway {node.id}")


@rule(
    "gateway-flow-needs-condition",
    source="BPMN 2.0.2, 10.6.2, 10.6.3",
    says_el="Η ροή {what} φεύγει από την πύλη {gateway} χωρίς συνθήκη και δεν είναι η προεπιλεγμένη.",
    says_en="{what} leaves the gateway {gateway} without a condition, and is not its default.",
    why_el="Δεν φαίνεται πότε παίρνεται η ροή: πάντα, ποτέ ή όταν δεν ισχύουν οι άλλες.",
    why_en="It cannot be seen when the flow is taken: always, never, or when the others are not.",
    remedy_el="Γράψτε συνθήκη ή κάντε τη προεπιλεγμένη.",
    remedy_en="Give it a condition, or make it the default.",
)
def gateway_flow_needs_condition(diagram: CheckedDiagram) -> Violations:
    """Yields flows of parting gateways that decide by conditions, without one and not the default."""
    for scope, node in _gateways(diagram, *CONDITIONAL):
        outgoing = scope.outgoing(node)
        if not diagram.is_executable(node.element) or len(outgoing) < 2:
            continue
        for flow in outgoing:
            if flow.condition is None and flow.id != node.element.get("default"):
                yield Violation(
                    element=flow.element,
                    values={"gateway": described(node.element)},
                    cause=f"gateway {node.id}",
                )


@rule(
    "event-gateway-targets",
    source="BPMN 2.0.2, 10.6.6; EXT.138",
    says_el="Μετά από την πύλη συμβάντων ακολουθεί το {what}, που δεν περιμένει συμβάν.",
    says_en="{what} follows an event-based gateway, and does not wait for an event.",
    why_el="Η πύλη περιμένει ποιο συμβάν θα έρθει πρώτο: μήνυμα, σήμα, χρονόμετρο ή συνθήκη, ή εργασία "
    "λήψης.",
    why_en="The gateway waits for the first event to come: a message, signal, timer or condition, or a "
    "receive task.",
    remedy_el="Βάλτε ενδιάμεσο συμβάν αναμονής ακριβώς μετά την πύλη.",
    remedy_en="Put a catching event right behind the gateway.",
)
def event_gateway_targets(diagram: CheckedDiagram) -> Violations:
    """Yields what follows an event-based gateway and may not."""
    for _, _, target in _raced(diagram):
        waits = target.kind == "receiveTask" or (
            target.kind == "intermediateCatchEvent"
            and all(trigger.kind in RACING for trigger in target.definitions)
        )
        if not waits:
            yield at(target.element)


@rule(
    "event-gateway-messages",
    source="BPMN 2.0.2, 10.6.6; EXT.139",
    says_el="Μετά από την πύλη {what} υπάρχουν και εργασίες λήψης και συμβάντα μηνύματος.",
    says_en="Both receive tasks and message events follow the gateway {what}.",
    why_el="Σε μία πύλη συμβάντων τα μηνύματα λαμβάνονται με τον ίδιο τρόπο.",
    why_en="Behind one event-based gateway messages are received in one way.",
    remedy_el="Χρησιμοποιήστε μόνο συμβάντα μηνύματος ή μόνο εργασίες λήψης.",
    remedy_en="Use message events only, or receive tasks only.",
)
def event_gateway_messages(diagram: CheckedDiagram) -> Violations:
    """Yields event-based gateways followed by receive tasks and message events."""
    followers: dict[DrawnNode, list[DrawnNode]] = {}
    for gateway, _, target in _raced(diagram):
        followers.setdefault(gateway, []).append(target)
    for gateway, targets in followers.items():
        if any(target.kind == "receiveTask" for target in targets) and any(
            target.has("message") for target in targets
        ):
            yield at(gateway.element)


@rule(
    "event-gateway-receive-bare",
    source="BPMN 2.0.2, 10.6.6; EXT.140",
    says_el="Η εργασία λήψης {what} μετά από πύλη συμβάντων έχει συμβάν ορίου.",
    says_en="The receive task {what} behind an event-based gateway has a boundary event.",
    why_el="Η πύλη ήδη ορίζει τι άλλο μπορεί να συμβεί· ένα συμβάν ορίου εκεί δεν ενεργοποιείται.",
    why_en="The gateway says already what else may happen; a boundary event is never armed there.",
    remedy_el="Κάντε το συμβάν ορίου άλλη μία έξοδο της πύλης.",
    remedy_en="Make the boundary event another way out of the gateway.",
)
def event_gateway_receive_bare(diagram: CheckedDiagram) -> Violations:
    """Yields receive tasks behind an event-based gateway that have boundary events."""
    for _, scope, target in _raced(diagram):
        if target.kind == "receiveTask" and any(scope.attached(target)):
            yield at(target.element)


@rule(
    "event-gateway-exclusive-targets",
    source="BPMN 2.0.2, 10.6.6; EXT.141",
    says_el="Στο {what} μετά από πύλη συμβάντων οδηγεί και άλλη ροή ({flow}).",
    says_en="Another flow ({flow}) leads to {what}, which follows an event-based gateway.",
    why_el="Όποιος φτάσει από άλλο δρόμο περιμένει χωρίς την πύλη, και το συμβάν δεν ανήκει πια στην "
    "επιλογή.",
    why_en="Whoever comes another way waits without the gateway, and the event is no longer part of the "
    "choice.",
    remedy_el="Οδηγήστε την άλλη ροή στην πύλη ή σε δικό της συμβάν.",
    remedy_en="Lead the other flow to the gateway, or to an event of its own.",
)
def event_gateway_exclusive_targets(diagram: CheckedDiagram) -> Violations:
    """Yields what follows an event-based gateway and is reached another way as well."""
    for gateway, scope, target in _raced(diagram):
        others: list[DrawnFlow] = [flow for flow in scope.incoming(target) if flow.source is not gateway]
        if others:
            yield at(target.element, flow=others[0].id)


@rule(
    "instantiating-gateway",
    source="BPMN 2.0.2, 10.6.6; EXT.142, EXT.143",
    says_el="Η πύλη {what} ξεκινά τη διαδικασία, αλλά {problem}.",
    says_en="The gateway {what} starts the process, but {problem}.",
    why_el="Μια πύλη που ξεκινά τη διαδικασία είναι στην αρχή της· μόνο τέτοια μπορεί να περιμένει όλα τα "
    "συμβάντα.",
    why_en="A gateway that starts the process is at its beginning; only such a one may wait for all events.",
    remedy_el="Διορθώστε το instantiate, το eventGatewayType ή τις ροές.",
    remedy_en="Correct instantiate, eventGatewayType or the flows.",
)
def instantiating_gateway(diagram: CheckedDiagram) -> Violations:
    """Yields instantiating gateways not at a beginning, and waiting-for-all ones that do not instantiate."""
    for scope, node in _gateways(diagram, "eventBasedGateway"):
        starts = node.element.flag("instantiate")
        if starts and scope.incoming(node):
            yield at(node.element, problem="<incoming>")
        if node.element.get("eventGatewayType") == "Parallel" and not starts:
            yield at(node.element, problem='eventGatewayType="Parallel", instantiate="false"')
        if starts and scope.kind != "process":
            yield at(node.element, problem=f"<{scope.kind}>")


def _gateways(diagram: CheckedDiagram, *kinds: str) -> Iterator[tuple[DrawnScope, DrawnNode]]:
    return ((scope, node) for scope in diagram.scopes for node in scope.of(*kinds))


def _raced(diagram: CheckedDiagram) -> Iterator[tuple[DrawnNode, DrawnScope, DrawnNode]]:
    """Every event-based gateway with its scope and each node that follows it."""
    for scope, gateway in _gateways(diagram, "eventBasedGateway"):
        for flow in scope.outgoing(gateway):
            if flow.target is not None:
                yield gateway, scope, flow.target
