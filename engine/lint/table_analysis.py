"""Decision tables before they are taken: the cases that no rule is for, and those that two rules are for."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine import feel
from engine.dmn.model import DecisionTable, HitPolicy, UnaryTestsText
from engine.lint import regions
from engine.lint.checked_bundle import CheckedBundle
from engine.lint.finding import Text
from engine.lint.regions import Column
from engine.lint.value_types import ValueType, type_of

_SINGLE = frozenset({HitPolicy.UNIQUE, HitPolicy.ANY, HitPolicy.FIRST, HitPolicy.PRIORITY})
"""The policies by which a table gives the result of one rule, and null where none matches."""

_MOST_STEPS = 20_000
_MOST_PAIRS = 50_000


def may_be_incomplete(table: DecisionTable) -> bool:
    """Whether a case without a rule has no result."""
    return table.hit_policy in _SINGLE and all(output.default is None for output in table.outputs)


@dataclass(frozen=True)
class CheckedTable:
    """A table whose columns could be read; `columns` has None for one in which any value may be meant."""

    id: str
    what: Text
    table: DecisionTable
    columns: tuple[Column | None, ...]

    def mask(self, rule: int, column: int) -> int | None:
        found = self.columns[column]
        return None if found is None else found.masks[rule]


def unknown_cells(checked: CheckedTable) -> Iterator[UnaryTestsText]:
    """The cells of which it is not known which values they take."""
    for number, rule in enumerate(checked.table.rules):
        yield from (cell for column, cell in enumerate(rule.inputs) if checked.mask(number, column) is None)


def tables_of(bundle: CheckedBundle) -> Iterator[CheckedTable]:
    for decision, table in bundle.decisions.tables if bundle.decisions is not None else ():
        called = f'"{decision.name}" ({decision.id})'
        columns = tuple(_column(bundle, table, number) for number in range(len(table.inputs)))
        yield CheckedTable(decision.id, Text(el=called, en=called), table, columns)


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


def gap_of(checked: CheckedTable) -> Mapping[int, int] | None:
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


def bound_beside(checked: CheckedTable, gap: Mapping[int, int]) -> UnaryTestsText | None:
    """The first cell that ends just below or above a gap, in a rule that holds but for that column."""
    for rule, row in enumerate(checked.table.rules):
        wrong = [number for number, part in gap.items() if not _takes(checked, rule, number, part)]
        for number in wrong if len(wrong) == 1 else ():
            if any(_takes(checked, rule, number, gap[number] + step) for step in (-1, 1)):
                return row.inputs[number]
    return None


def _takes(checked: CheckedTable, rule: int, number: int, part: int) -> bool:
    mask = checked.mask(rule, number)
    return mask is not None and part >= 0 and bool(mask >> part & 1)


def overlaps_of(
    checked: CheckedTable, *, only_different: bool
) -> Iterator[tuple[int, int, Mapping[int, int]]]:
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


def _common(checked: CheckedTable, first: int, second: int) -> Mapping[int, int] | None:
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


def in_words(columns: Sequence[Column | None], parts: Mapping[int, int]) -> str | Text:
    said = [
        column.parts[parts[number]] for number, column in enumerate(columns) if column and number in parts
    ]
    return ", ".join(said) if said else Text(el="κάθε τιμή", en="any values")
