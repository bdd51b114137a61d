"""Opening a case: a procedure is chosen, the citizen received, the form filled in, all filed at once."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, redirect, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from api import form_tokens
from api.context import engine
from api.pages import intake, words
from api.pages.form_sheet import sheet, spoken_to_reader, typed_data
from api.pages.intake import APPLICANT, REPRESENTATIVE, Intake
from api.pages.language import gettext as _
from api.pages.language import ngettext, of_two
from api.pages.page import page, wants_only_a_part
from api.pages.sessions import actor, signed_in
from engine.commands.open_case import OpenCase
from engine.dispatch import Once
from engine.domain.actor import Role
from engine.domain.case import Channel
from engine.domain.procedure import VersionStatus
from engine.domain.reception import Authorisation, IdentityCheck, Paper, papers_of
from engine.domain.refusal import Conflict, FieldErrors, Invalid
from engine.ports.catalogue import Procedure
from engine.ports.reads import Slice
from engine.queries.offers import ShowOffer
from engine.queries.procedures import FindProcedures

blueprint = Blueprint("open_case", __name__, template_folder="templates", url_prefix="/desk/open")

_OPENERS = (Role.CLERK, Role.MANAGER, Role.AGENT)
_FOUND = 20
"""Procedures shown at a time; one types on to see others."""

_DATA = "data."


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A paper as the checklist shows it."""

    id: str
    words: str
    is_obligatory: bool
    is_there: bool


@dataclass(frozen=True, kw_only=True)
class Group:
    """Papers of which one is enough, or a single one (`words` is then None)."""

    words: str | None
    papers: Sequence[Choice]


@blueprint.get("")
@signed_in(*_OPENERS)
def choose() -> Response:
    """The procedures on offer, found while one types, or by the button where no script runs."""
    text = request.args.get("q", "").strip()[:200]
    question = FindProcedures(text=text or None, status=VersionStatus.PUBLISHED, part=Slice(limit=_FOUND))
    found = engine().ask(question, actor=actor())
    template = "open_case/found.html" if wants_only_a_part() else "open_case/choose.html"
    procedures = [
        {
            "address": url_for("open_case.fill_in", key=version.key),
            "title": of_two(version.title, version.title_en),
            "other_title": of_two(version.title_en, version.title),
        }
        for version in found.items
    ]
    return page(template, text=text, procedures=procedures, is_cut=found.next is not None)


@blueprint.get("/<key:key>")
@signed_in(*_OPENERS)
def fill_in(key: str) -> Response:
    """The form on which the citizen's request is taken down."""
    begun = MultiDict({"channel": "phone" if actor().has(Role.AGENT) else "counter"})
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
    taken = intake.read(sent, papers=papers_of(procedure.metadata), channels=_channels(procedure))
    command = _command(key, taken, data)
    if command is None:
        return _shown(procedure, sent, data=data, once=once, problems=taken.problems)
    try:
        state = engine().carry_out(command, actor=actor(), once=_once(once))
    except Invalid as refused:
        of_form, others = _problems(refused.errors)
        return _shown(procedure, sent, data=data, once=once, problems=others, errors=of_form)
    except Conflict as refused:
        told = {"form": [_why(refused)]}
        return _shown(procedure, sent, data=data, once=once, problems=told, status=409)
    return redirect(url_for("receipts.show", case_id=state.case.id, said="opened"), 303)


def _on_offer(key: str) -> Procedure:
    return engine().ask(ShowOffer(key=key), actor=actor())


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
    )


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
    spoken = {name: [spoken_to_reader(said) for said in sentences] for name, sentences in errors.items()}
    of_form = {name.removeprefix(_DATA): said for name, said in spoken.items() if name.startswith(_DATA)}
    return of_form, {name: said for name, said in spoken.items() if not name.startswith(_DATA)}


def _shown(
    procedure: Procedure,
    sent: MultiDict[str, str],
    *,
    data: Mapping[str, Any],
    once: str,
    problems: FieldErrors | None = None,
    errors: FieldErrors | None = None,
    status: int | None = None,
) -> Response:
    is_refused = bool(problems or errors)
    form = procedure.start_form
    return page(
        "open_case/intake.html",
        status=status or (422 if is_refused else 200),
        key=procedure.key,
        title=of_two(procedure.title, procedure.title_en),
        facts=_facts(procedure),
        sent=sent,
        problems=problems or {},
        once=once,
        roles=(APPLICANT, REPRESENTATIVE),
        channels=[(channel.value, words.channel_words(channel)) for channel in _channels(procedure)],
        identities=_options(intake.identity_words, IdentityCheck),
        authorisations=_options(intake.authorisation_words, Authorisation),
        groups=_groups(papers_of(procedure.metadata), frozenset(sent.getlist("paper"))),
        sheet=sheet(form.schema, data, errors=errors) if form else None,
    )


def _options(called: Any, kind: type[IdentityCheck] | type[Authorisation]) -> list[tuple[str, str]]:
    return [("", _("Choose…")), *((one.value, called(one)) for one in kind)]


def _channels(procedure: Procedure) -> tuple[Channel, ...]:
    return tuple(Channel(channel) for channel in procedure.metadata.get("channels", Channel))


def _facts(procedure: Procedure) -> list[tuple[str, str]]:
    summary = procedure.metadata["summary"]
    fee = procedure.metadata["fee_cents"]
    term = procedure.term
    if term.days == 0:
        days = _("on the same day")
    elif term.working_days:
        days = ngettext("%(num)s working day", "%(num)s working days", term.days)
    else:
        days = ngettext("%(num)s day", "%(num)s days", term.days)
    return [
        (_("What it is"), of_two(summary["el"], summary["en"])),
        (_("Term"), days),
        (_("Fee"), f"{fee / 100:.2f} €" if fee else _("none")),
    ]


def _groups(papers: tuple[Paper, ...], presented: frozenset[str]) -> list[Group]:
    """The checklist, in the order of the procedure; papers of which one is enough stand together."""
    by_group: dict[str, list[Paper]] = {}
    for paper in papers:
        by_group.setdefault(paper.any_of or f"only {paper.id}", []).append(paper)
    return [
        Group(
            words=_("One of these") if len(members) > 1 else None,
            papers=[
                Choice(
                    id=paper.id,
                    words=intake.of_paper(paper),
                    is_obligatory=paper.obligatory,
                    is_there=paper.id in presented,
                )
                for paper in members
            ],
        )
        for members in by_group.values()
    ]
