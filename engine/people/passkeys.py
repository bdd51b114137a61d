"""Passkeys as a second factor: asked for, added, used to sign in, removed.

A challenge belongs to one session. `TakeChallenge` comes before the command that judges the answer, and in a
transaction of its own, so that a challenge is answered once, whatever comes of the answer.
"""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from engine.context import Command, Transaction
from engine.kernel.refusal import Conflict, NotFound, NotPermitted
from engine.people import account_store, passkey_store
from engine.people.account import new_recovery_codes
from engine.people.accounts import known_user, own_account
from engine.people.attempts import SignInAttempt
from engine.people.model import User
from engine.people.passkey import (
    MOST_PASSKEYS,
    TIME_FOR_THE_KEY,
    Passkey,
    PasskeyRefused,
    RelyingParty,
    new_challenge,
    new_challenge_for,
    require_passkey_name,
)
from engine.people.session import Session, SessionLife
from engine.people.signing_in import OpenedSession, finish_sign_in, waiting_session


@dataclass(frozen=True, kw_only=True)
class BeginPasskey(Command[dict[str, Any]]):
    """Begin to make a passkey for oneself, in the session in which one has just proved who one is."""

    session_id: UUID
    party: RelyingParty


def begin_passkey(command: BeginPasskey, transaction: Transaction) -> dict[str, Any]:
    """What the browser needs, with a fresh challenge; `Conflict` with more passkeys than anybody keeps."""
    user, session = _own(transaction, command.session_id)
    known = passkey_store.passkeys_of(transaction.connection, user.id)
    if len(known) >= MOST_PASSKEYS:
        raise Conflict(f"Expected at most {MOST_PASSKEYS} passkeys: remove one that is not used any more.")
    challenge = _challenge_put(transaction, session)
    from engine.people.passkey_ceremonies import creation_options

    return creation_options(command.party, user, known=known, challenge=challenge)


@dataclass(frozen=True, kw_only=True)
class AskForPasskey(Command[dict[str, Any]]):
    """Ask for a passkey in a session that awaits the second factor."""

    session_id: UUID
    party: RelyingParty


def ask_for_passkey(command: AskForPasskey, transaction: Transaction) -> dict[str, Any]:
    """What the browser needs, with a fresh challenge; `NotFound` for who has no passkey."""
    waiting = waiting_session(transaction, command.session_id)
    known = passkey_store.passkeys_of(transaction.connection, waiting.user_id)
    if not known:
        raise NotFound.of("passkey of user", waiting.user_id)
    challenge = _challenge_put(transaction, waiting)
    from engine.people.passkey_ceremonies import request_options

    return request_options(command.party, known=known, challenge=challenge)


@dataclass(frozen=True, kw_only=True)
class AskForPasskeyToAct(Command[dict[str, Any]]):
    """Ask whoever is signed in to prove by a passkey that an act is really theirs.

    `act` says everything of it: whatever is different afterwards, the answer does not prove.
    """

    session_id: UUID
    party: RelyingParty
    act: str


def ask_for_passkey_to_act(command: AskForPasskeyToAct, transaction: Transaction) -> dict[str, Any]:
    """What the browser needs, with a fresh challenge for this act; `NotFound` for who has no passkey."""
    user, session = _own(transaction, command.session_id)
    known = passkey_store.passkeys_of(transaction.connection, user.id)
    if not known:
        raise NotFound.of("passkey of user", user.id)
    challenge = _put(transaction, session, new_challenge_for(command.act))
    from engine.people.passkey_ceremonies import request_options

    return request_options(command.party, known=known, challenge=challenge)


@dataclass(frozen=True, kw_only=True)
class TakeChallenge(Command[bytes]):
    """Take the challenge of a session from it, before its answer is judged."""

    session_id: UUID


