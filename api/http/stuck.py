"""Answers and repairs that did not move their case."""

from uuid import UUID

from engine.cases.changeset import CaseState
from engine.kernel.refusal import Conflict


def require_moved(state: CaseState, service_task_id: UUID) -> None:
    """Refuse when the answer left the case stuck and the service task open, so that the sender tries again.

    The journal records the attempt already, and the incident keeps the answer.
    """
    if any(task.id == service_task_id for task in state.service_tasks):
        raise Conflict(
            "The case is stuck and the service task stays open; send the answer again later.",
            code="case_stuck",
        )


def require_repaired(state: CaseState, incident_id: UUID) -> None:
    """Refuse when the case has stopped at the same place again; the incident counts the attempt."""
    if any(incident.id == incident_id for incident in state.incidents):
        raise Conflict("The case has stopped there again.", code="incident_open")
