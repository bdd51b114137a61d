"""Readings of an agency's response."""

import gzip
import zlib
from datetime import UTC, datetime, timedelta

import pytest

from engine.jobs.connectors.webhook_answer import (
    DEEPEST_ANSWER,
    LARGEST_ANSWER,
    LONGEST_REASON,
    LONGEST_WAIT,
    outcome_of,
    read_retry_after,
)
from engine.service_tasks.connector import DeliveryOutcome, DeliveryResult

_NOW = datetime(2026, 3, 9, 12, 0, tzinfo=UTC)
ANSWER = b'{"data": {"confirmed": true}}'


def _answered(body: bytes, status: int = 200, **headers: str) -> DeliveryOutcome:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return outcome_of(status=status, headers=named, body=body, now=_NOW)


@pytest.mark.parametrize(
    "body",
    [b"", b"OK", b"[]", b"{}", b'"data"', b'{"received": true}', b"\xff\xfe", b'{"error": null}', b"null"],
)
def test_a_receipt_without_an_answer_is_an_acceptance(body: bytes) -> None:
    outcome = _answered(body)

    assert outcome.result is DeliveryResult.ACCEPTED


@pytest.mark.parametrize("status", [201, 202, 204, 299])
def test_only_status_200_can_hold_an_answer(status: int) -> None:
    outcome = _answered(b'{"data": {"confirmed": true}}', status)

    assert outcome.result is DeliveryResult.ACCEPTED
    assert outcome.data is None


@pytest.mark.parametrize(
    "body",
    [
        b'{"data": 5}',
        b'{"data": null}',
        b'{"data": {"name": "\\u0000"}}',
        b'{"data": {"\\u0000": 1}}',
        b'{"data": ' + b'{"a":' * DEEPEST_ANSWER + b"1" + b"}" * DEEPEST_ANSWER + b"}",
        b'{"data": {"confirmed": true',
        b'{"data": {"confirmed": tru}}',
        b'{"data": {"share": NaN}}',
        b'[{"data": {}}',
        b'{"data": ' + b'{"a":' * 5000 + b"1" + b"}" * 5000 + b"}",
        b'{"error": "no"}',
        b'{"error": {"message": "no"}}',
        b'{"error": {"code": ""}}',
        b'{"error": {"code": 7}}',
        b'{"error": {"code": "' + b"X" * 101 + b'"}}',
        b'{"error": {"code": "NO", "message": 7}}',
        b'{"error": {"code": "NO", "message": "' + b"x" * (LONGEST_REASON + 1) + b'"}}',
    ],
)
def test_an_answer_that_cannot_be_kept_is_a_failure(body: bytes) -> None:
    outcome = _answered(body)

    assert outcome.result is DeliveryResult.FAILED
    assert outcome.is_broken
    assert outcome.detail.startswith("Expected")


@pytest.mark.parametrize(
    "body",
    [
        b'{"data": {"confirmed": true}, "error": null}',
        b'\xef\xbb\xbf{"data": {"confirmed": true}}',
        b'\r\n {"data": {"confirmed": true}}',
    ],
)
def test_an_answer_is_found_whatever_stands_beside_it(body: bytes) -> None:
    outcome = _answered(body)

    assert (outcome.result, outcome.data) == (DeliveryResult.ANSWERED, {"confirmed": True})


@pytest.mark.parametrize(
    ("packed", "encoding"),
    [
        (gzip.compress(ANSWER, mtime=0), "gzip"),
        (gzip.compress(ANSWER, mtime=0), " X-GZip"),
        (zlib.compress(ANSWER), "deflate"),
    ],
)
def test_a_packed_answer_is_unpacked(packed: bytes, encoding: str) -> None:
    outcome = _answered(packed, content_encoding=encoding)

    assert (outcome.result, outcome.data) == (DeliveryResult.ANSWERED, {"confirmed": True})


@pytest.mark.parametrize(
    ("packed", "encoding"),
    [
        (gzip.compress(ANSWER, mtime=0)[:-4], "gzip"),
        (ANSWER, "gzip"),
        (ANSWER, "br"),
        (gzip.compress(b"[" + b" " * LARGEST_ANSWER + b"]", mtime=0), "gzip"),
    ],
)
def test_a_packed_answer_that_cannot_be_unpacked_within_limits_is_a_failure(
    packed: bytes, encoding: str
) -> None:
    outcome = _answered(packed, content_encoding=encoding)

    assert outcome.result is DeliveryResult.FAILED
    assert outcome.is_broken


def test_an_answer_with_both_an_error_and_data_is_a_refusal() -> None:
    outcome = _answered(b'{"data": {}, "error": {"code": "NO"}}')

    assert (outcome.result, outcome.error_code, outcome.detail) == (DeliveryResult.REFUSED, "NO", "")


@pytest.mark.parametrize(
    ("value", "pause"),
    [
        ("120", timedelta(seconds=120)),
        (" 0 ", timedelta(0)),
        ("99999999999999999999", LONGEST_WAIT),
        ("Mon, 09 Mar 2026 12:05:00 GMT", timedelta(minutes=5)),
        ("Mon, 09 Mar 2026 12:05:00 -0000", timedelta(minutes=5)),
        ("Mon, 09 Mar 2026 11:00:00 GMT", timedelta(0)),
        ("Mon, 09 Mar 2099 11:00:00 GMT", LONGEST_WAIT),
        ("", None),
        ("-5", None),
        ("soon", None),
        ("1.5", None),
        ("٣", None),
        ("Mon, 99 Mar 2026 12:05:00 GMT", None),
    ],
)
def test_retry_after_is_seconds_or_a_date_within_bounds(value: str, pause: timedelta | None) -> None:
    read = read_retry_after(value, now=_NOW)

    assert read == pause


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_honoured_when_the_agency_is_overloaded(status: int) -> None:
    outcome = outcome_of(status=status, headers={"retry-after": "7"}, body=b"", now=_NOW)

    assert outcome.retry_after == timedelta(seconds=7)
