"""The register of topics: a list, one topic with its history, and the forms that register and revise it."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from api.http.context import engine
from api.pages.frame.flash import FlashMessage
from api.pages.frame.language import gettext as _
from api.pages.frame.page import page
from api.pages.frame.sessions import actor, signed_in
from engine.kernel.actor import Role
from engine.kernel.pages import Slice
from engine.kernel.refusal import Conflict, Invalid, OutOfDate
from engine.service_tasks.topic_register import ListTopics, ShowTopic, TopicSheet
from engine.topics.model import TopicVersion
from engine.topics.register import RegisterTopic, ReviseTopic, TopicWords
from engine.topics.store import TopicFilter

blueprint = Blueprint("admin_topics", __name__, url_prefix="/admin/topics")

READERS = (Role.OPERATOR, Role.ANALYST, Role.CERTIFIER, Role.SUPERVISOR, Role.AUDITOR)
_ON_A_PAGE = 50
_LONGEST = 100
_SERVED = {"yes": True, "no": False}

Typed = Mapping[str, str]
Problems = Mapping[str, list[str]]


@dataclass(frozen=True, kw_only=True)
class Search:
    """Which topics are shown, as the address has it; what makes no sense is ignored."""

    text: str = ""
    served: str = ""
    cursor: str | None = None

    @classmethod
    def read(cls) -> "Search":
        served = request.args.get("served", "")
        return cls(
            text=request.args.get("q", "").replace("\0", "").strip()[:_LONGEST],
            served=served if served in _SERVED else "",
            cursor=request.args.get("cursor") or None,
        )

    @property
    def is_narrowed(self) -> bool:
        return bool(self.text or self.served)

    def address(self, *, cursor: str | None = None) -> str:
        """The address of this search, from its beginning or after `cursor`."""
        given = {"q": self.text, "served": self.served, "cursor": cursor or ""}
        query = urlencode({name: value for name, value in given.items() if value})
        return f"{url_for('admin_topics.show_list')}{'?' if query else ''}{query}"

    def question(self) -> ListTopics:
        wanted = TopicFilter(text=self.text, is_served=_SERVED.get(self.served))
        return ListTopics(wanted=wanted, part=Slice(limit=_ON_A_PAGE, cursor=self.cursor))


@blueprint.get("")
@signed_in(*READERS)
def show_list() -> Response:
    search = Search.read()
    found = engine().ask(search.question(), actor=actor())
    return page(
        "topics/topics.html",
        search=search,
        topics=found.page.items,
        count=found.count,
        may_register=actor().has(Role.OPERATOR),
        first_address=search.address(),
        next_address=search.address(cursor=found.page.next) if found.page.next else None,
    )


@blueprint.get("/new")
@signed_in(Role.OPERATOR)
def ask_new() -> Response:
    return page("topics/new.html", typed={}, problems={})


@blueprint.post("/new")
@signed_in(Role.OPERATOR)
def register() -> Response:
    typed = request.form.to_dict()
    topic = typed.get("topic", "").strip()
    try:
        engine().carry_out(RegisterTopic(topic=topic, words=_words(typed)), actor=actor())
    except Invalid as refused:
        return page("topics/new.html", typed=typed, problems=_said(refused.errors), status=422)
    except Conflict:
        problems = {"topic": [_("This topic is registered already.")]}
        return page("topics/new.html", typed=typed, problems=problems, status=409)
    return redirect(url_for("admin_topics.show", topic=topic, said="registered"), 303)


@blueprint.get("/<string:topic>")
@signed_in(*READERS)
def show(topic: str) -> Response:
    said = {"registered": _("The topic is registered."), "revised": _("The topic has a new version.")}
    words = said.get(request.args.get("said", ""))
    return _sheet(topic, flash=FlashMessage(words) if words else None)


@blueprint.post("/<string:topic>")
@signed_in(Role.OPERATOR)
def revise(topic: str) -> Response:
    typed = request.form.to_dict()
    seen = request.form.get("seen", 0, type=int)
    try:
        engine().carry_out(ReviseTopic(topic=topic, seen=seen, words=_words(typed)), actor=actor())
    except Invalid as refused:
        return _sheet(topic, typed=typed, problems=_said(refused.errors), status=422)
    except OutOfDate:
        words = _("Somebody else changed the topic meanwhile: look at the newest version, and change that.")
        return _sheet(topic, flash=FlashMessage(words, "bad"), status=409)
    return redirect(url_for("admin_topics.show", topic=topic, said="revised"), 303)


def _sheet(
    topic: str,
    *,
    typed: Typed | None = None,
    problems: Problems | None = None,
    flash: FlashMessage | None = None,
    status: int = 200,
) -> Response:
    sheet: TopicSheet = engine().ask(ShowTopic(topic=topic), actor=actor())
    newest = sheet.listed.version
    return page(
        "topics/topic.html",
        sheet=sheet,
        newest=newest,
        typed=typed or _as_typed(newest),
        problems=problems or {},
        may_register=actor().has(Role.OPERATOR),
        flash=flash,
        status=status,
    )


def _as_typed(version: TopicVersion) -> Typed:
    lines = {name: "\n".join(one.line for one in getattr(version, name)) for name in ("inputs", "answer")}
    words = ("name", "name_en", "description", "description_en")
    return {**{name: getattr(version, name) for name in words}, **lines, "note": ""}


def _words(typed: Typed) -> TopicWords:
    def text(name: str) -> str:
        return typed.get(name, "").replace("\0", "")

    return TopicWords(
        name=text("name"),
        name_en=text("name_en"),
        description=text("description"),
        description_en=text("description_en"),
        inputs=text("inputs").splitlines(),
        answer=text("answer").splitlines(),
        note=text("note"),
    )


def _said(errors: Mapping[str, list[str]]) -> Problems:
    """What is wrong with each field, in the reader's language, in the order of the page."""
    lines = {name: "; ".join(errors.get(name, ())) for name in ("inputs", "answer")}
    words = {
        "topic": _("Write the topic in small Latin letters, with dots and hyphens: municipality.residence."),
        "name": _("Give the Greek name, in at most 200 letters."),
        "name_en": _("Give the English name, in at most 200 letters."),
        "description": _("Describe it in at most 1000 letters."),
        "description_en": _("Describe it in English in at most 1000 letters."),
        "inputs": _("One field in each line, as the hint says: %(found)s", found=lines["inputs"]),
        "answer": _("One field in each line, as the hint says: %(found)s", found=lines["answer"]),
        "note": _("Say what changed in at most 1000 letters."),
    }
    return {name: [sentence] for name, sentence in words.items() if name in errors}
