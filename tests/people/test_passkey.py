"""Claims about what proves a passkey, and that nothing else does."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor
from hypothesis import given
from hypothesis import strategies as st

from engine.kernel.refusal import Invalid
from engine.people.passkey import (
    Passkey,
    PasskeyRefused,
    RelyingParty,
    new_challenge,
    relying_party_at,
    require_passkey_name,
)
from engine.people.passkey_ceremonies import creation_options, credential_made, passkey_used, request_options
from tests.builders import NOON, a_user
from tests.people.device import ATTESTED, PRESENT, VERIFIED, Device, letters

PARTY = RelyingParty(id="kep.example", origin="https://kep.example")
ELSEWHERE = "https://kep.example.evil.example"
MARIA = a_user(username="maria")
CHALLENGE = new_challenge()
NO_KEY = b"p" * 32 + bytes([PRESENT | VERIFIED | ATTESTED]) + bytes(20) + b"\0\1c" + cbor.encode(1)
"""What a device says of a new credential, with a number where the key ought to be."""
ANOTHER_KEY = ec.generate_private_key(ec.SECP256R1())
LATER = NOON + timedelta(hours=1)

WRONG_PAGES: dict[str, dict[str, Any]] = {
    "another challenge": {"challenge": letters(b"x" * 32)},
    "no challenge": {"challenge": ""},
    "a page elsewhere": {"origin": ELSEWHERE},
    "another port": {"origin": "https://kep.example:8443"},
    "without TLS": {"origin": "http://kep.example"},
    "a page inside of another": {"cross_origin": True},
    "for another address": {"party": "example"},
    "nobody was there": {"flags": VERIFIED},
    "nobody proved who they are": {"flags": PRESENT},
}


def made(device: Device, **changes: Any) -> Passkey:
    """Maria's passkey in a device."""
    options = creation_options(PARTY, MARIA, known=(), challenge=CHALLENGE)
    credential = credential_made(PARTY, device.makes(options, **changes), challenge=CHALLENGE)
    return Passkey(
        id=UUID(int=1),
        user_id=MARIA.id,
        credential_id=credential.credential_id,
        public_key=credential.public_key,
        sign_count=credential.sign_count,
        name="Telephone",
        created_at=NOON,
    )


def used(device: Device, *known: Passkey, **changes: Any) -> Passkey:
    """The passkey that an answer of the device proves."""
    options = request_options(PARTY, known=known, challenge=CHALLENGE)
    return passkey_used(PARTY, device.uses(options, **changes), challenge=CHALLENGE, known=known, now=LATER)


DEVICE = Device(PARTY.origin)
PASSKEY = made(DEVICE)
ANSWER = replace(DEVICE, counts=2).uses(request_options(PARTY, known=[PASSKEY], challenge=CHALLENGE))


@pytest.fixture
def device() -> Device:
    return Device(PARTY.origin)


def test_a_device_that_has_made_a_passkey_proves_it(device: Device) -> None:
    passkey = made(device)
    device.counts = 7

    found = used(device, passkey, user_handle=MARIA.id.bytes)

    assert found == replace(passkey, sign_count=7, last_used_at=LATER)


@pytest.mark.parametrize("changes", [*WRONG_PAGES.values(), {"kind": "webauthn.get"}])
def test_a_passkey_that_was_not_made_here_and_now_is_not_kept(device: Device, changes: Any) -> None:
    with pytest.raises(PasskeyRefused):
        made(device, **changes)


def test_a_key_of_an_unknown_kind_is_not_kept(device: Device) -> None:
    with pytest.raises(PasskeyRefused):
        made(device, public_key={1: 2, 3: -65000, -1: 1, -2: b"x" * 32, -3: b"y" * 32})


@pytest.mark.parametrize(
    "changes",
    [
        *WRONG_PAGES.values(),
        {"kind": "webauthn.create"},
        {"key": ANOTHER_KEY},
        {"credential_id": b"another"},
        {"user_handle": UUID(int=2).bytes},
    ],
)
def test_nothing_else_proves_it(device: Device, changes: Any) -> None:
    passkey = made(device)
    device.counts = 2

    with pytest.raises(PasskeyRefused):
        used(device, passkey, **changes)


@pytest.mark.parametrize(
    ("before", "says", "is_taken"),
    [(5, 6, True), (5, 5, False), (5, 4, False), (5, 0, False), (0, 0, True), (0, 1, True)],
)
def test_a_count_that_does_not_grow_tells_of_a_copy(
    device: Device, before: int, says: int, *, is_taken: bool
) -> None:
    passkey = replace(made(device), sign_count=before)
    device.counts = says

    if is_taken:
        assert used(device, passkey).sign_count == says
    else:
        with pytest.raises(PasskeyRefused, match="copy"):
            used(device, passkey)


def test_the_browser_is_asked_for_somebody_who_is_there_and_for_no_personal_id(device: Device) -> None:
    passkey = made(device)

    creation = creation_options(PARTY, MARIA, known=[passkey], challenge=CHALLENGE)
    request = request_options(PARTY, known=[passkey], challenge=CHALLENGE)

    assert creation["authenticatorSelection"]["userVerification"] == "required"
    assert creation["user"]["id"] == letters(MARIA.id.bytes)
    assert creation["excludeCredentials"] == [{"type": "public-key", "id": letters(device.credential_id)}]
    assert creation["attestation"] == "none"
    assert request["userVerification"] == "required"
    assert request["allowCredentials"] == creation["excludeCredentials"]


