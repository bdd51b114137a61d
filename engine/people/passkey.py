"""Passkeys: keys in a device or a security key that prove a person, by WebAuthn (W3C, Level 3).

Only the public half is kept here, which needs no secrecy. The other half leaves its device never, and signs
what names our address and a fresh challenge: a page elsewhere that looks like ours gets nothing of use.
"""

import json
import re
import secrets
import struct
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from fido2 import cbor
from fido2.cose import CoseKey
from fido2.server import Fido2Server
from fido2.utils import websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationConveyancePreference,
    AttestedCredentialData,
    AuthenticationResponse,
    CollectedClientData,
    PublicKeyCredentialDescriptor,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialType,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from engine.kernel.refusal import Invalid
from engine.people.model import User

TIME_FOR_THE_KEY = timedelta(minutes=5)
"""How long a challenge may be answered."""
MOST_PASSKEYS = 20
"""Of one person."""
LONGEST_NAME = 60
"""Characters."""
_LONGEST_RESPONSE = 20_000
"""Characters of JSON; a response without attestation has about one thousand."""
_CHALLENGE_BYTES = 32
_VERIFIED = UserVerificationRequirement.REQUIRED
_BASE64URL = re.compile(r"[A-Za-z0-9_-]+")
_PARTS = ("clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle")
_MALFORMED = (
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    NotImplementedError,
    RecursionError,
    struct.error,
)
"""What the library raises for a response that is none, or does not prove anything."""


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
class NewCredential:
    """What a device has made for us: the id and the public key as in `Passkey`."""

    credential_id: bytes
    public_key: bytes
    sign_count: int


def new_challenge() -> bytes:
    return secrets.token_bytes(_CHALLENGE_BYTES)


def creation_options(
    party: RelyingParty, user: User, *, known: Iterable[Passkey], challenge: bytes
) -> dict[str, Any]:
    """What a browser needs to make a passkey (`PublicKeyCredentialCreationOptionsJSON`).

    Devices that hold one of the `known` are passed over. Of the person they learn an id that says nothing,
    and the names by which they show it.
    """
    options, _ = _server(party).register_begin(
        PublicKeyCredentialUserEntity(id=user.id.bytes, name=user.username, display_name=user.display_name),
        credentials=_descriptors(known),
        resident_key_requirement=ResidentKeyRequirement.PREFERRED,
        user_verification=_VERIFIED,
        challenge=challenge,
    )
    return dict(dict(options)["publicKey"])


def request_options(party: RelyingParty, *, known: Iterable[Passkey], challenge: bytes) -> dict[str, Any]:
    """What a browser needs to ask for one of these passkeys (`PublicKeyCredentialRequestOptionsJSON`)."""
    options, _ = _server(party).authenticate_begin(
        credentials=_descriptors(known), user_verification=_VERIFIED, challenge=challenge
    )
    return dict(dict(options)["publicKey"])


def credential_made(party: RelyingParty, response: str, *, challenge: bytes) -> NewCredential:
    """The credential in a browser's `RegistrationResponseJSON`; `PasskeyRefused` (Level 3, section 7.1).

    What vouches for the make of the device (attestation) is not asked for, and not looked at.
    """
    answer = _read(response)
    try:
        _require_own_page(RegistrationResponse.from_dict(answer).response.client_data)
        found = _server(party).register_complete(_state(challenge), answer)
        credential = found.credential_data
        if credential is None or credential.public_key[3] not in CoseKey.supported_algorithms():
            raise PasskeyRefused("its key is of a kind that is not taken")
    except _MALFORMED as error:
        raise PasskeyRefused(_reason(error)) from error
    return NewCredential(
        credential_id=credential.credential_id,
        public_key=cbor.encode(dict(credential.public_key)),
        sign_count=found.counter,
    )


def passkey_used(
    party: RelyingParty, response: str, *, challenge: bytes, known: Iterable[Passkey], now: datetime
) -> Passkey:
    """The one of the `known` that a browser's `AuthenticationResponseJSON` proves, used `now`.

    `PasskeyRefused` if it proves none (Level 3, section 7.2). A count that did not grow tells that there is
    a copy of the key, which is not taken.
    """
    answer = _read(response)
    passkeys = {passkey.credential_id: passkey for passkey in known}
    try:
        answered = AuthenticationResponse.from_dict(answer)
        _require_own_page(answered.response.client_data)
        found = _server(party).authenticate_complete(
            _state(challenge), [_credential_of(one) for one in passkeys.values()], answer
        )
        passkey = passkeys[found.credential_id]
        if answered.response.user_handle not in (None, passkey.user_id.bytes):
            raise PasskeyRefused("it is of somebody else")
        counted = answered.response.authenticator_data.counter
    except _MALFORMED as error:
        raise PasskeyRefused(_reason(error)) from error
    if passkey.sign_count and counted <= passkey.sign_count:
        raise PasskeyRefused("its count did not grow, as if there were a copy of it")
    return replace(passkey, sign_count=counted, last_used_at=now)


def require_passkey_name(name: str) -> str:
    """What a person calls a passkey, without spaces around it; `Invalid` if it cannot be shown."""
    text = name.strip()
    if not text or len(text) > LONGEST_NAME or not text.isprintable():
        raise Invalid.field("name", f"expected a name of 1 to {LONGEST_NAME} characters")
    return text


def _server(party: RelyingParty) -> Fido2Server:
    return Fido2Server(
        PublicKeyCredentialRpEntity(name="Stoa", id=party.id),
        attestation=AttestationConveyancePreference.NONE,
        verify_origin=lambda origin: origin == party.origin,
    )


def _state(challenge: bytes) -> dict[str, Any]:
    """What the library keeps of a ceremony between its two halves."""
    return {"challenge": websafe_encode(challenge), "user_verification": _VERIFIED}


def _descriptors(passkeys: Iterable[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    kind = PublicKeyCredentialType.PUBLIC_KEY
    return [PublicKeyCredentialDescriptor(type=kind, id=passkey.credential_id) for passkey in passkeys]


def _credential_of(passkey: Passkey) -> AttestedCredentialData:
    key: Any = cbor.decode(passkey.public_key)
    return AttestedCredentialData.create(Aaguid.NONE, passkey.credential_id, CoseKey.parse(key))


def _require_own_page(client: CollectedClientData) -> None:
    """Refuse what was asked for from a page of ours inside of somebody else's (section 7.1, step 10)."""
    if client.cross_origin:
        raise PasskeyRefused("the page stood inside of another one")


def _read(response: str) -> dict[str, Any]:
    if len(response) > _LONGEST_RESPONSE:
        raise PasskeyRefused("it is too long")
    try:
        answer = json.loads(response)
    except (ValueError, RecursionError) as error:
        raise PasskeyRefused("it is no JSON") from error
    parts = answer.get("response") if isinstance(answer, dict) else None
    if not isinstance(parts, dict):
        raise PasskeyRefused("it is no object with a response")
    # Only base64url goes on: of a number the library makes so many bytes, and it passes over other letters.
    named = {name: answer.get(name) for name in ("id", "rawId")}
    given = {name: parts[name] for name in _PARTS if parts.get(name) is not None}
    for value in (*named.values(), *given.values()):
        if not isinstance(value, str) or not _BASE64URL.fullmatch(value):
            raise PasskeyRefused("its parts are no base64url")
    kind = PublicKeyCredentialType.PUBLIC_KEY.value
    return {**named, "type": kind, "response": given, "clientExtensionResults": {}}


def _reason(error: Exception) -> str:
    """Why the library refused, which names no value that was sent."""
    return f"it was refused ({type(error).__name__})"


def _is_numeric(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
