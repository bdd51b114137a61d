"""Passkeys: keys in a device or a security key that prove a person, by WebAuthn (W3C, Level 3).

Only the public half is kept here, which needs no secrecy. The other half leaves its device never, and signs
what names our address and a fresh challenge: a page elsewhere that looks like ours gets nothing of use.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from urllib.parse import urlsplit
from uuid import UUID

from engine.kernel.refusal import Invalid

TIME_FOR_THE_KEY = timedelta(minutes=5)
"""How long a challenge may be answered."""
MOST_PASSKEYS = 20
"""Of one person."""
LONGEST_NAME = 60
"""Characters."""
_CHALLENGE_BYTES = 32


class PasskeyRefused(Invalid):
    """What the browser sent proves no passkey of this person, or answers no challenge that was put to it."""

    code = "passkey_refused"

    def __init__(self, reason: str) -> None:
        problem = f"expected the answer of a passkey of this account to the present challenge, but {reason}"
        super().__init__(f"credential: {problem}", {"credential": [problem]})


@dataclass(frozen=True)
class RelyingParty:
    """For whom passkeys are: the host name to which they are bound, and the origin whose pages may ask."""

    id: str
    origin: str


def relying_party_at(public_url: str) -> RelyingParty | None:
    """The relying party of an installation that is reached at that address; None where there can be none.

    Browsers have passkeys only for host names, and only over https or on this machine as `localhost`
    (Level 3, section 5.1.3, and Secure Contexts, section 3.1).
    """
    try:
        address = urlsplit(public_url)
        name, port = (address.hostname or "").encode("idna").decode(), address.port
    except ValueError:
        return None
    is_here = name == "localhost" or name.endswith(".localhost")
    is_safe = address.scheme == "https" or (address.scheme == "http" and is_here)
    if not name or _is_numeric(name) or not is_safe:
        return None
    usual = {"https": 443, "http": 80}[address.scheme]
    shown = "" if port in (None, usual) else f":{port}"
    return RelyingParty(id=name, origin=f"{address.scheme}://{name}{shown}")


@dataclass(frozen=True, kw_only=True)
class Passkey:
    """One passkey of a user, called `name` by them.

    `public_key` is a COSE key (RFC 9052) as CBOR. `sign_count` is what its device had counted when it was
    used last; devices that do not count say 0.
    """

    id: UUID
    user_id: UUID
    credential_id: bytes
    public_key: bytes
    sign_count: int
    name: str
    created_at: datetime
    last_used_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class PasskeyAnswer:
    """What a browser answered, as JSON, to a challenge that was taken from its session."""

    response: str
    challenge: bytes
    party: RelyingParty


def new_challenge() -> bytes:
    return secrets.token_bytes(_CHALLENGE_BYTES)


def new_challenge_for(act: str) -> bytes:
    """A fresh challenge with the hash of an act, of which `act` says everything: it proves that one alone."""
    return new_challenge() + _digest(act)


def require_challenge_for(act: str, challenge: bytes) -> None:
    """Refuse an answer that was asked for something else, a sign-in or the same act on other files."""
    if challenge[_CHALLENGE_BYTES:] != _digest(act):
        raise PasskeyRefused("it was asked for something else")


def _digest(act: str) -> bytes:
    return hashlib.sha256(act.encode()).digest()


def require_passkey_name(name: str) -> str:
    """What a person calls a passkey, without spaces around it; `Invalid` if it cannot be shown."""
    text = name.strip()
    if not text or len(text) > LONGEST_NAME or not text.isprintable():
        raise Invalid.field("name", f"expected a name of 1 to {LONGEST_NAME} characters")
    return text


def _is_numeric(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
