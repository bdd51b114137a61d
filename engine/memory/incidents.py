"""Incidents in the in-memory tables."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from engine.incidents.model import Cause, Incident
from engine.incidents.ports_incidents import IncidentFilter, IncidentGroup
from engine.kernel.permission import Sight
from engine.memory.pages import Order
from engine.memory.tables import Tables, json_copy
from engine.ports_reads import Page, Slice

_INCIDENTS = Order[Incident](
    "incidents", (datetime, UUID), lambda incident: (incident.opened_at, incident.id), newest_first=True
)
_GROUPS = Order[IncidentGroup](
    "incident_groups",
    (datetime, UUID, str, str),
    lambda group: (
        group.newest_at,
        group.cause.version_id,
        group.cause.code,
        group.cause.element_id or "",
    ),
    newest_first=True,
)


class MemoryIncidents:
    """Fills the ports `IncidentWork` and `IncidentReads`."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def add(self, incident: Incident) -> None:
        """Write a new incident."""
        self._tables.incidents[incident.id] = _kept(incident)

    def save(self, incident: Incident) -> None:
        """Write a changed incident."""
        self._tables.incidents[incident.id] = _kept(incident)

    def incident(self, incident_id: UUID) -> Incident | None:
        """One incident."""
        return self._tables.incidents.get(incident_id)

    def open_in(self, case_id: UUID) -> Sequence[Incident]:
        """The open incidents of a case, oldest first."""
        found = [
            incident
            for incident in self._tables.incidents.values()
            if incident.case_id == case_id and incident.is_open
        ]
        return sorted(found, key=lambda incident: (incident.opened_at, incident.id))

    def incidents(self, wanted: IncidentFilter, *, sight: Sight, part: Slice) -> Page[Incident]:
        """Incidents of the cases in sight, newest first."""
        return _INCIDENTS.page(self._fitting(wanted, sight), part)

    def groups(self, wanted: IncidentFilter, *, sight: Sight, part: Slice) -> Page[IncidentGroup]:
        """The causes of the incidents of the cases in sight, the one that struck last first."""
        of_cause: dict[Cause, list[Incident]] = defaultdict(list)
        for incident in self._fitting(wanted, sight):
            of_cause[self._cause_of(incident)].append(incident)
        return _GROUPS.page((_group(cause, alike) for cause, alike in of_cause.items()), part)

    def count(self, wanted: IncidentFilter, *, sight: Sight) -> int:
        """How many incidents of the cases in sight there are."""
        return sum(1 for _ in self._fitting(wanted, sight))

    def longest_untried(self, wanted: IncidentFilter, *, sight: Sight, limit: int) -> Sequence[UUID]:
        """Incidents of the cases in sight, those first whose last attempt is longest ago."""
        fitting = sorted(self._fitting(wanted, sight), key=lambda incident: (incident.last_at, incident.id))
        return [incident.id for incident in fitting[:limit]]

    def _fitting(self, wanted: IncidentFilter, sight: Sight) -> Iterator[Incident]:
        return (
            incident
            for incident in self._tables.incidents.values()
            if (sight.everywhere or (sight.branch_id is not None and incident.branch_id == sight.branch_id))
            and (wanted.is_open is None or incident.is_open is wanted.is_open)
            and (wanted.code is None or incident.code == wanted.code)
            and (wanted.procedure is None or incident.procedure_key == wanted.procedure)
            and (wanted.case_id is None or incident.case_id == wanted.case_id)
            and (wanted.cause is None or self._cause_of(incident) == wanted.cause)
            and (wanted.agency is None or self._answered_by(wanted.agency, incident))
        )

    def _cause_of(self, incident: Incident) -> Cause:
        version_id = self._tables.cases[incident.case_id].version_id
        return Cause(version_id=version_id, code=incident.code, element_id=incident.element_id)

    def _answered_by(self, agency_key: str, incident: Incident) -> bool:
        return any(
            (task.case_id, task.token, task.agency_key)
            == (incident.case_id, incident.attempt.token, agency_key)
            for task in self._tables.service_tasks.values()
        )


def _group(cause: Cause, alike: Sequence[Incident]) -> IncidentGroup:
    return IncidentGroup(
        cause=cause,
        procedure_key=alike[0].procedure_key,
        count=len(alike),
        oldest_at=min(incident.opened_at for incident in alike),
        newest_at=max(incident.opened_at for incident in alike),
        one_of_them=min(incident.id for incident in alike),
    )


def _kept(incident: Incident) -> Incident:
    return replace(incident, attempt=replace(incident.attempt, data=json_copy(incident.attempt.data)))
