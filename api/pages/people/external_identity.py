"""External identities: users known to a directory or an identity provider, and their sign-out hint."""

import structlog
from flask import request
from werkzeug.wrappers import Response

from api.http import session_cookie
from api.http.context import engine, request_id, site
from engine.kernel.actor import SYSTEM
from engine.kernel.refusal import Conflict, NotPermitted
from engine.people.model import User
from engine.people.sign_in.contract import ExternalIdentity

_log = structlog.get_logger("api")


def user_of(person: ExternalIdentity) -> User:
    """The user of an external identity, with the roles that their groups give.

    `NotPermitted` for an unknown person, and for a new one whose user name is another's.
    """
    role_mapping = site().authenticator.role_mapping
    posts = role_mapping.posts(person)
    try:
        found = engine().carry_out(role_mapping.reception(person, posts), actor=SYSTEM)
    except Conflict as refused:
        raise NotPermitted("The name was another person's here.", code="stranger") from refused
    unknown = (*(posts.unknown if posts else ()), *map(str, found.unknown))
    if unknown:
        _log.warning("groups_not_understood", request_id=request_id(), unknown=unknown)
    if found.given or found.proposed or found.taken:
        _log.info(
            "person_placed",
            request_id=request_id(),
            user_id=str(found.user.id),
            given=[str(post) for post in found.given],
            proposed=[str(post) for post in found.proposed],
            taken=[str(post) for post in found.taken],
        )
    return found.user


_COOKIE = "stoa_sign_out_hint"
_PATH = "/sign-out"
_LONGEST = 3500
"""Browsers keep cookies of up to 4,096 bytes (RFC 6265, section 6.1)."""


def keep_sign_out_hint(response: Response, hint: str | None) -> None:
    """Set the cookie with the hint, unless it is too long."""
    if hint is None or len(hint) > _LONGEST:
        forget_sign_out_hint(response)
        return
    response.set_cookie(
        _COOKIE, hint, path=_PATH, secure=session_cookie.is_secure(), httponly=True, samesite="Lax"
    )


def sign_out_hint() -> str | None:
    return request.cookies.get(_COOKIE)


def forget_sign_out_hint(response: Response) -> None:
    response.delete_cookie(
        _COOKIE, path=_PATH, secure=session_cookie.is_secure(), httponly=True, samesite="Lax"
    )
