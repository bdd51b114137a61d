"""Applications of an organisation: what may be asked for, what was asked, asking, and how it stands."""

import secrets
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from api.http import session_cookie
from api.http.context import engine
from api.pages.frame import dates, words
from api.pages.frame.flash import FlashMessage
from api.pages.frame.form_sheet import sheet, typed_data
from api.pages.frame.language import gettext as _
from api.pages.frame.language import localized, localized_pair
from api.pages.frame.page import page
from api.pages.frame.sessions import actor, signed_in
from api.pages.intake import offer_texts
from api.pages.intake.form import APPLICANT, read_person
from api.pages.intake.receipts import tracking_address
from api.pages.intake.views import divided_problems, listed_problems, once_for
from engine.bundle.procedure import Procedure
from engine.cases.applications import ListApplications, ShowApplication, ShowApplicationForm
from engine.cases.model import Notify
from engine.cases.open import OpenCase
from engine.kernel.actor import Role
from engine.kernel.bilingual import Language
from engine.kernel.noticing import NoticeChannel
from engine.kernel.refusal import Conflict, FieldErrors, Invalid
from engine.kernel.vocabulary import Channel

blueprint = Blueprint("applications", __name__, url_prefix="/admin/applications")

APPLYING = (Role.ADMINISTRATOR,)


@blueprint.get("")
@signed_in(*APPLYING)
def show_list() -> Response:
    found = engine().ask(ListApplications(), actor=actor())
    return page(
        "applications/list.html",
        offers=[
            {
                "address": url_for("applications.show_form", key=one.key),
                "title": localized_pair(one.title, one.title_en),
                "summary": offer_texts.summary_words(one.metadata),
            }
            for one in found.offers
        ],
        made=[
            {
                "address": url_for("applications.show", case_id=one.case.id),
                "number": one.case.number,
                "title": localized(one.title),
                "organisation": localized(one.organisation),
                "opened": dates.moment(one.case.opened_at),
                "status": words.status_mark(one.case.status),
                "flags": [words.flag_mark(flag) for flag in sorted(one.case.flags)],
            }
            for one in found.made
        ],
    )


@blueprint.get("/new/<key:key>")
@signed_in(*APPLYING)
def show_form(key: str) -> Response:
    return _form(_procedure(key), _known_of_asker(), data={}, once=secrets.token_urlsafe(16))


@blueprint.post("/new/<key:key>")
@signed_in(*APPLYING)
def apply(key: str) -> Response:
    """Open the case, once however often the button was pressed, and go on to its page."""
    sent, data = request.form, typed_data()
    procedure = _procedure(key)
    once = sent.get("once", "")[:64] or secrets.token_urlsafe(16)
    person, problems = read_person(sent, APPLICANT)
    if person is None:
        return _form(procedure, sent, data=data, once=once, problems=problems, status=422)
    told = NoticeChannel.EMAIL in engine().noticing.channels and person.email
    command = OpenCase(
        procedure=key,
        channel=Channel.WEB,
        applicant=person,
        data=data,
        notify=Notify(email=person.email, language=Language.EL) if told else Notify(),
    )
    try:
        opened = engine().carry_out(command, actor=actor(), once=once_for("applications", once))
    except Invalid as refused:
        return _form(procedure, sent, data=data, once=once, errors=refused.errors, status=422)
    except Conflict as refused:
        found = {"form": [_refusal_words(refused)]}
        return _form(procedure, sent, data=data, once=once, problems=found, status=409)
    return redirect(url_for("applications.show", case_id=opened.case.id, said="made"), 303)


@blueprint.get("/<uuid:case_id>")
@signed_in(*APPLYING)
def show(case_id: UUID) -> Response:
    """Number and code of an application, and the way to the page on which it is followed."""
    shown = engine().ask(ShowApplication(case_id=case_id), actor=actor())
    made = FlashMessage(_("Your application is filed. Here you see its number and its code."))
    return page(
        "applications/application.html",
        flash=made if request.args.get("said") == "made" else None,
        number=shown.case.number,
        code=shown.code,
        title=localized(shown.title),
        opened=dates.moment(shown.case.opened_at),
        expected=dates.day(dates.last_day(shown.case.expected_at)) if shown.case.expected_at else None,
        status_shown=words.status_mark(shown.case.status),
        flags=[words.flag_mark(flag) for flag in sorted(shown.case.flags)],
        tracking=tracking_address(shown.case.number, shown.code),
    )


def _procedure(key: str) -> Procedure:
    return engine().ask(ShowApplicationForm(key=key), actor=actor())


def _known_of_asker() -> MultiDict[str, str]:
    """The names of who is signed in, as far as they can be told apart."""
    reader = session_cookie.signed_in()
    given, _space, family = reader.user.display_name.partition(" ") if reader else ("", "", "")
    return MultiDict({f"{APPLICANT}-given_name": given, f"{APPLICANT}-family_name": family})


def _form(
    procedure: Procedure,
    sent: MultiDict[str, str],
    *,
    data: Mapping[str, Any],
    once: str,
    problems: FieldErrors | None = None,
    errors: FieldErrors | None = None,
    status: int = 200,
) -> Response:
    """The form; `problems` are by the fields of the page, `errors` as the command refused them."""
    of_form, others = divided_problems(errors or {})
    form = procedure.start_form
    return page(
        "applications/new.html",
        status=status,
        key=procedure.key,
        title=localized_pair(procedure.title, procedure.title_en),
        facts=offer_texts.facts(procedure),
        sent=sent,
        once=once,
        problems={**(problems or {}), **others},
        form_problems=listed_problems(form.schema, of_form) if form else [],
        sheet=sheet(form.schema, data, errors=of_form) if form else None,
    )


def _refusal_words(refused: Conflict) -> str:
    match refused.code:
        case "idempotency_key_reused":
            return _("This form has filed an application already. For another one, begin anew.")
        case "no_examining_branch":
            return _(
                "The ministry has not decided yet which of its offices examines applications: "
                "nothing was filed. Tell its administrator."
            )
        case _other:
            return _("The application could not be filed: the procedure cannot begin. Tell the operator.")
