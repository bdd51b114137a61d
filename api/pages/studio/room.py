"""The room of a draft: its files, what is wrong in them, who is there, and how it is submitted."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, jsonify, make_response, redirect, request, url_for
from werkzeug.wrappers import Response

from api.http import form_tokens
from api.http.arguments import read_json
from api.http.context import engine
from api.http.problems import Problem
from api.pages.frame import dates
from api.pages.frame.flash import FlashMessage
from api.pages.frame.language import gettext as _
from api.pages.frame.language import language
from api.pages.frame.page import page
from api.pages.frame.sessions import actor, signed_in
from api.pages.studio.findings import shown_findings
from api.pages.studio.island_words import island_words
from api.pages.studio.views import DRAWING
from api.pages.studio.words import change_words, kind_of, kind_words, tab_order, tab_words
from engine.kernel.refusal import Conflict, Invalid, NotFound
from engine.studio.keep import AddFile, KeepFile, KeptFile, RemoveFile
from engine.studio.model import MOST_BYTES, StudioFile
from engine.studio.presence import NotePresence
from engine.studio.queries import DraftSheet, ShowDraft
from engine.studio.submit import SubmitDraft

blueprint = Blueprint("studio_room", __name__, url_prefix="/studio/drafts/<uuid:draft_id>")


@blueprint.get("")
@signed_in(*DRAWING)
def show(draft_id: UUID) -> Response:
    """The draft as a whole: its files, findings, texts laid aside and history."""
    said = {
        "submitted": _("The draft is submitted. An official certifies it, or returns it with reasons."),
        "removed": _("The file is removed. Its text stays among those that are laid aside."),
        "restored": _("The text is back. The one that stood there is laid aside."),
    }.get(request.args.get("said", ""))
    return _overview(draft_id, flash=FlashMessage(said) if said else None)


@blueprint.get("/files/<path:name>")
@signed_in(*DRAWING)
def show_file(draft_id: UUID, name: str) -> Response:
    """A file of the draft in its editor; with `as=text` in the address as it is written."""
    sheet = engine().ask(ShowDraft(draft_id=draft_id), actor=actor())
    file, kind, as_text = sheet.file(name), kind_of(name), request.args.get("as") == "text"
    return page(
        "studio/file.html",
        **frame(sheet),
        file=file,
        kind=kind,
        editor="text" if as_text or kind in {"metadata", "scenario", "text"} else kind,
        as_text=as_text,
        island=_island(sheet, file),
        is_shared=name.startswith("shared/"),
    )


@blueprint.put("/files/<path:name>")
@signed_in(*DRAWING)
def keep(draft_id: UUID, name: str) -> Response:
    """Keep the text of a file.

    JSON for the island: `revision` and `at`; with 409 also `theirs`, the text that stands there, and `by`.
    """
    body = _body()
    content, made_on = body.get("content"), body.get("revision")
    if not isinstance(content, str) or not isinstance(made_on, int):
        raise Problem("bad_request", "Expected `content`, a text, and `revision`, a whole number.")
    command = KeepFile(
        draft_id=draft_id,
        name=name,
        content=content.encode(),
        made_on=made_on,
        over=body.get("over") is True,
    )
    kept: KeptFile = engine().carry_out(command, actor=actor())
    told = {"revision": kept.file.revision, "at": dates.clock_time(kept.file.changed_at)}
    if not kept.clashes:
        return jsonify(told)
    theirs = {**told, "theirs": kept.file.content.decode(errors="replace"), "by": kept.file.changed_by}
    return make_response(jsonify(theirs), 409)


@blueprint.post("/findings")
@signed_in(*DRAWING)
def find(draft_id: UUID) -> Response:
    """What is wrong in the draft, with the text of one file as it is drawn now, kept or not."""
    body = _body()
    sheet = engine().ask(ShowDraft(draft_id=draft_id), actor=actor())
    name, content = body.get("name"), body.get("content")
    files = dict(sheet.contents)
    if isinstance(name, str) and isinstance(content, str) and name in files:
        if len(content) > MOST_BYTES:
            raise Problem("content_too_large", f"Expected at most {MOST_BYTES:,} bytes of a file.")
        files[name] = content.encode()
    return jsonify(findings=[one.as_json() for one in shown_findings(files, draft_id)])


@blueprint.post("/presence")
@signed_in(*DRAWING)
def tell_presence(draft_id: UUID) -> Response:
    """Say that one is here; the answer says who else is, and which revision each file has now."""
    file = _body().get("file")
    command = NotePresence(draft_id=draft_id, file=file if isinstance(file, str) else None)
    company = engine().carry_out(command, actor=actor())
    others = [{"name": one.name, "file": one.file} for one in company.others]
    return jsonify(others=others, revisions=dict(company.revisions))


@blueprint.post("/files")
@signed_in(*DRAWING)
def add(draft_id: UUID) -> Response:
    """Add a file, empty but for what its kind needs."""
    name = request.form.get("name", "").strip()
    try:
        engine().carry_out(AddFile(draft_id=draft_id, name=name, content=_begun(name)), actor=actor())
    except Invalid:
        words = _("Write a name like forms/extra.form or scenarios/refused.yaml, in Latin letters.")
        return _overview(draft_id, flash=FlashMessage(words, "bad"), status=422)
    except Conflict:
        words = _("The draft has a file of this name already, or it belongs to a shared part.")
        return _overview(draft_id, flash=FlashMessage(words, "bad"), status=409)
    return redirect(url_for(".show_file", draft_id=draft_id, name=name), 303)


@blueprint.post("/remove")
@signed_in(*DRAWING)
def remove(draft_id: UUID) -> Response:
    """Take a file out of the draft."""
    try:
        engine().carry_out(RemoveFile(draft_id=draft_id, name=request.form.get("name", "")), actor=actor())
    except Conflict:
        return _overview(draft_id, flash=FlashMessage(_("This file has to stay."), "bad"), status=409)
    return redirect(url_for(".show", draft_id=draft_id, said="removed"), 303)


@blueprint.get("/aside/<uuid:text_id>")
@signed_in(*DRAWING)
def show_aside(draft_id: UUID, text_id: UUID) -> Response:
    """A text that was laid aside, beside the one that stands there now."""
    sheet = engine().ask(ShowDraft(draft_id=draft_id), actor=actor())
    text = next((one for one in sheet.aside if one.id == text_id), None)
    if text is None:
        raise NotFound.of("text", text_id)
    now = next((one for one in sheet.files if one.name == text.file), None)
    return page("studio/aside.html", **frame(sheet), text=text, now=now)


@blueprint.post("/aside/<uuid:text_id>")
@signed_in(*DRAWING)
def restore(draft_id: UUID, text_id: UUID) -> Response:
    """Put a text that was laid aside in its place again; the one that stands there is laid aside."""
    sheet = engine().ask(ShowDraft(draft_id=draft_id), actor=actor())
    text = next((one for one in sheet.aside if one.id == text_id), None)
    if text is None:
        raise NotFound.of("text", text_id)
    now = next((one for one in sheet.files if one.name == text.file), None)
    if now is None:
        again = AddFile(draft_id=draft_id, name=text.file, content=text.content)
        engine().carry_out(again, actor=actor())
    else:
        over = KeepFile(
            draft_id=draft_id, name=text.file, content=text.content, made_on=now.revision, over=True
        )
        engine().carry_out(over, actor=actor())
    return redirect(url_for(".show", draft_id=draft_id, said="restored"), 303)


@blueprint.post("/submit")
@signed_in(*DRAWING)
def submit(draft_id: UUID) -> Response:
    """Make a version of the draft and submit it, or say what it lacks."""
    revision = request.form.get("revision", type=int) or 0
    # What takes seconds is done before there is a transaction, and remembered for the same files.
    sheet = engine().ask(ShowDraft(draft_id=draft_id), actor=actor())
    evidence = engine().evidence_of(sheet.contents)
    if not evidence.passes:
        words = _("The draft cannot be submitted yet. What it lacks stands below.")
        lacks = [(one.where, one.message.in_language(language())) for one in evidence.findings]
        return _overview(draft_id, flash=FlashMessage(words, "bad"), lacks=lacks, status=422)
    try:
        engine().carry_out(SubmitDraft(draft_id=draft_id, revision=revision), actor=actor())
    except Conflict as refused:
        words = (
            _("Somebody changed the draft meanwhile. Look at it, and submit it again.")
            if refused.code == "draft_changed"
            else _("These very files are a version already, which cannot be submitted now.")
        )
        return _overview(draft_id, flash=FlashMessage(words, "bad"), status=409)
    return redirect(url_for(".show", draft_id=draft_id, said="submitted"), 303)


def _overview(
    draft_id: UUID,
    *,
    flash: FlashMessage | None = None,
    lacks: Sequence[tuple[str, str]] = (),
    status: int = 200,
) -> Response:
    sheet = engine().ask(ShowDraft(draft_id=draft_id), actor=actor())
    return page(
        "studio/overview.html",
        **frame(sheet),
        findings=shown_findings(sheet.contents, draft_id),
        lacks=lacks,
        change_words=change_words,
        kind_words=kind_words,
        island=_island(sheet, None),
        flash=flash,
        status=status,
    )


def frame(sheet: DraftSheet) -> dict[str, Any]:
    """What every page of a draft shows."""
    own = [one for one in sheet.files if not one.name.startswith("shared/")]
    return {
        "draft": sheet.draft,
        "sheet": sheet,
        "own_files": own,
        "shared_files": [one for one in sheet.files if one.name.startswith("shared/")],
        "tab_files": sorted(
            (one for one in own if kind_of(one.name) != "scenario"), key=lambda one: tab_order(one.name)
        ),
        "tab_words": tab_words,
        "kind_of": kind_of,
    }


def _island(sheet: DraftSheet, file: StudioFile | None) -> dict[str, Any]:
    """What the island is told: the file with its revision, and where it is kept."""
    draft_id = sheet.draft.id
    address = url_for("studio_room.show_file", draft_id=draft_id, name=file.name) if file else ""
    return {
        "draft": str(draft_id),
        "file": file.name if file else None,
        "content": file.content.decode(errors="replace") if file else "",
        "revision": file.revision if file else 0,
        "keep": address,
        "findings": url_for("studio_room.find", draft_id=draft_id),
        "presence": url_for("studio_room.tell_presence", draft_id=draft_id),
        "revisions": {one.name: one.revision for one in sheet.files},
        "readOnly": file is not None and file.name.startswith("shared/"),
        "language": language(),
        "token": form_tokens.form_token(),
        "words": island_words(),
    }


_EMPTY_FORM = '{{"type": "default", "id": "{id}", "schemaVersion": 18, "components": []}}\n'
_EMPTY_DECISION = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="{id}_definitions" name="{id}" \
namespace="http://camunda.org/schema/1.0/dmn">
  <decision id="{id}" name="{id}">
    <decisionTable id="{id}_table" hitPolicy="FIRST">
      <input id="{id}_input"><inputExpression id="{id}_expression" typeRef="string"><text></text>\
</inputExpression></input>
      <output id="{id}_output" name="result" typeRef="string" />
    </decisionTable>
  </decision>
</definitions>
"""


def _begun(name: str) -> bytes:
    """What a new file of that name begins with."""
    stem = name.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    if name.endswith(".form"):
        return _EMPTY_FORM.format(id=stem).encode()
    if name.endswith(".dmn"):
        return _EMPTY_DECISION.format(id=stem.replace("-", "_")).encode()
    return b"\n"


def _body() -> dict[str, Any]:
    body = read_json(request.get_data())
    if not isinstance(body, dict):
        raise Problem("bad_request", "Expected a JSON object.")
    return body
