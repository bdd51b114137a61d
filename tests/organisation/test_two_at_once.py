"""Claims about two administrators at the same moment, over real connections to each database."""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from engine.bootstrap import build
from engine.context import Command
from engine.dispatch import Engine
from engine.kernel.actor import SYSTEM, Actor, Role
from engine.kernel.office_settings import SettingChange, SettingKey
from engine.kernel.refusal import Conflict, Invalid, OutOfDate, Refusal
from engine.office_settings.change import ApproveSetting, ProposeSetting, WithdrawSetting
from engine.organisation import version_store
from engine.organisation.changes import ChangeOrganisation, EnterOrganisation
from engine.organisation.closing import CloseOrganisation
from engine.organisation.organisation import Organisation, OrganisationKind, Particulars
from engine.organisation.tree_view import ShowTree
from engine.settings import from_environment
from tests.builders import NOON, a_clerk, an_id
from tests.office import MovableClock
from tests.organisations import TODAY, save_organisation

ROUNDS = range(6)
"""How often two meet, so that those who are not kept apart are found."""
KINDS = OrganisationKind
OLGA = a_clerk(name="olga", roles=frozenset({Role.OPERATOR}))
PANOS = a_clerk(name="panos", roles=frozenset({Role.OPERATOR}))


@dataclass
class Country:
    """A ministry, with an engine on a real database."""

    engine: Engine
    ministry: Organisation

    def has(self, kind: OrganisationKind, code: str, parent_id: UUID | None = None) -> Organisation:
        with self.engine.store.begin() as connection:
            made = save_organisation(connection, kind, code, parent_id=parent_id or self.ministry.id)
            connection.commit()
        return made

    def at_once(self, *asked: tuple[Command[Any], Actor]) -> list[object]:
        """What comes of commands that begin at the same moment."""
        together = threading.Barrier(len(asked))

        def begin(command: Command[Any], actor: Actor) -> Callable[[], object]:
            def act() -> object:
                together.wait()
                try:
                    return self.engine.carry_out(command, actor=actor)
                except Refusal as refused:
                    return refused

            return act

        with ThreadPoolExecutor(len(asked)) as threads:
            waiting = [threads.submit(begin(command, actor)) for command, actor in asked]
            return [one.result() for one in waiting]

    def counting(self, organisation: Organisation) -> list[Particulars]:
        with self.engine.store.reading() as connection:
            return [one.particulars for one in version_store.counting(connection, organisation.id)]


@pytest.fixture
def country(database_url: str) -> Iterator[Country]:
    environment = from_environment({"STOA_DATABASE_URL": database_url})
    with build(environment, clock=MovableClock(NOON)) as engine:
        with engine.store.begin() as connection:
            ministry = save_organisation(connection, KINDS.MINISTRY, "ministry")
            connection.commit()
        yield Country(engine=engine, ministry=ministry)


def changes(code: str, *, seen: int = 1, **stated: Any) -> ChangeOrganisation:
    return ChangeOrganisation(code=code, changes=stated, from_day=TODAY, reason="Απόφαση", seen=seen)


def closes(code: str, successor: str | None = None) -> CloseOrganisation:
    return CloseOrganisation(code=code, successor=successor, from_day=TODAY, reason="Απόφαση", seen=1)


def enters(code: str, parent_id: UUID, kind: OrganisationKind = KINDS.ANNEX) -> EnterOrganisation:
    stated = Particulars(name=code, parent_id=parent_id)
    return EnterOrganisation(
        id=an_id(), kind=kind, code=code, particulars=stated, from_day=TODAY, reason="Απόφαση"
    )


def refused(results: Sequence[object]) -> list[Refusal]:
    return [one for one in results if isinstance(one, Refusal)]


