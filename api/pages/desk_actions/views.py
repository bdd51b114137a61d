"""An action that the diagram of a case offers: what it leads to, its form, and taking it.

The same page serves the people of the branch (`/desk/cases/…`) and the citizen of the case (`/track/case/…`),
who has shown the receipt.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from api.http.context import engine
from api.http.identity import count_address, count_guess
from api.pages.cases.facts import case_address
from api.pages.frame.flash import FlashMessage
from api.pages.frame.form_sheet import sheet, typed_data
from api.pages.frame.language import gettext as _
from api.pages.frame.language import localized
from api.pages.frame.page import page
from api.pages.frame.sessions import CASE_WORKERS, actor, signed_in
from api.pages.tracking.status import end_visit, present_visit
from api.supplies import count_receipt, receipt_owner
from engine.dispatch import Once
from engine.kernel.actor import CITIZEN
from engine.kernel.refusal import Conflict, FieldErrors, Invalid, NotFound
from engine.messages.desk_actions import (
    ActionSheet,
    OpenAction,
    ShowAction,
    ShowCitizensAction,
    TakeAction,
    TakeActionFromCitizen,
)
from engine.supplements.tracking import Visit

blueprint = Blueprint("desk_actions", __name__, url_prefix="/desk/cases/<uuid:case_id>/actions")
citizens_blueprint = Blueprint("citizens_actions", __name__, url_prefix="/track/case/actions")

_LONGEST_KEY = 40


class OfferedAction(NamedTuple):
    """An action as a button: where it is taken, what it is called and what it leads to."""

    address: str
    label: str
    says: str


class RefusedAction(NamedTuple):
    """What was sent and refused: the fields of the form and the reason as typed, and what is wrong."""

    typed: Mapping[str, Any]
    errors: FieldErrors
    flash: FlashMessage
    status: int


def offered_at_desk(case_id: UUID, found: Sequence[OpenAction]) -> list[OfferedAction]:
    """The buttons on the page of a case."""
    addresses = (url_for("desk_actions.show", case_id=case_id, action=one.action.name) for one in found)
    return [_offered(one, address) for one, address in zip(found, addresses, strict=True)]


def offered_to_citizen(found: Sequence[OpenAction]) -> list[OfferedAction]:
    """The buttons on the tracking page."""
    addresses = (url_for("citizens_actions.show", action=one.action.name) for one in found)
    return [_offered(one, address) for one, address in zip(found, addresses, strict=True)]


@blueprint.get("/<action>")
@signed_in(*CASE_WORKERS)
def show(case_id: UUID, action: str) -> Response:
    found = engine().ask(ShowAction(case_id=case_id, name=action), actor=actor())
    return _render(found, back=case_address(case_id), is_citizens=False)


@blueprint.post("/<action>")
@signed_in(*CASE_WORKERS)
def take(case_id: UUID, action: str) -> Response:
    """Take it, once; what is refused is shown again with all that was typed."""
    typed, reason = typed_data(), request.form.get("reason", "")
    command = TakeAction(case_id=case_id, name=action, data=typed, reason=reason)
    try:
        engine().carry_out(command, actor=actor(), once=_once(command, owner=f"user:{actor().id}"))
    except (Invalid, Conflict) as refused:
        found = engine().ask(ShowAction(case_id=case_id, name=action), actor=actor())
        return _render(found, back=case_address(case_id), is_citizens=False, refused=_refusal(typed, refused))
    return redirect(f"{case_address(case_id)}?said=action-taken", 303)


@citizens_blueprint.get("/<action>", endpoint="show")
def show_citizens(action: str) -> Response:
    visit = present_visit()
    if visit is None:
        return _visit_ended()
    count_address("tracked")
    return _citizens_page(visit, action)


@citizens_blueprint.post("/<action>", endpoint="take")
def take_citizens(action: str) -> Response:
    """Take it for the citizen whose receipt was shown, once."""
    visit = present_visit()
    if visit is None:
        return _visit_ended()
    count_guess("supply")
    count_receipt(visit.number, visit.given)
    typed, reason = typed_data(), request.form.get("reason", "")
    command = TakeActionFromCitizen(
        number=visit.number, code=visit.given, name=action, data=typed, reason=reason
    )
    try:
        owner = receipt_owner(visit.number, visit.given)
        engine().carry_out(command, actor=CITIZEN, once=_once(command, owner=owner))
    except (Invalid, Conflict) as refused:
        return _citizens_page(visit, action, refused=_refusal(typed, refused))
    except NotFound:
        return _visit_ended()
    return redirect(url_for("track.show", said="action-taken"), 303)


def _citizens_page(visit: Visit, action: str, *, refused: RefusedAction | None = None) -> Response:
    question = ShowCitizensAction(number=visit.number, code=visit.given, name=action)
    try:
        found = engine().ask(question, actor=CITIZEN)
    except NotFound:
        return _visit_ended()
    return _render(found, back=url_for("track.show"), is_citizens=True, refused=refused)


def _render(
    found: ActionSheet, *, back: str, is_citizens: bool, refused: RefusedAction | None = None
) -> Response:
    """The page of an action; of one that is not open any more it says so, and leads back."""
    offered = found.offered
    if offered is None:
        return page(
            "desk_actions/over.html", status=409, found=found, title=localized(found.title), back=back
        )
    errors = dict(refused.errors) if refused else {}
    reason_problems = [_("Say why, in at most 1000 letters.")] if errors.pop("reason", None) else []
    begun = dict(refused.typed) if refused else {}
    return page(
        "desk_actions/action.html",
        status=refused.status if refused else 200,
        flash=refused.flash if refused else None,
        found=found,
        title=localized(found.title),
        action=offered.action,
        label=localized(offered.action.label),
        says=_says(offered),
        sheet=sheet(offered.form.schema, begun, errors=errors) if offered.form else None,
        reason=request.form.get("reason", ""),
        reason_problems=reason_problems,
        once=request.form.get("once", "")[:_LONGEST_KEY] or uuid4().hex,
        back=back,
        is_citizens=is_citizens,
    )


def _offered(one: OpenAction, address: str) -> OfferedAction:
    return OfferedAction(address, localized(one.action.label), " ".join(_says(one)))


def _says(one: OpenAction) -> list[str]:
    """What the action leads to, sentence by sentence."""
    goes_on = {
        None: _("The case goes on from there."),
        True: _("What is under way now stops, and the case goes on from there."),
        False: _("What is under way now goes on beside it."),
    }[one.action.interrupts]
    return [*([localized(one.action.says)] if one.action.says else []), goes_on]


def _refusal(typed: Mapping[str, Any], refused: Invalid | Conflict) -> RefusedAction:
    if isinstance(refused, Invalid):
        flash = FlashMessage(_("Nothing was sent yet: something has to be corrected."), "bad")
        return RefusedAction(typed, refused.errors, flash, 422)
    flash = FlashMessage(_("This cannot be done now: the case has gone on, or is on hold."), "bad")
    return RefusedAction(typed, {}, flash, 409)


def _once(command: TakeAction | TakeActionFromCitizen, *, owner: str) -> Once | None:
    """The key of the form: sent twice, as by a double click, it has its effect once."""
    key = request.form.get("once", "")[:_LONGEST_KEY]
    if not key:
        return None
    asked = json.dumps([command.name, command.reason, command.data], sort_keys=True, default=str)
    return Once(owner=owner, key=key, fingerprint=hashlib.sha256(asked.encode()).digest())


def _visit_ended() -> Response:
    response = redirect(url_for("track.track", said="over"), 303)
    end_visit(response)
    return response
