"""How deliveries to agencies fare, in the in-memory tables."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from uuid import UUID

from engine.memory.tables import Tables
from engine.operations.ports_deliveries import FailingAgency
from engine.organisation.model import Agency
from engine.outbox.model import Job, JobState


class MemoryDeliveries:
    """Fills the port `DeliveryReads`."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def failing(self) -> Sequence[FailingAgency]:
        """The agencies with deliveries that failed, most failures first."""
        failed: dict[UUID, list[Job]] = defaultdict(list)
        for job, agency in self._deliveries():
            if job.state is not JobState.DONE and job.last_error is not None:
                failed[agency.id].append(job)
        told = [_failing(self._tables.agencies[key], jobs) for key, jobs in failed.items()]
        return sorted(told, key=lambda one: (-(one.to_be_retried + one.given_up), one.key))

    def given_up(self, agency_key: str, *, limit: int) -> Sequence[UUID]:
        """Jobs for an agency that were given up, oldest first."""
        dead = [
            job
            for job, agency in self._deliveries()
            if agency.key == agency_key and job.state is JobState.DEAD
        ]
        return [job.id for job in sorted(dead, key=lambda job: (job.created_at, job.id))][:limit]

    def _deliveries(self) -> Iterator[tuple[Job, Agency]]:
        for job in self._tables.jobs.values():
            task = self._tables.service_tasks.get(job.service_task_id) if job.service_task_id else None
            agency = self._tables.agencies.get(task.agency_id) if task and task.agency_id else None
            if agency is not None:
                yield job, agency


def _failing(agency: Agency, jobs: Sequence[Job]) -> FailingAgency:
    waiting = [job.run_at for job in jobs if job.state is JobState.READY]
    return FailingAgency(
        key=agency.key,
        name=agency.name,
        name_en=agency.name_en,
        disabled_at=agency.disabled_at,
        to_be_retried=len(waiting),
        given_up=len(jobs) - len(waiting),
        next_at=min(waiting, default=None),
        error=max(job.last_error or "" for job in jobs),
    )
