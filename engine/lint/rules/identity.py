"""Ids: each is there, is unique, and does not collide with what the engine generates."""

from engine.lint.finding import Severity
from engine.lint.rule import CheckedDiagram, Violations, at, described, rule


@rule(
    "unique-id",
    source="BPMN 2.0.2, 8.3.1; EXT.002",
    says_el="Το {what} έχει το ίδιο id με το {other} της γραμμής {line}.",
    says_en="{what} has the same id as {other} in line {line}.",
    why_el="Μια αναφορά σε αυτό το id μπορεί να σημαίνει το ένα ή το άλλο.",
    why_en="A reference to this id may mean the one or the other.",
    remedy_el="Δώστε σε ένα από τα δύο άλλο id.",
    remedy_en="Give one of the two another id.",
)
def unique_id(diagram: CheckedDiagram) -> Violations:
    """Yields every element whose id is taken."""
    for element, first in diagram.duplicates():
        yield at(element, other=described(first), line=str(first.line))


@rule(
    "process-id-unique",
    source="the engine: a call names a process by its id",
    says_el="Η διαδικασία {what} υπάρχει και σε άλλο αρχείο.",
    says_en="{what} is also in another file.",
    why_el="Μια δραστηριότητα κλήσης δεν θα ήξερε ποια από τις δύο καλεί.",
    why_en="A call activity would not know which of the two it calls.",
    remedy_el="Δώστε στη μία άλλο id ή αφαιρέστε τη.",
    remedy_en="Give one of them another id, or remove it.",
)
def process_id_unique(diagram: CheckedDiagram) -> Violations:
    """Yields every process whose id another file's process has."""
    for scope in diagram.processes:
        other = diagram.files.processes.get(scope.id, scope)
        if other.element.getroottree().getroot() is not diagram.root:
            yield at(scope.element)


@rule(
    "id-needed",
    source="the engine: a case remembers where it is by ids",
    says_el="Το {what} δεν έχει id.",
    says_en="{what} has no id.",
    why_el="Χωρίς id η υπόθεση δεν μπορεί να θυμάται πού βρίσκεται, και το στοιχείο θα χανόταν σιωπηλά.",
    why_en="Without an id a case cannot remember where it is, and the element would be lost in silence.",
    remedy_el="Δώστε στο στοιχείο ένα id.",
    remedy_en="Give the element an id.",
)
def id_needed(diagram: CheckedDiagram) -> Violations:
    """Yields processes, nodes and flows without an id."""
    for scope in diagram.scopes:
        if scope.kind == "process" and not scope.element.get("id"):
            yield at(scope.element)
        parts = [part.element for part in scope.nodes] + [part.element for part in scope.flows]
        yield from (at(element) for element in parts if not element.get("id"))


@rule(
    "reserved-id",
    severity=Severity.HINT,
    source="SpiffWorkflow: it makes nodes of these names itself",
    says_el="Το id του {what} είναι και όνομα κόμβου που φτιάχνει μόνη της η βιβλιοθήκη SpiffWorkflow.",
    says_en="The id of {what} is also the name of a node that the library SpiffWorkflow makes itself.",
    why_el="Εδώ εκτελείται σωστά, αλλά άλλες εγκαταστάσεις της SpiffWorkflow συγκρούονται με τα Start, End "
    "και .EndJoin.",
    why_en="It runs here, but other users of SpiffWorkflow collide with Start, End and .EndJoin.",
    remedy_el="Δώστε του άλλο id, π.χ. StartEvent_1.",
    remedy_en="Give it another id, for example StartEvent_1.",
)
def reserved_id(diagram: CheckedDiagram) -> Violations:
    """Yields nodes whose id the library uses for nodes of its own."""
    for node in diagram.nodes:
        identifier = node.element.get("id", "")
        if identifier in {"Start", "End", "Root"} or identifier.endswith((".EndJoin", ".BoundaryEventSplit")):
            yield at(node.element)


@rule(
    "name-for-people",
    severity=Severity.HINT,
    source="the desk: people see names, not ids",
    says_el="Το {what} δεν έχει όνομα.",
    says_en="{what} has no name.",
    why_el="Στη λίστα εργασιών ο υπάλληλος βλέπει το όνομα και όχι το id.",
    why_en="In the worklist a clerk sees the name, not the id.",
    remedy_el="Δώστε όνομα με ρήμα, π.χ. «Έλεγχος δικαιολογητικών».",
    remedy_en="Name it by what is done, for example Check the papers.",
)
def name_for_people(diagram: CheckedDiagram) -> Violations:
    """Yields user and manual tasks without a name."""
    for element in diagram.elements("userTask", "manualTask"):
        if not (element.get("name") or "").strip():
            yield at(element)
