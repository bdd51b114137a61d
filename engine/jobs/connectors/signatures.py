"""Standard Webhooks signatures (specification 1.0.0): signing what goes out, judging what comes in."""

import base64
import binascii
import hmac
import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from standardwebhooks.webhooks import Webhook

TOLERANCE = timedelta(minutes=5)
"""How far a message's timestamp may lie from now, either way, before it is taken for a replay."""

SECRET_PREFIX = "whsec_"  # noqa: S105 - the public prefix of every secret, not one of them
_SHORTEST_KEY, _LONGEST_KEY = 24, 64
_LONGEST_HEADER = 4096
_VERSION = "v1"


class SignatureRefused(Exception):
    """A message is not proven to come from the holder of a secret; the text says why and quotes nothing."""


def new_secret() -> str:
    """A signing secret with 256 random bits, in the form `whsec_` and base64."""
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def secret_problem(secret: str) -> str | None:
    """Why `secret` cannot sign, as a sentence that does not quote it; None if it can."""
    if not secret.startswith(SECRET_PREFIX):
        return f"Expected a secret that begins with {SECRET_PREFIX}."
    try:
        key = base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        return f"Expected base64 after {SECRET_PREFIX}."
    if not _SHORTEST_KEY <= len(key) <= _LONGEST_KEY:
        return f"Expected a key of {_SHORTEST_KEY} to {_LONGEST_KEY} bytes, but found {len(key)}."
    return None


def signed_headers(*, message_id: str, at: datetime, body: bytes, secrets: Sequence[str]) -> dict[str, str]:
    """The three headers of a message sent at `at` (aware), signed with every secret, the newest first."""
    moment = at.astimezone(UTC)
    signatures = [_signature(secret, message_id, moment, body) for secret in secrets]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def verify(*, headers: Mapping[str, str], body: bytes, secrets: Sequence[str], now: datetime) -> str:
    """The id of a message that one of `secrets` signed within `TOLERANCE` of `now` (aware).

    Header names are matched in any case. Raises `SignatureRefused`. The time taken does not depend on which
    secret or signature fits. The library's own check reads the machine's clock and fails on odd headers with
    exceptions of all kinds, so only its signing is used.
    """
    sent = {name.lower(): value for name, value in headers.items()}
    message_id, stamp, signatures = (
        _header(sent, name) for name in ("webhook-id", "webhook-timestamp", "webhook-signature")
    )
    moment = _moment(stamp)
    if abs(now - moment) > TOLERANCE:
        raise SignatureRefused(
            f"Expected webhook-timestamp within {TOLERANCE.seconds // 60} minutes of the present."
        )
    given = [signature.encode() for signature in signatures.split(" ")]
    matches = 0
    # An agency that is reached in another way may have secrets of another form, which sign no webhook.
    for secret in (one for one in secrets if secret_problem(one) is None):
        expected = _signature(secret, message_id, moment, body).encode()
        matches += sum(hmac.compare_digest(expected, signature) for signature in given)
    if not matches:
        raise SignatureRefused(
            f"Expected a {_VERSION} signature by one of the agency's secrets, but none fits."
        )
    return message_id


def _header(sent: Mapping[str, str], name: str) -> str:
    value = sent.get(name, "")
    if not value or len(value) > _LONGEST_HEADER:
        raise SignatureRefused(f"Expected the header {name}, with at most {_LONGEST_HEADER} characters.")
    return value


def _moment(stamp: str) -> datetime:
    if not (stamp.isascii() and stamp.isdecimal() and len(stamp) <= 11):
        raise SignatureRefused("Expected webhook-timestamp to be whole seconds since 1970.")
    return datetime.fromtimestamp(int(stamp), tz=UTC)


def _signature(secret: str, message_id: str, moment: datetime, body: bytes) -> str:
    # The library signs text in UTF-8; a body that is not UTF-8 cannot have been signed by it.
    try:
        text = body.decode()
    except UnicodeDecodeError as problem:
        raise SignatureRefused("Expected a body in UTF-8.") from problem
    signature: str = Webhook(secret).sign(message_id, moment, text)
    return signature