def take_challenge(command: TakeChallenge, transaction: Transaction) -> bytes:
    """The challenge, which nothing answers any more after this; `PasskeyRefused` if there is none in time."""
    session = account_store.lock_session(transaction.connection, command.session_id)
    if session is None or session.user_id != transaction.actor.id:
        raise NotFound.of("session", command.session_id)
    challenge, until = session.challenge, session.challenge_until
    if challenge is None or until is None:
        raise PasskeyRefused("none was put to this session")
    if transaction.now >= until:
        raise PasskeyRefused("it came too late")
    account_store.save_session(transaction.connection, replace(session, challenge=None, challenge_until=None))
    return challenge


@dataclass(frozen=True, kw_only=True)
class AddPasskey(Command[tuple[str, ...]]):
    """Keep a passkey that a browser has made for whoever acts, in answer to a challenge that was taken."""

    name: str
    response: str
    challenge: bytes
    party: RelyingParty


def add_passkey(command: AddPasskey, transaction: Transaction) -> tuple[str, ...]:
    """Recovery codes, shown this once, for who has none yet; `PasskeyRefused`, `Conflict` change nothing."""
    account = own_account(transaction)
    name = require_passkey_name(command.name)
    from engine.people.passkey_ceremonies import credential_made

    made = credential_made(command.party, command.response, challenge=command.challenge)
    passkey = Passkey(
        id=transaction.new_id(),
        user_id=account.user_id,
        credential_id=made.credential_id,
        public_key=made.public_key,
        sign_count=made.sign_count,
        name=name,
        created_at=transaction.now,
    )
    passkey_store.add_passkey(transaction.connection, passkey)
    if account.recovery_digests:
        return ()
    codes = new_recovery_codes()
    account_store.save_account(transaction.connection, account.with_recovery_codes(codes))
    return codes


@dataclass(frozen=True, kw_only=True)
class PassPasskey(Command[OpenedSession]):
    """Prove the second factor by a passkey, after a counted attempt and a challenge that was taken."""

    session_id: UUID
    response: str
    challenge: bytes
    party: RelyingParty
    life: SessionLife
    attempt: SignInAttempt


def pass_passkey(command: PassPasskey, transaction: Transaction) -> OpenedSession:
    """Another session in place of the one that waited; `PasskeyRefused` leaves that one as it is."""
    waiting = waiting_session(transaction, command.session_id)
    from engine.people.passkey_ceremonies import passkey_used

    used = passkey_used(
        command.party,
        command.response,
        challenge=command.challenge,
        known=passkey_store.lock_passkeys_of(transaction.connection, waiting.user_id),
        now=transaction.now,
    )
    passkey_store.note_use(transaction.connection, used)
    return finish_sign_in(transaction, waiting, life=command.life, attempt=command.attempt)


@dataclass(frozen=True, kw_only=True)
class RemovePasskey(Command[None]):
    """Do without one of one's own passkeys from now on."""

    passkey_id: UUID


def remove_passkey(command: RemovePasskey, transaction: Transaction) -> None:
    """Remove it; the recovery codes go with the last thing that they stand in for."""
    account = own_account(transaction)
    if not passkey_store.remove_passkey(transaction.connection, account.user_id, command.passkey_id):
        raise NotFound.of("passkey", command.passkey_id)
    is_last = not passkey_store.passkeys_of(transaction.connection, account.user_id)
    if is_last and not account.takes_codes:
        account_store.save_account(transaction.connection, account.with_recovery_codes(()))


def _own(transaction: Transaction, session_id: UUID) -> tuple[User, Session]:
    """Whoever acts, and their open session of that id."""
    session = account_store.lock_session(transaction.connection, session_id)
    if session is None or session.user_id != transaction.actor.id:
        raise NotFound.of("session", session_id)
    if session.awaits_code or not session.is_open(transaction.now):
        raise NotPermitted("Only who is signed in adds a passkey, or proves an act by one.")
    return known_user(transaction, session.user_id), session


def _challenge_put(transaction: Transaction, session: Session) -> bytes:
    """A fresh challenge, put to a session in place of any that it had."""
    return _put(transaction, session, new_challenge())


def _put(transaction: Transaction, session: Session, challenge: bytes) -> bytes:
    until = transaction.now + TIME_FOR_THE_KEY
    account_store.save_session(
        transaction.connection, replace(session, challenge=challenge, challenge_until=until)
    )
    return challenge
