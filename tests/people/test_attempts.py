"""Claims about failed sign-ins."""

from datetime import timedelta

import pytest

from engine.people.attempts import Attempts, Subject, TooManyAttempts, of_account, of_address, wait_after
from tests.builders import NOON

MARIA = of_account("maria")


def after(failures: int, subject: Subject = MARIA) -> Attempts:
    return Attempts(digest=subject.digest, failures=failures, last_at=NOON)


@pytest.mark.parametrize(
    ("failures", "seconds"), [(0, 0), (4, 0), (5, 2), (6, 4), (9, 32), (13, 512), (14, 900), (10**9, 900)]
)
def test_each_failure_beyond_the_free_ones_doubles_the_wait(failures: int, seconds: int) -> None:
    assert wait_after(failures, free=5) == timedelta(seconds=seconds)


def test_an_attempt_that_comes_too_early_is_told_how_long_to_wait_and_not_counted() -> None:
    with pytest.raises(TooManyAttempts) as refused:
        after(7).counted(MARIA, NOON + timedelta(seconds=3))

    assert refused.value.wait_seconds == 5


def test_an_attempt_in_time_is_counted() -> None:
    moment = NOON + timedelta(seconds=8)

    assert after(7).counted(MARIA, moment) == Attempts(digest=MARIA.digest, failures=8, last_at=moment)


def test_failures_are_forgotten_one_by_one() -> None:
    assert after(7).counted(MARIA, NOON + timedelta(minutes=31)).failures == 6
    assert after(7).counted(MARIA, NOON + timedelta(days=2)).failures == 1


def test_a_day_of_guessing_gets_no_further_than_a_hundred_guesses_or_so() -> None:
    attempts, moment, guesses = after(0), NOON, 0
    while moment < NOON + timedelta(days=1):
        try:
            attempts = attempts.counted(MARIA, moment)
            guesses += 1
        except TooManyAttempts as early:
            moment += timedelta(seconds=early.wait_seconds)

    assert guesses < 115


def test_names_are_counted_however_they_are_written() -> None:
    assert of_account(" MARIA") == MARIA
    assert of_account("mario") != MARIA


def test_an_address_is_another_subject_than_an_account() -> None:
    assert of_address("maria").digest != MARIA.digest
    assert of_address("192.0.2.1").free > MARIA.free


def test_a_subscriber_does_not_get_more_attempts_by_another_address_of_their_network() -> None:
    assert of_address("2001:db8:1:2::1") == of_address("2001:db8:1:2:ffff::9")
    assert of_address("2001:db8:1:2::1") != of_address("2001:db8:1:3::1")
    assert of_address("192.0.2.1") != of_address("192.0.2.2")
    assert of_address("::ffff:192.0.2.1") != of_address("::ffff:192.0.2.2")
