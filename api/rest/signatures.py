"""Signatures of parties: what is asked, taking one at the counter, and the link by which a party signs."""

from typing import Any
from uuid import UUID

import marshmallow as ma
from marshmallow import fields

from api.http.calls import JSON, Calls
from api.http.context import actor, engine
from api.http.fields import Choice, FreeData, Moment, Text, TwoLanguages
from api.http.idempotency import once
from api.rest.case_bodies import CASE, CaseBody
from engine.bundle.party_rules import SigningMeans
from engine.cases.reception import IdentityCheck
from engine.kernel.actor import Scope
from engine.kernel.signing import SignatureState
from engine.signatures.links import RevokeLink, SendLink
from engine.signatures.queries import ShowSignature, SignatureAtDesk
from engine.signatures.sign import Decision, SignAtCounter

calls = Calls("signatures", about="The parties of a case sign at the counter, or from a link of their own.")

_ASKED: dict[str, Any] = {
    "role": "seller",
    "title": {"el": "Πωλητής", "en": "Seller"},
    "name": "Γιώργος Πωλητής",
    "statement": {"el": "Πουλάω το όχημα.", "en": "I sell the vehicle."},
    "state": "invited",
    "asked_at": "2026-03-09T10:00:00Z",
    "opened_at": None,
    "settled_at": None,
    "means": None,
    "link_expires_at": "2026-04-08T10:00:00Z",
    "link_opens": True,
}


class AskedShape(ma.Schema):
    """A signature that is asked of a party; never the code in their link."""

    role = fields.String(required=True)
    title = fields.Nested(TwoLanguages, required=True)
    name = fields.String(required=True)
    statement = fields.Nested(TwoLanguages, required=True)
    state = Choice(SignatureState, required=True)
    asked_at = Moment(required=True)
    opened_at = Moment(required=True, allow_none=True)
    settled_at = Moment(required=True, allow_none=True)
    means = Choice(SigningMeans, required=True, allow_none=True)
    link_expires_at = Moment(required=True, allow_none=True)
    link_opens = fields.Boolean(required=True)


class TakenBody(ma.Schema):
    """What a party says at the counter."""

    identity = Choice(IdentityCheck, required=True, means="The document that was seen.")
    signed = fields.Boolean(
        required=True, truthy={True}, falsy={False}, metadata={"description": "False for a refusal."}
    )
    data = FreeData(means="The fields of the party's form.", load_default=dict)
    reason = Text(most=1000, least=0, load_default="", means="Why it is refused.")


@calls.call("GET", "/service-tasks/<uuid:service_task_id>/signature", scope=Scope.CASES_READ, refuses=[404])
@calls.response(200, AskedShape, example=_ASKED)
def show_signature(service_task_id: UUID) -> object:
    """Show what a party is asked to sign."""
    return _present(service_task_id)


@calls.call(
    "POST",
    "/service-tasks/<uuid:service_task_id>/signature",
    scope=Scope.CASES_WRITE,
    takes=JSON,
    headers=["Idempotency-Key"],
    refuses=[404, 409],
)
@calls.arguments(TakenBody, example={"identity": "identity_card", "signed": True})
@calls.response(200, CaseBody, example={**CASE, "tasks": [], "service_tasks": []})
def take_signature(body: dict[str, Any], service_task_id: UUID) -> object:
    """Take the signature of a party who has come to the counter, or their refusal."""
    command = SignAtCounter(
        service_task_id=service_task_id,
        identity=body["identity"],
        decision=Decision(signed=body["signed"], data=body["data"], reason=body["reason"]),
    )
    return engine().carry_out(command, actor=actor(), once=once())


@calls.call(
    "POST",
    "/service-tasks/<uuid:service_task_id>/signature/link",
    scope=Scope.CASES_WRITE,
    refuses=[404, 409],
)
@calls.response(200, AskedShape, example=_ASKED)
def send_signing_link(service_task_id: UUID) -> object:
    """Send a party a new link.

    The old one opens nothing from then on.
    """
    engine().carry_out(SendLink(service_task_id=service_task_id), actor=actor())
    return _present(service_task_id)


@calls.call(
    "DELETE",
    "/service-tasks/<uuid:service_task_id>/signature/link",
    scope=Scope.CASES_WRITE,
    refuses=[404, 409],
)
@calls.response(200, AskedShape, example={**_ASKED, "link_expires_at": None, "link_opens": False})
def revoke_signing_link(service_task_id: UUID) -> object:
    """Take a party's link back."""
    engine().carry_out(RevokeLink(service_task_id=service_task_id), actor=actor())
    return _present(service_task_id)


def _present(service_task_id: UUID) -> dict[str, Any]:
    """The fields of `AskedShape`, as they are now."""
    return _shown(engine().ask(ShowSignature(service_task_id=service_task_id), actor=actor()))


def _shown(found: SignatureAtDesk) -> dict[str, Any]:
    sheet, signature, statement = found.sheet, found.sheet.signature, found.sheet.rule.statement
    title = sheet.rule.title
    return {
        "role": sheet.rule.role,
        "title": {"el": title.el, "en": title.en},
        "name": sheet.party.person.full_name,
        "statement": {"el": statement.el, "en": statement.en} if statement else {"el": "", "en": ""},
        "state": signature.state,
        "asked_at": signature.asked_at,
        "opened_at": signature.opened_at,
        "settled_at": signature.settled_at,
        "means": signature.means,
        "link_expires_at": signature.expires_at,
        "link_opens": found.link_opens,
    }
