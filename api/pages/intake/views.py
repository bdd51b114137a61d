"""Opening a case: choose a procedure, receive the citizen, fill in the form, file it."""

import hashlib
import secrets
from collections.abc import Mapping
from typing import Any, NamedTuple

from flask import Blueprint, redirect, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from api.http import form_tokens
from api.http.context import engine
from api.pages.frame import dates, words
from api.pages.frame.answers import FieldLabels, labels_of
from api.pages.frame.closings import closing_words
from api.pages.frame.flash import FlashMessage
from api.pages.frame.form_sheet import sheet, typed_data
from api.pages.frame.language import NAMES, localized, localized_pair
from api.pages.frame.language import gettext as _
from api.pages.frame.page import page, wants_only_a_part
from api.pages.frame.sessions import CASE_WORKERS, actor, signed_in
from api.pages.intake import form as intake_form
from api.pages.intake import offer_texts, parties
from api.pages.intake.form import APPLICANT, REPRESENTATIVE, Intake
from engine.bundle.procedure import Procedure
from engine.cases.case_details import EarlierApplicant, FindEarlierApplicant
from engine.cases.case_page import ReceptionPage, ShowOffers, ShowReception
from engine.cases.offers import FindOffers
from engine.cases.open import OpenCase
from engine.cases.party import person_fields
from engine.cases.reception import Authorisation, IdentityCheck, PapersFor
from engine.cases.where_offered import NotOfferedHere
from engine.dispatch import Once
from engine.kernel.actor import Role
from engine.kernel.noticing import NoticeChannel
from engine.kernel.refusal import Conflict, FieldErrors, Invalid
from engine.kernel.vocabulary import Channel
from engine.organisation.registers import ShowBranch
from engine.procedures.model import ProcedureVersion
from engine.terms.term import TermKind, terms_of

blueprint = Blueprint("open_case", __name__, url_prefix="/desk/open")

_OPENERS = (*CASE_WORKERS, Role.AGENT)
_FOUND = 20
"""Procedures shown at a time; one types on to see others."""

_DATA = "data."


class FormProblem(NamedTuple):
    """A problem of the procedure's form: the field's path and label, and a sentence."""

    path: str
    called: str | None
    sentence: str


@blueprint.get("")
@signed_in(*_OPENERS)
def choose() -> Response:
    """The procedures on offer, found while one types, or by the button without scripts.

    Before anything is typed they are those that the branch opens most.
    """
    text = request.args.get("q", "").strip()[:200]
    shown = engine().ask(ShowOffers(find=FindOffers(text=text, limit=_FOUND)), actor=actor())
    found = shown.offers
    template = "intake/found.html" if wants_only_a_part() else "intake/choose.html"
    return page(
        template,
        text=text,
        closing=closing_words(shown.closing),
        procedures=[_row(offer, shown.not_offered.get(offer.key)) for offer in found.offers],
        is_cut=found.is_cut,
        is_usual=found.is_usual,
    )


@blueprint.get("/<key:key>")
@signed_in(*_OPENERS)
def show_form(key: str) -> Response:
    by_phone = {"channel": Channel.PHONE.value, "identity": IdentityCheck.QUESTIONS.value}
    at_counter = {"channel": Channel.COUNTER.value}
    begun = MultiDict(by_phone if actor().has(Role.AGENT) else at_counter)
    return _render(_reception(key, begun, {}), begun, data={}, once=secrets.token_urlsafe(16))


