"""What an agency's HTTP response means for the service task that was sent."""

import codecs
import zlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import orjson

from engine.service_tasks.connector import DeliveryOutcome, DeliveryResult

LONGEST_WAIT = timedelta(hours=24)
"""A Retry-After is honoured up to here; the longest pause between two attempts is as long."""

LARGEST_ANSWER = 1_000_000
"""Bytes of a response body that are read, and that it may unpack to; a larger one is the agency's failure."""

LONGEST_CODE = 100
LONGEST_REASON = 1000
DEEPEST_ANSWER = 100

_OK, _GONE, _TOO_MANY, _UNAVAILABLE = 200, 410, 429, 503


def outcome_of(*, status: int, headers: Mapping[str, str], body: bytes, now: datetime) -> DeliveryOutcome:
    """The outcome of a response; `headers` have lower-case names.

    A body that was packed although none was asked for is unpacked. `detail` never quotes the body, except
    for the agency's own reason for a refusal.
    """
    if status == _OK:
        return _unpacked(body, headers.get("content-encoding", "").strip().lower())
    if 200 <= status < 300:
        return DeliveryOutcome(result=DeliveryResult.ACCEPTED)
    if status == _GONE:
        return DeliveryOutcome(result=DeliveryResult.GONE, detail="The endpoint is gone (HTTP 410).")
    if 300 <= status < 400:
        return failed(f"Expected an answer, but found a redirect (HTTP {status}), which is not followed.")
    retry_after = None
    if status in (_TOO_MANY, _UNAVAILABLE):
        retry_after = read_retry_after(headers.get("retry-after", ""), now=now)
    return failed(f"Expected HTTP 2xx, but found {status}.", retry_after=retry_after)


def failed(detail: str, *, retry_after: timedelta | None = None) -> DeliveryOutcome:
    """An attempt to be repeated."""
    return DeliveryOutcome(result=DeliveryResult.FAILED, detail=detail, retry_after=retry_after)


def broken(detail: str) -> DeliveryOutcome:
    """An attempt to be repeated, because what the agency answered cannot be used."""
    return DeliveryOutcome(result=DeliveryResult.FAILED, detail=detail, is_broken=True)


def read_retry_after(value: str, *, now: datetime) -> timedelta | None:
    """The pause that a Retry-After header asks for (RFC 9110, section 10.2.3); None if it cannot be read.

    It is between nothing and `LONGEST_WAIT`.
    """
    value = value.strip()
    if value.isascii() and value.isdecimal():
        return min(timedelta(seconds=int(value[:10])), LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return min(max(moment - now, timedelta(0)), LONGEST_WAIT)


def _unpacked(body: bytes, encoding: str) -> DeliveryOutcome:
    """The outcome of a body in a content coding (RFC 9110, section 8.4.1)."""
    if encoding in ("", "identity"):
        return _immediate(body)
    if encoding not in ("gzip", "x-gzip", "deflate"):
        return broken("Expected an answer that is not packed, or packed as gzip or deflate.")
    unpacking = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)
    try:
        answer = unpacking.decompress(body, LARGEST_ANSWER)
    except zlib.error:
        return broken(f"Expected an answer packed as {encoding}, but it cannot be unpacked.")
    if not unpacking.eof:
        return broken(f"Expected a whole answer of at most {LARGEST_ANSWER} bytes once it is unpacked.")
    return _immediate(answer)


def _immediate(body: bytes) -> DeliveryOutcome:
    # Many servers say 200 with "OK" or nothing at all: that is a receipt. Only an object with `data` or
    # `error` is an answer; what begins as one and cannot be read was perhaps meant to be one.
    text = body.removeprefix(codecs.BOM_UTF8).strip()
    try:
        answer = orjson.loads(text)
    except orjson.JSONDecodeError:
        if text.startswith((b"{", b"[")):
            return broken("Expected JSON, but the answer breaks off, is nested too deeply, or is no JSON.")
        return DeliveryOutcome(result=DeliveryResult.ACCEPTED)
    if not isinstance(answer, dict):
        return DeliveryOutcome(result=DeliveryResult.ACCEPTED)
    if answer.get("error") is not None:
        return _refused(answer["error"])
    if "data" in answer:
        return _answered(answer["data"])
    return DeliveryOutcome(result=DeliveryResult.ACCEPTED)


def _answered(data: Any) -> DeliveryOutcome:
    if not isinstance(data, dict):
        return broken("Expected `data` in the answer to be an object.")
    if problem := _unkept(data):
        return broken(problem)
    return DeliveryOutcome(result=DeliveryResult.ANSWERED, data=data)


def _refused(error: Any) -> DeliveryOutcome:
    code = error.get("code") if isinstance(error, dict) else None
    if not isinstance(code, str) or not 0 < len(code) <= LONGEST_CODE or "\x00" in code:
        return broken("Expected `error` in the answer to have a `code` as text.")
    message = error.get("message", "")
    if not isinstance(message, str) or len(message) > LONGEST_REASON or "\x00" in message:
        return broken(
            f"Expected `error.message` in the answer to be text of at most {LONGEST_REASON} characters."
        )
    return DeliveryOutcome(result=DeliveryResult.REFUSED, detail=message, error_code=code)


def _unkept(data: Mapping[str, Any]) -> str | None:
    """Why data cannot be kept: too deep, or with a NUL character, which PostgreSQL does not store."""
    layer: list[Any] = [data]
    for _ in range(DEEPEST_ANSWER):
        if not layer:
            return None
        if any(isinstance(value, str) and "\x00" in value for value in layer):
            return "Expected an answer without NUL characters."
        layer = [inner for value in layer for inner in _contents(value)]
    return f"Expected an answer of at most {DEEPEST_ANSWER} levels."


def _contents(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [*value.keys(), *value.values()]
    return value if isinstance(value, list) else []
