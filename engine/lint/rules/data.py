"""Data: objects, inputs and outputs, the sets they form, and the associations between them."""

from collections.abc import Iterator

from engine.bpmn.diagram import ACTIVITIES, CATCHING_EVENTS, THROWING_EVENTS, content_of
from engine.kernel.xml import Element
from engine.lint.concurrency import clashes
from engine.lint.finding import Severity
from engine.lint.rule import CheckedDiagram, Violations, at, described, rule

ASSOCIATIONS = ("dataInputAssociation", "dataOutputAssociation")
HOMES = ACTIVITIES | CATCHING_EVENTS | THROWING_EVENTS | {"process"}


PAYLOADS = {
    "message": "itemRef",
    "signal": "structureRef",
    "error": "structureRef",
    "escalation": "structureRef",
}
"""The attribute by which what is sent names its item definition."""


def item_of(diagram: CheckedDiagram, element: Element | None) -> Element | None:
    """The item definition of data, a message, a signal, an error or an escalation; None if not given."""
    if element is None:
        return None
    kind = element.kind
    if kind == "dataObjectReference" and not element.get("itemSubjectRef"):
        return item_of(diagram, diagram.referred(element.get("dataObjectRef")))
    if kind == "dataStoreReference" and not element.get("itemSubjectRef"):
        return item_of(diagram, diagram.referred(element.get("dataStoreRef")))
    found = diagram.referred(element.get(PAYLOADS.get(kind, "itemSubjectRef")))
    return found if found is not None and found.kind == "itemDefinition" else None


def same_item(one: Element | None, other: Element | None) -> bool:
    """Whether two item definitions are the same or of the same structure; unknown ones never are."""
    if one is None or other is None:
        return False
    structure = one.get("structureRef")
    return one is other or (structure is not None and structure == other.get("structureRef"))


def different_items(one: Element | None, other: Element | None) -> bool:
    """Whether both item definitions are known and are not the same."""
    return one is not None and other is not None and not same_item(one, other)


def _texts(element: Element, name: str) -> list[str]:
    return [part.content.rpartition(":")[2] for part in element.children(name)]


@rule(
    "collection-matches-item",
    source="BPMN 2.0.2, tables 8.47, 10.52, 10.58, 10.59; EXT.020, EXT.077, EXT.083",
    says_el='Το {what} έχει isCollection="{here}", αλλά το {item} έχει "{there}".',
    says_en='{what} has isCollection="{here}", but {item} has "{there}".',
    why_el="Ένα δεδομένο και ο τύπος του συμφωνούν για το αν είναι λίστα.",
    why_en="Data and its type agree on whether it is a list.",
    remedy_el="Κάντε τα δύο ίδια.",
    remedy_en="Make the two the same.",
)
def collection_matches_item(diagram: CheckedDiagram) -> Violations:
    """Yields data elements that are a list where their item definition is none, or the reverse."""
    for element in diagram.elements("dataObject", "dataInput", "dataOutput"):
        item = item_of(diagram, element)
        if item is None:
            continue
        here = element.flag("isCollection")
        there = item.flag("isCollection")
        if here != there:
            yield at(element, here=str(here).lower(), there=str(there).lower(), item=described(item))


@rule(
    "data-reference-name",
    source="BPMN 2.0.2, 10.4.1, table 10.53; EXT.076",
    says_el="Το {what} λέγεται «{found}»· με την κατάστασή του λέγεται «{expected}».",
    says_en="{what} is called {found}; with its state it is called {expected}.",
    why_el="Το όνομα δείχνει ποιο αντικείμενο είναι και σε ποια κατάσταση: Αντικείμενο [κατάσταση].",
    why_en="The name shows which object it is and in which state: Object [state].",
    remedy_el="Διορθώστε το όνομα ή την κατάσταση.",
    remedy_en="Correct the name or the state.",
)
def data_reference_name(diagram: CheckedDiagram) -> Violations:
    """Yields references to data objects in a state whose name is not made of the two."""
    for element in diagram.elements("dataObjectReference"):
        state = element.child("dataState")
        data = diagram.referred(element.get("dataObjectRef"))
        if state is None or data is None or not all(part.get("name") for part in (element, state, data)):
            continue
        expected = f"{data.get('name')} [{state.get('name')}]"
        if element.get("name") != expected:
            yield at(element, found=element.get("name", ""), expected=expected)


