"""The REST calls, one subject a file; each view makes one call into the engine."""

from api.rest import cases, decisions, incidents, messages, procedures, service_tasks, tasks, tracking

SUBJECTS = (
    procedures.calls,
    decisions.calls,
    cases.calls,
    tasks.calls,
    service_tasks.calls,
    messages.calls,
    incidents.calls,
    tracking.calls,
)
"""In the order in which the documentation shows them."""
