"""Forms: their expressions are FEEL, and read what there is to read."""

from collections.abc import Iterator, Set
from functools import partial

from engine import feel
from engine.bpmn.diagram import form_of, property_of
from engine.lint import form_texts
from engine.lint.checked_bundle import CheckedBundle, CheckedForm
from engine.lint.form_texts import FormExpression
from engine.lint.rule import Violation, Violations, bundle_rule
from engine.lint.rules.feel import is_nearly
from engine.lint.variables import ANSWER_FORM


@bundle_rule(
    "form-feel",
    source="the dialect: expressions in forms are FEEL",
    says_el="Στο {what} η έκφραση «{text}» δεν είναι FEEL: {detail}.",
    says_en="In {what} the expression {text} is not FEEL: {detail}.",
    why_el="Η φόρμα θα έδειχνε ένα κενό στη θέση της.",
    why_en="The form would show a gap in its place.",
    remedy_el="Γράψτε την σε FEEL, π.χ. {{{{applicant.family_name}}}}.",
    remedy_en="Write it in FEEL, for example {{{{applicant.family_name}}}}.",
)
def form_feel(bundle: CheckedBundle) -> Violations:
    """Yields expressions in the texts of forms that cannot be read; what decides is read with the form."""
    for form in bundle.forms:
        for found in form_texts.expressions_of(form):
            if found.parsed is None and found.text:
                values = {"text": found.text[:80], "detail": found.problem}
                yield Violation(spot=form.spot(found.way, found.component, found.text), values=values)


@bundle_rule(
    "form-name-known",
    source="the desk: a form shows and asks by the variables of the case",
    says_el="Το όνομα «{name}» στο {what} δεν το γράφει ούτε η φόρμα ούτε η διαδικασία (μήπως «{nearest}»;).",
    says_en="Neither the form nor the procedure writes the name {name} in {what} (did you mean {nearest}?).",
    why_el="Ένα όνομα που λείπει είναι κενό: το κείμενο μένει κενό, και ό,τι κρύβεται με αυτό δεν κρύβεται.",
    why_en="A name that is missing is null: a text stays empty, and what is hidden by it is not hidden.",
    remedy_el="Διορθώστε το όνομα ή προσθέστε το πεδίο που το γράφει.",
    remedy_en="Correct the name, or add the field that writes it.",
)
def form_name_known(bundle: CheckedBundle) -> Violations:
    """Yields names in forms that nothing writes; where others may come in, only those nearly a known one."""
    if not bundle.index.is_whole:
        return
    for form in bundle.forms:
        known = bundle.variables | form_texts.keys_of(form)
        is_certain = partial(_knows_all, bundle, form)
        for found in form_texts.expressions_of(form):
            for name in _unknown(found, known):
                if is_nearly(name, known) or is_certain():
                    yield Violation(
                        spot=form.spot(found.way, found.component, name),
                        values={"name": name, "nearest": feel.nearest(name, known)},
                        cause=f"unwritten {name}",
                    )


def _unknown(found: FormExpression, known: Set[str]) -> Iterator[str]:
    """The names that an expression surely reads and nothing writes."""
    if found.parsed is None or found.in_loop:
        return
    called = {mistake.name for mistake in found.parsed.mistakes()}
    yield from sorted(found.parsed.free_names - known - called)


def _knows_all(bundle: CheckedBundle, form: CheckedForm) -> bool:
    """Whether every element that uses the form sees no variables but those of the files.

    With which variables a process begins is known of a whole procedure alone.
    """
    if bundle.index.main_process is None:
        return False
    users = [
        (diagram, node)
        for diagram in bundle.diagrams
        for node in diagram.nodes
        if form.id in (form_of(node.element), property_of(node.element, ANSWER_FORM))
    ]
    return bool(users) and all(diagram.knows_all_at(node.element) for diagram, node in users)
