"""Play: a draft goes its way on the real engine, step by step, before anybody certifies it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from api.http.context import engine, site
from api.http.problems import Problem
from api.pages.cases.diagram import marked_diagram
from api.pages.cases.facts import term_name
from api.pages.cases.terms import cause_words, event_words
from api.pages.frame import dates
from api.pages.frame.diagram_sheet import element_name
from api.pages.frame.flash import FlashMessage
from api.pages.frame.form_sheet import sheet as form_sheet
from api.pages.frame.form_sheet import typed_data
from api.pages.frame.language import gettext as _
from api.pages.frame.language import localized
from api.pages.frame.page import page
from api.pages.frame.sessions import actor, signed_in
from api.pages.studio.room import frame
from api.pages.studio.views import DRAWING
from engine.bundle.files import to_zip
from engine.bundle.steps import elements_of
from engine.kernel.refusal import Conflict, FieldErrors, Invalid
from engine.studio.keep import AddFile
from engine.studio.queries import ShowDraft, ShowDraftPlay, ShowDraftPlays

blueprint = Blueprint("studio_plays", __name__, url_prefix="/studio/drafts/<uuid:draft_id>/plays")

SOMEBODY: Final[Mapping[str, str]] = {
    "given_name": "Μαρία",
    "family_name": "Παπαδοπούλου",
    "patronymic": "Γεώργιος",
    "afm": "090000045",
    "amka": "15018012342",
}
"""Who comes, unless the analyst says somebody else; an invented person."""


@dataclass(frozen=True, kw_only=True)
class Refused:
    """An act that could not be taken: what was typed, and why."""

    why: str
    typed: Mapping[str, Any]
    errors: FieldErrors
    target: str
    status: int


@blueprint.get("")
@signed_in(*DRAWING)
def show_list(draft_id: UUID) -> Response:
    """One's plays of this procedure, and the button that begins one."""
    return _list(draft_id)


@blueprint.post("")
@signed_in(*DRAWING)
def begin(draft_id: UUID) -> Response:
    """Begin to play the draft as it is now."""
    sheet = engine().ask(ShowDraft(draft_id=draft_id), actor=actor())
    try:
        playing = site().playhouse.begin_files(to_zip(sheet.contents), actor=actor())
    except Invalid as refused:
        words = _("The draft cannot be played while it has errors. They stand on its overview.")
        problems = [f"{place}: {one}" for place, found in refused.errors.items() for one in map(str, found)]
        return _list(draft_id, flash=FlashMessage(words, "bad"), problems=problems, status=422)
    except Conflict as refused:
        return _list(draft_id, flash=FlashMessage(refused.message, "bad"), status=409)
    return redirect(url_for(".show", draft_id=draft_id, play_id=playing.play.id), 303)


@blueprint.get("/<uuid:play_id>")
@signed_in(*DRAWING)
def show(draft_id: UUID, play_id: UUID) -> Response:
    """Where the play stands: the diagram with its tokens, forms to fill in, variables and terms."""
    return _played(draft_id, play_id)


@blueprint.post("/<uuid:play_id>/acts")
@signed_in(*DRAWING)
def act(draft_id: UUID, play_id: UUID) -> Response:
    """Take an act."""
    typed, target = typed_data(), request.form.get("target", "")
    try:
        site().playhouse.act(play_id, _act(typed), actor=actor())
    except Invalid as refused:
        why = _("The act cannot be taken so: something has to be corrected.")
        return _played(
            draft_id,
            play_id,
            refused=Refused(why=why, typed=typed, errors=refused.errors, target=target, status=422),
        )
    except Conflict as refused:
        return _played(
            draft_id,
            play_id,
            refused=Refused(why=refused.message, typed=typed, errors={}, target=target, status=409),
        )
    return redirect(url_for(".show", draft_id=draft_id, play_id=play_id), 303)


@blueprint.post("/<uuid:play_id>/undo")
@signed_in(*DRAWING)
def undo(draft_id: UUID, play_id: UUID) -> Response:
    """Take the last act back."""
    try:
        site().playhouse.undo(play_id, actor=actor())
    except Conflict as refused:
        words = Refused(why=refused.message, typed={}, errors={}, target="", status=409)
        return _played(draft_id, play_id, refused=words)
    return redirect(url_for(".show", draft_id=draft_id, play_id=play_id), 303)


@blueprint.post("/<uuid:play_id>/scenario")
@signed_in(*DRAWING)
def save(draft_id: UUID, play_id: UUID) -> Response:
    """Save what was played as a scenario of the draft."""
    title, name = request.form.get("title", "").strip(), request.form.get("name", "").strip()
    try:
        if not title:
            raise Invalid.field("title", "expected a title")
        text = site().playhouse.scenario(play_id, title, actor=actor())
        added = AddFile(draft_id=draft_id, name=f"scenarios/{name}.yaml", content=text.encode())
        engine().carry_out(added, actor=actor())
    except (Invalid, Conflict) as refused:
        why = _("Write a title, and a file name in small Latin letters that no scenario has yet.")
        words = Refused(why=why, typed={}, errors={}, target="scenario", status=refused_status(refused))
        return _played(draft_id, play_id, refused=words)
    return redirect(url_for("studio_scenarios.show", draft_id=draft_id, said="saved"), 303)


