"""Form tokens (CSRF): a proof that a request comes from a page of ours, made for this user at this workplace.

A token names the user and the workplace for whom the page was made, and is sealed with a secret in a cookie
of this browser. So it outlives the session: a form that was open when the session ended can be sent by the
same user afterwards, and by nobody else (signed double submit, OWASP's cheat sheet on cross-site request
forgery).
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from flask import Response, g, request

from api.http import session_cookie
from engine.kernel.refusal import Conflict, NotPermitted

FIELD = "csrf"
HEADER = "X-CSRF-Token"
_COOKIE = "stoa_visit"
_NOBODY = "-"


@dataclass(frozen=True, kw_only=True)
class PageOwner:
    """For whom a page was made: nobody in particular, or a user, perhaps at a workplace."""

    user_id: UUID | None = None
    workplace_id: UUID | None = None


def form_token() -> str:
    """The token for the present page; the response sets the cookie with its secret if there is none."""
    return _sealed(current_owner(), _secret())


def current_owner() -> PageOwner:
    found = session_cookie.open_session()
    if found is None:
        return PageOwner()
    return PageOwner(user_id=found.user.id, workplace_id=found.session.workplace_id)


def sent_token() -> str:
    """The token of the form or of the header; empty if none was sent."""
    return request.headers.get(HEADER) or request.form.get(FIELD, "")


def sent_header_token() -> str:
    """The token of the header; empty if none was sent."""
    return request.headers.get(HEADER, "")


def owner_of(token: str) -> PageOwner:
    """For whom the page with this token was made; `NotPermitted` if the token is not ours."""
    visit = session_cookie.cookie(_COOKIE)
    owner = _read(token)
    if owner is None or not visit or not hmac.compare_digest(_sealed(owner, visit).encode(), token.encode()):
        raise NotPermitted(
            "The request does not come from a page that this browser was shown. Load the page again.",
            code="form_token_refused",
        )
    return owner


def require(token: str) -> None:
    """Refuse a request from no page of ours, from another user's page, or from one of another workplace.

    Without a session only the first is checked: what needs more asks to sign in anyway.
    """
    owner = owner_of(token)
    found = session_cookie.open_session()
    if found is None or owner.user_id is None:
        return
    if owner.user_id != found.user.id:
        raise NotPermitted("This page was made for somebody else.", code="form_token_refused")
    if owner.workplace_id is not None and owner.workplace_id != found.session.workplace_id:
        raise Conflict(
            "This page was opened at another workplace than the one at which you work now.",
            code="other_workplace",
        )


def set_secret_cookie(response: Response) -> Response:
    """Set the cookie with the secret of the tokens, if this page made one."""
    fresh = g.get("fresh_visit")
    if fresh is not None:
        session_cookie.set_cookie(response, _COOKIE, fresh)
    return response


def _secret() -> str:
    known = session_cookie.cookie(_COOKIE)
    if known:
        return known
    if "fresh_visit" not in g:
        g.fresh_visit = secrets.token_urlsafe(32)
    return cast(str, g.fresh_visit)


def _sealed(owner: PageOwner, secret: str) -> str:
    named = f"{_written(owner.user_id)}.{_written(owner.workplace_id)}"
    return f"{named}.{hmac.digest(secret.encode(), named.encode(), hashlib.sha256).hex()}"


def _written(known: UUID | None) -> str:
    return _NOBODY if known is None else known.hex


def _read(token: str) -> PageOwner | None:
    parts = token.split(".")
    if len(parts) != 3 or not token.isascii():
        return None
    try:
        user_id, workplace_id = (None if part == _NOBODY else UUID(hex=part) for part in parts[:2])
    except ValueError:
        return None
    return PageOwner(user_id=user_id, workplace_id=workplace_id)
