"""Who may send the message that an element waits for, and what it may bring."""

from collections.abc import Iterator

from engine.bpmn.diagram import CATCHING_EVENTS, DrawnNode, mappings, property_of
from engine.kernel.senders import MESSAGE_FROM, entries_of, is_entry
from engine.kernel.xml import Element
from engine.lint.finding import Severity
from engine.lint.rule import CheckedDiagram, Violations, at, carrier, rule


def _waits(node: DrawnNode | None) -> bool:
    """Whether the node waits for a message."""
    if node is None:
        return False
    return node.kind == "receiveTask" or (node.kind in CATCHING_EVENTS and node.has("message"))


@rule(
    "message-from-placed",
    source="the dialect: the property stoa:message-from",
    says_el="Η ιδιότητα stoa:message-from δεν μπορεί να βρίσκεται στο {what}, ή όχι δεύτερη φορά.",
    says_en="The property stoa:message-from may not stand on {what}, or not a second time.",
    why_el="Διαβάζεται μία φορά, από το στοιχείο που περιμένει το μήνυμα· αλλού θα αγνοούνταν σιωπηλά.",
    why_en="It is read once, from the element that waits for the message; elsewhere it would be ignored.",
    remedy_el="Βάλτε την στο συμβάν μηνύματος ή στην εργασία λήψης που περιμένει, μία φορά.",
    remedy_en="Put it on the message event or the receive task that waits, once.",
)
def message_from_placed(diagram: CheckedDiagram) -> Violations:
    """Yields elements with the property that wait for no message, and those that have it twice."""
    seen: set[Element] = set()
    for named in diagram.extensions("property"):
        if named.get("name") != MESSAGE_FROM:
            continue
        owner = carrier(named)
        if owner in seen or not _waits(diagram.node(owner)):
            yield at(owner)
        seen.add(owner)


@rule(
    "message-sender-known",
    source="the dialect: the property stoa:message-from",
    says_el="Το {what} δέχεται μήνυμα από {entry}, που δεν είναι αποστολέας.",
    says_en="{what} takes its message from {entry}, which is no sender.",
    why_el="Ό,τι δεν διαβάζεται ως αποστολέας δεν επιτρέπει σε κανέναν να στείλει.",
    why_en="What cannot be read as a sender lets nobody send.",
    remedy_el=(
        "Γράψτε, με κόμμα ανάμεσα: agency:<κλειδί φορέα>, role:clerk, role:manager, role:agent, citizen, "
        "system:<κλειδί διαδικασίας>."
    ),
    remedy_en=(
        "Write, with commas between them: agency:<key>, role:clerk, role:manager, role:agent, citizen, "
        "system:<key of a procedure>."
    ),
)
def message_sender_known(diagram: CheckedDiagram) -> Violations:
    """Yields each entry that names no sender, and values without any."""
    for node in diagram.nodes:
        value = property_of(node.element, MESSAGE_FROM)
        for entry in (entries_of(value) or ("–",)) if value is not None else ():
            if not is_entry(entry):
                yield at(node.element, entry=entry)


@rule(
    "message-sender-needed",
    severity=Severity.WARNING,
    source="the dialect: the property stoa:message-from",
    says_el="Το {what} δεν λέει ποιος μπορεί να στείλει το μήνυμα, και δεν το στέλνει κανείς στο αρχείο.",
    says_en="{what} does not say who may send its message, and nothing in the file sends it.",
    why_el="Χωρίς αυτό δεν το στέλνει κανείς απ’ έξω· η υπόθεση ίσως περιμένει για πάντα.",
    why_en="Without it nobody outside the cases may send it; the case may wait for ever.",
    remedy_el="Γράψτε στο stoa:message-from ποιος το στέλνει: φορέας, ρόλος, πολίτης ή διαδικασία.",
    remedy_en="Write into the property stoa:message-from who sends it: agency, role, citizen or procedure.",
)
def message_sender_needed(diagram: CheckedDiagram) -> Violations:
    """Yields what waits, in an executable process, for a message that nobody is said to send."""
    sent = {reference for node in diagram.nodes if not _waits(node) for reference in _messages(node)}
    for node in diagram.nodes:
        if not (_waits(node) and diagram.is_executable(node.element)):
            continue
        is_sent_here = any(reference in sent for reference in _messages(node))
        if property_of(node.element, MESSAGE_FROM) is None and not is_sent_here:
            yield at(node.element)


def _messages(node: DrawnNode) -> Iterator[str]:
    """The messages that a node refers to, as it does."""
    own = [node.element] if node.kind in {"receiveTask", "sendTask"} else []
    for element in (*own, *(one.element for one in node.definitions if one.kind == "message")):
        yield element.get("messageRef") or ""


@rule(
    "message-output-needed",
    severity=Severity.WARNING,
    source="the dialect: a message from outside brings what the output mapping names",
    says_el="Ό,τι φέρνει το μήνυμα του {what} από έξω δεν κρατιέται.",
    says_en="What the message of {what} brings from outside is not kept.",
    why_el="Μήνυμα από έξω γράφει μόνο όσα ονομάζει η αντιστοίχιση εξόδου· δεν υπάρχει καμία.",
    why_en="A message from outside writes only what the output mapping names, and there is none.",
    remedy_el="Αντιστοιχίστε στην έξοδο όσα χρειάζονται· αν δεν χρειάζεται τίποτα, μπορεί να μείνει.",
    remedy_en="Map what is needed in the output; where nothing is, it may stay.",
)
def message_output_needed(diagram: CheckedDiagram) -> Violations:
    """Yields what takes a message from outside and has no output mapping."""
    for node in diagram.nodes:
        entries = entries_of(property_of(node.element, MESSAGE_FROM) or "")
        is_outside = any(not entry.startswith("system:") for entry in entries)
        is_taken = mappings(node.element, "output") or node.element.children("dataOutputAssociation")
        if is_outside and not is_taken:
            yield at(node.element)
