"""Texts for the branches: written, submitted, authorised by another, pushed, read."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import marshmallow as ma
from marshmallow import fields

from api.http.calls import JSON, Calls
from api.http.context import actor, engine
from api.http.fields import Choice, Moment, PageQuery, Shape, Sorted, Text, page_of
from api.http.idempotency import once
from engine.content.keeping import ListContents, ListReaders, ShowContent
from engine.content.model import (
    LONGEST_TEXT,
    LONGEST_TITLE,
    PLACES,
    Audience,
    Content,
    ContentKind,
    ContentStatus,
    Writing,
)
from engine.content.reading import ConfirmReading, ListBeside, ListNews
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
from engine.kernel.actor import Role, Scope
from engine.kernel.pages import Slice

_WRITTEN: dict[str, Any] = {
    "title_el": "Νέο ωράριο",
    "title_en": "New hours",
    "text_el": "Από **Δευτέρα**.",
    "text_en": "From **Monday**.",
    "from_day": "2026-03-09",
    "to_day": None,
    "must_read": True,
    "organisations": ["0009"],
    "roles": ["clerk"],
    "procedures": [],
}
CONTENT: dict[str, Any] = {
    "id": "01936b2e-8000-7aaa-8bbb-0123456789ab",
    "kind": "announcement",
    "key": "opening-hours",
    "version": 1,
    "status": "draft",
    **_WRITTEN,
    "author": "anna",
    "changed_at": "2026-03-09T10:00:00Z",
    "authorised_by": None,
    "authorised_at": None,
    "pushed_at": None,
    "note": None,
    "row_version": 1,
}
_NEWS: dict[str, Any] = {**CONTENT, "status": "pushed", "is_read": False}


class ContentShape(Shape):
    """A version of a text."""

    id = fields.UUID(required=True)
    kind = Choice(ContentKind, required=True)
    key = fields.String(required=True)
    version = fields.Integer(required=True)
    status = Choice(ContentStatus, required=True)
    title_el = fields.String(required=True, attribute="writing.title_el")
    title_en = fields.String(required=True, attribute="writing.title_en")
    text_el = fields.String(required=True, attribute="writing.text_el", metadata={"description": "Markdown."})
    text_en = fields.String(required=True, attribute="writing.text_en", metadata={"description": "Markdown."})
    from_day = fields.Date(required=True, allow_none=True, attribute="writing.from_day")
    to_day = fields.Date(required=True, allow_none=True, attribute="writing.to_day")
    must_read = fields.Boolean(required=True, attribute="writing.must_read")
    organisations = fields.List(fields.String(), required=True, attribute="writing.audience.organisations")
    roles = Sorted(Choice(Role), required=True, attribute="writing.audience.roles")
    procedures = fields.List(fields.String(), required=True, attribute="writing.audience.procedures")
    author = fields.String(required=True, attribute="author_name")
    changed_at = Moment(required=True)
    authorised_by = fields.String(required=True, allow_none=True)
    authorised_at = Moment(required=True, allow_none=True)
    pushed_at = Moment(required=True, allow_none=True)
    note = fields.String(
        required=True, allow_none=True, metadata={"description": "Why it was sent back or retired."}
    )
    row_version = fields.Integer(required=True)


class NewsShape(ContentShape):
    """A text with whether you have confirmed that you read it."""

    is_read = fields.Boolean(required=True)


class WritingBody(ma.Schema):
    """What is written of a text, and for whom."""

    title_el = Text(most=LONGEST_TITLE, required=True, example=_WRITTEN["title_el"])
    title_en = Text(most=LONGEST_TITLE, required=True, example=_WRITTEN["title_en"])
    text_el = Text(most=LONGEST_TEXT, required=True, means="Markdown.", example=_WRITTEN["text_el"])
    text_en = Text(most=LONGEST_TEXT, required=True, means="Markdown.", example=_WRITTEN["text_en"])
    from_day = fields.Date(load_default=None, allow_none=True)
    to_day = fields.Date(load_default=None, allow_none=True)
    must_read = fields.Boolean(load_default=False)
    organisations = fields.List(
        Text(most=100),
        load_default=list,
        metadata={"description": "Codes; each stands with all below it. None: all."},
    )
    roles = fields.List(Choice(Role), load_default=list, metadata={"description": "None: all."})
    procedures = fields.List(
        Text(most=100), load_default=list, metadata={"description": "Of scripts and help texts. None: all."}
    )


class NewContentBody(WritingBody):
    """A new text, or the next version of one."""

    kind = Choice(ContentKind, required=True)
    key = Text(
        most=80, required=True, means="What it is known by in all its versions.", example="opening-hours"
    )


class WhyBody(ma.Schema):
    """Why."""

    reason = Text(most=1000, required=True, example="Λείπει η ημέρα.")


class ContentQuery(PageQuery):
    """Which texts."""

    kind = Choice(ContentKind, load_default=None)
    status = Choice(ContentStatus, load_default=None)


class BesideQuery(ma.Schema):
    """Beside which work."""

    place = fields.String(required=True, validate=ma.validate.OneOf(PLACES))
    procedure = Text(most=100, load_default=None, means="The key of a procedure.")


class UnreadShape(Shape):
    """How a branch stands with a text."""

    branch = fields.String(required=True, attribute="code")
    name = fields.String(required=True)
    readers = fields.Integer(required=True)
    read = fields.Integer(required=True)
    unread = fields.List(
        fields.String(), attribute="usernames", required=True, metadata={"description": "User names."}
    )


class ReadersShape(Shape):
    """Who has not read a text yet, by branch."""

    items = fields.List(fields.Nested(UnreadShape), attribute="branches", required=True)


class NewsList(Shape):
    """Texts for you."""

    items = fields.List(fields.Nested(NewsShape), required=True)


class ContentList(Shape):
    """Texts."""

    items = fields.List(fields.Nested(ContentShape), required=True)


calls = Calls("contents", about="Announcements, circulars, articles, scripts and help texts.")


@calls.call("GET", "/contents", scope=Scope.CASES_READ)
@calls.arguments(ContentQuery, location="query")
@calls.response(200, page_of(ContentShape), example={"items": [CONTENT], "next": None})
def list_contents(query: dict[str, Any]) -> object:
    """List texts.

    Those that you may write in, the one that was changed last first.
    """
    part = Slice(limit=query["limit"], cursor=query["cursor"])
    return engine().ask(ListContents(kind=query["kind"], status=query["status"], part=part), actor=actor())


@calls.call(
    "POST",
    "/contents",
    scope=Scope.CASES_WRITE,
    takes=JSON,
    headers=["Idempotency-Key"],
    refuses=[404, 409],
)
@calls.arguments(NewContentBody, example={**_WRITTEN, "kind": "announcement", "key": "opening-hours"})
@calls.response(201, ContentShape, example=CONTENT)
def write_content(body: dict[str, Any]) -> object:
    """Begin a text.

    For supervisors, and for administrators to what they administer. It is a draft.
    """
    command = WriteContent(kind=body["kind"], key=body["key"], writing=_writing(body))
    return engine().carry_out(command, actor=actor(), once=once())


@calls.call("GET", "/contents/<uuid:content_id>", scope=Scope.CASES_READ, refuses=[404])
@calls.response(200, ContentShape, example=CONTENT)
def show_content(content_id: UUID) -> object:
    """Show a text to who may write in it."""
    return engine().ask(ShowContent(content_id=content_id), actor=actor())


@calls.call("PUT", "/contents/<uuid:content_id>", scope=Scope.CASES_WRITE, takes=JSON, refuses=[404, 409])
@calls.arguments(WritingBody, example=_WRITTEN)
@calls.response(200, ContentShape, example=CONTENT)
def rewrite_content(body: dict[str, Any], content_id: UUID) -> object:
    """Change a draft.

    Whoever does is one of its authors from then on.
    """
    command = RewriteContent(content_id=content_id, writing=_writing(body))
    return engine().carry_out(command, actor=actor())


@calls.call(
    "POST",
    "/contents/<uuid:content_id>/<any(submit, authorise, push):act>",
    scope=Scope.CASES_WRITE,
    refuses=[404, 409],
)
@calls.response(200, ContentShape, example=CONTENT)
def go_on_with_content(content_id: UUID, act: str) -> object:
    """Submit, authorise or push a text.

    None of its authors authorises it. Pushing retires the version that was read before.
    """
    commands: Mapping[str, Command[Content]] = {
        "submit": SubmitContent(content_id=content_id),
        "authorise": AuthoriseContent(content_id=content_id),
        "push": PushContent(content_id=content_id),
    }
    return engine().carry_out(commands[act], actor=actor())


@calls.call(
    "POST",
    "/contents/<uuid:content_id>/<any('send-back', retire):act>",
    scope=Scope.CASES_WRITE,
    takes=JSON,
    refuses=[404, 409],
)
@calls.arguments(WhyBody)
@calls.response(200, ContentShape, example=CONTENT)
def take_content_back(body: dict[str, str], content_id: UUID, act: str) -> object:
    """Send a text back, or retire it.

    With the reason, which its authors read.
    """
    command = SendBackContent if act == "send-back" else RetireContent
    return engine().carry_out(command(content_id=content_id, reason=body["reason"]), actor=actor())


@calls.call("GET", "/contents/<uuid:content_id>/readers", scope=Scope.CASES_READ, refuses=[404])
@calls.response(
    200,
    ReadersShape,
    example={
        "items": [{"branch": "0009", "name": "ΚΕΠ Αθηναίων", "readers": 3, "read": 2, "unread": ["maria"]}]
    },
)
def list_readers(content_id: UUID) -> object:
    """List who has not read a text yet, by branch."""
    return engine().ask(ListReaders(content_id=content_id), actor=actor())


@calls.call("GET", "/news", scope=Scope.CASES_READ)
@calls.response(200, NewsList, example={"items": [_NEWS]})
def list_news() -> object:
    """List announcements, circulars and articles for you."""
    items = engine().ask(ListNews(), actor=actor())
    return {"items": [{**_fields(item.content), "is_read": item.is_read} for item in items]}


@calls.call("POST", "/news/<uuid:content_id>/read", scope=Scope.CASES_READ, refuses=[404])
@calls.response(204)
def confirm_reading(content_id: UUID) -> None:
    """Confirm that you have read a text."""
    engine().carry_out(ConfirmReading(content_id=content_id), actor=actor())


@calls.call("GET", "/help-texts", scope=Scope.CASES_READ)
@calls.arguments(BesideQuery, location="query")
@calls.response(200, ContentList, example={"items": [{**CONTENT, "kind": "help", "key": "intake"}]})
def list_beside(query: dict[str, Any]) -> object:
    """List the scripts and help texts beside some work."""
    question = ListBeside(place=query["place"], procedure=query["procedure"])
    return {"items": engine().ask(question, actor=actor())}


def _fields(content: Content) -> dict[str, Any]:
    return dict(vars(content))


def _writing(body: Mapping[str, Any]) -> Writing:
    return Writing(
        **{name: body[name] for name in ("title_el", "title_en", "text_el", "text_en")},
        **{name: body[name] for name in ("from_day", "to_day", "must_read")},
        audience=Audience(
            organisations=tuple(body["organisations"]),
            roles=frozenset(body["roles"]),
            procedures=tuple(body["procedures"]),
        ),
    )