@rule(
    "data-in-some-set",
    source="BPMN 2.0.2, 10.4.1; EXT.084, EXT.088",
    says_el="Το {what} δεν ανήκει σε κανένα {set}.",
    says_en="{what} belongs to no {set}.",
    why_el="Κάθε είσοδος ανήκει σε ένα τουλάχιστον inputSet και κάθε έξοδος σε ένα outputSet.",
    why_en="Every input belongs to at least one inputSet, and every output to an outputSet.",
    remedy_el="Προσθέστε το στο σύνολο με dataInputRefs ή dataOutputRefs.",
    remedy_en="Add it to the set with dataInputRefs or dataOutputRefs.",
)
def data_in_some_set(diagram: CheckedDiagram) -> Violations:
    """Yields inputs and outputs of activities and processes that no set lists."""
    for around in diagram.elements("ioSpecification"):
        for kind, name, refs in (
            ("dataInput", "inputSet", "dataInputRefs"),
            ("dataOutput", "outputSet", "dataOutputRefs"),
        ):
            listed = {identifier for each in around.children(name) for identifier in _texts(each, refs)}
            for element in around.children(kind):
                if element.get("id") not in listed:
                    yield at(element, set=name)


@rule(
    "set-lists-what-it-qualifies",
    source="BPMN 2.0.2, tables 10.60, 10.61; EXT.085, EXT.086, EXT.089, EXT.090",
    says_el="Το {what} έχει το {ref} ως {name}, αλλά όχι ως {base}.",
    says_en="{what} has {ref} as {name}, but not as {base}.",
    why_el="Τα προαιρετικά και τα «κατά την εκτέλεση» είναι μέρος όσων έχει το σύνολο.",
    why_en="What is optional, or taken while executing, is part of what the set has.",
    remedy_el="Προσθέστε το και στη βασική λίστα.",
    remedy_en="Add it to the list of all as well.",
)
def set_lists_what_it_qualifies(diagram: CheckedDiagram) -> Violations:
    """Yields sets that qualify an input or output which they do not list."""
    qualifiers = {
        "dataInputRefs": ("optionalInputRefs", "whileExecutingInputRefs"),
        "dataOutputRefs": ("optionalOutputRefs", "whileExecutingOutputRefs"),
    }
    for each in diagram.elements("inputSet", "outputSet"):
        for base, names in qualifiers.items():
            for name in names:
                for identifier in sorted(set(_texts(each, name)) - set(_texts(each, base))):
                    yield at(each, ref=identifier, name=name, base=base)


@rule(
    "sets-refer-to-each-other",
    source="BPMN 2.0.2, tables 10.60, 10.61; EXT.087",
    says_el="Το {what} αναφέρει το {ref}, που δεν το αναφέρει πίσω.",
    says_en="{what} names {ref}, which does not name it back.",
    why_el="Ένας κανόνας εισόδου-εξόδου γράφεται και στα δύο σύνολα.",
    why_en="A rule of which input gives which output is written in both sets.",
    remedy_el="Συμπληρώστε outputSetRefs και inputSetRefs.",
    remedy_en="Fill in outputSetRefs and inputSetRefs.",
)
def sets_refer_to_each_other(diagram: CheckedDiagram) -> Violations:
    """Yields sets that name a set which does not name them."""
    for kind, there, back in (
        ("inputSet", "outputSetRefs", "inputSetRefs"),
        ("outputSet", "inputSetRefs", "outputSetRefs"),
    ):
        for each in diagram.elements(kind):
            for identifier in _texts(each, there):
                other = diagram.named(identifier)
                if other is None or each.get("id") not in _texts(other, back):
                    yield at(each, ref=identifier)


@rule(
    "association-one-source",
    source="BPMN 2.0.2, 10.4.2; EXT.092",
    says_el="Η συσχέτιση δεδομένων {what} έχει {count} πηγές και κανένα μετασχηματισμό.",
    says_en="{what} has {count} sources and no transformation.",
    why_el="Χωρίς μετασχηματισμό δεν ορίζεται πώς πολλές πηγές γίνονται ένα.",
    why_en="Without a transformation it is not said how several sources become one.",
    remedy_el="Κρατήστε μία πηγή ανά συσχέτιση.",
    remedy_en="Keep one source for each association.",
)
def association_one_source(diagram: CheckedDiagram) -> Violations:
    """Yields data associations with several sources and no transformation."""
    for element in diagram.elements(*ASSOCIATIONS):
        count = len(element.children("sourceRef"))
        if count > 1 and element.child("transformation") is None:
            yield at(element, count=str(count))


