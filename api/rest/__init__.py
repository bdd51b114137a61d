"""The REST calls, one subject a file; each view makes one call into the engine."""

from api.rest import (
    access,
    agencies,
    callers,
    casebook,
    cases,
    decisions,
    documents,
    incidents,
    messages,
    notices,
    payments,
    procedures,
    service_tasks,
    staff,
    tasks,
    terms,
    tracking,
    worklist,
)

SUBJECTS = (
    procedures.calls,
    decisions.calls,
    cases.calls,
    casebook.calls,
    terms.calls,
    notices.calls,
    tasks.calls,
    worklist.calls,
    staff.calls,
    service_tasks.calls,
    payments.calls,
    agencies.calls,
    documents.calls,
    messages.calls,
    incidents.calls,
    tracking.calls,
    callers.calls,
    access.calls,
)
"""In the order in which the documentation shows them."""
