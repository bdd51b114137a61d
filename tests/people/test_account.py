"""Claims about accounts: passwords, second factors and recovery codes."""

from datetime import timedelta

import pytest

from engine.kernel.refusal import Conflict, Invalid
from engine.people import one_time_code
from engine.people.account import Account, WrongCode, as_typed, new_recovery_codes, require_good_password
from tests.builders import NOON, an_id

SECRET = b"12345678901234567890"
SEALED = b"sealed elsewhere"
CODES = ("abcd-efgh-jkmn-pqrs", "2345-6789-abcd-efgh")


def opened(sealed: bytes) -> bytes:
    assert sealed == SEALED
    return SECRET


def code_at(seconds: float = 0) -> str:
    return one_time_code.code_of(SECRET, one_time_code.step_at(NOON + timedelta(seconds=seconds)))


def enrolled() -> Account:
    return (
        Account(user_id=an_id())
        .enrolling(SEALED)
        .confirmed(code_at(), now=NOON, opened=opened, recovery_codes=CODES)
    )


@pytest.mark.parametrize(
    "password",
    [
        "short",
        "eleven cars",
        "correct horse" + "!" * 244,
        "maria and her dog",
        "aaaaaaaaaaaaaa",
        "abcdabcdabcdabcd",
        "password is long",
        "123456 and more",
        "QWERTY and more",
        "ΚΩΔΙΚΟΣ πρόσβασης",
        "κωδικός πρόσβασης",
        "Stoa of Attalos",
    ],
)
def test_a_password_that_is_guessed_first_is_refused(password: str) -> None:
    with pytest.raises(Invalid):
        require_good_password(password, username="maria")


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery",
        "μία φράση πολύ καλή",
        "          six spaces",
        "twelve words",
        "correct horse" + "!" * 243,
        "abcdeabcdeabcde",
    ],
)
def test_a_long_password_needs_no_special_characters(password: str) -> None:
    assert require_good_password(password, username="maria") == password


def test_a_short_user_name_may_be_in_a_password() -> None:
    assert require_good_password("banana and cherries", username="ana")
    with pytest.raises(Invalid):
        require_good_password("my dear hanna and I", username="anna")


def test_only_so_much_of_what_is_typed_is_compared() -> None:
    assert as_typed("x" * 10_000) == "x" * 1024


def test_a_second_factor_counts_only_when_it_is_confirmed() -> None:
    begun = Account(user_id=an_id()).enrolling(SEALED)

    assert not begun.takes_codes
    with pytest.raises(WrongCode):
        begun.confirmed("000000", now=NOON, opened=opened, recovery_codes=CODES)
    with pytest.raises(WrongCode):
        begun.passed(code_at(), now=NOON, opened=opened)
    assert enrolled().takes_codes


def test_the_code_that_confirmed_does_not_open_afterwards() -> None:
    with pytest.raises(WrongCode):
        enrolled().passed(code_at(), now=NOON + timedelta(seconds=5), opened=opened)


def test_each_code_opens_once() -> None:
    later = NOON + timedelta(seconds=60)
    passed = enrolled().passed(code_at(60), now=later, opened=opened)

    with pytest.raises(WrongCode):
        passed.passed(code_at(60), now=later, opened=opened)


def test_a_recovery_code_opens_once_however_it_is_written() -> None:
    passed = enrolled().passed(" ABCD efgh-JKMN pqrs ", now=NOON, opened=opened)

    assert len(passed.recovery_digests) == 1
    with pytest.raises(WrongCode):
        passed.passed(CODES[0], now=NOON, opened=opened)


def test_an_account_has_one_second_factor_at_most() -> None:
    with pytest.raises(Conflict):
        enrolled().enrolling(SEALED)
    with pytest.raises(Conflict):
        Account(user_id=an_id()).confirmed(code_at(), now=NOON, opened=opened, recovery_codes=CODES)
    with pytest.raises(Conflict):
        enrolled().confirmed(code_at(60), now=NOON, opened=opened, recovery_codes=CODES)


def test_without_a_second_factor_nothing_of_it_is_left() -> None:
    account = enrolled()

    assert account.without_second_factor() == Account(user_id=account.user_id)


def test_recovery_codes_are_ten_different_ones() -> None:
    assert len(set(new_recovery_codes())) == 10
    assert all(len(code) == 19 for code in new_recovery_codes())
