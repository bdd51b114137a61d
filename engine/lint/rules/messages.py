"""What events and tasks send, catch and raise: messages, signals, errors and escalations."""

from collections.abc import Iterator

from engine.bpmn.diagram import CATCHING_EVENTS, DrawnNode, EventDefinition, content_of, extension
from engine.kernel.xml import Element
from engine.lint.finding import Severity
from engine.lint.rule import CheckedDiagram, Violation, Violations, at, described, rule


def _triggers(diagram: CheckedDiagram, *kinds: str) -> Iterator[tuple[DrawnNode, EventDefinition]]:
    """The triggers of these kinds in executable processes."""
    for node in diagram.nodes:
        for trigger in node.definitions:
            if trigger.kind in kinds and diagram.is_executable(node.element):
                yield node, trigger


@rule(
    "message-needed",
    source="BPMN 2.0.2, table 10.98, 10.3.3; EXT.127",
    says_el="Το {what} δεν λέει ποιο {kind} στέλνει ή περιμένει.",
    says_en="{what} does not say which {kind} it sends or waits for.",
    why_el="Χωρίς αναφορά δεν υπάρχει τίποτα να σταλεί και τίποτα να ταιριάξει.",
    why_en="Without a reference there is nothing to send and nothing to match.",
    remedy_el="Επιλέξτε μήνυμα ή σήμα.",
    remedy_en="Choose a message or a signal.",
)
def message_needed(diagram: CheckedDiagram) -> Violations:
    """Yields message and signal events, and receive tasks, that refer to no message or signal."""
    for node, trigger in _triggers(diagram, "message", "signal"):
        carried_out = extension(node.element, "taskDefinition") is not None
        if not trigger.element.get(f"{trigger.kind}Ref") and not carried_out:
            yield at(node.element, kind=trigger.kind)
    for task in diagram.elements("receiveTask"):
        if not task.get("messageRef") and diagram.is_executable(task):
            yield at(task, kind="message")


@rule(
    "message-has-name",
    source="the engine: messages and signals are matched by name",
    says_el="Το {what} δεν έχει όνομα.",
    says_en="{what} has no name.",
    why_el="Το όνομα είναι αυτό που ενώνει όποιον στέλνει με όποιον περιμένει.",
    why_en="The name is what brings together who sends and who waits.",
    remedy_el="Δώστε του όνομα.",
    remedy_en="Name it.",
)
def message_has_name(diagram: CheckedDiagram) -> Violations:
    """Yields messages and signals that events or tasks refer to and that have no name."""
    used = {
        diagram.referred(element.get(attribute))
        for attribute, names in (
            ("messageRef", ("messageEventDefinition", "receiveTask", "sendTask")),
            ("signalRef", ("signalEventDefinition",)),
        )
        for element in diagram.elements(*names)
        if element.get(attribute)
    }
    for element in diagram.elements("message", "signal"):
        if element in used and not (element.get("name") or "").strip():
            yield at(element)


@rule(
    "message-key-needed",
    severity=Severity.WARNING,
    source="the dialect: zeebe:subscription; the engine finds the case that waits by name and key",
    says_el="Το {what} περιμένει το μήνυμα «{name}», που δεν έχει κλειδί συσχέτισης.",
    says_en="{what} waits for the message {name}, which has no correlation key.",
    why_el="Χωρίς κλειδί δεν είναι γνωστό ποιας υπόθεσης είναι το μήνυμα, αν το περιμένουν περισσότερες.",
    why_en="Without a key nobody knows of which case the message is where several wait for it.",
    remedy_el="Γράψτε στο μήνυμα zeebe:subscription με correlationKey, π.χ. =case.number.",
    remedy_en="Write into the message a zeebe:subscription with a correlationKey, for example =case.number.",
)
def message_key_needed(diagram: CheckedDiagram) -> Violations:
    """Yields what waits inside a case of a whole procedure for a message that has no key."""
    if diagram.files.main_process is None:
        return
    waiting = [
        (node, trigger.element.get("messageRef"))
        for node, trigger in _triggers(diagram, "message")
        if node.kind in CATCHING_EVENTS
    ]
    waiting += [
        (node, node.element.get("messageRef")) for node in diagram.nodes if node.kind == "receiveTask"
    ]
    for node, reference in waiting:
        message, parent = diagram.referred(reference), node.element.parent
        begins = node.instantiates or (
            node.kind == "startEvent" and parent is not None and parent.kind == "process"
        )
        if message is None or begins:
            continue
        subscription = extension(message, "subscription")
        if subscription is None or not (subscription.get("correlationKey") or "").strip():
            name = message.get("name", "")
            yield Violation(element=node.element, values={"name": name}, cause=f"no key {message.get('id')}")


