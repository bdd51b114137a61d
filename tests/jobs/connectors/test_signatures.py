"""Signatures: what is proven, and what is not."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.jobs.connectors.signatures import (
    TOLERANCE,
    SignatureRefused,
    new_secret,
    secret_problem,
    signed_headers,
    verify,
)

_NOW = datetime(2026, 3, 9, 12, 0, tzinfo=UTC)
_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
_BODY = b'{"type": "service_task.completed"}'


def _signed(**changes: Any) -> Mapping[str, str]:
    message: dict[str, Any] = {"message_id": "msg_1", "at": _NOW, "body": _BODY, "secrets": [_SECRET]}
    return signed_headers(**{**message, **changes})


def test_the_signature_is_the_one_of_the_specification_s_example() -> None:
    at = datetime.fromtimestamp(1_614_265_330, tz=UTC)

    headers = signed_headers(
        message_id="msg_p5jXN8AQM9LWM0D4loKWxJek", at=at, body=b'{"test": 2432232314}', secrets=[_SECRET]
    )

    assert headers == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_a_message_is_known_by_its_id_once_its_signature_fits() -> None:
    proven = verify(headers=_signed(), body=_BODY, secrets=[_SECRET], now=_NOW)

    assert proven == "msg_1"


def test_header_names_are_matched_in_any_case() -> None:
    headers = {name.title(): value for name, value in _signed().items()}

    proven = verify(headers=headers, body=_BODY, secrets=[_SECRET], now=_NOW)

    assert proven == "msg_1"


def test_the_moment_of_signing_may_be_given_in_any_zone() -> None:
    in_athens = _NOW.astimezone(timezone(timedelta(hours=2)))

    proven = verify(headers=_signed(at=in_athens), body=_BODY, secrets=[_SECRET], now=_NOW)

    assert proven == "msg_1"


def test_during_a_rotation_either_end_may_be_ahead() -> None:
    old, new = new_secret(), new_secret()

    ours_ahead = verify(headers=_signed(secrets=[new, old]), body=_BODY, secrets=[old], now=_NOW)
    theirs_ahead = verify(headers=_signed(secrets=[new]), body=_BODY, secrets=[old, new], now=_NOW)

    assert (ours_ahead, theirs_ahead) == ("msg_1", "msg_1")


@pytest.mark.parametrize("aside", [TOLERANCE, -TOLERANCE])
def test_a_message_at_the_edge_of_the_tolerance_is_accepted(aside: timedelta) -> None:
    proven = verify(headers=_signed(), body=_BODY, secrets=[_SECRET], now=_NOW + aside)

    assert proven == "msg_1"


@pytest.mark.parametrize("aside", [TOLERANCE + timedelta(seconds=1), -TOLERANCE - timedelta(seconds=1)])
def test_a_message_outside_the_tolerance_is_refused_although_it_is_signed(aside: timedelta) -> None:
    with pytest.raises(SignatureRefused, match="within 5 minutes"):
        verify(headers=_signed(), body=_BODY, secrets=[_SECRET], now=_NOW + aside)


@pytest.mark.parametrize(
    "changes",
    [
        {"webhook-id": "msg_2"},
        {"webhook-id": ""},
        {"webhook-timestamp": str(int(_NOW.timestamp()) + 1)},
        {"webhook-timestamp": "soon"},
        {"webhook-timestamp": "nan"},
        {"webhook-timestamp": "9" * 40},
        {"webhook-timestamp": "١٢٣"},
        {"webhook-signature": ""},
        {"webhook-signature": "v1"},
        {"webhook-signature": "v1,"},
        {"webhook-signature": "v1,AAAA"},
        {"webhook-signature": "v1a,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="},
        {"webhook-signature": "v1,ψευδής"},
        {"webhook-signature": "v1,AAAA " * 1000},
    ],
)
def test_a_message_that_was_changed_on_the_way_is_refused(changes: dict[str, str]) -> None:
    with pytest.raises(SignatureRefused):
        verify(headers={**_signed(), **changes}, body=_BODY, secrets=[_SECRET], now=_NOW)


@pytest.mark.parametrize("body", [_BODY + b" ", b"", b"\xff"])
def test_another_body_is_refused(body: bytes) -> None:
    with pytest.raises(SignatureRefused):
        verify(headers=_signed(), body=body, secrets=[_SECRET], now=_NOW)


def test_an_agency_without_secrets_proves_nothing() -> None:
    with pytest.raises(SignatureRefused):
        verify(headers=_signed(), body=_BODY, secrets=[], now=_NOW)


def test_a_refusal_quotes_neither_secret_nor_signature() -> None:
    headers = _signed(secrets=[new_secret()])

    with pytest.raises(SignatureRefused) as refused:
        verify(headers=headers, body=_BODY, secrets=[_SECRET], now=_NOW)

    assert _SECRET not in str(refused.value)
    assert headers["webhook-signature"] not in str(refused.value)


@given(st.dictionaries(st.sampled_from(["webhook-id", "webhook-timestamp", "webhook-signature"]), st.text()))
def test_whatever_the_headers_are_the_answer_is_a_refusal(headers: dict[str, str]) -> None:
    with pytest.raises(SignatureRefused):
        verify(headers=headers, body=_BODY, secrets=[_SECRET], now=_NOW)


def test_new_secrets_are_sound_and_never_the_same() -> None:
    made = {new_secret() for _ in range(10)}

    assert len(made) == 10
    assert [secret_problem(secret) for secret in made] == [None] * 10


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_AAAA", "whsec_***", "A" * 40, "whsec_" + "A" * 400])
def test_a_secret_that_is_weak_or_malformed_is_refused(secret: str) -> None:
    reason = secret_problem(secret)

    assert reason is not None
    assert reason.startswith("Expected")


@pytest.mark.parametrize("other", ["", "whsec_***", "-----BEGIN KEY-----", "κλειδί"])
def test_a_secret_of_another_form_proves_nothing_and_harms_nothing(other: str) -> None:
    proven = verify(headers=_signed(), body=_BODY, secrets=[other, _SECRET], now=_NOW)

    assert proven == "msg_1"
    with pytest.raises(SignatureRefused):
        verify(headers=_signed(), body=_BODY, secrets=[other], now=_NOW)
