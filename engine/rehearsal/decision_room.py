"""A decision as people look at it: its table, what it leaves open, and which rule is for which values."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final

from engine import dmn, feel
from engine.bundle.procedure import Procedure
from engine.context import QueryContext
from engine.dmn.model import DecisionTable, HitPolicy, InputClause
from engine.dmn.outcome import TableTrace
from engine.kernel.refusal import NotFound
from engine.lint.checking import checked_bundle
from engine.lint.finding import Text
from engine.lint.table_analysis import (
    CheckedTable,
    gap_of,
    in_words,
    may_be_incomplete,
    overlaps_of,
    tables_of,
    unknown_cells,
)
from engine.procedures import store as procedures_store
from engine.procedures.model import ProcedureVersion
from engine.procedures.queries import version_numbered
from engine.rehearsal.case_groups import names_of_fields, read_of, sample_of
from engine.rehearsal.decision_effects import decision_named, given_to

_ONE_RULE: Final = frozenset({HitPolicy.UNIQUE, HitPolicy.ANY, HitPolicy.FIRST, HitPolicy.PRIORITY})
"""The policies by which one rule gives the result; by the others several are meant to hold."""
_LONGEST: Final = 200
"""Characters of a value that is tried."""


class AskedKind(StrEnum):
    """How a value is asked for."""

    CHOICE = "choice"
    YES_NO = "yes_no"
    NUMBER = "number"
    DATE = "date"
    TEXT = "text"
    FEEL = "feel"
    """Of any other kind: written as a FEEL expression."""


@dataclass(frozen=True, kw_only=True)
class AskedValue:
    """A value that the table of a decision reads; `name` is the path of it as FEEL has it.

    With `is_presence` it is asked only whether there is such a thing. `options` are all that a form offers,
    by what is written for them.
    """

    name: str
    called: Text
    kind: AskedKind
    options: Mapping[str, Text] = field(default_factory=dict)
    is_presence: bool = False


@dataclass(frozen=True, kw_only=True)
class Gap:
    """Values that no rule is for, in words, and an example of each that is asked for by its name."""

    words: Text
    example: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Overlap:
    """Two rules, by their numbers from 1, that hold for the same values; `is_wrong` unless one goes first."""

    first: int
    second: int
    words: Text
    example: Mapping[str, str]
    is_wrong: bool


@dataclass(frozen=True, kw_only=True)
class TableSheet:
    """The table of a decision, what is asked to try it, and what it leaves open.

    `undecided` are the cells of which it cannot be told beforehand which values they take.
    """

    table: DecisionTable
    asked: tuple[AskedValue, ...]
    gap: Gap | None
    overlaps: tuple[Overlap, ...]
    undecided: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Tried:
    """What a table decides of some values, rule by rule; `problems` are those of values, by their names."""

    trace: TableTrace | None = None
    value: object = None
    problems: Mapping[str, Text] = field(default_factory=dict)
    undecided: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class DecisionSheet:
    """A decision of a version; `table` is None where it is no table, `tried` where nothing was."""

    version: ProcedureVersion
    decisions: tuple[dmn.DecisionSummary, ...]
    summary: dmn.DecisionSummary
    table: TableSheet | None
    tried: Tried | None


@dataclass(frozen=True, kw_only=True)
class ShowDecision:
    """A decision of a version, tried with `values` as people write them, by name; None tries nothing."""

    key: str
    number: int
    decision: str
    values: Mapping[str, str] | None = None

    def answer(self, context: QueryContext) -> DecisionSheet:
        """The sheet; `NotFound` for a decision that is not there."""
        version = version_numbered(self.key, self.number, context)
        procedure = context.procedure(version.id)
        bundle = procedure.decisions
        summary = bundle.decisions.get(self.decision) if bundle is not None else None
        if bundle is None or summary is None:
            raise NotFound.of("decision", self.decision)
        files = procedures_store.files_of_version(context.connection, version.id)
        table = _sheets(_Files(version.sha256, files), procedure).get(self.decision)
        now = context.now.astimezone(context.zone)
        tried = None
        if table is not None and self.values is not None:
            tried = try_out(procedure, self.decision, table, self.values, now=now)
        decisions = tuple(sorted(bundle.decisions.values(), key=lambda one: one.name))
        return DecisionSheet(version=version, decisions=decisions, summary=summary, table=table, tried=tried)


class _Files(dict[str, bytes]):
    """The files of a version, the same as any others with its hash."""

    def __init__(self, sha256: str, files: Mapping[str, bytes]) -> None:
        super().__init__(files)
        self._sha256 = sha256

    def __hash__(self) -> int:  # type: ignore[override]  # a dictionary that is never changed
        return hash(self._sha256)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Files) and other._sha256 == self._sha256


@lru_cache(maxsize=16)
def _checked(files: _Files) -> Mapping[str, CheckedTable]:
    return {checked.id: checked for checked in tables_of(checked_bundle(files))}


def _sheets(files: _Files, procedure: Procedure) -> dict[str, TableSheet]:
    return {name: _sheet(checked, procedure) for name, checked in _checked(files).items()}


def _sheet(checked: CheckedTable, procedure: Procedure) -> TableSheet:
    table = checked.table
    is_ambiguous = table.hit_policy in (HitPolicy.UNIQUE, HitPolicy.ANY)
    found = gap_of(checked) if may_be_incomplete(table) else None
    overlaps = (
        overlaps_of(checked, only_different=table.hit_policy is HitPolicy.ANY)
        if table.hit_policy in _ONE_RULE
        else ()
    )
    return TableSheet(
        table=table,
        asked=tuple(_asked(checked, procedure)),
        gap=None if found is None else Gap(words=_words(checked, found), example=_example(checked, found)),
        overlaps=tuple(
            Overlap(
                first=first + 1,
                second=second + 1,
                words=_words(checked, parts),
                example=_example(checked, parts),
                is_wrong=is_ambiguous,
            )
            for first, second, parts in overlaps
        ),
        undecided=tuple(dict.fromkeys(" ".join(cell.text.split()) for cell in unknown_cells(checked))),
    )


def _words(checked: CheckedTable, parts: Mapping[int, int]) -> Text:
    said = in_words(checked.columns, parts)
    return said if isinstance(said, Text) else Text(el=said, en=said)


def _example(checked: CheckedTable, parts: Mapping[int, int]) -> dict[str, str]:
    """Values as they are written into the form; a column without a part may have any."""
    found = {}
    for number, part in parts.items():
        column = checked.columns[number]
        path, there = read_of(checked.table.inputs[number].expression.text)
        value = sample_of(column.ranges[part]) if column is not None else None
        if path and value is not None:
            found[_name(path, there=there)] = _written(value)
    return found


def _name(path: str, *, there: bool | None) -> str:
    return path if there is None else f"{path}?"


def _written(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, str) else feel.temporal_text(value)


def _asked(checked: CheckedTable, procedure: Procedure) -> Iterator[AskedValue]:
    names = names_of_fields([form.schema for form in procedure.forms.values()])
    known: set[str] = set()
    for number, clause in enumerate(checked.table.inputs):
        path, there = read_of(clause.expression.text)
        name = _name(path, there=there)
        if not path or name in known:
            continue
        known.add(name)
        named, labels = names.get(path, (None, {}))
        if named is None:
            named = decision_named(procedure, path) or Text(el=clause.label or path, en=clause.label or path)
        options = {str(value): words for value, words in labels.items()}
        column = checked.columns[number]
        for part in column.ranges if column is not None and column.is_closed else ():
            if isinstance(part.low, str):
                options.setdefault(part.low, Text(el=part.low, en=part.low))
        yield AskedValue(
            name=name,
            called=named,
            kind=_kind(clause, options, there=there),
            options=options,
            is_presence=there is not None,
        )


_KINDS: Final = {"boolean": AskedKind.YES_NO, "number": AskedKind.NUMBER, "date": AskedKind.DATE}


def _kind(clause: InputClause, options: Mapping[str, Text], *, there: bool | None) -> AskedKind:
    if there is not None:
        return AskedKind.YES_NO
    type_ref = (clause.expression.type_ref or "").rpartition(":")[2]
    if type_ref in _KINDS:
        return _KINDS[type_ref]
    if options:
        return AskedKind.CHOICE
    return AskedKind.TEXT if type_ref == "string" else AskedKind.FEEL


def try_out(
    procedure: Procedure, decision: str, sheet: TableSheet, values: Mapping[str, str], *, now: datetime
) -> Tried:
    """What the table decides of values as they are written; an empty one is null."""
    problems: dict[str, Text] = {}
    given: dict[str, Any] = {}
    for asked in sorted(sheet.asked, key=lambda one: one.is_presence):
        written = values.get(asked.name, "").strip()[:_LONGEST]
        try:
            _put(given, asked, _read(asked, written))
        except ValueError:
            problems[asked.name] = _EXPECTED[asked.kind].filled({"found": written})
    bundle = procedure.decisions
    if problems or bundle is None:
        return Tried(problems=problems)
    inputs, supposed = given_to(bundle, decision, given)
    explanation = bundle.explain(decision, inputs, now=now, supposed=supposed)
    traces: Sequence[TableTrace] = explanation.decisions[-1].tables if explanation.decisions else ()
    return Tried(
        trace=traces[0] if traces else None,
        value=explanation.value,
        undecided=tuple(problem.message for problem in explanation.problems),
    )


_EXPECTED: Final = {
    AskedKind.CHOICE: Text(el="Επιλέξτε μία από τις τιμές.", en="Choose one of the values."),
    AskedKind.YES_NO: Text(el="Επιλέξτε ναι ή όχι.", en="Choose yes or no."),
    AskedKind.NUMBER: Text(
        el="Γράψτε έναν αριθμό, όπως 65 ή 12.5: βρέθηκε «{found}».",
        en="Write a number, such as 65 or 12.5: found “{found}”.",
    ),
    AskedKind.DATE: Text(
        el="Γράψτε μια ημερομηνία, όπως 2026-03-09: βρέθηκε «{found}».",
        en="Write a date, such as 2026-03-09: found “{found}”.",
    ),
    AskedKind.TEXT: Text(el="Γράψτε ένα κείμενο.", en="Write a text."),
    AskedKind.FEEL: Text(
        el='Γράψτε μια έκφραση FEEL, όπως 5 ή "κείμενο": βρέθηκε «{found}».',
        en='Write a FEEL expression, such as 5 or "text": found “{found}”.',
    ),
}


def _read(asked: AskedValue, written: str) -> object:
    """The value that was written; `ValueError` for what is none of its kind."""
    if not written:
        return None
    match asked.kind:
        case AskedKind.YES_NO:
            return {"yes": True, "no": False}[written] if written in ("yes", "no") else _refuse()
        case AskedKind.NUMBER:
            return _number(written)
        case AskedKind.DATE:
            return date.fromisoformat(written)
        case AskedKind.CHOICE:
            return written if written in asked.options else _refuse()
        case AskedKind.TEXT:
            return written
        case AskedKind.FEEL:
            return _evaluated(written)


def _refuse() -> object:
    raise ValueError


def _number(written: str) -> Decimal:
    text = written.replace(",", ".")
    if not text.removeprefix("-").replace(".", "", 1).isdecimal() or not text.isascii():
        raise ValueError
    return Decimal(text)


def _evaluated(written: str) -> object:
    try:
        return feel.expression(written).evaluate().value
    except (feel.FeelSyntaxError, feel.FeelLimitError) as problem:
        raise ValueError from problem


def _put(given: dict[str, Any], asked: AskedValue, value: object) -> None:
    *around, last = asked.name.removesuffix("?").split(".")
    inside = given
    for name in around:
        found = inside.setdefault(name, {})
        inside = found if isinstance(found, dict) else {}
    if not asked.is_presence:
        inside[last] = value
    elif value is True:
        inside.setdefault(last, {})
    else:
        inside.setdefault(last, None)
