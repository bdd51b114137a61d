"""Users: registered, given roles and passwords, helped when they cannot get in, and let go."""

import sys
from dataclasses import dataclass
from uuid import UUID

import click

from api.cli.operator import engine, operator, settings
from api.cli.printing import examples, print_table
from engine.bootstrap import build_authenticator
from engine.context import QueryContext
from engine.kernel.actor import Role
from engine.kernel.clock import identifier_at
from engine.kernel.permission import require_operates
from engine.kernel.refusal import NotFound
from engine.organisation import store as organisation_store
from engine.people.accounts import EndSessions, ForgiveAttempts, SetPassword
from engine.people.external_identities import ForgetIdentities
from engine.people.model import User
from engine.people.officers import AppointOfficer, DismissOfficer
from engine.people.queries import ListUsers, ShowUser
from engine.people.second_factor import ResetSecondFactor
from engine.people.session import Workplace
from engine.people.users import SaveUser, SetActive

_ROLES = click.Choice([role.value for role in Role if role is not Role.OFFICER])
_username = click.argument("username")
_branch = click.option("--branch", required=True, help="The code of the branch.")
_from_pipe = click.option(
    "--password-stdin", "from_pipe", is_flag=True, help="Read the password from standard input."
)


@click.group()
def user() -> None:
    """Register people, give them roles and passwords, help them in, and let them go."""


@user.command(epilog=examples("stoa user add maria --name 'Μαρία Παπαδάκη' --branch 0009 --role clerk"))
@_username
@click.option("--name", required=True, help="The name that colleagues see.")
@click.option("--branch", help="The code of the branch in which the person works.")
@click.option("--role", "roles", multiple=True, type=_ROLES, help="What they do there; repeat for several.")
@click.option("--agency", help="The key of the agency for which the person works, instead of a branch.")
@click.option("--no-password", is_flag=True, help="They sign in over a directory or an identity provider.")
@_from_pipe
def add(
    username: str,
    name: str,
    branch: str | None,
    roles: tuple[str, ...],
    agency: str | None,
    *,
    no_password: bool,
    from_pipe: bool,
) -> None:
    """Register a person, and ask for their first password."""
    if branch is not None and not roles:
        raise click.UsageError("A person with a branch needs a --role there.")
    target, actor = engine(), operator()
    places = target.ask(_Places(branch=branch, agency=agency), actor=actor)
    hashed = None if no_password else _hashed(username, from_pipe=from_pipe)
    person = User(id=identifier_at(target.clock.now()), username=username, display_name=name)
    given = frozenset(Role(role) for role in roles) if places.branch_id else frozenset[Role]()
    target.carry_out(SaveUser(user=person, branch_id=places.branch_id, roles=given), actor=actor)
    if places.agency_id is not None:
        target.carry_out(AppointOfficer(user_id=person.id, agency_id=places.agency_id), actor=actor)
    if hashed is not None:
        target.carry_out(SetPassword(user_id=person.id, password_hash=hashed), actor=actor)
    click.echo(f"{username}: registered")


@user.command(epilog=examples("stoa user password maria"))
@_username
@_from_pipe
def password(username: str, *, from_pipe: bool) -> None:
    """Give somebody another password; they are signed out everywhere, and their tokens are revoked."""
    user_id = _user_id(username)
    hashed = _hashed(username, from_pipe=from_pipe)
    engine().carry_out(SetPassword(user_id=user_id, password_hash=hashed), actor=operator())
    click.echo(f"{username}: has another password")


@user.command("roles", epilog=examples("stoa user roles maria --branch 0009 --role clerk --role manager"))
@_username
@_branch
@click.option("--role", "roles", multiple=True, type=_ROLES, help="What they do there; repeat for several.")
def set_roles(username: str, branch: str, roles: tuple[str, ...]) -> None:
    """Give somebody exactly these roles in a branch; without any they work there no longer."""
    target, actor = engine(), operator()
    branch_id = target.ask(_Places(branch=branch, agency=None), actor=actor).branch_id
    if branch_id is None:
        raise NotFound.of("branch", branch)
    given = frozenset(Role(role) for role in roles)
    person = target.ask(ShowUser(username=username), actor=actor).user
    target.carry_out(SaveUser(user=person, branch_id=branch_id, roles=given), actor=actor)
    click.echo(f"{username}: {' '.join(sorted(role.value for role in given)) or 'no roles'} in {branch}")