@blueprint.post("/<key:key>")
@signed_in(*_OPENERS)
def file_case(key: str) -> Response:
    """Open the case, once however often the button was pressed, and go on to the receipt.

    Nothing is filed while a field is wrong or an obligatory paper missing; all that was typed is shown again.
    """
    sent, data = request.form, typed_data()
    shown = _reception(key, sent, data, finds_earlier=False)
    procedure = shown.procedure
    once = sent.get("once", "")[:64] or secrets.token_urlsafe(16)
    rows = parties.rows_of(procedure.parties, sent)
    taken = intake_form.read(
        sent, papers=shown.papers, channels=_channels(procedure), ways=_ways(), others=rows
    )
    role = parties.role_of_applicant(procedure.parties, sent)
    command = _command(key, taken, data, applicant_role=role)

    def again(**refused: Any) -> Response:
        return _render(_reception(key, sent, data), sent, data=data, once=once, **refused)

    if command is None:
        of_form = _form_errors(procedure, sent, data)
        return again(problems=taken.problems, errors=of_form)
    try:
        state = engine().carry_out(command, actor=actor(), once=once_for("desk", once))
    except Invalid as refused:
        of_form, others = divided_problems(refused.errors)
        return again(problems=parties.by_field(others, rows), errors=of_form)
    except Conflict as refused:
        return again(problems={"form": [_refusal_words(refused)]}, status=409)
    return redirect(url_for("receipts.show", case_id=state.case.id, said="opened"), 303)


@blueprint.post("/<key:key>/known")
@signed_in(*_OPENERS)
def show_earlier_applicant(key: str) -> Response:
    """An earlier applicant with the numbers typed; for htmx only that part of the page."""
    sent = request.form
    if wants_only_a_part():
        question = _earlier(sent)
        earlier = engine().ask(question, actor=actor()) if question else None
        return page("intake/known.html", key=key, **_known(earlier))
    data = typed_data()
    return _render(_reception(key, sent, data), sent, data=data, once=sent.get("once", "")[:64])


@blueprint.post("/<key:key>/take-over")
@signed_in(*_OPENERS)
def take_over(key: str) -> Response:
    """The form again, with the earlier case's details where nothing was typed; nothing is kept yet."""
    sent = MultiDict(request.form)
    earlier = engine().ask(_applicant_with(sent), actor=actor())
    if earlier is not None:
        sent["taken_over_from"] = str(earlier.case_id)
        for name, value in person_fields(earlier.person).items():
            field = f"{APPLICANT}-{name}"
            if value and not sent.get(field, "").strip():
                sent[field] = value
    flash = None
    if earlier is not None:
        flash = FlashMessage(_("The details are taken over. Look through them with the citizen."))
    data = typed_data()
    shown = _reception(key, sent, data)
    return _render(shown, sent, data=data, once=sent.get("once", "")[:64], flash=flash)


@blueprint.post("/<key:key>/parties")
@signed_in(*_OPENERS)
def change_parties(key: str) -> Response:
    """The form again, with one more of the others, or one fewer; nothing is kept."""
    sent, data = request.form, typed_data()
    return _render(_reception(key, sent, data), sent, data=data, once=sent.get("once", "")[:64])


@blueprint.post("/<key:key>/papers")
@signed_in(*_OPENERS)
def show_papers(key: str) -> Response:
    """The papers for what is filled in so far; for htmx only that part of the page. Nothing is kept."""
    sent, data = request.form, typed_data()
    part = wants_only_a_part()
    shown = _reception(key, sent, data, finds_earlier=not part)
    if part:
        return page("intake/papers.html", problems={}, **_papers(shown, sent))
    return _render(shown, sent, data=data, once=sent.get("once", "")[:64])


@blueprint.post("/<key:key>/to-bring")
@signed_in(*_OPENERS)
def list_missing_papers(key: str) -> Response:
    """A list to print for a citizen who has to come back; nothing is kept."""
    sent, presented = request.form, _presented(request.form)
    shown = _reception(key, sent, typed_data(), finds_earlier=False)
    procedure, checklist = shown.procedure, shown.papers
    return page(
        "intake/to_bring.html",
        key=key,
        title=localized_pair(procedure.title, procedure.title_en),
        facts=offer_texts.facts(procedure),
        branch=engine().ask(ShowBranch(), actor=actor()),
        today=dates.day(engine().clock.now()),
        missing=offer_texts.to_bring(checklist, presented),
        optional=offer_texts.if_there(checklist, presented),
        fees=offer_texts.fees_due_words(checklist.fees),
        is_settled=checklist.is_settled,
    )


