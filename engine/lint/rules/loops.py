"""Loops and multi-instance activities."""

from engine.bpmn.diagram import SUB_PROCESSES, content_of, extension
from engine.kernel.xml import Element
from engine.lint.rule import CheckedDiagram, Violations, at, rule

BEHAVIOR_EVENTS = {
    "None": {"noneBehaviorEventRef"},
    "One": {"oneBehaviorEventRef"},
    "Complex": {"complexBehaviorDefinition"},
}
"""What says which event instances throw, by the behavior that reads it."""


@rule(
    "one-loop-marker",
    source="BPMN 2.0.2, 10.3.2; EXT.055",
    says_el="Το {what} έχει και βρόχο και πολλαπλά στιγμιότυπα.",
    says_en="{what} is both a loop and multi-instance.",
    why_el="Μια δραστηριότητα επαναλαμβάνεται με έναν τρόπο.",
    why_en="An activity is repeated in one way.",
    remedy_el="Κρατήστε το ένα· βάλτε το άλλο σε υποδιαδικασία γύρω της.",
    remedy_en="Keep one; put the other on a sub-process around it.",
)
def one_loop_marker(diagram: CheckedDiagram) -> Violations:
    """Yields activities with more than one loop marker."""
    for node in diagram.nodes:
        markers = node.element.children("standardLoopCharacteristics", "multiInstanceLoopCharacteristics")
        if len(markers) > 1:
            yield at(node.element)


@rule(
    "instances-counted",
    source="BPMN 2.0.2, table 10.27; EXT.067",
    says_el="Το {what} δεν λέει πόσα στιγμιότυπα χρειάζονται.",
    says_en="{what} does not say how many instances there are.",
    why_el="Χωρίς πλήθος ή λίστα η μηχανή δεν ξέρει πόσες φορές να εκτελέσει τη δραστηριότητα.",
    why_en="Without a number or a list the engine does not know how often to run the activity.",
    remedy_el="Ορίστε inputCollection (zeebe:loopCharacteristics) ή loopCardinality.",
    remedy_en="Give an inputCollection (zeebe:loopCharacteristics) or a loopCardinality.",
)
def instances_counted(diagram: CheckedDiagram) -> Violations:
    """Yields multi-instance activities of executable processes with neither a number nor a list."""
    for element in diagram.elements("multiInstanceLoopCharacteristics"):
        zeebe = extension(element, "loopCharacteristics")
        counted = element.children("loopCardinality", "loopDataInputRef")
        if (
            not counted
            and (zeebe is None or not zeebe.get("inputCollection"))
            and diagram.is_executable(element)
        ):
            yield at(_activity(element))


@rule(
    "instances-counted-once",
    source="BPMN 2.0.2, table 10.27; EXT.066",
    says_el="Το {what} έχει και loopCardinality και λίστα.",
    says_en="{what} has both a loopCardinality and a list.",
    why_el="Δεν φαίνεται ποιο από τα δύο ορίζει το πλήθος των στιγμιοτύπων.",
    why_en="It cannot be seen which of the two says how many instances there are.",
    remedy_el="Κρατήστε το ένα.",
    remedy_en="Keep one of them.",
)
def instances_counted_once(diagram: CheckedDiagram) -> Violations:
    """Yields multi-instance activities with a number and a list."""
    for element in diagram.elements("multiInstanceLoopCharacteristics"):
        zeebe = extension(element, "loopCharacteristics")
        has_list = element.child("loopDataInputRef") is not None or (
            zeebe is not None and zeebe.get("inputCollection")
        )
        if has_list and element.child("loopCardinality") is not None:
            yield at(_activity(element))


@rule(
    "instance-list-is-input",
    source="BPMN 2.0.2, table 10.27; EXT.068",
    says_el="Το {name} του {what} ({ref}) δεν είναι δεδομένο που έχει η δραστηριότητα.",
    says_en="{name} of {what} ({ref}) is no data that the activity has.",
    why_el="Τα στιγμιότυπα μιας εργασίας παίρνουν ένα στοιχείο το καθένα από μια είσοδο της εργασίας.",
    why_en="The instances of a task each take one item of one of the task's inputs.",
    remedy_el="Δηλώστε το ως dataInput ή dataOutput στο ioSpecification της εργασίας.",
    remedy_en="Declare it as dataInput or dataOutput in the task's ioSpecification.",
)
def instance_list_is_input(diagram: CheckedDiagram) -> Violations:
    """Yields multi-instance tasks whose list is not among their own inputs or outputs."""
    for element in diagram.elements("multiInstanceLoopCharacteristics"):
        activity = _activity(element)
        if activity.kind in SUB_PROCESSES:
            continue
        for name, kind in (("loopDataInputRef", "dataInput"), ("loopDataOutputRef", "dataOutput")):
            for part in element.children(name):
                target = diagram.referred(part.content)
                own = target is not None and target.kind == kind and activity in target.ancestors()
                if not own:
                    yield at(activity, name=name, ref=part.content)


