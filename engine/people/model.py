"""engine.people.model."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class Colleague:
    """A person of a branch as a list of people names them."""

    username: str
    display_name: str
    roles: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class User:
    """A person who works with the system, in one of their branches."""

    id: UUID
    username: str
    display_name: str
    active: bool = True
