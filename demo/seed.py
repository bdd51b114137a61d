"""Filling a system for the demonstration, by the same commands as everything else, and harmless twice."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from pathlib import Path
from uuid import UUID

from demo.ministry import seed_ministry
from demo.officials import officials
from demo.people import (
    AGENCIES,
    BRANCHES,
    OFFICERS,
    OFFICIALS,
    SERVICES,
    STAFF,
    SampleAgency,
    SampleBranch,
    SampleUser,
)
from demo.sample_cases import SetClock
from engine.appointments.planning import OpenWindows, PlanResource, PlanService
from engine.appointments.queries import ShowPlan
from engine.bundle.files import folder, keys
from engine.dispatch import Engine
from engine.jobs.connectors.signatures import new_secret
from engine.kernel.actor import SYSTEM, Scope
from engine.kernel.clock import identifier_at
from engine.organisation import store as organisation_store
from engine.organisation.model import Agency, Branch
from engine.organisation.organisation import BEGINNING
from engine.organisation.registers import EnterBranch, SaveAgency, WhoSends
from engine.people import store as people_store
from engine.people.accounts import SetPassword
from engine.people.model import User
from engine.people.officers import AppointOfficer
from engine.people.queries import ShowUser
from engine.people.session import digest
from engine.people.sign_in.passwords import Passwords
from engine.people.tokens import IssueToken
from engine.people.users import SaveUser
from engine.procedures.model import ProcedureVersion
from engine.service_tasks.switching import SwitchAgencyOn

_WEEKDAYS = (0, 1, 2, 3, 4)
_BEFORE_SAMPLE_CASES = timedelta(days=30)
_LETTERS = "abcdefghjkmnpqrstuvwxyz"
TOKEN_LABEL = "demonstration"  # noqa: S105 - what the tokens are called, not one of them

Tokens = Mapping[str, str]
"""Token texts by user name or agency key."""


@dataclass(frozen=True, kw_only=True)
class Seeded:
    """What the demonstration needs to know: everybody's token, and the agencies' newest signing secret.

    `password` is the one with which everybody signs in at a browser; empty if nobody does.
    """

    tokens: Tokens
    secrets: Mapping[str, str]
    password: str = ""


def publish_procedures(engine: Engine, *, processes: Path, forms: Path) -> list[ProcedureVersion]:
    """Put every procedure of the folders on offer by two officials; unchanged ones stay as they are.

    They do so before the sample cases, which are opened as if some days ago.
    """
    two = officials(engine, _save_branch(engine, BRANCHES[0]))
    earlier = replace(engine, clock=SetClock(at=engine.clock.now() - _BEFORE_SAMPLE_CASES))
    return [two.publish(earlier, folder(processes, forms, key)) for key in keys(processes)]


def seed(engine: Engine, *, agencies_at: str, known: Tokens) -> Seeded:
    """Set up branches, people and agencies, these at `<agencies_at>/<key>`.

    Tokens in `known` that still are what they should be are kept, as texts are not stored; others are new.
    """
    branches = {one.code: _save_branch(engine, one) for one in BRANCHES}
    for branch in branches.values():
        _plan_appointments(engine, branch)
    agencies = {one.key: _save_agency(engine, one, f"{agencies_at}/{one.key}") for one in AGENCIES}
    tokens = {}
    for one in STAFF:
        user_id = _save_user(engine, one, branches)
        branch_id = branches[one.branches[0]].id
        tokens[one.username] = known_or_new(
            engine, known.get(one.username), user_id=user_id, branch_id=branch_id
        )
    for one in OFFICERS:
        officer = engine.carry_out(SaveUser(user=_user(engine, one)), actor=SYSTEM)
        command = AppointOfficer(user_id=officer.id, agency_id=agencies[one.agency].id)
        engine.carry_out(command, actor=SYSTEM)
    seed_ministry(engine)
    for key, agency in agencies.items():
        tokens[key] = known_or_new(engine, known.get(key), agency_id=agency.id)
    return Seeded(tokens=tokens, secrets={key: agency.secrets[0] for key, agency in agencies.items()})


def known_or_new(
    engine: Engine,
    known: str | None,
    *,
    user_id: UUID | None = None,
    branch_id: UUID | None = None,
    agency_id: UUID | None = None,
) -> str:
    """The token that is known, if it still opens what it should, else a new one."""
    actor = engine.identify(digest(known)) if known else None
    if known and actor is not None and actor.id == (user_id or agency_id) and actor.branch_id == branch_id:
        return known
    scopes = frozenset({Scope.SERVICE_TASKS}) if agency_id else frozenset(Scope)
    command = IssueToken(
        label=TOKEN_LABEL, scopes=scopes, user_id=user_id, branch_id=branch_id, agency_id=agency_id
    )
    return engine.carry_out(command, actor=SYSTEM).text


def _save_branch(engine: Engine, sample: SampleBranch) -> Branch:
    with engine.store.reading() as connection:
        known = organisation_store.branch_coded(connection, sample.code, on=BEGINNING)
    branch = Branch(
        id=known.id if known else identifier_at(engine.clock.now()),
        code=sample.code,
        name=sample.name,
        name_en=sample.name_en,
        municipality=sample.municipality,
        local_holidays=(sample.holiday,),
    )
    if branch != known:
        engine.carry_out(EnterBranch(branch=branch), actor=SYSTEM)
    return branch


def _save_user(engine: Engine, sample: SampleUser, branches: Mapping[str, Branch]) -> UUID:
    user, roles = _user(engine, sample), frozenset({sample.role})
    for code in sample.branches:
        command = SaveUser(user=user, branch_id=branches[code].id, roles=roles)
        engine.carry_out(command, actor=SYSTEM)
    return user.id


def _user(engine: Engine, sample: SampleUser) -> User:
    with engine.store.reading() as connection:
        known = people_store.user_named(connection, sample.username)
    new_id = known.id if known else identifier_at(engine.clock.now())
    return User(id=new_id, username=sample.username, display_name=sample.display_name)


def _plan_appointments(engine: Engine, branch: Branch) -> None:
    """Offer every service at the branch, on weekday mornings at one counter each; what is there stays."""
    planner = replace(SYSTEM, branch_id=branch.id, branch_code=branch.code)
    known = {service.key for service in engine.ask(ShowPlan(), actor=planner).services}
    for one in SERVICES:
        if one.key in known:
            continue
        offered = PlanService(key=one.key, name=one.name, name_en=one.name_en)
        engine.carry_out(offered, actor=planner)
        counter = PlanResource(name=one.name, name_en=one.name_en, services=(one.key,))
        resource = engine.carry_out(counter, actor=planner)
        hours = OpenWindows(
            resource_id=resource.id,
            weekdays=_WEEKDAYS,
            opens=time(8),
            closes=time(14),
            first_day=date(2026, 1, 1),
        )
        engine.carry_out(hours, actor=planner)


def _save_agency(engine: Engine, sample: SampleAgency, endpoint: str) -> Agency:
    known = engine.ask(WhoSends(agency_key=sample.key), actor=SYSTEM)
    agency = Agency(
        id=known.id if known else identifier_at(engine.clock.now()),
        key=sample.key,
        name=sample.name,
        name_en=sample.name_en,
        topics=sample.topics,
        endpoint=endpoint,
        secrets=known.secrets if known else (new_secret(),),
    )
    if agency != known:
        engine.carry_out(SaveAgency(agency=agency), actor=SYSTEM)
    if known is not None and known.is_paused:
        engine.carry_out(SwitchAgencyOn(agency_key=known.key), actor=SYSTEM)
    return agency


def set_passwords(engine: Engine, passwords: Passwords, *, known: str | None) -> str:
    """The password with which everybody signs in: the known one if it is theirs already, else a new one.

    It is random, because a demonstration may run on a database that others can reach.
    """
    people = [
        engine.ask(ShowUser(username=one.username), actor=SYSTEM) for one in (*STAFF, *OFFICERS, *OFFICIALS)
    ]
    if known is not None and all(
        one.account is not None and passwords.verdict(one.account.password_hash, known).is_right
        for one in people
    ):
        return known
    chosen = "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))
    for one in people:
        hashed = passwords.hashed(chosen, username=one.user.username)
        engine.carry_out(SetPassword(user_id=one.user.id, password_hash=hashed), actor=SYSTEM)
    return chosen
