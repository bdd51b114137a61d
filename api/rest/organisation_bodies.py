"""How organisations, their versions and what changes in them are written in JSON."""

from collections.abc import Iterable
from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from api.http.fields import Moment, Shape, Text
from engine.organisation.organisation import (
    Changes,
    Closure,
    Decision,
    NotOffered,
    OrganisationKind,
    OrganisationStatus,
    Particulars,
    Version,
)
from engine.organisation.queries import Listed, OrganisationView
from engine.organisation.tree_view import Limb

KINDS = [kind.value for kind in OrganisationKind]
STATUSES = [status.value for status in OrganisationStatus]
STATED: dict[str, Any] = {
    "name": "ΚΕΠ Αθηναίων",
    "name_en": "Athens",
    "parent_id": "019a1f00-0000-7000-8000-000000000001",
    "address": "Πατησίων 76, 104 34 Αθήνα",
    "hours": "Δευτέρα–Παρασκευή 8:00–20:00",
    "phone": "210 1234567",
    "local_holidays": ["10-03"],
    "closures": [{"day": "2026-04-09", "decision": "Απόφαση δημάρχου 12/2026"}],
    "not_offered": [{"procedure": "residence-certificate", "reason": "Δεν υπάρχει εκτυπωτής."}],
    "status": "open",
    "successor_id": None,
}
LISTED: dict[str, Any] = {
    "id": "019a1f00-0000-7000-8000-000000000009",
    "kind": "branch",
    "code": "0009",
    **STATED,
}
PLACED: dict[str, Any] = {
    **{name: LISTED[name] for name in ("id", "kind", "code", "name", "name_en")},
    "parent": "athens",
    "is_open": True,
    "offices": 0,
}
VERSION: dict[str, Any] = {
    "id": "019a1f00-0000-7000-8000-000000000010",
    "valid_from": "2027-01-01",
    "recorded_at": "2026-11-30T10:00:00Z",
    "recorded_by": "dimos",
    "reason": "Μετακόμιση",
    "changed": ["address"],
    "decision": {"number": "12/2026", "gazette": "Β΄ 4321/2026", "ada": "Ω9ΞΨ465ΧΘ7-ΑΒΓ"},
    **STATED,
}


class ClosureShape(ma.Schema):
    """A day on which an organisation alone does not work."""

    day = fields.Date(required=True)
    decision = Text(most=500, least=0, load_default="")


class NotOfferedShape(ma.Schema):
    """A procedure that a branch does not offer, and why."""

    procedure = Text(most=200, required=True)
    reason = Text(most=500, required=True)


class DecisionShape(ma.Schema):
    """The act by which something was decided."""

    number = Text(most=100, least=0, load_default="")
    gazette = Text(most=100, least=0, load_default="", means="ΦΕΚ.")
    ada = Text(most=50, least=0, load_default="", means="ΑΔΑ, in Diavgeia.")


class StatedShape(Shape):
    """What is true of an organisation for a time."""

    name = fields.String(required=True)
    name_en = fields.String(required=True)
    parent_id = fields.UUID(required=True, allow_none=True)
    address = fields.String(required=True)
    hours = fields.String(required=True)
    phone = fields.String(required=True)
    local_holidays = fields.List(fields.String(), required=True, metadata={"description": "`MM-DD`."})
    closures = fields.List(fields.Nested(ClosureShape), required=True)
    not_offered = fields.List(fields.Nested(NotOfferedShape), required=True)
    status = fields.Enum(OrganisationStatus, by_value=True, required=True)
    successor_id = fields.UUID(required=True, allow_none=True)


class ListedShape(StatedShape):
    """An organisation as it is on a day."""

    id = fields.UUID(required=True)
    kind = fields.Enum(OrganisationKind, by_value=True, required=True)
    code = fields.String(required=True)


class OrganisationPage(ma.Schema):
    """Organisations as they are on a day, by code."""

    items = fields.List(fields.Nested(ListedShape), required=True)
    number = fields.Integer(required=True, metadata={"description": "How many match in all."})
    next = fields.String(required=True, allow_none=True, metadata={"description": "`after` of the rest."})
    day = fields.Date(required=True)


class OrganisationVersionShape(StatedShape):
    """What is true from a day on; `changed` is what this version said anew."""

    id = fields.UUID(required=True)
    valid_from = fields.Date(required=True)
    recorded_at = Moment(required=True)
    recorded_by = fields.String(required=True)
    reason = fields.String(required=True)
    changed = fields.List(fields.String(), required=True)
    decision = fields.Nested(DecisionShape, required=True, allow_none=True)


class OrganisationShape(ListedShape):
    """An organisation on a day, with its history and what is planned."""

    revision = fields.Integer(required=True, metadata={"description": "Send it with a change as `seen`."})
    day = fields.Date(required=True)
    line = fields.List(
        fields.UUID(), required=True, metadata={"description": "Itself, then all above it, nearest first."}
    )
    versions = fields.List(fields.Nested(OrganisationVersionShape), required=True)


