"""A new procedure: a small one that works, one on the model of another, or one made of a record of MITOS."""

import re
from collections.abc import Mapping, Sequence

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from api.http.context import engine
from api.pages.frame.flash import FlashMessage
from api.pages.frame.language import gettext as _
from api.pages.frame.page import page
from api.pages.frame.sessions import actor, signed_in
from api.pages.studio.views import DRAWING, to_main_file
from engine.bundle.contents import NOTES
from engine.bundle.small_procedure import is_plain_title, small_procedure
from engine.kernel.refusal import FieldErrors, Invalid
from engine.mitos.typed_json import load
from engine.procedures.model import VersionStatus
from engine.procedures.queries import FindProcedures
from engine.procedures.registry_records import BeginFromRecord
from engine.studio.begin import BeginDraft, FilesToDraw

blueprint = Blueprint("studio_new", __name__, url_prefix="/studio/new")

_KEY = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_LONGEST_KEY = 60
_MOST_BYTES = 1_000_000
_AGENCY = "kep"

Problems = Mapping[str, Sequence[str]]


@blueprint.get("")
@signed_in(*DRAWING)
def ask() -> Response:
    """The ways to begin."""
    return _asked()


@blueprint.post("/small")
@signed_in(*DRAWING)
def begin_small() -> Response:
    """Begin with the small procedure that works."""
    key, problems = _key()
    title, title_en = (request.form.get(name, "").strip() for name in ("title", "title_en"))
    for name, text in (("title", title), ("title_en", title_en)):
        if not is_plain_title(text):
            problems[name] = [_("Write a title of 3 to 200 letters and digits.")]
    if problems:
        return _asked(problems)
    files = small_procedure(key, title=title, title_en=title_en, agency=_AGENCY)
    return to_main_file(engine().carry_out(BeginDraft(key=key, files=files), actor=actor()), files)


@blueprint.post("/model")
@signed_in(*DRAWING)
def begin_from_model() -> Response:
    """Begin on the model of a procedure on offer: its files under a new key."""
    key, problems = _key()
    model, _sep, number = request.form.get("model", "").partition("/")
    if not number.isdecimal():
        problems["model"] = [_("Choose a procedure.")]
    if problems:
        return _asked(problems)
    files = _renamed(engine().ask(FilesToDraw(key=model, number=int(number)), actor=actor()), model, key)
    return to_main_file(engine().carry_out(BeginDraft(key=key, files=files), actor=actor()), files)


@blueprint.post("/record")
@signed_in(*DRAWING)
def begin_from_record() -> Response:
    """Begin with a record of the registry, uploaded or pasted; what it does not say is in the notes."""
    key, problems = _key()
    uploaded = request.files.get("file")
    text = uploaded.read(_MOST_BYTES + 1) if uploaded else b""
    agency = request.form.get("agency", "").strip()
    if problems:
        return _asked(problems)
    try:
        record = load(text or request.form.get("record", "").encode(), most=_MOST_BYTES)
        made = engine().ask(BeginFromRecord(key=key, agency=agency, record=record), actor=actor())
    except ValueError:
        return _asked({"record": [_("Paste or upload one record, as the registry's API answers in JSON.")]})
    except Invalid as refused:
        return _asked(_of_record(refused.errors))
    draft = engine().carry_out(BeginDraft(key=key, files=made.files), actor=actor())
    if NOTES in made.files:
        return redirect(url_for("studio_room.show_file", draft_id=draft.id, name=NOTES), 303)
    return to_main_file(draft, made.files)


def _key() -> tuple[str, dict[str, list[str]]]:
    """The key that was typed, and what is wrong with it."""
    key = request.form.get("key", "").strip()
    if _KEY.fullmatch(key) and len(key) <= _LONGEST_KEY:
        return key, {}
    return key, {"key": [_("Write a key of small Latin letters, digits and hyphens, like dog-licence.")]}


def _of_record(errors: FieldErrors) -> dict[str, list[str]]:
    """What is wrong with a record: fields of the page as they are, everything else below the record."""
    found: dict[str, list[str]] = {}
    for place, sentences in errors.items():
        field = place if place in {"key", "agency"} else "record"
        found.setdefault(field, []).extend(f"{place}: {one}" for one in map(str, sentences))
    return found


def _renamed(files: Mapping[str, bytes], old: str, new: str) -> dict[str, bytes]:
    """The files under another key: the name of the diagram, and the key in the metadata."""
    named = {f"{new}.bpmn" if name == f"{old}.bpmn" else name: content for name, content in files.items()}
    metadata = named["procedure.yaml"].decode()
    named["procedure.yaml"] = re.sub(rf"(?m)^key: {re.escape(old)}$", f"key: {new}", metadata).encode()
    return named


def _asked(problems: Problems | None = None) -> Response:
    offered = engine().ask(FindProcedures(status=VersionStatus.PUBLISHED), actor=actor()).items
    words = _("The draft could not be begun. What has to be corrected stands below.")
    return page(
        "studio/new.html",
        typed=request.form.to_dict(),
        problems=problems or {},
        way=request.path.rsplit("/", 1)[-1],
        offered=offered,
        flash=FlashMessage(words, "bad") if problems else None,
        status=422 if problems else 200,
    )
