"""Claims about the secrets of second factors at rest: sealed, re-sealed, and told when a key is missing."""

import base64
import re
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from engine.bootstrap import build
from engine.dispatch import Engine
from engine.kernel.actor import SYSTEM
from engine.kernel.refusal import Unavailable
from engine.operations.key_rotation import ListKeyUses, SealAnew
from engine.people import account_store, one_time_code
from engine.people.second_factor import (
    ConfirmSecondFactor,
    EnrolSecondFactor,
)
from engine.sealing.keyring import KeyFile, Keyring, key_of
from engine.sealing.seals import Seals, SecretKind
from engine.settings import from_environment
from tests.builders import NOON, an_id
from tests.office import MovableClock, Office, an_office
from tests.people.sign_in.browser import PASSWORD, Counter, a_counter

SECRET = b"12345678901234567890"
OLD, NEW = b"o" * 32, b"n" * 32
FACTOR = SecretKind.SECOND_FACTOR


def text_of(*keys: bytes) -> str:
    return ",".join(base64.b64encode(key).decode() for key in keys)


def seals(*keys: bytes) -> Seals:
    return Seals(Keyring(keys))


@contextmanager
def engine_at(url: str, *keys: bytes) -> Iterator[Engine]:
    environment = {"STOA_DATABASE_URL": url, "STOA_SECRET_KEYS": text_of(*keys)}
    with closing(build(from_environment(environment), clock=MovableClock(NOON))) as engine:
        yield engine


def code(office: Office, secret: bytes) -> str:
    return one_time_code.code_of(secret, one_time_code.step_at(office.clock.now()))


def test_what_is_sealed_opens_for_its_owner_alone() -> None:
    owner, other = an_id(), an_id()
    sealed = seals(NEW).sealed(SECRET, kind=FACTOR, owner=owner)

    assert SECRET not in sealed
    assert seals(NEW).opened(sealed, kind=FACTOR, owner=owner) == SECRET
    with pytest.raises(Unavailable, match="for somebody else"):
        seals(NEW).opened(sealed, kind=FACTOR, owner=other)


def test_the_same_secret_is_sealed_differently_each_time() -> None:
    owner = an_id()

    assert seals(NEW).sealed(SECRET, kind=FACTOR, owner=owner) != seals(NEW).sealed(
        SECRET, kind=FACTOR, owner=owner
    )


def test_any_key_at_hand_opens_and_the_first_one_seals() -> None:
    owner = an_id()
    old, both = seals(OLD).sealed(SECRET, kind=FACTOR, owner=owner), seals(NEW, OLD)

    assert both.opened(old, kind=FACTOR, owner=owner) == SECRET
    assert not both.is_up_to_date(old)
    assert both.is_up_to_date(both.sealed(SECRET, kind=FACTOR, owner=owner))
    assert (
        seals(NEW).opened(both.sealed(SECRET, kind=FACTOR, owner=owner), kind=FACTOR, owner=owner) == SECRET
    )


@pytest.mark.parametrize("at", [0, 3, 12, 30, -1])
def test_what_was_changed_does_not_open(at: int) -> None:
    owner = an_id()
    sealed = bytearray(seals(NEW).sealed(SECRET, kind=FACTOR, owner=owner))
    sealed[at] ^= 1

    with pytest.raises(Unavailable):
        seals(NEW).opened(bytes(sealed), kind=FACTOR, owner=owner)


def test_without_a_key_nothing_is_sealed() -> None:
    with pytest.raises(Unavailable, match="STOA_SECRET_KEYS"):
        seals().sealed(SECRET, kind=FACTOR, owner=an_id())


def test_a_secret_of_before_is_what_it_is_and_wants_sealing() -> None:
    assert seals(NEW).opened(SECRET, kind=FACTOR, owner=an_id()) == SECRET
    assert not seals(NEW).is_up_to_date(SECRET)


def test_a_key_file_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "var" / "stoa.key"

    key = KeyFile(path).key()

    assert KeyFile(path).key() == key
    assert len(key) == 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_a_key_file_that_holds_something_else_is_told_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "stoa.key"
    path.write_text("not a key\n")

    with pytest.raises(Unavailable, match=re.escape(str(path))):
        KeyFile(path).key()

    assert path.read_text() == "not a key\n"


@pytest.mark.parametrize("text", ["", "AAAA", "/" * 42, "κλειδί", base64.b64encode(b"x" * 31).decode()])
def test_a_key_has_32_bytes(text: str) -> None:
    with pytest.raises(ValueError, match="32 bytes in base64"):
        key_of(text)


def test_a_key_may_be_written_in_either_alphabet() -> None:
    key = b"\xfb\xff" * 16

    assert key_of(base64.b64encode(key).decode()) == key_of(base64.urlsafe_b64encode(key).decode()) == key


