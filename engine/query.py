"""What a question is, and what it is answered with."""

from abc import abstractmethod
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Protocol, TypeVar
from uuid import UUID

from engine.bundle.contract import Catalogue, Procedure
from engine.kernel.actor import Actor
from engine.kernel.seals import Seals
from engine.ports_reads import Reads
from engine.runtime.contract import Workflow

R_co = TypeVar("R_co", covariant=True)


@dataclass(frozen=True, kw_only=True)
class Answering:
    """What a question is answered with: who asks and when, and what may be looked up."""

    actor: Actor
    now: datetime
    zone: tzinfo
    reads: Reads
    workflow: Workflow
    catalogue: Catalogue
    seals: Seals

    def procedure(self, version_id: UUID) -> Procedure:
        """A procedure version."""
        return self.catalogue.procedure(version_id, lambda: self.reads.version_files(version_id))


class Question(Protocol[R_co]):
    """A request to be told something."""

    @abstractmethod
    def answer(self, answering: Answering) -> R_co:
        """The answer, or a `Refusal`."""
