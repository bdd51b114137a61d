"""Claims about tracking: what opens a case to its citizen, for how long, and what opens nothing."""

import re
from dataclasses import replace
from datetime import timedelta

from engine.cases.model import Case
from engine.cases.receipt_code import LETTERS, issued_code
from engine.cases.tracking_code import PASS_LIFE, TrackingPass, opens, pass_for
from engine.sealing.keyring import Keyring
from engine.sealing.seals import Seals
from tests.builders import NOON, a_case

A_SECOND = timedelta(seconds=1)
SEALS = Seals(Keyring([b"k" * 32]))


def a_case_with_code() -> tuple[Case, str]:
    case = a_case()
    issued = issued_code(case.id, SEALS)
    return replace(case, tracking_digest=issued.digest), issued.code


def test_the_code_opens_its_case_however_it_is_typed() -> None:
    case, code = a_case_with_code()

    typed = f" {code.lower()} "

    assert opens(case, number=case.number, proof=typed, now=NOON, seals=SEALS)
    assert not opens(case, number=case.number, proof=typed[:-2], now=NOON, seals=SEALS)
    assert not opens(case, number="0009-26-000999-9", proof=code, now=NOON, seals=SEALS)


def test_a_code_has_80_bits_in_letters_that_are_not_mistaken() -> None:
    codes = {a_case_with_code()[1] for _ in range(50)}

    assert len(codes) == 50
    assert len(LETTERS) ** 16 >= 2**80
    assert all(re.fullmatch(f"([{LETTERS}]{{4}}-){{3}}[{LETTERS}]{{4}}", code) for code in codes)
    assert not set(LETTERS) & set("OILU")


def test_a_pass_opens_its_case_for_a_while() -> None:
    case = a_case()

    given = pass_for(case, now=NOON)

    last = NOON + PASS_LIFE - A_SECOND
    assert opens(case, number=case.number, proof=given, now=NOON, seals=SEALS)
    assert opens(case, number=case.number, proof=given, now=last, seals=SEALS)
    assert not opens(case, number=case.number, proof=given, now=last + A_SECOND, seals=SEALS)


def test_a_pass_cannot_be_made_to_last() -> None:
    case = a_case()
    given = pass_for(case, now=NOON)

    later = NOON + PASS_LIFE
    forged = replace(given, began_at=later)

    assert not opens(case, number=case.number, proof=forged, now=later, seals=SEALS)
    assert not opens(
        case, number=case.number, proof=replace(given, began_at=later + PASS_LIFE), now=later, seals=SEALS
    )


def test_a_pass_opens_no_other_case() -> None:
    case, other = a_case(), replace(a_case(), number="0009-26-000999-9")

    given = pass_for(case, now=NOON)

    assert not opens(other, number=other.number, proof=given, now=NOON, seals=SEALS)


def test_a_pass_tells_nothing_of_the_code() -> None:
    case, code = a_case_with_code()

    given = pass_for(case, now=NOON)

    assert isinstance(given, TrackingPass)
    assert code not in given.seal
    assert pass_for(replace(case, id=a_case().id), now=NOON).seal != given.seal
