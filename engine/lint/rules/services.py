"""Inputs and outputs of what carries a message and of what is called: they match each other."""

from collections.abc import Iterator

from engine.bpmn.diagram import content_of, extension
from engine.kernel.xml import Element
from engine.lint.rule import CheckedDiagram, Violations, at, described, rule
from engine.lint.rules.data import different_items, item_of, same_item
from engine.lint.rules.processes import calls

DIRECTIONS = (("dataInput", "inputSet", "inMessageRef"), ("dataOutput", "outputSet", "outMessageRef"))


def _carriers(diagram: CheckedDiagram) -> Iterator[tuple[Element, str, str, str]]:
    """Tasks that carry a message, with the data, the set and the message of each direction they have."""
    for name in ("serviceTask", "businessRuleTask"):
        for task in diagram.elements(name):
            if task.get("operationRef"):
                yield from ((task, *direction) for direction in DIRECTIONS)
    for name, direction in (("sendTask", DIRECTIONS[0]), ("receiveTask", DIRECTIONS[1])):
        for task in diagram.elements(name):
            if task.get("messageRef"):
                yield task, *direction


@rule(
    "carrier-one-set",
    source="BPMN 2.0.2, 10.3.3; EXT.042, EXT.043, EXT.046, EXT.047, EXT.050, EXT.051",
    says_el="Το {what} έχει {count} {kind} αντί για ένα.",
    says_en="{what} has {count} {kind} instead of one.",
    why_el="Ένα μήνυμα έχει ένα περιεχόμενο: μία είσοδο για όποιον στέλνει, μία έξοδο για όποιον λαμβάνει.",
    why_en="A message has one content: one input for who sends it, one output for who receives it.",
    remedy_el="Κρατήστε ένα, ή δηλώστε το που λείπει.",
    remedy_en="Keep one, or declare the one that is missing.",
)
def carrier_one_set(diagram: CheckedDiagram) -> Violations:
    """Yields tasks that carry a message and have several sets or data elements for it.

    A task that gives its operation a typed message has to have one; a worker's task says it by its mappings.
    """
    for task, data, name, reference in _carriers(diagram):
        around = task.child("ioSpecification")
        for kind in (data, name):
            count = 0 if around is None else len(around.children(kind))
            if count > 1 or (count == 0 and kind == "inputSet" and _gives_content(diagram, task, reference)):
                yield at(task, count=str(count), kind=kind)


def _gives_content(diagram: CheckedDiagram, task: Element, reference: str) -> bool:
    """Whether the operation of a service task takes a message of a declared type from it."""
    if task.kind != "serviceTask" or extension(task, "taskDefinition") is not None:
        return False
    message = _message(diagram, task, reference)
    return message is not None and item_of(diagram, message) is not None


@rule(
    "carrier-same-item",
    source="BPMN 2.0.2, 10.3.3; EXT.044, EXT.045, EXT.048, EXT.052",
    says_el="Το {data} του {what} έχει άλλο τύπο από το {message}.",
    says_en="{data} of {what} is of another type than {message}.",
    why_el="Ό,τι στέλνεται ή λαμβάνεται είναι το περιεχόμενο του μηνύματος.",
    why_en="What is sent or received is the content of the message.",
    remedy_el="Δώστε στα δύο το ίδιο itemDefinition.",
    remedy_en="Give both the same itemDefinition.",
)
def carrier_same_item(diagram: CheckedDiagram) -> Violations:
    """Yields tasks whose data is not of the type of the message they carry."""
    for task, data, _, reference in _carriers(diagram):
        around = task.child("ioSpecification")
        message = _message(diagram, task, reference)
        if around is None or message is None:
            continue
        content = item_of(diagram, message)
        for element in around.children(data):
            ours = item_of(diagram, element)
            if (content is not None or ours is not None) and not same_item(ours, content):
                yield at(task, data=described(element), message=described(message))


def _message(diagram: CheckedDiagram, task: Element, reference: str) -> Element | None:
    if task.get("messageRef"):
        return diagram.referred(task.get("messageRef"))
    operation = diagram.referred(task.get("operationRef"))
    return None if operation is None else diagram.referred(content_of(operation.child(reference)))


