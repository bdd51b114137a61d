"""What is asked of a device that makes or uses a passkey, and whether its answer proves anything (WebAuthn).

The only home of the library that speaks it; it is loaded when somebody first has to do with a passkey.
"""

import json
import re
import struct
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

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

from engine.people.model import User
from engine.people.passkey import Passkey, PasskeyRefused, RelyingParty

_LONGEST_RESPONSE = 20_000
"""Characters of JSON; a response without attestation has about one thousand."""
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


@dataclass(frozen=True, kw_only=True)
class NewCredential:
    """What a device has made for us: the id and the public key as in `Passkey`."""

    credential_id: bytes
    public_key: bytes
    sign_count: int


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
