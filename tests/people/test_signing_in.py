"""Claims about each step of a sign-in: who opens a session, where, with what proved, and how it ends."""

from dataclasses import replace
from datetime import timedelta

import pytest

from engine.dispatch import Engine
from engine.kernel.actor import SYSTEM, Role
from engine.kernel.refusal import NotFound, NotPermitted
from engine.people import account_store, one_time_code
from engine.people.account import Account
from engine.people.accounts import SetPassword
from engine.people.attempts import SignInAttempt, TooManyAttempts
from engine.people.passkey import RelyingParty
from engine.people.queries import ShowOwnAccount
from engine.people.second_factor import ConfirmSecondFactor, EndSecondFactor, EnrolSecondFactor
from engine.people.session import Session, SessionLife, SignInMethod
from engine.people.signing_in import (
    ChooseWorkplace,
    CountAttempt,
    KeepUpSession,
    OpenedSession,
    PassSecondFactor,
    SignIn,
    SignOut,
    TakeAttemptBack,
)
from engine.people.users import SaveUser, SetActive
from tests.builders import NOON, an_id
from tests.office import MovableClock, an_office
from tests.people.conftest import CLERK, HERE, MARIA, THERE
from tests.people.device import adds_passkey

LIFE = SessionLife(idle=timedelta(hours=1), longest=timedelta(hours=10))
ATTEMPT = SignInAttempt(username="maria", address="192.0.2.7")
SIGN_IN = SignIn(user_id=MARIA.id, method=SignInMethod.PASSWORD, life=LIFE, attempt=ATTEMPT)
ELSEWHERE = [replace(ATTEMPT, address=f"198.51.100.{number}") for number in range(30)]


def works_there_too(engine: Engine) -> None:
    engine.carry_out(SaveUser(user=MARIA, branch_id=THERE.id, roles=frozenset({Role.CLERK})), actor=SYSTEM)


def signs_in(engine: Engine, command: SignIn = SIGN_IN) -> OpenedSession:
    return engine.carry_out(command, actor=SYSTEM)


def session_now(engine: Engine, session: Session) -> Session | None:
    """The session as it is kept; None if it opens nothing."""
    found = engine.identify_session(session.digest)
    return found.session if found else None


def account_now(engine: Engine) -> Account:
    return engine.ask(ShowOwnAccount(), actor=CLERK)


def enrolled(engine: Engine, clock: MovableClock) -> tuple[str, ...]:
    """The clerk has a second factor; their recovery codes."""
    secret = engine.carry_out(EnrolSecondFactor(), actor=CLERK)
    code = one_time_code.code_of(secret, one_time_code.step_at(clock.now()))
    return engine.carry_out(ConfirmSecondFactor(code=code), actor=CLERK)


def passes(waiting: Session, code: str, attempt: SignInAttempt = ATTEMPT) -> PassSecondFactor:
    return PassSecondFactor(session_id=waiting.id, code=code, life=LIFE, attempt=attempt)


# Opening


def test_a_person_opens_no_session_not_even_for_themselves(engine: Engine) -> None:
    with pytest.raises(NotPermitted):
        engine.carry_out(SIGN_IN, actor=CLERK)


def test_who_is_not_active_or_not_there_opens_no_session(engine: Engine) -> None:
    engine.carry_out(SetActive(user_id=MARIA.id, active=False), actor=SYSTEM)

    for command in (SIGN_IN, replace(SIGN_IN, user_id=an_id())):
        with pytest.raises(NotPermitted) as refused:
            signs_in(engine, command)
        assert refused.value.code == "user_inactive"


def test_who_has_one_workplace_is_there_and_who_has_two_where_they_say(engine: Engine) -> None:
    at_the_only_one = signs_in(engine).session
    works_there_too(engine)
    to_be_chosen = signs_in(engine).session
    where_they_said = signs_in(engine, replace(SIGN_IN, workplace_id=THERE.id)).session

    assert at_the_only_one.workplace_id == HERE.id
    assert to_be_chosen.workplace_id is None
    assert where_they_said.workplace_id == THERE.id


def test_who_works_nowhere_has_a_session_without_a_workplace(engine: Engine) -> None:
    engine.carry_out(SaveUser(user=MARIA, branch_id=HERE.id), actor=SYSTEM)

    opened = signs_in(engine).session

    assert opened.workplace_id is None
    assert session_now(engine, opened) == opened


