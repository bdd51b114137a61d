"""For which organisation a case was opened, in the database."""

from collections.abc import Collection, Mapping
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, Table
from sqlalchemy.engine import Connection

from engine.storage.columns import metadata

applications = Table(
    "applications",
    metadata,
    Column("case_id", sa.Uuid, ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True),
    Column("organisation_id", sa.Uuid, ForeignKey("organisations.id"), nullable=False, index=True),
)

_OF_CASE = sa.select(applications.c.organisation_id).where(
    applications.c.case_id == sa.bindparam("case_id", type_=sa.Uuid())
)


def add_application(connection: Connection, *, case_id: UUID, organisation_id: UUID) -> None:
    """Note for whom a case was opened."""
    connection.execute(applications.insert(), {"case_id": case_id, "organisation_id": organisation_id})


def applicant_organisation(connection: Connection, case_id: UUID) -> UUID | None:
    """The organisation for which a case was opened; None where it was opened for a citizen."""
    found: UUID | None = connection.execute(_OF_CASE, {"case_id": case_id}).scalar_one_or_none()
    return found


def applications_of(
    connection: Connection, organisation_ids: Collection[UUID], *, limit: int
) -> Mapping[UUID, UUID]:
    """The organisation of each of the newest cases that were opened for one of these, newest first."""
    # Ids of cases rise with the time at which they were opened.
    statement = (
        sa.select(applications.c.case_id, applications.c.organisation_id)
        .where(applications.c.organisation_id.in_(organisation_ids))
        .order_by(applications.c.case_id.desc())
        .limit(limit)
    )
    return {row.case_id: row.organisation_id for row in connection.execute(statement)}
