"""The decisions of a version: each as a table with its gaps and overlaps, tried with values."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlencode

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from api.http.context import engine
from api.pages.frame.language import gettext as _
from api.pages.frame.language import localized_pair
from api.pages.frame.page import page
from api.pages.frame.sessions import actor, signed_in
from engine.cases.decisions import ListDecisions
from engine.dmn.model import DecisionTable
from engine.dmn.outcome import show as show_value
from engine.kernel.actor import Role
from engine.kernel.pages import Slice
from engine.procedures.queries import FindProcedures

if TYPE_CHECKING:
    from engine.rehearsal.decision_room import AskedValue, TableSheet, Tried

blueprint = Blueprint("decision_tables", __name__, url_prefix="/decisions")

READERS = (Role.ANALYST, Role.CERTIFIER, Role.OPERATOR, Role.SUPERVISOR, Role.AUDITOR)
REPLAYERS = (Role.ANALYST, Role.CERTIFIER, Role.OPERATOR)
_ON_A_PAGE = 50
_LONGEST = 100
_FIELD = "value."
"""How the fields are called into which values are typed; what they are about follows."""


class Field(NamedTuple):
    """A value that is asked for."""

    name: str
    words: str
    kind: str
    options: Sequence[tuple[str, str]]
    value: str
    problems: Sequence[str]


class Cell(NamedTuple):
    """An input cell of a rule; `is_met` is None where nothing was tried."""

    text: str
    is_met: bool | None


class RuleRow(NamedTuple):
    """A rule, and what became of it: whether it decided, and why it did not."""

    number: int
    cells: Sequence[Cell]
    outputs: Sequence[str]
    notes: Sequence[str]
    tone: str
    verdict: str
    why_not: Sequence[str]


class Hole(NamedTuple):
    """Something that the table leaves open, with an address at which an example is tried."""

    words: str
    rules: tuple[int, ...]
    is_wrong: bool
    address: str


@blueprint.get("")
@signed_in(*READERS)
def show_list() -> Response:
    text = request.args.get("q", "").replace("\0", "").strip()[:_LONGEST]
    cursor = request.args.get("cursor") or None
    question = FindProcedures(text=text or None, part=Slice(limit=_ON_A_PAGE, cursor=cursor))
    found = engine().ask(question, actor=actor())
    following = url_for("decision_tables.show_list", q=text or None, cursor=found.next)
    return page(
        "decisions/procedures.html",
        procedures=found.items,
        text=text,
        cursor=cursor,
        first_address=url_for("decision_tables.show_list", q=text or None),
        next_address=following if found.next else None,
    )


@blueprint.get("/<key>/<int:number>")
@signed_in(*READERS)
def show_version(key: str, number: int) -> Response:
    decisions = engine().ask(ListDecisions(key=key, number=number), actor=actor())
    return page("decisions/version.html", key=key, number=number, decisions=decisions)


@blueprint.get("/<key>/<int:number>/<decision>")
@signed_in(*READERS)
def show(key: str, number: int, decision: str) -> Response:
    """A decision; with values in the address, the rule that is for them."""
    from engine.rehearsal.decision_room import ShowDecision  # loaded when somebody first looks

    typed = {
        name.removeprefix(_FIELD): value.replace("\0", "")
        for name, value in request.args.items()
        if name.startswith(_FIELD)
    }
    question = ShowDecision(key=key, number=number, decision=decision, values=typed or None)
    sheet = engine().ask(question, actor=actor())
    problems = sheet.tried.problems if sheet.tried is not None else {}
    return page(
        "decisions/decision.html",
        status=422 if problems else 200,
        key=key,
        number=number,
        sheet=sheet,
        table=sheet.table.table if sheet.table else None,
        fields=[_field(one, typed, sheet.tried) for one in sheet.table.asked] if sheet.table else [],
        problems={f"{_FIELD}{name}": [localized_pair(text.el, text.en)] for name, text in problems.items()},
        rules=_rules(sheet.table.table, sheet.tried) if sheet.table else [],
        holes=_holes(sheet.table, key, number, decision) if sheet.table else [],
        tried=sheet.tried,
        result=show_value(sheet.tried.value) if sheet.tried is not None else "",
        may_replay=actor().has(*REPLAYERS),
    )


def _field(asked: "AskedValue", typed: Mapping[str, str], tried: "Tried | None") -> Field:
    options = [(value, localized_pair(words.el, words.en)) for value, words in asked.options.items()]
    if asked.kind == "yes_no":
        options = [("yes", _("yes")), ("no", _("no"))]
    called = localized_pair(asked.called.el, asked.called.en)
    problem = tried.problems.get(asked.name) if tried is not None else None
    return Field(
        name=f"{_FIELD}{asked.name}",
        words=_("Is there: %(what)s", what=called) if asked.is_presence else called,
        kind=asked.kind,
        options=[("", _("no value")), *options],
        value=typed.get(asked.name, ""),
        problems=[localized_pair(problem.el, problem.en)] if problem else [],
    )


def _rules(table: DecisionTable, tried: "Tried | None") -> list[RuleRow]:
    """The rules as they are written, and with what was tried why each decided or did not."""
    trace = tried.trace if tried is not None else None
    rows = []
    for index, rule in enumerate(table.rules):
        found = trace.rules[index] if trace is not None else None
        texts = [" ".join(cell.text.split()) or "-" for cell in rule.inputs]
        met = [cell.matched for cell in found.cells] if found is not None else [None] * len(texts)
        why_not = [
            _(
                "%(column)s: expected %(expected)s, found %(found)s",
                column=trace.inputs[place].label,
                expected=text,
                found=show_value(trace.inputs[place].value),
            )
            for place, (text, is_met) in enumerate(zip(texts, met, strict=True))
            if trace is not None and is_met is False
        ]
        tone, verdict = "", ""
        if found is not None:
            tone, verdict = (
                ("good", _("it decided"))
                if found.fired
                else ("soon", _("it applies, but another rule goes before it"))
                if found.matched
                else ("", _("it does not apply"))
            )
        rows.append(
            RuleRow(
                number=index + 1,
                cells=[Cell(text, is_met) for text, is_met in zip(texts, met, strict=True)],
                outputs=[" ".join(one.text.split()) for one in rule.outputs],
                notes=[note for note in rule.annotations if note],
                tone=tone,
                verdict=verdict,
                why_not=why_not,
            )
        )
    return rows


def _holes(sheet: "TableSheet", key: str, number: int, decision: str) -> list[Hole]:
    own = url_for("decision_tables.show", key=key, number=number, decision=decision)

    def address(example: Mapping[str, str]) -> str:
        """The form with an example in it; values that may be any are left open."""
        values = {f"{_FIELD}{asked.name}": example.get(asked.name, "") for asked in sheet.asked}
        return f"{own}?{urlencode(values)}#tried"

    holes = []
    if sheet.gap is not None:
        words = localized_pair(sheet.gap.words.el, sheet.gap.words.en)
        sentence = _("No rule is for %(values)s: the result is empty.", values=words)
        holes.append(Hole(sentence, (), is_wrong=True, address=address(sheet.gap.example)))
    for one in sheet.overlaps:
        told = {
            "first": one.first,
            "second": one.second,
            "values": localized_pair(one.words.el, one.words.en),
        }
        sentence = (
            _("The rules %(first)s and %(second)s hold together, for %(values)s.", **told)
            if one.is_wrong
            else _("For %(values)s the rules %(first)s and %(second)s both hold.", **told)
        )
        holes.append(
            Hole(sentence, (one.first, one.second), is_wrong=one.is_wrong, address=address(one.example))
        )
    return holes
