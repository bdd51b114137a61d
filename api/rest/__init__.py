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
    procedures,
    service_tasks,
    signatures,
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
    signatures.calls,
    agencies.calls,
    documents.calls,
    messages.calls,
    incidents.calls,
    tracking.calls,
    callers.calls,
    access.calls,
)
"""In the order in which the documentation shows them."""
