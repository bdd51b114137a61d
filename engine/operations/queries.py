"""Questions of the operator: counts, jobs, and whether everything is in order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from engine.cases import due_store
from engine.context import QueryContext
from engine.incidents.model import IncidentFilter
from engine.incidents.queries import Causes, ListCauses
from engine.kernel.actor import Role
from engine.kernel.bilingual import Bilingual
from engine.kernel.pages import Page, Slice
from engine.kernel.permission import require_operates
from engine.operations import store as operations_store
from engine.operations.model import NOTHING_COUNTED, FailingAgency, Gauges, Readiness, Totals
from engine.organisation.registers import NameAgencies
from engine.outbox import store as outbox_store
from engine.outbox.model import Job, JobState
from engine.procedures.model import ProcedureVersion, VersionStatus
from engine.procedures.queries import FindProcedures
from engine.service_tasks import store as service_tasks_store
from engine.service_tasks.switching import ListPausedAgencies, PausedAgency
from engine.storage import migrate

WORKER_SILENCE = timedelta(minutes=1)
"""After this long without a heartbeat, nothing is delivered and no timer fires: the system is degraded."""
LATENESS = timedelta(minutes=5)
"""By more than this no job should be late."""
LONGEST_STEP = timedelta(minutes=10)
"""No transaction takes longer from its moment to its commit: requests and waits for locks end long before."""

_PROCEDURES = 100
"""Of so many procedures a list of incidents can be narrowed to one."""


@dataclass(frozen=True, kw_only=True)
class CountEverything:
    """The gauges of the whole system; what is in `after` is not counted again."""

    after: Totals = NOTHING_COUNTED

    def answer(self, context: QueryContext) -> Gauges:
        """Counts, none of them personal."""
        return operations_store.gauges(context.connection, context.now, after=self.after)


@dataclass(frozen=True, kw_only=True)
class CountSettled:
    """What began and ended so long ago that nothing can be added to it any more.

    What is in `after` is not counted again.
    """

    after: Totals = NOTHING_COUNTED

    def answer(self, context: QueryContext) -> Totals:
        """Totals, none of them personal."""
        until = context.now - LONGEST_STEP
        # What happened after the clock was set back may lie before the end of what was counted.
        after = self.after if self.after.until <= until else NOTHING_COUNTED
        return operations_store.totals(context.connection, until=until, after=after)


@dataclass(frozen=True, kw_only=True)
class ListJobs:
    """The background work."""

    state: JobState | None = None
    part: Slice = field(default_factory=Slice)

    def answer(self, context: QueryContext) -> Page[Job]:
        """The jobs, newest first."""
        require_operates(context.actor)
        return outbox_store.list_jobs(context.connection, self.state, self.part)


@dataclass(frozen=True, kw_only=True)
class ListFailingAgencies:
    """The agencies that could not be reached."""

    def answer(self, context: QueryContext) -> Sequence[FailingAgency]:
        """Those with deliveries that failed, most failures first."""
        require_operates(context.actor)
        return operations_store.failing_agencies(context.connection, on=context.today)


@dataclass(frozen=True, kw_only=True)
class GivenUpDeliveries:
    """What could not be delivered to an agency, and is not tried any more."""

    agency_key: str
    limit: int

    def answer(self, context: QueryContext) -> Sequence[UUID]:
        """Up to `limit` jobs, oldest first."""
        require_operates(context.actor)
        return service_tasks_store.given_up_deliveries(context.connection, self.agency_key, limit=self.limit)


@dataclass(frozen=True, kw_only=True)
class DueCases:
    """Which cases have a timer to fire."""

    limit: int

    def answer(self, context: QueryContext) -> tuple[UUID, ...]:
        """Their ids, most overdue first."""
        return tuple(due_store.due_cases(context.connection, context.now, self.limit))


@dataclass(frozen=True, kw_only=True)
class SchemaVersion:
    """Which migration the database stands at."""

    def answer(self, context: QueryContext) -> str | None:
        """Its revision; None if the database was never migrated."""
        return migrate.version_of(context.connection)


@dataclass(frozen=True, kw_only=True)
class CheckReadiness:
    """Whether the database can be asked, where it stands, and whether a worker is alive."""

    def answer(self, context: QueryContext) -> Readiness:
        return Readiness(
            schema=SchemaVersion().answer(context),
            last_worker_beat=operations_store.last_beat(context.connection),
        )


@dataclass(frozen=True, kw_only=True)
class IncidentOverview:
    """What holds cases up, by cause, and what the list can be narrowed to.

    `agencies` are all by key, `procedures` the newest of those published. `failing` are the agencies that
    could not be reached, for operators alone, `paused` those that nothing is sent to now.
    """

    causes: Causes
    agencies: Mapping[str, Bilingual]
    procedures: Sequence[ProcedureVersion]
    failing: Sequence[FailingAgency]
    paused: Sequence[PausedAgency]


@dataclass(frozen=True, kw_only=True)
class ShowIncidentOverview:
    """Everything on the page of all incidents: a manager's branch, or all for an operator."""

    wanted: IncidentFilter = field(default_factory=IncidentFilter)
    part: Slice = field(default_factory=Slice)

    def answer(self, context: QueryContext) -> IncidentOverview:
        published = FindProcedures(status=VersionStatus.PUBLISHED, part=Slice(limit=_PROCEDURES))
        return IncidentOverview(
            causes=ListCauses(wanted=self.wanted, part=self.part).answer(context),
            agencies=NameAgencies().answer(context),
            procedures=published.answer(context).items,
            paused=ListPausedAgencies().answer(context),
            failing=ListFailingAgencies().answer(context) if context.actor.has(Role.OPERATOR) else (),
        )
