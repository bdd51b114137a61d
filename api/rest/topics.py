"""Topics: what agencies are asked for, who serves them, and what stands in the way of publishing."""

from collections.abc import Mapping
from typing import Any

import marshmallow as ma
from marshmallow import fields

from api.http.arguments import slice_of
from api.http.calls import JSON, Calls
from api.http.context import actor, engine
from api.http.fields import Moment, PageQuery, Shape, Text, Whole
from engine.kernel.actor import Scope
from engine.kernel.refusal import LONGEST
from engine.kernel.topics import LONGEST_TOPIC
from engine.procedures.topics import FindUnserved
from engine.service_tasks.held_requests import ListHeldTopics
from engine.service_tasks.topic_register import ListedTopic, ListTopics, ShowTopic
from engine.topics.model import MOST_FIELDS, TopicVersion
from engine.topics.register import LONGEST_NAME, RegisterTopic, ReviseTopic, TopicWords
from engine.topics.store import TopicFilter

WORDS: dict[str, Any] = {
    "name": "Βεβαίωση μόνιμης κατοικίας",
    "name_en": "Permanent residence",
    "description": "Ο δήμος βεβαιώνει τη μόνιμη κατοικία.",
    "description_en": "The municipality confirms the permanent residence.",
    "inputs": ["afm text needed", "residence context"],
    "answer": ["confirmed boolean needed", "certificate_number text"],
    "note": "Ζητήθηκε ο αριθμός της βεβαίωσης.",
}
VERSION = {**WORDS, "number": 2, "at": "2026-03-09T10:00:00Z", "by": "olga"}
TOPIC: dict[str, Any] = {
    "topic": "municipality.residence",
    **VERSION,
    "agencies": ["municipality"],
    "held": 0,
}
USE: dict[str, Any] = {"key": "residence-certificate", "number": 3, "topic_version": 2}
_LINE = "Lines of a name, what it is (text, number, boolean, date, document, list, context), then `needed`."


class TopicQuery(PageQuery):
    """Which topics."""

    q = Text(most=100, load_default="", means="Words of the name or of what it is called.")
    served = fields.Boolean(
        load_default=None, metadata={"description": "Only those that an agency serves, or that none does."}
    )


class WordsBody(ma.Schema):
    """What is said of a topic."""

    name = Text(most=LONGEST_NAME, required=True, means="In Greek.", example=WORDS["name"])
    name_en = Text(most=LONGEST_NAME, required=True, means="In English.", example=WORDS["name_en"])
    description = Text(least=0, most=LONGEST, load_default="")
    description_en = Text(least=0, most=LONGEST, load_default="")
    inputs = fields.List(Text(most=200), load_default=[], metadata={"description": _LINE})
    answer = fields.List(
        Text(most=200),
        load_default=[],
        validate=ma.validate.Length(max=MOST_FIELDS),
        metadata={"description": f"{_LINE} Lists and contexts are no answers."},
    )
    note = Text(least=0, most=LONGEST, load_default="", means="What changed, for those who read the history.")


class RegisterBody(WordsBody):
    """A new topic."""

    topic = Text(most=LONGEST_TOPIC, required=True, means="Its name.", example=TOPIC["topic"])


class ReviseBody(WordsBody):
    """The next version of a topic."""

    seen = Whole(least=1, most=1_000_000, required=True, means="The number of the version that was changed.")


class VersionShape(Shape):
    """A version of a topic."""

    number = fields.Integer(required=True)
    name = fields.String(required=True)
    name_en = fields.String(required=True)
    description = fields.String(required=True)
    description_en = fields.String(required=True)
    inputs = fields.List(fields.String(), required=True)
    answer = fields.List(fields.String(), required=True)
    note = fields.String(required=True)
    at = Moment(required=True)
    by = fields.String(required=True)


class TopicShape(VersionShape):
    """A topic as it is now."""

    topic = fields.String(required=True)
    agencies = fields.List(fields.String(), required=True, metadata={"description": "Keys of who serves it."})
    held = fields.Integer(required=True, metadata={"description": "Requests that wait for an agency."})


class TopicList(ma.Schema):
    """A page of topics, by name."""

    items = fields.List(fields.Nested(TopicShape), required=True)
    next = fields.String(required=True, allow_none=True)


class UseShape(Shape):
    """A published version of a procedure that uses a topic."""

    key = fields.String(required=True)
    number = fields.Integer(required=True)
    topic_version = fields.Integer(required=True)


