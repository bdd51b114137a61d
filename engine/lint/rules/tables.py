"""Decision tables: every case meets a rule, and no case meets two that exclude each other."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine import feel
from engine.dmn.model import DecisionTable, HitPolicy, UnaryTestsText
from engine.lint import regions
from engine.lint.checked_bundle import CheckedBundle, Spot
from engine.lint.finding import Severity, Text
from engine.lint.regions import Column
from engine.lint.rule import Violation, Violations, bundle_rule
from engine.lint.value_types import ValueType, type_of

_SINGLE = frozenset({HitPolicy.UNIQUE, HitPolicy.ANY, HitPolicy.FIRST, HitPolicy.PRIORITY})
"""The policies by which a table gives the result of one rule, and null where none matches."""

_MOST_STEPS = 20_000
_MOST_PAIRS = 50_000


@bundle_rule(
    "table-complete",
    severity=Severity.WARNING,
    source="DMN 1.5, 8.2.9: a complete table has a rule for every case",
    says_el="Στον πίνακα {what} κανένας κανόνας δεν ισχύει για {values}.",
    says_en="In the table {what} no rule holds for {values}.",
    why_el="Χωρίς κανόνα το αποτέλεσμα είναι κενό, και η υπόθεση σταματά εκεί όπου χρειάζεται.",
    why_en="Without a rule the result is null, and the case stops where it is needed.",
    remedy_el="Προσθέστε κανόνα για αυτές τις τιμές, διορθώστε ένα όριο ή βάλτε προεπιλεγμένο αποτέλεσμα.",
    remedy_en="Add a rule for these values, correct a bound, or give the table a default output.",
)
def table_complete(bundle: CheckedBundle) -> Violations:
    """Yields the first case of each table that no rule is for, as far as that can be told beforehand."""
    for checked in _tables(bundle):
        gap = _gap(checked) if _may_be_incomplete(checked.table) else None
        if gap is not None:
            cell = _bound_beside(checked, gap)
            place = cell.place if cell is not None else checked.table.place
            yield Violation(
                spot=Spot(place.file, place.line, checked.what, checked.id, cell.text if cell else ""),
                values={"values": _in_words(checked.columns, gap)},
            )


@bundle_rule(
    "table-decidable",
    severity=Severity.HINT,
    source="DMN 1.5, 8.2.9 and 8.3.3: unary tests may hold any expression",
    says_el="Στον πίνακα {what} το κελί «{text}» δεν αφήνει να κριθεί αν υπάρχει κανόνας για κάθε τιμή.",
    says_en="In the table {what} the cell {text} keeps from telling whether there is a rule for every value.",
    why_el="Ένα κελί που υπολογίζεται, ή στήλη με τιμές πολλών τύπων, δεν συγκρίνεται εκ των προτέρων.",
    why_en="A cell that is computed, or a column of values of several types, cannot be compared beforehand.",
    remedy_el="Γράψτε σταθερές και διαστήματα, ή βάλτε για τα άλλα τελευταίο κανόνα ή προεπιλογή.",
    remedy_en="Write constants and ranges, or give the table a last rule or a default output for the others.",
)
def table_decidable(bundle: CheckedBundle) -> Violations:
    """Yields the first cell for which a table that must have a rule for every case cannot be judged."""
    for checked in _tables(bundle):
        if _may_be_incomplete(checked.table) and not _has_rule_for_all(checked.table):
            cell = next(_unknown_cells(checked), None)
            if cell is not None:
                spot = Spot(cell.place.file, cell.place.line, checked.what, checked.id, cell.text)
                yield Violation(spot=spot, values={"text": cell.text.strip()[:60]})


def _may_be_incomplete(table: DecisionTable) -> bool:
    """Whether a case without a rule has no result."""
    return table.hit_policy in _SINGLE and all(output.default is None for output in table.outputs)


def _has_rule_for_all(table: DecisionTable) -> bool:
    return any(all(cell.text.strip() in {"", "-"} for cell in rule.inputs) for rule in table.rules)


@bundle_rule(
    "table-unambiguous",
    source="DMN 1.5, 8.2.10: of a UNIQUE table one rule matches, of an ANY table all give the same",
    says_el="Στον πίνακα {what} ισχύουν μαζί οι κανόνες {first} και {second}, για {values}.",
    says_en="In the table {what} the rules {first} and {second} hold together, for {values}.",
    why_el="Με πολιτική UNIQUE δύο κανόνες που ισχύουν μαζί δίνουν κενό αποτέλεσμα.",
    why_en="By the policy UNIQUE two rules that hold together give null.",
    remedy_el="Στενέψτε τον έναν από τους δύο, ή βάλτε πολιτική FIRST αν ο πρώτος υπερισχύει.",
    remedy_en="Narrow one of the two, or set the policy FIRST if the first one prevails.",
)
def table_unambiguous(bundle: CheckedBundle) -> Violations:
    """Yields, for each rule of such a table, the first earlier one that holds for a case of it too."""
    for checked in _tables(bundle):
        policy = checked.table.hit_policy
        if policy not in (HitPolicy.UNIQUE, HitPolicy.ANY):
            continue
        for first, second, values in _overlaps(checked, only_different=policy is HitPolicy.ANY):
            row = checked.table.rules[second]
            cell = row.inputs[next(iter(values), 0)] if row.inputs else None
            place = cell.place if cell is not None else row.place
            yield Violation(
                spot=Spot(place.file, place.line, checked.what, checked.id, cell.text if cell else ""),
                values={
                    "first": str(first + 1),
                    "second": str(second + 1),
                    "values": _in_words(checked.columns, values),
                },
                cause=f"rules of {checked.id} overlap",
            )


@dataclass(frozen=True)
class _Checked:
    """A table whose columns could be read; `columns` has None for one in which any value may be meant."""

    id: str
    what: Text
    table: DecisionTable
    columns: tuple[Column | None, ...]

    def mask(self, rule: int, column: int) -> int | None:
        found = self.columns[column]
        return None if found is None else found.masks[rule]


def _unknown_cells(checked: _Checked) -> Iterator[UnaryTestsText]:
    """The cells of which it is not known which values they take."""
    for number, rule in enumerate(checked.table.rules):
        yield from (cell for column, cell in enumerate(rule.inputs) if checked.mask(number, column) is None)


def _tables(bundle: CheckedBundle) -> Iterator[_Checked]:
    for decision, table in bundle.decisions.tables if bundle.decisions is not None else ():
        called = f'"{decision.name}" ({decision.id})'
        columns = tuple(_column(bundle, table, number) for number in range(len(table.inputs)))
        yield _Checked(decision.id, Text(el=called, en=called), table, columns)


def _column(bundle: CheckedBundle, table: DecisionTable, number: int) -> Column | None:
    clause = table.inputs[number]
    cells = [rule.inputs[number].text for rule in table.rules]
    name = " ".join(clause.expression.text.split())
    of_type = _type(bundle, name)
    options = of_type.options or tuple(_allowed(clause.allowed.text if clause.allowed else ""))
    return regions.column_of(cells, name, options=options, is_whole=of_type.is_whole)


def _type(bundle: CheckedBundle, name: str) -> ValueType:
    try:
        return type_of(feel.expression(name).node, bundle.types)
    except (feel.FeelSyntaxError, feel.FeelLimitError):
        return ValueType()


def _allowed(text: str) -> Iterator[object]:
    """The values that a column's list allows; none where it holds more than constants."""
    if not text.strip():
        return
    try:
        values = feel.expression(f"[{text}]").evaluate().value
    except (feel.FeelSyntaxError, feel.FeelLimitError):
        return
    if isinstance(values, list) and all(isinstance(value, str | bool) for value in values):
        yield from values


