"""Deliveries for the tests of connectors."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from engine.jobs.connectors.signatures import new_secret
from engine.organisation.model import Agency
from engine.service_tasks.connector import Delivery
from tests.builders import an_agency, an_id

NOW = datetime(2026, 3, 9, 12, 0, 0, 900_000, tzinfo=UTC)
"""The moment of every attempt here; the fraction of a second is dropped from the timestamp."""


def a_connected_agency(endpoint: str | None, **changes: Any) -> Agency:
    """The municipality, reached at that endpoint."""
    agency = an_agency(
        key="municipality", topics=("municipality.residence",), endpoint=endpoint, secrets=(new_secret(),)
    )
    return replace(agency, **changes)


def a_delivery(agency: Agency, **changes: Any) -> Delivery:
    """The first attempt to hand over a residence check."""
    service_task_id = an_id()
    delivery = Delivery(
        job_id=an_id(),
        attempt=1,
        agency=agency,
        service_task_id=service_task_id,
        case_id=an_id(),
        body=a_body(id=str(service_task_id)),
        now=NOW,
    )
    return replace(delivery, **changes)


def a_body(**changes: Any) -> dict[str, Any]:
    """The message of a residence check; `changes` are of its data."""
    data = {
        "id": str(an_id()),
        "case_number": "0009-2026-000001-7",
        "procedure": "residence-certificate",
        "topic": "municipality.residence",
        "headers": {},
        "variables": {"applicant": {"family_name": "Παπαδοπούλου"}},
    }
    return {"type": "service_task.created", "timestamp": "2026-03-09T12:00:00Z", "data": {**data, **changes}}
