"""Expressions: each has a text, is FEEL, names what exists, and comes to what it is needed for."""

from collections.abc import Iterator
from decimal import Decimal

from engine import feel
from engine.bpmn.diagram import XSI
from engine.kernel.xml import Element
from engine.lint import expressions
from engine.lint.expressions import FoundExpression, Purpose
from engine.lint.finding import Severity, shortened
from engine.lint.rule import CheckedDiagram, Violation, Violations, alike, at, rule
from engine.lint.variables import STOA_FUNCTIONS

FORMAL = (
    *(name for name in expressions.CONDITIONS if name != "condition"),
    "loopCardinality",
    *expressions.TIMERS,
)
NEARLY = 0.87
"""How alike two names are that differ by a slip of the hand: a letter or two, of eight and more."""
CONSTANT = feel.FeelLimits(steps=10_000, string_length=10_000, list_length=1_000, range_length=1_000)
"""What a constant may cost to compute; one that costs more is left alone."""
NEEDS_BODY = (*FORMAL, "condition", "messagePath", "dataPath", "transformation")


@rule(
    "formal-expression",
    source="BPMN 2.0.2, 8.4.3; EXT.012, EXT.123",
    says_el='Η έκφραση του {what} δεν είναι τυπική (xsi:type="tFormalExpression").',
    says_en='The expression of {what} is not formal (xsi:type="tFormalExpression").',
    why_el="Χωρίς αυτόν τον τύπο το κείμενο είναι φυσική γλώσσα για ανθρώπους, και η διαδικασία δεν είναι "
    "εκτελέσιμη.",
    why_en="Without that type the text is natural language for people, and the process is not executable.",
    remedy_el='Γράψτε xsi:type="bpmn:tFormalExpression" ή βάλτε = μπροστά από την έκφραση.',
    remedy_en='Write xsi:type="bpmn:tFormalExpression", or put = in front of the expression.',
)
def formal_expression(diagram: CheckedDiagram) -> Violations:
    """Yields untyped expressions in executable processes of files that follow plain BPMN."""
    if not diagram.is_plain:
        return
    for element in (*diagram.elements(*FORMAL), *_typed_conditions(diagram), *_assigned(diagram)):
        text = element.content
        if text and not text.startswith("=") and not _is_formal(element) and diagram.is_executable(element):
            yield at(element)


def _typed_conditions(diagram: CheckedDiagram) -> Iterator[Element]:
    """The conditions of conditional events; the one of a complex behavior is formal by its place."""
    for definition in diagram.elements("conditionalEventDefinition"):
        yield from definition.children("condition")


def _assigned(diagram: CheckedDiagram) -> Iterator[Element]:
    for assignment in diagram.elements("assignment"):
        yield from assignment.children("from", "to")


def _is_formal(element: Element) -> bool:
    return element.get(f"{{{XSI}}}type", "").rpartition(":")[2] == "tFormalExpression"


@rule(
    "expression-needed",
    source="BPMN 2.0.2, 8.4.3, 10.5.5; EXT.013, EXT.123",
    says_el="Το {what} είναι κενό.",
    says_en="{what} is empty.",
    why_el="Μια κενή έκφραση δεν λέει τίποτα· η μηχανή δεν μπορεί να αποφασίσει.",
    why_en="An empty expression says nothing; the engine cannot decide by it.",
    remedy_el="Γράψτε την έκφραση ή αφαιρέστε το στοιχείο.",
    remedy_en="Write the expression, or remove the element.",
)
def expression_needed(diagram: CheckedDiagram) -> Violations:
    """Yields expressions without a text and conditional events without a condition."""
    for element in diagram.elements(*NEEDS_BODY):
        if not expressions.without_mark(element.content):
            yield at(element)
    for element in _assigned(diagram):
        if _is_formal(element) and not element.content:
            yield at(element)
    for definition in diagram.elements("conditionalEventDefinition"):
        if definition.child("condition") is None:
            yield at(definition)