class TopicSheetShape(TopicShape):
    """A topic with its history, newest first, and who uses it."""

    versions = fields.List(fields.Nested(VersionShape), required=True)
    used_by = fields.List(fields.Nested(UseShape), required=True)


class HeldTopicShape(Shape):
    """How many requests of a topic are held, and since when the oldest is."""

    topic = fields.String(required=True)
    number = fields.Integer(required=True)
    since = Moment(required=True)


class HeldTopics(ma.Schema):
    """The topics of which requests are held."""

    items = fields.List(fields.Nested(HeldTopicShape), required=True)


class TopicProblems(ma.Schema):
    """What keeps a version from being published, as far as its topics go."""

    problems = fields.List(fields.String(), required=True)


calls = Calls("topics", about="A topic is a kind of work that agencies are asked for.")


@calls.call("GET", "/topics", scope=Scope.PROCEDURES_READ)
@calls.arguments(TopicQuery, location="query")
@calls.response(200, TopicList, example={"items": [TOPIC], "next": None})
def list_topics(query: Mapping[str, Any]) -> object:
    """List topics.

    For operators, analysts, certifiers, supervisors and auditors.
    """
    wanted = TopicFilter(text=query["q"], is_served=query["served"])
    found = engine().ask(ListTopics(wanted=wanted, part=slice_of(query)), actor=actor())
    return {"items": [_topic(one) for one in found.page.items], "next": found.page.next}


@calls.call("POST", "/topics", scope=Scope.PROCEDURES_WRITE, takes=JSON, refuses=[409])
@calls.arguments(RegisterBody)
@calls.response(201, VersionShape, example=VERSION)
def register_topic(body: dict[str, Any]) -> object:
    """Register a topic.

    For operators. Agencies can serve it then, and procedures be published with it.
    """
    topic = body.pop("topic")
    return _version(engine().carry_out(RegisterTopic(topic=topic, words=TopicWords(**body)), actor=actor()))


@calls.call("GET", "/held-requests", scope=Scope.PROCEDURES_READ)
@calls.response(
    200,
    HeldTopics,
    example={"items": [{"topic": "municipality.residence", "number": 2, "since": "2026-11-30T10:00:00Z"}]},
)
def list_held_topics() -> object:
    """List the topics of which requests are held.

    No agency serves them: their requests are sent once one does.
    """
    return {"items": engine().ask(ListHeldTopics(), actor=actor())}


@calls.call("GET", "/topics/<string:topic>", scope=Scope.PROCEDURES_READ, refuses=[404])
@calls.response(200, TopicSheetShape, example={**TOPIC, "versions": [VERSION], "used_by": [USE]})
def show_topic(topic: str) -> object:
    """Show a topic.

    With all its versions, and the published procedures that use it.
    """
    sheet = engine().ask(ShowTopic(topic=topic), actor=actor())
    return {
        **_topic(sheet.listed),
        "versions": [_version(one) for one in sheet.versions],
        "used_by": [vars(one) for one in sheet.used_by],
    }


@calls.call(
    "POST",
    "/topics/<string:topic>/versions",
    scope=Scope.PROCEDURES_WRITE,
    takes=JSON,
    refuses=[404, 409],
)
@calls.arguments(ReviseBody)
@calls.response(201, VersionShape, example=VERSION)
def revise_topic(body: dict[str, Any], topic: str) -> object:
    """Give a topic its next version.

    For operators. Published procedures keep the version that they were published with; 409 if somebody
    else made a version since the one in `seen`.
    """
    seen = body.pop("seen")
    command = ReviseTopic(topic=topic, seen=seen, words=TopicWords(**body))
    return _version(engine().carry_out(command, actor=actor()))


@calls.call(
    "GET",
    "/procedures/<key:key>/versions/<number:number>/topics",
    scope=Scope.PROCEDURES_READ,
    refuses=[404],
)
@calls.response(200, TopicProblems, example={"problems": []})
def check_topics(key: str, number: int) -> object:
    """Check the topics of a version.

    What would keep it from being published: topics that nobody serves, forms that do not agree with them.
    """
    return {"problems": engine().ask(FindUnserved(key=key, number=number), actor=actor())}


def _version(version: TopicVersion) -> dict[str, Any]:
    lines = {name: [one.line for one in getattr(version, name)] for name in ("inputs", "answer")}
    return {**vars(version), **lines}


def _topic(listed: ListedTopic) -> dict[str, Any]:
    return {**_version(listed.version), "agencies": list(listed.agencies), "held": listed.held}
