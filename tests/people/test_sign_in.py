"""Claims about the commands behind the sign-in: who may give them, and that many at once are each counted."""

import base64
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from engine.bootstrap import build
from engine.context import Command
from engine.kernel.actor import SYSTEM, Actor, Role
from engine.kernel.refusal import Conflict, Invalid, NotFound, NotPermitted
from engine.operations.housekeeping import DiscardExpired
from engine.operations.key_rotation import SealAnew, SealPlain
from engine.operations.traffic import CountRequest, NoteUntrustedProxy
from engine.people import account_store, one_time_code
from engine.people.account import WrongCode
from engine.people.accounts import EndSessions, ForgiveAttempts, SetPassword
from engine.people.attempts import SignInAttempt, TooManyAttempts
from engine.people.external_identities import EndExternalSessions, ForgetIdentities, ReceivePerson
from engine.people.queries import FindCandidate, ListUsers, ShowUser
from engine.people.second_factor import (
    ConfirmSecondFactor,
    EnrolSecondFactor,
    ResetSecondFactor,
)
from engine.people.session import SessionLife, SignInMethod, digest, digest_of
from engine.people.sign_in.contract import ExternalIdentity
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
from engine.people.tokens import IssueToken
from engine.people.users import SaveUser, SetActive
from engine.sealing.seals import SecretKind
from engine.settings import from_environment
from tests.builders import NOON, a_user, an_id
from tests.office import MovableClock, Office, an_office

LIFE = SessionLife(idle=timedelta(hours=1), longest=timedelta(hours=10))
A_KEY = base64.b64encode(b"k" * 32).decode()
ATTEMPT = SignInAttempt(username="maria", address="192.0.2.7")


@pytest.fixture
def office() -> Office:
    """An office in memory."""
    return an_office()


@pytest.fixture
def stored_office(database_url: str) -> Iterator[Office]:
    """An office in a database, of each kind in turn."""
    clock = MovableClock(NOON)
    environment = {"STOA_DATABASE_URL": database_url, "STOA_SECRET_KEYS": A_KEY}
    engine = build(from_environment(environment), clock=clock)
    yield an_office(engine, clock=clock)
    engine.close()


def signs_in(office: Office, actor: Actor | None = None) -> OpenedSession:
    who = actor or office.clerk
    assert who.id is not None
    command = SignIn(user_id=who.id, method=SignInMethod.PASSWORD, life=LIFE, attempt=ATTEMPT)
    return office.does(command, actor=SYSTEM)


def enrolled(office: Office) -> tuple[str, ...]:
    """The clerk has a second factor; their recovery codes."""
    secret = office.does(EnrolSecondFactor())
    code = one_time_code.code_of(secret, one_time_code.step_at(office.clock.now()))
    return office.does(ConfirmSecondFactor(code=code))


@pytest.mark.parametrize(
    "command",
    [
        CountAttempt(attempt=ATTEMPT),
        TakeAttemptBack(attempt=ATTEMPT),
        CountRequest(caller="track 192.0.2.7", per_minute=30),
        NoteUntrustedProxy(),
        SignIn(user_id=an_id(), method=SignInMethod.OIDC, life=LIFE),
        PassSecondFactor(session_id=an_id(), code="123456", life=LIFE, attempt=ATTEMPT),
        ReceivePerson(person=ExternalIdentity(username="maria", issuer="https://id.example", subject="1")),
        EndExternalSessions(issuer="https://id.example", subject="1"),
        SealPlain(kind=SecretKind.TRACKING_CODE),
        SealAnew(kind=SecretKind.SECOND_FACTOR),
        SetPassword(user_id=an_id(), password_hash="$argon2id$"),
        ResetSecondFactor(user_id=an_id()),
        ForgiveAttempts(username="maria"),
        EndSessions(user_id=an_id()),
        ForgetIdentities(user_id=an_id()),
        SaveUser(user=a_user(username="anna")),
        SetActive(user_id=an_id(), active=False),
    ],
    ids=lambda command: type(command).__name__,
)
def test_nobody_gives_the_commands_of_the_door_or_of_the_operator(
    office: Office, command: Command[Any]
) -> None:
    with pytest.raises(NotPermitted):
        office.does(command)


