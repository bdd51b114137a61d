"""The actions that a diagram offers: where they stand, what they are called, whom they are offered to."""

from collections.abc import Iterator
from itertools import combinations

from engine.bpmn.diagram import CATCHING_EVENTS, DrawnNode, property_of
from engine.kernel.desk_actions import (
    ACTING,
    ACTION_REASON,
    ACTION_ROLES,
    ACTION_SAYS,
    ACTION_SAYS_EN,
    DESK_ACTION,
    acting_roles,
)
from engine.kernel.senders import MESSAGE_FROM, entries_of
from engine.kernel.xml import Element
from engine.lint.rule import CheckedDiagram, Violations, at, carrier, rule

_SOURCE = "the dialect: the property stoa:desk-action"
_NAME_EN = "stoa:name-en"
_BELONG_TO_IT = (ACTION_ROLES, ACTION_REASON, ACTION_SAYS, ACTION_SAYS_EN)


def _may_be_action(node: DrawnNode | None) -> bool:
    """Whether a case waits there for a message, by an event; the start of a process is waited for by none."""
    if node is None or node.kind not in CATCHING_EVENTS or not node.has("message"):
        return False
    parent = node.element.parent
    return node.kind != "startEvent" or (parent is not None and parent.flag("triggeredByEvent"))


def _actions(diagram: CheckedDiagram) -> Iterator[DrawnNode]:
    return (node for node in diagram.nodes if property_of(node.element, DESK_ACTION) is not None)


@rule(
    "desk-action-placed",
    source=_SOURCE,
    says_el="Η ιδιότητα {name} δεν μπορεί να βρίσκεται στο {what}.",
    says_en="The property {name} may not stand on {what}.",
    why_el="Ενέργεια είναι το μήνυμα που περιμένει ένα συμβάν μέσα σε υπόθεση· αλλού θα αγνοούνταν.",
    why_en="An action is the message for which an event inside a case waits; elsewhere it would be ignored.",
    remedy_el="Βάλτε stoa:desk-action σε συμβάν μηνύματος μέσα στη διαδικασία, και τις άλλες δίπλα της.",
    remedy_en="Put stoa:desk-action on a message event inside the process, and the others beside it.",
)
def desk_action_placed(diagram: CheckedDiagram) -> Violations:
    """Yields elements with a property of an action that are none."""
    for named in diagram.extensions("property"):
        name, owner = named.get("name", ""), carrier(named)
        is_misplaced = name == DESK_ACTION and not _may_be_action(diagram.node(owner))
        is_alone = name in _BELONG_TO_IT and property_of(owner, DESK_ACTION) is None
        if is_misplaced or is_alone:
            yield at(owner, name=name)


@rule(
    "desk-action-worded",
    source=_SOURCE,
    says_el="Η ενέργεια {name} του {what} δεν έχει κείμενο και στις δύο γλώσσες: λείπει {missing}.",
    says_en="The action {name} of {what} is not worded in both languages: {missing} is missing.",
    why_el="Το όνομα του συμβάντος γράφεται πάνω στο κουμπί που πατά ο υπάλληλος ή ο πολίτης.",
    why_en="The name of the event stands on the button that a clerk or a citizen presses.",
    remedy_el="Δώστε στο συμβάν name και stoa:name-en, και stoa:action-says μαζί με stoa:action-says-en.",
    remedy_en="Give the event a name and stoa:name-en, and stoa:action-says with stoa:action-says-en.",
)
def desk_action_worded(diagram: CheckedDiagram) -> Violations:
    """Yields actions that lack a label, or say in one language alone what they lead to."""
    for node in _actions(diagram):
        element = node.element
        says = {name: property_of(element, name) for name in (ACTION_SAYS, ACTION_SAYS_EN)}
        texts = {"name": element.get("name"), _NAME_EN: property_of(element, _NAME_EN)}
        for missing, text in {**texts, **(says if any(says.values()) else {})}.items():
            if not (text or "").strip():
                yield at(element, name=property_of(element, DESK_ACTION) or "–", missing=missing)