def test_a_session_is_idle_for_an_hour_and_lasts_ten(engine: Engine) -> None:
    opened = signs_in(engine).session

    assert opened.idle_until == NOON + LIFE.idle
    assert opened.expires_at == NOON + LIFE.longest


def test_a_better_hash_takes_the_place_of_the_weaker_one(engine: Engine, clock: MovableClock) -> None:
    engine.carry_out(SetPassword(user_id=MARIA.id, password_hash="weak"), actor=SYSTEM)
    clock.advance(timedelta(days=1))

    signs_in(engine, replace(SIGN_IN, attempt=None, better_hash="strong"))

    found = account_now(engine)
    assert (found.password_hash, found.password_set_at) == ("strong", NOON)


def test_a_better_hash_gives_no_password_to_who_has_none(engine: Engine) -> None:
    signs_in(engine, replace(SIGN_IN, better_hash="strong"))

    assert account_now(engine).password_hash is None


def test_a_browser_is_known_from_now_on_where_attempts_are_counted(engine: Engine) -> None:
    assert signs_in(engine).device is not None
    assert signs_in(engine, replace(SIGN_IN, attempt=None)).device is None


# Attempts


def test_an_attempt_that_is_taken_back_is_not_counted(engine: Engine) -> None:
    for _ in range(2):
        engine.carry_out(CountAttempt(attempt=ATTEMPT), actor=SYSTEM)
    for _ in range(3):
        engine.carry_out(CountAttempt(attempt=ATTEMPT), actor=SYSTEM)
        engine.carry_out(TakeAttemptBack(attempt=ATTEMPT), actor=SYSTEM)
    for _ in range(3):
        engine.carry_out(CountAttempt(attempt=ATTEMPT), actor=SYSTEM)

    with pytest.raises(TooManyAttempts):
        engine.carry_out(CountAttempt(attempt=ATTEMPT), actor=SYSTEM)


def test_a_device_is_known_at_the_next_attempt_and_stays_the_same_one(engine: Engine) -> None:
    known = replace(ATTEMPT, device=signs_in(engine).device or "")

    assert engine.carry_out(CountAttempt(attempt=known), actor=SYSTEM)
    assert not engine.carry_out(CountAttempt(attempt=ATTEMPT), actor=SYSTEM)
    assert signs_in(engine, replace(SIGN_IN, attempt=known)).device == known.device


@pytest.mark.parametrize("has_second_factor", [False, True])
def test_a_sign_in_takes_its_own_attempts_back_from_strangers_and_no_others(
    engine: Engine, clock: MovableClock, *, has_second_factor: bool
) -> None:
    """Twenty attempts are free to strangers; a sign-in is one, and with a second factor two."""
    codes = enrolled(engine, clock) if has_second_factor else ()
    own, free = [ATTEMPT] * (2 if has_second_factor else 1), 20
    for attempt in [*ELSEWHERE[: free - len(own)], *own]:
        engine.carry_out(CountAttempt(attempt=attempt), actor=SYSTEM)

    opened = signs_in(engine).session
    if has_second_factor:
        engine.carry_out(passes(opened, codes[0]), actor=SYSTEM)

    for attempt in ELSEWHERE[-len(own) :]:
        engine.carry_out(CountAttempt(attempt=attempt), actor=SYSTEM)
    with pytest.raises(TooManyAttempts):
        engine.carry_out(CountAttempt(attempt=ATTEMPT), actor=SYSTEM)


@pytest.mark.parametrize("has_second_factor", [False, True])
def test_a_sign_in_forgets_all_failures_in_its_network(
    engine: Engine, clock: MovableClock, *, has_second_factor: bool
) -> None:
    codes = enrolled(engine, clock) if has_second_factor else ()
    for _ in range(5):
        engine.carry_out(CountAttempt(attempt=ATTEMPT), actor=SYSTEM)

    opened = signs_in(engine).session
    if has_second_factor:
        engine.carry_out(passes(opened, codes[0]), actor=SYSTEM)

    for _ in range(5):
        engine.carry_out(CountAttempt(attempt=ATTEMPT), actor=SYSTEM)


# The second factor


