"""Says how deliveries to agencies fare."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.operations.ports_deliveries import FailingAgency
from engine.outbox.model import JobState
from engine.sql_tables import agencies, jobs, service_tasks

_TO_BE_RETRIED = jobs.c.state == sa.literal_column(f"'{JobState.READY.value}'")
_GIVEN_UP = jobs.c.state == sa.literal_column(f"'{JobState.DEAD.value}'")
_DELIVERED_TO = jobs.join(service_tasks, service_tasks.c.id == jobs.c.service_task_id).join(
    agencies, agencies.c.id == service_tasks.c.agency_id
)
_FAILING = (
    sa.select(
        agencies.c.key,
        agencies.c.name,
        agencies.c.name_en,
        agencies.c.disabled_at,
        sa.func.count().filter(_TO_BE_RETRIED).label("to_be_retried"),
        sa.func.count().filter(_GIVEN_UP).label("given_up"),
        sa.func.min(jobs.c.run_at).filter(_TO_BE_RETRIED).label("next_at"),
        sa.func.max(jobs.c.last_error).label("error"),
    )
    .select_from(_DELIVERED_TO)
    .where(sa.or_(_TO_BE_RETRIED, _GIVEN_UP), jobs.c.last_error.is_not(None))
    .group_by(agencies.c.key, agencies.c.name, agencies.c.name_en, agencies.c.disabled_at)
    .order_by(sa.func.count().desc(), agencies.c.key)
)
_OF_AGENCY = (
    sa.select(jobs.c.id)
    .select_from(_DELIVERED_TO)
    .where(_GIVEN_UP, agencies.c.key == sa.bindparam("agency_key"))
    .order_by(jobs.c.created_at, jobs.c.id)
    .limit(sa.bindparam("limit"))
)


class SqlDeliveries:
    """Fills the port `DeliveryReads` on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def failing(self) -> Sequence[FailingAgency]:
        """The agencies with deliveries that failed, most failures first."""
        return [FailingAgency(**row) for row in self._connection.execute(_FAILING).mappings()]

    def given_up(self, agency_key: str, *, limit: int) -> Sequence[UUID]:
        """Jobs for an agency that were given up, oldest first."""
        found = self._connection.execute(_OF_AGENCY, {"agency_key": agency_key, "limit": limit})
        return list(found.scalars())
