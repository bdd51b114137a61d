"""Settings that officials decide: what holds, what is planned, who decided what, and changing them."""

from collections.abc import Mapping
from typing import Any

import marshmallow as ma
from marshmallow import fields

from api.http.calls import JSON, Calls
from api.http.context import actor, engine
from api.http.fields import Moment, Shape, Text
from engine.kernel.actor import Scope
from engine.kernel.office_settings import ChangeState, SettingChange
from engine.kernel.refusal import LONGEST
from engine.office_settings.change import ApproveSetting, ProposeSetting, WithdrawSetting
from engine.office_settings.queries import ListSettings, SettingSheet

CHANGE: dict[str, Any] = {
    "id": "01936b2e-8000-7aaa-8bbb-0123456789ab",
    "key": "session_hours",
    "value": "8",
    "valid_from": "2026-12-31T22:00:00Z",
    "proposed_at": "2026-11-30T10:00:00Z",
    "proposed_by": "olga",
    "reason": "Απόφαση του Υπουργείου.",
    "decision": "ΑΔΑ: 9ΧΥΖ46",
    "approved_at": None,
    "approved_by": None,
    "withdrawn_at": None,
    "withdrawn_by": None,
}
SETTING: dict[str, Any] = {
    "key": "session_hours",
    "name": "Ώρες που διαρκεί το πολύ μια σύνδεση",
    "name_en": "Hours that a session lasts at most",
    "value": "12",
    "four_eyes": True,
    "changes": [{**CHANGE, "state": "proposed"}],
}


class ChangeShape(Shape):
    """A value that somebody decided."""

    id = fields.UUID(required=True)
    key = fields.String(required=True)
    value = fields.String(required=True)
    valid_from = Moment(required=True)
    proposed_at = Moment(required=True)
    proposed_by = fields.String(required=True)
    reason = fields.String(required=True)
    decision = fields.String(required=True)
    approved_at = Moment(required=True, allow_none=True)
    approved_by = fields.String(required=True, allow_none=True)
    withdrawn_at = Moment(required=True, allow_none=True)
    withdrawn_by = fields.String(required=True, allow_none=True)


class DatedChangeShape(ChangeShape):
    """A change with what has become of it."""

    state = fields.String(required=True, validate=ma.validate.OneOf([state.value for state in ChangeState]))


class SettingShape(Shape):
    """A setting that officials decide."""

    key = fields.String(required=True)
    name = fields.String(required=True)
    name_en = fields.String(required=True)
    value = fields.String(required=True, metadata={"description": "What holds now."})
    four_eyes = fields.Boolean(required=True, metadata={"description": "Whether another approves changes."})
    changes = fields.List(fields.Nested(DatedChangeShape), required=True)


class SettingList(ma.Schema):
    """Every setting, in the order of the page."""

    items = fields.List(fields.Nested(SettingShape), required=True)


class ProposeBody(ma.Schema):
    """A value from a day on."""

    value = Text(least=0, most=LONGEST, required=True, means="As people write it.", example="8")
    reason = Text(most=LONGEST, required=True, means="Why.", example=CHANGE["reason"])
    decision = Text(least=0, most=LONGEST, load_default="", means="Its number, or where it is published.")
    from_day = fields.Date(
        load_default=None, metadata={"description": "It holds from its midnight; null means from now on."}
    )
    seen = fields.UUID(
        load_default=None,
        allow_none=True,
        metadata={"description": "The newest change of the setting that you saw; null if there was none."},
    )


calls = Calls("settings", about="What officials decide for the whole installation, dated, with its reasons.")


@calls.call("GET", "/settings", scope=Scope.CASES_READ)
@calls.response(200, SettingList, example={"items": [SETTING]})
def list_settings() -> object:
    """List settings.

    For operators, supervisors, auditors and the data protection officer: what holds, with all changes, the
    newest first.
    """
    return {"items": [_sheet(one) for one in engine().ask(ListSettings(), actor=actor())]}


@calls.call(
    "POST",
    "/settings/<string:key>/changes",
    scope=Scope.CASES_WRITE,
    takes=JSON,
    refuses=[404, 409],
)
@calls.arguments(ProposeBody)
@calls.response(201, ChangeShape, example=CHANGE)
def propose_setting(body: Mapping[str, Any], key: str) -> object:
    """Change a setting.

    For operators. It holds from its day on, once somebody else has approved it where that is needed; 409 if
    somebody else changed it since the change in `seen`.
    """
    return _change(engine().carry_out(ProposeSetting(key=key, **body), actor=actor()))


@calls.call("POST", "/settings/changes/<uuid:change_id>/approve", scope=Scope.CASES_WRITE, refuses=[404, 409])
@calls.response(200, ChangeShape, example={**CHANGE, "approved_by": "panos"})
def approve_setting(change_id: Any) -> object:
    """Approve a change.

    For operators, and not for who proposed it. It holds from now on at the earliest.
    """
    return _change(engine().carry_out(ApproveSetting(change_id=change_id), actor=actor()))


@calls.call(
    "POST", "/settings/changes/<uuid:change_id>/withdraw", scope=Scope.CASES_WRITE, refuses=[404, 409]
)
@calls.response(200, ChangeShape, example={**CHANGE, "withdrawn_by": "olga"})
def withdraw_setting(change_id: Any) -> object:
    """Withdraw a change.

    For operators, as long as it does not hold yet.
    """
    return _change(engine().carry_out(WithdrawSetting(change_id=change_id), actor=actor()))


def _change(change: SettingChange) -> dict[str, Any]:
    return {**vars(change), "key": change.key.value, "value": str(change.value)}


def _sheet(sheet: SettingSheet) -> dict[str, Any]:
    return {
        "key": sheet.kind.key.value,
        "name": sheet.kind.name.el,
        "name_en": sheet.kind.name.en,
        "value": str(sheet.value),
        "four_eyes": sheet.kind.four_eyes,
        "changes": [{**_change(one.change), "state": one.state.value} for one in sheet.changes],
    }
