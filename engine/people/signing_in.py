"""Sign in and out: sessions are opened, proved by a second factor, moved between workplaces, and ended.

That a person is who they say is proved outside, while no transaction is open: a password hash takes a tenth
of a second, a directory longer. `CountAttempt` comes before the proof, `SignIn` after it.
"""

from dataclasses import dataclass, replace
from uuid import UUID

from engine.context import Command, Transaction
from engine.kernel.actor import ActorKind
from engine.kernel.permission import require_system
from engine.kernel.refusal import NotFound, NotPermitted
from engine.people import account_store, attempts_store, passkey_store
from engine.people import store as people_store
from engine.people.account import Account
from engine.people.accounts import account_of
from engine.people.attempts import SignInAttempt, Subject, of_device, of_network, of_strangers
from engine.people.devices import Device, device_of, new_device, new_device_key
from engine.people.model import User
from engine.people.second_factor import with_code_passed
from engine.people.session import (
    TIME_FOR_THE_CODE,
    Session,
    SessionLife,
    SignInMethod,
    digest_of,
    new_session_text,
    workplace_of,
)


@dataclass(frozen=True, kw_only=True)
class OpenedSession:
    """A new session: its text, which the browser keeps, and its record.

    `device` is what the browser keeps besides, to be known to the account from now on; None before the
    sign-in is complete, and where no attempts are counted.
    """

    text: str
    session: Session
    device: str | None = None


@dataclass(frozen=True, kw_only=True)
class CountAttempt(Command[bool]):
    """Count an attempt to sign in, before it is judged; `TooManyAttempts` if it comes too early."""

    attempt: SignInAttempt


def count_attempt(command: CountAttempt, transaction: Transaction) -> bool:
    """Count it for everything that it counts for, or for nothing; says whether the device is known."""
    require_system(transaction.actor)
    subjects = _subjects_of(transaction, command.attempt)
    found = attempts_store.lock_attempts(transaction.connection, subjects, transaction.now)
    counted = [one.counted(subject, transaction.now) for one, subject in zip(found, subjects, strict=True)]
    attempts_store.save_attempts(transaction.connection, counted)
    return len(subjects) == 1


@dataclass(frozen=True, kw_only=True)
class TakeAttemptBack(Command[None]):
    """Count a counted attempt no more, as it succeeded: of somebody who is signed in and proved it again."""

    attempt: SignInAttempt


def take_attempt_back(command: TakeAttemptBack, transaction: Transaction) -> None:
    """Take it back from everything that it was counted for."""
    require_system(transaction.actor)
    subjects = _subjects_of(transaction, command.attempt)
    found = attempts_store.lock_attempts(transaction.connection, subjects, transaction.now)
    attempts_store.save_attempts(transaction.connection, [one.forgiven(1) for one in found])


@dataclass(frozen=True, kw_only=True)
class SignIn(Command[OpenedSession]):
    """Open a session for a user who has proved who they are.

    The counted `attempt` is taken back; None where somebody else counts. `better_hash` is the hash of the
    password with today's parameters where the stored one is of weaker ones. Who has several workplaces
    works at `workplace_id`, or chooses afterwards.
    """

    user_id: UUID
    method: SignInMethod
    life: SessionLife
    attempt: SignInAttempt | None = None
    workplace_id: UUID | None = None
    better_hash: str | None = None


def sign_in(command: SignIn, transaction: Transaction) -> OpenedSession:
    """The session, at their workplace if they have only one; it awaits a code where there is a second factor.

    Who works nowhere has one too, which opens nothing but their own account. `NotPermitted` for a user who is
    inactive.
    """
    require_system(transaction.actor)
    user = _active_user(transaction, command.user_id)
    account = account_store.lock_account(transaction.connection, user.id)
    if account is not None and command.better_hash is not None:
        account = account.with_password(command.better_hash, account.password_set_at or transaction.now)
        account_store.save_account(transaction.connection, account)
    awaits_code = _needs_second_factor(transaction, user, account, command.method)
    text, session = _opened(
        transaction,
        user,
        method=command.method,
        life=command.life,
        awaits_code=awaits_code,
        workplace_id=command.workplace_id,
    )
    if awaits_code or command.attempt is None:
        return OpenedSession(text=text, session=session)
    _forgive(transaction, command.attempt, times=1)
    device = _made_known(transaction, account or Account(user_id=user.id), command.attempt)
    return OpenedSession(text=text, session=session, device=device.text)


@dataclass(frozen=True, kw_only=True)
class PassSecondFactor(Command[OpenedSession]):
    """Prove the second factor by a one-time code or a recovery code, after a counted attempt."""

    session_id: UUID
    code: str
    life: SessionLife
    attempt: SignInAttempt


def pass_second_factor(command: PassSecondFactor, transaction: Transaction) -> OpenedSession:
    """Another session in place of the one that awaited the code; `WrongCode` leaves that one as it is."""
    waiting = waiting_session(transaction, command.session_id)
    user = _active_user(transaction, waiting.user_id)
    account = account_of(transaction, user)
    if _needs_second_factor(transaction, user, account, waiting.method):
        account_store.save_account(
            transaction.connection, with_code_passed(transaction, account, command.code)
        )
    return finish_sign_in(transaction, waiting, life=command.life, attempt=command.attempt)


def waiting_session(transaction: Transaction, session_id: UUID) -> Session:
    """The session that awaits its second factor, locked; `NotFound` if it does not, or not any more."""
    require_system(transaction.actor)
    waiting = account_store.lock_session(transaction.connection, session_id)
    if waiting is None or not waiting.awaits_code or not waiting.is_open(transaction.now):
        raise NotFound.of("sign-in", session_id)
    return waiting


