"""Claims about which kind of organisation stands below which, and about those that do not."""

from datetime import date
from uuid import UUID

import pytest

from engine.kernel.actor import SYSTEM
from engine.kernel.refusal import Invalid, NotPermitted
from engine.organisation.changes import ChangeOrganisation, EnterOrganisation
from engine.organisation.organisation import OrganisationKind, Particulars
from engine.organisation.placement import STANDS_BELOW, ListMisplaced, kinds_below, may_stand
from tests.builders import a_clerk, an_id
from tests.office import Office, an_office
from tests.organisations import TODAY, save_organisation

KINDS = OrganisationKind


def has(office: Office, kind: KINDS, code: str, parent_id: UUID | None = None, on: date = TODAY) -> UUID:
    with office.engine.store.begin() as connection:
        made = save_organisation(connection, kind, code, parent_id=parent_id, on=on)
        connection.commit()
    return made.id


def enters(kind: KINDS, parent_id: UUID | None) -> EnterOrganisation:
    return EnterOrganisation(
        id=an_id(),
        kind=kind,
        code="0777" if kind in (KINDS.BRANCH, KINDS.ANNEX, KINDS.POINT_OF_SINGLE_CONTACT) else "newcomer",
        particulars=Particulars(name="Νέο", parent_id=parent_id),
        from_day=TODAY,
        reason="Απόφαση",
    )


def test_every_kind_is_entered_below_those_of_the_table_and_below_no_other() -> None:
    for kind in KINDS:
        for above in (*KINDS, None):
            office = an_office()
            parent_id = has(office, above, "8888", None) if above else None
            if may_stand(kind, above):
                office.does(enters(kind, parent_id), actor=SYSTEM)
                continue
            with pytest.raises(Invalid) as refused:
                office.does(enters(kind, parent_id), actor=SYSTEM)
            (problem,) = refused.value.errors["parent"]
            assert kind in problem
            assert (above or "the top of the tree") in problem


def test_what_stands_below_what_follows_the_levels_of_administration() -> None:
    assert kinds_below(None) == [
        KINDS.MINISTRY,
        KINDS.DECENTRALISED_ADMINISTRATION,
        KINDS.MUNICIPALITY,
        KINDS.AGENCY,
    ]
    assert kinds_below(KINDS.BRANCH) == [KINDS.ANNEX, KINDS.POINT_OF_SINGLE_CONTACT]
    assert kinds_below(KINDS.AGENCY) == [KINDS.AGENCY]
    assert kinds_below(KINDS.ANNEX) == []
    assert set(STANDS_BELOW) == set(KINDS)


def test_nothing_moves_to_where_its_kind_may_not_stand() -> None:
    office = an_office()
    agency = has(office, KINDS.AGENCY, "police")

    for parent_id, found in ((agency, "found agency"), (None, "the top of the tree")):
        move = ChangeOrganisation(
            code="0009", changes={"parent_id": parent_id}, from_day=TODAY, reason="Απόφαση", seen=1
        )
        with pytest.raises(Invalid) as refused:
            office.does(move, actor=SYSTEM)
        assert found in refused.value.errors["parent"][0]


def test_those_that_stand_elsewhere_are_listed_for_operators_and_go_on() -> None:
    office = an_office()
    agency = has(office, KINDS.AGENCY, "police")
    has(office, KINDS.BRANCH, "0301", agency)
    has(office, KINDS.MUNICIPALITY, "later", agency, on=date(2027, 1, 1))

    found = office.engine.ask(ListMisplaced(), actor=SYSTEM)

    assert [(one.code, one.above_code, one.since) for one in found] == [
        ("0301", "police", TODAY),
        ("later", "police", date(2027, 1, 1)),
    ]
    with pytest.raises(NotPermitted):
        office.engine.ask(ListMisplaced(), actor=a_clerk())
    renamed = ChangeOrganisation(
        code="0301", changes={"name": "ΚΕΠ Αστυνομίας"}, from_day=TODAY, reason="Απόφαση", seen=1
    )
    office.does(renamed, actor=SYSTEM)