@rule(
    "desk-action-roles",
    source="the dialect: the property stoa:action-roles",
    says_el="Η ενέργεια του {what} προσφέρεται σε {role}, που δεν είναι ρόλος για ενέργειες.",
    says_en="The action of {what} is offered to {role}, which is no role for actions.",
    why_el="Χωρίς ρόλο η ενέργεια δεν προσφέρεται σε κανέναν.",
    why_en="Without a role the action is offered to nobody.",
    remedy_el="Γράψτε στο stoa:action-roles, με κόμμα ανάμεσα: clerk, manager, citizen, agency.",
    remedy_en="Write into stoa:action-roles, with commas between them: clerk, manager, citizen, agency.",
)
def desk_action_roles(diagram: CheckedDiagram) -> Violations:
    """Yields each role that is none, and actions without any."""
    for node in _actions(diagram):
        for role in acting_roles(property_of(node.element, ACTION_ROLES) or "") or ("–",):
            if role not in ACTING:
                yield at(node.element, role=role)


@rule(
    "desk-action-sender",
    source="the dialect: the properties stoa:action-roles and stoa:message-from",
    says_el="Η ενέργεια του {what} προσφέρεται σε {role}, αλλά το stoa:message-from δεν δέχεται {entry}.",
    says_en="The action of {what} is offered to {role}, but stoa:message-from does not take {entry}.",
    why_el="Η ενέργεια στέλνει το μήνυμα του συμβάντος: όποιος δεν μπορεί να το στείλει δεν τη βλέπει.",
    why_en="The action sends the message of the event: who may not send it is not offered the action.",
    remedy_el="Προσθέστε {entry} στο stoa:message-from, ή αφαιρέστε τον ρόλο.",
    remedy_en="Add {entry} to stoa:message-from, or take the role away.",
)
def desk_action_sender(diagram: CheckedDiagram) -> Violations:
    """Yields actions offered to somebody who may not send their message."""
    for node in _actions(diagram):
        entries = entries_of(property_of(node.element, MESSAGE_FROM) or "")
        for role in acting_roles(property_of(node.element, ACTION_ROLES) or ""):
            wanted = {"citizen": "citizen", "agency": "agency:<key>"}.get(role, f"role:{role}")
            is_taken = wanted in entries or (
                role == "agency" and any(one.startswith("agency:") for one in entries)
            )
            if role in ACTING and not is_taken:
                yield at(node.element, role=role, entry=wanted)


@rule(
    "desk-action-once",
    source=_SOURCE,
    says_el="Η ενέργεια {name} του {what} υπάρχει την ίδια στιγμή και στο {other}.",
    says_en="The action {name} of {what} is there at the same time at {other}.",
    why_el="Με ένα όνομα ζητείται μία ενέργεια· δεν θα ήταν γνωστό ποια από τις δύο.",
    why_en="A name asks for one action; which of the two is meant would not be known.",
    remedy_el="Δώστε σε καθεμία δικό της όνομα στο stoa:desk-action.",
    remedy_en="Give each a name of its own in stoa:desk-action.",
)
def desk_action_once(diagram: CheckedDiagram) -> Violations:
    """Yields the second of two actions of one name, one of which is open within the other's time."""
    for first, second in combinations(_actions(diagram), 2):
        name = property_of(first.element, DESK_ACTION) or ""
        if name == property_of(second.element, DESK_ACTION) and _overlap(diagram, first, second):
            yield at(second.element, name=name, other=first.id)


def _overlap(diagram: CheckedDiagram, *pair: DrawnNode) -> bool:
    one, other = (_open_in(diagram, node) for node in pair)
    return one is other or one in other.ancestors() or other in one.ancestors()


def _open_in(diagram: CheckedDiagram, node: DrawnNode) -> Element:
    """What is under way while the action is open: a boundary event's host, a sub-process's scope."""
    if node.kind == "boundaryEvent":
        host = diagram.named(node.element.get("attachedToRef"))
        return host if host is not None else node.element
    around = node.element.parent
    if node.kind == "startEvent" and around is not None and around.parent is not None:
        return around.parent
    return node.element