@rule(
    "feel-syntax",
    source="DMN 1.5, chapter 10; the engine evaluates FEEL only",
    says_el="Η έκφραση «{text}» δεν είναι FEEL: {detail}.",
    says_en="The expression {text} is not FEEL: {detail}.",
    why_el="Μια έκφραση που δεν διαβάζεται θα σταματούσε την υπόθεση τη στιγμή που χρειάζεται.",
    why_en="An expression that does not parse would stop a case at the moment it is needed.",
    remedy_el='Γράψτε την σε FEEL, π.χ. =age >= 18 and contains(text, "a").',
    remedy_en='Write it in FEEL, for example =age >= 18 and contains(text, "a").',
)
def feel_syntax(diagram: CheckedDiagram) -> Violations:
    """Yields expressions that do not parse, with the place inside them."""
    for expression in diagram.expressions:
        if expression.parsed is None:
            values = {"text": _short(expression.text), "detail": expression.problem}
            yield _inside(expression, expression.problem_line, **values)


def _inside(expression: FoundExpression, line: int, **values: str) -> Violation:
    """The breach at a line of an expression's text, counted from 1."""
    below = line - 1 or None
    return Violation(
        element=expression.element, values=values, line=below and expression.element.line + below
    )


def _short(text: str) -> str:
    return shortened(" ".join(text.split()), 80)


@rule(
    "unknown-function",
    source="DMN 1.5, 10.3.4, and the functions of the dialect; the engine knows no others",
    says_el="Η συνάρτηση «{name}» στο {what} δεν υπάρχει· το κοντινότερο γνωστό όνομα είναι «{nearest}».",
    says_en="The function {name} in {what} does not exist; the nearest known name is {nearest}.",
    why_el="Μια κλήση άγνωστης συνάρτησης δίνει null, και η υπόθεση θα σταματούσε εκεί.",
    why_en="A call of an unknown function gives null, and the case would stop there.",
    remedy_el="Διορθώστε το όνομα της συνάρτησης.",
    remedy_en="Correct the name of the function.",
)
def unknown_function(diagram: CheckedDiagram) -> Violations:
    """Yields calls of functions that are neither built in, nor ours, nor made by a text of the diagram."""
    for expression, mistake in _mistakes(diagram, feel.MistakeKind.UNKNOWN_FUNCTION):
        yield _inside(expression, mistake.position.line, name=mistake.name, nearest=mistake.expected)


@rule(
    "function-arguments",
    source="DMN 1.5, 10.3.2.13 and 10.3.4",
    says_el="Η κλήση {found} στο {what} δεν ταιριάζει σε καμία μορφή της συνάρτησης: {expected}.",
    says_en="The call {found} in {what} fits no form of the function: {expected}.",
    why_el="Μια κλήση με λάθος πλήθος ή ονόματα ορισμάτων δίνει null, όποιες κι αν είναι οι τιμές.",
    why_en="A call with a wrong number or wrong names of arguments gives null, whatever the values are.",
    remedy_el="Δώστε τα ορίσματα που ζητά η συνάρτηση, με τη σειρά ή με τα ονόματά τους.",
    remedy_en="Give the arguments that the function asks for, in their order or by their names.",
)
def function_arguments(diagram: CheckedDiagram) -> Violations:
    """Yields calls with a number or names of arguments that no form of the function has."""
    for expression, mistake in _mistakes(diagram, feel.MistakeKind.WRONG_ARGUMENTS):
        yield _inside(expression, mistake.position.line, found=mistake.found, expected=mistake.expected)


def _all_mistakes(diagram: CheckedDiagram, parsed: feel.FeelExpression) -> tuple[feel.Mistake, ...]:
    """The calls that no values could make right; what comes from outside is no function."""
    ours = frozenset(name.partition(".")[0] for name in STOA_FUNCTIONS)
    return parsed.mistakes(feel.Scope(functions=STOA_FUNCTIONS, open=diagram.variables - ours))