@rule(
    "message-operation",
    source="BPMN 2.0.2, table 10.98; EXT.128",
    says_el="Το συμβάν μηνύματος {what} δεν έχει operationRef.",
    says_en="The message event {what} has no operationRef.",
    why_el="Το μήνυμα έχει περιεχόμενο ορισμένου τύπου (itemRef)· σε καθαρό BPMN μόνο η πράξη λέει πώς αυτό "
    "ταξιδεύει. Ένα μήνυμα που έχει μόνο όνομα δεν τη χρειάζεται.",
    why_en="The message has content of a declared type (itemRef); in plain BPMN only the operation says how "
    "that travels. A message with nothing but a name needs none.",
    remedy_el="Προσθέστε operationRef, ή αφαιρέστε το itemRef του μηνύματος.",
    remedy_en="Add an operationRef, or remove the message's itemRef.",
)
def message_operation(diagram: CheckedDiagram) -> Violations:
    """Yields events of typed messages without an operation, in executable processes of plain BPMN files."""
    if not diagram.is_plain:
        return
    for node, trigger in _triggers(diagram, "message"):
        message = diagram.referred(trigger.element.get("messageRef"))
        is_typed = message is not None and message.get("itemRef") is not None
        if is_typed and trigger.element.child("operationRef") is None:
            yield at(node.element)


@rule(
    "operation-carries-message",
    source="BPMN 2.0.2, 8.4.3 and tables 10.98, 10.9, 10.10",
    says_el="Το {what} χρησιμοποιεί το μήνυμα {message}, που η πράξη {operation} δεν γνωρίζει.",
    says_en="{what} uses the message {message}, which the operation {operation} does not know.",
    why_el="Μια πράξη δέχεται ένα μήνυμα και απαντά με ένα· άλλο μήνυμα δεν ταξιδεύει με αυτήν.",
    why_en="An operation takes one message and answers with one; no other travels by it.",
    remedy_el="Διορθώστε το messageRef ή το operationRef.",
    remedy_en="Correct messageRef or operationRef.",
)
def operation_carries_message(diagram: CheckedDiagram) -> Violations:
    """Yields events and tasks whose message is neither the in nor the out message of their operation."""
    for element in diagram.elements("messageEventDefinition", "sendTask", "receiveTask"):
        reference = element.get("operationRef") or content_of(element.child("operationRef"))
        operation, message = diagram.referred(reference), diagram.referred(element.get("messageRef"))
        if operation is None or message is None or operation.kind != "operation":
            continue
        carried = [part.content for part in operation.children("inMessageRef", "outMessageRef")]
        if not any(diagram.referred(each) is message for each in carried):
            yield at(element, message=described(message), operation=described(operation))


@rule(
    "error-code-needed",
    source="BPMN 2.0.2, 8.4.3 and table 10.96; EXT.010",
    says_el="Η λήξη σφάλματος {what} δεν έχει κωδικό σφάλματος.",
    says_en="The error end event {what} has no error code.",
    why_el="Με τον κωδικό αναγνωρίζεται ποιο σφάλμα είναι και πού πιάνεται.",
    why_en="By the code it is known which error it is, and where it is caught.",
    remedy_el="Επιλέξτε σφάλμα (errorRef) με errorCode.",
    remedy_en="Choose an error (errorRef) that has an errorCode.",
)
def error_code_needed(diagram: CheckedDiagram) -> Violations:
    """Yields error end events without an error, or with one that has no code."""
    yield from (at(element) for element in _thrown_without_code(diagram, "error", "endEvent"))