@rule(
    "association-same-item",
    source="BPMN 2.0.2, 10.4.2; EXT.091",
    says_el="Η συσχέτιση δεδομένων {what} ενώνει {source} και {target}, που έχουν διαφορετικό τύπο.",
    says_en="{what} connects {source} and {target}, which are of different types.",
    why_el="Χωρίς μετασχηματισμό αντιγράφεται ό,τι υπάρχει· ο τύπος πρέπει να είναι ο ίδιος.",
    why_en="Without a transformation the data is copied as it is; the types must be the same.",
    remedy_el="Δώστε στα δύο τον ίδιο τύπο ή προσθέστε μετασχηματισμό.",
    remedy_en="Give both the same item definition, or add a transformation.",
)
def association_same_item(diagram: CheckedDiagram) -> Violations:
    """Yields data associations between data of different known types."""
    for element in diagram.elements(*ASSOCIATIONS):
        if element.child("transformation") is not None or element.child("assignment") is not None:
            continue
        target = diagram.referred(content_of(element.child("targetRef")))
        for part in element.children("sourceRef"):
            source = diagram.referred(part.content)
            if source is None or target is None:
                continue
            if different_items(item_of(diagram, source), item_of(diagram, target)):
                yield at(element, source=described(source), target=described(target))


@rule(
    "association-at-home",
    source="BPMN 2.0.2, 10.4.1, 10.4.2; EXT.081",
    says_el="Η συσχέτιση δεδομένων {what} έχει ως {end} το {other}, που δεν είναι του {owner}.",
    says_en="{what} has as its {end} {other}, which is not a part of {owner}.",
    why_el="Μια δραστηριότητα παίρνει δεδομένα στις δικές της εισόδους και δίνει από τις δικές της εξόδους.",
    why_en="An activity takes data into inputs of its own, and gives it from outputs of its own.",
    remedy_el="Αντιστρέψτε τη συσχέτιση ή δηλώστε την είσοδο ή την έξοδο στη δραστηριότητα.",
    remedy_en="Turn the association round, or declare the input or output on the activity.",
)
def association_at_home(diagram: CheckedDiagram) -> Violations:
    """Yields input associations that lead out of their owner, and output associations from outside of it."""
    for name, end in (("dataInputAssociation", "targetRef"), ("dataOutputAssociation", "sourceRef")):
        for element in diagram.elements(name):
            owner = element.parent
            for part in element.children(end):
                other = diagram.referred(part.content)
                if other is not None and owner is not None and owner not in other.ancestors():
                    yield at(element, end=end, other=described(other), owner=described(owner))


@rule(
    "association-direction",
    source="BPMN 2.0.2, 10.4.1, tables 10.58 and 10.59; EXT.080, EXT.082",
    says_el="Η συσχέτιση δεδομένων {what} έχει ως {end} το {other}.",
    says_en="{what} has {other} as its {end}.",
    why_el="Οι είσοδοι μιας διαδικασίας έρχονται από έξω και οι έξοδοί της δίνονται προς τα έξω· μέσα της οι "
    "πρώτες μόνο διαβάζονται και οι δεύτερες μόνο γράφονται.",
    why_en="The inputs of a process come from outside and its outputs are for outside; in it the former are "
    "only read, and the latter only written.",
    remedy_el="Χρησιμοποιήστε αντικείμενο δεδομένων για ό,τι γράφεται και διαβάζεται μέσα στη διαδικασία.",
    remedy_en="Use a data object for what is written and read within the process.",
)
def association_direction(diagram: CheckedDiagram) -> Violations:
    """Yields associations that write the input of a process, or read its output."""
    for name, end, kind in (
        ("dataOutputAssociation", "targetRef", "dataInput"),
        ("dataInputAssociation", "sourceRef", "dataOutput"),
    ):
        for element in diagram.elements(name):
            for part in element.children(end):
                other = diagram.referred(part.content)
                home = None if other is None or other.parent is None else other.parent.parent
                if other is not None and other.kind == kind and home is not None and home.kind == "process":
                    yield at(element, end=end, other=described(other))


@rule(
    "data-in-scope",
    source="BPMN 2.0.2, 10.4.1, 10.4.2; EXT.078",
    says_el="Το {what} χρησιμοποιεί το {other}, που ανήκει σε άλλη διαδικασία ή υποδιαδικασία.",
    says_en="{what} uses {other}, which belongs to another process or sub-process.",
    why_el="Τα δεδομένα μιας υποδιαδικασίας φαίνονται μόνο μέσα της.",
    why_en="The data of a sub-process can be seen inside of it only.",
    remedy_el="Μεταφέρετε το δεδομένο στη διαδικασία που περιέχει και τα δύο.",
    remedy_en="Move the data to the process that holds both.",
)
def data_in_scope(diagram: CheckedDiagram) -> Violations:
    """Yields data associations and references to data that cannot be seen from there."""
    for element in (*diagram.elements(*ASSOCIATIONS), *diagram.elements("dataObjectReference")):
        refs = [part.content for part in element.children("sourceRef", "targetRef")]
        for reference in refs or [element.get("dataObjectRef", "")]:
            data = diagram.referred(reference)
            home = None if data is None else _home(data)
            if data is not None and home is not None and home not in element.ancestors():
                yield at(element, other=described(data))


