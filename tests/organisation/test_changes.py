"""Claims about organisations that change from a day on: when, by whom, and what two at once make of it."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from engine.kernel.actor import SYSTEM, Actor, ActorKind, Role
from engine.kernel.refusal import Conflict, Invalid, NotFound, NotPermitted, OutOfDate
from engine.organisation import store as organisation_store
from engine.organisation import version_store
from engine.organisation.changes import ChangeOrganisation, EnterOrganisation, WithdrawChange
from engine.organisation.closing import CloseOrganisation
from engine.organisation.organisation import (
    Organisation,
    OrganisationKind,
    OrganisationOnDay,
    Particulars,
)
from engine.organisation.registers import ShowBranch
from engine.organisation.tree_view import Limb, ShowTree
from tests.builders import an_id
from tests.office import Office, an_office
from tests.organisations import TODAY, save_organisation

NEW_YEAR = date(2027, 1, 1)
ONE_MINUTE_BEFORE = datetime(2026, 12, 31, 21, 59, tzinfo=UTC)
"""23:59 in Athens."""
ONE_MINUTE_AFTER = datetime(2026, 12, 31, 22, 1, tzinfo=UTC)


@dataclass
class Country:
    """A ministry, the municipality of the office, and another one with a branch."""

    office: Office
    ministry: Organisation
    ours: OrganisationOnDay
    other: Organisation
    elsewhere: Organisation

    def revision(self, code: str) -> int:
        with self.office.engine.store.reading() as connection:
            found = version_store.identity_coded(connection, code)
        assert found is not None
        return found.revision

    def changes(self, code: str, actor: Actor = SYSTEM, **given: Any) -> None:
        asked = {"from_day": TODAY, "reason": "Απόφαση 12/2026", **given}
        asked["seen"] = given["seen"] if "seen" in given else self.revision(code)
        self.office.does(ChangeOrganisation(code=code, **asked), actor=actor)

    def has_agency(self, code: str) -> Organisation:
        with self.office.engine.store.begin() as connection:
            made = save_organisation(connection, OrganisationKind.AGENCY, code, parent_id=self.ministry.id)
            connection.commit()
        return made

    def administrator(self, of: Organisation | OrganisationOnDay) -> Actor:
        return Actor(
            kind=ActorKind.USER,
            id=an_id(),
            name="dimos",
            roles=frozenset({Role.ADMINISTRATOR}),
            organisation_id=of.id,
        )


@pytest.fixture
def country() -> Country:
    office = an_office()
    with office.engine.store.begin() as connection:
        ministry = save_organisation(connection, OrganisationKind.MINISTRY, "ministry")
        other = save_organisation(connection, OrganisationKind.MUNICIPALITY, "patras", parent_id=ministry.id)
        elsewhere = save_organisation(connection, OrganisationKind.BRANCH, "0301", parent_id=other.id)
        ours = version_store.organisation_coded(connection, "municipality-0009", on=TODAY)
        connection.commit()
    assert ours is not None
    found = Country(office=office, ministry=ministry, ours=ours, other=other, elsewhere=elsewhere)
    found.changes("municipality-0009", changes={"parent_id": ministry.id})
    return found


def test_a_change_at_the_turn_of_the_year_is_true_at_00_01_and_not_at_23_59(country: Country) -> None:
    country.changes("0009", changes={"name": "ΚΕΠ Νέο"}, from_day=NEW_YEAR)
    country.changes("municipality-0009", changes={"name": "Νέου Δήμου"}, from_day=NEW_YEAR)
    seen = []

    for moment in (ONE_MINUTE_BEFORE, ONE_MINUTE_AFTER):
        country.office.clock.move_to(moment)
        branch = country.office.engine.ask(ShowBranch(), actor=country.office.clerk)
        assert branch is not None
        seen.append((branch.name, branch.municipality))

    assert seen == [("ΚΕΠ Αθηναίων", "Αθηναίων"), ("ΚΕΠ Νέο", "Νέου Δήμου")]


def test_a_permission_moves_with_the_tree_at_the_turn_of_the_year(country: Country) -> None:
    country.changes("0009", changes={"parent_id": country.other.id}, from_day=NEW_YEAR)
    ours, theirs = country.administrator(country.ours), country.administrator(country.other)

    country.office.clock.move_to(ONE_MINUTE_BEFORE)
    with pytest.raises(NotFound):
        country.changes("0009", theirs, changes={"hours": "8-20"}, from_day=NEW_YEAR)
    country.changes("0009", ours, changes={"hours": "8-14"}, from_day=NEW_YEAR)
    country.office.clock.move_to(ONE_MINUTE_AFTER)
    with pytest.raises(NotFound):
        country.changes("0009", ours, changes={"hours": "8-20"}, from_day=NEW_YEAR)
    country.changes("0009", theirs, changes={"hours": "8-20"}, from_day=NEW_YEAR)


def test_what_is_another_municipalitys_is_as_if_it_did_not_exist(country: Country) -> None:
    ours = country.administrator(country.ours)
    answers = []

    for code, seen in (("0301", 1), ("0301", 7), ("9999", 1)):
        with pytest.raises(NotFound) as refused:
            country.changes(code, ours, changes={"phone": "bad"}, seen=seen)
        answers.append(refused.value.message.replace(code, "…"))

    assert len(set(answers)) == 1


def test_an_administrator_neither_moves_nor_closes_nor_enters_their_own(country: Country) -> None:
    ours, top = country.administrator(country.ours), country.administrator(country.ministry)
    closing = CloseOrganisation(code="municipality-0009", from_day=TODAY, reason="Απόφαση", seen=2)
    branch = EnterOrganisation(
        id=an_id(),
        kind=OrganisationKind.BRANCH,
        code="0400",
        particulars=Particulars(name="ΚΕΠ", parent_id=country.ours.id),
        from_day=TODAY,
        reason="Απόφαση",
    )

    with pytest.raises(NotPermitted):
        country.office.does(closing, actor=ours)
    with pytest.raises(NotPermitted):
        country.office.does(branch, actor=ours)
    with pytest.raises(NotFound):
        country.changes("0009", ours, changes={"parent_id": country.other.id})
    country.office.does(branch, actor=top)
    with pytest.raises(Conflict, match="taken"):
        country.office.does(replace(branch, id=an_id()), actor=top)


def test_whoever_changes_what_somebody_changed_meanwhile_is_refused_in_words(country: Country) -> None:
    seen = country.revision("0009")
    country.changes("0009", changes={"phone": "210 1234567"}, seen=seen)

    with pytest.raises(OutOfDate, match="somebody changed it meanwhile"):
        country.changes("0009", changes={"phone": "210 7654321"}, seen=seen)


def test_all_that_is_wrong_is_said_at_once_and_nothing_is_changed(country: Country) -> None:
    before = country.revision("0009")
    wrong = {"name": " ", "phone": "call me", "local_holidays": ("02-30",)}

    with pytest.raises(Invalid) as refused:
        country.changes("0009", changes=wrong, from_day=date(2026, 3, 8))

    assert list(refused.value.errors) == ["from", "name", "phone", "local_holidays"]
    assert country.revision("0009") == before


def test_no_organisation_comes_to_stand_below_itself(country: Country) -> None:
    with pytest.raises(Invalid) as refused:
        country.changes("ministry", changes={"parent_id": country.ours.id})

    assert "parent" in refused.value.errors


def test_a_plan_is_withdrawn_before_its_day_and_not_after_it(country: Country) -> None:
    country.changes("0009", changes={"name": "ΚΕΠ Νέο"}, from_day=NEW_YEAR)
    with country.office.engine.store.reading() as connection:
        planned = version_store.counting(connection, country.office.branch.id)[-1]
    withdraw = WithdrawChange(
        code="0009", version_id=planned.id, reason="Ανακλήθηκε", seen=country.revision("0009")
    )

    country.office.clock.move_to(ONE_MINUTE_AFTER)
    with pytest.raises(Conflict, match="2027-01-01"):
        country.office.does(withdraw, actor=SYSTEM)
    country.office.clock.move_to(ONE_MINUTE_BEFORE)
    country.office.does(withdraw, actor=SYSTEM)

    with country.office.engine.store.reading() as connection:
        branch = organisation_store.branch(connection, country.office.branch.id, on=NEW_YEAR)
        kept = version_store.versions_of(connection, country.office.branch.id)
    assert branch is not None
    assert branch.name == "ΚΕΠ Αθηναίων"
    assert [(one.revoked_by, one.valid_from) for one in kept][-1] == ("stoa", NEW_YEAR)


def test_no_plan_for_a_later_day_lets_an_organisation_come_to_stand_below_itself(country: Country) -> None:
    """Each of two moves is possible on its own day; together they would be a circle from the second on."""
    police, traffic = country.has_agency("police"), country.has_agency("traffic")
    country.changes("police", changes={"parent_id": traffic.id}, from_day=NEW_YEAR)

    with pytest.raises(Invalid) as refused:
        country.changes("traffic", changes={"parent_id": police.id})

    assert "parent" in refused.value.errors
    assert country.revision("traffic") == 1


def test_no_plan_is_withdrawn_that_keeps_an_organisation_from_standing_below_itself(country: Country) -> None:
    police, traffic = country.has_agency("police"), country.has_agency("traffic")
    country.changes("traffic", changes={"parent_id": police.id})
    country.changes("traffic", changes={"parent_id": country.ministry.id}, from_day=NEW_YEAR)
    country.changes("police", changes={"parent_id": traffic.id}, from_day=NEW_YEAR)
    with country.office.engine.store.reading() as connection:
        planned = version_store.counting(connection, traffic.id)[-1]
    withdraw = WithdrawChange(
        code="traffic", version_id=planned.id, reason="Λάθος", seen=country.revision("traffic")
    )

    with pytest.raises(Invalid):
        country.office.does(withdraw, actor=SYSTEM)


def test_nothing_comes_to_stand_below_what_is_closed_then(country: Country) -> None:
    with country.office.engine.store.begin() as connection:
        save_organisation(connection, OrganisationKind.ANNEX, "0011", parent_id=country.office.branch.id)
        connection.commit()
    closing = CloseOrganisation(
        code="0301", successor="0009", from_day=NEW_YEAR, reason="Απόφαση", seen=country.revision("0301")
    )
    country.office.does(closing, actor=SYSTEM)
    annex = EnterOrganisation(
        id=an_id(),
        kind=OrganisationKind.ANNEX,
        code="0400",
        particulars=Particulars(name="Παράρτημα", parent_id=country.elsewhere.id),
        from_day=NEW_YEAR,
        reason="Απόφαση",
    )

    with pytest.raises(Invalid, match="cannot be entered so"):
        country.office.does(annex, actor=SYSTEM)
    with pytest.raises(Invalid, match="cannot be changed so"):
        country.changes("0011", changes={"parent_id": country.elsewhere.id}, from_day=NEW_YEAR)
    country.office.does(replace(annex, from_day=TODAY), actor=SYSTEM)


def test_only_an_operator_takes_an_organisation_to_the_top(country: Country) -> None:
    top = country.administrator(country.ministry)

    with pytest.raises(NotPermitted, match="below no other"):
        country.changes("patras", top, changes={"parent_id": None})
    country.changes("patras", changes={"parent_id": None})


def test_no_code_is_that_of_a_page_of_the_register(country: Country) -> None:
    entering = EnterOrganisation(
        id=an_id(),
        kind=OrganisationKind.MUNICIPALITY,
        code="tree",
        particulars=Particulars(name="Δέντρου"),
        from_day=TODAY,
        reason="Απόφαση",
    )

    with pytest.raises(Invalid) as refused:
        country.office.does(entering, actor=SYSTEM)

    assert list(refused.value.errors) == ["code"]


def test_the_tree_is_what_the_asker_administers_and_is_searched_with_its_lines(country: Country) -> None:
    def codes(limbs: tuple[Limb, ...]) -> list[object]:
        return [[one.node.code, *codes(one.below)] for one in limbs]

    ask = country.office.engine.ask
    everything = ask(ShowTree(), actor=country.administrator(country.ministry))
    ours = ask(ShowTree(), actor=country.administrator(country.ours))
    found = ask(ShowTree(text="301"), actor=SYSTEM), ask(ShowTree(text="0301"), actor=SYSTEM)

    assert codes(everything.tops) == [["ministry", ["municipality-0009", ["0009"]], ["patras", ["0301"]]]]
    assert (everything.number, everything.tops[0].offices) == (5, 2)
    assert codes(ours.tops) == [["municipality-0009", ["0009"]]]
    assert [codes(one.tops) for one in found] == [[], [["ministry", ["patras", ["0301"]]]]]
    assert found[1].found == 1
    with pytest.raises(NotPermitted):
        ask(ShowTree(), actor=replace(country.administrator(country.ours), roles=frozenset({Role.CLERK})))