@rule(
    "escalation-code-needed",
    source="BPMN 2.0.2, 8.4.3 and tables 10.90, 10.96; EXT.011",
    says_el="Το {what} κλιμακώνει χωρίς κωδικό κλιμάκωσης.",
    says_en="{what} escalates without an escalation code.",
    why_el="Με τον κωδικό αναγνωρίζεται ποιος πιάνει την κλιμάκωση.",
    why_en="By the code it is known who catches the escalation.",
    remedy_el="Επιλέξτε κλιμάκωση (escalationRef) με escalationCode.",
    remedy_en="Choose an escalation (escalationRef) that has an escalationCode.",
)
def escalation_code_needed(diagram: CheckedDiagram) -> Violations:
    """Yields throwing escalation events without an escalation, or with one that has no code."""
    kinds = ("endEvent", "intermediateThrowEvent")
    yield from (at(element) for element in _thrown_without_code(diagram, "escalation", *kinds))


def _thrown_without_code(diagram: CheckedDiagram, kind: str, *places: str) -> Iterator[Element]:
    for node, trigger in _triggers(diagram, kind):
        if node.kind in places:
            thrown = diagram.referred(trigger.element.get(f"{kind}Ref"))
            if thrown is None or not (thrown.get(f"{kind}Code") or "").strip():
                yield node.element


@rule(
    "escalation-caught",
    severity=Severity.WARNING,
    source="BPMN 2.0.2, 10.5.7",
    says_el="Την κλιμάκωση {code} του {what} δεν την πιάνει κανείς.",
    says_en="Nothing catches the escalation {code} of {what}.",
    why_el="Μια κλιμάκωση που κανείς δεν πιάνει δεν έχει αποτέλεσμα.",
    why_en="An escalation that nothing catches has no effect.",
    remedy_el="Βάλτε συμβάν ορίου ή υποδιαδικασία συμβάντος γύρω της.",
    remedy_en="Put a boundary event or an event sub-process around it.",
)
def escalation_caught(diagram: CheckedDiagram) -> Violations:
    """Yields throwing escalation events that nothing in the file catches."""
    caught = {
        _code(diagram, trigger)
        for node, trigger in _triggers(diagram, "escalation")
        if node.kind in {"boundaryEvent", "startEvent"}
    }
    for node, trigger in _triggers(diagram, "escalation"):
        code = _code(diagram, trigger)
        if node.kind in {"endEvent", "intermediateThrowEvent"} and code and not caught & {code, ""}:
            yield at(node.element, code=code)


def _code(diagram: CheckedDiagram, trigger: EventDefinition) -> str:
    escalation = diagram.referred(trigger.element.get("escalationRef"))
    return "" if escalation is None else escalation.get("escalationCode") or ""


@rule(
    "link-name-needed",
    source="BPMN 2.0.2, table 10.98; the engine matches links by name",
    says_el="Ο σύνδεσμος {what} δεν έχει όνομα.",
    says_en="The link {what} has no name.",
    why_el="Οι δύο άκρες ενός συνδέσμου βρίσκονται από το όνομά τους.",
    why_en="The two ends of a link find each other by their name.",
    remedy_el="Δώστε και στις δύο άκρες το ίδιο όνομα.",
    remedy_en="Give both ends the same name.",
)
def link_name_needed(diagram: CheckedDiagram) -> Violations:
    """Yields links without a name."""
    for node, trigger in _triggers(diagram, "link"):
        if not (trigger.element.get("name") or "").strip():
            yield at(node.element)


@rule(
    "parallel-multiple",
    source="BPMN 2.0.2, 10.5.5",
    says_el="Το {what} περιμένει όλα του τα συμβάντα, αλλά έχει {count}.",
    says_en="{what} waits for all of its events, but has {count}.",
    why_el="Το parallelMultiple έχει νόημα με δύο ή περισσότερα συμβάντα.",
    why_en="parallelMultiple means something with two or more events only.",
    remedy_el="Προσθέστε τα άλλα συμβάντα ή αφαιρέστε το parallelMultiple.",
    remedy_en="Add the other events, or remove parallelMultiple.",
)
def parallel_multiple(diagram: CheckedDiagram) -> Violations:
    """Yields parallel multiple events with fewer than two triggers."""
    for node in diagram.nodes:
        if node.element.flag("parallelMultiple") and len(node.definitions) < 2:
            yield at(node.element, count=str(len(node.definitions)))
