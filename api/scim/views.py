"""The endpoints of SCIM 2.0 for people and groups (RFC 7644, section 3)."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import orjson
from flask import Blueprint, Response, request

from api.http.context import actor, engine, site
from api.http.identity import admit
from api.http.problems import KINDS, Problem, status_of
from api.scim.description import RESOURCE_TYPES, SCHEMAS, service_provider_config
from api.scim.resources import (
    ERROR,
    GROUP,
    MOST_LISTED,
    Person,
    ScimError,
    filter_of,
    group_resource,
    listed,
    member_change,
    member_ids,
    patched,
    person_of,
    user_resource,
)
from engine.kernel.actor import Scope
from engine.kernel.refusal import Refusal
from engine.people.scim import (
    ChangeMembers,
    ListGroups,
    ListProvisioned,
    Provision,
    Provisioned,
    ProvisionedGroup,
    ShowGroup,
    ShowProvisioned,
)

MEDIA_TYPE = "application/scim+json"
PREFIX = "/scim/v2"

_OPEN = ("scim.show_config", "scim.list_resource_types", "scim.list_schemas")

scim = Blueprint("scim", __name__, url_prefix=PREFIX)


@scim.before_request
def let_in() -> None:
    """Only a token that was made for this comes in; a browser that is signed in does not.

    What the service says of itself is for everybody (RFC 7644, section 4).
    """
    if request.endpoint in _OPEN:
        return
    if "Authorization" not in request.headers:
        raise ScimError(401, "This service needs a token with the scope scim.")
    admit(Scope.SCIM)


@scim.errorhandler(ScimError)
def of_scim_error(refused: ScimError) -> Response:
    body = {"schemas": [ERROR], "status": str(refused.status), "detail": refused.detail}
    response = _response({**body, **({"scimType": refused.kind} if refused.kind else {})}, refused.status)
    if refused.status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="stoa"'
    return response


@scim.errorhandler(Refusal)
def of_refusal(refused: Refusal) -> Response:
    kinds = {"already_exists": "uniqueness", "invalid": "invalidValue"}
    status = 400 if refused.code == "invalid" else status_of(refused)
    return of_scim_error(ScimError(status, refused.message, kind=kinds.get(refused.code)))


@scim.errorhandler(Problem)
def of_problem(problem: Problem) -> Response:
    response = of_scim_error(ScimError(KINDS[problem.code].status, problem.detail))
    response.headers.extend(problem.headers)
    return response


@scim.get("/ServiceProviderConfig")
def show_config() -> Response:
    return _response(service_provider_config(_base()))


@scim.get("/ResourceTypes")
def list_resource_types() -> Response:
    return _response(listed(RESOURCE_TYPES, total=len(RESOURCE_TYPES), start=1))


@scim.get("/Schemas")
def list_schemas() -> Response:
    return _response(listed(SCHEMAS, total=len(SCHEMAS), start=1))


@scim.get("/Users")
def list_users() -> Response:
    wanted = _filter("username", "active")
    username = wanted.get("username")
    question = ListProvisioned(
        username=str(username).lower() if username is not None else None, active=wanted.get("active")
    )
    found = engine().ask(question, actor=actor())
    start, count = _page()
    shown = [Provisioned(user=user, groups=()) for user in found[start - 1 : start - 1 + count]]
    resources = [_without_groups(user_resource(one, base=_base())) for one in shown]
    return _response(listed(resources, total=len(found), start=start))


@scim.post("/Users")
def add_user() -> Response:
    person = person_of(_body())
    return _user(engine().carry_out(_provision(person), actor=actor()), status=201)


@scim.get("/Users/<uuid:user_id>")
def show_user(user_id: UUID) -> Response:
    return _user(_found(user_id))


@scim.put("/Users/<uuid:user_id>")
def replace_user(user_id: UUID) -> Response:
    known = _found(user_id)
    _require_version(user_resource(known, base=_base()))
    person = person_of(_body(), _person(known))
    return _user(engine().carry_out(_provision(person, user_id), actor=actor()))


@scim.patch("/Users/<uuid:user_id>")
def change_user(user_id: UUID) -> Response:
    known = _found(user_id)
    _require_version(user_resource(known, base=_base()))
    person = patched(_person(known), _body())
    return _user(engine().carry_out(_provision(person, user_id), actor=actor()))


@scim.delete("/Users/<uuid:user_id>")
def remove_user(user_id: UUID) -> Response:
    """Let somebody in no longer: what they did stays theirs, so nobody is ever removed."""
    known = _person(_found(user_id))
    gone = Person(username=known.username, display_name=known.display_name, active=False)
    engine().carry_out(_provision(gone, user_id), actor=actor())
    return Response(status=204)


@scim.get("/Groups")
def list_groups() -> Response:
    named = _filter("displayname", "id")
    wanted = named.get("displayname", named.get("id"))
    found = engine().ask(ListGroups(named=str(wanted) if wanted is not None else None), actor=actor())
    start, count = _page()
    resources = [group_resource(one, base=_base()) for one in found[start - 1 : start - 1 + count]]
    return _response(listed([_without_members(one) for one in resources], total=len(found), start=start))


@scim.get("/Groups/<group>")
def show_group(group: str) -> Response:
    return _group(engine().ask(ShowGroup(group=group), actor=actor()))


@scim.put("/Groups/<group>")
def replace_group(group: str) -> Response:
    body = _body()
    if not isinstance(body, dict) or GROUP not in body.get("schemas", ()):
        raise ScimError(400, f"Expected a resource with the schema {GROUP}.", kind="invalidSyntax")
    known = engine().ask(ShowGroup(group=group), actor=actor())
    _require_version(group_resource(known, base=_base()))
    added = frozenset(member_ids(body.get("members")))
    command = ChangeMembers(group=group, added=added, replaces=True)
    return _group(engine().carry_out(command, actor=actor()))


@scim.patch("/Groups/<group>")
def change_group(group: str) -> Response:
    change = member_change(_body())
    known = engine().ask(ShowGroup(group=group), actor=actor())
    _require_version(group_resource(known, base=_base()))
    command = ChangeMembers(group=group, added=change.added, removed=change.removed, replaces=change.replaces)
    return _group(engine().carry_out(command, actor=actor()))


@scim.post("/Groups")
def add_group() -> Response:
    """Refuse: the groups are the roles of the organisations that there are."""
    raise ScimError(
        403, "Groups follow from the organisations here: change their members.", kind="mutability"
    )


@scim.delete("/Groups/<group>")
def remove_group(group: str) -> Response:
    """Refuse, as `add_group` does."""
    raise ScimError(
        403, f"The group {group[:100]} is there as long as its organisation is.", kind="mutability"
    )


def _body() -> Any:
    if request.mimetype not in (MEDIA_TYPE, "application/json"):
        raise ScimError(415, f"Expected {MEDIA_TYPE}, found {request.mimetype or 'nothing'}.")
    if (request.content_length or 0) > site().settings.max_json_bytes:
        raise ScimError(413, f"Expected at most {site().settings.max_json_bytes} bytes.")
    try:
        return orjson.loads(request.get_data())
    except orjson.JSONDecodeError as error:
        raise ScimError(400, "Expected JSON.", kind="invalidSyntax") from error


def _filter(*allowed: str) -> Mapping[str, Any]:
    text = request.args.get("filter")
    return filter_of(text, allowed) if text is not None else {}


def _page() -> tuple[int, int]:
    """The first wanted, from 1, and how many (RFC 7644, section 3.4.2.4)."""
    try:
        start = max(1, int(request.args.get("startIndex", "1")))
        count = int(request.args.get("count", str(MOST_LISTED)))
    except ValueError as error:
        raise ScimError(400, "Expected startIndex and count as numbers.", kind="invalidValue") from error
    return start, min(max(count, 0), MOST_LISTED)


def _require_version(resource: Mapping[str, Any]) -> None:
    """`ScimError` with 412 unless the resource is as whoever changes it saw it, if they say so."""
    seen = request.headers.get("If-Match")
    if seen is not None and seen not in ("*", resource["meta"]["version"]):
        raise ScimError(412, "The resource has changed since: read it again.")


def _found(user_id: UUID) -> Provisioned:
    return engine().ask(ShowProvisioned(user_id=user_id), actor=actor())


def _person(known: Provisioned) -> Person:
    user = known.user
    return Person(username=user.username, display_name=user.display_name, active=user.active)


def _provision(person: Person, user_id: UUID | None = None) -> Provision:
    return Provision(
        username=person.username,
        display_name=person.display_name,
        active=person.active,
        user_id=user_id,
    )


def _user(found: Provisioned, *, status: int = 200) -> Response:
    return _one(user_resource(found, base=_base()), status)


def _group(found: ProvisionedGroup) -> Response:
    return _one(group_resource(found, base=_base()), 200)


def _one(resource: Mapping[str, Any], status: int) -> Response:
    """A resource with its version as an ETag, or that it is as the asker has it (RFC 7644, section 3.14)."""
    version = resource["meta"]["version"]
    if request.method == "GET" and request.headers.get("If-None-Match") == version:
        return Response(status=304, headers={"ETag": version})
    response = _response(resource, status)
    response.headers["ETag"] = version
    response.headers["Location"] = resource["meta"]["location"]
    return response


def _without_groups(resource: dict[str, Any]) -> dict[str, Any]:
    """A person as lists have them: their groups are told where one person is asked for."""
    meta = {name: value for name, value in resource["meta"].items() if name != "version"}
    return {**{name: value for name, value in resource.items() if name != "groups"}, "meta": meta}


def _without_members(resource: dict[str, Any]) -> dict[str, Any]:
    meta = {name: value for name, value in resource["meta"].items() if name != "version"}
    return {**{name: value for name, value in resource.items() if name != "members"}, "meta": meta}


def _response(body: Mapping[str, Any], status: int = 200) -> Response:
    return Response(orjson.dumps(body), status=status, content_type=MEDIA_TYPE)


def _base() -> str:
    return f"{(site().settings.public_url or request.url_root).rstrip('/')}{PREFIX}"