@rule(
    "call-fits-called",
    source="BPMN 2.0.2, 10.3.6; EXT.063",
    says_el="Το {what} δίνει ή παίρνει άλλα {kind} από όσα έχει το {called}: {here} αντί για {there}.",
    says_en="{what} gives or takes other {kind} than {called} has: {here} instead of {there}.",
    why_el="Μια κλήση δίνει ακριβώς όσα ζητά η καλούμενη διαδικασία και παίρνει ακριβώς όσα επιστρέφει.",
    why_en="A call gives exactly what the called process asks for, and takes exactly what it returns.",
    remedy_el="Κάντε το ioSpecification της κλήσης ίδιο με της διαδικασίας.",
    remedy_en="Make the ioSpecification of the call that of the process.",
)
def call_fits_called(diagram: CheckedDiagram) -> Violations:
    """Yields calls whose inputs and outputs are not those of what is called, where either has any."""
    declared = {around.parent: around for around in diagram.elements("ioSpecification")}
    for element, called in calls(diagram):
        target = diagram.named(called)
        here, there = declared.get(element), declared.get(target)
        if target is None or (here is None and there is None):
            continue
        for kind in ("dataInput", "dataOutput", "inputSet", "outputSet"):
            ours, theirs = _types(diagram, here, kind), _types(diagram, there, kind)
            if ours != theirs:
                yield at(element, kind=kind, called=described(target), here=_all(ours), there=_all(theirs))


def _types(diagram: CheckedDiagram, around: Element | None, kind: str) -> list[str]:
    """The types of the data of a kind, or for sets only as many as there are, in alphabetical order."""
    parts = [] if around is None else around.children(kind)
    if kind.endswith("Set"):
        return ["set"] * len(parts)
    found = (item_of(diagram, part) for part in parts)
    return sorted(
        "–" if item is None else item.get("structureRef") or item.get("id") or "–" for item in found
    )


def _all(types: list[str]) -> str:
    return ", ".join(types) or "–"


@rule(
    "interface-bound",
    source="BPMN 2.0.2, 10.4.1, table 8.30; EXT.064",
    says_el="Το {what} προσφέρει διεπαφή χωρίς ioBinding.",
    says_en="{what} offers an interface and has no ioBinding.",
    why_el="Το ioBinding λέει ποια είσοδος και ποια έξοδος ανήκει σε ποια πράξη.",
    why_en="An ioBinding says which input and which output belongs to which operation.",
    remedy_el="Προσθέστε ioBinding ή αφαιρέστε τη διεπαφή.",
    remedy_en="Add an ioBinding, or remove the interface.",
)
def interface_bound(diagram: CheckedDiagram) -> Violations:
    """Yields processes and global tasks that support an interface and bind nothing to it."""
    for reference in diagram.elements("supportedInterfaceRef"):
        around = reference.parent
        if around is not None and around.child("ioBinding") is None:
            yield at(around)


@rule(
    "binding-fits-operation",
    source="BPMN 2.0.2, 10.4.1, table 10.62; EXT.065",
    says_el="Το ioBinding του {what} δένει το {data} με το {message}, που έχει άλλο τύπο.",
    says_en="The ioBinding of {what} binds {data} to {message}, which is of another type.",
    why_el="Ό,τι έρχεται με την πράξη είναι η είσοδος, ό,τι επιστρέφει είναι η έξοδος.",
    why_en="What comes with the operation is the input, what goes back is the output.",
    remedy_el="Διορθώστε τα inputDataRef, outputDataRef ή τους τύπους.",
    remedy_en="Correct the references or the types.",
)
def binding_fits_operation(diagram: CheckedDiagram) -> Violations:
    """Yields bindings of data to an operation whose messages are of another type."""
    for binding in diagram.elements("ioBinding"):
        around, operation = binding.parent, diagram.referred(binding.get("operationRef"))
        if around is None or operation is None:
            continue
        for attribute, name in (("inputDataRef", "inMessageRef"), ("outputDataRef", "outMessageRef")):
            data = diagram.referred(binding.get(attribute))
            message = diagram.referred(content_of(operation.child(name)))
            if data is None or message is None:
                continue
            if different_items(item_of(diagram, data), item_of(diagram, message)):
                yield at(around, data=described(data), message=described(message))
