"""Claims about failed sign-ins."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from engine.people.attempts import (
    FORGOTTEN_AFTER,
    Attempts,
    Subject,
    TooManyAttempts,
    network_of,
    of_asking_agent,
    of_case_asked_about,
    of_device,
    of_network,
    of_strangers,
    sign_in_closed_until,
    wait_after,
)
from tests.builders import NOON, an_id

MARIA = of_network("maria", "192.0.2.1")
STRANGERS = of_strangers("maria")


def after(failures: int, subject: Subject = MARIA) -> Attempts:
    return Attempts(digest=subject.digest, failures=failures, last_at=NOON, account=subject.account)


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

    assert after(7).counted(MARIA, moment) == replace(after(8), last_at=moment)


def test_failures_are_forgotten_one_by_one() -> None:
    assert after(7).counted(MARIA, NOON + timedelta(minutes=31)).failures == 6
    assert after(7).counted(MARIA, NOON + timedelta(days=2)).failures == 1


def guesses_of_a_day(subject: Subject) -> int:
    attempts, moment, guesses = after(0, subject), NOON, 0
    while moment < NOON + timedelta(days=1):
        try:
            attempts = attempts.counted(subject, moment)
            guesses += 1
        except TooManyAttempts as early:
            moment += timedelta(seconds=early.wait_seconds)
    return guesses


def test_a_day_of_guessing_gets_no_further_than_a_hundred_guesses_or_so() -> None:
    assert guesses_of_a_day(MARIA) < 115
    assert guesses_of_a_day(of_device("maria", "a" * 22)) < 115
    assert guesses_of_a_day(STRANGERS) < 130


def test_names_are_counted_however_they_are_written() -> None:
    assert of_strangers(" MARIA") == STRANGERS
    assert of_network(" MARIA", "192.0.2.1") == MARIA
    assert of_strangers("mario").digest != STRANGERS.digest


def test_every_place_is_counted_by_itself_and_belongs_to_its_account() -> None:
    subjects = [STRANGERS, MARIA, of_device("maria", "192.0.2.1"), of_network("maria", "192.0.2.2")]

    assert len({subject.digest for subject in subjects}) == 4
    assert {subject.account for subject in subjects} == {STRANGERS.digest}
    assert of_network("mario", "192.0.2.1").digest != MARIA.digest


@pytest.mark.parametrize(
    ("subject", "failures", "until"),
    [
        (MARIA, 4, NOON),
        (MARIA, 7, NOON + timedelta(seconds=8)),
        (STRANGERS, 19, NOON),
        (STRANGERS, 22, NOON + timedelta(seconds=8)),
    ],
)
def test_how_long_a_sign_in_waits_is_read_from_what_was_counted(
    subject: Subject, failures: int, until: datetime
) -> None:
    assert sign_in_closed_until(after(failures, subject)) == until
    assert after(failures, subject).closed_until(subject) == until


def test_a_subscriber_is_one_network_whatever_address_they_take_of_it() -> None:
    assert network_of("2001:db8:1:2::1") == network_of("2001:db8:1:2:ffff::9") == "2001:0db8:0001:0002"
    assert network_of("2001:db8:1:2::1") != network_of("2001:db8:1:3::1")
    assert network_of("192.0.2.1") != network_of("192.0.2.2")
    assert network_of("::ffff:192.0.2.1") == network_of("192.0.2.1")
    assert network_of("") == ""
    assert network_of("unix:") == "unix:"


def test_attempts_are_forgiven_down_to_none() -> None:
    once = Attempts(digest=b"x", failures=1, last_at=NOON)

    assert [once.forgiven(number).failures for number in (0, 1, 2)] == [1, 0, 0]


def test_a_wait_stops_doubling_before_it_could_become_too_large_to_count() -> None:
    millisecond = timedelta(milliseconds=1)

    assert wait_after(12, free=0, first=millisecond) == wait_after(13, free=0, first=millisecond)
    assert wait_after(12, free=0, first=millisecond) == timedelta(seconds=4.096)


def test_callers_have_five_free_answers_and_agents_twenty() -> None:
    case, agent = of_case_asked_about(an_id()), of_asking_agent(an_id())

    assert (case.free, case.one_forgotten_every) == (5, timedelta(minutes=15))
    assert (agent.free, agent.one_forgotten_every) == (20, timedelta(minutes=5))
    assert timedelta(hours=24) == FORGOTTEN_AFTER


def test_who_comes_too_early_is_told_for_how_long() -> None:
    assert str(TooManyAttempts(7)) == "There were too many attempts; the next one is possible in 7 seconds."
