"""engine.cases.locked_case."""

from dataclasses import dataclass
from uuid import UUID

from engine.cases.journal import JournalEntry
from engine.cases.model import Case
from engine.cases.party import Party
from engine.incidents.model import Incident
from engine.messages.model import Subscription
from engine.outbox.model import Job
from engine.service_tasks.model import ServiceTask
from engine.tasks.model import Task


@dataclass(frozen=True, kw_only=True)
class CaseView:
    """One case with what is open in it and who is in it. `case.snapshot` is there, for the diagram.

    `incidents` are for whoever asks about the case, and not read with it.
    """

    case: Case
    tasks: tuple[Task, ...]
    service_tasks: tuple[ServiceTask, ...]
    parties: tuple[Party, ...]
    incidents: tuple[Incident, ...] = ()


@dataclass(frozen=True, kw_only=True)
class LockedCase:
    """A case locked for change, with everything in it that still waits: dead service tasks included."""

    case: Case
    tasks: tuple[Task, ...]
    service_tasks: tuple[ServiceTask, ...]


@dataclass(frozen=True, kw_only=True)
class CaseChange:
    """All rows that one command writes in one case.

    `case` is the case as it becomes; its `row_version` is the one that was read, and is raised by one when
    written (a new case is written as it is). The same holds for `changed_tasks` and `changed_service_tasks`.
    `closed_subscriptions` are workflow tokens. The undelivered jobs of `settled_service_tasks` are done.
    `words` make a new case findable, in search form.
    """

    case: Case
    is_new: bool = False
    parties: tuple[Party, ...] = ()
    words: tuple[str, ...] = ()
    new_tasks: tuple[Task, ...] = ()
    changed_tasks: tuple[Task, ...] = ()
    new_service_tasks: tuple[ServiceTask, ...] = ()
    changed_service_tasks: tuple[ServiceTask, ...] = ()
    settled_service_tasks: tuple[UUID, ...] = ()
    new_subscriptions: tuple[Subscription, ...] = ()
    closed_subscriptions: tuple[UUID, ...] = ()
    jobs: tuple[Job, ...] = ()
    journal: tuple[JournalEntry, ...] = ()
