"""The page of settings that officials decide: what holds, what is planned, the history, and changing them."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from api.http.context import engine
from api.pages.frame.flash import FlashMessage
from api.pages.frame.language import gettext as _
from api.pages.frame.page import page
from api.pages.frame.sessions import actor, signed_in
from engine.kernel.actor import Role
from engine.kernel.office_settings import KINDS, BranchCode, ChangeState, SettingKind, TimeOfDay, Whole, Words
from engine.kernel.refusal import Conflict, Invalid, NotPermitted, OutOfDate
from engine.office_settings.change import ApproveSetting, ProposeSetting, WithdrawSetting
from engine.office_settings.queries import ListSettings

blueprint = Blueprint("admin_settings", __name__, url_prefix="/admin/settings")

READERS = (Role.OPERATOR, Role.ADMINISTRATOR, Role.SUPERVISOR, Role.AUDITOR, Role.DATA_PROTECTION_OFFICER)

Problems = Mapping[str, list[str]]


@blueprint.get("")
@signed_in(*READERS)
def show() -> Response:
    said = {
        "proposed": _("The change is entered: somebody else has to approve it."),
        "decided": _("The change is decided."),
        "approved": _("The change is approved."),
        "withdrawn": _("The change is withdrawn."),
    }
    words = said.get(request.args.get("said", ""))
    return _render(flash=FlashMessage(words) if words else None)


@blueprint.post("/<string:key>")
@signed_in(Role.OPERATOR, Role.ADMINISTRATOR)
def propose(key: str) -> Response:
    typed = {name: text.replace("\0", "") for name, text in request.form.items()}
    try:
        change = engine().carry_out(_command(key, typed), actor=actor())
    except Invalid as refused:
        return _render(refused=key, typed=typed, problems=_said(refused.errors), status=422)
    except OutOfDate:
        words = _("Somebody else changed this setting meanwhile: look at what they decided first.")
        return _render(flash=FlashMessage(words, "bad"), status=409)
    said = "decided" if change.approved_at else "proposed"
    return redirect(url_for("admin_settings.show", said=said, _anchor=key), 303)


@blueprint.post("/changes/<uuid:change_id>/approve")
@signed_in(Role.OPERATOR, Role.ADMINISTRATOR)
def approve(change_id: UUID) -> Response:
    try:
        engine().carry_out(ApproveSetting(change_id=change_id), actor=actor())
    except NotPermitted as refused:
        if refused.code != "four_eyes":
            raise
        words = _("You have proposed this yourself: somebody else has to approve it.")
        return _render(flash=FlashMessage(words, "bad"), status=403)
    except Conflict:
        return _settled()
    return redirect(url_for("admin_settings.show", said="approved"), 303)


@blueprint.post("/changes/<uuid:change_id>/withdraw")
@signed_in(Role.OPERATOR, Role.ADMINISTRATOR)
def withdraw(change_id: UUID) -> Response:
    try:
        engine().carry_out(WithdrawSetting(change_id=change_id), actor=actor())
    except Conflict:
        return _settled()
    return redirect(url_for("admin_settings.show", said="withdrawn"), 303)


def _settled() -> Response:
    words = _("Something else became of this change meanwhile.")
    return _render(flash=FlashMessage(words, "bad"), status=409)


def _render(
    *,
    refused: str = "",
    typed: Mapping[str, str] | None = None,
    problems: Problems | None = None,
    flash: FlashMessage | None = None,
    status: int = 200,
) -> Response:
    return page(
        "settings/settings.html",
        sheets=engine().ask(ListSettings(), actor=actor()),
        reader=actor().name,
        refused=refused,
        typed=typed or {},
        problems=problems or {},
        long_texts=[key for key, kind in KINDS.items() if isinstance(kind.value, Words)],
        state_words=_state_words(),
        allowed=_allowed,
        flash=flash,
        status=status,
    )


def _command(key: str, typed: Mapping[str, str]) -> ProposeSetting:
    """`Invalid` for a day that is none."""
    from_day, seen = typed.get("from_day", "").strip(), typed.get("seen", "")
    try:
        day = date.fromisoformat(from_day) if from_day else None
    except ValueError as refused:
        raise Invalid.field("from_day", "expected a day") from refused
    return ProposeSetting(
        key=key,
        value=typed.get("value", ""),
        reason=typed.get("reason", ""),
        decision=typed.get("decision", ""),
        from_day=day,
        seen=_id_of(seen),
    )


def _id_of(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _said(errors: Mapping[str, list[str]]) -> Problems:
    words = {
        "value": _("This setting cannot have this value: look at what is allowed."),
        "from_day": _("Give a day after today, or none for now."),
        "reason": _("Say why, in at most 1000 letters."),
        "decision": _("Name the decision in at most 1000 letters."),
    }
    return {name: [sentence] for name, sentence in words.items() if name in errors}


def _allowed(kind: SettingKind) -> str:
    """What the setting may be."""
    match kind.value:
        case Whole(least=least, most=most):
            return _("A whole number from %(least)s to %(most)s", least=least, most=most)
        case TimeOfDay():
            return _("A time such as 21:00, or nothing")
        case Words(most=most):
            return _("At most %(most)s letters", most=most)
        case BranchCode():
            return _("The 4 digits of an office, or nothing")


def _state_words() -> Mapping[ChangeState, str]:
    return {
        ChangeState.PROPOSED: _("to be approved"),
        ChangeState.PLANNED: _("planned"),
        ChangeState.IN_FORCE: _("in force"),
        ChangeState.PAST: _("past"),
        ChangeState.WITHDRAWN: _("withdrawn"),
    }
