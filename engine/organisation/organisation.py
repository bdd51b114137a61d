"""Organisations: who they are for ever, and what is true of them from a day on."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from engine.kernel.bilingual import Bilingual

BEGINNING: Final = date(1900, 1, 1)
"""The day from which that is true of which nobody said since when it is."""


class OrganisationKind(StrEnum):
    """What an organisation is; it stays that for ever."""

    MINISTRY = "ministry"
    DECENTRALISED_ADMINISTRATION = "decentralised_administration"
    MUNICIPALITY = "municipality"
    AGENCY = "agency"
    BRANCH = "branch"
    ANNEX = "annex"
    POINT_OF_SINGLE_CONTACT = "point_of_single_contact"


OFFICES: Final = frozenset(
    {OrganisationKind.BRANCH, OrganisationKind.ANNEX, OrganisationKind.POINT_OF_SINGLE_CONTACT}
)
"""The kinds that take cases: each of them is a branch to everything else."""


class OrganisationStatus(StrEnum):
    """Whether an organisation works."""

    OPEN = "open"
    CLOSED = "closed"
    """It is over; what is left of its work is its successor's."""


@dataclass(frozen=True, kw_only=True)
class Closure:
    """A day on which an organisation alone does not work, and by which decision."""

    day: date
    decision: str = ""


@dataclass(frozen=True, kw_only=True)
class NotOffered:
    """A procedure that a branch does not offer, and why; by its key."""

    procedure: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Decision:
    """The act by which something was decided: its number, its ΦΕΚ, its ΑΔΑ in Diavgeia."""

    number: str = ""
    gazette: str = ""
    ada: str = ""


@dataclass(frozen=True, kw_only=True)
class Particulars:
    """What is true of an organisation for a time.

    `local_holidays` are `MM-DD`: the day of the patron, every year. `hours` are in words. `name_en` is empty
    where nobody gave it an English name.
    """

    name: str
    name_en: str = ""
    parent_id: UUID | None = None
    address: str = ""
    hours: str = ""
    phone: str = ""
    local_holidays: tuple[str, ...] = ()
    closures: tuple[Closure, ...] = ()
    not_offered: tuple[NotOffered, ...] = ()
    status: OrganisationStatus = OrganisationStatus.OPEN
    successor_id: UUID | None = None

    @property
    def called(self) -> Bilingual:
        """Its name in both languages; the Greek one twice if it has no English one."""
        return Bilingual(self.name, el=self.name, en=self.name_en or self.name)

    @property
    def is_open(self) -> bool:
        return self.status is OrganisationStatus.OPEN


PARTICULARS: Final = tuple(one.name for one in fields(Particulars))
"""The names of all that may change from a day on."""

Changes = Mapping[str, Any]
"""New values by the names of `PARTICULARS`, each of the type that it has in `Particulars`."""


@dataclass(frozen=True, kw_only=True)
class Organisation:
    """An organisation as it is for ever: by its code it is known in numbers, letters and addresses.

    `revision` is raised by each change of its versions; who changes it says which one they saw.
    """

    id: UUID
    kind: OrganisationKind
    code: str
    revision: int = 1


@dataclass(frozen=True, kw_only=True)
class Version:
    """What is true of an organisation from the local day `valid_from` on, until the next version is.

    `changed` names what this version said anew; the rest it took over. It counts until it is revoked: when
    its plan was withdrawn, or another took its place, because something earlier or the same day changed.
    """

    id: UUID
    organisation_id: UUID
    valid_from: date
    recorded_at: datetime
    recorded_by: str
    particulars: Particulars
    changed: frozenset[str] = field(default_factory=frozenset)
    reason: str = ""
    decision: Decision | None = None
    revoked_at: datetime | None = None
    revoked_by: str | None = None


@dataclass(frozen=True, kw_only=True)
class OrganisationOnDay:
    """An organisation with what is true of it on a day.

    `line` are the ids of itself and then of all above it, on that day, nearest first.
    """

    organisation: Organisation
    version: Version
    line: tuple[UUID, ...]

    @property
    def id(self) -> UUID:
        return self.organisation.id

    @property
    def code(self) -> str:
        return self.organisation.code

    @property
    def particulars(self) -> Particulars:
        return self.version.particulars
