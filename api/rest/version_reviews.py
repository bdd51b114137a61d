"""What a certifier looks at: the evidence of a version, and the comments that are written about it."""

from typing import Any
from uuid import UUID

import marshmallow as ma
from marshmallow import fields

from api.http.calls import JSON, Calls
from api.http.context import actor, engine
from api.http.fields import Moment, Shape, Text
from api.rest.procedures import VERSION_PATH
from engine.kernel.actor import Scope
from engine.procedures.comments import (
    LONGEST,
    AnswerComment,
    CommentVersion,
    ListComments,
    ResolveComment,
)
from engine.procedures.queries import ShowEvidence

COMMENT: dict[str, Any] = {
    "id": "01936b2e-8000-7aaa-8bbb-0123456789ab",
    "thread_id": None,
    "file": "residence-certificate.bpmn",
    "line": 120,
    "element": "ask_municipality",
    "by": "kostas",
    "written_at": "2026-03-02T08:00:00Z",
    "text": "Γιατί πέντε ημέρες;",
    "resolved_at": None,
    "resolved_by": None,
}


class CommentShape(Shape):
    """A comment on a version."""

    id = fields.UUID(required=True)
    thread_id = fields.UUID(
        required=True,
        allow_none=True,
        metadata={"description": "Of an answer: the comment that began the thread."},
    )
    file = fields.String(required=True, allow_none=True)
    line = fields.Integer(required=True, allow_none=True)
    element = fields.String(required=True, allow_none=True, attribute="element_id")
    by = fields.String(required=True, attribute="author_name")
    written_at = Moment(required=True)
    text = fields.String(required=True)
    resolved_at = Moment(required=True, allow_none=True)
    resolved_by = fields.String(required=True, allow_none=True)


class CommentList(ma.Schema):
    """Threads by age, each with its answers below it."""

    items = fields.List(fields.Nested(CommentShape), required=True)


class CommentBody(ma.Schema):
    """What somebody writes, and what it is about."""

    text = Text(most=LONGEST, required=True, means="What you ask or say.", example=COMMENT["text"])
    file = Text(most=150, load_default=None, allow_none=True, means="A file of the version.")
    line = fields.Integer(load_default=None, allow_none=True, validate=ma.validate.Range(min=1, max=10**6))
    element = Text(most=200, load_default=None, allow_none=True, means="The id of an element.")


class CommentAnswerBody(ma.Schema):
    """What somebody answers."""

    text = Text(most=LONGEST, required=True, means="What you answer.", example="Το ορίζει ο νόμος.")


class ResolutionBody(ma.Schema):
    """Whether it is settled."""

    resolved = fields.Boolean(required=True, metadata={"description": "False opens the thread again."})


class EvidenceShape(ma.Schema):
    """What was played and covered."""

    evidence = fields.Dict(
        required=True,
        metadata={"description": "Scenarios, coverage, and what lacked: nothing, if it was submitted."},
    )


calls = Calls("version_reviews", about="What analysts and certifiers look at and write to one another.")

_COMMENT_PATH = "/procedures/comments/<uuid:comment_id>"


@calls.call("GET", VERSION_PATH + "/evidence", scope=Scope.PROCEDURES_READ, refuses=[404])
@calls.response(200, EvidenceShape, example={"evidence": {"format": 1}})
def show_evidence(key: str, number: int) -> object:
    """Show what a version was submitted with.

    Every scenario with how it ended, and what of the diagrams and tables they cover.
    """
    return {"evidence": engine().ask(ShowEvidence(key=key, number=number), actor=actor())}


@calls.call("GET", VERSION_PATH + "/comments", scope=Scope.PROCEDURES_READ, refuses=[404])
@calls.response(200, CommentList, example={"items": [COMMENT]})
def list_comments(key: str, number: int) -> object:
    """List the comments on a version.

    Analysts and certifiers read them.
    """
    return {"items": engine().ask(ListComments(key=key, number=number), actor=actor())}


@calls.call("POST", VERSION_PATH + "/comments", scope=Scope.PROCEDURES_WRITE, takes=JSON, refuses=[404])
@calls.arguments(CommentBody)
@calls.response(201, CommentShape, example=COMMENT)
def comment_version(body: dict[str, Any], key: str, number: int) -> object:
    """Comment on a version.

    On all of it, on a file or a line, or on an element. The thread is open until somebody resolves it; a
    version with open threads is not certified.
    """
    command = CommentVersion(
        key=key,
        number=number,
        text=body["text"],
        file=body["file"],
        line=body["line"],
        element_id=body["element"],
    )
    return engine().carry_out(command, actor=actor())


@calls.call("POST", _COMMENT_PATH + "/answers", scope=Scope.PROCEDURES_WRITE, takes=JSON, refuses=[404])
@calls.arguments(CommentAnswerBody)
@calls.response(201, CommentShape, example={**COMMENT, "thread_id": COMMENT["id"]})
def answer_comment(body: dict[str, str], comment_id: UUID) -> object:
    """Answer a comment.

    The answer stands below the comment that began the thread.
    """
    return engine().carry_out(AnswerComment(comment_id=comment_id, text=body["text"]), actor=actor())


@calls.call(
    "POST", _COMMENT_PATH + "/resolution", scope=Scope.PROCEDURES_WRITE, takes=JSON, refuses=[404, 409]
)
@calls.arguments(ResolutionBody)
@calls.response(200, CommentShape, example=COMMENT)
def resolve_comment(body: dict[str, bool], comment_id: UUID) -> object:
    """Resolve a thread, or open it again.

    Whoever may comment may do so.
    """
    command = ResolveComment(comment_id=comment_id, resolved=body["resolved"])
    return engine().carry_out(command, actor=actor())