def _mistakes(
    diagram: CheckedDiagram, kind: feel.MistakeKind
) -> Iterator[tuple[FoundExpression, feel.Mistake]]:
    for expression in diagram.expressions:
        if expression.parsed is not None:
            for mistake in _all_mistakes(diagram, expression.parsed):
                if mistake.kind is kind:
                    yield expression, mistake


@rule(
    "feel-words",
    source="DMN 1.5, 10.3.1.2; the engine evaluates FEEL only",
    says_el="Οι λέξεις «{name}» στο {what} δεν είναι όνομα μεταβλητής.",
    says_en="The words {name} in {what} are no variable's name.",
    why_el="Το FEEL διαβάζει λέξεις τη μία μετά την άλλη ως ένα όνομα· εδώ μάλλον είναι κείμενο για "
    "ανθρώπους.",
    why_en="FEEL reads words in a row as one name; here they are more likely a text for people.",
    remedy_el="Γράψτε έκφραση FEEL ή βάλτε το κείμενο σε εισαγωγικά.",
    remedy_en="Write a FEEL expression, or put the text in quotes.",
)
def feel_words(diagram: CheckedDiagram) -> Violations:
    """Yields expressions that read several words as the name of a variable that nothing writes."""
    for expression in diagram.expressions:
        yield from (
            at(expression.element, name=name) for name in _unknown(diagram, expression) if " " in name
        )


def _unknown(diagram: CheckedDiagram, expression: FoundExpression) -> list[str]:
    """The names that an expression reads and nothing writes, but for those that it calls as functions.

    None for what an activity gave back.
    """
    if expression.parsed is None or expression.purpose is Purpose.RESULT:
        return []
    called = {mistake.name for mistake in _all_mistakes(diagram, expression.parsed)}
    return sorted(expression.parsed.free_names - diagram.variables - called)


@rule(
    "unknown-variable",
    source="the engine: a condition that reads a missing variable is an incident",
    says_el="Τη μεταβλητή «{name}» στο {what} δεν τη γράφει τίποτε στη διαδικασία· το κοντινότερο γνωστό "
    "όνομα είναι «{nearest}».",
    says_en="Nothing in the procedure writes the variable {name} in {what}; the nearest known name is "
    "{nearest}.",
    why_el="Μια μεταβλητή που λείπει είναι null, και μια συνθήκη που τη διαβάζει σταματά την υπόθεση.",
    why_en="A missing variable is null, and a condition that reads it stops the case.",
    remedy_el="Διορθώστε το όνομα ή γράψτε τη μεταβλητή με φόρμα, αντιστοίχιση ή δέσμη ενεργειών.",
    remedy_en="Correct the name, or write the variable by a form, a mapping or a script.",
)
def unknown_variable(diagram: CheckedDiagram) -> Violations:
    """Yields names that nothing in the procedure writes; silent where values of unknown names can be."""
    if diagram.files.main_process is not None:
        yield from _unwritten(diagram)


@rule(
    "variable-from-outside",
    severity=Severity.WARNING,
    source="the engine: a condition that reads a missing variable is an incident",
    says_el="Τη μεταβλητή «{name}» στο {what} δεν τη γράφει κανένα από τα αρχεία· το κοντινότερο γνωστό "
    "όνομα είναι «{nearest}».",
    says_en="None of the files writes the variable {name} in {what}; the nearest known name is {nearest}.",
    why_el="Χωρίς procedure.yaml δεν είναι γνωστό με ποιες μεταβλητές αρχίζει η διαδικασία· αν λείψει, μια "
    "συνθήκη που τη διαβάζει σταματά την υπόθεση.",
    why_en="Without a procedure.yaml nobody knows with which variables the process begins; if it is missing, "
    "a condition that reads it stops the case.",
    remedy_el="Διορθώστε το όνομα ή γράψτε τη μεταβλητή με φόρμα, αντιστοίχιση ή δέσμη ενεργειών.",
    remedy_en="Correct the name, or write the variable by a form, a mapping or a script.",
)
def variable_from_outside(diagram: CheckedDiagram) -> Violations:
    """The same for files with forms that no procedure.yaml makes a procedure of."""
    if diagram.files.main_process is None:
        yield from _unwritten(diagram)


