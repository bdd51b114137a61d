"""Incidents in the in-memory tables."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from engine.domain.incident import Incident
from engine.domain.permission import Sight
from engine.memory.pages import Order
from engine.memory.tables import Tables, json_copy
from engine.ports.incidents import IncidentFilter
from engine.ports.reads import Page, Slice

_INCIDENTS = Order[Incident](
    "incidents", (datetime, UUID), lambda incident: (incident.opened_at, incident.id), newest_first=True
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
        fitting = (
            incident
            for incident in self._tables.incidents.values()
            if (sight.everywhere or (sight.branch_id is not None and incident.branch_id == sight.branch_id))
            and (wanted.is_open is None or incident.is_open is wanted.is_open)
            and (wanted.code is None or incident.code == wanted.code)
            and (wanted.procedure is None or incident.procedure_key == wanted.procedure)
            and (wanted.case_id is None or incident.case_id == wanted.case_id)
        )
        return _INCIDENTS.page(fitting, part)


def _kept(incident: Incident) -> Incident:
    return replace(incident, attempt=replace(incident.attempt, data=json_copy(incident.attempt.data)))
