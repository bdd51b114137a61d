"""The list of requests that wait for one agency, from the in-memory tables."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from engine.memory.pages import Order
from engine.memory.tables import Tables
from engine.ports_reads import Page, Slice
from engine.service_tasks.model import ServiceTask, ServiceTaskState
from engine.service_tasks.ports_requests import RequestFilter
from engine.tasks.worklist_model import COUNTED_TO


def _age(task: ServiceTask) -> tuple[datetime, UUID]:
    return task.created_at, task.id


_OLDEST = Order[ServiceTask]("requests", (datetime, UUID), _age)
_NEWEST = Order[ServiceTask]("newest requests", (datetime, UUID), _age, newest_first=True)


class MemoryRequests:
    """Fills the port `RequestReads`."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def requests(self, wanted: RequestFilter, *, agency_id: UUID, part: Slice) -> Page[ServiceTask]:
        """Open service tasks of the agency."""
        order = _NEWEST if wanted.newest_first else _OLDEST
        return order.page(self._fitting(wanted, agency_id), part)

    def count(self, wanted: RequestFilter, *, agency_id: UUID) -> int:
        """How many there are, counted to `COUNTED_TO`."""
        return min(sum(1 for _ in self._fitting(wanted, agency_id)), COUNTED_TO)

    def procedures(self, agency_id: UUID) -> Sequence[str]:
        """The keys of the procedures that the agency is asked in now."""
        oldest = sorted(self._fitting(RequestFilter(), agency_id), key=_age)[:COUNTED_TO]
        return sorted({task.procedure_key for task in oldest})

    def versions(self, case_ids: Sequence[UUID]) -> Mapping[UUID, UUID]:
        """The procedure version of each case."""
        found = (self._tables.cases.get(case_id) for case_id in case_ids)
        return {case.id: case.version_id for case in found if case is not None}

    def _fitting(self, wanted: RequestFilter, agency_id: UUID) -> Iterator[ServiceTask]:
        return (
            task
            for task in self._tables.service_tasks.values()
            if task.agency_id == agency_id
            and task.state is ServiceTaskState.OPEN
            and (wanted.number is None or wanted.number in task.case_number)
            and wanted.procedure in (None, task.procedure_key)
            and wanted.awaits_citizen in (None, task.supplement_wanted is not None)
        )
