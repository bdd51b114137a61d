"""Examples for the table of rights: somebody in each role, here and elsewhere, and what they ask about."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from engine.kernel.actor import Actor, ActorKind, Role
from engine.kernel.papers import NamedPapers
from engine.kernel.senders import SENDING_ROLES, Receiver
from engine.kernel.vocabulary import Fact


class Place(StrEnum):
    """Where somebody works, seen from an object."""

    HERE = "here"
    """In the branch that the object belongs to, or for the agency that is asked."""
    ELSEWHERE = "elsewhere"


AGENCY: Final = "agency"
"""The column of agencies themselves, beside those of the roles."""

COLUMNS: Final = (*(role.value for role in Role), AGENCY)


CASE_ID: Final = UUID(int=1)
BRANCH_ID: Final = UUID(int=2)
AGENCY_ID: Final = UUID(int=3)
ACTOR_ID: Final = UUID(int=4)
TOP_ID: Final = UUID(int=5)
MIDDLE_ID: Final = UUID(int=6)
ELSEWHERE: Final = UUID(int=9)
NOW: Final = datetime(2026, 3, 9, 11, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Example:
    """An object in an example: a case of a branch, or a task, a request or a paper in it."""

    id: UUID = CASE_ID
    branch_id: UUID = BRANCH_ID
    agency_id: UUID | None = AGENCY_ID
    is_open: bool = True
    candidate_users: tuple[str, ...] = ()
    candidate_groups: tuple[str, ...] = ()
    added_at: datetime = NOW
    service_task_id: UUID | None = None
    code: str = "0009"
    line: tuple[UUID, ...] = (CASE_ID, MIDDLE_ID, TOP_ID)


@dataclass(frozen=True, kw_only=True)
class ExampleCall:
    """A call in an example, in which an agent has recognised the caller."""

    agent_id: UUID
    facts: frozenset[Fact]
    case_id: UUID = CASE_ID
    until: datetime = NOW + timedelta(minutes=1)


THING = Example()
CLOSED = replace(THING, is_open=False)
NAMED = NamedPapers(all_until=THING.added_at)
LATER = replace(THING, added_at=THING.added_at + timedelta(days=1))
ANYBODY_NAMED = Receiver(
    procedure_key="example",
    senders=("agency:example", *(f"role:{role}" for role in SENDING_ROLES)),
    case_id=THING.id,
    branch_id=THING.branch_id,
)


def example_actor(column: str, place: Place) -> Actor:
    """Somebody in that role, or an agency, working there."""
    here = place is Place.HERE
    agency_id = THING.agency_id if here else ELSEWHERE
    key = "example" if here else "another"
    if column == AGENCY:
        return Actor(kind=ActorKind.AGENCY, id=agency_id, name=key)
    role = Role(column)
    is_officer = role is Role.OFFICER
    return Actor(
        kind=ActorKind.USER,
        id=ACTOR_ID,
        name="somebody",
        roles=frozenset({role}),
        branch_id=THING.branch_id if here else ELSEWHERE,
        agency_id=agency_id if is_officer else None,
        agency_key=key if is_officer else None,
        organisation_id=TOP_ID if here else ELSEWHERE,
    )