def _gap(checked: _Checked) -> Mapping[int, int] | None:
    """The parts, by column, of a case for which no rule is; None where there is none, or none can be told."""
    usable = [number for number, column in enumerate(checked.columns) if column is not None]
    rules = range(len(checked.table.rules))
    if not rules or any(
        checked.mask(rule, number) is None for rule in rules for number in range(len(checked.columns))
    ):
        return None
    steps = 0
    complete: set[tuple[int, frozenset[int]]] = set()
    waiting: list[tuple[int, frozenset[int], Mapping[int, int]]] = [(0, frozenset(rules), {})]
    while waiting:
        depth, left, chosen = waiting.pop()
        steps += 1
        if steps > _MOST_STEPS:
            return None
        if not left:
            return chosen
        if depth == len(usable) or (depth, left) in complete:
            continue
        complete.add((depth, left))
        number = usable[depth]
        column = checked.columns[number]
        parts = range(len(column.parts) if column is not None else 0)
        for part in reversed(parts):
            following = frozenset(rule for rule in left if (checked.mask(rule, number) or 0) >> part & 1)
            waiting.append((depth + 1, following, {**chosen, number: part}))
    return None


def _bound_beside(checked: _Checked, gap: Mapping[int, int]) -> UnaryTestsText | None:
    """The first cell that ends just below or above a gap, in a rule that holds but for that column."""
    for rule, row in enumerate(checked.table.rules):
        wrong = [number for number, part in gap.items() if not _takes(checked, rule, number, part)]
        for number in wrong if len(wrong) == 1 else ():
            if any(_takes(checked, rule, number, gap[number] + step) for step in (-1, 1)):
                return row.inputs[number]
    return None


def _takes(checked: _Checked, rule: int, number: int, part: int) -> bool:
    mask = checked.mask(rule, number)
    return mask is not None and part >= 0 and bool(mask >> part & 1)


def _overlaps(checked: _Checked, *, only_different: bool) -> Iterator[tuple[int, int, Mapping[int, int]]]:
    pairs = 0
    rules = checked.table.rules
    for second in range(len(rules)):
        for first in range(second):
            pairs += 1
            if pairs > _MOST_PAIRS:
                return
            same = [cell.text.strip() for cell in rules[first].outputs] == [
                cell.text.strip() for cell in rules[second].outputs
            ]
            common = None if only_different and same else _common(checked, first, second)
            if common is not None:
                yield first, second, common
                break


def _common(checked: _Checked, first: int, second: int) -> Mapping[int, int] | None:
    """The parts, by column, of a case for which two rules are; None where none is, or none can be told."""
    found: dict[int, int] = {}
    for number, column in enumerate(checked.columns):
        one, other = checked.mask(first, number), checked.mask(second, number)
        texts = {checked.table.rules[rule].inputs[number].text.strip() for rule in (first, second)}
        if one is None or other is None or column is None:
            if len(texts) == 1 or texts & {"-", ""}:
                continue
            return None
        both = one & other
        if not both:
            return None
        if both != column.all:
            found[number] = (both & -both).bit_length() - 1
    return found


def _in_words(columns: Sequence[Column | None], parts: Mapping[int, int]) -> str | Text:
    said = [
        column.parts[parts[number]] for number, column in enumerate(columns) if column and number in parts
    ]
    return ", ".join(said) if said else Text(el="κάθε τιμή", en="any values")