def _unwritten(diagram: CheckedDiagram) -> Violations:
    for expression in diagram.expressions:
        unknown = [name for name in _unknown(diagram, expression) if " " not in name]
        if unknown and diagram.knows_all_at(expression.element):
            for name in unknown:
                yield unwritten_name(expression.element, name, diagram.variables)


def unwritten_name(element: Element, name: str, known: frozenset[str]) -> Violation:
    """The breach at an element that reads a name which nothing writes; all of one name are one mistake."""
    values = {"name": name, "nearest": feel.nearest(name, known)}
    return Violation(element=element, values=values, cause=f"unwritten {name}")


@rule(
    "variable-misspelt",
    severity=Severity.WARNING,
    source="the engine: a condition that reads a missing variable is an incident",
    says_el="Τη μεταβλητή «{name}» στο {what} δεν τη γράφει κανένα από τα αρχεία (μήπως «{nearest}»;).",
    says_en="None of the files writes the variable {name} in {what} (did you mean {nearest}?).",
    why_el="Μια απάντηση φορέα θα μπορούσε να τη φέρει, μα το όνομα διαφέρει ελάχιστα από ένα γνωστό.",
    why_en="An answer of an agency could bring it, but the name differs very little from a known one.",
    remedy_el="Διορθώστε το όνομα, ή πείτε με αντιστοίχιση εξόδου τι παίρνετε από την απάντηση.",
    remedy_en="Correct the name, or say by an output mapping what is taken from the answer.",
)
def variable_misspelt(diagram: CheckedDiagram) -> Violations:
    """Yields names that nothing writes and that are nearly one that is known, where others may come in."""
    if not diagram.files.is_whole:
        return
    for expression in diagram.expressions:
        for name in _unknown(diagram, expression):
            near = is_nearly(name, diagram.variables)
            if near and " " not in name and not diagram.knows_all_at(expression.element):
                yield unwritten_name(expression.element, name, diagram.variables)


def is_nearly(name: str, known: frozenset[str]) -> bool:
    """Whether a name is most likely one of the known ones, misspelt."""
    nearest = feel.nearest(name, known)
    return len(name) > 4 and alike(name, nearest) >= NEARLY


@rule(
    "decision-input-known",
    source="the engine: a decision is given the case's variables by the names of its inputs",
    says_el="Η απόφαση {decision} διαβάζει την είσοδο «{name}», που δεν τη γράφει τίποτε στη διαδικασία· το "
    "κοντινότερο γνωστό όνομα είναι «{nearest}».",
    says_en="The decision {decision} reads the input {name}, which nothing in the procedure writes; the "
    "nearest known name is {nearest}.",
    why_el="Μια είσοδος που λείπει είναι null, και ένα κελί που τη διαβάζει σταματά την υπόθεση.",
    why_en="A missing input is null, and a cell that reads it stops the case.",
    remedy_el="Διορθώστε το όνομα στην απόφαση ή γράψτε τη μεταβλητή, π.χ. με αντιστοίχιση εισόδου.",
    remedy_en="Correct the name in the decision, or write the variable, for example by an input mapping.",
)
def decision_input_known(diagram: CheckedDiagram) -> Violations:
    """Yields inputs of called decisions that nothing in the procedure writes."""
    if not diagram.variables_complete or diagram.files.main_process is None:
        return
    for element in diagram.extensions():
        called = element.get("decisionId", "") if element.kind == "calledDecision" else ""
        for name in diagram.files.decision_inputs.get(called, ()):
            if name not in diagram.variables and name not in feel.FUNCTIONS:
                values = {"decision": called, "name": name, "nearest": feel.nearest(name, diagram.variables)}
                yield Violation(element=element, values=values, cause=f"unwritten {name}")


