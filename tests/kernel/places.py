"""A ministry with a municipality and its branches, and people in them, for tests of rights."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from engine.kernel.actor import Actor, ActorKind, Role


@dataclass(frozen=True)
class Place:
    """An organisation; `line` are its own id and those of all above it, nearest first."""

    code: str
    line: tuple[UUID, ...]

    @property
    def id(self) -> UUID:
        return self.line[0]


def below(place: Place | None, code: str) -> Place:
    """An organisation of that code below another; at the top below none."""
    return Place(code, (uuid4(), *(place.line if place else ())))


MINISTRY = below(None, "ministry")
ATHENS, PATRAS = below(MINISTRY, "athens"), below(MINISTRY, "patras")
BRANCH, OTHER_BRANCH = below(ATHENS, "0009"), below(PATRAS, "0010")
ELSEWHERE = below(None, "another-ministry")
EVERY_PLACE = (MINISTRY, ATHENS, PATRAS, BRANCH, OTHER_BRANCH, ELSEWHERE)


def somebody(*roles: Role, at: Place | None = None, kind: ActorKind = ActorKind.USER) -> Actor:
    """A person with those roles, who acts in an organisation; in a branch where it is one."""
    is_branch = at in (BRANCH, OTHER_BRANCH)
    return Actor(
        kind=kind,
        id=uuid4(),
        name="eleni",
        roles=frozenset(roles),
        organisation_id=at.id if at else None,
        branch_id=at.id if at and is_branch else None,
        branch_code=at.code if at and is_branch else None,
    )


OPERATOR = somebody(Role.OPERATOR)
OF_MINISTRY = somebody(Role.ADMINISTRATOR, at=MINISTRY)
OF_ATHENS = somebody(Role.ADMINISTRATOR, at=ATHENS)
OF_BRANCH = somebody(Role.ADMINISTRATOR, at=BRANCH)
MANAGER = somebody(Role.MANAGER, at=BRANCH)


def all_but(*roles: Role) -> list[Actor]:
    """One person for each other role, who acts in the branch."""
    return [somebody(role, at=BRANCH) for role in Role if role not in roles]
