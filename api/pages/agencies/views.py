"""Agencies as operators see them: the list, and one with address, keys, topics, test calls and history."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from api.http.context import engine
from api.pages.agencies.words import change_words, ping_words
from api.pages.frame.flash import FlashMessage
from api.pages.frame.language import gettext as _
from api.pages.frame.language import ngettext
from api.pages.frame.page import page
from api.pages.frame.sessions import actor, signed_in
from engine.context import Command
from engine.kernel.actor import Role
from engine.kernel.clock import identifier_at
from engine.kernel.refusal import Conflict, Invalid
from engine.organisation.connect import AddKey, ChangeEndpoint, EndKey, EnterAgency, NewKey, ServeTopics
from engine.organisation.connection import AgencyFilter
from engine.organisation.model import Agency
from engine.service_tasks.agency_desk import ListAgencies, ShowAgency
from engine.service_tasks.pings import PingAgency
from engine.service_tasks.switching import PauseAgency, SwitchAgencyOn

blueprint = Blueprint("admin_agencies", __name__, url_prefix="/admin/agencies")

READERS = (Role.OPERATOR, Role.ADMINISTRATOR)
_LONGEST = 100
_PAUSED = {"yes": True, "no": False}
OVERLAP = timedelta(days=7)
"""How long the earlier key goes on, if nobody says otherwise."""

Problems = Mapping[str, list[str]]


@dataclass(frozen=True, kw_only=True)
class Search:
    """Which agencies are shown, as the address has it; what makes no sense is ignored."""

    text: str = ""
    paused: str = ""
    topic: str = ""

    @classmethod
    def read(cls) -> "Search":
        def text(name: str) -> str:
            return request.args.get(name, "").replace("\0", "").strip()[:_LONGEST]

        paused = text("paused")
        return cls(text=text("q"), paused=paused if paused in _PAUSED else "", topic=text("topic"))

    @property
    def is_narrowed(self) -> bool:
        return bool(self.text or self.paused or self.topic)

    @property
    def wanted(self) -> AgencyFilter:
        return AgencyFilter(text=self.text, is_paused=_PAUSED.get(self.paused), topic=self.topic)


@blueprint.get("")
@signed_in(*READERS)
def show_list() -> Response:
    search = Search.read()
    found = engine().ask(ListAgencies(wanted=search.wanted), actor=actor())
    return page("agencies/agencies.html", search=search, agencies=found, may_enter=actor().has(Role.OPERATOR))


@blueprint.get("/new")
@signed_in(Role.OPERATOR)
def ask_new() -> Response:
    return page("agencies/new.html", typed={}, problems={})


@blueprint.post("/new")
@signed_in(Role.OPERATOR)
def enter() -> Response:
    typed = {name: text.replace("\0", "").strip() for name, text in request.form.items()}
    try:
        agency = Agency(
            id=identifier_at(engine().clock.now()),
            key=typed.get("key", ""),
            name=typed.get("name", ""),
            name_en=typed.get("name_en", ""),
            topics=(),
        )
        engine().carry_out(EnterAgency(agency=agency), actor=actor())
    except Invalid as refused:
        return page("agencies/new.html", typed=typed, problems=_said(refused.errors), status=422)
    except Conflict:
        problems = {"key": [_("There is an agency with this key already.")]}
        return page("agencies/new.html", typed=typed, problems=problems, status=409)
    return redirect(url_for("admin_agencies.show", key=agency.key, said="entered"), 303)


@blueprint.get("/<key:key>")
@signed_in(*READERS)
def show(key: str) -> Response:
    number = min(request.args.get("n", 0, type=int), 100_000)
    said = {
        "entered": _("The agency is entered. Make a key for it, give its address and its topics."),
        "endpoint": _("The address is changed."),
        "topics": _("The topics are changed."),
        "key-ended": _("The key ends then."),
        "ping": _("The call is made within seconds: load the page again to see what came of it."),
        "paused": _("The agency is paused: nothing is sent to it."),
        "on": ngettext(
            "The agency is on, and %(num)s request goes out.",
            "The agency is on, and %(num)s requests go out.",
            number,
        ),
    }
    words = said.get(request.args.get("said", ""))
    return _sheet(key, flash=FlashMessage(words) if words else None)


@blueprint.post("/<key:key>/endpoint")
@signed_in(*READERS)
def change_endpoint(key: str) -> Response:
    typed = request.form.get("endpoint", "").replace("\0", "")
    return _done(
        key,
        lambda: ChangeEndpoint(agency_key=key, endpoint=typed),
        said="endpoint",
        typed={"endpoint": typed},
    )


@blueprint.post("/<key:key>/topics")
@signed_in(Role.OPERATOR)
def serve_topics(key: str) -> Response:
    typed = request.form.get("topics", "").replace("\0", "")
    return _done(
        key,
        lambda: ServeTopics(agency_key=key, topics=typed.split()),
        said="topics",
        typed={"topics": typed},
    )


@blueprint.post("/<key:key>/keys")
@signed_in(*READERS)
def add_key(key: str) -> Response:
    """The page with the secret, which is on no other."""
    try:
        made = engine().carry_out(AddKey(agency_key=key), actor=actor())
    except Conflict:
        words = _("Three keys sign already: end one first.")
        return _sheet(key, flash=FlashMessage(words, "bad"), status=409)
    return _sheet(key, made=made)


@blueprint.post("/<key:key>/keys/end")
@signed_in(*READERS)
def end_key(key: str) -> Response:
    fingerprint, typed = request.form.get("fingerprint", ""), request.form.get("at", "").strip()

    def command() -> EndKey:
        return EndKey(agency_key=key, fingerprint=fingerprint, at=_moment(typed))

    return _done(key, command, said="key-ended", typed={})


@blueprint.post("/<key:key>/ping")
@signed_in(*READERS)
def ping(key: str) -> Response:
    return _done(key, lambda: PingAgency(agency_key=key), said="ping", typed={})


@blueprint.post("/<key:key>/pause")
@signed_in(*READERS)
def pause(key: str) -> Response:
    typed = request.form.get("reason", "").replace("\0", "")
    return _done(
        key, lambda: PauseAgency(agency_key=key, reason=typed), said="paused", typed={"reason": typed}
    )


@blueprint.post("/<key:key>/switch-on")
@signed_in(*READERS)
def switch_on(key: str) -> Response:
    typed = request.form.get("reason", "").replace("\0", "")
    try:
        sent = engine().carry_out(SwitchAgencyOn(agency_key=key, reason=typed), actor=actor())
    except Invalid as refused:
        return _sheet(key, typed={"reason": typed}, problems=_said(refused.errors), status=422)
    except Conflict as refused:
        return _sheet(key, flash=FlashMessage(_refused(refused), "bad"), status=409)
    return redirect(url_for("admin_agencies.show", key=key, said="on", n=sent), 303)


def _done(key: str, command: Callable[[], Command[Any]], *, said: str, typed: Mapping[str, str]) -> Response:
    """Carry it out, and show the agency as it is then, or with what is wrong."""
    try:
        engine().carry_out(command(), actor=actor())
    except Invalid as refused:
        return _sheet(key, typed=typed, problems=_said(refused.errors), status=422)
    except Conflict as refused:
        return _sheet(key, flash=FlashMessage(_refused(refused), "bad"), status=409)
    return redirect(url_for("admin_agencies.show", key=key, said=said), 303)


def _sheet(
    key: str,
    *,
    typed: Mapping[str, str] | None = None,
    problems: Problems | None = None,
    made: NewKey | None = None,
    flash: FlashMessage | None = None,
    status: int = 200,
) -> Response:
    sheet = engine().ask(ShowAgency(agency_key=key), actor=actor())
    agency = sheet.listed.agency
    shown = {"endpoint": agency.endpoint or "", "topics": "\n".join(agency.topics), "reason": ""}
    zone = engine().zone
    return page(
        "agencies/agency.html",
        sheet=sheet,
        agency=agency,
        place=sheet.place,
        typed={**shown, **(typed or {})},
        problems=problems or {},
        made=made,
        assigns_topics=actor().has(Role.OPERATOR),
        change_words=change_words,
        ping_words=ping_words,
        proposed_end=(engine().clock.now().astimezone(zone) + OVERLAP).date().isoformat(),
        flash=flash,
        status=status,
    )


def _moment(text: str) -> datetime | None:
    """The midnight of Athens with which the day begins, or nothing; `Invalid` for what is no day."""
    if not text:
        return None
    try:
        day = datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError as refused:
        raise Invalid.field("at", "expected a day") from refused
    return datetime.combine(day, time(), tzinfo=engine().zone)


def _refused(refused: Conflict) -> str:
    return {
        "last_key": _("This is the last key: make another one first, or nothing could be sent."),
        "no_endpoint": _("The agency has no address to be called at."),
        "agency_paused": _("The agency is paused already."),
        "agency_not_paused": _("The agency is on already."),
    }.get(refused.code, _("Something else became of it meanwhile."))


def _said(errors: Mapping[str, list[str]]) -> Problems:
    topics, why = (" ".join(errors.get(name, ())) for name in ("topics", "endpoint"))
    words = {
        "key": _("Give a key of small Latin letters, digits and hyphens, such as municipality."),
        "name": _("Give the Greek name, in at most 200 letters."),
        "name_en": _("Give the English name, in at most 200 letters."),
        "endpoint": _("Nothing can be sent to this address: %(why)s", why=why),
        "secrets": _("Make a key first: what is sent is signed."),
        "topics": _("Some of these topics are not registered: %(found)s", found=topics),
        "at": _("Give a day, or none for now."),
        "reason": _("Say why, in at most 1000 letters."),
    }
    return {name: [sentence] for name, sentence in words.items() if name in errors}
