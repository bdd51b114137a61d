"""Texts for whoever writes, authorises and pushes them."""

from collections.abc import Mapping, Sequence
from datetime import date
from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from api.http.context import engine
from api.pages.content.words import kind_words, status_words
from api.pages.frame import dates
from api.pages.frame.flash import FlashMessage, flash_message
from api.pages.frame.language import gettext as _
from api.pages.frame.language import localized
from api.pages.frame.markdown import as_html
from api.pages.frame.page import page
from api.pages.frame.sessions import actor, signed_in
from api.pages.frame.words import role_words
from engine.content.keeping import ListContents, ListReaders, ShowContent
from engine.content.model import Audience, Content, ContentKind, ContentStatus, Writing
from engine.content.writing import (
    AuthoriseContent,
    PushContent,
    RetireContent,
    RewriteContent,
    SendBackContent,
    SubmitContent,
    WriteContent,
)
from engine.context import Command
from engine.kernel.actor import Role
from engine.kernel.pages import Slice
from engine.kernel.refusal import Conflict, Invalid, NotPermitted

blueprint = Blueprint("admin_content", __name__, url_prefix="/admin/content")

WRITERS = (Role.SUPERVISOR, Role.ADMINISTRATOR)
_ON_A_PAGE = 50
_SAID = {
    "submit": "content-submitted",
    "authorise": "content-authorised",
    "push": "content-pushed",
    "send-back": "content-sent-back",
    "retire": "content-retired",
}


@blueprint.get("")
@signed_in(*WRITERS)
def show() -> Response:
    kind, status = _kind(request.args.get("kind")), _status(request.args.get("status"))
    cursor = request.args.get("cursor") or None
    question = ListContents(kind=kind, status=status, part=Slice(limit=_ON_A_PAGE, cursor=cursor))
    listed = engine().ask(question, actor=actor())
    chosen: dict[str, Any] = {"kind": kind, "status": status}
    return page(
        "content/contents.html",
        listed=listed.items,
        kinds=[("", _("All")), *((one.value, kind_words(one)) for one in ContentKind)],
        statuses=[("", _("All")), *((one.value, status_words(one)) for one in ContentStatus)],
        chosen=chosen,
        kind_words=kind_words,
        status_words=status_words,
        cursor=cursor,
        first_address=url_for("admin_content.show", **chosen),
        next_address=url_for("admin_content.show", **chosen, cursor=listed.next) if listed.next else None,
        flash=flash_message(),
    )


@blueprint.get("/new")
@signed_in(*WRITERS)
def begin() -> Response:
    return _form({"kind": request.args.get("kind", ContentKind.ANNOUNCEMENT.value)})


@blueprint.post("/new")
@signed_in(*WRITERS)
def write() -> Response:
    """Keep a new draft, and show it as its readers will see it."""
    try:
        kind = _kind(request.form.get("kind"))
        if kind is None:
            raise Invalid.field("kind", "expected a kind of text")
        command = WriteContent(kind=kind, key=request.form.get("key", ""), writing=_writing())
        written = engine().carry_out(command, actor=actor())
    except Invalid as refused:
        return _form(request.form, _problems(refused))
    except Conflict:
        under_way = {"key": [_("A version of this text is under way: go on with that one.")]}
        return _form(request.form, under_way, status=HTTPStatus.CONFLICT)
    return redirect(url_for("admin_content.show_one", content_id=written.id), 303)


@blueprint.get("/<uuid:content_id>")
@signed_in(*WRITERS)
def show_one(content_id: UUID) -> Response:
    return _render(content_id, flash=flash_message())


@blueprint.get("/<uuid:content_id>/edit")
@signed_in(*WRITERS)
def edit(content_id: UUID) -> Response:
    content = engine().ask(ShowContent(content_id=content_id), actor=actor())
    return _form(_typed(content), content=content)


@blueprint.post("/<uuid:content_id>/edit")
@signed_in(*WRITERS)
def rewrite(content_id: UUID) -> Response:
    """Change a draft."""
    try:
        command = RewriteContent(
            content_id=content_id,
            writing=_writing(),
            expected_version=request.form.get("version", type=int),
        )
        engine().carry_out(command, actor=actor())
    except Invalid as refused:
        content = engine().ask(ShowContent(content_id=content_id), actor=actor())
        return _form(request.form, _problems(refused), content=content)
    except Conflict as refused:
        return _render(content_id, flash=FlashMessage(refused.message, "bad"), status=HTTPStatus.CONFLICT)
    return redirect(url_for("admin_content.show_one", content_id=content_id), 303)


@blueprint.post("/<uuid:content_id>/<any(submit, authorise, push, 'send-back', retire):act>")
@signed_in(*WRITERS)
def go_on(content_id: UUID, act: str) -> Response:
    """Take the next step with a text: what the step needs is in the form."""
    reason, version = request.form.get("reason", ""), request.form.get("version", type=int)
    commands: Mapping[str, Command[Content]] = {
        "submit": SubmitContent(content_id=content_id, expected_version=version),
        "authorise": AuthoriseContent(content_id=content_id, expected_version=version),
        "push": PushContent(content_id=content_id, expected_version=version),
        "send-back": SendBackContent(content_id=content_id, reason=reason, expected_version=version),
        "retire": RetireContent(content_id=content_id, reason=reason, expected_version=version),
    }
    try:
        engine().carry_out(commands[act], actor=actor())
    except Invalid:
        words = _("Say why: whoever wrote the text reads it.")
        return _render(content_id, flash=FlashMessage(words, "bad"), status=HTTPStatus.UNPROCESSABLE_ENTITY)
    except Conflict as refused:
        return _render(content_id, flash=FlashMessage(refused.message, "bad"), status=HTTPStatus.CONFLICT)
    except NotPermitted as refused:
        if refused.code != "four_eyes":
            raise
        words = _("You wrote in this text: somebody else has to authorise it.")
        return _render(content_id, flash=FlashMessage(words, "bad"), status=HTTPStatus.FORBIDDEN)
    return redirect(url_for("admin_content.show_one", content_id=content_id, said=_SAID[act]), 303)