@given(
    st.text()
    | st.recursive(
        st.none() | st.integers() | st.text(), lambda part: st.lists(part) | st.dictionaries(st.text(), part)
    ).map(json.dumps)
)
def test_whatever_is_sent_is_refused_and_not_a_fault(response: str) -> None:
    with pytest.raises(PasskeyRefused):
        credential_made(PARTY, response, challenge=CHALLENGE)
    with pytest.raises(PasskeyRefused):
        passkey_used(PARTY, response, challenge=CHALLENGE, known=[PASSKEY], now=LATER)


@given(
    st.sampled_from(["clientDataJSON", "authenticatorData", "signature", "userHandle"]),
    st.integers() | st.text() | st.binary(min_size=1).map(letters),
)
def test_an_answer_with_a_part_that_was_changed_is_refused_and_not_a_fault(part: str, value: object) -> None:
    answer = json.loads(ANSWER)
    answer["response"][part] = value

    with pytest.raises(PasskeyRefused):
        passkey_used(PARTY, json.dumps(answer), challenge=CHALLENGE, known=[PASSKEY], now=LATER)


@pytest.mark.parametrize("value", [2**62, True, [1], {"a": 1}, "", ":", "a b"])
@pytest.mark.parametrize("part", ["id", "rawId", "clientDataJSON", "attestationObject"])
def test_a_part_that_is_no_base64url_is_not_even_read(device: Device, part: str, value: object) -> None:
    """The library would make so many bytes of a number, and pass over letters that it does not know."""
    answer = json.loads(device.makes(creation_options(PARTY, MARIA, known=(), challenge=CHALLENGE)))
    (answer if part in answer else answer["response"])[part] = value

    with pytest.raises(PasskeyRefused, match="no base64url"):
        credential_made(PARTY, json.dumps(answer), challenge=CHALLENGE)


def test_an_answer_of_parts_within_parts_is_refused(device: Device) -> None:
    answer = json.loads(device.makes(creation_options(PARTY, MARIA, known=(), challenge=CHALLENGE)))
    answer["response"]["attestationObject"] = letters(b"\x81" * 10_000)

    with pytest.raises(PasskeyRefused, match="RecursionError"):
        credential_made(PARTY, json.dumps(answer), challenge=CHALLENGE)


@pytest.mark.parametrize(
    ("part", "content", "fault"),
    [
        ("clientDataJSON", None, "TypeError"),
        ("attestationObject", None, "TypeError"),
        ("attestationObject", b"\xa1", "IndexError"),
        ("attestationObject", b"\x19", "error"),
        (
            "attestationObject",
            cbor.encode({"fmt": "none", "attStmt": {}, "authData": NO_KEY}),
            "AttributeError",
        ),
    ],
)
def test_whatever_the_library_makes_of_an_answer_it_is_refused(
    device: Device, part: str, content: bytes | None, fault: str
) -> None:
    answer = json.loads(device.makes(creation_options(PARTY, MARIA, known=(), challenge=CHALLENGE)))
    del answer["response"][part]
    if content is not None:
        answer["response"][part] = letters(content)

    with pytest.raises(PasskeyRefused, match=rf"\({fault}\)"):
        credential_made(PARTY, json.dumps(answer), challenge=CHALLENGE)


def test_a_key_that_the_library_knows_no_more_proves_nothing(device: Device) -> None:
    passkey = replace(made(device), public_key=cbor.encode({1: 2, 3: -65000}))

    with pytest.raises(PasskeyRefused, match="NotImplementedError"):
        used(device, passkey)


def test_a_refusal_says_at_which_field_and_why() -> None:
    with pytest.raises(PasskeyRefused) as refused:
        credential_made(PARTY, "[" * 10_000, challenge=CHALLENGE)

    (problem,) = refused.value.errors["credential"]
    assert "it is no JSON" in problem
    assert problem in refused.value.message


@pytest.mark.parametrize(("length", "reason"), [(20_000, "no JSON"), (20_001, "too long")])
def test_an_answer_that_is_too_long_is_not_read(length: int, reason: str) -> None:
    with pytest.raises(PasskeyRefused, match=reason):
        credential_made(PARTY, "[" * length, challenge=CHALLENGE)


def test_a_challenge_has_256_bits() -> None:
    assert len(new_challenge()) == 32


@pytest.mark.parametrize(
    ("address", "party"),
    [
        ("https://kep.example", ("kep.example", "https://kep.example")),
        ("https://KEP.example:443/stoa/", ("kep.example", "https://kep.example")),
        ("https://kep.example:8443", ("kep.example", "https://kep.example:8443")),
        ("https://κεπ.example", ("xn--qxajt.example", "https://xn--qxajt.example")),
        ("http://localhost:8080", ("localhost", "http://localhost:8080")),
        ("http://localhost:80", ("localhost", "http://localhost")),
        ("http://kep.localhost", ("kep.localhost", "http://kep.localhost")),
        ("https://", None),
        ("http://kep.example", None),
        ("https://192.0.2.1", None),
        ("http://127.0.0.1:8080", None),
        ("https://[2001:db8::1]", None),
        ("ftp://localhost", None),
        ("kep.example", None),
        ("https://kep.example:port", None),
        ("https://[kep.example", None),
        ("", None),
    ],
)
def test_passkeys_are_for_names_over_tls_and_for_this_machine(
    address: str, party: tuple[str, str] | None
) -> None:
    assert relying_party_at(address) == (RelyingParty(*party) if party else None)


@pytest.mark.parametrize("name", ["", "   ", "x" * 61, "two\nlines", "nul\0"])
def test_a_name_that_cannot_be_shown_is_refused(name: str) -> None:
    with pytest.raises(Invalid):
        require_passkey_name(name)


def test_spaces_around_a_name_do_not_matter() -> None:
    assert require_passkey_name("  Κινητό ") == "Κινητό"
    assert require_passkey_name("x" * 60 + " ") == "x" * 60
