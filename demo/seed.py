"""Filling a system for the demonstration, by the same commands as everything else, and harmless twice."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

from demo.cast import COLLEAGUES, OFFICES, PARTNERS, Colleague, Office, Partner
from engine.bundle.files import folder, keys
from engine.dispatch import Engine
from engine.jobs.connectors.signatures import new_secret
from engine.kernel.actor import SYSTEM, Scope
from engine.kernel.identifier import identifier_at
from engine.organisation import store as organisation_store
from engine.organisation.model import Agency, Branch
from engine.organisation.registers import SaveAgency, SaveBranch
from engine.people import store as people_store
from engine.people.model import User
from engine.people.session import digest
from engine.people.tokens import IssueToken
from engine.people.users import SaveUser
from engine.procedures.model import ProcedureVersion, VersionStatus
from engine.procedures.versions import DeployProcedure, PublishVersion

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
    """Deploy and publish every procedure of the folders; unchanged ones stay as they are."""
    return [_published(engine, folder(processes, forms, key)) for key in keys(processes)]


def seed(engine: Engine, *, agencies_at: str, known: Tokens) -> Seeded:
    """Set up offices, people and agencies, these at `<agencies_at>/<key>`.

    Tokens in `known` that still open the right door are kept, as texts are not stored; others are new.
    """
    offices = {office.code: _open(engine, office) for office in OFFICES}
    users = {one.username: _engage(engine, one, offices[one.office]) for one in COLLEAGUES}
    partners = {one.key: _connect(engine, one, f"{agencies_at}/{one.key}") for one in PARTNERS}
    tokens = {
        one.username: known_or_new(
            engine, known.get(one.username), user_id=users[one.username].id, branch_id=offices[one.office].id
        )
        for one in COLLEAGUES
    }
    tokens |= {
        key: known_or_new(engine, known.get(key), agency_id=agency.id) for key, agency in partners.items()
    }
    return Seeded(tokens=tokens, secrets={key: agency.secrets[0] for key, agency in partners.items()})


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


def _published(engine: Engine, files: Mapping[str, bytes]) -> ProcedureVersion:
    version = engine.carry_out(DeployProcedure(files=files), actor=SYSTEM)
    if version.status is not VersionStatus.DRAFT:
        return version
    return engine.carry_out(PublishVersion(key=version.key, number=version.number), actor=SYSTEM)


def _open(engine: Engine, office: Office) -> Branch:
    with engine.store.reading() as connection:
        known = organisation_store.branch_coded(connection, office.code)
    branch = Branch(
        id=known.id if known else identifier_at(engine.clock.now()),
        code=office.code,
        name=office.name,
        name_en=office.name_en,
        municipality=office.municipality,
        local_holidays=(office.patron_day,),
    )
    if branch != known:
        engine.carry_out(SaveBranch(branch=branch), actor=SYSTEM)
    return branch


def _engage(engine: Engine, colleague: Colleague, branch: Branch) -> User:
    with engine.store.reading() as connection:
        known = people_store.user_named(connection, colleague.username)
    user = User(
        id=known.id if known else identifier_at(engine.clock.now()),
        username=colleague.username,
        display_name=colleague.display_name,
    )
    command = SaveUser(user=user, branch_id=branch.id, roles=frozenset({colleague.role}))
    engine.carry_out(command, actor=SYSTEM)
    return user


def _connect(engine: Engine, partner: Partner, endpoint: str) -> Agency:
    with engine.store.reading() as connection:
        known = organisation_store.agency_keyed(connection, partner.key)
    agency = known or Agency(
        id=identifier_at(engine.clock.now()),
        key=partner.key,
        name=partner.name,
        topics=partner.topics,
        secrets=(new_secret(),),
    )
    connected = replace(
        agency,
        name=partner.name,
        name_en=partner.name_en,
        topics=partner.topics,
        endpoint=endpoint,
        disabled_at=None,
    )
    if connected != known:
        engine.carry_out(SaveAgency(agency=connected), actor=SYSTEM)
    return connected
