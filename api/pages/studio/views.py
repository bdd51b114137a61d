"""The studio's first page: drafts and procedures; and how a draft begins."""

from typing import Final

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from api.http.context import engine
from api.http.problems import Problem
from api.pages.frame.page import page
from api.pages.frame.sessions import actor, signed_in
from api.pages.frame.version_words import version_mark
from engine.kernel.actor import Role
from engine.kernel.pages import Slice
from engine.procedures.queries import ListVersions
from engine.studio.begin import BeginDraft, FilesToDraw
from engine.studio.model import StudioDraft
from engine.studio.versions import ListStudio

blueprint = Blueprint("studio", __name__, url_prefix="/studio")

DRAWING: Final = (Role.ANALYST,)
_ON_A_PAGE = 50
_LONGEST = 100


@blueprint.get("")
@signed_in(*DRAWING)
def show_list() -> Response:
    """The drafts that were changed last, and the procedures of which others can be begun."""
    text = request.args.get("q", "").replace("\0", "").strip()[:_LONGEST]
    part = Slice(limit=_ON_A_PAGE, cursor=request.args.get("cursor") or None)
    found = engine().ask(ListStudio(text=text or None, part=part), actor=actor())
    return page(
        "studio/studio.html",
        text=text,
        drafts=found.drafts,
        procedures=found.procedures.items,
        version_mark=version_mark,
        next_address=(
            url_for("studio.show_list", q=text or None, cursor=found.procedures.next)
            if found.procedures.next
            else None
        ),
    )


@blueprint.get("/procedures/<key:key>")
@signed_in(*DRAWING)
def show_versions(key: str) -> Response:
    """The versions of a procedure; of each a draft can be begun."""
    versions = engine().ask(ListVersions(key=key), actor=actor())
    return page("studio/versions.html", versions=versions, newest=versions[0], version_mark=version_mark)


@blueprint.post("/drafts")
@signed_in(*DRAWING)
def begin() -> Response:
    """Begin a draft of a version: its files are copied on the server."""
    key, number = request.form.get("key", ""), request.form.get("number", type=int)
    if number is None:
        raise Problem("bad_request", "Expected the field `number` to hold the number of a version.")
    files = engine().ask(FilesToDraw(key=key, number=number), actor=actor())
    draft = engine().carry_out(BeginDraft(key=key, files=files, based_on=number), actor=actor())
    return to_main_file(draft, files)


def to_main_file(draft: StudioDraft, names: object) -> Response:
    """On to the diagram of a draft that was just begun, else to its room."""
    main = f"{draft.procedure_key}.bpmn"
    if isinstance(names, dict) and main in names:
        return redirect(url_for("studio_room.show_file", draft_id=draft.id, name=main), 303)
    return redirect(url_for("studio_room.show", draft_id=draft.id), 303)
