"""Claims about two officials who act on a version at the same moment, each on a connection of their own."""

import threading
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pytest

from engine.anchors.version_check import VerifyVersions
from engine.bootstrap import build
from engine.context import Command
from engine.kernel.actor import SYSTEM, Actor, Role
from engine.kernel.refusal import Refusal
from engine.procedures import record_store
from engine.procedures.acts import ActKind
from engine.procedures.model import ProcedureVersion, VersionStatus
from engine.procedures.publishing import PublishVersion, RetireVersion
from engine.procedures.queries import ListVersions
from engine.procedures.submission import ReturnVersion
from engine.sealing.chain import first_broken_line
from engine.settings import from_environment
from tests.office import Office, an_office
from tests.officials import Officials, employed, officials_of, recovery_codes
from tests.procedures.test_version_life import small

WHY = "Καταργήθηκε με τον ν. 1234/2026."
KEY = b64encode(bytes(range(32))).decode()
ROUNDS = 3
"""How often two meet in a test: each time either may be first."""


@dataclass
class Town:
    """Two certifiers, each with an engine and so with connections of their own."""

    office: Office
    people: Officials
    eleni: Actor
    environment: Mapping[str, str]
    codes: list[str] = field(default_factory=list)

    def at_once(self, first: Command[ProcedureVersion], second: Command[ProcedureVersion]) -> list[object]:
        """What became of both: the version, or the refusal."""
        found: list[object] = [None, None]
        both = threading.Barrier(2)

        def act(place: int, command: Command[ProcedureVersion], actor: Actor) -> None:
            with build(from_environment(self.environment)) as engine:
                engine.ask(ListVersions(key="small"), actor=SYSTEM)
                both.wait(timeout=30)
                try:
                    found[place] = engine.carry_out(command, actor=actor)
                except Refusal as refusal:
                    found[place] = refusal

        actors = (self.people.kostas, self.eleni)
        threads = [
            threading.Thread(target=act, args=(place, command, actors[place]))
            for place, command in enumerate((first, second))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return found

    def offered(self) -> list[int]:
        """The numbers of the versions on offer."""
        versions = self.office.engine.ask(ListVersions(key="small"), actor=SYSTEM)
        return [one.number for one in versions if one.status is VersionStatus.PUBLISHED]

    def acts(self, version: ProcedureVersion) -> list[ActKind]:
        """The record of a version, which is intact."""
        with self.office.engine.store.reading() as connection:
            acts = record_store.acts_of(connection, version.id)
        assert first_broken_line(acts, self.office.engine.journal_keys) is None
        assert [act.number for act in acts] == list(range(1, len(acts) + 1))
        assert self.office.engine.ask(VerifyVersions(), actor=SYSTEM).findings == ()
        return [act.kind for act in acts]


@pytest.fixture
def town(database_url: str) -> Iterator[Town]:
    environment = {"STOA_DATABASE_URL": database_url, "STOA_SECRET_KEYS": KEY}
    with build(from_environment(environment)) as engine:
        office = an_office(engine)
        people = officials_of(office)
        eleni = employed(office, "eleni", Role.CERTIFIER)
        codes = list(recovery_codes(office.engine, eleni))
        yield Town(office=office, people=people, eleni=eleni, environment=environment, codes=codes)


def one_won(found: list[object], code: str) -> None:
    """One of both acted, and the other was told why not."""
    refusals = [one for one in found if isinstance(one, Refusal)]
    assert [refusal.code for refusal in refusals] == [code], found
    assert sum(isinstance(one, ProcedureVersion) for one in found) == 1


def test_one_of_two_certifies(town: Town) -> None:
    for steps in range(1, ROUNDS + 1):
        version = town.people.submits(small(steps))
        certification = town.people.certification(version)
        other = town.people.certification(version, second_factor=town.codes.pop())

        found = town.at_once(certification, other)

        one_won(found, "version_certified")
        assert town.acts(version) == [ActKind.DEPLOYED, ActKind.SUBMITTED, ActKind.CERTIFIED]


def test_a_version_is_certified_or_returned_and_not_both(town: Town) -> None:
    for steps in range(1, ROUNDS + 1):
        version = town.people.submits(small(steps))
        giving_back = ReturnVersion(key="small", number=version.number, reason=WHY)

        found = town.at_once(town.people.certification(version), giving_back)

        won = next(one for one in found if isinstance(one, ProcedureVersion))
        one_won(found, f"version_{won.status}")
        assert len(town.acts(version)) == 3


def test_one_of_two_publishes_and_one_of_two_retires(town: Town) -> None:
    for steps in range(1, ROUNDS + 1):
        version = town.people.certifies(town.people.submits(small(steps)))
        publish = PublishVersion(key="small", number=version.number)
        retire = RetireVersion(key="small", number=version.number, reason=WHY)

        one_won(town.at_once(publish, publish), "version_published")
        offered = town.offered()
        one_won(town.at_once(retire, retire), "version_retired")

        assert (offered, town.offered()) == ([version.number], [])
        assert town.acts(version)[2:] == [ActKind.CERTIFIED, ActKind.PUBLISHED, ActKind.RETIRED]


def test_of_two_versions_that_are_published_at_once_one_is_on_offer(town: Town) -> None:
    for steps in (1, 3, 5):
        versions = [town.people.certifies(town.people.submits(small(steps + more))) for more in range(2)]
        publishing = [PublishVersion(key="small", number=version.number) for version in versions]

        found = town.at_once(publishing[0], publishing[1])

        assert len(town.offered()) == 1
        assert all(isinstance(one, ProcedureVersion | Refusal) for one in found)
        for version in versions:
            acts = town.acts(version)
            assert acts.count(ActKind.PUBLISHED) <= 1
            assert acts.count(ActKind.SUPERSEDED) == (
                version.number not in town.offered() and ActKind.PUBLISHED in acts
            )


def test_a_version_that_is_retired_while_another_is_published_leaves_that_one(town: Town) -> None:
    for steps in (1, 3, 5):
        earlier = town.people.brings_on_offer(small(steps))
        later = town.people.certifies(town.people.submits(small(steps + 1)))
        publish = PublishVersion(key="small", number=later.number)
        retire = RetireVersion(key="small", number=earlier.number, reason=WHY)

        found = town.at_once(publish, retire)

        assert isinstance(found[0], ProcedureVersion)
        assert town.offered() == [later.number]
        assert town.acts(earlier)[-1] in (ActKind.RETIRED, ActKind.SUPERSEDED)
        assert isinstance(found[1], Refusal) == (town.acts(earlier)[-1] is ActKind.SUPERSEDED)
