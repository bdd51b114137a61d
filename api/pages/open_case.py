"""Opening a case: a procedure is chosen, the citizen received, the form filled in, all filed at once."""

import hashlib
import secrets
from collections.abc import Mapping
from typing import Any, NamedTuple

from flask import Blueprint, redirect, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from api.http import form_tokens
from api.http.context import engine
from api.pages import dates, intake, offer_facts, paper_list, words
from api.pages.form_sheet import sheet, typed_data
from api.pages.intake import APPLICANT, REPRESENTATIVE, Intake
from api.pages.language import NAMES, of_two, spoken
from api.pages.language import gettext as _
from api.pages.page import page, wants_only_a_part
from api.pages.request_facts import Captions, captions_of
from api.pages.said import Said
from api.pages.sessions import actor, signed_in
from engine.bundle.metadata import term_of
from engine.bundle.procedure import Procedure
from engine.cases.earlier_applicants import EarlierApplicant, FindEarlierApplicant
from engine.cases.offers import FindOffers, ShowOffer
from engine.cases.open import OpenCase
from engine.cases.papers import PapersFor
from engine.cases.party import person_fields
from engine.cases.reception import Authorisation, Checklist, IdentityCheck
from engine.dispatch import Once
from engine.kernel.actor import Role
from engine.kernel.case_words import Channel
from engine.kernel.noticing import NoticeChannel
from engine.kernel.refusal import Conflict, FieldErrors, Invalid
from engine.procedures.model import ProcedureVersion
from engine.tasks.labels import ShowBranch

blueprint = Blueprint("open_case", __name__, template_folder="templates", url_prefix="/desk/open")

_OPENERS = (Role.CLERK, Role.MANAGER, Role.AGENT)
_FOUND = 20
"""Procedures shown at a time; one types on to see others."""

_DATA = "data."


class FormProblem(NamedTuple):
    """What is wrong with a field of the procedure's form: its path, what it is called, and a sentence."""

    path: str
    called: str | None
    sentence: str


@blueprint.get("")
@signed_in(*_OPENERS)
def choose() -> Response:
    """The procedures on offer, found while one types, or by the button where no script runs.

    Before anything is typed they are those that the branch opens most.
    """
    text = request.args.get("q", "").strip()[:200]
    found = engine().ask(FindOffers(text=text, limit=_FOUND), actor=actor())
    template = "open_case/found.html" if wants_only_a_part() else "open_case/choose.html"
    return page(
        template,
        text=text,
        procedures=[_row(offer) for offer in found.offers],
        is_cut=found.is_cut,
        is_usual=found.is_usual,
    )


@blueprint.get("/<key:key>")
@signed_in(*_OPENERS)
def fill_in(key: str) -> Response:
    """The form on which the citizen's request is taken down."""
    by_phone = {"channel": Channel.PHONE.value, "identity": IdentityCheck.QUESTIONS.value}
    at_counter = {"channel": Channel.COUNTER.value}
    begun = MultiDict(by_phone if actor().has(Role.AGENT) else at_counter)
    return _shown(_on_offer(key), begun, data={}, once=secrets.token_urlsafe(16))


@blueprint.post("/<key:key>")
@signed_in(*_OPENERS)
def file(key: str) -> Response:
    """Open the case, once however often the button was pressed, and hand over the receipt.

    Nothing is filed while a field is wrong or an obligatory paper missing; all that was typed is shown again.
    """
    procedure = _on_offer(key)
    sent, data = request.form, typed_data()
    once = sent.get("once", "")[:64] or secrets.token_urlsafe(16)
    taken = intake.read(sent, papers=_checklist(key, sent, data), channels=_channels(procedure), ways=_ways())
    command = _command(key, taken, data)
    if command is None:
        of_form = _form_errors(procedure, sent, data)
        return _shown(procedure, sent, data=data, once=once, problems=taken.problems, errors=of_form)
    try:
        state = engine().carry_out(command, actor=actor(), once=_once(once))
    except Invalid as refused:
        of_form, others = _problems(refused.errors)
        return _shown(procedure, sent, data=data, once=once, problems=others, errors=of_form)
    except Conflict as refused:
        told = {"form": [_why(refused)]}
        return _shown(procedure, sent, data=data, once=once, problems=told, status=409)
    return redirect(url_for("receipts.show", case_id=state.case.id, said="opened"), 303)


@blueprint.post("/<key:key>/known")
@signed_in(*_OPENERS)
def show_known(key: str) -> Response:
    """Who was here before by the numbers that were typed, alone for a page that is shown already."""
    sent = request.form
    if wants_only_a_part():
        return page("open_case/known.html", key=key, **_known(sent))
    return _shown(_on_offer(key), sent, data=typed_data(), once=sent.get("once", "")[:64])


