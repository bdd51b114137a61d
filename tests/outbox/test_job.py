"""Jobs: when a failed attempt is made again."""

from datetime import timedelta

import pytest

from engine.outbox.model import RETRY_DELAYS, next_attempt_at
from tests.builders import NOON


@pytest.mark.parametrize(
    ("failed", "wait"),
    [
        (1, timedelta(seconds=5)),
        (2, timedelta(minutes=5)),
        (3, timedelta(minutes=30)),
        (4, timedelta(hours=2)),
        (5, timedelta(hours=5)),
        (6, timedelta(hours=10)),
        (7, timedelta(hours=14)),
        (8, timedelta(hours=20)),
        (9, timedelta(hours=24)),
    ],
)
def test_the_waits_between_attempts_grow(failed: int, wait: timedelta) -> None:
    assert next_attempt_at(failed, now=NOON, chance=0) == NOON + wait


def test_after_the_last_attempt_there_is_none() -> None:
    assert next_attempt_at(len(RETRY_DELAYS), now=NOON, chance=0) is None
    assert next_attempt_at(3, now=NOON, chance=0, limit=3) is None


def test_jitter_lengthens_a_wait_by_at_most_a_tenth() -> None:
    latest = next_attempt_at(2, now=NOON, chance=0.999)

    assert latest is not None
    assert timedelta(minutes=5) < latest - NOON < timedelta(minutes=5.5)


def test_a_longer_wait_that_the_peer_asks_for_is_honoured() -> None:
    assert next_attempt_at(1, now=NOON, chance=0, asked=timedelta(hours=1)) == NOON + timedelta(hours=1)
    assert next_attempt_at(2, now=NOON, chance=0, asked=timedelta(seconds=1)) == NOON + timedelta(minutes=5)