def _home(data: Element) -> Element | None:
    """The process, sub-process or activity that data belongs to; None for what everyone can see."""
    around = next((each for each in data.ancestors() if each.kind in HOMES), None)
    return None if data.kind == "dataStore" else around


@rule(
    "event-data-per-definition",
    source="BPMN 2.0.2, 10.5.1, 10.5.5; EXT.093",
    says_el="Το {what} έχει {data} {kind} για {count} ορισμούς συμβάντος.",
    says_en="{what} has {data} {kind} for {count} event definitions.",
    why_el="Κάθε ορισμός συμβάντος φέρνει ή παίρνει τα δικά του δεδομένα, με τη σειρά.",
    why_en="Each event definition brings or takes its own data, in order.",
    remedy_el="Βάλτε ένα στοιχείο δεδομένων για κάθε ορισμό.",
    remedy_en="Have one data element for each definition.",
)
def event_data_per_definition(diagram: CheckedDiagram) -> Violations:
    """Yields events with data whose number is not that of their definitions."""
    for event, kind, data in _event_data(diagram):
        node = diagram.node(event)
        count = 0 if node is None else len(node.definitions)
        if len(data) != count:
            yield at(event, data=str(len(data)), kind=kind, count=str(count))


@rule(
    "event-data-same-item",
    source="BPMN 2.0.2, 10.5.1, 10.5.5; EXT.094",
    says_el="Το {data} του {what} έχει άλλο τύπο από το {sent}.",
    says_en="{data} of {what} is of another type than {sent}.",
    why_el="Ό,τι φέρνει το συμβάν είναι ό,τι γράφεται στα δεδομένα του.",
    why_en="What an event brings is what is written to its data.",
    remedy_el="Δώστε στα δύο τον ίδιο τύπο.",
    remedy_en="Give both the same item definition.",
)
def event_data_same_item(diagram: CheckedDiagram) -> Violations:
    """Yields events whose data is of another type than what their definition sends or catches."""
    for event, _, data in _event_data(diagram):
        node = diagram.node(event)
        for element, trigger in zip(data, () if node is None else node.definitions, strict=False):
            sent = diagram.referred(trigger.element.get(f"{trigger.kind}Ref"))
            if different_items(item_of(diagram, element), item_of(diagram, sent)) and sent is not None:
                yield at(event, data=described(element), sent=described(sent))


def _event_data(diagram: CheckedDiagram) -> Iterator[tuple[Element, str, list[Element]]]:
    """The events that have data, the kind of it, and the data elements."""
    for names, kind in ((CATCHING_EVENTS, "dataOutput"), (THROWING_EVENTS, "dataInput")):
        for event in diagram.elements(*sorted(names)):
            data = event.children(kind)
            if data:
                yield event, kind, data


@rule(
    "concurrent-variable",
    severity=Severity.WARNING,
    source="the dialect: all branches of a process see and write the same variables",
    says_el="Το {what} γράφει τη μεταβλητή {name}, που τη γράφει ή τη διαβάζει και το {other}, ίσως "
    "ταυτόχρονα.",
    says_en="{what} writes the variable {name}, which {other} writes or reads too, perhaps at the same time.",
    why_el="Ισχύει η τιμή που γράφτηκε τελευταία, σιωπηλά· ποια είναι, εξαρτάται από το ποιος προλαβαίνει.",
    why_en="The value that is written last holds, in silence; which one that is depends on who comes first.",
    remedy_el="Δώστε άλλο όνομα στη μία τιμή, συλλέξτε τις τιμές ενός βρόχου σε outputCollection, ή βάλτε τα "
    "δύο στη σειρά.",
    remedy_en="Give one of the values another name, collect those of a loop in an outputCollection, or do "
    "one after the other.",
)
def concurrent_variable(diagram: CheckedDiagram) -> Violations:
    """Yields elements that write what one on a branch beside theirs, or another instance, writes or reads."""
    for clash in clashes(diagram):
        yield at(clash.writer, name=clash.name, other=described(clash.other))
