"""How senders are named in diagrams and stored, and in which roles they act."""

import pytest

from engine.kernel.actor import CITIZEN, SYSTEM, Actor, Role
from engine.kernel.senders import Entries, Sender, entries_of, is_entry, read_entries, written_entries
from tests.builders import a_branch, a_clerk, an_agency, an_agency_actor, an_id

HERE = a_branch()
OFFICER = a_clerk(HERE, roles=frozenset({Role.OFFICER}), agency_key="registry")


@pytest.mark.parametrize(
    "text",
    ["citizen", "role:clerk", "role:manager", "role:agent", "agency:registry", "system:birth-certificate"],
)
def test_a_sender_is_named_by_what_it_is(text: str) -> None:
    assert is_entry(text)


@pytest.mark.parametrize(
    "text",
    ["", "clerk", "role:auditor", "role:", "agency:", "agency:A", "agency:-a", "system:a b", "citizens"],
)
def test_nothing_else_names_one(text: str) -> None:
    assert not is_entry(text)


@pytest.mark.parametrize("entries", [None, (), ("citizen",), ("role:clerk", "agency:registry")])
def test_entries_are_read_as_they_were_written(entries: Entries | None) -> None:
    assert read_entries(written_entries(entries)) == entries


def test_each_entry_counts_once_and_the_blanks_around_it_do_not() -> None:
    assert entries_of(" citizen, role:clerk,,citizen ") == ("citizen", "role:clerk")


@pytest.mark.parametrize(
    ("actor", "roles"),
    [
        (CITIZEN, {"citizen"}),
        (SYSTEM, set()),
        (a_clerk(HERE), {"clerk"}),
        (an_agency_actor(an_agency(key="registry")), {"agency"}),
        (OFFICER, {"agency", "officer"}),
    ],
)
def test_each_acts_in_roles_of_their_own(actor: Actor, roles: set[str]) -> None:
    assert Sender.of(actor).acts_as == roles


def test_only_an_officer_is_named_by_their_agency() -> None:
    former = a_clerk(HERE, agency_key="registry")

    assert Sender.of(former).entries == ("role:clerk",)
    assert Sender.of(OFFICER).entries == ("agency:registry",)


def test_the_engine_itself_is_named_by_what_it_is_called() -> None:
    assert Sender.of(SYSTEM).entries == (f"system:{SYSTEM.name}",)
    assert Sender.of(SYSTEM, procedure_key="a").entries == ("system:a",)


def test_only_the_system_sends_for_a_procedure_and_only_a_citizen_for_a_case() -> None:
    case_id = an_id()
    sent_for = {
        actor.kind: Sender.of(actor, procedure_key="a", case_id=case_id)
        for actor in (SYSTEM, CITIZEN, a_clerk(HERE))
    }

    assert {kind: (one.procedure_key, one.case_id) for kind, one in sent_for.items()} == {
        SYSTEM.kind: ("a", None),
        CITIZEN.kind: (None, case_id),
        a_clerk(HERE).kind: (None, None),
    }
    assert [one.is_outside for one in sent_for.values()] == [False, True, True]


@pytest.mark.parametrize("actor", [OFFICER, CITIZEN, an_agency_actor(an_agency(key="registry"))])
def test_a_sender_is_read_as_it_was_stored(actor: Actor) -> None:
    sender = Sender.of(actor, case_id=an_id())

    assert Sender.from_json(sender.as_json()) == sender
    assert sender.agency_key == (None if actor is CITIZEN else "registry")
