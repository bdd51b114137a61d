"""Questions about accounts: who somebody may be that wants to sign in, and who there is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from engine.context import QueryContext
from engine.kernel.actor import Role
from engine.kernel.permission import (
    require_helps_in,
    require_operates,
    require_person,
    require_system,
    sees_branch,
)
from engine.kernel.refusal import NotFound
from engine.people import account_store, attempts_store, passkey_store, post_store
from engine.people import store as people_store
from engine.people.account import Account, SecondFactors, UserAccount
from engine.people.attempts import account_digest, sign_in_closed_until
from engine.people.model import Colleague
from engine.people.passkey import Passkey
from engine.people.session import Session
from engine.sealing.seals import SecretKind


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """Who somebody may be that gives a user name; both None when nobody active has it.

    Without a `password_hash` they have no password here, and somebody else may vouch for them.
    """

    user_id: UUID | None
    password_hash: str | None


@dataclass(frozen=True, kw_only=True)
class FindCandidate:
    """Who might be signing in under a name."""

    username: str

    def answer(self, context: QueryContext) -> Candidate:
        """The candidate, for the sign-in alone."""
        require_system(context.actor)
        found = account_store.colleague(context.connection, self.username, on=context.today)
        if found is None or not found.user.active:
            return Candidate(user_id=None, password_hash=None)
        password_hash = found.account.password_hash if found.account else None
        return Candidate(user_id=found.user.id, password_hash=password_hash)


@dataclass(frozen=True, kw_only=True)
class ShowOwnAccount:
    """One's own account."""

    def answer(self, context: QueryContext) -> Account:
        """The account; without a password or a second factor if there never was one."""
        user_id = require_person(context.actor)
        found = account_store.colleague(context.connection, context.actor.name, on=context.today)
        return found.account if found and found.account else Account(user_id=user_id)


@dataclass(frozen=True, kw_only=True)
class ShowEnrolment:
    """The secret of one's own second factor, until it is confirmed."""

    def answer(self, context: QueryContext) -> bytes | None:
        """The secret; None if none waits to be confirmed."""
        account = ShowOwnAccount().answer(context)
        if account.sealed_secret is None or account.takes_codes:
            return None
        return context.seals.opened(
            account.sealed_secret, kind=SecretKind.SECOND_FACTOR, owner=account.user_id
        )


@dataclass(frozen=True, kw_only=True)
class AccountPage:
    """One's own account, the open sessions in which one is signed in, newest first, and the passkeys."""

    account: Account
    sessions: Sequence[Session]
    passkeys: Sequence[Passkey]


@dataclass(frozen=True, kw_only=True)
class ShowAccountPage:
    """One's own account, and where one is signed in."""

    def answer(self, context: QueryContext) -> AccountPage:
        account = ShowOwnAccount().answer(context)
        sessions = account_store.open_sessions(context.connection, account.user_id, context.now)
        passkeys = passkey_store.passkeys_of(context.connection, account.user_id)
        return AccountPage(account=account, sessions=sessions, passkeys=passkeys)


@dataclass(frozen=True, kw_only=True)
class ShowSecondFactors:
    """By what a user proves their second factor, for the page that asks for it."""

    user_id: UUID

    def answer(self, context: QueryContext) -> SecondFactors:
        """Both, one or none; for the sign-in alone."""
        require_system(context.actor)
        return account_store.second_factors(context.connection, self.user_id)


_WORTH_TELLING = timedelta(minutes=1)
"""Of a wait: a shorter one is over before somebody has asked for help."""


@dataclass(frozen=True, kw_only=True)
class ListLockedOut:
    """Who of these people has to wait a minute or longer somewhere, because too many sign-ins failed there.

    Who failed may be somebody else: at another device that is known to them they sign in all the same.
    """

    usernames: Sequence[str]

    def answer(self, context: QueryContext) -> Mapping[str, datetime]:
        """The moment from which they may try again everywhere, by user name; for the manager of a branch."""
        require_helps_in(context.actor)
        names = {account_digest(name): name for name in self.usernames}
        closed: dict[str, datetime] = {}
        for attempts in attempts_store.attempts_on(context.connection, names.keys()):
            name, until = names[attempts.account or b""], sign_in_closed_until(attempts)
            if until >= context.now + _WORTH_TELLING:
                closed[name] = max(until, closed.get(name, until))
        return closed


@dataclass(frozen=True, kw_only=True)
class ShowUser:
    """One user with account and branches."""

    username: str

    def answer(self, context: QueryContext) -> UserAccount:
        """The user; `NotFound` if nobody has that name."""
        require_operates(context.actor)
        found = account_store.colleague(context.connection, self.username, on=context.today)
        if found is None:
            raise NotFound.of("user", self.username)
        return found


@dataclass(frozen=True, kw_only=True)
class ListUsers:
    """Everybody who may sign in, or once might."""

    def answer(self, context: QueryContext) -> Sequence[UserAccount]:
        """The users, by name."""
        require_operates(context.actor)
        return account_store.colleagues(context.connection, on=context.today)


@dataclass(frozen=True, kw_only=True)
class NamePeople:
    """What colleagues are called; everybody who is known may ask."""

    usernames: tuple[str, ...]

    def answer(self, context: QueryContext) -> Mapping[str, str]:
        """Display names by user name."""
        return people_store.display_names(context.connection, self.usernames)


@dataclass(frozen=True, kw_only=True)
class ListColleagues:
    """Who is at work in the asker's branch, and can be given tasks."""

    def answer(self, context: QueryContext) -> Sequence[Colleague]:
        """Clerks and managers, by name; none for those who work in no branch."""
        actor = context.actor
        if actor.branch_id is None or not sees_branch(actor, actor.branch_id):
            return ()
        found = post_store.colleagues_at_work(
            context.connection, actor.branch_id, now=context.now, on=context.today
        )
        return tuple(one for one in found if one.roles & {Role.CLERK, Role.MANAGER})
