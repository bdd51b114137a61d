"""Claims about one-time codes."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from engine.people import one_time_code
from tests.builders import NOON

SECRET = b"12345678901234567890"


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    # RFC 6238, appendix B, column SHA1; ours are its last six digits.
    moment = datetime.fromtimestamp(seconds, UTC)

    assert one_time_code.code_of(SECRET, one_time_code.step_at(moment)) == code[-6:]


@pytest.mark.parametrize(
    ("steps_away", "is_taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_a_code_is_good_for_its_own_step_and_its_neighbours(steps_away: int, is_taken: bool) -> None:
    present = one_time_code.step_at(NOON)
    code = one_time_code.code_of(SECRET, present + steps_away)

    found = one_time_code.step_of(code, secret=SECRET, now=NOON, after=None)

    assert (found == present + steps_away) is is_taken


def test_a_code_is_not_taken_a_second_time() -> None:
    present = one_time_code.step_at(NOON)
    code = one_time_code.code_of(SECRET, present)

    later = NOON + timedelta(seconds=20)
    assert one_time_code.step_of(code, secret=SECRET, now=later, after=present) is None
    assert one_time_code.step_of(code, secret=SECRET, now=later, after=present - 1) == present


@pytest.mark.parametrize("code", ["", "12345", "abcdef", "١٢٣٤٥٦", "1" * 1000])
def test_what_is_no_code_is_not_taken(code: str) -> None:
    assert one_time_code.step_of(code, secret=SECRET, now=NOON, after=None) is None


def test_an_enrolment_says_what_an_authenticator_needs() -> None:
    address = urlsplit(one_time_code.enrolment_address(SECRET, username="maria k", issuer="Stoa"))

    assert (address.scheme, address.netloc, address.path) == ("otpauth", "totp", "/Stoa:maria%20k")
    assert parse_qs(address.query) == {
        "secret": ["GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"],
        "issuer": ["Stoa"],
        "algorithm": ["SHA1"],
        "digits": ["6"],
        "period": ["30"],
    }


def test_a_secret_can_be_typed() -> None:
    assert one_time_code.as_text(SECRET) == "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"
    assert len(one_time_code.new_secret()) == 20