def _reception(
    key: str, sent: MultiDict[str, str], data: Mapping[str, Any], *, finds_earlier: bool = True
) -> ReceptionPage:
    """What is known for what is filled in so far; an earlier applicant only if the page shows one."""
    papers = PapersFor(
        procedure=key,
        data=data,
        applicant=intake_form.typed_person(sent, APPLICANT),
        representative=_typed_representative(sent),
        channel=_channel(sent),
        applicant_role=sent.get(parties.ROLE),
    )
    earlier = _earlier(sent) if finds_earlier else None
    return engine().ask(ShowReception(papers=papers, earlier=earlier), actor=actor())


def _row(version: ProcedureVersion, not_offered: NotOfferedHere | None) -> dict[str, Any]:
    metadata = version.metadata
    return {
        "address": url_for("open_case.show_form", key=version.key),
        "title": localized_pair(version.title, version.title_en),
        "summary": offer_texts.summary_words(metadata),
        "term": offer_texts.term_words(terms_of(metadata)[TermKind.LEGAL]),
        "fee": offer_texts.fee_words(metadata),
        "not_offered": not_offered,
    }


def _earlier(sent: MultiDict[str, str]) -> FindEarlierApplicant | None:
    """The question for an earlier applicant with these numbers; None once details were taken over."""
    return None if sent.get("taken_over_from") else _applicant_with(sent)


def _applicant_with(sent: MultiDict[str, str]) -> FindEarlierApplicant:
    """The question for an earlier applicant with these numbers; invalid numbers find nobody."""
    afm, amka = (
        intake_form.canonical_number(sent.get(f"{APPLICANT}-{name}", ""), name) for name in ("afm", "amka")
    )
    return FindEarlierApplicant(afm=afm, amka=amka)


def _known(earlier: EarlierApplicant | None) -> dict[str, Any]:
    """What the offer to take over details shows."""
    return (
        {"earlier": earlier, "earlier_day": dates.plain_day(dates.local(earlier.opened_at).date())}
        if earlier
        else {}
    )


def _channel(sent: MultiDict[str, str]) -> Channel:
    chosen = sent.get("channel", "")
    return Channel(chosen) if chosen in list(Channel) else Channel.COUNTER


def _presented(sent: MultiDict[str, str]) -> frozenset[str]:
    return frozenset(sent.getlist("paper"))


def _papers(shown: ReceptionPage, sent: MultiDict[str, str]) -> dict[str, Any]:
    checklist = shown.papers
    return {
        "groups": offer_texts.groups(checklist, _presented(sent)),
        "is_settled": checklist.is_settled,
        "obligatory": len(offer_texts.to_bring(checklist, frozenset())),
        "fees": offer_texts.fees_due_words(checklist.fees),
    }


def _command(
    key: str, taken: Intake, data: Mapping[str, Any], *, applicant_role: str | None
) -> OpenCase | None:
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
        parties=taken.parties,
        applicant_role=applicant_role,
    )


def _form_errors(
    procedure: Procedure, sent: MultiDict[str, str], data: Mapping[str, Any]
) -> dict[str, list[str]]:
    """The problems of the procedure's form, to be shown together with the others."""
    form = procedure.start_form
    if form is None:
        return {}
    people = {
        APPLICANT: intake_form.typed_person(sent, APPLICANT),
        REPRESENTATIVE: _typed_representative(sent),
    }
    try:
        form.accept(data, scope=people)
    except Invalid as refused:
        return {name: [localized(one) for one in sentences] for name, sentences in refused.errors.items()}
    return {}


def _typed_representative(sent: MultiDict[str, str]) -> dict[str, str | None] | None:
    return intake_form.typed_person(sent, REPRESENTATIVE) if sent.get("by_representative") else None


def once_for(owner: str, key: str) -> Once:
    """The idempotency key of the page: pressing twice opens one case."""
    typed = sorted(pair for pair in request.form.items(multi=True) if pair[0] != form_tokens.FIELD)
    fingerprint = hashlib.sha256(f"{request.path} {typed}".encode()).digest()
    return Once(owner=f"{owner}:{actor().id}", key=key, fingerprint=fingerprint)


