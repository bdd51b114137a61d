"""People and groups as SCIM has them: written, and read with what is wrong in the words of RFC 7644."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import orjson

from engine.people.scim import Provisioned, ProvisionedGroup

USER: Final = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP: Final = "urn:ietf:params:scim:schemas:core:2.0:Group"
LIST: Final = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
PATCH: Final = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
ERROR: Final = "urn:ietf:params:scim:api:messages:2.0:Error"
MOST_LISTED: Final = 200


class ScimError(Exception):
    """A refusal with the status and the `scimType` of RFC 7644, section 3.12."""

    def __init__(self, status: int, detail: str, *, kind: str | None = None) -> None:
        super().__init__(detail)
        self.status, self.detail, self.kind = status, detail, kind


@dataclass(frozen=True, kw_only=True)
class Person:
    """What a directory says of a person."""

    username: str
    display_name: str
    active: bool


def user_resource(found: Provisioned, *, base: str) -> dict[str, Any]:
    """A person, with the groups that they are in; its version changes with any of it."""
    user = found.user
    body = {
        "schemas": [USER],
        "id": str(user.id),
        "userName": user.username,
        "displayName": user.display_name,
        "name": {"formatted": user.display_name},
        "active": user.active,
        "groups": [
            {"value": key.id, "display": key.id, "$ref": f"{base}/Groups/{key.id}"} for key in found.groups
        ],
    }
    return _with_meta(body, "User", f"{base}/Users/{user.id}")


def group_resource(found: ProvisionedGroup, *, base: str) -> dict[str, Any]:
    """A group with its members."""
    body = {
        "schemas": [GROUP],
        "id": found.key.id,
        "displayName": found.key.id,
        "members": [
            {"value": str(user.id), "display": user.username, "$ref": f"{base}/Users/{user.id}"}
            for user in found.members
        ],
    }
    return _with_meta(body, "Group", f"{base}/Groups/{found.key.id}")


def listed(resources: Sequence[Mapping[str, Any]], *, total: int, start: int) -> dict[str, Any]:
    """A page of a list (RFC 7644, section 3.4.2)."""
    return {
        "schemas": [LIST],
        "totalResults": total,
        "startIndex": start,
        "itemsPerPage": len(resources),
        "Resources": list(resources),
    }


def person_of(body: Any, known: Person | None = None) -> Person:
    """The person that a body describes; `ScimError` if something of it is missing or of another type."""
    if not isinstance(body, dict) or USER not in _texts(body.get("schemas")):
        raise ScimError(400, f"Expected a resource with the schema {USER}.", kind="invalidSyntax")
    username = body.get("userName", known.username if known else None)
    name = body.get("name")
    formatted = name.get("formatted") if isinstance(name, dict) else None
    joined = (
        " ".join(str(name[part]) for part in ("givenName", "familyName") if name.get(part))
        if isinstance(name, dict)
        else ""
    )
    called = body.get("displayName") or formatted or joined or username
    active = body.get("active", True)
    if not isinstance(username, str) or not isinstance(called, str) or not isinstance(active, bool):
        raise ScimError(
            400, "Expected userName and displayName as texts, and active as a boolean.", kind="invalidValue"
        )
    return Person(username=username.lower(), display_name=called, active=active)


def patched(person: Person, body: Any) -> Person:
    """The person after the operations of a patch (RFC 7644, section 3.5.2)."""
    values = {"username": person.username, "displayname": person.display_name, "active": person.active}
    for kind, path, value in operations(body):
        changes = value if path is None and isinstance(value, dict) else {path or "": value}
        for attribute, given in changes.items():
            name = attribute.lower().removeprefix(f"{USER.lower()}:")
            name = "displayname" if name == "name.formatted" else name
            if kind == "remove" or name not in values:
                raise ScimError(
                    400, f"Expected userName, displayName or active, found {attribute}.", kind="invalidPath"
                )
            values[name] = _flag(given) if name == "active" else given
    return person_of(
        {
            "schemas": [USER],
            "userName": values["username"],
            "displayName": values["displayname"],
            "active": values["active"],
        }
    )


@dataclass(frozen=True, kw_only=True)
class MemberChange:
    """Who is to be in a group besides, who no longer, and whether nobody else is."""

    added: frozenset[UUID] = frozenset()
    removed: frozenset[UUID] = frozenset()
    replaces: bool = False


_MEMBER = re.compile(r'members\[value eq "([^"]+)"\]', re.IGNORECASE)


def member_change(body: Any) -> MemberChange:
    """What a patch of a group changes of its members, which are all that a directory may change of it."""
    added: set[UUID] = set()
    removed: set[UUID] = set()
    replaces = False
    for kind, path, value in operations(body):
        one = _MEMBER.fullmatch(path or "")
        if path is None and isinstance(value, dict) and set(value) <= {"members", "id", "displayName"}:
            value = value.get("members", [])
        elif one is not None and kind == "remove":
            value = [{"value": one[1]}]
        elif (path or "").lower() != "members":
            raise ScimError(400, f"Expected the path members, found {path}.", kind="mutability")
        ids = member_ids(value)
        if kind == "replace" or (kind == "remove" and not ids):
            added, removed, replaces = ids, set(), True
        elif kind == "add":
            added, removed = added | ids, removed - ids
        else:
            added, removed = added - ids, removed | ids
    return MemberChange(added=frozenset(added), removed=frozenset(removed), replaces=replaces)


def member_ids(value: Any) -> set[UUID]:
    """The people whom a list of members names."""
    if value is None:
        return set()
    members = value if isinstance(value, list) else [value]
    try:
        return {UUID(one["value"]) for one in members}
    except (TypeError, KeyError, ValueError, AttributeError) as error:
        raise ScimError(
            400, "Expected members as objects with a value, the id of a user.", kind="invalidValue"
        ) from error


def operations(body: Any) -> list[tuple[str, str | None, Any]]:
    """The operations of a patch: kind, path and value."""
    if not isinstance(body, dict) or PATCH not in _texts(body.get("schemas")):
        raise ScimError(400, f"Expected a message with the schema {PATCH}.", kind="invalidSyntax")
    given = body.get("Operations")
    if not isinstance(given, list) or not given or not all(isinstance(one, dict) for one in given):
        raise ScimError(400, "Expected a list of Operations.", kind="invalidSyntax")
    found = []
    for one in given:
        kind, path = str(one.get("op", "")).lower(), one.get("path")
        if kind not in ("add", "replace", "remove") or not isinstance(path, str | None):
            raise ScimError(400, "Expected add, replace or remove, and a path as text.", kind="invalidSyntax")
        found.append((kind, path, one.get("value")))
    return found


_EQUALITY = re.compile(r'\s*([A-Za-z.]+)\s+eq\s+("(?:[^"\\]|\\.)*"|true|false)\s*', re.IGNORECASE)


def filter_of(text: str, allowed: Sequence[str]) -> dict[str, Any]:
    """The values that a filter wants, by attribute in small letters: `eq`, joined by `and`.

    `ScimError` for what it does not understand, as RFC 7644, section 3.4.2.2 has it.
    """
    wanted: dict[str, Any] = {}
    at = 0
    while True:
        found = _EQUALITY.match(text, at)
        if found is None or found[1].lower() not in allowed:
            expected = f"Expected {' and '.join(f'{name} eq …' for name in allowed)}, found {text[:200]}."
            raise ScimError(400, expected, kind="invalidFilter")
        try:
            wanted[found[1].lower()] = orjson.loads(found[2].lower() if found[2][0] != '"' else found[2])
        except orjson.JSONDecodeError as error:
            raise ScimError(400, "Expected a JSON text in the filter.", kind="invalidFilter") from error
        at = found.end()
        if at == len(text):
            return wanted
        # The equality has taken the space before and after it.
        if text[at : at + 4].lower() != "and ":
            raise ScimError(400, "Expected conditions that are joined by and.", kind="invalidFilter")
        at += 4


def _with_meta(body: dict[str, Any], kind: str, location: str) -> dict[str, Any]:
    digest = hashlib.sha256(orjson.dumps(body, option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]
    return {**body, "meta": {"resourceType": kind, "location": location, "version": f'W/"{digest}"'}}


def _texts(value: Any) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _flag(value: Any) -> Any:
    """A boolean, which some directories write as text."""
    return {"true": True, "false": False}.get(value.lower(), value) if isinstance(value, str) else value
