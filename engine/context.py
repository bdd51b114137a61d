"""Commands and queries: requests that carry the type of their answer, and what they are carried out with."""

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from typing import Generic, Protocol, TypeVar
from uuid import UUID

from engine.bundle.catalogue import Catalogue
from engine.bundle.evidence import EvidenceOf
from engine.bundle.procedure import Procedure
from engine.kernel.actor import Actor
from engine.kernel.noticing import Noticing
from engine.kernel.office_settings import Decided
from engine.runtime.migration_contract import MigratingWorkflow
from engine.sealing.journal_keys import JournalKeys
from engine.sealing.seals import Seals
from engine.storage.database import Connection

R = TypeVar("R")

AgencyCheck = Callable[[str | None, Sequence[str]], Mapping[str, Sequence[str]]]
"""What keeps an agency from having that endpoint and those secrets, in sentences by field."""


class Command(Generic[R]):
    """A request to change something; carrying it out gives an `R` or raises a `Refusal`."""


@dataclass(frozen=True, kw_only=True)
class Transaction:
    """What a command works with: who acts and when, the connection on which all of it happens, and services.

    `zone` is the time zone in which legal dates are counted. `now` is one moment for the whole command,
    and `today` its day in the zone: what is dated counts by it. `procedure` gives the procedure of a version
    by its id. `evidence_of` checks and plays the files of one. `scans` says whether a virus scanner looks at
    files, `asks_paravolo` whether fees can be paid by e-Paravolo; with `rehearses`
    no case is real. Only the dispatch commits.
    """

    actor: Actor
    now: datetime
    today: date
    zone: tzinfo
    connection: Connection
    workflow: MigratingWorkflow
    catalogue: Catalogue
    procedure: Callable[[UUID], Procedure]
    check_agency: AgencyCheck
    seals: Seals
    journal_keys: JournalKeys
    noticing: Noticing
    evidence_of: EvidenceOf
    scans: bool = False
    asks_paravolo: bool = False
    rehearses: bool = False
    decided: Callable[[], Decided] = Decided
    new_id: Callable[[], UUID]


R_co = TypeVar("R_co", covariant=True)


@dataclass(frozen=True, kw_only=True)
class QueryContext:
    """What a query is answered with: who asks and when, and a connection that sees one moment.

    `procedure` gives the procedure of a version by its id. `exceptions` is filled in while answering: the
    exceptional accesses by which cases are read, by case.
    """

    actor: Actor
    now: datetime
    today: date
    zone: tzinfo
    connection: Connection
    workflow: MigratingWorkflow
    procedure: Callable[[UUID], Procedure]
    seals: Seals
    journal_keys: JournalKeys
    exceptions: dict[UUID, UUID] = field(default_factory=dict)
    decided: Callable[[], Decided] = Decided


class Query(Protocol[R_co]):
    """A request to look something up.

    One whose answer shows something of people's cases also `Discloses` what.
    """

    @abstractmethod
    def answer(self, context: QueryContext) -> R_co:
        """The answer, or a `Refusal`."""
