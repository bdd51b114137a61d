"""What tasks do: each names its work, its form or its decision, and these are there."""

import re
from collections.abc import Iterator

from engine.bpmn.diagram import BPMN, extension, form_of, mappings, property_of
from engine.kernel.papers import NONE, PAPERS, names_in
from engine.kernel.signing import PARTY, SIGNATURE
from engine.kernel.topics import ORGANISATION_TOPIC
from engine.kernel.xml import Element
from engine.lint.finding import Severity
from engine.lint.rule import CheckedDiagram, Violation, Violations, at, resembling, rule
from engine.lint.variables import ANSWER_FORM

WANTED = {
    "serviceTask": ("taskDefinition",),
    "businessRuleTask": ("calledDecision", "taskDefinition"),
    "globalBusinessRuleTask": ("calledDecision", "taskDefinition"),
    "sendTask": ("taskDefinition",),
}

TAKEN = re.compile(r"=\s*([^\W\d]\w*)\s*")
"""A source that is a variable as it is, and nothing computed."""


@rule(
    "work-named",
    source="the engine: a service task is handed to an agency by its topic",
    says_el="Το {what} δεν λέει τι κάνει· χρειάζεται {wanted}.",
    says_en="{what} does not say what it does; it needs {wanted}.",
    why_el="Η μηχανή δεν ξέρει σε ποιον να δώσει την εργασία.",
    why_en="The engine does not know whom to hand the work to.",
    remedy_el="Ορίστε τύπο εργασίας (task definition) ή απόφαση στον σχεδιαστή.",
    remedy_en="Set a task definition or a called decision in the modeler.",
)
def work_named(diagram: CheckedDiagram) -> Violations:
    """Yields service, send and business rule tasks that name neither a topic, a message nor a decision."""
    for kind, names in WANTED.items():
        for element in diagram.elements(kind):
            named = any(extension(element, name) is not None for name in names)
            sends = kind == "sendTask" and element.get("messageRef")
            runs = diagram.is_executable(element) or kind.startswith("global")
            if not named and not sends and runs:
                yield at(element, wanted=" / ".join(f"zeebe:{name}" for name in names))


@rule(
    "topic-needed",
    source="the dialect: zeebe:taskDefinition, zeebe:executionListener, zeebe:taskListener",
    says_el="Το {what} έχει zeebe:{kind} χωρίς type.",
    says_en="{what} has a zeebe:{kind} without a type.",
    why_el="Ο τύπος είναι το θέμα με το οποίο ένας φορέας βρίσκει την εργασία του.",
    why_en="The type is the topic by which an agency finds its work.",
    remedy_el="Γράψτε τύπο, π.χ. municipality.residence.",
    remedy_en="Write a type, for example municipality.residence.",
)
def topic_needed(diagram: CheckedDiagram) -> Violations:
    """Yields task definitions and listeners without a type."""
    for element in diagram.extensions("taskDefinition", "executionListener", "taskListener"):
        around = next(
            (each for each in element.ancestors() if (each.namespace == BPMN) and each.get("id")), element
        )
        if not (element.get("type") or "").strip():
            yield at(around, kind=element.kind)


@rule(
    "form-known",
    source="the dialect: zeebe:formDefinition",
    says_el="Η φόρμα {ref} του {what} δεν υπάρχει στα αρχεία.",
    says_en="The form {ref} of {what} is in none of the files.",
    why_el="Ο υπάλληλος δεν θα είχε τι να συμπληρώσει.",
    why_en="A clerk would have nothing to fill in.",
    remedy_el="Προσθέστε το αρχείο forms/{ref}.form ή διορθώστε το formId.",
    remedy_en="Add the file forms/{ref}.form, or correct formId.",
)
def form_known(diagram: CheckedDiagram) -> Violations:
    """Yields tasks, start events and actions whose form is missing, where the files are a whole procedure."""
    for element in diagram.elements(
        "userTask", "globalUserTask", "startEvent", "boundaryEvent", "intermediateCatchEvent"
    ):
        reference = form_of(element)
        if reference and diagram.files.is_whole and reference not in diagram.files.forms:
            near = resembling(reference, diagram.files.forms)
            yield Violation(element=element, values={"ref": reference}, near=near)


@rule(
    "form-needed",
    severity=Severity.WARNING,
    source="the desk: a clerk fills in forms",
    says_el="Το {what} δεν έχει φόρμα.",
    says_en="{what} has no form.",
    why_el="Χωρίς φόρμα ο υπάλληλος μπορεί μόνο να πει ότι τελείωσε· δεν δίνει κανένα στοιχείο.",
    why_en="Without a form a clerk can only say that it is done, and give no data.",
    remedy_el="Συνδέστε μια φόρμα ή κάντε τη χειρωνακτική εργασία.",
    remedy_en="Link a form, or make it a manual task.",
)
def form_needed(diagram: CheckedDiagram) -> Violations:
    """Yields user tasks without a form, where the files are a whole procedure."""
    for element in diagram.elements("userTask"):
        reference = form_of(element)
        if not reference and diagram.files.is_whole:
            yield at(element)


