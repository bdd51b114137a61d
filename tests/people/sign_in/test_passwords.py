"""Claims about how passwords are hashed and compared."""

from typing import Literal

import pytest
from argon2 import Parameters, PasswordHasher, extract_parameters

from engine.kernel.actor import SYSTEM
from engine.kernel.refusal import Invalid, Unavailable
from engine.people.queries import FindCandidate
from engine.people.sign_in.authenticator import Authenticator
from engine.people.sign_in.passwords import Passwords
from tests.people.sign_in.browser import PASSWORD, QUICK, a_counter


def counted_work(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Parameters]]:
    """What Argon2 is made to do from now on, each with the parameters that decide how long it takes."""
    work: list[tuple[str, Parameters]] = []
    compare, make = PasswordHasher.verify, PasswordHasher.hash

    def counted_compare(self: PasswordHasher, stored: str, typed: str) -> Literal[True]:
        work.append(("compare", extract_parameters(stored)))
        return compare(self, stored, typed)

    def counted_make(self: PasswordHasher, typed: str) -> str:
        made = make(self, typed)
        work.append(("make", extract_parameters(made)))
        return made

    monkeypatch.setattr(PasswordHasher, "verify", counted_compare)
    monkeypatch.setattr(PasswordHasher, "hash", counted_make)
    return work


def test_hashes_are_those_of_the_standard() -> None:
    # RFC 9106, section 4, second recommended option: three rounds, four lanes, 64 MiB.
    assert Passwords().hashed(PASSWORD, username="maria").startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_the_same_password_has_another_hash_each_time() -> None:
    assert QUICK.hashed(PASSWORD, username="maria") != QUICK.hashed(PASSWORD, username="maria")


def test_only_the_password_itself_is_right() -> None:
    stored = QUICK.hashed(PASSWORD, username="maria")

    assert QUICK.verdict(stored, PASSWORD).is_right
    assert not QUICK.verdict(stored, PASSWORD + " ").is_right
    assert not QUICK.verdict(stored, "").is_right


@pytest.mark.parametrize("stored", [None, "", "not a hash", "$argon2id$v=19$m=64,t=1,p=1$broken"])
def test_without_a_hash_nothing_is_right(stored: str | None) -> None:
    assert not QUICK.verdict(stored, PASSWORD).is_right


def test_a_hash_of_weaker_parameters_is_replaced_when_its_owner_signs_in() -> None:
    stronger = Passwords(memory_kib=128, rounds=1, lanes=1)
    stored = QUICK.hashed(PASSWORD, username="maria")

    better = stronger.verdict(stored, PASSWORD).better_hash

    assert better is not None
    assert stronger.verdict(better, PASSWORD).is_right
    assert stronger.verdict(better, PASSWORD).better_hash is None


def test_the_better_hash_is_stored() -> None:
    counter = a_counter(authenticator=Authenticator(passwords=Passwords(memory_kib=128, rounds=1, lanes=1)))

    counter.browser().signs_in()

    found = counter.office.engine.ask(FindCandidate(username="maria"), actor=SYSTEM)
    assert found.password_hash is not None
    assert "m=128" in found.password_hash
    assert counter.browser().signs_in().status_code == 303


def test_an_unknown_name_costs_as_much_as_a_wrong_password(monkeypatch: pytest.MonkeyPatch) -> None:
    passwords = Passwords(memory_kib=128, rounds=2, lanes=1)
    stored = passwords.hashed(PASSWORD, username="maria")
    passwords.verdict(None, "the first one makes the hash that nobody has")
    work = counted_work(monkeypatch)

    passwords.verdict(stored, "wrong")
    passwords.verdict(None, "wrong")

    known, unknown = work
    assert known == unknown == ("compare", extract_parameters(stored))


def test_endless_passwords_cost_no_more_than_long_ones() -> None:
    assert not QUICK.verdict(None, "x" * 10_000_000).is_right
    with pytest.raises(Invalid):
        QUICK.hashed("x" * 10_000_000, username="maria")


def test_a_storm_of_sign_ins_is_told_to_wait_instead_of_using_up_the_memory() -> None:
    busy = Passwords(memory_kib=64, rounds=1, lanes=1, at_once=1, turn_seconds=0.01)

    with busy._turn(), pytest.raises(Unavailable):
        busy.verdict(None, "wrong")


def test_strangers_leave_a_turn_to_known_devices() -> None:
    busy = Passwords(memory_kib=64, rounds=1, lanes=1, at_once=2, turn_seconds=0.01)
    stored = busy.hashed(PASSWORD, username="maria")

    with busy._turn(is_known=False):
        known = busy.verdict(stored, PASSWORD, is_known=True)
        with pytest.raises(Unavailable):
            busy.verdict(stored, PASSWORD)

    assert known.is_right
    assert busy.verdict(stored, PASSWORD).is_right


def test_strangers_have_all_turns_but_one() -> None:
    three = Passwords(memory_kib=64, rounds=1, lanes=1, at_once=3, turn_seconds=0.01)
    one = Passwords(memory_kib=64, rounds=1, lanes=1, at_once=1, turn_seconds=0.01)

    with three._turn(is_known=False):
        assert not three.verdict(None, "wrong").is_right
        with three._turn(is_known=False), pytest.raises(Unavailable):
            three.verdict(None, "wrong")
    assert not one.verdict(None, "wrong").is_right
