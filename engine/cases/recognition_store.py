"""Recognitions in the database: which caller each agent of the call centre has recognised in their call."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, Table
from sqlalchemy.engine import Connection

from engine.cases.model import Recognition
from engine.kernel.vocabulary import Fact
from engine.storage import columns
from engine.storage.columns import metadata
from engine.storage.statements import execute_for, upsert

recognitions = Table(
    "recognitions",
    metadata,
    Column("agent_id", sa.Uuid, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("case_id", sa.Uuid, ForeignKey("cases.id", ondelete="CASCADE"), nullable=False, index=True),
    columns.json("facts"),
    columns.moment("until"),
)

_AGENT = sa.bindparam("agent", type_=sa.Uuid())
_OF_AGENT = sa.select(*recognitions.c).where(recognitions.c.agent_id == _AGENT)
_END = recognitions.delete().where(recognitions.c.agent_id == _AGENT)
_SAVE = upsert(recognitions)


def recognition_by(connection: Connection, agent_id: UUID | None) -> Recognition | None:
    """The caller whom the agent recognised last; None after they put down the receiver.

    It may be over: `until` says so.
    """
    row = connection.execute(_OF_AGENT, {"agent": agent_id}).mappings().one_or_none()
    if row is None:
        return None
    return Recognition(**{**row, "facts": frozenset(map(Fact, row["facts"]))})


def save_recognition(connection: Connection, recognition: Recognition) -> None:
    """Write it, instead of the agent's last one: nobody is in two calls."""
    row = {**recognition.__dict__, "facts": sorted(recognition.facts)}
    execute_for(connection, _SAVE, row)


def end_recognition(connection: Connection, agent_id: UUID) -> None:
    """Forget whom the agent recognised last."""
    connection.execute(_END, {"agent": agent_id})