def test_of_two_changes_of_one_organisation_one_holds_and_the_other_is_told(country: Country) -> None:
    for number in ROUNDS:
        branch = country.has(KINDS.BRANCH, f"{1000 + number}")
        phones = ("210 1111111", "210 2222222")

        results = country.at_once(
            (changes(branch.code, phone=phones[0]), OLGA), (changes(branch.code, phone=phones[1]), PANOS)
        )

        assert [type(one) for one in refused(results)] == [OutOfDate]
        won = phones[[one is None for one in results].index(True)]
        assert country.counting(branch)[-1].phone == won


def test_no_two_moves_at_once_let_organisations_stand_below_each_other(country: Country) -> None:
    for number in ROUNDS:
        one = country.has(KINDS.AGENCY, f"one-{number}")
        other = country.has(KINDS.AGENCY, f"other-{number}")
        below_one = country.has(KINDS.AGENCY, f"below-one-{number}", one.id)
        below_other = country.has(KINDS.AGENCY, f"below-other-{number}", other.id)

        results = country.at_once(
            (changes(one.code, parent_id=below_other.id), OLGA),
            (changes(other.code, parent_id=below_one.id), PANOS),
        )

        assert [type(found) for found in refused(results)] == [Invalid]
    tree = country.engine.ask(ShowTree(), actor=SYSTEM)
    assert tree.number == 1 + 4 * len(ROUNDS)


def test_nothing_comes_below_what_closes_at_the_same_moment(country: Country) -> None:
    for number in ROUNDS:
        town = country.has(KINDS.MUNICIPALITY, f"town-{number}")

        results = country.at_once(
            (closes(town.code), OLGA), (enters(f"{2000 + number}", town.id, KINDS.BRANCH), PANOS)
        )

        assert [type(one) in (Conflict, Invalid) for one in refused(results)] == [True]


def test_no_successor_closes_at_the_same_moment(country: Country) -> None:
    for number in ROUNDS:
        one = country.has(KINDS.BRANCH, f"{3000 + number}")
        other = country.has(KINDS.BRANCH, f"{4000 + number}")

        results = country.at_once((closes(one.code, other.code), OLGA), (closes(other.code, one.code), PANOS))

        assert [type(found) for found in refused(results)] == [Invalid]
        assert sorted(country.counting(each)[-1].is_open for each in (one, other)) == [False, True]


def test_one_code_is_given_once(country: Country) -> None:
    for number in ROUNDS:
        code = f"{5000 + number}"

        results = country.at_once(
            (enters(code, country.ministry.id, KINDS.BRANCH), OLGA),
            (enters(code, country.ministry.id, KINDS.BRANCH), PANOS),
        )

        assert [type(one) for one in refused(results)] == [Conflict]


def proposes(value: str, seen: UUID | None, key: SettingKey) -> ProposeSetting:
    return ProposeSetting(key=key, value=value, reason="Απόφαση.", seen=seen)


def test_of_two_values_of_one_setting_one_is_taken_and_the_other_is_told(country: Country) -> None:
    seen: UUID | None = None
    for _number in ROUNDS:
        results = country.at_once(
            (proposes("30", seen, SettingKey.ACCESS_ALERT_CASES), OLGA),
            (proposes("40", seen, SettingKey.ACCESS_ALERT_CASES), PANOS),
        )

        assert [type(one) for one in refused(results)] == [OutOfDate]
        (taken,) = [one for one in results if isinstance(one, SettingChange)]
        decided = country.engine.decided().value(SettingKey.ACCESS_ALERT_CASES, country.engine.clock.now())
        assert str(decided) == str(taken.value)
        seen = taken.id


def test_a_change_is_approved_or_withdrawn_and_never_both(country: Country) -> None:
    seen: UUID | None = None
    for _number in ROUNDS:
        proposed = country.engine.carry_out(proposes("8", seen, SettingKey.SESSION_HOURS), actor=OLGA)

        results = country.at_once(
            (ApproveSetting(change_id=proposed.id), PANOS), (WithdrawSetting(change_id=proposed.id), OLGA)
        )

        assert [one.code for one in refused(results)] == ["setting_settled"]
        seen = proposed.id