def test_an_identity_provider_asks_for_its_own_second_factor(engine: Engine, clock: MovableClock) -> None:
    enrolled(engine, clock)

    assert signs_in(engine).session.awaits_code
    assert not signs_in(engine, replace(SIGN_IN, method=SignInMethod.OIDC)).session.awaits_code


def test_a_passkey_is_a_second_factor() -> None:
    office = an_office()
    adds_passkey(office, RelyingParty(id="kep.example", origin="https://kep.example"))

    opened = signs_in(office.engine, replace(SIGN_IN, user_id=office.clerk.id or an_id()))

    assert opened.session.awaits_code


def test_who_has_ended_the_second_factor_meanwhile_needs_no_code(engine: Engine, clock: MovableClock) -> None:
    codes = enrolled(engine, clock)
    waiting = signs_in(engine).session
    engine.carry_out(EndSecondFactor(code=codes[0]), actor=CLERK)

    passed = engine.carry_out(passes(waiting, ""), actor=SYSTEM)

    assert not passed.session.awaits_code


def test_a_sign_in_is_completed_once_at_the_chosen_workplace(engine: Engine, clock: MovableClock) -> None:
    codes = enrolled(engine, clock)
    works_there_too(engine)
    waiting = signs_in(engine, replace(SIGN_IN, workplace_id=THERE.id)).session

    passed = engine.carry_out(passes(waiting, codes[0]), actor=SYSTEM)

    assert passed.session.workplace_id == THERE.id
    assert passed.device is not None
    assert session_now(engine, waiting) is None
    with pytest.raises(NotFound):
        engine.carry_out(passes(waiting, codes[1]), actor=SYSTEM)


def test_no_code_is_taken_for_a_session_that_awaits_none_or_is_not_there(
    engine: Engine, clock: MovableClock
) -> None:
    open_already = signs_in(engine).session
    codes = enrolled(engine, clock)

    for session in (open_already, replace(open_already, id=an_id())):
        with pytest.raises(NotFound):
            engine.carry_out(passes(session, codes[0]), actor=SYSTEM)


def test_no_person_proves_a_second_factor_past_the_sign_in(engine: Engine, clock: MovableClock) -> None:
    codes = enrolled(engine, clock)
    waiting = signs_in(engine).session

    with pytest.raises(NotPermitted):
        engine.carry_out(passes(waiting, codes[0]), actor=CLERK)


# While it is open


def test_a_session_moves_to_another_workplace_of_its_owner_alone(engine: Engine) -> None:
    opened = signs_in(engine).session
    moves = ChooseWorkplace(session_id=opened.id, workplace_id=THERE.id)

    with pytest.raises(NotPermitted):
        engine.carry_out(moves, actor=CLERK)
    works_there_too(engine)
    moved = engine.carry_out(moves, actor=CLERK)

    assert moved.workplace_id == THERE.id
    assert session_now(engine, opened) == moved


def test_what_waits_for_its_code_is_not_kept_up(engine: Engine, clock: MovableClock) -> None:
    codes = enrolled(engine, clock)
    waiting = signs_in(engine).session
    for _ in range(2):
        clock.advance(timedelta(minutes=6))
        engine.carry_out(KeepUpSession(session_id=waiting.id, life=LIFE), actor=SYSTEM)

    with pytest.raises(NotFound):
        engine.carry_out(passes(waiting, codes[0]), actor=SYSTEM)


def test_a_session_that_was_removed_meanwhile_is_not_kept_up(engine: Engine) -> None:
    engine.carry_out(KeepUpSession(session_id=an_id(), life=LIFE), actor=SYSTEM)


def test_a_session_is_ended_once_by_its_owner_or_the_system(engine: Engine, clock: MovableClock) -> None:
    for actor in (CLERK, SYSTEM):
        opened, ended_at = signs_in(engine).session, clock.now()
        for _ in range(2):
            engine.carry_out(SignOut(session_id=opened.id), actor=actor)
            clock.advance(timedelta(minutes=1))

        assert session_now(engine, opened) is None
        with engine.store.reading() as connection:
            kept = account_store.lock_session(connection, opened.id)
        assert kept is not None
        assert kept.ended_at == ended_at


def test_what_is_not_there_is_not_ended(engine: Engine) -> None:
    for actor in (CLERK, SYSTEM):
        with pytest.raises(NotFound):
            engine.carry_out(SignOut(session_id=an_id()), actor=actor)