class PlacedShape(ma.Schema):
    """An organisation in the tree; `parent` is the code of what it is below."""

    id = fields.UUID(required=True)
    code = fields.String(required=True)
    kind = fields.Enum(OrganisationKind, by_value=True, required=True)
    name = fields.String(required=True)
    name_en = fields.String(required=True)
    parent = fields.String(required=True, allow_none=True)
    is_open = fields.Boolean(required=True)
    offices = fields.Integer(required=True, metadata={"description": "How many below it take cases."})


class TreeShape(ma.Schema):
    """The tree on a day, each organisation after what it is below."""

    items = fields.List(fields.Nested(PlacedShape), required=True)
    day = fields.Date(required=True)


class ChangesBody(ma.Schema):
    """What changes; what is left out stays as it is."""

    name = Text(most=500)
    name_en = Text(most=500, least=0)
    parent_id = fields.UUID(allow_none=True)
    address = Text(most=500, least=0)
    hours = Text(most=2000, least=0)
    phone = Text(most=30, least=0)
    local_holidays = fields.List(fields.String(), validate=validate.Length(max=20))
    closures = fields.List(fields.Nested(ClosureShape), validate=validate.Length(max=1000))
    not_offered = fields.List(fields.Nested(NotOfferedShape), validate=validate.Length(max=1000))


class BeginningBody(ChangesBody):
    """What is true of a new organisation."""

    name = Text(most=500, required=True)


class EnteringBody(ma.Schema):
    """A new organisation, from a day on."""

    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    code = Text(most=64, required=True, example="0301")
    from_day = fields.Date(required=True, data_key="from")
    particulars = fields.Nested(BeginningBody, required=True)
    reason = Text(most=1000, required=True)
    decision = fields.Nested(DecisionShape, load_default=None, allow_none=True)


class ChangeBody(ma.Schema):
    """A change from a day on."""

    from_day = fields.Date(required=True, data_key="from")
    changes = fields.Nested(ChangesBody, required=True)
    reason = Text(most=1000, required=True)
    seen = fields.Integer(required=True, metadata={"description": "The revision that you saw."})
    decision = fields.Nested(DecisionShape, load_default=None, allow_none=True)


class ClosingBody(ma.Schema):
    """Closing for good from a day on; a branch needs a successor."""

    from_day = fields.Date(required=True, data_key="from")
    successor = Text(most=64, load_default=None, allow_none=True)
    reason = Text(most=1000, required=True)
    seen = fields.Integer(required=True, metadata={"description": "The revision that you saw."})
    decision = fields.Nested(DecisionShape, load_default=None, allow_none=True)


class WithdrawalBody(ma.Schema):
    """Taking a planned change back."""

    reason = Text(most=1000, required=True)
    seen = fields.Integer(required=True, metadata={"description": "The revision that you saw."})


def as_tree(limbs: Iterable[Limb], *, parent: str | None = None) -> list[dict[str, Any]]:
    """The tree as a list."""
    found: list[dict[str, Any]] = []
    for limb in limbs:
        names = ("id", "code", "kind", "name", "name_en", "is_open")
        own = {name: getattr(limb.node, name) for name in names}
        found += [{**own, "parent": parent, "offices": limb.offices}]
        found += as_tree(limb.below, parent=limb.node.code)
    return found


def changes_of(body: dict[str, Any]) -> Changes:
    """The changes of a body, each of the type that it has in the engine."""
    found = dict(body)
    if "local_holidays" in found:
        found["local_holidays"] = tuple(found["local_holidays"])
    if "closures" in found:
        found["closures"] = tuple(Closure(**one) for one in found["closures"])
    if "not_offered" in found:
        found["not_offered"] = tuple(NotOffered(**one) for one in found["not_offered"])
    return found


def decision_of(body: dict[str, Any] | None) -> Decision | None:
    return Decision(**body) if body else None


def as_listed(one: Listed) -> dict[str, Any]:
    identity = one.organisation
    return {**_stated(one.particulars), "id": identity.id, "kind": identity.kind, "code": identity.code}


def as_organisation(view: OrganisationView) -> dict[str, Any]:
    identity = view.shown.organisation
    return {
        **as_listed(Listed(organisation=identity, particulars=view.shown.particulars)),
        "revision": identity.revision,
        "day": view.day,
        "line": view.shown.line,
        "versions": [_as_version(one) for one in view.versions],
    }


def _as_version(version: Version) -> dict[str, Any]:
    own: dict[str, Any] = {
        name: getattr(version, name)
        for name in ("id", "valid_from", "recorded_at", "recorded_by", "reason", "decision")
    }
    return {**_stated(version.particulars), **own, "changed": sorted(version.changed)}


def _stated(particulars: Particulars) -> dict[str, Any]:
    return dict(particulars.__dict__)
