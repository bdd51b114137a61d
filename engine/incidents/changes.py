"""The incidents of a case under change: opened when a step leaves it stuck, resolved when it moves on."""

from collections.abc import Callable
from uuid import UUID

from engine.cases.model import Case
from engine.context import Transaction
from engine.incidents import store as incidents_store
from engine.incidents.model import Attempt, Incident
from engine.kernel.vocabulary import Flag
from engine.runtime.values import as_json

Told = Callable[[str, Incident], None]
"""Writes a line about an incident in the journal."""


class IncidentChanges:
    """What becomes of a case's incidents; they are read only if the case is stuck."""

    def __init__(self, transaction: Transaction, case: Case) -> None:
        self._transaction = transaction
        self._before = self._read(case)
        self._incidents = dict(self._before)

    @property
    def open(self) -> tuple[Incident, ...]:
        """The incidents of which the case still stands there, oldest first."""
        return tuple(incident for incident in self._incidents.values() if incident.is_open)

    def incident(self, incident_id: UUID) -> Incident | None:
        """The incident, if it was open when the case was locked."""
        return self._incidents.get(incident_id)

    def stopped(
        self,
        case: Case,
        attempt: Attempt,
        *,
        code: str,
        message: str,
        element_id: str | None = None,
        variable: str | None = None,
    ) -> tuple[Incident, bool]:
        """Note where an attempt stopped, and whether that is news.

        The same thing tried in vain again and again, as a due timer is, stays one incident.
        """
        now = self._transaction.now
        kept = Attempt(**{**attempt.__dict__, "data": as_json(attempt.data)})
        found = Incident(
            id=self._transaction.new_id(),
            case_id=case.id,
            case_number=case.number,
            procedure_key=case.procedure_key,
            branch_id=case.branch_id,
            opened_at=now,
            last_at=now,
            code=code,
            message=message,
            element_id=element_id,
            variable=variable,
            attempt=kept,
        )
        known = next((incident for incident in self.open if incident.attempt.is_like(attempt)), None)
        incident = known.again(found) if known else found
        self._incidents[incident.id] = incident
        is_news = known is None or (known.code, known.element_id) != (code, element_id)
        return incident, is_news

    def settle(self, is_settled: Callable[[Incident], bool], detail: Told) -> None:
        """Resolve the incidents that the case has left behind."""
        for incident in self.open:
            if is_settled(incident):
                resolved = incident.resolved(self._transaction.now, self._transaction.actor.name)
                self._incidents[incident.id] = resolved
                detail("incident_resolved", resolved)

    def save(self) -> None:
        """Write what has changed; the case is there by then."""
        for incident in self._incidents.values():
            before = self._before.get(incident.id)
            if before is None:
                incidents_store.add_incident(self._transaction.connection, incident)
            elif before is not incident:
                incidents_store.save_incident(self._transaction.connection, incident)

    def _read(self, case: Case) -> dict[UUID, Incident]:
        if Flag.STUCK not in case.flags:
            return {}
        return {
            incident.id: incident
            for incident in incidents_store.open_incidents(self._transaction.connection, case.id)
        }
