"""What tasks do: each names its work, its form or its decision, and these are there."""

from engine.lint import xml
from engine.lint.finding import Severity, Text
from engine.lint.model import Diagram
from engine.lint.rule import Spots, at, rule

WANTED = {
    "serviceTask": ("taskDefinition",),
    "businessRuleTask": ("calledDecision", "taskDefinition"),
    "globalBusinessRuleTask": ("calledDecision", "taskDefinition"),
    "sendTask": ("taskDefinition",),
}


@rule(
    "work-named",
    source="the engine: a service task is handed to an agency by its topic",
    says=Text(
        el="Το {what} δεν λέει τι κάνει· χρειάζεται {wanted}.",
        en="{what} does not say what it does; it needs {wanted}.",
    ),
    why=Text(
        el="Η μηχανή δεν ξέρει σε ποιον να δώσει την εργασία.",
        en="The engine does not know whom to hand the work to.",
    ),
    remedy=Text(
        el="Ορίστε τύπο εργασίας (task definition) ή απόφαση στον σχεδιαστή.",
        en="Set a task definition or a called decision in the modeler.",
    ),
)
def work_named(diagram: Diagram) -> Spots:
    """Yields service, send and business rule tasks that name neither a topic, a message nor a decision."""
    for kind, names in WANTED.items():
        for element in diagram.elements(kind):
            named = any(xml.extension(element, name) is not None for name in names)
            sends = kind == "sendTask" and element.get("messageRef")
            runs = diagram.is_executable(element) or kind.startswith("global")
            if not named and not sends and runs:
                yield at(element, wanted=" / ".join(f"zeebe:{name}" for name in names))


@rule(
    "topic-needed",
    source="the dialect: zeebe:taskDefinition",
    says=Text(
        el="Το {what} έχει zeebe:taskDefinition χωρίς type.",
        en="{what} has a zeebe:taskDefinition without a type.",
    ),
    why=Text(
        el="Ο τύπος είναι το θέμα με το οποίο ένας φορέας βρίσκει την εργασία του.",
        en="The type is the topic by which an agency finds its work.",
    ),
    remedy=Text(
        el="Γράψτε τύπο, π.χ. municipality.residence.", en="Write a type, for example municipality.residence."
    ),
)
def topic_needed(diagram: Diagram) -> Spots:
    """Yields task definitions without a type."""
    for element in diagram.root.iter(f"{{{xml.ZEEBE}}}taskDefinition"):
        around = next(
            (each for each in xml.ancestors(element) if xml.is_bpmn(each) and each.get("id")), element
        )
        if not (element.get("type") or "").strip():
            yield at(around)


@rule(
    "form-known",
    source="the dialect: zeebe:formDefinition",
    says=Text(
        el="Η φόρμα {ref} του {what} δεν υπάρχει στα αρχεία.",
        en="The form {ref} of {what} is in none of the files.",
    ),
    why=Text(
        el="Ο υπάλληλος δεν θα είχε τι να συμπληρώσει.",
        en="A clerk would have nothing to fill in.",
    ),
    remedy=Text(
        el="Προσθέστε το αρχείο forms/{ref}.form ή διορθώστε το formId.",
        en="Add the file forms/{ref}.form, or correct formId.",
    ),
)
def form_known(diagram: Diagram) -> Spots:
    """Yields tasks and start events whose form is missing, where the files are a whole procedure."""
    for element in diagram.elements("userTask", "globalUserTask", "startEvent"):
        form = xml.extension(element, "formDefinition")
        reference = None if form is None else form.get("formId") or form.get("formKey")
        if reference and diagram.around.is_whole and reference not in diagram.around.forms:
            yield at(element, ref=reference)


@rule(
    "form-needed",
    severity=Severity.WARNING,
    source="the desk: a clerk fills in forms",
    says=Text(el="Το {what} δεν έχει φόρμα.", en="{what} has no form."),
    why=Text(
        el="Χωρίς φόρμα ο υπάλληλος μπορεί μόνο να πει ότι τελείωσε· δεν δίνει κανένα στοιχείο.",
        en="Without a form a clerk can only say that it is done, and give no data.",
    ),
    remedy=Text(
        el="Συνδέστε μια φόρμα ή κάντε τη χειρωνακτική εργασία.",
        en="Link a form, or make it a manual task.",
    ),
)
def form_needed(diagram: Diagram) -> Spots:
    """Yields user tasks without a form, where the files are a whole procedure."""
    for element in diagram.elements("userTask"):
        form = xml.extension(element, "formDefinition")
        reference = None if form is None else form.get("formId") or form.get("formKey")
        if not reference and diagram.around.is_whole:
            yield at(element)


@rule(
    "decision-known",
    source="the dialect: zeebe:calledDecision",
    says=Text(
        el="Η απόφαση {ref} του {what} δεν υπάρχει στα αρχεία.",
        en="The decision {ref} of {what} is in none of the files.",
    ),
    why=Text(
        el="Η έκδοση μιας διαδικασίας περιέχει και τις αποφάσεις της.",
        en="A version of a procedure holds its decisions too.",
    ),
    remedy=Text(
        el="Προσθέστε το αρχείο DMN ή διορθώστε το decisionId.",
        en="Add the DMN file, or correct decisionId.",
    ),
)
def decision_known(diagram: Diagram) -> Spots:
    """Yields business rule tasks whose decision is missing."""
    for element in diagram.elements("businessRuleTask", "globalBusinessRuleTask"):
        called = xml.extension(element, "calledDecision")
        reference = None if called is None else called.get("decisionId", "")
        if (
            reference is not None
            and not reference.startswith("=")
            and reference not in diagram.around.decisions
        ):
            yield at(element, ref=reference or "–")


@rule(
    "decision-result-named",
    source="the dialect: zeebe:calledDecision",
    says=Text(
        el="Το {what} δεν λέει πού μπαίνει το αποτέλεσμα της απόφασης.",
        en="{what} does not say where the decision's result goes.",
    ),
    why=Text(
        el="Ένα αποτέλεσμα χωρίς όνομα χάνεται.",
        en="A result without a name is lost.",
    ),
    remedy=Text(el="Γράψτε resultVariable.", en="Write a resultVariable."),
)
def decision_result_named(diagram: Diagram) -> Spots:
    """Yields called decisions without a variable for their result."""
    for element in diagram.elements("businessRuleTask", "globalBusinessRuleTask"):
        called = xml.extension(element, "calledDecision")
        if called is not None and not (called.get("resultVariable") or "").strip():
            yield at(element)
