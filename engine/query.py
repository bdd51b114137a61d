"""What a question is, and what it is answered with."""

from abc import abstractmethod
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Protocol, TypeVar
from uuid import UUID

from sqlalchemy.engine import Connection

from engine.bundle.contract import Catalogue, Procedure
from engine.kernel.actor import Actor
from engine.kernel.seals import Seals
from engine.procedures import store as procedures_store
from engine.runtime.contract import Workflow

R_co = TypeVar("R_co", covariant=True)


@dataclass(frozen=True, kw_only=True)
class Answering:
    """What a question is answered with: who asks and when, and what may be looked up."""

    actor: Actor
    now: datetime
    zone: tzinfo
    connection: Connection
    workflow: Workflow
    catalogue: Catalogue
    seals: Seals

    def procedure(self, version_id: UUID) -> Procedure:
        """A procedure version."""
        return self.catalogue.procedure(
            version_id, lambda: procedures_store.files_of_version(self.connection, version_id)
        )


class Question(Protocol[R_co]):
    """A request to be told something."""

    @abstractmethod
    def answer(self, answering: Answering) -> R_co:
        """The answer, or a `Refusal`."""