def _refusal_words(refused: Conflict) -> str:
    if refused.code == "idempotency_key_reused":
        return _("This form has opened a case already. For another one, begin anew.")
    if refused.code == "procedure_not_offered":
        return _("Your branch does not offer this procedure. Send the citizen to one that does.")
    if refused.code == "branch_closed":
        return _("Your branch is closed for good: no case is opened here any more.")
    return _("The case could not be opened: the procedure cannot begin. Tell the operator.")


def divided_problems(errors: FieldErrors) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """The errors of the procedure's form by its paths, and all others."""
    localized_errors = {name: [localized(one) for one in sentences] for name, sentences in errors.items()}
    of_form = {name: found for name, found in localized_errors.items() if name.startswith(_DATA)}
    others = {name: found for name, found in localized_errors.items() if not name.startswith(_DATA)}
    return {name.removeprefix(_DATA): found for name, found in of_form.items()}, others


def _render(
    shown: ReceptionPage,
    sent: MultiDict[str, str],
    *,
    data: Mapping[str, Any],
    once: str,
    problems: FieldErrors | None = None,
    errors: FieldErrors | None = None,
    status: int | None = None,
    flash: FlashMessage | None = None,
) -> Response:
    is_refused = bool(problems or errors)
    procedure, form = shown.procedure, shown.procedure.start_form
    return page(
        "intake/intake.html",
        status=status or (422 if is_refused else 200),
        flash=flash,
        key=procedure.key,
        beside=shown.beside,
        not_offered=shown.not_offered,
        closing=closing_words(shown.closing),
        title=localized_pair(procedure.title, procedure.title_en),
        facts=offer_texts.facts(procedure),
        sent=sent,
        **_known(shown.earlier),
        problems=problems or {},
        form_problems=listed_problems(form.schema, errors or {}) if form else [],
        once=once,
        roles=(APPLICANT, REPRESENTATIVE),
        channels=[(channel.value, words.channel_words(channel)) for channel in _channels(procedure)],
        ways=[intake_form.notice_option(way) for way in _ways()],
        languages=tuple(NAMES.items()),
        identities=_options(intake_form.identity_words, IdentityCheck),
        authorisations=_options(intake_form.authorisation_words, Authorisation),
        papers_follow=_papers_follow(procedure),
        to_add=parties.to_add(procedure.parties),
        others=parties.rows_of(procedure.parties, sent),
        applicant_roles=parties.roles_of_applicant(procedure.parties),
        applicant_role=parties.role_of_applicant(procedure.parties, sent),
        **_papers(shown, sent),
        sheet=sheet(form.schema, data, errors=errors) if form else None,
    )


def listed_problems(schema: Mapping[str, Any], errors: FieldErrors) -> list[FormProblem]:
    """The problems of a procedure's form, each with what its field is called."""
    labels = labels_of((schema,))
    return [
        FormProblem(path, _called(path, labels), sentence)
        for path, sentences in errors.items()
        for sentence in sentences
    ]


def _called(path: str, labels: FieldLabels) -> str | None:
    """The label of the field at a path, in any entry of a list; None without one."""
    label = labels.get(tuple(part for part in path.split(".") if not part.isdigit()))
    return label.words if label else None


def _options(called: Any, kind: type[IdentityCheck] | type[Authorisation]) -> list[tuple[str, str]]:
    return [("", _("Choose…")), *((one.value, called(one)) for one in kind)]


def _ways() -> list[NoticeChannel]:
    """The channels for messages to citizens."""
    return [way for way in NoticeChannel if way in engine().noticing.channels]


def _papers_follow(procedure: Procedure) -> bool:
    """Whether the papers depend on what is filled in: on the application, or on what the applicant is."""
    possible = [rule for rule in procedure.parties if rule.may_be_applicant]
    by_role = len(possible) > 1 and any(rule.papers for rule in possible)
    return by_role or "papers_decision" in procedure.metadata


def _channels(procedure: Procedure) -> tuple[Channel, ...]:
    return tuple(Channel(channel) for channel in procedure.metadata.get("channels", Channel))
