"""The tree of organisations: looked at whole, a new one entered in it, one moved to another place."""

from collections.abc import Mapping
from http import HTTPStatus

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from api.http.context import engine
from api.pages.frame import dates
from api.pages.frame.language import gettext as _
from api.pages.frame.page import page, wants_only_a_part
from api.pages.frame.sessions import actor, signed_in
from api.pages.organisations.chooser import (
    Asked,
    choices,
    chosen,
    is_looking,
    looked_for,
    only_choices,
    unclear_words,
)
from api.pages.organisations.forms import Problems, Read, problem_words, read_act, read_new
from api.pages.organisations.views import ADMINISTRATORS, asked_for, back_to, changed, facts_of, tried
from api.pages.organisations.words import called, kind_words, stated_words
from engine.kernel.actor import Role
from engine.kernel.clock import identifier_at
from engine.kernel.refusal import NotFound
from engine.organisation.changes import EnterOrganisation
from engine.organisation.organisation import OrganisationKind, OrganisationOnDay, Particulars
from engine.organisation.placement import STANDS_BELOW
from engine.organisation.queries import OrganisationView, ShowOrganisation, WhereToEnter
from engine.organisation.tree_view import ShowTree

blueprint = Blueprint("organisations_tree", __name__, url_prefix="/admin/organisations")

_LONGEST = 200
_KINDS = {kind.value: kind for kind in OrganisationKind}


@blueprint.get("/tree")
@signed_in(*ADMINISTRATORS)
def show() -> Response:
    """The tree of what the reader administers on a day, folded; with words, what has them is unfolded."""
    text = request.args.get("q", "").strip()[:_LONGEST]
    view = engine().ask(ShowTree(on=dates.day_sent(request.args.get("on")), text=text), actor=actor())
    return page(
        "organisations/tree.html",
        tops=view.tops,
        number=view.number,
        found=view.found,
        text=text,
        day=view.day.isoformat(),
        kinds={kind: kind_words(kind) for kind in OrganisationKind},
        page_address=url_for("organisations_desk.show", code="000").removesuffix("000"),
        enters=actor().has(Role.OPERATOR) or view.is_of_top,
    )


@blueprint.get("/new")
@signed_in(*ADMINISTRATORS)
def ask_new() -> Response:
    """The form of a new organisation, below the one that the address names."""
    if wants_only_a_part():
        kind = _KINDS.get(request.args.get("kind", ""))
        return only_choices(choices(_above(kind), request.args))
    above = engine().ask(WhereToEnter(below=request.args.get("below") or None), actor=actor())
    return _new_form({"parent": above.code if above else ""}, above=above)


@blueprint.post("/new")
@signed_in(*ADMINISTRATORS)
def enter() -> Response:
    """Let an organisation come into being on a day."""
    typed = request.form
    kind = _KINDS.get(typed.get("kind", ""))
    if is_looking(typed, "parent"):
        return _new_form(typed, above=engine().ask(WhereToEnter(), actor=actor()))
    read = read_new(typed)
    if kind is None:
        read.problems = {"kind": [_("Choose the kind of organisation.")], **read.problems}
    above = _taken(typed, read, _above(kind))
    if read.from_day is None or kind is None or read.problems:
        # Whoever may not enter any is told so, and not what is wrong with the form.
        engine().ask(WhereToEnter(below=above.code if above else None), actor=actor())
        return _new_form(typed, above=above, problems=read.problems)
    code = typed.get("code", "").strip()
    command = EnterOrganisation(
        id=identifier_at(engine().clock.now()),
        kind=kind,
        code=code,
        particulars=Particulars(**{**read.changes, "parent_id": above.id if above else None}),
        from_day=read.from_day,
        reason=read.reason,
        decision=read.decision,
    )
    problems = tried(command)
    if problems:
        return _new_form(typed, above=above, problems=problems)
    return back_to(code)


@blueprint.get("/<key:code>/move")
@signed_in(*ADMINISTRATORS)
def ask_move(code: str) -> Response:
    """The form of moving an organisation to another place in the tree."""
    view = asked_for(code)
    if wants_only_a_part():
        return only_choices(choices(_above_moved(view), request.args))
    return _move_form(view, {})


@blueprint.post("/<key:code>/move")
@signed_in(*ADMINISTRATORS)
def move(code: str) -> Response:
    """Move it from a day on."""
    view, read = asked_for(code), read_act(request.form)
    if is_looking(request.form, "parent"):
        return _move_form(view, request.form)
    above = _taken(request.form, read, _above_moved(view))
    if above is None:
        read.problems.setdefault("parent", [_("Choose the organisation to which it moves.")])
        return _move_form(view, request.form, problems=read.problems)
    return changed(code, read, {"parent_id": above.id}, _move_form)


def _above(kind: OrganisationKind | None, but: str | None = None) -> Asked:
    """What one of that kind may stand below; while none was chosen, any may be looked for."""
    kinds = [one for one in STANDS_BELOW[kind] if one is not None] if kind else None
    return Asked("parent", kinds, but)


def _above_moved(view: OrganisationView) -> Asked:
    return _above(view.shown.organisation.kind, view.shown.code)


def _taken(typed: Mapping[str, str], read: Read, asked: Asked) -> OrganisationOnDay | None:
    """The organisation chosen, if the reader administers it; else the problem is among those read."""
    code = chosen(asked, typed)
    if not code:
        if looked_for(typed, "parent"):
            read.problems["parent"] = [unclear_words(choices(asked, typed))]
        return None
    try:
        return engine().ask(ShowOrganisation(code=code), actor=actor()).shown
    except NotFound:
        read.problems |= problem_words({"parent": ()})
        return None


def _new_form(
    typed: Mapping[str, str], *, above: OrganisationOnDay | None, problems: Problems | None = None
) -> Response:
    kinds = [("", _("Choose")), *((name, kind_words(kind)) for name, kind in _KINDS.items())]
    kind = _KINDS.get(typed.get("kind", ""))
    return page(
        "organisations/new.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if problems else HTTPStatus.OK,
        above=called(above.particulars) if above else None,
        kinds=kinds,
        typed=typed,
        parent=choices(_above(kind), typed),
        labels=stated_words(),
        problems=problems or {},
        today=dates.local(engine().clock.now()).date().isoformat(),
    )


def _move_form(
    view: OrganisationView, typed: Mapping[str, str], *, problems: Problems | None = None
) -> Response:
    return page(
        "organisations/move.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if problems else HTTPStatus.OK,
        **facts_of(view),
        above=called(view.above[-1].particulars) if view.above else None,
        typed=typed,
        parent=choices(_above_moved(view), typed),
        problems=problems or {},
        today=view.today.isoformat(),
    )