@rule(
    "options-in-english",
    severity=Severity.WARNING,
    source="the desk: everything is read in Greek and in English",
    says_el="Στη φόρμα {ref} του {what} οι επιλογές του {field} έχουν μόνο ελληνική ετικέτα.",
    says_en="In the form {ref} of {what} the options of {field} have a Greek label alone.",
    why_el="Όποιος διαβάζει αγγλικά θα έβλεπε τις επιλογές στα ελληνικά.",
    why_en="Who reads English would see the options in Greek.",
    remedy_el="Δώστε σε κάθε επιλογή, δίπλα στο label, και το label_en.",
    remedy_en="Give each option a label_en beside its label.",
)
def options_in_english(diagram: CheckedDiagram) -> Violations:
    """Yields tasks and start events, once for each field of their form that works out Greek options."""
    for element in diagram.elements(
        "userTask", "startEvent", "boundaryEvent", "intermediateCatchEvent", *WANTED
    ):
        reference = form_of(element) or property_of(element, ANSWER_FORM) or ""
        for field in diagram.files.greek_options.get(reference, ()):
            yield at(element, ref=reference, field=field)


@rule(
    "answer-form-known",
    source="the dialect: the property stoa:answer-form",
    says_el="Η φόρμα απάντησης {ref} του {what} δεν υπάρχει στα αρχεία.",
    says_en="The answer form {ref} of {what} is in none of the files.",
    why_el="Κανείς δεν θα μπορούσε να κρίνει τι απάντησε ο φορέας, ούτε να απαντήσει με το χέρι.",
    why_en="Nobody could judge what the agency answered, nor answer by hand.",
    remedy_el="Προσθέστε το αρχείο forms/{ref}.form ή διορθώστε την ιδιότητα stoa:answer-form.",
    remedy_en="Add the file forms/{ref}.form, or correct the property stoa:answer-form.",
)
def answer_form_known(diagram: CheckedDiagram) -> Violations:
    """Yields service tasks whose answer form is missing, where the files are a whole procedure."""
    for element in _handed_over(diagram):
        reference = property_of(element, ANSWER_FORM)
        if reference is not None and diagram.files.is_whole and reference not in diagram.files.forms:
            yield at(element, ref=reference or "–")


@rule(
    "answer-form-fits",
    source="the dialect: zeebe:output on what an agency answers",
    says_el="Το {what} παίρνει από την απάντηση το {name}, που η φόρμα {ref} δεν ζητά.",
    says_en="{what} takes {name} from the answer, which the form {ref} does not ask for.",
    why_el="Ό,τι δεν ζητά η φόρμα δεν κρατιέται από την απάντηση· η μεταβλητή θα έμενε πάντα κενή.",
    why_en="What the form does not ask for is not kept of an answer; the variable would always be empty.",
    remedy_el="Προσθέστε το πεδίο στη φόρμα ή διορθώστε την αντιστοίχιση εξόδου.",
    remedy_en="Add the field to the form, or correct the output mapping.",
)
def answer_form_fits(diagram: CheckedDiagram) -> Violations:
    """Yields output mappings that take a variable as it is which the answer form has no field for."""
    for element in _handed_over(diagram):
        reference = property_of(element, ANSWER_FORM)
        asked = diagram.files.forms.get(reference or "")
        if reference is None or asked is None:
            continue
        sent = {mapping.get("target", "") for mapping in mappings(element, "input")}
        for name in _taken(element):
            if name not in asked and name not in sent:
                values = {"name": name, "ref": reference}
                yield Violation(element=element, values=values, near=resembling(name, asked))


@rule(
    "papers-handed-over",
    source="the dialect: the property stoa:documents",
    says_el="Το {what} αφήνει τον φορέα να διαβάσει τα έγγραφα του {name}, που δεν του παραδίδει.",
    says_en="{what} lets the agency read the documents of {name}, which it does not hand over.",
    why_el="Ό,τι δεν περνά η αντιστοίχιση εισόδου δεν ονομάζει κανένα έγγραφο.",
    why_en="What the input mapping does not pass names no document.",
    remedy_el="Προσθέστε το στην αντιστοίχιση εισόδου ή διορθώστε το όνομα στην ιδιότητα stoa:documents.",
    remedy_en="Add it to the input mapping, or correct the name in the property stoa:documents.",
)
def papers_handed_over(diagram: CheckedDiagram) -> Violations:
    """Yields each variable whose documents an agency may read and that the input mapping leaves out."""
    for element in _handed_over(diagram):
        sent = {mapping.get("target", "").partition(".")[0] for mapping in mappings(element, "input")}
        for name in names_in(property_of(element, PAPERS) or NONE):
            if sent and name not in sent:
                yield at(element, name=name)