def finish_sign_in(
    transaction: Transaction, waiting: Session, *, life: SessionLife, attempt: SignInAttempt
) -> OpenedSession:
    """Another session in place of the one that waited, after its second factor was proved."""
    user = _active_user(transaction, waiting.user_id)
    account_store.save_session(transaction.connection, replace(waiting, ended_at=transaction.now))
    text, session = _opened(
        transaction,
        user,
        method=waiting.method,
        life=life,
        awaits_code=False,
        workplace_id=waiting.workplace_id,
    )
    # The attempt of the password and that of the second factor.
    _forgive(transaction, attempt, times=2)
    device = _made_known(transaction, account_of(transaction, user), attempt)
    return OpenedSession(text=text, session=session, device=device.text)


@dataclass(frozen=True, kw_only=True)
class ChooseWorkplace(Command[Session]):
    """Work somewhere else from now on: in another of one's branches, or for an agency."""

    session_id: UUID
    workplace_id: UUID


def choose_workplace(command: ChooseWorkplace, transaction: Transaction) -> Session:
    """The session there; `NotPermitted` unless the user works there."""
    session = _own_session(transaction, command.session_id)
    theirs = account_store.workplaces(transaction.connection, session.user_id, on=transaction.today)
    chosen = workplace_of(theirs, command.workplace_id)
    if chosen is None:
        raise NotPermitted("Expected one of the branches or agencies for which you work.")
    moved = session.at(chosen)
    account_store.save_session(transaction.connection, moved)
    return moved


@dataclass(frozen=True, kw_only=True)
class KeepUpSession(Command[None]):
    """Note that a session was used; one that is over in the meantime stays over."""

    session_id: UUID
    life: SessionLife


def keep_up_session(command: KeepUpSession, transaction: Transaction) -> None:
    """Let its idle time begin anew."""
    session = account_store.lock_session(transaction.connection, command.session_id)
    if session is not None and session.is_open(transaction.now) and not session.awaits_code:
        account_store.save_session(
            transaction.connection, session.kept_up(transaction.now, command.life.idle)
        )


@dataclass(frozen=True, kw_only=True)
class SignOut(Command[None]):
    """End a session; one that has ended already stays so."""

    session_id: UUID


def sign_out(command: SignOut, transaction: Transaction) -> None:
    """End it."""
    session = _own_session(transaction, command.session_id)
    if session.ended_at is None:
        account_store.save_session(transaction.connection, replace(session, ended_at=transaction.now))


def _opened(
    transaction: Transaction,
    user: User,
    *,
    method: SignInMethod,
    life: SessionLife,
    awaits_code: bool,
    workplace_id: UUID | None,
) -> tuple[str, Session]:
    workplaces = account_store.workplaces(transaction.connection, user.id, on=transaction.today)
    place = workplace_of(workplaces, workplace_id) or (workplaces[0] if len(workplaces) == 1 else None)
    text, now = new_session_text(), transaction.now
    session = Session(
        id=transaction.new_id(),
        digest=digest_of(text),
        user_id=user.id,
        method=method,
        created_at=now,
        idle_until=now + (TIME_FOR_THE_CODE if awaits_code else life.idle),
        expires_at=now + life.longest,
        awaits_code=awaits_code,
    )
    session = session.at(place) if place else session
    account_store.add_session(transaction.connection, session)
    return text, session


def _needs_second_factor(
    transaction: Transaction, user: User, account: Account | None, method: SignInMethod
) -> bool:
    # An identity provider asks for its own second factor.
    if method is SignInMethod.OIDC:
        return False
    takes_codes = account is not None and account.takes_codes
    return takes_codes or bool(passkey_store.passkeys_of(transaction.connection, user.id))


def _subjects_of(transaction: Transaction, attempt: SignInAttempt) -> tuple[Subject, ...]:
    """What it counts for: a known device alone, or else the account in that network and at strangers."""
    device = device_of(attempt.device)
    if device and device.is_known_by(account_store.device_key(transaction.connection, attempt.username)):
        return (of_device(attempt.username, device.id),)
    return of_network(attempt.username, attempt.address), of_strangers(attempt.username)


def _forgive(transaction: Transaction, attempt: SignInAttempt, *, times: int) -> None:
    """Forget the failures of the account in that place, and take the successful attempts back from strangers.

    The other failures of strangers stay: they were not made by whoever succeeded here.
    """
    place, *strangers = attempts_store.lock_attempts(
        transaction.connection, _subjects_of(transaction, attempt), transaction.now
    )
    forgiven = [place.forgiven(place.failures), *(one.forgiven(times) for one in strangers)]
    attempts_store.save_attempts(transaction.connection, forgiven)


def _made_known(transaction: Transaction, account: Account, attempt: SignInAttempt) -> Device:
    """The device of an attempt, known to the account from now on."""
    key = account.device_key
    if key is None:
        key = new_device_key()
        account_store.save_account(transaction.connection, replace(account, device_key=key))
    return (device_of(attempt.device) or new_device()).known_by(key)


def _active_user(transaction: Transaction, user_id: UUID) -> User:
    user = people_store.user(transaction.connection, user_id)
    if user is None or not user.active:
        raise NotPermitted("This user may not sign in any more.", code="user_inactive")
    return user


def _own_session(transaction: Transaction, session_id: UUID) -> Session:
    session = account_store.lock_session(transaction.connection, session_id)
    is_own = session is not None and transaction.actor.id == session.user_id
    if session is None or not (is_own or transaction.actor.kind is ActorKind.SYSTEM):
        raise NotFound.of("session", session_id)
    return session