@blueprint.post("/<key:key>/take-over")
@signed_in(*_OPENERS)
def take_over(key: str) -> Response:
    """The form again, with what an earlier case has for what was not typed; nothing is kept before filing."""
    sent = MultiDict(request.form)
    earlier = _earlier(sent)
    if earlier is not None:
        sent["taken_over_from"] = str(earlier.case_id)
        for name, value in person_fields(earlier.person).items():
            field = f"{APPLICANT}-{name}"
            if value and not sent.get(field, "").strip():
                sent[field] = value
    told = Said(_("The details are taken over. Look through them with the citizen.")) if earlier else None
    return _shown(_on_offer(key), sent, data=typed_data(), once=sent.get("once", "")[:64], said=told)


@blueprint.post("/<key:key>/papers")
@signed_in(*_OPENERS)
def show_papers(key: str) -> Response:
    """The papers for what is filled in so far, alone for a page that is shown already; nothing is kept."""
    sent, data = request.form, typed_data()
    if wants_only_a_part():
        return page("open_case/papers.html", problems={}, **_papers(key, sent, data))
    return _shown(_on_offer(key), sent, data=data, once=sent.get("once", "")[:64])


@blueprint.post("/<key:key>/to-bring")
@signed_in(*_OPENERS)
def tell_what_to_bring(key: str) -> Response:
    """What a citizen who has to come back is to bring, to be printed; nothing is kept."""
    procedure, sent = _on_offer(key), request.form
    checklist, presented = _checklist(key, sent, typed_data()), _presented(sent)
    return page(
        "open_case/to_bring.html",
        key=key,
        title=of_two(procedure.title, procedure.title_en),
        facts=offer_facts.facts(procedure),
        branch=engine().ask(ShowBranch(), actor=actor()),
        today=dates.day(engine().clock.now()),
        missing=paper_list.to_bring(checklist, presented),
        optional=paper_list.if_there(checklist, presented),
        is_settled=checklist.is_settled,
    )


def _on_offer(key: str) -> Procedure:
    return engine().ask(ShowOffer(key=key), actor=actor())


def _row(version: ProcedureVersion) -> dict[str, str]:
    metadata = version.metadata
    return {
        "address": url_for("open_case.fill_in", key=version.key),
        "title": of_two(version.title, version.title_en),
        "summary": offer_facts.summary_words(metadata),
        "term": offer_facts.term_words(term_of(metadata)),
        "fee": offer_facts.fee_words(metadata),
    }


def _earlier(sent: MultiDict[str, str]) -> EarlierApplicant | None:
    """Who was here before; numbers that are not sound find nobody."""
    afm, amka = (intake.sound(sent.get(f"{APPLICANT}-{name}", ""), name) for name in ("afm", "amka"))
    return engine().ask(FindEarlierApplicant(afm=afm, amka=amka), actor=actor())


def _known(sent: MultiDict[str, str]) -> dict[str, Any]:
    """What the offer to take details over is drawn from; nothing once they were taken over."""
    earlier = None if sent.get("taken_over_from") else _earlier(sent)
    return (
        {"earlier": earlier, "earlier_day": dates.plain_day(dates.local(earlier.opened_at).date())}
        if earlier
        else {}
    )


def _checklist(key: str, sent: MultiDict[str, str], data: Mapping[str, Any]) -> Checklist:
    """The papers for what is filled in so far; none, and not settled, where that fits no form."""
    question = PapersFor(
        procedure=key,
        data=data,
        applicant=intake.typed_person(sent, APPLICANT),
        representative=_typed_representative(sent),
        channel=_channel(sent),
    )
    try:
        return engine().ask(question, actor=actor())
    except Invalid:
        # Which field is wrong is said where the form is judged; here it only decides nothing.
        return Checklist(papers=(), is_settled=False)


def _channel(sent: MultiDict[str, str]) -> Channel:
    chosen = sent.get("channel", "")
    return Channel(chosen) if chosen in list(Channel) else Channel.COUNTER


def _presented(sent: MultiDict[str, str]) -> frozenset[str]:
    return frozenset(sent.getlist("paper"))


def _papers(key: str, sent: MultiDict[str, str], data: Mapping[str, Any]) -> dict[str, Any]:
    """What the list of papers is drawn from."""
    checklist = _checklist(key, sent, data)
    return {
        "groups": paper_list.groups(checklist, _presented(sent)),
        "is_settled": checklist.is_settled,
        "obligatory": len(paper_list.to_bring(checklist, frozenset())),
    }