@pytest.mark.parametrize(
    "question", [FindCandidate(username="maria"), ShowUser(username="maria"), ListUsers()]
)
def test_nobody_looks_at_accounts(office: Office, question: Any) -> None:
    with pytest.raises(NotPermitted):
        office.engine.ask(question, actor=office.manager)


def test_the_session_of_another_is_not_there(office: Office) -> None:
    session = signs_in(office).session
    elsewhere = ChooseWorkplace(session_id=session.id, workplace_id=office.branch.id)

    with pytest.raises(NotFound):
        office.does(SignOut(session_id=session.id), actor=office.colleague)
    with pytest.raises(NotFound):
        office.does(elsewhere, actor=office.colleague)


def test_what_the_browser_keeps_is_stored_nowhere(office: Office) -> None:
    opened = signs_in(office)

    assert opened.text not in repr(opened.session)
    assert opened.session.digest == digest_of(opened.text)


def test_a_session_that_is_over_is_not_kept_up(office: Office) -> None:
    opened = signs_in(office)
    office.clock.advance(timedelta(minutes=61))

    office.does(KeepUpSession(session_id=opened.session.id, life=LIFE))

    assert office.engine.identify_session(opened.session.digest) is None


def test_a_session_is_not_kept_up_beyond_its_longest_time(office: Office) -> None:
    opened = signs_in(office)
    for _ in range(11):
        office.clock.advance(timedelta(minutes=54))
        office.does(KeepUpSession(session_id=opened.session.id, life=LIFE))

    found = office.engine.identify_session(opened.session.digest)
    assert found is not None
    office.clock.advance(timedelta(minutes=7))
    assert office.engine.identify_session(opened.session.digest) is None


def test_roles_count_from_the_next_request_on(office: Office) -> None:
    opened = signs_in(office)
    assert office.clerk.id is not None
    maria = a_user(id=office.clerk.id)
    changed = SaveUser(user=maria, branch_id=office.branch.id, roles=frozenset({Role.AUDITOR}))

    office.does(changed, actor=SYSTEM)

    found = office.engine.identify_session(opened.session.digest)
    assert found is not None
    assert found.actor.roles == {Role.AUDITOR}


def test_old_sessions_and_attempts_are_removed_by_housekeeping(office: Office) -> None:
    office.does(CountAttempt(attempt=ATTEMPT), actor=SYSTEM)
    signs_in(office)
    office.clock.advance(timedelta(days=3))

    assert office.does(DiscardExpired(), actor=SYSTEM) == 3
    assert office.does(DiscardExpired(), actor=SYSTEM) == 0


def test_a_user_is_registered_once(office: Office) -> None:
    office.does(SaveUser(user=a_user(username="anna")), actor=SYSTEM)

    with pytest.raises(Conflict):
        office.does(SaveUser(user=a_user(username="anna")), actor=SYSTEM)


def test_an_officer_is_no_role_in_a_branch(office: Office) -> None:
    assert office.clerk.id is not None
    maria = a_user(id=office.clerk.id)
    command = SaveUser(user=maria, branch_id=office.branch.id, roles=frozenset({Role.OFFICER}))

    with pytest.raises(Invalid):
        office.does(command, actor=SYSTEM)


@pytest.mark.parametrize(("networks", "free"), [(1, 5), (48, 20)])
def test_many_attempts_at_once_are_counted_one_by_one(
    stored_office: Office, networks: int, free: int
) -> None:
    def attempt(number: int) -> bool:
        counted = CountAttempt(attempt=replace(ATTEMPT, address=f"192.0.2.{number % networks}"))
        try:
            stored_office.does(counted, actor=SYSTEM)
        except TooManyAttempts:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        passed = list(threads.map(attempt, range(48)))

    assert sum(passed) == free


def test_a_recovery_code_opens_once_however_many_try_at_the_same_moment(stored_office: Office) -> None:
    codes = enrolled(stored_office)
    waiting = [signs_in(stored_office).session for _ in range(6)]
    assert all(session.awaits_code for session in waiting)

    def prove(number: int) -> bool:
        command = PassSecondFactor(session_id=waiting[number].id, code=codes[0], life=LIFE, attempt=ATTEMPT)
        try:
            stored_office.does(command, actor=SYSTEM)
        except WrongCode:
            return False
        return True

    with ThreadPoolExecutor(6) as threads:
        passed = list(threads.map(prove, range(6)))

    assert sum(passed) == 1


