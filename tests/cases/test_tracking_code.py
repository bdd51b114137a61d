"""Claims about tracking: what opens a case to its citizen, for how long, and what opens nothing."""

from dataclasses import replace
from datetime import timedelta

from engine.cases.tracking_code import PASS_LIFE, TrackingPass, opens, pass_for
from tests.builders import NOON, a_case

A_SECOND = timedelta(seconds=1)


def test_the_code_opens_its_case_however_it_is_typed() -> None:
    case = a_case()

    typed = f" {case.tracking_code.lower()} "

    assert opens(case, number=case.number, proof=typed, now=NOON)
    assert not opens(case, number=case.number, proof=typed[:-2], now=NOON)
    assert not opens(case, number="0009-26-000999-9", proof=case.tracking_code, now=NOON)


def test_a_pass_opens_its_case_for_a_while() -> None:
    case = a_case()

    given = pass_for(case, now=NOON)

    last = NOON + PASS_LIFE - A_SECOND
    assert opens(case, number=case.number, proof=given, now=NOON)
    assert opens(case, number=case.number, proof=given, now=last)
    assert not opens(case, number=case.number, proof=given, now=last + A_SECOND)


def test_a_pass_cannot_be_made_to_last() -> None:
    case = a_case()
    given = pass_for(case, now=NOON)

    later = NOON + PASS_LIFE
    forged = replace(given, began_at=later)

    assert not opens(case, number=case.number, proof=forged, now=later)
    assert not opens(case, number=case.number, proof=replace(given, began_at=later + PASS_LIFE), now=later)


def test_a_pass_opens_no_other_case() -> None:
    case, other = a_case(), replace(a_case(), number="0009-26-000999-9")

    given = pass_for(case, now=NOON)

    assert not opens(other, number=other.number, proof=given, now=NOON)


def test_a_pass_tells_nothing_of_the_code() -> None:
    case = a_case()

    given = pass_for(case, now=NOON)

    assert isinstance(given, TrackingPass)
    assert case.tracking_code not in given.seal
    assert pass_for(replace(case, id=a_case().id), now=NOON).seal != given.seal
