"""What rules of permission are asked about: of each object, as little as a rule needs to know."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from engine.kernel.vocabulary import Fact


class OfBranch(Protocol):
    """Something that belongs to a branch: a case, or what is open in one."""

    @property
    def id(self) -> UUID: ...
    @property
    def branch_id(self) -> UUID: ...


class Offered(OfBranch, Protocol):
    """A task: the diagram offers it to users by name, or to roles."""

    @property
    def candidate_users(self) -> tuple[str, ...]: ...
    @property
    def candidate_groups(self) -> tuple[str, ...]: ...


class InHand(OfBranch, Protocol):
    """A task with what was typed into it so far."""

    @property
    def is_open(self) -> bool: ...


class Asked(OfBranch, Protocol):
    """A service task: an agency is asked, until it has answered or the request is taken back."""

    @property
    def agency_id(self) -> UUID | None: ...
    @property
    def is_open(self) -> bool: ...


class Administered(Protocol):
    """An organisation: `line` are its own id and those of all above it on a day, nearest first."""

    @property
    def id(self) -> UUID: ...
    @property
    def code(self) -> str: ...
    @property
    def line(self) -> tuple[UUID, ...]: ...


class Recognised(Protocol):
    """That a caller was recognised by an agent as the citizen of a case, and by which facts."""

    @property
    def agent_id(self) -> UUID: ...
    @property
    def case_id(self) -> UUID: ...
    @property
    def facts(self) -> frozenset[Fact]: ...
    @property
    def until(self) -> datetime: ...


class Told(StrEnum):
    """What a caller may be told of their case."""

    STANDING = "standing"
    """How it stands: status, dates, what is awaited of the citizen."""
    DOCUMENTS = "documents"
    """Which documents there are; not what is in them."""
    TRACKING_CODE = "tracking_code"
    """The code on the receipt."""


@dataclass(frozen=True)
class Sight:
    """Which cases an actor sees in lists: those of `branch_id`, all (`everywhere`), or none."""

    everywhere: bool = False
    branch_id: UUID | None = None

    @property
    def nothing(self) -> bool:
        """Whether every list is empty for the actor."""
        return not self.everywhere and self.branch_id is None
