"""Filling an installation with a made-up country: organisations, people, and a year of cases."""

import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from random import Random
from typing import Any, Final
from uuid import UUID

from demo.country.invented_people import invented_person
from demo.country.loading import load_year, restore_indexes
from demo.country.model_cases import ModelCase, models_of
from demo.country.places import AGENCIES, PEOPLE, REGIONS, branches, municipality_names
from demo.country.planning import CHUNK, Year
from demo.country.stamp import Place
from engine.context import Command
from engine.dispatch import Engine
from engine.kernel.actor import SYSTEM, Role
from engine.kernel.clock import identifier_at
from engine.kernel.refusal import Conflict
from engine.organisation import store as organisation_store
from engine.organisation import version_store
from engine.organisation.changes import EnterOrganisation
from engine.organisation.model import Agency
from engine.organisation.organisation import BEGINNING, OrganisationKind, Particulars
from engine.organisation.registers import SaveAgency
from engine.people.model import User
from engine.people.users import SaveUser
from engine.procedures.queries import FindProcedures
from engine.procedures.store import version_on_offer

MINISTRY: Final = "digital-governance"
_TOGETHER: Final = 100
"""Commands that share a transaction."""
_WHY: Final = "Demonstration"

Say = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Country:
    """How large a country is made, by which chance, and by how many processes besides this one.

    The country is the same whatever their number.
    """

    cases: int
    seed: int
    processes: int


def fill(engine: Engine, country: Country, *, processes: Path, forms: Path, say: Say) -> None:
    """Make the country; `Conflict` where there is one already, which then has all its indexes."""
    with engine.store.reading() as connection:
        is_there = version_store.identity_coded(connection, branches()[0].code) is not None
    if is_there:
        restore_indexes(engine)
        raise Conflict("There is a country in this installation already.")
    say("The scenarios of all procedures are played, to be copied …")
    models = models_of(processes, forms, processes_besides=country.processes)
    say(f"{sum(map(len, models.values()))} model cases of {len(models)} procedures.")
    fill_with(engine, country, models=models, say=say)


