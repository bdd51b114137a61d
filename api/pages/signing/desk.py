"""A signature at the desk: taken from a party who has come, and the link of one who has not."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import segno
from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from api.http.context import engine
from api.pages.cases.facts import case_address
from api.pages.frame import dates
from api.pages.frame.flash import FlashMessage, flash_message
from api.pages.frame.form_sheet import typed_data
from api.pages.frame.language import gettext as _
from api.pages.frame.language import localized
from api.pages.frame.letterheads import letterhead_facts
from api.pages.frame.page import page
from api.pages.frame.sessions import CASE_WORKERS, actor, signed_in
from api.pages.intake.form import identity_words
from api.pages.signing.standing import state_words
from api.pages.signing.words import shown_sheet, signing_page
from engine.cases.reception import IdentityCheck
from engine.context import Command
from engine.kernel.refusal import Conflict, FieldErrors, Invalid
from engine.signatures.links import RevokeLink, SendLink
from engine.signatures.model import LONGEST_REASON
from engine.signatures.queries import ShowSignature, SignatureAtDesk
from engine.signatures.sign import Decision, SignAtCounter

blueprint = Blueprint("desk_signatures", __name__, url_prefix="/desk/signatures")

_SEEN = [one for one in IdentityCheck if one is not IdentityCheck.QUESTIONS]


@blueprint.get("/<uuid:service_task_id>")
@signed_in(*CASE_WORKERS)
def show(service_task_id: UUID) -> Response:
    """What the party is asked, how it stands, and what can be done about it."""
    return _render(_shown(service_task_id), flash=flash_message())


@blueprint.get("/<uuid:service_task_id>/letter")
@signed_in(*CASE_WORKERS)
def letter(service_task_id: UUID) -> Response:
    """The link on paper, to be handed over."""
    shown = _shown(service_task_id)
    if shown.code is None:
        return redirect(url_for("desk_signatures.show", service_task_id=service_task_id), 303)
    address = f"{signing_page()}?{urlencode({'code': shown.code})}"
    qr = segno.make(address, error="m", micro=False)
    expires_at = shown.sheet.signature.expires_at
    return page(
        "signing/letter.html",
        back=url_for("desk_signatures.show", service_task_id=service_task_id),
        code=shown.code,
        address=signing_page(),
        qr_uri=qr.svg_data_uri(scale=4, border=2),
        until=dates.day(expires_at) if expires_at else None,
        **letterhead_facts(shown.sheet.letterhead, shown.sheet.case_number.partition("-")[0]),
        **shown_sheet(shown.sheet, typed={}),
    )


@blueprint.post("/<uuid:service_task_id>/take")
@signed_in(*CASE_WORKERS)
def take(service_task_id: UUID) -> Response:
    """Take the signature, or the refusal, of a party whose identity document was seen."""
    refuses = request.form.get("decision") == "refuse"
    identity, reason = request.form.get("identity", ""), request.form.get("reason", "").strip()
    problems = {}
    if identity not in _SEEN:
        problems["refuse-identity" if refuses else "identity"] = [_("Say which document was seen.")]
    if refuses and not 1 <= len(reason) <= LONGEST_REASON:
        problems["reason"] = [_("Say why they refuse.")]
    if problems:
        return _render(_shown(service_task_id), problems=problems, status=422)
    command = SignAtCounter(
        service_task_id=service_task_id,
        identity=IdentityCheck(identity),
        decision=Decision(signed=not refuses, data={} if refuses else typed_data(), reason=reason),
    )
    return _carry_out(service_task_id, command, done="signed")


@blueprint.post("/<uuid:service_task_id>/send")
@signed_in(*CASE_WORKERS)
def send(service_task_id: UUID) -> Response:
    """Give the party a new link, and send it; the old one opens nothing any more."""
    return _carry_out(service_task_id, SendLink(service_task_id=service_task_id), done="link-sent")


@blueprint.post("/<uuid:service_task_id>/revoke")
@signed_in(*CASE_WORKERS)
def revoke(service_task_id: UUID) -> Response:
    return _carry_out(service_task_id, RevokeLink(service_task_id=service_task_id), done="link-revoked")


def _carry_out(service_task_id: UUID, command: Command[Any], *, done: str) -> Response:
    try:
        engine().carry_out(command, actor=actor())
    except Invalid as refused:
        errors = {name: [localized(one) for one in sentences] for name, sentences in refused.errors.items()}
        return _render(_shown(service_task_id), errors=errors, status=422)
    except Conflict:
        flash = FlashMessage(
            _("This was not done: the signature is not awaited any more, or the case rests."), "bad"
        )
        return _render(_shown(service_task_id), flash=flash, status=409)
    return redirect(url_for("desk_signatures.show", service_task_id=service_task_id, said=done), 303)


def _shown(service_task_id: UUID) -> SignatureAtDesk:
    return engine().ask(ShowSignature(service_task_id=service_task_id), actor=actor())


def _render(
    shown: SignatureAtDesk,
    *,
    problems: FieldErrors | None = None,
    errors: FieldErrors | None = None,
    flash: FlashMessage | None = None,
    status: int = 200,
) -> Response:
    sheet = shown.sheet
    typed: Mapping[str, Any] = typed_data() if request.method == "POST" else {}
    return page(
        "signing/signature.html",
        status=status,
        flash=flash,
        problems=problems or {},
        typed=request.form,
        service_task_id=sheet.signature.service_task_id,
        case_file=case_address(sheet.case_id),
        state=state_words(sheet.signature.state),
        is_at_counter=shown.is_at_counter,
        may_have_link=shown.may_have_link,
        has_link=shown.code is not None,
        link_until=_link_until(shown),
        identities=[("", _("Choose…")), *((one.value, identity_words(one)) for one in _SEEN)],
        longest_reason=LONGEST_REASON,
        **shown_sheet(sheet, typed=typed, errors=errors),
    )


def _link_until(shown: SignatureAtDesk) -> str:
    """Whether the link opens, as a sentence."""
    expires_at = shown.sheet.signature.expires_at
    if expires_at is None:
        return _("There is no link.")
    if not shown.link_opens:
        return _("The link opens nothing any more: it is too old, or was tried with wrong digits.")
    return _("The link opens until %(day)s.", day=dates.day(expires_at))
