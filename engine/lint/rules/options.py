"""Options of fields: what is compared with them is one of them, and every one leads somewhere on purpose."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from engine import feel
from engine.feel.reads import children
from engine.feel.syntax import Call, Comparison, In, ListLiteral, Literal, Name, SyntaxNode
from engine.kernel.xml import Element
from engine.lint import form_texts
from engine.lint.checked_bundle import CheckedBundle, CheckedForm, Component, Spot
from engine.lint.finding import Severity, Text
from engine.lint.json_places import Way
from engine.lint.rule import CheckedDiagram, Violation, Violations, bundle_rule, described
from engine.lint.value_types import Types, dotted, of_form, type_of


@dataclass(frozen=True)
class _Compared:
    """A choice, by its path, that is compared with a constant."""

    path: str
    value: object
    options: tuple[object, ...]


@bundle_rule(
    "option-known",
    source="the desk: a choice is one of the options of its field",
    says_el="Το {path} στο {what} συγκρίνεται με «{value}», που δεν είναι επιλογή του (μήπως «{nearest}»;).",
    says_en="{path} in {what} is compared with {value}, none of its options (did you mean {nearest}?).",
    why_el="Καμία απάντηση δεν έχει αυτή την τιμή: η συνθήκη δεν ισχύει ποτέ.",
    why_en="No answer has this value: the condition never holds.",
    remedy_el="Γράψτε μία από τις επιλογές ({options}) ή προσθέστε την επιλογή στη φόρμα.",
    remedy_en="Write one of the options ({options}), or add the option to the form.",
)
def option_known(bundle: CheckedBundle) -> Violations:
    """Yields comparisons of a choice with a value that is none of its options."""
    for where, compared in _comparisons(bundle):
        if compared.value not in compared.options:
            options = [str(option) for option in compared.options]
            yield replace(
                where,
                text=f'"{compared.value}"',
                values={
                    "path": compared.path,
                    "value": str(compared.value),
                    "nearest": feel.nearest(str(compared.value), options),
                    "options": ", ".join(options),
                },
                cause=f"option {compared.path} {compared.value}",
            )


@bundle_rule(
    "option-decided",
    severity=Severity.WARNING,
    source="the desk: what a clerk chooses decides where the case goes",
    says_el="Στο {what} τις επιλογές {options} δεν τις γνωρίζει κανένας κλάδος· στο {gateway} παίρνουν όλες "
    "την προεπιλεγμένη ροή.",
    says_en="No branch knows the options {options} of {what}; at {gateway} all take the default flow.",
    why_el="Μια επιλογή που προστέθηκε στη φόρμα και όχι στο διάγραμμα πηγαίνει εκεί που πάνε οι άλλες.",
    why_en="An option that was added to the form and not to the diagram goes where the others go.",
    remedy_el="Προσθέστε συνθήκη που τις γνωρίζει, ή αφαιρέστε τις από τη φόρμα.",
    remedy_en="Add a condition that knows them, or remove them from the form.",
)
def option_decided(bundle: CheckedBundle) -> Violations:
    """Yields options that no expression names, where a gateway sends others of the field the same way."""
    mentioned: dict[str, set[object]] = defaultdict(set)
    for _, compared in _comparisons(bundle):
        mentioned[compared.path].add(compared.value)
    told: set[str] = set()
    for diagram in bundle.diagrams:
        for gateway, conditions in _deciding(diagram):
            for path, (options, known) in _decided(conditions, bundle.types).items():
                left = [option for option in options if option not in known]
                unknown = [option for option in left if option not in mentioned[path]]
                field = _field(bundle, path)
                is_misspelt = not mentioned[path] <= set(options)
                if len(left) < 2 or not unknown or is_misspelt or path in told or field is None:
                    continue
                told.add(path)
                form, way, component = field
                yield Violation(
                    spot=form.spot((*way, "values"), component, str(unknown[0])),
                    values={
                        "options": ", ".join(f"«{option}»" for option in unknown),
                        "gateway": described(gateway),
                    },
                )


def _comparisons(bundle: CheckedBundle) -> Iterator[tuple[Violation, _Compared]]:
    """Every comparison of a choice with a constant, with the place where it stands."""
    for diagram in bundle.diagrams:
        for found in diagram.expressions:
            if found.parsed is not None:
                place = Violation(element=found.element, file=diagram.file)
                yield from ((place, one) for one in _compared(found.parsed.node, bundle.types))
    for form in bundle.forms:
        in_form = {**of_form(form.content), **bundle.types}
        for written in form_texts.expressions_of(form):
            if written.parsed is not None:
                place = Violation(spot=form.spot(written.way, written.component))
                yield from ((place, one) for one in _compared(written.parsed.node, in_form))
    yield from _in_tables(bundle)


def _in_tables(bundle: CheckedBundle) -> Iterator[tuple[Violation, _Compared]]:
    for decision, table in bundle.decisions.tables if bundle.decisions is not None else ():
        what = Text(el=f'"{decision.name}" ({decision.id})', en=f'"{decision.name}" ({decision.id})')
        for number, clause in enumerate(table.inputs):
            column = _parsed(clause.expression.text)
            options = type_of(column, bundle.types).options if column is not None else ()
            for rule in table.rules if options and column is not None else ():
                cell = rule.inputs[number]
                place = Violation(spot=Spot(cell.place.file, cell.place.line, what, decision.id))
                for value in _constants(cell.text):
                    yield place, _Compared(dotted(column) if column else "", value, options)


def _parsed(text: str) -> SyntaxNode | None:
    try:
        return feel.expression(text).node
    except (feel.FeelSyntaxError, feel.FeelLimitError):
        return None


def _constants(cell: str) -> Iterator[object]:
    try:
        tests = feel.unary_tests(cell).tests.tests if cell.strip() else ()
    except (feel.FeelSyntaxError, feel.FeelLimitError):
        return
    yield from (
        test.value for test in tests if isinstance(test, Literal) and isinstance(test.value, str | bool)
    )


def _compared(node: SyntaxNode, known: Types) -> Iterator[_Compared]:
    """The comparisons in an expression of a choice with constants of the type of its options."""
    sides: list[tuple[SyntaxNode, SyntaxNode]] = []
    match node:
        case Comparison(operator=operator, left=left, right=right) if operator in {"=", "!="}:
            sides = [(left, right), (right, left)]
        case In(value=value, tests=tests):
            sides = [(value, test) for test in tests]
        case Call(function=Name(name="list contains"), arguments=(items, item)):
            listed = items.value.items if isinstance(items.value, ListLiteral) else ()
            sides = [(item.value, one) for one in listed]
    for choice, constant in sides:
        options = type_of(choice, known).options
        path = dotted(choice)
        if path and options and isinstance(constant, Literal) and type(constant.value) is type(options[0]):
            yield _Compared(path, constant.value, options)
    for child in children(node):
        yield from _compared(child, known)


def _deciding(diagram: CheckedDiagram) -> Iterator[tuple[Element, list[SyntaxNode]]]:
    """The exclusive gateways with a default flow, each with its conditions."""
    conditions = {
        found.element: found.parsed.node for found in diagram.expressions if found.parsed is not None
    }
    for scope in diagram.scopes:
        for node in scope.of("exclusiveGateway"):
            if node.element.get("default"):
                written = (flow.condition for flow in scope.outgoing(node))
                yield (
                    node.element,
                    [conditions[one] for one in written if one is not None and one in conditions],
                )


def _decided(
    conditions: list[SyntaxNode], known: Types
) -> Mapping[str, tuple[tuple[object, ...], set[object]]]:
    """The choices by which conditions decide: the options of each, and those that are mentioned."""
    found: dict[str, tuple[tuple[object, ...], set[object]]] = {}
    for condition in conditions:
        for compared in _compared(condition, known):
            found.setdefault(compared.path, (compared.options, set()))[1].add(compared.value)
    return found


def _field(bundle: CheckedBundle, path: str) -> tuple[CheckedForm, Way, Component] | None:
    """The first field that writes the path."""
    for form in bundle.forms:
        for way, component in form.components():
            if component.get("key") == path.rpartition(".")[2] and path == _path(form, way):
                return form, way, component
    return None


def _path(form: CheckedForm, way: Way) -> str:
    """The path of a component: the paths of the groups around it, and its key."""
    names: list[str] = []
    around = [(outer, component) for outer, component in form.components() if way[: len(outer)] == outer]
    for _, component in around:
        name = component.get("path") or component.get("key")
        if isinstance(name, str) and name:
            names.append(name)
    return ".".join(names)