def device_key(office: Office) -> bytes | None:
    """What signs the devices that are known to the clerk."""
    with office.engine.store.reading() as connection:
        return account_store.device_key(connection, office.clerk.name)


def test_a_first_password_revokes_no_token(office: Office) -> None:
    assert office.clerk.id is not None
    issue = IssueToken(label="desk", scopes=frozenset(), user_id=office.clerk.id, branch_id=office.branch.id)
    token = office.does(issue, actor=SYSTEM).text

    office.does(SetPassword(user_id=office.clerk.id, password_hash="$argon2id$"), actor=SYSTEM)
    after_the_first = office.engine.identify(digest(token))
    office.does(SetPassword(user_id=office.clerk.id, password_hash="$argon2id$2"), actor=SYSTEM)

    assert after_the_first is not None
    assert office.engine.identify(digest(token)) is None


def test_who_changes_a_password_in_a_session_keeps_it_and_the_devices(office: Office) -> None:
    assert office.clerk.id is not None
    kept, other = signs_in(office).session, signs_in(office).session
    before = device_key(office)
    change = SetPassword(user_id=office.clerk.id, password_hash="$argon2id$", kept_session_id=kept.id)

    office.does(change)

    assert before is not None
    assert device_key(office) == before
    assert office.engine.identify_session(kept.digest) is not None
    assert office.engine.identify_session(other.digest) is None


def test_a_password_in_which_no_session_is_kept_makes_every_device_unknown(office: Office) -> None:
    assert office.clerk.id is not None
    signs_in(office)

    office.does(SetPassword(user_id=office.clerk.id, password_hash="$argon2id$"))

    assert device_key(office) is None


def test_all_sessions_of_somebody_end_but_the_one_that_is_kept(office: Office) -> None:
    assert office.clerk.id is not None
    kept, *others = (signs_in(office).session for _ in range(3))
    of_petros = signs_in(office, office.colleague).session

    ended = office.does(EndSessions(user_id=office.clerk.id, kept_session_id=kept.id))

    assert ended == 2
    assert [office.engine.identify_session(one.digest) for one in others] == [None, None]
    for stays in (kept, of_petros):
        assert office.engine.identify_session(stays.digest) is not None


def test_who_is_let_in_again_may_try_at_once(office: Office) -> None:
    for _ in range(5):
        office.does(CountAttempt(attempt=ATTEMPT), actor=SYSTEM)
    with pytest.raises(TooManyAttempts):
        office.does(CountAttempt(attempt=ATTEMPT), actor=SYSTEM)

    office.does(ForgiveAttempts(username="maria"), actor=office.manager)

    office.does(CountAttempt(attempt=ATTEMPT), actor=SYSTEM)


def test_somebody_who_is_not_there_gets_no_password(office: Office) -> None:
    with pytest.raises(NotFound):
        office.does(SetPassword(user_id=an_id(), password_hash="$argon2id$"), actor=SYSTEM)


def test_a_manager_lets_nobody_try_again_who_works_elsewhere_or_is_not_there(office: Office) -> None:
    office.does(SaveUser(user=a_user(username="anna")), actor=SYSTEM)

    for username in ("anna", "nobody"):
        with pytest.raises(NotPermitted):
            office.does(ForgiveAttempts(username=username), actor=office.manager)
    with pytest.raises(NotPermitted):
        office.does(ForgiveAttempts(username="maria"), actor=office.clerk)
    office.does(ForgiveAttempts(username="maria"), actor=office.manager)


@pytest.mark.parametrize(("seconds", "is_in_time"), [(599, True), (600, False)])
def test_a_sign_in_awaits_its_second_factor_for_ten_minutes(
    office: Office, seconds: int, *, is_in_time: bool
) -> None:
    codes = enrolled(office)
    waiting = signs_in(office).session
    office.clock.advance(timedelta(seconds=seconds))
    command = PassSecondFactor(session_id=waiting.id, code=codes[0], life=LIFE, attempt=ATTEMPT)

    if is_in_time:
        assert not office.does(command, actor=SYSTEM).session.awaits_code
    else:
        with pytest.raises(NotFound):
            office.does(command, actor=SYSTEM)
