"""Passwords, second factors and links to identity providers: what users and operators change of accounts."""

from dataclasses import dataclass
from uuid import UUID

from engine.commands.command import Command, Transaction
from engine.domain import one_time_code
from engine.domain.account import Account, new_recovery_codes
from engine.domain.actor import ActorKind, Role
from engine.domain.agency import User
from engine.domain.permission import require_role
from engine.domain.refusal import NotFound, NotPermitted
from engine.domain.sign_in_attempts import of_account
from engine.ports.accounts import LinkedIdentity


@dataclass(frozen=True, kw_only=True)
class SetPassword(Command[None]):
    """Give a user another password, which was hashed before; all their sessions but `kept_session_id` end.

    A user changes their own, an operator anybody's.
    """

    user_id: UUID
    password_hash: str
    kept_session_id: UUID | None = None


def set_password(command: SetPassword, transaction: Transaction) -> None:
    """Write it."""
    user = _changeable_user(transaction, command.user_id)
    account = _account(transaction, user)
    accounts = transaction.work.accounts
    accounts.save_account(account.with_password(command.password_hash, transaction.now))
    accounts.end_sessions(user.id, transaction.now, kept_id=command.kept_session_id)


@dataclass(frozen=True, kw_only=True)
class EnrolSecondFactor(Command[bytes]):
    """Begin to have a second factor: a fresh secret for the telephone, which counts once it is confirmed."""


def enrol_second_factor(_command: EnrolSecondFactor, transaction: Transaction) -> bytes:
    """The secret, shown to its owner until they confirm it; `Conflict` if there is a second factor."""
    account = _own_account(transaction)
    secret = one_time_code.new_secret()
    transaction.work.accounts.save_account(account.enrolling(secret))
    return secret


@dataclass(frozen=True, kw_only=True)
class ConfirmSecondFactor(Command[tuple[str, ...]]):
    """Show that the telephone has the secret."""

    code: str


def confirm_second_factor(command: ConfirmSecondFactor, transaction: Transaction) -> tuple[str, ...]:
    """The recovery codes, shown this once; `WrongCode` changes nothing."""
    account = _own_account(transaction)
    codes = new_recovery_codes()
    confirmed = account.confirmed(command.code, now=transaction.now, recovery_codes=codes)
    transaction.work.accounts.save_account(confirmed)
    return codes


@dataclass(frozen=True, kw_only=True)
class EndSecondFactor(Command[None]):
    """Do without one's own second factor again, proved by it a last time."""

    code: str


def end_second_factor(command: EndSecondFactor, transaction: Transaction) -> None:
    """Remove it; `WrongCode` changes nothing."""
    account = _own_account(transaction).passed(command.code, transaction.now)
    transaction.work.accounts.save_account(account.without_second_factor())


@dataclass(frozen=True, kw_only=True)
class ResetSecondFactor(Command[None]):
    """Remove the second factor of somebody who lost telephone and recovery codes; all their sessions end."""

    user_id: UUID


def reset_second_factor(command: ResetSecondFactor, transaction: Transaction) -> None:
    """Remove it."""
    require_role(transaction.actor, Role.OPERATOR)
    user = _known_user(transaction, command.user_id)
    accounts = transaction.work.accounts
    accounts.save_account(_account(transaction, user).without_second_factor())
    accounts.end_sessions(user.id, transaction.now)


@dataclass(frozen=True, kw_only=True)
class ForgiveAttempts(Command[None]):
    """Let somebody try at once who has failed to sign in too often."""

    username: str


def forgive_attempts(command: ForgiveAttempts, transaction: Transaction) -> None:
    """Forget the failures of the account."""
    require_role(transaction.actor, Role.OPERATOR)
    accounts = transaction.work.accounts
    found = accounts.attempts([of_account(command.username).digest], transaction.now)
    accounts.save_attempts([attempts.forgiven(attempts.failures) for attempts in found])


@dataclass(frozen=True, kw_only=True)
class EndSessions(Command[int]):
    """End every session of a user at once."""

    user_id: UUID


def end_sessions(command: EndSessions, transaction: Transaction) -> int:
    """How many sessions that were."""
    user = _changeable_user(transaction, command.user_id)
    return transaction.work.accounts.end_sessions(user.id, transaction.now)


@dataclass(frozen=True, kw_only=True)
class RecogniseIdentity(Command[User]):
    """Find out who a person is here for whom an identity provider vouches.

    The first time they are the user of the name that the provider gives, and from then on the one that they
    were: of what a provider says only issuer and subject stay the same and are given to nobody else.
    """

    issuer: str
    subject: str
    username: str


def recognise_identity(command: RecogniseIdentity, transaction: Transaction) -> User:
    """The user; `NotPermitted` for a stranger, and for a name that belongs to another person already."""
    if transaction.actor.kind is not ActorKind.SYSTEM:
        raise NotPermitted("Only the sign-in itself recognises people.")
    work = transaction.work
    link = work.accounts.linked(command.issuer, command.subject)
    if link is not None:
        return _known_user(transaction, link.user_id)
    user = work.user_named(command.username)
    if user is None:
        raise NotPermitted("Nobody here has the name that the provider gives.", code="stranger")
    if any(other.issuer == command.issuer for other in work.accounts.identities(user.id)):
        raise NotPermitted("The name that the provider gives is another person's here.", code="stranger")
    work.accounts.link(LinkedIdentity(issuer=command.issuer, subject=command.subject, user_id=user.id))
    return user


@dataclass(frozen=True, kw_only=True)
class ForgetIdentities(Command[int]):
    """Let a user be linked anew, when the provider's person has changed."""

    user_id: UUID


def forget_identities(command: ForgetIdentities, transaction: Transaction) -> int:
    """How many links there were."""
    require_role(transaction.actor, Role.OPERATOR)
    user = _known_user(transaction, command.user_id)
    transaction.work.accounts.end_sessions(user.id, transaction.now)
    return transaction.work.accounts.unlink(user.id)


def _own_account(transaction: Transaction) -> Account:
    actor = transaction.actor
    if actor.kind is not ActorKind.USER or actor.id is None:
        raise NotPermitted("Only a person has an account.")
    return _account(transaction, _known_user(transaction, actor.id))


def _account(transaction: Transaction, user: User) -> Account:
    return transaction.work.accounts.account(user.id) or Account(user_id=user.id)


def _changeable_user(transaction: Transaction, user_id: UUID) -> User:
    if transaction.actor.id != user_id:
        require_role(transaction.actor, Role.OPERATOR)
    return _known_user(transaction, user_id)


def _known_user(transaction: Transaction, user_id: UUID) -> User:
    user = transaction.work.user(user_id)
    if user is None:
        raise NotFound.of("user", user_id)
    return user
