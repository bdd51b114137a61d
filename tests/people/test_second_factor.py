"""Claims about the codes of a telephone as their commands take them: kept, ended, reset, and sealed anew."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from engine.dispatch import Engine
from engine.kernel.actor import SYSTEM
from engine.kernel.refusal import Conflict, NotPermitted
from engine.people import account_store, one_time_code
from engine.people.account import Account, WrongCode
from engine.people.attempts import SignInAttempt
from engine.people.queries import ShowAccountPage, ShowOwnAccount
from engine.people.second_factor import (
    ConfirmSecondFactor,
    EndSecondFactor,
    EnrolSecondFactor,
    ResetSecondFactor,
)
from engine.people.session import SessionLife, SignInMethod
from engine.people.signing_in import PassSecondFactor, SignIn
from engine.sealing.keyring import Keyring
from engine.sealing.seals import Seals, SecretKind
from tests.office import MovableClock, an_office
from tests.people.conftest import CLERK, MARIA
from tests.people.device import adds_passkey
from tests.people.test_passkeys import PARTY

LIFE = SessionLife(idle=timedelta(hours=1), longest=timedelta(hours=10))


def code(clock: MovableClock, secret: bytes) -> str:
    return one_time_code.code_of(secret, one_time_code.step_at(clock.now()))


def confirmed(engine: Engine, clock: MovableClock) -> tuple[bytes, tuple[str, ...]]:
    """The clerk has a second factor, whose code was just taken; its secret and the recovery codes."""
    secret = engine.carry_out(EnrolSecondFactor(), actor=CLERK)
    codes = engine.carry_out(ConfirmSecondFactor(code=code(clock, secret)), actor=CLERK)
    return secret, codes


def account(engine: Engine) -> Account:
    return engine.ask(ShowOwnAccount(), actor=CLERK)


@contextmanager
def changed(engine: Engine) -> Iterator[list[Account]]:
    """The clerk's account, in a list of one, written as it stands there afterwards."""
    with engine.store.begin() as connection:
        found = account_store.lock_account(connection, MARIA.id)
        assert found is not None
        kept = [found]
        yield kept
        account_store.save_account(connection, kept[0])
        connection.commit()


def test_a_second_factor_counts_once_a_code_has_shown_that_the_telephone_has_it(
    engine: Engine, clock: MovableClock
) -> None:
    secret = engine.carry_out(EnrolSecondFactor(), actor=CLERK)
    before = account(engine).takes_codes
    with pytest.raises(WrongCode):
        engine.carry_out(ConfirmSecondFactor(code="000000"), actor=CLERK)

    codes = engine.carry_out(ConfirmSecondFactor(code=code(clock, secret)), actor=CLERK)

    assert not before
    assert account(engine).takes_codes
    assert len(account(engine).recovery_digests) == len(codes) == 10
    with pytest.raises(Conflict):
        engine.carry_out(EnrolSecondFactor(), actor=CLERK)


def test_who_ends_it_without_a_passkey_keeps_no_recovery_codes(engine: Engine, clock: MovableClock) -> None:
    _, codes = confirmed(engine, clock)

    engine.carry_out(EndSecondFactor(code=codes[0]), actor=CLERK)

    assert not account(engine).takes_codes
    assert account(engine).recovery_digests == ()


def test_who_ends_it_and_has_a_passkey_keeps_the_other_recovery_codes() -> None:
    office = an_office()
    adds_passkey(office, PARTY)
    secret = office.does(EnrolSecondFactor())
    codes = office.does(ConfirmSecondFactor(code=code(office.clock, secret)))

    office.does(EndSecondFactor(code=codes[0]))

    left = office.engine.ask(ShowOwnAccount(), actor=office.clerk)
    assert not left.takes_codes
    assert len(left.recovery_digests) == 9


def test_an_operator_resets_codes_and_passkeys_and_ends_the_sessions() -> None:
    office = an_office()
    assert office.clerk.id is not None
    sign_in = SignIn(user_id=office.clerk.id, method=SignInMethod.PASSWORD, life=LIFE)
    session = office.does(sign_in, actor=SYSTEM).session
    adds_passkey(office, PARTY)
    secret = office.does(EnrolSecondFactor())
    office.does(ConfirmSecondFactor(code=code(office.clock, secret)))
    reset = ResetSecondFactor(user_id=office.clerk.id)
    with pytest.raises(NotPermitted):
        office.does(reset)

    office.does(reset, actor=SYSTEM)

    shown = office.engine.ask(ShowAccountPage(), actor=office.clerk)
    left = office.engine.ask(ShowOwnAccount(), actor=office.clerk)
    assert not shown.passkeys
    assert (left.takes_codes, left.recovery_digests) == (False, ())
    assert office.engine.identify_session(session.digest) is None


def waiting(engine: Engine) -> UUID:
    """A session of the clerk's that awaits the second factor."""
    command = SignIn(user_id=MARIA.id, method=SignInMethod.PASSWORD, life=LIFE)
    return engine.carry_out(command, actor=SYSTEM).session.id


def passes(engine: Engine, typed: str) -> None:
    attempt = SignInAttempt(username=MARIA.username, address="192.0.2.7")
    session_id = waiting(engine)
    command = PassSecondFactor(session_id=session_id, code=typed, life=LIFE, attempt=attempt)
    engine.carry_out(command, actor=SYSTEM)


def test_a_code_seals_with_the_key_of_today_what_is_not_and_nothing_else(
    engine: Engine, clock: MovableClock
) -> None:
    """Secrets that are as old as the system are kept as they were made."""
    secret, _ = confirmed(engine, clock)
    clock.advance(timedelta(minutes=1))
    with changed(engine) as kept:
        kept[0] = replace(kept[0], sealed_secret=secret)

    passes(engine, code(clock, secret))
    sealed = account(engine).sealed_secret
    clock.advance(timedelta(minutes=1))
    passes(engine, code(clock, secret))

    assert sealed is not None
    assert engine.seals.is_up_to_date(sealed)
    assert account(engine).sealed_secret == sealed


def test_a_recovery_code_leaves_a_secret_that_no_key_opens(engine: Engine, clock: MovableClock) -> None:
    secret, codes = confirmed(engine, clock)
    lost = Seals(Keyring([b"o" * 32])).sealed(secret, kind=SecretKind.SECOND_FACTOR, owner=MARIA.id)
    with changed(engine) as kept:
        kept[0] = replace(kept[0], sealed_secret=lost)

    passes(engine, codes[0])

    assert account(engine).sealed_secret == lost
    assert len(account(engine).recovery_digests) == 9