@rule(
    "instance-item-type",
    source="BPMN 2.0.2, table 10.27; EXT.069, EXT.070",
    says_el="Ο τύπος του {name} του {what} δεν είναι ένα στοιχείο της λίστας του.",
    says_en="The type of {name} of {what} is not that of one item of its list.",
    why_el="Κάθε στιγμιότυπο παίρνει ή δίνει ένα στοιχείο της λίστας, όχι τη λίστα ή κάτι άλλο.",
    why_en="Each instance takes or gives one item of the list, not the list or something else.",
    remedy_el="Δώστε στο στοιχείο τον ίδιο τύπο με τη λίστα, χωρίς isCollection.",
    remedy_en="Give the item the type of the list, without isCollection.",
)
def instance_item_type(diagram: CheckedDiagram) -> Violations:
    """Yields multi-instance activities whose item is a list or has another structure than their list."""
    for element in diagram.elements("multiInstanceLoopCharacteristics"):
        for listed, item in (("loopDataInputRef", "inputDataItem"), ("loopDataOutputRef", "outputDataItem")):
            whole = diagram.referred(content_of(element.child(listed)))
            part = element.child(item)
            list_type = None if whole is None else diagram.referred(whole.get("itemSubjectRef"))
            item_type = None if part is None else diagram.referred(part.get("itemSubjectRef"))
            if list_type is None or item_type is None:
                continue
            same = list_type.get("structureRef") == item_type.get("structureRef")
            if not same or item_type.flag("isCollection"):
                yield at(_activity(element), name=item)


@rule(
    "instance-behavior",
    source="BPMN 2.0.2, table 10.27; EXT.072, EXT.073, EXT.074",
    says_el='Το {what} με behavior="{behavior}" χρειάζεται {needed} και έχει {found}.',
    says_en='{what} with behavior="{behavior}" needs {needed} and has {found}.',
    why_el="Το behavior λέει τι συμβαίνει όταν τελειώνουν στιγμιότυπα· κάθε τιμή διαβάζει το δικό της "
    "συμβάν.",
    why_en="The behavior says what happens when instances complete; each value reads its own event only.",
    remedy_el='Ορίστε το συμβάν που ταιριάζει ή γράψτε behavior="All".',
    remedy_en='Give the event that belongs to it, or write behavior="All".',
)
def instance_behavior(diagram: CheckedDiagram) -> Violations:
    """Yields multi-instance activities whose events are not those that their behavior reads."""
    for element in diagram.elements("multiInstanceLoopCharacteristics"):
        behavior = element.get("behavior", "All")
        given = {name for name in ("noneBehaviorEventRef", "oneBehaviorEventRef") if element.get(name)}
        given |= {part.kind for part in element.children("complexBehaviorDefinition")}
        needed = BEHAVIOR_EVENTS.get(behavior, set())
        if given != needed:
            found = ", ".join(sorted(given)) or "–"
            yield at(_activity(element), behavior=behavior, needed=", ".join(needed) or "–", found=found)


@rule(
    "loop-maximum",
    source="BPMN 2.0.2, table 10.26",
    says_el='Το {what} έχει loopMaximum="{value}".',
    says_en='{what} has loopMaximum="{value}".',
    why_el="Το μέγιστο πλήθος επαναλήψεων είναι τουλάχιστον 1.",
    why_en="The greatest number of repetitions is at least 1.",
    remedy_el="Γράψτε θετικό αριθμό ή αφαιρέστε το.",
    remedy_en="Write a positive number, or remove it.",
)
def loop_maximum(diagram: CheckedDiagram) -> Violations:
    """Yields standard loops that may not run once."""
    for element in diagram.elements("standardLoopCharacteristics"):
        value = element.get("loopMaximum", "1").strip()
        if not value.lstrip("+").isdecimal() or not value.strip("+0"):
            yield at(_activity(element), value=value)


@rule(
    "loop-ends",
    source="BPMN 2.0.2, 13.3.6",
    says_el="Ο βρόχος {what} δεν έχει ούτε συνθήκη ούτε μέγιστο πλήθος.",
    says_en="The loop {what} has neither a condition nor a maximum.",
    why_el="Ένας βρόχος χωρίς όριο δεν τελειώνει ποτέ.",
    why_en="A loop without a bound never ends.",
    remedy_el="Γράψτε loopCondition ή loopMaximum.",
    remedy_en="Write a loopCondition or a loopMaximum.",
)
def loop_ends(diagram: CheckedDiagram) -> Violations:
    """Yields standard loops that nothing ends."""
    for element in diagram.elements("standardLoopCharacteristics"):
        has_condition = content_of(element.child("loopCondition")) != ""
        if not has_condition and not element.get("loopMaximum") and diagram.is_executable(element):
            yield at(_activity(element))


def _activity(marker: Element) -> Element:
    """The activity that a loop marker is on."""
    around = marker.parent
    return marker if around is None else around
