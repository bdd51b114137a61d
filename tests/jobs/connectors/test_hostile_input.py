"""Whatever stands in a URL or comes back from a peer, the answer is a value and not an exception."""

import json
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from engine.jobs.connectors.address_rules import AddressRules
from engine.jobs.connectors.endpoints import endpoint_problem
from engine.jobs.connectors.webhook_answer import LONGEST_WAIT, outcome_of, read_retry_after
from engine.service_tasks.connector import DeliveryResult

_NOW = datetime(2026, 3, 9, 12, 0, tzinfo=UTC)

_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)


@given(st.one_of(st.text(), st.text().map("https://{}".format), st.from_regex(r"https?://[^/]{1,20}(/.*)?")))
def test_any_text_as_endpoint_is_allowed_or_refused_in_a_sentence(url: str) -> None:
    reason = endpoint_problem(url, AddressRules.of(["127.0.0.0/8"]))

    assert reason is None or reason.startswith("Expected")


@given(st.integers(100, 599), st.binary(max_size=60))
def test_any_response_is_an_outcome(status: int, body: bytes) -> None:
    outcome = outcome_of(status=status, headers={}, body=body, now=_NOW)

    assert outcome.result in DeliveryResult
    assert (outcome.result is DeliveryResult.FAILED) == bool(outcome.detail.startswith("Expected"))


@given(st.dictionaries(st.sampled_from(["data", "error", "other"]), _json))
def test_any_json_object_is_an_outcome_that_can_be_kept(answer: dict[str, object]) -> None:
    outcome = outcome_of(status=200, headers={}, body=json.dumps(answer).encode(), now=_NOW)

    assert "\x00" not in str(outcome.data) + outcome.detail + (outcome.error_code or "")


@given(st.text())
def test_any_retry_after_is_a_bounded_pause_or_none(value: str) -> None:
    pause = read_retry_after(value, now=_NOW)

    assert pause is None or _NOW <= _NOW + pause <= _NOW + LONGEST_WAIT
