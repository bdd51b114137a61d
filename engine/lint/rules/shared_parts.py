"""Shared parts: how they are called, and what keeps one apart from whoever calls it."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal

from engine import feel
from engine.bpmn.diagram import FLOW_NODES, form_of, mappings
from engine.bpmn.shared_parts import PartName, ValueType, called_process, means_part, part_name
from engine.kernel.xml import Element
from engine.lint import cycles
from engine.lint.expressions import constant, without_mark
from engine.lint.file_index import PartSignature
from engine.lint.rule import CheckedDiagram, Violation, Violations, at, resembling, rule
from engine.lint.variables import GIVEN
from engine.terms.term import TermKind

_SOURCE = "the dialect: call activities may name a shared part with its version, pinned at publishing"

_TYPES: Mapping[type, ValueType] = {
    bool: ValueType.BOOLEAN,
    str: ValueType.TEXT,
    Decimal: ValueType.NUMBER,
    list: ValueType.LIST,
    dict: ValueType.CONTEXT,
    datetime: ValueType.DATE_TIME,
    date: ValueType.DATE,
    timedelta: ValueType.DURATION,
}
"""What the values of FEEL are, subclasses before what they come from."""


def _calls(diagram: CheckedDiagram) -> Iterator[tuple[Element, PartSignature]]:
    """Every call of a shared part that is there."""
    for element in diagram.elements("callActivity"):
        part = diagram.files.parts.get(called_process(element))
        if part is not None:
            yield element, part


@rule(
    "shared-call-named",
    source=_SOURCE,
    says_el="Το {what} καλεί το «{ref}», που δεν είναι όνομα κοινού μέρους με την έκδοσή του.",
    says_en="{what} calls {ref}, which is not the name of a shared part with its version.",
    why_el="Η έκδοση κλειδώνει όταν δημοσιεύεται η διαδικασία· χωρίς αυτήν δεν είναι γνωστό τι θα τρέξει.",
    why_en="The version is pinned when the procedure is published; without it nobody knows what will run.",
    remedy_el="Γράψτε shared/<κλειδί>@<έκδοση> με μικρά λατινικά και έκδοση 1 έως 9999, χωρίς έκφραση.",
    remedy_en="Write shared/<key>@<version>, in small letters, with a version from 1 to 9999, as plain text.",
)
def shared_call_named(diagram: CheckedDiagram) -> Violations:
    """Yields calls that are meant for a shared part and do not name one, those by an expression included."""
    for element in diagram.elements("callActivity"):
        called = called_process(element)
        is_computed = called.startswith("=") and "shared/" in called.lower()
        if is_computed or (means_part(called) and part_name(called) is None):
            yield at(element, ref=called)


@rule(
    "shared-part-known",
    source=_SOURCE,
    says_el="Το {what} καλεί το κοινό μέρος {ref}, που δεν υπάρχει· υπάρχουν: {there}.",
    says_en="{what} calls the shared part {ref}, which is not there; there are: {there}.",
    why_el="Η έκδοση μιας διαδικασίας περιέχει όλα όσα καλεί, ώστε να μην αλλάζουν κάτω από μια υπόθεση.",
    why_en="A version of a procedure holds all that it calls, so that nothing changes under a running case.",
    remedy_el="Διορθώστε το όνομα ή την έκδοση, ή φτιάξτε τον φάκελο processes/{ref}.",
    remedy_en="Correct the name or the version, or make the folder processes/{ref}.",
)
def shared_part_known(diagram: CheckedDiagram) -> Violations:
    """Yields calls of shared parts, or versions of them, that are not among the files."""
    parts = diagram.files.parts
    for element in diagram.elements("callActivity"):
        called = called_process(element)
        if part_name(called) is not None and called not in parts:
            values = {"ref": called, "there": ", ".join(sorted(parts)) or "–"}
            yield Violation(element=element, values=values, near=resembling(called, parts))


@rule(
    "one-shared-version",
    source=_SOURCE,
    says_el="Το {what} καλεί το {ref}, αλλά η ίδια έκδοση της διαδικασίας έχει και το {other}.",
    says_en="{what} calls {ref}, but the same version of the procedure has {other} too.",
    why_el="Δύο εκδόσεις του ίδιου μέρους έχουν στοιχεία με το ίδιο id, και μια εργασία θα ανήκε και στις "
    "δύο.",
    why_en="Two versions of one part have elements of the same id, and a task would belong to both.",
    remedy_el="Καλέστε παντού την ίδια έκδοση, και μέσα στα κοινά μέρη που καλείτε.",
    remedy_en="Call the same version everywhere, also in the shared parts that you call.",
)
def one_shared_version(diagram: CheckedDiagram) -> Violations:
    """Yields calls of a part of which another version is among the files."""
    for element, part in _calls(diagram):
        others = (one.name for one in diagram.files.parts.values() if one.name.key == part.name.key)
        other = next((name for name in sorted(others) if name != part.name), None)
        if other is not None:
            yield at(element, ref=str(part.name), other=str(other))


@rule(
    "shared-call-cycle",
    source="the engine: a call opens the called process at once",
    says_el="Το {what} καλεί, μέσα από άλλες κλήσεις, το ίδιο του το κοινό μέρος: {cycle}.",
    says_en="{what} calls, through other calls, its own shared part: {cycle}.",
    why_el="Η κλήση δεν επιστρέφει ποτέ: κάθε μέρος ανοίγει το επόμενο.",
    why_en="The call never returns: each part opens the next.",
    remedy_el="Σπάστε τον κύκλο, π.χ. με βρόχο μέσα στο μέρος.",
    remedy_en="Break the cycle, for example with a loop inside the part.",
)
def shared_call_cycle(diagram: CheckedDiagram) -> Violations:
    """Yields calls in a shared part that lead back to it, with the parts on the way round."""
    here = diagram.files.part
    if here is None:
        return
    graph = {name: frozenset(map(str, part.calls)) for name, part in diagram.files.parts.items()}
    own = str(here.name)
    graph[own] = frozenset(map(str, here.calls))
    circle = cycles.components(graph).get(own, frozenset())
    for element in diagram.elements("callActivity"):
        called = called_process(element)
        if called in circle:
            way = (own, *cycles.shortest_path(called, own, graph))
            yield at(element, cycle=" → ".join(way), path=way)


@rule(
    "shared-inputs-given",
    source=_SOURCE,
    says_el="Το {what} καλεί το {ref} χωρίς να δίνει: {missing}.",
    says_en="{what} calls {ref} without giving it: {missing}.",
    why_el="Το κοινό μέρος τα χρειάζεται, και δεν βλέπει καμία μεταβλητή που δεν του δίνεται.",
    why_en="The shared part needs it, and sees no variable that it is not given.",
    remedy_el="Προσθέστε zeebe:input για το καθένα.",
    remedy_en="Add a zeebe:input for each.",
)
def shared_inputs_given(diagram: CheckedDiagram) -> Violations:
    """Yields calls that leave out an input that is needed."""
    for element, part in _calls(diagram):
        given = {mapping.get("target", "") for mapping in mappings(element, "input")}
        if missing := sorted(part.needed - given):
            yield at(element, ref=str(part.name), missing=", ".join(missing))


@rule(
    "shared-inputs-declared",
    source=_SOURCE,
    says_el="Το {what} δίνει στο {ref} το «{name}», που δεν το δέχεται· δέχεται: {there}.",
    says_en="{what} gives {ref} the input {name}, which it does not take; it takes: {there}.",
    why_el="Ό,τι δεν δηλώνεται στο shared.yaml δεν διαβάζεται από το κοινό μέρος.",
    why_en="What shared.yaml does not declare is not read by the shared part.",
    remedy_el="Διορθώστε το όνομα ή αφαιρέστε το zeebe:input.",
    remedy_en="Correct the name, or remove the zeebe:input.",
)
def shared_inputs_declared(diagram: CheckedDiagram) -> Violations:
    """Yields inputs of calls that the called part does not declare."""
    for element, part in _calls(diagram):
        there = ", ".join(sorted(part.types)) or "–"
        for mapping in mappings(element, "input"):
            name = mapping.get("target", "")
            if name not in part.types:
                yield at(mapping, ref=str(part.name), name=name, there=there)


@rule(
    "shared-input-type",
    source=_SOURCE,
    says_el="Το {what} δίνει στο {ref} το «{name}» ως {found}, αλλά είναι {type}.",
    says_en="{what} gives {ref} the input {name} as {found}, but it is a {type}.",
    why_el="Μια τιμή άλλου τύπου θα σταματούσε την υπόθεση μέσα στο κοινό μέρος.",
    why_en="A value of another type would stop the case within the shared part.",
    remedy_el='Γράψτε τιμή του τύπου που λέει το shared.yaml, π.χ. =duration("P5D") για duration.',
    remedy_en='Write a value of the type that shared.yaml says, for example =duration("P5D") for a duration.',
)
def shared_input_type(diagram: CheckedDiagram) -> Violations:
    """Yields inputs with a constant value of another type than the called part declares."""
    for element, part in _calls(diagram):
        for mapping in mappings(element, "input"):
            name = mapping.get("target", "")
            wanted = part.types.get(name)
            wanted = ValueType.TEXT if wanted == ValueType.FEE else wanted
            found = _type_of(mapping.get("source", ""))
            if wanted in list(ValueType) and found is not None and found != wanted:
                yield at(mapping, ref=str(part.name), name=name, found=found, type=wanted)


def _type_of(source: str) -> str | None:
    """The type of a constant as shared.yaml names it; None for what depends on variables, or is null."""
    value = constant(source)
    return next((name for kind, name in _TYPES.items() if isinstance(value, kind)), None)


@rule(
    "shared-outputs-declared",
    source=_SOURCE,
    says_el="Το {what} παίρνει από το {ref} το «{name}», που δεν το δίνει· δίνει: {there}.",
    says_en="{what} takes {name} from {ref}, which does not give it; it gives: {there}.",
    why_el="Από ένα κοινό μέρος βγαίνει μόνο ό,τι δηλώνει το shared.yaml.",
    why_en="Only what shared.yaml declares comes out of a shared part.",
    remedy_el="Διορθώστε το όνομα ή αφαιρέστε το zeebe:output.",
    remedy_en="Correct the name, or remove the zeebe:output.",
)
def shared_outputs_declared(diagram: CheckedDiagram) -> Violations:
    """Yields outputs of calls that read names which the called part does not declare."""
    for element, part in _calls(diagram):
        there = ", ".join(sorted(part.outputs)) or "–"
        for mapping in mappings(element, "output"):
            for name in _names_in(mapping.get("source", "")):
                if name not in part.outputs and name not in GIVEN:
                    yield at(mapping, ref=str(part.name), name=name, there=there)


def _names_in(source: str) -> list[str]:
    if not source.startswith("="):
        return []
    try:
        return sorted(feel.expression(without_mark(source), frozenset()).free_names)
    except (feel.FeelSyntaxError, feel.FeelLimitError):
        return []


@rule(
    "shared-term-known",
    source="the dialect: the property stoa:term; the field appeal of procedure.yaml",
    says_el="Το {what} καλεί το {ref}, που περιμένει την προθεσμία ένστασης, που δεν ορίζεται.",
    says_en="{what} calls {ref}, which waits for the term to appeal; procedure.yaml does not set it.",
    why_el="Χωρίς προθεσμία το χρονόμετρο δεν θα χτυπούσε ποτέ, και η υπόθεση δεν θα τελείωνε.",
    why_en="Without the term the timer would never fire, and the case would not end.",
    remedy_el="Προσθέστε στο procedure.yaml, για παράδειγμα, appeal: {{days: 15, law: …}}.",
    remedy_en="Add to procedure.yaml, for example, appeal: {{days: 15, law: …}}.",
)
def shared_term_known(diagram: CheckedDiagram) -> Violations:
    """Yields calls of parts that wait for the term to appeal, themselves or in a part that they call."""
    if diagram.files.term is None or TermKind.APPEAL in diagram.files.further:
        return
    for element, part in _calls(diagram):
        if any(one.waits_for_appeal for one in _reached(diagram, part)):
            yield at(element, ref=str(part.name))


def _reached(diagram: CheckedDiagram, part: PartSignature) -> Iterator[PartSignature]:
    """The part, and those that it calls through however many others."""
    seen, waiting = {part.name}, [part]
    while waiting:
        found = waiting.pop()
        yield found
        for name in found.calls - seen:
            seen.add(name)
            if (called := diagram.files.parts.get(str(name))) is not None:
                waiting.append(called)


@rule(
    "shared-output-written",
    source=_SOURCE,
    says_el="Το shared.yaml δηλώνει ότι το μέρος δίνει το «{name}», που δεν το γράφει τίποτε στο {what}.",
    says_en="shared.yaml declares that the part gives {name}, which nothing in {what} writes.",
    why_el="Όποιος το καλεί θα έπαιρνε πάντα null.",
    why_en="Whoever calls it would always get null.",
    remedy_el="Γράψτε το με φόρμα, δέσμη ενεργειών ή αντιστοίχιση εξόδου, ή αφαιρέστε το από το shared.yaml.",
    remedy_en="Write it by a form, a script or an output mapping, or remove it from shared.yaml.",
)
def shared_output_written(diagram: CheckedDiagram) -> Violations:
    """Yields the process of a part for each declared output that nothing in it writes."""
    part = diagram.files.part
    if part is None or not diagram.variables_complete:
        return
    for scope in diagram.processes:
        for name in sorted(part.outputs - diagram.variables):
            yield at(scope.element, name=name)


@rule(
    "shared-part-one-process",
    source="the engine: a shared part is called by the name of its folder",
    says_el="Το κοινό μέρος έχει {count} διαδικασίες· χρειάζεται μία, εκτελέσιμη, με μία απλή έναρξη.",
    says_en="The shared part has {count} processes; it needs one, executable, with one plain start event.",
    why_el="Όποιος το καλεί ονομάζει τον φάκελο, όχι διαδικασία μέσα σε αυτόν.",
    why_en="Whoever calls it names the folder, and no process in it.",
    remedy_el="Κρατήστε μία διαδικασία, και ό,τι άλλο βάλτε το σε υποδιαδικασίες ή σε άλλο κοινό μέρος.",
    remedy_en="Keep one process, and put everything else into sub-processes or into another shared part.",
)
def shared_part_one_process(diagram: CheckedDiagram) -> Violations:
    """Yields processes of a shared part that has several, or one that cannot be called."""
    if diagram.files.part is None:
        return
    count = len(diagram.files.processes)
    for scope in diagram.processes:
        plain = [start for start in scope.of("startEvent") if not start.definitions]
        if count != 1 or not scope.executable or len(plain) != 1:
            yield at(scope.element, count=str(count))


@rule(
    "shared-ids-prefixed",
    source="the engine: tasks, answers and marks know an element by its id",
    says_el="Το id {ref} στο {what} δεν αρχίζει με {prefix}.",
    says_en="The id {ref} in {what} does not begin with {prefix}.",
    why_el="Τα ids ενός κοινού μέρους στέκονται δίπλα σε εκείνα κάθε διαδικασίας που το καλεί.",
    why_en="The ids of a shared part stand beside those of every procedure that calls it.",
    remedy_el="Δώστε σε στοιχεία, φόρμες και αποφάσεις ids που αρχίζουν με το κλειδί του μέρους.",
    remedy_en="Give elements, forms and decisions ids that begin with the key of the part.",
)
def shared_ids_prefixed(diagram: CheckedDiagram) -> Violations:
    """Yields elements of a shared part, and what they name, whose id could be that of somebody else."""
    if diagram.files.part is None:
        return
    name = diagram.files.part.name
    for element in diagram.elements(*FLOW_NODES, "sequenceFlow"):
        identifiers = (element.get("id"), form_of(element))
        yield from (
            at(element, ref=identifier, prefix=_prefix(name))
            for identifier in identifiers
            if identifier and not _is_prefixed(identifier, name)
        )
    for called in diagram.extensions("calledDecision"):
        decision = called.get("decisionId", "")
        if not decision.startswith("=") and not _is_prefixed(decision, name):
            yield at(called, ref=decision, prefix=_prefix(name))


def _prefix(name: PartName) -> str:
    return name.key.replace("-", "_") + "_"


def _is_prefixed(identifier: str, name: PartName) -> bool:
    return identifier.replace("-", "_").startswith(_prefix(name))


@rule(
    "id-not-of-shared",
    source="the engine: tasks, answers and marks know an element by its id",
    says_el="Το id του {what} είναι και id στοιχείου του κοινού μέρους {ref}.",
    says_en="The id of {what} is also that of an element of the shared part {ref}.",
    why_el="Δεν θα ήταν γνωστό σε ποιο από τα δύο στέκεται η υπόθεση.",
    why_en="Nobody could tell at which of the two a case stands.",
    remedy_el="Δώστε στο στοιχείο άλλο id.",
    remedy_en="Give the element another id.",
)
def id_not_of_shared(diagram: CheckedDiagram) -> Violations:
    """Yields elements whose id an element of a shared part beside the files has too."""
    own = diagram.files.part
    for part in diagram.files.parts.values():
        if own is not None and part.name.key == own.name.key:
            continue
        for element in diagram.elements(*FLOW_NODES, "sequenceFlow"):
            if element.get("id") in part.ids:
                yield at(element, ref=str(part.name))