@rule(
    "answer-form-needed",
    severity=Severity.WARNING,
    source="the desk: an officer fills in a form, and every answer is judged by it",
    says_el="Το {what} παίρνει στοιχεία από την απάντηση και δεν έχει φόρμα απάντησης.",
    says_en="{what} takes data from the answer and has no answer form.",
    why_el="Χωρίς φόρμα κάθε απάντηση γίνεται δεκτή, και ένα λάθος φαίνεται μόνο όταν η υπόθεση σταματήσει.",
    why_en="Without a form any answer is taken, and a mistake shows only when the case has stopped.",
    remedy_el="Σχεδιάστε μια φόρμα και γράψτε την ταυτότητά της στην ιδιότητα stoa:answer-form.",
    remedy_en="Draw a form, and write its id into the property stoa:answer-form.",
)
def answer_form_needed(diagram: CheckedDiagram) -> Violations:
    """Yields what an agency answers and a diagram takes as it is, without a form, in a whole procedure."""
    for element in _handed_over(diagram):
        has_form = property_of(element, ANSWER_FORM) is not None
        if diagram.files.is_whole and not has_form and next(_taken(element), None) is not None:
            yield at(element)


@rule(
    "signature-names-party",
    source="the dialect: service tasks of the topic stoa:signature",
    says_el="Το {what} ζητά υπογραφή και δεν λέει ποιανού.",
    says_en="{what} asks for a signature and does not say whose.",
    why_el="Χωρίς πρόσωπο η υπόθεση θα σταματούσε εκεί.",
    why_en="Without a party the case would stop there.",
    remedy_el='Προσθέστε είσοδο party με ένα από τα stoa.parties("ρόλος"), σε εργασία serviceTask.',
    remedy_en='Add an input party with one of stoa.parties("role"), on a service task.',
)
def signature_names_party(diagram: CheckedDiagram) -> Violations:
    """Yields signatures that are handed no party, and those that are no service task."""
    for element in diagram.elements(*WANTED):
        definition = extension(element, "taskDefinition")
        if definition is None or definition.get("type") != SIGNATURE:
            continue
        handed = {mapping.get("target") for mapping in mappings(element, "input")}
        if element.kind != "serviceTask" or PARTY not in handed:
            yield at(element)


def _handed_over(diagram: CheckedDiagram) -> Iterator[Element]:
    """What is handed to an agency, whose answer may have a form."""
    for element in diagram.elements(*WANTED):
        definition = extension(element, "taskDefinition")
        if definition is not None and definition.get("type") not in (SIGNATURE, ORGANISATION_TOPIC):
            yield element


def _taken(element: Element) -> Iterator[str]:
    """The variables that the output mappings take as they are."""
    for mapping in mappings(element, "output"):
        taken = TAKEN.fullmatch(mapping.get("source") or "")
        if taken is not None:
            yield taken.group(1)


@rule(
    "decision-known",
    source="the dialect: zeebe:calledDecision",
    says_el="Η απόφαση {ref} του {what} δεν υπάρχει στα αρχεία.",
    says_en="The decision {ref} of {what} is in none of the files.",
    why_el="Η έκδοση μιας διαδικασίας περιέχει και τις αποφάσεις της.",
    why_en="A version of a procedure holds its decisions too.",
    remedy_el="Προσθέστε το αρχείο DMN ή διορθώστε το decisionId.",
    remedy_en="Add the DMN file, or correct decisionId.",
)
def decision_known(diagram: CheckedDiagram) -> Violations:
    """Yields business rule tasks whose decision is missing."""
    for element in diagram.elements("businessRuleTask", "globalBusinessRuleTask"):
        called = extension(element, "calledDecision")
        reference = None if called is None else called.get("decisionId", "")
        if (
            reference is not None
            and not reference.startswith("=")
            and reference not in diagram.files.decisions
        ):
            near = resembling(reference, diagram.files.decisions)
            yield Violation(element=element, values={"ref": reference or "–"}, near=near)


@rule(
    "decision-result-named",
    source="the dialect: zeebe:calledDecision",
    says_el="Το {what} δεν λέει πού μπαίνει το αποτέλεσμα της απόφασης.",
    says_en="{what} does not say where the decision's result goes.",
    why_el="Ένα αποτέλεσμα χωρίς όνομα χάνεται.",
    why_en="A result without a name is lost.",
    remedy_el="Γράψτε resultVariable.",
    remedy_en="Write a resultVariable.",
)
def decision_result_named(diagram: CheckedDiagram) -> Violations:
    """Yields called decisions without a variable for their result."""
    for element in diagram.elements("businessRuleTask", "globalBusinessRuleTask"):
        called = extension(element, "calledDecision")
        if called is not None and not (called.get("resultVariable") or "").strip():
            yield at(element)