def fill_with(
    engine: Engine, country: Country, *, models: Mapping[str, Sequence[ModelCase]], say: Say
) -> None:
    """Make the country of these models, where there is none; the same one for the same seed, moment and keys.

    Seals alone differ: none is ever made twice (NIST SP 800-38D, section 8).
    """
    chance = Random(country.seed)  # noqa: S311 - the same country for the same seed
    seeded = replace(engine, random_bits=chance.getrandbits)
    new_id = partial(identifier_at, engine.clock.now(), random_bits=chance.getrandbits)
    places = _organisations(seeded, new_id, say)
    _agencies(seeded, new_id, say)
    year = Year(
        models=models,
        versions=_versions(engine),
        places=_people(seeded, places, chance, new_id, say),
        weights=[one.weight for one in branches()],
        agencies=_topics(engine),
        until=engine.clock.now(),
        zone=engine.zone,
        seed=country.seed,
    )
    began = time.monotonic()

    def progress(done: int, of: int) -> None:
        if done % (max(of // 20, 1) // CHUNK * CHUNK or CHUNK) == 0 or done == of:
            say(f"  {done:,} of {of:,} cases after {time.monotonic() - began:.0f} s")

    load_year(engine, year, country.cases, processes=country.processes, progress=progress)
    say(f"  The cases with their indexes and figures took {time.monotonic() - began:.0f} s.")


def _organisations(engine: Engine, new_id: Callable[[], UUID], say: Say) -> list[Place]:
    """The ministry, the regions, the municipalities and the branches; the branches as places of cases."""
    ministry = new_id()
    regions = [new_id() for _ in REGIONS]
    names = municipality_names()
    municipalities = [new_id() for _ in names]
    made = branches()
    ids = [new_id() for _ in made]
    enter = partial(_entering, engine.clock.now().astimezone(engine.zone).date())
    called = ("Υπουργείο Ψηφιακής Διακυβέρνησης", "Ministry of Digital Governance")
    commands = [enter(ministry, OrganisationKind.MINISTRY, MINISTRY, *called)]
    for place, (region, english, _, _) in enumerate(REGIONS):
        commands.append(
            enter(
                regions[place],
                OrganisationKind.DECENTRALISED_ADMINISTRATION,
                f"region-{place + 1:02}",
                f"Περιφέρεια {region}",
                f"Region of {english}",
                parent_id=ministry,
            )
        )
    for place, (name, english, region_place) in enumerate(names):
        commands.append(
            enter(
                municipalities[place],
                OrganisationKind.MUNICIPALITY,
                f"municipality-{place + 1:03}",
                name,
                english,
                parent_id=regions[region_place],
                local_holidays=(f"{place % 12 + 1:02}-{place % 28 + 1:02}",),
            )
        )
    for place, branch in enumerate(made):
        commands.append(
            enter(
                ids[place],
                OrganisationKind.BRANCH,
                branch.code,
                branch.name,
                branch.name_en,
                parent_id=municipalities[branch.municipality],
                local_holidays=(f"{branch.municipality % 12 + 1:02}-{branch.municipality % 28 + 1:02}",),
            )
        )
    _together(engine, commands)
    say(f"{len(regions)} regions, {len(municipalities)} municipalities and {len(ids)} branches are there.")
    return [
        Place(
            branch_id=branch_id,
            code=branch.code,
            name=branch.name,
            municipality=names[branch.municipality][0],
            people={},
        )
        for branch_id, branch in zip(ids, made, strict=True)
    ]


def _entering(
    today: date,
    organisation_id: UUID,
    kind: OrganisationKind,
    code: str,
    name: str,
    name_en: str,
    **stated: Any,
) -> Command[Any]:
    return EnterOrganisation(
        id=organisation_id,
        kind=kind,
        code=code,
        particulars=Particulars(name=name, name_en=name_en, **stated),
        from_day=min(BEGINNING, today),
        reason=_WHY,
    )


def _agencies(engine: Engine, new_id: Callable[[], UUID], say: Say) -> None:
    commands = [
        SaveAgency(
            agency=Agency(
                id=new_id(),
                key=f"country-agency-{number:02}",
                name=f"Φορέας {number}",
                name_en=f"Agency {number}",
                topics=(f"country.agency-{number:02}",),
            )
        )
        for number in range(1, AGENCIES + 1)
    ]
    _together(engine, commands)
    say(f"{AGENCIES} agencies are there.")


def _people(
    engine: Engine, places: Sequence[Place], chance: Random, new_id: Callable[[], UUID], say: Say
) -> list[Place]:
    """A manager for every branch, and clerks for those with most work first; the places with them in it."""
    commands: list[Command[Any]] = []
    found: dict[UUID, dict[str, tuple[UUID, str]]] = defaultdict(dict)

    def employ(place: Place, role: Role) -> None:
        person = invented_person(chance, amka_begins=None)
        username = f"{role.value}-{len(commands) + 1:04}"
        user = User(id=new_id(), username=username, display_name=person.full_name)
        commands.append(SaveUser(user=user, branch_id=place.branch_id, roles=frozenset({role})))
        found[place.branch_id].setdefault(role.value, (user.id, username))

    for place in places:
        employ(place, Role.MANAGER)
        employ(place, Role.CLERK)
    by_work = sorted(zip(places, branches(), strict=True), key=lambda pair: -pair[1].weight)
    while len(commands) < PEOPLE:
        for place, _ in by_work[: PEOPLE - len(commands)]:
            employ(place, Role.CLERK)
    _together(engine, commands)
    say(f"{len(commands):,} people work in them.")
    return [
        Place(
            branch_id=place.branch_id,
            code=place.code,
            name=place.name,
            municipality=place.municipality,
            people={
                role.value: found[place.branch_id].get(role.value, found[place.branch_id][Role.CLERK.value])
                for role in Role
            },
        )
        for place in places
    ]


def _versions(engine: Engine) -> dict[str, tuple[UUID, int]]:
    """The version on offer by procedure: its id and its number."""
    with engine.store.reading() as connection:
        offered = engine.ask(FindProcedures(), actor=SYSTEM).items
        found = {one.key: version_on_offer(connection, one.key, engine.clock.now()) for one in offered}
    return {key: (version.id, version.number) for key, version in found.items() if version is not None}


def _topics(engine: Engine) -> dict[str, tuple[UUID, str]]:
    """Which agency takes a topic, with its key."""
    today = engine.clock.now().astimezone(engine.zone).date()
    with engine.store.reading() as connection:
        agencies = organisation_store.all_agencies(connection, on=today)
    return {topic: (agency.id, agency.key) for agency in agencies for topic in agency.topics}


def _together(engine: Engine, commands: Sequence[Command[Any]]) -> None:
    for start in range(0, len(commands), _TOGETHER):
        engine.carry_out_together(commands[start : start + _TOGETHER], actor=SYSTEM)
