"""Identifiers: version 7, sorted by their moment."""

from datetime import timedelta

from engine.kernel.clock import identifier_at
from tests.builders import NOON


def test_an_identifier_is_a_uuid_of_version_7() -> None:
    made = identifier_at(NOON)

    assert made.version == 7
    assert made.variant == "specified in RFC 4122"
    assert made.int >> 80 == int(NOON.timestamp() * 1000)


def test_identifiers_sort_by_their_moment() -> None:
    moments = [NOON + timedelta(milliseconds=number) for number in range(50)]

    made = [identifier_at(moment) for moment in moments]

    assert made == sorted(made)
    assert len({identifier_at(NOON) for _ in range(1000)}) == 1000
