"""Posts: who works where, as what, from which day to which, and in whose place."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from engine.kernel.actor import Role


class PostSource(StrEnum):
    """Who gives a post, and may take it away without asking the register."""

    REGISTER = "register"
    """People here."""
    GROUPS = "groups"
    """The groups that a directory or an identity provider names at a sign-in."""
    SCIM = "scim"
    """A directory that pushes."""


THE_DIRECTORY: Final = "the directory"
"""By whom a post is given that groups give; no user can have a name with a space."""


@dataclass(frozen=True)
class Grant:
    """A role at an organisation, whoever has it and when."""

    place_id: UUID
    role: Role


@dataclass(frozen=True, kw_only=True)
class Post:
    """One role of a person at one organisation, from its first to its last day, both included.

    The days are those of the calendar in Athens: a post counts from 00:00 of its first day to the end of its
    last. Without `valid_from` it was there before this register, without `valid_until` it lasts until it is
    ended. One that `awaits_confirmation` counts on no day before another than who gave it has confirmed it,
    and one that was `withdrawn_at` some moment counts no more from then on. `substitute_for` is the user in
    whose place the person acts. `position` is how the person is called in it, for people alone.
    """

    id: UUID
    user_id: UUID
    organisation_id: UUID
    role: Role
    valid_from: date | None
    valid_until: date | None = None
    position: str = ""
    substitute_for: UUID | None = None
    awaits_confirmation: bool = False
    source: PostSource = PostSource.REGISTER
    given_by: str
    given_at: datetime
    confirmed_by: str | None = None
    withdrawn_by: str | None = None
    withdrawn_at: datetime | None = None

    @property
    def grant(self) -> Grant:
        return Grant(self.organisation_id, self.role)

    def counts_on(self, day: date) -> bool:
        """Whether the person has it on that day, as far as is known now."""
        return (
            self.withdrawn_at is None
            and not self.awaits_confirmation
            and (self.valid_from is None or self.valid_from <= day)
            and (self.valid_until is None or day <= self.valid_until)
        )

    def wants_confirmation(self, *, takes_two: bool) -> bool:
        """Whether somebody here is still to confirm it; `takes_two` says that two people give such posts.

        One that waits counts on no day before. One that a group gave while groups were asked alone counts
        meanwhile: taking it could leave nobody who may confirm.
        """
        is_of_group_alone = self.source is PostSource.GROUPS and self.confirmed_by is None
        return self.awaits_confirmation or (takes_two and is_of_group_alone)

    def is_over(self, day: date) -> bool:
        """Whether it counts neither on that day nor on a later one."""
        return self.withdrawn_at is not None or _ends_before(self.valid_until, day)

    def overlaps(self, other: "Post") -> bool:
        """Whether both would give the same role at the same place on some day, for the same person's sake."""
        return (
            (self.user_id, self.grant, self.substitute_for)
            == (other.user_id, other.grant, other.substitute_for)
            and self.withdrawn_at is None
            and other.withdrawn_at is None
            and not _ends_before(self.valid_until, other.valid_from)
            and not _ends_before(other.valid_until, self.valid_from)
        )

    def withdrawn(self, *, by: str, at: datetime) -> "Post":
        """The post that counts no more from now on."""
        return replace(self, withdrawn_by=by, withdrawn_at=at)


def _ends_before(until: date | None, begin: date | None) -> bool:
    return until is not None and begin is not None and until < begin


def stood_in_for(posts: Iterable[tuple[Role, str | None]]) -> tuple[str, ...]:
    """For whom a person acts who has these roles at one place, each with whom they are a substitute for.

    A role that they have in their own right too makes them nobody's substitute.
    """
    held = list(posts)
    own = {role for role, absent in held if absent is None}
    return tuple(sorted({absent for role, absent in held if absent is not None and role not in own}))
