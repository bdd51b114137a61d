"""Letting the demonstration's people sign in at a browser, some of them at more than one workplace."""

import secrets
from collections.abc import Iterable
from uuid import UUID

from demo.cast import COLLEAGUES, OFFICERS, SUBSTITUTES
from engine.dispatch import Engine
from engine.kernel.actor import SYSTEM
from engine.kernel.refusal import NotFound
from engine.organisation import store as organisation_store
from engine.people import store as people_store
from engine.people.account_queries import ShowColleague
from engine.people.accounts import SetPassword
from engine.people.officers import AppointOfficer
from engine.people.sign_in.passwords import Passwords
from engine.people.users import RegisterUser, SetRoles

_LETTERS = "abcdefghjkmnpqrstuvwxyz"


def let_in(engine: Engine, passwords: Passwords, *, known: str | None) -> str:
    """The password with which everybody signs in: the known one if it is theirs already, else a new one.

    It is random, because a demonstration may run on a database that others can reach.
    """
    for officer in OFFICERS:
        _appoint(engine, username=officer.username, display_name=officer.display_name, agency=officer.agency)
    for one in SUBSTITUTES:
        _let_work_in(engine, username=one.username, office=one.office)
    names = [one.username for one in (*COLLEAGUES, *OFFICERS)]
    if known is not None and _is_theirs(engine, passwords, known, names):
        return known
    chosen = "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))
    for name in names:
        hashed = passwords.hashed(chosen, username=name)
        user_id = _user_id(engine, name)
        engine.carry_out(SetPassword(user_id=user_id, password_hash=hashed), actor=SYSTEM)
    return chosen


def _is_theirs(engine: Engine, passwords: Passwords, known: str, names: Iterable[str]) -> bool:
    accounts = [engine.ask(ShowColleague(username=name), actor=SYSTEM).account for name in names]
    return all(one is not None and passwords.verdict(one.password_hash, known).is_right for one in accounts)


def _appoint(engine: Engine, *, username: str, display_name: str, agency: str) -> None:
    with engine.store.reading() as connection:
        found = organisation_store.agency_keyed(connection, agency)
        known = people_store.user_named(connection, username)
    if found is None:
        raise NotFound.of("agency", agency)
    if known is None:
        known = engine.carry_out(RegisterUser(username=username, display_name=display_name), actor=SYSTEM)
    engine.carry_out(AppointOfficer(user_id=known.id, agency_id=found.id), actor=SYSTEM)


def _let_work_in(engine: Engine, *, username: str, office: str) -> None:
    roles = next(frozenset({one.role}) for one in COLLEAGUES if one.username == username)
    with engine.store.reading() as connection:
        branch = organisation_store.branch_coded(connection, office)
    if branch is None:
        raise NotFound.of("branch", office)
    command = SetRoles(user_id=_user_id(engine, username), branch_id=branch.id, roles=roles)
    engine.carry_out(command, actor=SYSTEM)


def _user_id(engine: Engine, username: str) -> UUID:
    return engine.ask(ShowColleague(username=username), actor=SYSTEM).user.id
