"""Comments on versions in the database."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, Index, Table
from sqlalchemy.engine import Connection

from engine.procedures.comment import Comment
from engine.storage import columns
from engine.storage.append_only import keep_columns
from engine.storage.columns import metadata

version_comments = Table(
    "version_comments",
    metadata,
    columns.identifier(),
    Column("version_id", sa.Uuid, ForeignKey("procedure_versions.id"), nullable=False),
    Column("thread_id", sa.Uuid, ForeignKey("version_comments.id")),
    columns.text("file", optional=True),
    Column("line", sa.Integer),
    columns.text("element_id", optional=True),
    columns.reference("author_id", "users", optional=True),
    columns.text("author_name"),
    columns.moment("written_at"),
    columns.text("text"),
    columns.moment("resolved_at", optional=True),
    columns.text("resolved_by", optional=True),
)
Index("ix_version_comments_version_id", version_comments.c.version_id)
_SETTLED = ("resolved_at", "resolved_by")
keep_columns(version_comments, [column.name for column in version_comments.c if column.name not in _SETTLED])

_ID = sa.bindparam("id", type_=sa.Uuid())
_ONE = sa.select(*version_comments.c).where(version_comments.c.id == _ID).with_for_update()
_OF_VERSION = (
    sa.select(*version_comments.c)
    .where(version_comments.c.version_id == _ID)
    .order_by(
        sa.func.coalesce(version_comments.c.thread_id, version_comments.c.id),
        sa.case((version_comments.c.thread_id.is_(None), 0), else_=1),
        version_comments.c.written_at,
        version_comments.c.id,
    )
)
_OPEN = (
    sa.select(version_comments.c.version_id, sa.func.count())
    .where(
        version_comments.c.version_id.in_(sa.bindparam("ids", type_=sa.Uuid(), expanding=True)),
        version_comments.c.thread_id.is_(None),
        version_comments.c.resolved_at.is_(None),
    )
    .group_by(version_comments.c.version_id)
)
_SAVE = (
    version_comments.update()
    .where(version_comments.c.id == sa.bindparam("id_", type_=sa.Uuid()))
    .values({name: sa.bindparam(f"new_{name}", type_=version_comments.c[name].type) for name in _SETTLED})
)


def add_comment(connection: Connection, comment: Comment) -> None:
    """Write a comment."""
    connection.execute(version_comments.insert(), comment.__dict__)


def save_comment(connection: Connection, comment: Comment) -> None:
    """Write whether a thread is resolved."""
    new = {f"new_{name}": getattr(comment, name) for name in _SETTLED}
    connection.execute(_SAVE, {"id_": comment.id, **new})


def lock_comment(connection: Connection, comment_id: UUID) -> Comment | None:
    """One comment, locked for change."""
    row = connection.execute(_ONE, {"id": comment_id}).one_or_none()
    return Comment(**row._asdict()) if row else None


def comments_of(connection: Connection, version_id: UUID) -> Sequence[Comment]:
    """The comments on a version: threads by age, each with its answers below it."""
    return [Comment(**row._asdict()) for row in connection.execute(_OF_VERSION, {"id": version_id})]


def open_threads(connection: Connection, version_ids: Sequence[UUID]) -> Mapping[UUID, int]:
    """How many threads are open on each of these versions that has any."""
    return dict(connection.execute(_OPEN, {"ids": list(version_ids)}).all())