@user.command(
    epilog=examples("stoa user agency katerina municipality", "stoa user agency katerina municipality --end")
)
@_username
@click.argument("agency")
@click.option("--end", is_flag=True, help="They work for it no longer.")
def agency(username: str, agency: str, *, end: bool) -> None:
    """Let somebody work for an agency."""
    target, actor = engine(), operator()
    agency_id = target.ask(_Places(branch=None, agency=agency), actor=actor).agency_id
    if agency_id is None:
        raise NotFound.of("agency", agency)
    user_id = _user_id(username)
    if end:
        target.carry_out(DismissOfficer(user_id=user_id, agency_id=agency_id), actor=actor)
    else:
        target.carry_out(AppointOfficer(user_id=user_id, agency_id=agency_id), actor=actor)
    click.echo(f"{username}: {'works no longer' if end else 'works'} for {agency}")


@user.command("list", epilog=examples("stoa user list"))
def list_users() -> None:
    """List everybody, with where they work and how they sign in."""
    found = engine().ask(ListUsers(), actor=operator())
    rows = (
        (
            one.user.username,
            one.user.display_name,
            "yes" if one.user.active else "no",
            "yes" if one.account and one.account.password_hash else "no",
            "yes" if one.has_second_factor else "no",
            ", ".join(_place(place) for place in one.workplaces),
        )
        for one in found
    )
    print_table(("user", "name", "active", "password", "second factor", "works in"), rows)


@user.command("reset-second-factor", epilog=examples("stoa user reset-second-factor maria"))
@_username
def reset_second_factor(username: str) -> None:
    """Remove the second factor of somebody who has lost telephone and recovery codes."""
    engine().carry_out(ResetSecondFactor(user_id=_user_id(username)), actor=operator())
    click.echo(f"{username}: signs in with the password alone")


@user.command(epilog=examples("stoa user unlock maria"))
@_username
def unlock(username: str) -> None:
    """Let somebody try at once who has failed to sign in too often."""
    engine().carry_out(ForgiveAttempts(username=username), actor=operator())
    click.echo(f"{username}: may try again")


@user.command("sign-out", epilog=examples("stoa user sign-out maria"))
@_username
def sign_out(username: str) -> None:
    """End every session of somebody at once."""
    ended = engine().carry_out(EndSessions(user_id=_user_id(username)), actor=operator())
    click.echo(f"{username}: sessions ended: {ended}")


@user.command(epilog=examples("stoa user unlink maria"))
@_username
def unlink(username: str) -> None:
    """Let another person of the identity provider be this user from their next sign-in on."""
    links = engine().carry_out(ForgetIdentities(user_id=_user_id(username)), actor=operator())
    click.echo(f"{username}: links removed: {links}")


@user.command(epilog=examples("stoa user disable maria"))
@_username
def disable(username: str) -> None:
    """Let somebody in no longer: sessions and tokens open nothing any more."""
    engine().carry_out(SetActive(user_id=_user_id(username), active=False), actor=operator())
    click.echo(f"{username}: disabled")


@user.command(epilog=examples("stoa user enable maria"))
@_username
def enable(username: str) -> None:
    """Let somebody in again."""
    engine().carry_out(SetActive(user_id=_user_id(username), active=True), actor=operator())
    click.echo(f"{username}: enabled")


@dataclass(frozen=True, kw_only=True)
class _PlaceIds:
    branch_id: UUID | None
    agency_id: UUID | None


@dataclass(frozen=True, kw_only=True)
class _Places:
    """Where somebody is to work, by the names that people know."""

    branch: str | None
    agency: str | None

    def answer(self, context: QueryContext) -> _PlaceIds:
        """The ids; `NotFound` says which name nobody has."""
        require_operates(context.actor)
        branch = (
            organisation_store.branch_coded(context.connection, self.branch, on=context.today)
            if self.branch
            else None
        )
        agency = (
            organisation_store.agency_keyed(context.connection, self.agency, on=context.today)
            if self.agency
            else None
        )
        if self.branch and branch is None:
            raise NotFound.of("branch", self.branch)
        if self.agency and agency is None:
            raise NotFound.of("agency", self.agency)
        return _PlaceIds(branch_id=branch.id if branch else None, agency_id=agency.id if agency else None)


def _user_id(username: str) -> UUID:
    return engine().ask(ShowUser(username=username), actor=operator()).user.id


def _hashed(username: str, *, from_pipe: bool) -> str:
    """The hash of a password that is typed twice, or comes over a pipe; never from the command line."""
    if from_pipe:
        typed = sys.stdin.readline().rstrip("\r\n")
    else:
        typed = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return build_authenticator(settings()).passwords.hashed(typed, username=username)


def _place(place: Workplace) -> str:
    return f"{place.code} ({' '.join(sorted(role.value for role in place.roles))})"
