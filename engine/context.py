"""Commands: requests that carry the type of their answer, and what they are carried out with."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Generic, TypeVar
from uuid import UUID

from sqlalchemy.engine import Connection

from engine.bundle.contract import Catalogue, Procedure
from engine.kernel.actor import Actor
from engine.kernel.seals import Seals
from engine.notices.model import Noticing
from engine.organisation.ports_rules import AgencyRules
from engine.procedures import store as procedures_store
from engine.procedures.ports_linter import Linter
from engine.runtime.contract import Workflow

R = TypeVar("R")


class Command(Generic[R]):
    """A request to change something; carrying it out gives an `R` or raises a `Refusal`."""


@dataclass(frozen=True, kw_only=True)
class Transaction:
    """What a command works with: who acts and when, the unit of work, and the other ports.

    `zone` is the time zone in which legal dates are counted. `now` is one moment for the whole command.
    """

    actor: Actor
    now: datetime
    zone: tzinfo
    connection: Connection
    workflow: Workflow
    catalogue: Catalogue
    linter: Linter
    agency_rules: AgencyRules
    seals: Seals
    noticing: Noticing
    new_id: Callable[[], UUID]

    def procedure(self, version_id: UUID) -> Procedure:
        """The procedure version that a case runs."""
        return self.catalogue.procedure(
            version_id, lambda: procedures_store.files_of_version(self.connection, version_id)
        )