def _command(key: str, taken: Intake, data: Mapping[str, Any]) -> OpenCase | None:
    if taken.problems or taken.applicant is None:
        return None
    return OpenCase(
        procedure=key,
        channel=taken.channel,
        applicant=taken.applicant,
        representative=taken.representative,
        data=data,
        notify=taken.notify,
        reception=taken.reception,
        taken_over_from=taken.taken_over_from,
    )


def _form_errors(
    procedure: Procedure, sent: MultiDict[str, str], data: Mapping[str, Any]
) -> dict[str, list[str]]:
    """What is wrong with the procedure's form, told together with what is wrong around it."""
    form = procedure.start_form
    if form is None:
        return {}
    people = {
        APPLICANT: intake.typed_person(sent, APPLICANT),
        REPRESENTATIVE: _typed_representative(sent),
    }
    try:
        form.accept(data, scope=people)
    except Invalid as refused:
        return {name: [spoken(one) for one in said] for name, said in refused.errors.items()}
    return {}


def _typed_representative(sent: MultiDict[str, str]) -> dict[str, str | None] | None:
    return intake.typed_person(sent, REPRESENTATIVE) if sent.get("by_representative") else None


def _once(key: str) -> Once:
    """Pressing twice opens one case: the page that was shown has a key of its own."""
    typed = sorted(pair for pair in request.form.items(multi=True) if pair[0] != form_tokens.FIELD)
    fingerprint = hashlib.sha256(f"{request.path} {typed}".encode()).digest()
    return Once(owner=f"desk:{actor().id}", key=key, fingerprint=fingerprint)


def _why(refused: Conflict) -> str:
    if refused.code == "idempotency_key_reused":
        return _("This form has opened a case already. For another one, begin anew.")
    return _("The case could not be opened: the procedure cannot begin. Tell the operator.")


def _problems(errors: FieldErrors) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """What was refused, apart: of the procedure's form by its paths, and of everything else."""
    told = {name: [spoken(said) for said in sentences] for name, sentences in errors.items()}
    of_form = {name.removeprefix(_DATA): said for name, said in told.items() if name.startswith(_DATA)}
    return of_form, {name: said for name, said in told.items() if not name.startswith(_DATA)}


def _shown(
    procedure: Procedure,
    sent: MultiDict[str, str],
    *,
    data: Mapping[str, Any],
    once: str,
    problems: FieldErrors | None = None,
    errors: FieldErrors | None = None,
    status: int | None = None,
    said: Said | None = None,
) -> Response:
    is_refused = bool(problems or errors)
    form = procedure.start_form
    return page(
        "open_case/intake.html",
        status=status or (422 if is_refused else 200),
        said=said,
        key=procedure.key,
        title=of_two(procedure.title, procedure.title_en),
        facts=offer_facts.facts(procedure),
        sent=sent,
        **_known(sent),
        problems=problems or {},
        form_problems=_listed(form.schema, errors or {}) if form else [],
        once=once,
        roles=(APPLICANT, REPRESENTATIVE),
        channels=[(channel.value, words.channel_words(channel)) for channel in _channels(procedure)],
        ways=[intake.way_offered(way) for way in _ways()],
        languages=tuple(NAMES.items()),
        identities=_options(intake.identity_words, IdentityCheck),
        authorisations=_options(intake.authorisation_words, Authorisation),
        papers_follow="papers_decision" in procedure.metadata,
        **_papers(procedure.key, sent, data),
        sheet=sheet(form.schema, data, errors=errors) if form else None,
    )


def _listed(schema: Mapping[str, Any], errors: FieldErrors) -> list[FormProblem]:
    captions = captions_of((schema,))
    return [
        FormProblem(path, _called(path, captions), sentence)
        for path, sentences in errors.items()
        for sentence in sentences
    ]


def _called(path: str, captions: Captions) -> str | None:
    """What the field at a path is called, in any entry of a list; None where the form has none."""
    caption = captions.get(tuple(part for part in path.split(".") if not part.isdigit()))
    return caption.words if caption else None


def _options(called: Any, kind: type[IdentityCheck] | type[Authorisation]) -> list[tuple[str, str]]:
    return [("", _("Choose…")), *((one.value, called(one)) for one in kind)]


def _ways() -> list[NoticeChannel]:
    """The ways on which citizens can be told here."""
    return [way for way in NoticeChannel if way in engine().noticing.channels]


def _channels(procedure: Procedure) -> tuple[Channel, ...]:
    return tuple(Channel(channel) for channel in procedure.metadata.get("channels", Channel))
