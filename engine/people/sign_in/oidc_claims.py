"""What the signed tokens of an identity provider have to say, and where in them a person's groups are.

Sources: OpenID Connect Core 1.0, sections 3.1.3.7 and 5.6.2; Back-Channel Logout 1.0, section 2.6.
"""

import time
from collections.abc import Mapping
from typing import Any

from engine.kernel.refusal import Unavailable

_CLOCKS_DIFFER = 60
_LOGOUT_COUNTS = 300
"""Seconds."""
_LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"


def problem_of_id_token(claims: Mapping[str, Any], *, issuer: str, client_id: str, nonce: str) -> str | None:
    """What is not right in an ID token whose signature is; None if all is."""
    audiences = _audiences(claims)
    problems = {
        "the issuer": claims.get("iss") != issuer,
        "the audience": client_id not in audiences,
        "the authorised party": claims.get("azp", client_id) != client_id
        or (len(audiences) > 1 and "azp" not in claims),
        "the nonce": claims.get("nonce") != nonce,
        "the time": not _is_about_now(claims.get("iat"), claims.get("exp")),
    }
    return next((what for what, is_wrong in problems.items() if is_wrong), None)


def problem_of_logout_token(claims: Mapping[str, Any], *, issuer: str, client_id: str) -> str | None:
    """What is not right in a logout token whose signature is; None if all is.

    It counts for five minutes. One that names a session of the provider and no person is of no use here.
    """
    issued, events = claims.get("iat"), claims.get("events")
    expires = claims.get("exp", issued + _LOGOUT_COUNTS) if isinstance(issued, int | float) else None
    problems = {
        "the issuer": claims.get("iss") != issuer,
        "the audience": client_id not in _audiences(claims),
        "the event": not isinstance(events, dict) or not isinstance(events.get(_LOGOUT_EVENT), dict),
        "the nonce, which ought not to be there,": "nonce" in claims,
        "the subject": not isinstance(claims.get("sub"), str),
        "the time": not _is_about_now(issued, expires),
    }
    return next((what for what, is_wrong in problems.items() if is_wrong), None)


def groups_in(claims: Mapping[str, Any], claim: str) -> frozenset[str] | None:
    """The groups that a claim of that name, or at that path, has; None if it is not there.

    `Unavailable` if the provider says that they are too many for it to tell here: that is not none.
    """
    if claim in (claims.get("_claim_names") or {}):
        raise Unavailable(
            "The identity provider does not tell so many groups; let it tell those of Stoa alone."
        )
    value: Any = claims.get(claim)
    if value is None:
        value = claims
        for name in claim.split("."):
            value = value.get(name) if isinstance(value, Mapping) else None
    if isinstance(value, str):
        return frozenset((value,))
    if not isinstance(value, list):
        return None
    return frozenset(one for one in value if isinstance(one, str))


def _audiences(claims: Mapping[str, Any]) -> list[Any]:
    audience = claims.get("aud")
    return audience if isinstance(audience, list) else [audience]


def _is_about_now(issued: object, expires: object) -> bool:
    if not isinstance(issued, int | float) or not isinstance(expires, int | float):
        return False
    now = time.time()
    return issued <= now + _CLOCKS_DIFFER and now - _CLOCKS_DIFFER < expires
