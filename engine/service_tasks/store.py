"""Service tasks in the database, and the requests that wait for one agency."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Table
from sqlalchemy.engine import Connection

from engine.cases.store import cases, in_sight
from engine.kernel.pages import Page, Slice
from engine.kernel.permission_objects import Sight
from engine.kernel.vocabulary import CaseStatus
from engine.organisation.store import agencies, agency_topics
from engine.organisation.version_store import in_force, organisation_versions
from engine.outbox.model import JobState
from engine.outbox.store import jobs
from engine.service_tasks import store as service_tasks_store
from engine.service_tasks.model import (
    HeldTopic,
    RequestFilter,
    ServiceTask,
    ServiceTaskFilter,
    ServiceTaskState,
)
from engine.storage import columns
from engine.storage.columns import metadata
from engine.storage.keyset import Order, fetch_page
from engine.storage.prepared import PreparedQuery
from engine.storage.statements import Row, literal
from engine.tasks.worklist_model import COUNTED_TO

service_tasks = Table(
    "service_tasks",
    metadata,
    columns.identifier(),
    Column("case_id", sa.Uuid, ForeignKey("cases.id", ondelete="CASCADE"), nullable=False, index=True),
    columns.text("case_number"),
    columns.text("procedure_key"),
    Column("branch_id", sa.Uuid, nullable=False),
    Column("token", sa.Uuid, nullable=False),
    columns.text("element_id"),
    columns.text("name"),
    columns.text("topic"),
    columns.moment("created_at"),
    columns.reference("agency_id", "agencies", optional=True),
    columns.text("agency_key", optional=True),
    columns.text("state"),
    columns.json("headers"),
    columns.json("variables"),
    columns.text("locked_by", optional=True),
    columns.moment("locked_until", optional=True),
    columns.moment("accepted_at", optional=True),
    columns.moment("closed_at", optional=True),
    columns.text("error_code", optional=True),
    columns.text("error_message", optional=True),
    columns.whole("row_version"),
    columns.text("supplement_wanted", optional=True),
    columns.json("answer", optional=True),
    columns.moment("held_since", optional=True),
    columns.one_of("state", ServiceTaskState),
    CheckConstraint("row_version >= 1", name="row_version"),
)
_oldest = [service_tasks.c.created_at, service_tasks.c.id]
Index("ix_service_tasks_of_agency", service_tasks.c.agency_id, *_oldest)
Index("ix_service_tasks_of_branch", service_tasks.c.branch_id, *_oldest)
columns.partial_index("ix_service_tasks_open", _oldest, "state = 'open'")
columns.partial_index("ix_service_tasks_ended", [service_tasks.c.closed_at], "closed_at IS NOT NULL")
columns.partial_index(
    "ix_service_tasks_open_of_agency", [service_tasks.c.agency_id, *_oldest], "state = 'open'"
)
columns.partial_index(
    "ix_service_tasks_open_of_branch", [service_tasks.c.branch_id, *_oldest], "state = 'open'"
)
columns.partial_index("ix_service_tasks_dead", _oldest, "state = 'dead'")
columns.partial_index(
    "ix_service_tasks_held", [service_tasks.c.topic, *_oldest], "held_since IS NOT NULL AND state = 'open'"
)


SERVICE_TASK = tuple(service_tasks_store.service_tasks.c)


def service_task_of(row: Row) -> ServiceTask:
    """The service task of a row with every column."""
    return ServiceTask(**{**row._asdict(), "state": ServiceTaskState(row.state)})


_ID = sa.bindparam("id", type_=sa.Uuid())
_SERVICE_TASK = PreparedQuery(sa.select(*SERVICE_TASK).where(service_tasks.c.id == _ID))

_NOW = sa.bindparam("now", type_=service_tasks.c.locked_until.type)
_FREE = (
    sa.select(service_tasks.c.id)
    .join(cases, cases.c.id == service_tasks.c.case_id)
    .where(
        service_tasks.c.agency_id == sa.bindparam("agency", type_=sa.Uuid()),
        service_tasks.c.topic.in_(sa.bindparam("topics", type_=service_tasks.c.topic.type, expanding=True)),
        service_tasks.c.state == literal(ServiceTaskState.OPEN),
        service_tasks.c.supplement_wanted.is_(None),
        sa.or_(service_tasks.c.locked_until.is_(None), service_tasks.c.locked_until <= _NOW),
        cases.c.status == literal(CaseStatus.OPEN),
    )
    .order_by(service_tasks.c.created_at, service_tasks.c.id)
    .limit(sa.bindparam("limit", type_=sa.Integer))
    # The case too: one that a colleague is just closing or suspending is passed over.
    .with_for_update(of=[service_tasks, cases], key_share=True, skip_locked=True)
    .cte("free")
)
_LEASE = (
    service_tasks.update()
    .where(service_tasks.c.id.in_(sa.select(_FREE.c.id)))
    .values(
        locked_by=sa.bindparam("worker", type_=service_tasks.c.locked_by.type),
        locked_until=sa.bindparam("until_", type_=service_tasks.c.locked_until.type),
        row_version=service_tasks.c.row_version + 1,
    )
    .returning(*SERVICE_TASK)
)


def service_task(connection: Connection, service_task_id: UUID) -> ServiceTask | None:
    """One service task in whatever state, not locked."""
    row = _SERVICE_TASK.row(connection, {"id": service_task_id})
    return service_task_of(row) if row else None


def lease_service_tasks(
    connection: Connection,
    *,
    agency_id: UUID,
    topics: Sequence[str],
    worker: str,
    now: datetime,
    until: datetime,
    limit: int,
) -> Sequence[ServiceTask]:
    """Lock up to `limit` open service tasks of the agency and topics that nobody holds, oldest first.

    Each goes to one worker only. Tasks of suspended or closed cases are not given out, nor those that
    wait for a supplement.
    """
    parameters = {
        "agency": agency_id,
        "topics": list(topics),
        "worker": worker,
        "now": now,
        "until_": until,
        "limit": limit,
    }
    leased = [service_task_of(row) for row in connection.execute(_LEASE, parameters)]
    return sorted(leased, key=lambda task: (task.created_at, task.id))


_BY_AGE = Order("service tasks", (service_tasks.c.created_at, service_tasks.c.id))


def list_service_tasks(
    connection: Connection,
    wanted: ServiceTaskFilter,
    *,
    sight: Sight,
    agency_id: UUID | None,
    part: Slice,
) -> Page[ServiceTask]:
    """Service tasks, oldest first: those of the agency if `agency_id` is given, else those in sight."""
    conditions = (
        in_sight(service_tasks.c.branch_id, sight)
        if agency_id is None
        else [service_tasks.c.agency_id == agency_id]
    )
    if wanted.state is not None:
        conditions.append(service_tasks.c.state == literal(wanted.state))
    if wanted.agency_key is not None:
        named = sa.select(agencies.c.id).where(agencies.c.key == wanted.agency_key)
        conditions.append(service_tasks.c.agency_id == named.scalar_subquery())
    statement = sa.select(*SERVICE_TASK).where(*conditions)
    return fetch_page(connection, statement, order=_BY_AGE, part=part, decode=service_task_of)


_KEY_OF_REQUEST = (service_tasks.c.created_at, service_tasks.c.id)
_OLDEST = Order("requests", _KEY_OF_REQUEST)
_NEWEST = Order("newest requests", _KEY_OF_REQUEST, newest_first=True)

_OLDEST_KEYS = (
    sa.select(service_tasks.c.procedure_key)
    .where(
        service_tasks.c.agency_id == sa.bindparam("agency", type_=sa.Uuid()),
        service_tasks.c.state == literal(ServiceTaskState.OPEN),
    )
    .order_by(*_KEY_OF_REQUEST)
    .limit(COUNTED_TO)
    .subquery()
)
_PROCEDURES = sa.select(_OLDEST_KEYS.c.procedure_key).distinct().order_by(_OLDEST_KEYS.c.procedure_key)
_VERSIONS = sa.select(cases.c.id, cases.c.version_id).where(
    cases.c.id.in_(sa.bindparam("case_ids", expanding=True))
)


def list_requests(
    connection: Connection, wanted: RequestFilter, *, agency_id: UUID, part: Slice
) -> Page[ServiceTask]:
    """Open service tasks of the agency, oldest first unless the filter says otherwise."""
    statement = sa.select(*SERVICE_TASK).where(*_conditions(wanted, agency_id))
    order = _NEWEST if wanted.newest_first else _OLDEST
    return fetch_page(connection, statement, order=order, part=part, decode=service_task_of)


def count_requests(connection: Connection, wanted: RequestFilter, *, agency_id: UUID) -> int:
    """How many there are; `COUNTED_TO` means so many or more."""
    found = sa.select(service_tasks.c.id).where(*_conditions(wanted, agency_id)).limit(COUNTED_TO)
    counted: int = connection.execute(sa.select(sa.func.count()).select_from(found.subquery())).scalar_one()
    return counted


def procedures_asked_of(connection: Connection, agency_id: UUID) -> Sequence[str]:
    """The keys of the procedures that the agency is asked in, as the oldest `COUNTED_TO` tell."""
    return connection.execute(_PROCEDURES, {"agency": agency_id}).scalars().all()


def versions_asked_of(connection: Connection, case_ids: Sequence[UUID]) -> Mapping[UUID, UUID]:
    """The procedure version of each case; cases that do not exist are left out."""
    rows = connection.execute(_VERSIONS, {"case_ids": list(set(case_ids))})
    return {row.id: row.version_id for row in rows}


def _conditions(wanted: RequestFilter, agency_id: UUID) -> list[sa.ColumnElement[bool]]:
    conditions = [
        service_tasks.c.agency_id == agency_id,
        service_tasks.c.state == literal(ServiceTaskState.OPEN),
    ]
    if wanted.number is not None:
        conditions.append(service_tasks.c.case_number.contains(wanted.number, autoescape=True))
    if wanted.procedure is not None:
        conditions.append(service_tasks.c.procedure_key == wanted.procedure)
    if wanted.awaits_citizen is not None:
        nothing = service_tasks.c.supplement_wanted.is_(None)
        conditions.append(sa.not_(nothing) if wanted.awaits_citizen else nothing)
    return conditions


_OF_ITS_TASKS = jobs.c.service_task_id.in_(
    sa.select(service_tasks.c.id).where(service_tasks.c.agency_id == sa.bindparam("agency", type_=sa.Uuid()))
)
_GIVEN_UP = (
    sa.select(jobs.c.id)
    .join(service_tasks, service_tasks.c.id == jobs.c.service_task_id)
    .join(agencies, agencies.c.id == service_tasks.c.agency_id)
    .where(jobs.c.state == literal(JobState.DEAD), agencies.c.key == sa.bindparam("agency_key"))
    .order_by(jobs.c.created_at, jobs.c.id)
    .limit(sa.bindparam("limit"))
)
_RELEASE = (
    jobs.update()
    .where(jobs.c.held_at.is_not(None), jobs.c.state == literal(JobState.READY), _OF_ITS_TASKS)
    .values(held_at=None, attempts=0, run_at=sa.bindparam("now", type_=jobs.c.run_at.type))
)


def given_up_deliveries(connection: Connection, agency_key: str, *, limit: int) -> Sequence[UUID]:
    """Up to `limit` jobs for an agency that were given up, oldest first."""
    found = connection.execute(_GIVEN_UP, {"agency_key": agency_key, "limit": limit})
    return list(found.scalars())


def release_deliveries(connection: Connection, agency_id: UUID, now: datetime) -> int:
    """Let the jobs that were held for an agency be done, from their first attempt; how many there were."""
    return connection.execute(_RELEASE, {"agency": agency_id, "now": now}).rowcount


_HELD = (service_tasks.c.held_since.is_not(None), service_tasks.c.state == literal(ServiceTaskState.OPEN))
_HELD_AND_SERVED = PreparedQuery(
    sa.select(*SERVICE_TASK)
    .join(cases, cases.c.id == service_tasks.c.case_id)
    .where(
        *_HELD,
        service_tasks.c.topic.in_(sa.select(agency_topics.c.topic)),
        cases.c.status == literal(CaseStatus.OPEN),
    )
    .order_by(*_KEY_OF_REQUEST)
    .limit(sa.bindparam("limit", type_=sa.Integer))
)
_COUNT_HELD = (
    sa.select(
        service_tasks.c.topic,
        sa.func.count().label("held"),
        sa.func.min(service_tasks.c.held_since, type_=service_tasks.c.held_since.type).label("since"),
    )
    .where(*_HELD)
    .group_by(service_tasks.c.topic)
    .order_by(service_tasks.c.topic)
)


def held_and_served(connection: Connection, *, limit: int) -> Sequence[ServiceTask]:
    """Up to `limit` requests of open cases that are held, and whose topic an agency takes, oldest first."""
    return [service_task_of(row) for row in _HELD_AND_SERVED.rows(connection, {"limit": limit})]


def count_held(connection: Connection) -> Mapping[str, int]:
    """How many requests are held, by topic."""
    return {one.topic: one.number for one in held_topics(connection)}


def held_topics(connection: Connection) -> Sequence[HeldTopic]:
    """The topics of which requests are held, by name."""
    return [
        HeldTopic(topic=row.topic, number=row.held, since=row.since)
        for row in connection.execute(_COUNT_HELD)
    ]


def count_waiting(connection: Connection) -> Mapping[UUID, int]:
    """How many open requests each agency is asked, by its id."""
    statement = (
        sa.select(service_tasks.c.agency_id, sa.func.count().label("waiting"))
        .where(
            service_tasks.c.agency_id.is_not(None), service_tasks.c.state == literal(ServiceTaskState.OPEN)
        )
        .group_by(service_tasks.c.agency_id)
    )
    return {row.agency_id: row.waiting for row in connection.execute(statement)}


def paused_agencies(connection: Connection, sight: Sight, *, on: date) -> Sequence[Row]:
    """The agencies that are paused, by key, with how many open service tasks in sight wait for each."""
    asked = sa.and_(
        service_tasks.c.agency_id == agencies.c.id,
        service_tasks.c.state == literal(ServiceTaskState.OPEN),
        *in_sight(service_tasks.c.branch_id, sight),
    )
    waiting = sa.select(sa.func.count()).select_from(service_tasks).where(asked).scalar_subquery()
    statement = (
        sa.select(
            agencies.c.id,
            agencies.c.key,
            organisation_versions.c.name,
            organisation_versions.c.name_en,
            agencies.c.disabled_at,
            waiting.label("waiting"),
        )
        .select_from(agencies)
        .join(organisation_versions, in_force(organisation_versions, agencies.c.id))
        .where(agencies.c.disabled_at.is_not(None))
        .order_by(agencies.c.key)
    )
    return list(connection.execute(statement, {"day": on}))
