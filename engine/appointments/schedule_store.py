"""The schedules of branches in the database: services, resources and windows; and links for screens."""

from collections.abc import Sequence
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, Column, Index, Table, UniqueConstraint
from sqlalchemy.engine import Connection

from engine.appointments.model import Resource, Schedule, Service, Window
from engine.storage import columns
from engine.storage.columns import metadata
from engine.storage.statements import execute_for, upsert
from engine.storage.types import PlainText

services = Table(
    "appointment_services",
    metadata,
    columns.identifier(),
    columns.reference("branch_id", "branches"),
    Column("key", PlainText(binary=True), nullable=False),
    columns.text("name"),
    columns.text("name_en"),
    columns.whole("minutes"),
    columns.whole("at_once"),
    columns.whole("grace"),
    Column("is_offered", sa.Boolean, nullable=False),
    UniqueConstraint("branch_id", "key"),
    CheckConstraint("minutes > 0 AND minutes % 5 = 0", name="minutes"),
    CheckConstraint("at_once > 0", name="at_once"),
    CheckConstraint("grace >= 0", name="grace"),
)
resources = Table(
    "appointment_resources",
    metadata,
    columns.identifier(),
    columns.reference("branch_id", "branches"),
    columns.text("name"),
    columns.text("name_en"),
    columns.json("services"),
)
Index("ix_appointment_resources_branch_id", resources.c.branch_id)
windows = Table(
    "appointment_windows",
    metadata,
    columns.identifier(),
    columns.reference("branch_id", "branches"),
    columns.reference("resource_id", "appointment_resources"),
    columns.whole("weekday"),
    Column("opens", sa.Time, nullable=False),
    Column("closes", sa.Time, nullable=False),
    Column("first_day", sa.Date, nullable=False),
    Column("last_day", sa.Date),
    CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
    CheckConstraint("opens < closes", name="closes"),
)
Index("ix_appointment_windows_branch_id", windows.c.branch_id)


class LinkKind(StrEnum):
    """What a link of a branch opens to whoever has it: nothing personal in either case."""

    SCREEN = "screen"
    """The numbers that are called."""
    KIOSK = "kiosk"
    """Taking a number."""


links = Table(
    "appointment_links",
    metadata,
    Column("branch_id", sa.Uuid, sa.ForeignKey("branches.id"), primary_key=True),
    Column("kind", PlainText(), primary_key=True),
    Column("digest", PlainText(binary=True), nullable=False, unique=True),
    columns.moment("made_at"),
    columns.one_of("kind", LinkKind),
)

_BRANCH = sa.bindparam("branch", type_=sa.Uuid())
_SERVICES = (
    sa.select(*services.c).where(services.c.branch_id == _BRANCH).order_by(services.c.name, services.c.id)
)
_RESOURCES = (
    sa.select(*resources.c).where(resources.c.branch_id == _BRANCH).order_by(resources.c.name, resources.c.id)
)
_WINDOWS = (
    sa.select(*windows.c)
    .where(windows.c.branch_id == _BRANCH)
    .order_by(windows.c.weekday, windows.c.opens, windows.c.id)
)
_SERVICE = sa.select(*services.c).where(services.c.id == sa.bindparam("id", type_=sa.Uuid()))
_RESOURCE = sa.select(*resources.c).where(resources.c.id == sa.bindparam("id", type_=sa.Uuid()))
_SAVE_SERVICE = upsert(services)
_SAVE_RESOURCE = upsert(resources)
_SAVE_LINK = upsert(links)
_CLOSE_WINDOW = windows.delete().where(
    windows.c.id == sa.bindparam("id_", type_=sa.Uuid()),
    windows.c.branch_id == sa.bindparam("branch", type_=sa.Uuid()),
)
_LINKED = sa.select(links.c.branch_id).where(
    links.c.digest == sa.bindparam("digest", type_=links.c.digest.type),
    links.c.kind == sa.bindparam("kind", type_=links.c.kind.type),
)


def schedule_of(connection: Connection, branch_id: UUID) -> Schedule:
    """The schedule of a branch; an empty one where it has none."""
    return Schedule(
        services=tuple(
            Service(**row._asdict()) for row in connection.execute(_SERVICES, {"branch": branch_id})
        ),
        resources=tuple(
            Resource(**{**row._asdict(), "services": tuple(row.services)})
            for row in connection.execute(_RESOURCES, {"branch": branch_id})
        ),
        windows=tuple(Window(**row._asdict()) for row in connection.execute(_WINDOWS, {"branch": branch_id})),
    )


def service(connection: Connection, service_id: UUID) -> Service | None:
    row = connection.execute(_SERVICE, {"id": service_id}).one_or_none()
    return Service(**row._asdict()) if row else None


def resource(connection: Connection, resource_id: UUID) -> Resource | None:
    row = connection.execute(_RESOURCE, {"id": resource_id}).one_or_none()
    return Resource(**{**row._asdict(), "services": tuple(row.services)}) if row else None


def save_service(connection: Connection, service: Service) -> None:
    """Write a new or changed service, known by its id."""
    execute_for(connection, _SAVE_SERVICE, service.__dict__)


def save_resource(connection: Connection, resource: Resource) -> None:
    """Write a new or changed resource, known by its id."""
    execute_for(connection, _SAVE_RESOURCE, {**resource.__dict__, "services": list(resource.services)})


def add_windows(connection: Connection, new: Sequence[Window]) -> None:
    connection.execute(windows.insert(), [window.__dict__ for window in new])


def remove_window(connection: Connection, branch_id: UUID, window_id: UUID) -> bool:
    """Whether the branch had that window, which it has no more."""
    return connection.execute(_CLOSE_WINDOW, {"id_": window_id, "branch": branch_id}).rowcount == 1


def save_link(connection: Connection, **values: object) -> None:
    """Write the link of a branch and kind, instead of the one before it."""
    execute_for(connection, _SAVE_LINK, values)


def linked_branch(connection: Connection, *, digest: str, kind: LinkKind) -> UUID | None:
    """The branch whose link has that digest."""
    found: UUID | None = connection.execute(
        _LINKED, {"digest": digest, "kind": kind.value}
    ).scalar_one_or_none()
    return found