@blueprint.get("/<uuid:content_id>/readers")
@signed_in(*WRITERS)
def show_readers(content_id: UUID) -> Response:
    found = engine().ask(ListReaders(content_id=content_id), actor=actor())
    return page(
        "content/readers.html",
        content=found.content,
        branches=found.branches,
        readers=sum(branch.readers for branch in found.branches),
        unread=sum(len(branch.unread) for branch in found.branches),
    )


def _render(content_id: UUID, *, flash: FlashMessage | None, status: int = HTTPStatus.OK) -> Response:
    reader = actor()
    content = engine().ask(ShowContent(content_id=content_id), actor=reader)
    audience = content.writing.audience
    return page(
        "content/content.html",
        status=status,
        content=content,
        is_author=reader.id in content.authors,
        kind=kind_words(content.kind),
        status_called=status_words(content.status),
        texts=[
            ("el", content.writing.title_el, as_html(content.writing.text_el)),
            ("en", content.writing.title_en, as_html(content.writing.text_en)),
        ],
        roles=", ".join(sorted(role_words(role) for role in audience.roles)),
        title=localized(content.writing.title),
        days=[
            (called, dates.full_date(day))
            for called, day in ((_("From"), content.writing.from_day), (_("Until"), content.writing.to_day))
            if day is not None
        ],
        flash=flash,
    )


def _form(
    typed: Mapping[str, Any],
    errors: Mapping[str, Sequence[str]] | None = None,
    *,
    content: Content | None = None,
    status: int | None = None,
) -> Response:
    chosen = typed.get("roles") if isinstance(typed, dict) else request.form.getlist("roles")
    return page(
        "content/edit.html",
        action=url_for("admin_content.rewrite", content_id=content.id) if content else None,
        status=status or (HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK),
        typed=typed,
        errors=errors or {},
        content=content,
        kinds=[(one.value, kind_words(one)) for one in ContentKind],
        roles=sorted(((role.value, role_words(role)) for role in Role), key=lambda pair: pair[1]),
        chosen_roles=chosen or (),
    )


def _typed(content: Content) -> dict[str, Any]:
    """A draft as its form has it."""
    writing, audience = content.writing, content.writing.audience
    return {
        **vars(writing),
        "kind": content.kind.value,
        "key": content.key,
        "from_day": writing.from_day.isoformat() if writing.from_day else "",
        "to_day": writing.to_day.isoformat() if writing.to_day else "",
        "must_read": "yes" if writing.must_read else "",
        "organisations": ", ".join(audience.organisations),
        "procedures": ", ".join(audience.procedures),
        "roles": [role.value for role in audience.roles],
    }


def _writing() -> Writing:
    """What the form says; `Invalid` for days and roles that are none."""
    form = request.form
    problems: dict[str, list[str]] = {}
    days = {name: _day(form.get(name, ""), name, problems) for name in ("from_day", "to_day")}
    known = {role.value for role in Role}
    roles = frozenset(Role(name) for name in form.getlist("roles") if name in known)
    if problems:
        raise Invalid("The text cannot be written so.", problems)
    return Writing(
        title_el=form.get("title_el", "").strip(),
        title_en=form.get("title_en", "").strip(),
        text_el=form.get("text_el", "").replace("\r\n", "\n").strip(),
        text_en=form.get("text_en", "").replace("\r\n", "\n").strip(),
        audience=Audience(
            organisations=_listed(form.get("organisations", "")),
            roles=roles,
            procedures=_listed(form.get("procedures", "")),
        ),
        must_read=form.get("must_read") == "yes",
        **days,
    )


def _problems(refused: Invalid) -> dict[str, list[str]]:
    """What to say of each field, in the order of the form."""
    words = {
        "kind": _("Choose what it is."),
        "key": _(
            "Give a key of small Latin letters, digits, points and hyphens that is not taken; a script or"
            " help text begins with intake, task, case or calls."
        ),
        "title_el": _("Give a Greek title of at most 200 letters."),
        "text_el": _("Give a Greek text of at most 20,000 letters."),
        "title_en": _("Give an English title of at most 200 letters."),
        "text_en": _("Give an English text of at most 20,000 letters."),
        "organisations": _("Give the codes of organisations that you administer."),
        "procedures": _("Only scripts and help texts stand beside procedures: leave this empty."),
        "from_day": _("Give a day."),
        "to_day": _("Give a day that is not before the first one."),
        "must_read": _("Only announcements and circulars must be read."),
    }
    known = {name: [sentence] for name, sentence in words.items() if name in refused.errors}
    return known or {"key": [refused.message]}


def _listed(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))


def _day(text: str, name: str, problems: dict[str, list[str]]) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        problems[name] = [f"expected a date as YYYY-MM-DD, found {text[:20]}"]
        return None


def _kind(text: str | None) -> ContentKind | None:
    return ContentKind(text) if text in set(ContentKind) else None


def _status(text: str | None) -> ContentStatus | None:
    return ContentStatus(text) if text in set(ContentStatus) else None