@blueprint.post("/<uuid:play_id>/end")
@signed_in(*DRAWING)
def end(draft_id: UUID, play_id: UUID) -> Response:
    """Keep the play no longer."""
    site().playhouse.end(play_id, actor=actor())
    return redirect(url_for(".show_list", draft_id=draft_id), 303)


def refused_status(refused: Invalid | Conflict) -> int:
    """The status of a page that shows the refusal."""
    return 422 if isinstance(refused, Invalid) else 409


def _act(typed: Mapping[str, Any]) -> dict[str, Any]:
    """The act that the form says, as a step of a scenario has it."""
    form = request.form
    verb, about = form.get("verb", ""), form.get("about", "")
    if verb == "begin":
        person = {name: form[name].strip() for name in SOMEBODY if form.get(name, "").strip()}
        return {"begin": {"applicant": person, "data": dict(typed)}}
    if verb == "advance":
        return {"advance": form.get("by", "").strip() or "next_timer"}
    if verb == "written":
        return _written(form.get("act", ""))
    if verb == "complete":
        role = {"as": form["role"]} if form.get("role") else {}
        return {"complete": about, **role, "data": dict(typed)}
    if verb in {"answer", "bring"}:
        return {verb: about, "data": dict(typed)}
    if verb == "fail":
        return {"fail": about, "code": form.get("code", "")}
    if verb == "act":
        return {"act": about, "as": form.get("role", ""), "reason": form.get("reason", "")}
    if verb in {"pay", "ask", "withdraw"}:
        return {verb: about}
    raise Problem("bad_request", "Expected the field `verb` to be an act of the page.")


def _written(text: str) -> dict[str, Any]:
    """An act that was typed as JSON."""
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Invalid.field("act", "expected one JSON object")
    return found


def _list(
    draft_id: UUID,
    *,
    flash: FlashMessage | None = None,
    problems: list[str] | None = None,
    status: int = 200,
) -> Response:
    sheet, plays = engine().ask(ShowDraftPlays(draft_id=draft_id), actor=actor())
    return page(
        "studio/plays.html",
        **frame(sheet),
        plays=plays,
        problems=problems or [],
        flash=flash,
        status=status,
    )


def _played(draft_id: UUID, play_id: UUID, *, refused: Refused | None = None) -> Response:
    asked = ShowDraftPlay(draft_id=draft_id, play_id=play_id)
    sheet, play, files = engine().ask(asked, actor=actor())
    playing = site().playhouse.standing(play, files)
    state = playing.state
    # What is played is drawn, which need not be the draft as it is now.
    drawing = files.get(f"{play.procedure_key}.bpmn", b"").decode()
    elements = elements_of(drawing) if drawing else ()
    has_ended = state.status == "completed"
    names = {one.element_id: element_name(one) for one in elements}
    return page(
        "studio/play.html",
        **frame(sheet),
        play=playing.play,
        state=state,
        drawn=marked_diagram(drawing, state.marks, has_ended=has_ended) if drawing else None,
        names=names,
        called={one.name: element_name(one) for one in elements},
        start_sheet=_form(state.start_form, "begin", {}, refused) if state.start_form else None,
        tasks=[
            (one.task, _form(one.form, one.task.element_id, one.task.prefill, refused)) for one in state.tasks
        ],
        requests=[
            (one.service_task, _form(one.form, one.service_task.element_id, {}, refused), one.errors)
            for one in state.service_tasks
        ],
        variables=[
            (scope.element_id, name, _readable(value))
            for scope in state.standing.scopes
            for name, value in sorted(scope.variables.items())
        ],
        terms=[
            (
                term_name(term.kind),
                localized(term.words),
                [
                    (event_words(entry), dates.plain_day(entry.day), cause_words(entry.cause))
                    for entry in term.entries
                ],
            )
            for term in state.terms
        ],
        somebody=SOMEBODY,
        refused=refused,
        status=refused.status if refused else 200,
    )


def _form(
    schema: Mapping[str, Any] | None, target: str, prefill: Mapping[str, Any], refused: Refused | None
) -> dict[str, Any] | None:
    """The sheet of a form, with what was typed and refused in it."""
    from engine.rehearsal.play_state import plain  # loaded where somebody plays

    if schema is None:
        return None
    is_this = refused is not None and refused.target == target
    data = refused.typed if refused is not None and is_this else plain(prefill)
    return form_sheet(schema, data, errors=refused.errors if refused is not None and is_this else None)


def _readable(value: Any) -> str:
    from engine.rehearsal.play_state import plain  # loaded where somebody plays

    return json.dumps(plain(value), ensure_ascii=False, default=str)