@rule(
    "condition-is-boolean",
    source="BPMN 2.0.2, 8.4.3, table 10.27; EXT.071",
    says_el="Η συνθήκη «{text}» του {what} είναι πάντα {value}, ούτε true ούτε false.",
    says_en="The condition {text} of {what} is always {value}, neither true nor false.",
    why_el="Μια συνθήκη που δεν είναι αληθής ή ψευδής σταματά την υπόθεση.",
    why_en="A condition that is neither true nor false stops the case.",
    remedy_el="Γράψτε μια σύγκριση, π.χ. =count > 3.",
    remedy_en="Write a comparison, for example =count > 3.",
)
def condition_is_boolean(diagram: CheckedDiagram) -> Violations:
    """Yields conditions without variables that come to something else than a boolean."""
    for expression, value in _constants(diagram, Purpose.CONDITION):
        if not isinstance(value, bool):
            yield at(expression.element, text=_short(expression.text), value=_spoken(value))


@rule(
    "cardinality-is-count",
    source="BPMN 2.0.2, table 10.27; EXT.066",
    says_el="Το πλήθος «{text}» του {what} είναι πάντα {value}· χρειάζεται ακέραιος από 0 και πάνω.",
    says_en="The cardinality {text} of {what} is always {value}; it must be a whole number of at least 0.",
    why_el="Το πλήθος των στιγμιοτύπων είναι ακέραιος αριθμός.",
    why_en="The number of instances is a whole number.",
    remedy_el="Γράψτε ακέραιο ή έκφραση που δίνει ακέραιο.",
    remedy_en="Write a whole number, or an expression that gives one.",
)
def cardinality_is_count(diagram: CheckedDiagram) -> Violations:
    """Yields cardinalities without variables that come to something else than a whole number."""
    for expression, value in _constants(diagram, Purpose.NUMBER):
        if not isinstance(value, Decimal) or value != value.to_integral_value() or value < 0:
            yield at(expression.element, text=_short(expression.text), value=_spoken(value))


def _constants(diagram: CheckedDiagram, purpose: Purpose) -> Iterator[tuple[FoundExpression, feel.Value]]:
    """The expressions for a purpose that read no variable, with what they come to."""
    for expression in diagram.expressions:
        parsed = expression.parsed
        if parsed is None or expression.purpose is not purpose or parsed.free_names or parsed.possible_names:
            continue
        try:
            evaluation = parsed.evaluate({}, limits=CONSTANT)
        except feel.FeelLimitError:
            continue  # it is no constant that one could name
        if not evaluation.problems:
            yield expression, evaluation.value


def _spoken(value: feel.Value) -> str:
    return "null" if value is None else _short(str(value))


@rule(
    "expression-language",
    source="the engine: FEEL is the only language that is evaluated",
    says_el="Το {what} είναι γραμμένο στη γλώσσα {language}.",
    says_en="{what} is written in the language {language}.",
    why_el="Εκτελείται μόνο FEEL· το ίδιο κείμενο σε άλλη γλώσσα μπορεί να σημαίνει κάτι άλλο.",
    why_en="Only FEEL is evaluated; the same text may mean something else in another language.",
    remedy_el="Γράψτε την έκφραση σε FEEL και αφαιρέστε το language.",
    remedy_en="Write it in FEEL, and remove language.",
)
def expression_language(diagram: CheckedDiagram) -> Violations:
    """Yields formal expressions and conditions that name another language."""
    for element in diagram.root.within():
        language = element.get("language")
        if language is not None and _is_formal(element) and "feel" not in language.lower():
            yield at(element, language=language)
