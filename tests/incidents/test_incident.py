"""Incidents: what counts as the same, what is shown, what is over."""

from dataclasses import replace

import pytest

from engine.incidents.model import FIRING, Attempt, AttemptKind
from engine.kernel.refusal import Conflict
from tests.builders import a_case, an_id, an_incident, minutes_later


def test_the_same_thing_tried_at_the_same_place_is_alike_whatever_it_brings() -> None:
    token = an_id()
    once = Attempt(kind=AttemptKind.COMPLETE, token=token, data={"a": 1})

    assert once.is_like(Attempt(kind=AttemptKind.COMPLETE, token=token))
    assert not once.is_like(Attempt(kind=AttemptKind.FAIL, token=token))
    assert not once.is_like(Attempt(kind=AttemptKind.COMPLETE, token=an_id()))
    assert FIRING.is_like(Attempt(kind=AttemptKind.FIRE_TIMERS))


def test_an_incident_tried_again_stays_the_one_it_was_with_what_is_known_now() -> None:
    first = an_incident(a_case())
    second = replace(
        first, id=an_id(), code="merge_conflict", opened_at=minutes_later(5), last_at=minutes_later(5)
    )

    again = first.again(second)

    assert (again.id, again.opened_at, again.last_at) == (first.id, first.opened_at, minutes_later(5))
    assert (again.code, again.attempts) == ("merge_conflict", 2)


def test_what_was_sent_is_not_shown() -> None:
    attempt = Attempt(kind=AttemptKind.FAIL, token=an_id(), data={"name": "Ελένη"}, error_message="Η Ελένη")
    incident = an_incident(a_case(), attempt=attempt)

    shown = incident.without_data()

    assert "Ελένη" not in str(shown)
    assert shown.attempt.is_like(attempt)


def test_a_resolved_incident_is_not_open() -> None:
    resolved = an_incident(a_case()).resolved(minutes_later(3), "nikos")

    assert not resolved.is_open
    with pytest.raises(Conflict, match="resolved"):
        resolved.require_open()
