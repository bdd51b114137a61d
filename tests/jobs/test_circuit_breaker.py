"""The circuit breaker: an agency that hangs is left alone, and everybody else is served."""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from engine.jobs.circuit_breaker import CircuitBreaker, Thresholds, deliver_through
from engine.service_tasks.connector import Delivery, DeliveryOutcome, DeliveryResult
from tests.builders import NOON, an_agency, an_id
from tests.jobs.backlog import ACCEPTED, FAILED, WatchedConnector

_THRESHOLDS = Thresholds(failures=3, slow=timedelta(seconds=5), pause=timedelta(seconds=30))


@dataclass
class Street:
    """Two agencies behind a circuit breaker: the hanging one takes 15 seconds to fail."""

    now: float = 1000

    def __post_init__(self) -> None:
        self.hanging, self.sound = an_agency(key="hanging"), an_agency(key="sound")
        self.reached = WatchedConnector(self._answer)
        self.slow_to_fail = True
        breaker = CircuitBreaker(thresholds=_THRESHOLDS, seconds=lambda: self.now)
        self.deliver = deliver_through(breaker, self.reached.deliver)

    def sends(self, agency_key: str) -> DeliveryOutcome:
        """One delivery to an agency."""
        agency = self.hanging if agency_key == "hanging" else self.sound
        delivery = Delivery(
            job_id=an_id(),
            attempt=1,
            agency=agency,
            service_task_id=an_id(),
            case_id=an_id(),
            body={},
            now=NOON,
        )
        return self.deliver(delivery)

    def _answer(self, delivery: Delivery) -> DeliveryOutcome:
        if delivery.agency.key == "sound":
            return ACCEPTED
        if self.slow_to_fail:
            self.now += 15
        return FAILED


@pytest.fixture
def street() -> Street:
    return Street()


def test_an_agency_that_hangs_is_asked_no_more_after_a_few_attempts(street: Street) -> None:
    for _ in range(10):
        street.sends("hanging")

    assert len(street.reached.delivered) == 3


def test_what_is_not_sent_is_to_be_tried_again_after_the_pause(street: Street) -> None:
    outcomes = [street.sends("hanging") for _ in range(4)]

    assert outcomes[-1].result is DeliveryResult.FAILED
    assert outcomes[-1].retry_after == timedelta(seconds=30)


def test_other_agencies_are_served_meanwhile(street: Street) -> None:
    for _ in range(5):
        street.sends("hanging")

    outcome = street.sends("sound")

    assert outcome == ACCEPTED


def test_after_the_pause_one_attempt_is_let_through_at_a_time(street: Street) -> None:
    for _ in range(3):
        street.sends("hanging")
    asked_meanwhile: list[DeliveryOutcome] = []
    street.now += 30

    def hangs_and_is_asked_again(delivery: Delivery) -> DeliveryOutcome:
        asked_meanwhile.append(street.sends("hanging"))
        return ACCEPTED

    street.reached.outcome = hangs_and_is_asked_again
    street.sends("hanging")

    assert len(street.reached.delivered) == 4
    assert asked_meanwhile[0].result is DeliveryResult.FAILED


def test_an_agency_that_answers_again_is_asked_as_before(street: Street) -> None:
    for _ in range(3):
        street.sends("hanging")
    street.now += 30
    street.reached.outcome = ACCEPTED

    outcomes = [street.sends("hanging") for _ in range(5)]

    assert outcomes == [ACCEPTED] * 5


def test_an_agency_that_hangs_still_after_the_pause_is_left_alone_again(street: Street) -> None:
    for _ in range(3):
        street.sends("hanging")
    street.now += 30

    for _ in range(5):
        street.sends("hanging")

    assert len(street.reached.delivered) == 4


def test_an_agency_that_fails_quickly_is_asked_as_before(street: Street) -> None:
    street.slow_to_fail = False

    for _ in range(10):
        street.sends("hanging")

    assert len(street.reached.delivered) == 10
