"""A device that holds passkeys, for tests: it answers as WebAuthn says, or a little otherwise."""

import hashlib
import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2 import cbor
from fido2.cose import ES256

from engine.kernel.actor import Actor
from engine.people.passkey import RelyingParty, new_challenge
from engine.people.passkey_ceremonies import creation_options
from engine.people.passkeys import AddPasskey
from engine.people.queries import ShowAccountPage
from tests.builders import a_user
from tests.office import Office

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


@dataclass
class Device:
    """One key for one address. `counts` is what it says at its next use; one that does not count says 0."""

    origin: str
    credential_id: bytes = b"c" * 32
    counts: int = 1
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def makes(self, options: Mapping[str, Any], **changes: Any) -> str:
        """The answer to the options for a new passkey, as JSON; `changes` as in `_asked`."""
        asked = self._asked(options["rp"]["id"], "webauthn.create", options["challenge"], changes)
        public_key = changes.get("public_key", dict(ES256.from_cryptography_key(self.key.public_key())))
        length = len(self.credential_id).to_bytes(2, "big")
        credential = bytes(16) + length + self.credential_id + cbor.encode(public_key)
        data = self._data(asked, flags=asked["flags"] | ATTESTED) + credential
        attested = cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})
        return self._answer(asked, attestationObject=letters(attested))

    def uses(self, options: Mapping[str, Any], *, user_handle: bytes | None = None, **changes: Any) -> str:
        """The answer to the options for a sign-in, as JSON."""
        asked = self._asked(options["rpId"], "webauthn.get", options["challenge"], changes)
        data = self._data(asked, flags=asked["flags"])
        signed = data + hashlib.sha256(asked["client"]).digest()
        signature = asked["key"].sign(signed, ec.ECDSA(SHA256()))
        handle = {} if user_handle is None else {"userHandle": letters(user_handle)}
        return self._answer(asked, authenticatorData=letters(data), signature=letters(signature), **handle)

    def _asked(self, party: str, kind: str, challenge: str, changes: Mapping[str, Any]) -> dict[str, Any]:
        """What goes into an answer: as it should be, but for the `changes`."""
        usual = {
            "party": party,
            "kind": kind,
            "challenge": challenge,
            "origin": self.origin,
            "cross_origin": False,
            "flags": PRESENT | VERIFIED,
            "counts": self.counts,
            "credential_id": self.credential_id,
            "key": self.key,
        }
        asked = {**usual, **changes}
        client = {
            "type": asked["kind"],
            "challenge": asked["challenge"],
            "origin": asked["origin"],
            "crossOrigin": asked["cross_origin"],
        }
        return {**asked, "client": json.dumps(client).encode()}

    @staticmethod
    def _data(asked: Mapping[str, Any], *, flags: int) -> bytes:
        party = hashlib.sha256(asked["party"].encode()).digest()
        return party + bytes([flags]) + int(asked["counts"]).to_bytes(4, "big")

    @staticmethod
    def _answer(asked: Mapping[str, Any], **response: str) -> str:
        known_by = letters(asked["credential_id"])
        answer = {
            "id": known_by,
            "rawId": known_by,
            "type": "public-key",
            "response": {"clientDataJSON": letters(asked["client"]), **response},
            "clientExtensionResults": {},
        }
        return json.dumps(answer)


def adds_passkey(
    office: Office,
    party: RelyingParty,
    *,
    credential_id: bytes = b"c" * 32,
    device: Device | None = None,
    owner: Actor | None = None,
) -> UUID:
    """The clerk of an office or another `owner` adds a passkey; its id.

    It is of a device with that credential unless one is given.
    """
    maria = owner or office.clerk
    assert maria.id is not None
    challenge = new_challenge()
    user = a_user(id=maria.id, username=maria.name)
    device = device or Device(party.origin, credential_id=credential_id)
    made = device.makes(creation_options(party, user, known=(), challenge=challenge))
    office.does(AddPasskey(name="Telephone", response=made, challenge=challenge, party=party), actor=maria)
    return office.engine.ask(ShowAccountPage(), actor=maria).passkeys[-1].id


def letters(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()