def test_an_installation_on_sqlite_needs_no_setting(sqlite_url: str) -> None:
    clock = MovableClock(NOON)
    office = an_office(build(from_environment({"STOA_DATABASE_URL": sqlite_url}), clock=clock), clock=clock)

    secret = office.does(EnrolSecondFactor())

    database = Path(sqlite_url.removeprefix("sqlite:///"))
    office.engine.close()
    assert database.with_suffix(".key").exists()
    with closing(sqlite3.connect(database)) as connection:
        (stored,) = connection.execute("SELECT sealed_secret FROM accounts").fetchone()
    assert len(secret) == 20
    assert secret not in stored
    assert secret not in database.read_bytes()


def test_the_key_that_was_made_still_opens_after_others_were_given(sqlite_url: str) -> None:
    owner = an_id()
    first = build(from_environment({"STOA_DATABASE_URL": sqlite_url}))
    sealed = first.seals.sealed(SECRET, kind=FACTOR, owner=owner)
    second = build(from_environment({"STOA_DATABASE_URL": sqlite_url, "STOA_SECRET_KEYS": text_of(NEW)}))

    assert second.seals.opened(sealed, kind=FACTOR, owner=owner) == SECRET
    assert not second.seals.is_up_to_date(sealed)
    first.close()
    second.close()


def test_on_postgresql_a_second_factor_needs_a_key(postgresql_url: str) -> None:
    with engine_at(postgresql_url) as engine, pytest.raises(Unavailable, match="STOA_SECRET_KEYS"):
        an_office(engine).does(EnrolSecondFactor())


def test_after_sealing_anew_the_old_key_can_be_thrown_away(database_url: str) -> None:
    url = database_url
    with engine_at(url, OLD) as engine:
        an_office(engine).does(EnrolSecondFactor())

    def reseal(*keys: bytes) -> tuple[int, int]:
        with engine_at(url, *keys) as engine:
            done = engine.carry_out(SealAnew(kind=FACTOR), actor=SYSTEM)
            return done.renewed, done.unopened

    def kept(*keys: bytes) -> list[tuple[bool, bool]]:
        with engine_at(url, *keys) as engine:
            uses = engine.ask(ListKeyUses(), actor=SYSTEM)
            return [(one.is_at_hand, one.seals) for one in uses if one.kind is FACTOR]

    assert reseal(NEW) == (0, 1)
    assert kept(NEW) == [(False, False)]
    assert kept(NEW, OLD) == [(True, False)]
    assert reseal(NEW, OLD) == (1, 0)
    assert reseal(NEW) == (0, 0)
    assert kept(NEW) == [(True, True)]


def a_counter_with_a_lost_key() -> tuple[Counter, bytes, tuple[str, ...]]:
    """An office in which Maria's second factor was sealed with a key that is gone."""
    counter = a_counter()
    office = counter.office
    secret = office.does(EnrolSecondFactor())
    codes = office.does(ConfirmSecondFactor(code=code(office, secret)))
    office.clock.advance(timedelta(seconds=90))
    assert office.clerk.id is not None
    with office.engine.store.begin() as connection:
        account = account_store.lock_account(connection, office.clerk.id)
        assert account is not None
        sealed = seals(OLD).sealed(secret, kind=FACTOR, owner=account.user_id)
        account_store.save_account(connection, replace(account, sealed_secret=sealed))
        connection.commit()
    return counter, secret, codes


def test_a_missing_key_is_told_and_keeps_nobody_from_their_recovery_codes() -> None:
    counter, secret, codes = a_counter_with_a_lost_key()
    browser = counter.browser()
    browser.opens(browser.signs_in().location)

    told = browser.sends("/sign-in/code", code=code(counter.office, secret))
    passed = browser.sends("/sign-in/code", code=codes[0])

    assert told.status_code == 422
    assert "έναν από τους κωδικούς ανάκτησης" in told.text
    assert passed.location == "/home"
    browser.opens("/account")
    typed = {"code": codes[1], "present_password": PASSWORD}
    assert browser.sends("/account/second-factor/ended", **typed).status_code == 200


def test_a_code_seals_anew_what_an_older_key_has_sealed() -> None:
    counter, secret, _ = a_counter_with_a_lost_key()
    office = counter.office
    assert office.clerk.id is not None
    with office.engine.store.begin() as connection:
        account = account_store.lock_account(connection, office.clerk.id)
        assert account is not None
        account_store.save_account(connection, replace(account, sealed_secret=secret))
        connection.commit()
    browser = counter.browser()
    browser.opens(browser.signs_in().location)

    passed = browser.sends("/sign-in/code", code=code(office, secret))

    with office.engine.store.begin() as connection:
        account = account_store.lock_account(connection, office.clerk.id)
    assert passed.location == "/home"
    assert account is not None
    assert account.sealed_secret is not None
    assert office.engine.seals.is_up_to_date(account.sealed_secret)
