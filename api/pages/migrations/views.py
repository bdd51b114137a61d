"""The plan for two versions: chosen, edited beside both diagrams, kept, and decided by somebody else."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from api.http.context import engine
from api.pages.frame.diagram_sheet import ElementMark, diagram_sheet, with_marks
from api.pages.frame.flash import FlashMessage
from api.pages.frame.language import gettext as _
from api.pages.frame.language import localized
from api.pages.frame.page import page
from api.pages.frame.sessions import actor, signed_in
from api.pages.incidents.words import element_words
from api.pages.incidents.words import kind_words as element_kind_words
from api.pages.migrations.words import (
    conflict_words,
    found_by_words,
    kind_words,
    state_tone,
    state_words,
)
from engine.bundle.steps import DrawnElement
from engine.case_migration.plans import DecidePlan, EditPlan
from engine.case_migration.room import (
    ListPlannedProcedures,
    PlanSheet,
    ShowMigrationsOfProcedure,
    ShowPlanSheet,
)
from engine.kernel.actor import Role
from engine.kernel.pages import Slice
from engine.kernel.refusal import Conflict, Invalid

blueprint = Blueprint("migrations_room", __name__, url_prefix="/migrations")

PLANNERS = (Role.ANALYST, Role.CERTIFIER, Role.OPERATOR)
_ON_A_PAGE = 50
_LONGEST = 100
_FIELD = "new."
"""How the fields are called that say what stands for an element; its id follows."""

Problems = Mapping[str, Sequence[str]]


class Option(NamedTuple):
    """A new element that may stand for an old one."""

    id: str
    words: str


class Row(NamedTuple):
    """An old element, by what the proposal was found, and the new elements to choose from.

    `alike` are of the same kind, `others` are not. `chosen` is empty where nothing stands for it.
    """

    id: str
    words: str
    kind: str
    found_by: str
    alike: Sequence[Option]
    others: Sequence[Option]
    chosen: str
    problems: Sequence[str]

    @property
    def field(self) -> str:
        return f"{_FIELD}{self.id}"


@blueprint.get("")
@signed_in(*PLANNERS)
def show_list() -> Response:
    text = request.args.get("q", "").replace("\0", "").strip()[:_LONGEST]
    cursor = request.args.get("cursor") or None
    found = engine().ask(
        ListPlannedProcedures(text=text, part=Slice(limit=_ON_A_PAGE, cursor=cursor)), actor=actor()
    )
    following = url_for("migrations_room.show_list", q=text or None, cursor=found.next)
    return page(
        "migrations/procedures.html",
        procedures=found.items,
        text=text,
        cursor=cursor,
        first_address=url_for("migrations_room.show_list", q=text or None),
        next_address=following if found.next else None,
    )


@blueprint.get("/<key>")
@signed_in(*PLANNERS)
def show_procedure(key: str) -> Response:
    """The versions and plans of a procedure; leads on to the plan for two versions that were chosen."""
    chosen = [request.args.get(name, type=int) for name in ("from", "to")]
    if chosen[0] is not None and chosen[1] is not None and chosen[0] != chosen[1]:
        address = url_for("migrations_room.show", key=key, from_number=chosen[0], to_number=chosen[1])
        return redirect(address, 303)
    found = engine().ask(ShowMigrationsOfProcedure(procedure=key), actor=actor())
    is_same = chosen[0] is not None
    problems = {"to": [_("Choose two different versions.")]} if is_same else {}
    return page("migrations/procedure.html", found=found, key=key, chosen=chosen, problems=problems)


@blueprint.get("/<key>/<int:from_number>/<int:to_number>")
@signed_in(*PLANNERS)
def show(key: str, from_number: int, to_number: int) -> Response:
    said = {"kept": _("The plan is kept. Try it before it is decided."), "decided": _("The plan is decided.")}
    words = said.get(request.args.get("said", ""))
    return render_plan(key, from_number, to_number, flash=FlashMessage(words) if words else None)


@blueprint.post("/<key>/<int:from_number>/<int:to_number>")
@signed_in(*PLANNERS)
def edit(key: str, from_number: int, to_number: int) -> Response:
    typed: dict[str, str | None] = {
        name.removeprefix(_FIELD): value or None
        for name, value in request.form.items()
        if name.startswith(_FIELD)
    }
    elements = None if request.form.get("act") == "proposed" else typed
    command = EditPlan(procedure=key, from_number=from_number, to_number=to_number, elements=elements)
    try:
        engine().carry_out(command, actor=actor())
    except Invalid as refused:
        problems = {
            f"{_FIELD}{name.removeprefix('elements.')}": [localized(one) for one in sentences]
            for name, sentences in refused.errors.items()
        }
        return render_plan(key, from_number, to_number, typed=typed, problems=problems, status=422)
    except Conflict as refused:
        flash = FlashMessage(conflict_words(refused), "bad")
        return render_plan(key, from_number, to_number, typed=typed, flash=flash, status=409)
    return _back(key, from_number, to_number, "kept")


@blueprint.post("/<key>/<int:from_number>/<int:to_number>/decision")
@signed_in(Role.CERTIFIER)
def decide(key: str, from_number: int, to_number: int) -> Response:
    decree = request.form.get("decree", "").replace("\0", "")
    command = DecidePlan(procedure=key, from_number=from_number, to_number=to_number, decree=decree)
    try:
        engine().carry_out(command, actor=actor())
    except Invalid:
        problems = {"decree": [_("Name the decree, in at most 200 letters.")]}
        return render_plan(key, from_number, to_number, problems=problems, status=422)
    except Conflict as refused:
        flash = FlashMessage(conflict_words(refused), "bad")
        return render_plan(key, from_number, to_number, flash=flash, status=409)
    return _back(key, from_number, to_number, "decided")


def _back(key: str, from_number: int, to_number: int, said: str) -> Response:
    address = url_for(
        "migrations_room.show", key=key, from_number=from_number, to_number=to_number, said=said
    )
    return redirect(address, 303)


def render_plan(
    key: str,
    from_number: int,
    to_number: int,
    *,
    typed: Mapping[str, str | None] | None = None,
    problems: Problems | None = None,
    flash: FlashMessage | None = None,
    status: int = 200,
) -> Response:
    """The page of a plan; with what was typed where that was refused."""
    question = ShowPlanSheet(procedure=key, from_number=from_number, to_number=to_number)
    sheet = engine().ask(question, actor=actor())
    who = actor()
    rows = _rows(sheet, typed, problems or {})
    stood_for = {row.chosen for row in rows}
    return page(
        "migrations/plan.html",
        status=status,
        key=key,
        sheet=sheet,
        kept=sheet.plan.kept,
        rows=rows,
        only_new=[_option(one) for one in sheet.new.elements if one.element_id not in stood_for],
        drawings=_drawings(sheet, rows),
        legend=_legend(),
        decree=request.form.get("decree", ""),
        problems=problems or {},
        flash=flash,
        may_decide=who.has(Role.CERTIFIER),
        may_run=who.has(Role.OPERATOR),
        kind_words=kind_words,
        state_words=state_words,
        state_tone=state_tone,
    )


def _rows(sheet: PlanSheet, typed: Mapping[str, str | None] | None, problems: Problems) -> list[Row]:
    known = {one.element_id: one for one in sheet.old.elements}
    elements = {**sheet.plan.elements, **(typed or {})}
    rows = []
    for proposed in sheet.plan.proposed:
        old = known.get(proposed.old)
        alike = [one for one in sheet.new.elements if old is not None and one.kind == old.kind]
        rows.append(
            Row(
                id=proposed.old,
                words=element_words(old) if old is not None else proposed.old,
                kind=element_kind_words(old.kind) if old is not None else "",
                found_by=found_by_words(proposed.by),
                alike=[_option(one) for one in alike],
                others=[_option(one) for one in sheet.new.elements if one not in alike],
                chosen=elements.get(proposed.old, proposed.new) or "",
                problems=problems.get(f"{_FIELD}{proposed.old}", ()),
            )
        )
    return rows


def _legend() -> tuple[ElementMark, ElementMark, ElementMark]:
    return (
        ElementMark(name="is-removed", words=_("Nothing stands for it"), sign="–"),
        ElementMark(name="is-changed", words=_("Another element stands for it"), sign="≠"),
        ElementMark(name="is-added", words=_("Only in the new version"), sign="+"),
    )


def _drawings(sheet: PlanSheet, rows: Sequence[Row]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Both diagrams, with what stands for nothing, for another element, and what is new."""
    gone, other, fresh = _legend()
    old = {row.id: [gone if not row.chosen else other] for row in rows if row.chosen != row.id}
    stood_for = {row.chosen for row in rows}
    new = {one.element_id: [fresh] for one in sheet.new.elements if one.element_id not in stood_for}
    new |= {row.chosen: [other] for row in rows if row.chosen not in ("", row.id)}
    called = [_("Version %(number)s", number=one.version.number) for one in (sheet.old, sheet.new)]
    return (
        with_marks(diagram_sheet(sheet.old.diagrams[0], sheet.old.elements), old, called=called[0]),
        with_marks(diagram_sheet(sheet.new.diagrams[0], sheet.new.elements), new, called=called[1]),
    )


def _option(element: DrawnElement) -> Option:
    return Option(element.element_id, f"{element_words(element)} ({element.element_id})")
