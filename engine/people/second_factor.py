"""Codes of a telephone as a second factor: set up, confirmed, ended, and sealed with the key of the day.

And the second factor asked once more before an act that needs it, by a code or by a passkey.
"""

from dataclasses import dataclass, replace
from functools import partial
from uuid import UUID

from engine.context import Command, Transaction
from engine.kernel.permission import require_operates
from engine.kernel.refusal import NotPermitted
from engine.people import account_store, one_time_code, passkey_store
from engine.people.account import Account, new_recovery_codes
from engine.people.accounts import account_of, known_user, own_account
from engine.people.passkey import PasskeyAnswer, require_challenge_for
from engine.sealing.seals import SecretKind


@dataclass(frozen=True, kw_only=True)
class EnrolSecondFactor(Command[bytes]):
    """Begin to have a second factor: a fresh secret for the telephone, which counts once it is confirmed."""


def enrol_second_factor(_command: EnrolSecondFactor, transaction: Transaction) -> bytes:
    """The secret, shown to its owner until they confirm it; `Conflict` if there is a second factor."""
    account = own_account(transaction)
    secret = one_time_code.new_secret()
    sealed = transaction.seals.sealed(secret, kind=SecretKind.SECOND_FACTOR, owner=account.user_id)
    account_store.save_account(transaction.connection, account.enrolling(sealed))
    return secret


@dataclass(frozen=True, kw_only=True)
class ConfirmSecondFactor(Command[tuple[str, ...]]):
    """Show that the telephone has the secret."""

    code: str


def confirm_second_factor(command: ConfirmSecondFactor, transaction: Transaction) -> tuple[str, ...]:
    """The recovery codes, shown this once; `WrongCode` changes nothing."""
    account = own_account(transaction)
    codes = new_recovery_codes()
    opened = partial(transaction.seals.opened, kind=SecretKind.SECOND_FACTOR, owner=account.user_id)
    confirmed = account.confirmed(command.code, now=transaction.now, opened=opened, recovery_codes=codes)
    account_store.save_account(transaction.connection, confirmed)
    return codes


@dataclass(frozen=True, kw_only=True)
class EndSecondFactor(Command[None]):
    """Do without the codes of one's telephone again, proved by one a last time."""

    code: str


def end_second_factor(command: EndSecondFactor, transaction: Transaction) -> None:
    """Take no more of them; `WrongCode` changes nothing. Recovery codes stay for who has passkeys."""
    account = with_code_passed(transaction, own_account(transaction), command.code)
    has_passkeys = bool(passkey_store.passkeys_of(transaction.connection, account.user_id))
    after = account.without_codes() if has_passkeys else account.without_second_factor()
    account_store.save_account(transaction.connection, after)


@dataclass(frozen=True, kw_only=True)
class ResetSecondFactor(Command[None]):
    """Remove the second factor, passkeys too, of somebody who lost it; all their sessions end."""

    user_id: UUID


def reset_second_factor(command: ResetSecondFactor, transaction: Transaction) -> None:
    """Remove it."""
    require_operates(transaction.actor)
    user = known_user(transaction, command.user_id)
    account_store.save_account(transaction.connection, account_of(transaction, user).without_second_factor())
    passkey_store.remove_passkeys_of(transaction.connection, user.id)
    account_store.end_sessions(transaction.connection, user.id, transaction.now)


def prove_again(transaction: Transaction, given: str | PasskeyAnswer, *, act: str) -> None:
    """Have whoever acts prove their second factor once more, by a code or a passkey.

    `WrongCode` or `PasskeyRefused`; `NotPermitted` without a second factor. `act` is what a passkey was asked
    for.
    """
    if isinstance(given, PasskeyAnswer):
        _prove_by_passkey(transaction, given, act)
    else:
        _prove_by_code(transaction, given)


def _prove_by_passkey(transaction: Transaction, given: PasskeyAnswer, act: str) -> None:
    require_challenge_for(act, given.challenge)
    owner = own_account(transaction).user_id
    from engine.people.passkey_ceremonies import passkey_used

    used = passkey_used(
        given.party,
        given.response,
        challenge=given.challenge,
        known=passkey_store.lock_passkeys_of(transaction.connection, owner),
        now=transaction.now,
    )
    passkey_store.note_use(transaction.connection, used)


def _prove_by_code(transaction: Transaction, code: str) -> None:
    account = own_account(transaction)
    if not account.takes_codes and not account.recovery_digests:
        raise NotPermitted(
            "This needs a second factor: set one up in your account first.", code="second_factor_needed"
        )
    account_store.save_account(transaction.connection, with_code_passed(transaction, account, code))


def with_code_passed(transaction: Transaction, account: Account, code: str) -> Account:
    """The account after a code was taken, its secret sealed with the key of today; else `WrongCode`.

    A secret that no key opens is left as it is: a recovery code is taken all the same.
    """
    kind, owner = SecretKind.SECOND_FACTOR, account.user_id
    opened = partial(transaction.seals.opened, kind=kind, owner=owner)
    passed = account.passed(code, now=transaction.now, opened=opened)
    sealed, was_opened = passed.sealed_secret, passed.totp_last_step != account.totp_last_step
    if not was_opened or sealed is None or transaction.seals.is_up_to_date(sealed):
        return passed
    return replace(passed, sealed_secret=transaction.seals.sealed(opened(sealed), kind=kind, owner=owner))
