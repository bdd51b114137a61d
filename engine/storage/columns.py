"""Columns and indexes as every table has them, and the metadata that gathers the tables."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, Column, ForeignKey, Index

from engine.storage.types import Euros, PlainText, UtcDateTime

metadata = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)


def identifier() -> Column[Any]:
    return Column("id", sa.Uuid, primary_key=True)


def text(name: str, *, optional: bool = False, binary: bool = False) -> Column[Any]:
    return Column(name, PlainText(binary=binary), nullable=optional)


def moment(name: str, *, optional: bool = False) -> Column[Any]:
    return Column(name, UtcDateTime, nullable=optional)


def whole(name: str) -> Column[Any]:
    return Column(name, sa.Integer, nullable=False)


def euros(name: str, *, optional: bool = False) -> Column[Any]:
    return Column(name, Euros, nullable=optional)


def json(name: str, *, optional: bool = False) -> Column[Any]:
    return Column(name, sa.JSON(none_as_null=True), nullable=optional)


def reference(name: str, target: str, *, optional: bool = False) -> Column[Any]:
    return Column(name, sa.Uuid, ForeignKey(f"{target}.id"), nullable=optional)


def chained(what: str) -> tuple[sa.schema.SchemaItem, ...]:
    """The columns of a line of a chain, as `sealing/chain.py` binds them: who did what and why, its hash.

    Lines are numbered from 1 within what they are about, whose key stands before. `what` names the column of
    the word for what was done.
    """
    return (
        Column("number", sa.Integer, primary_key=True, autoincrement=False),
        moment("at"),
        text("actor_kind"),
        Column("actor_id", sa.Uuid),
        text("actor_name"),
        text("branch_code", optional=True),
        text(what),
        json("detail"),
        text("reason", optional=True),
        text("previous_hash"),
        text("hash"),
        text("key_name", optional=True),
        CheckConstraint("number >= 1", name="number"),
    )


def one_of(column: str, choices: type[StrEnum]) -> CheckConstraint:
    listed = ", ".join(f"'{choice.value}'" for choice in choices)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def partial_index(
    name: str, columns: Sequence[Column[Any]], condition: str, *, unique: bool = False
) -> Index:
    """An index over the rows that meet a condition, for both databases."""
    where = sa.text(condition)
    return Index(name, *columns, unique=unique, sqlite_where=where, postgresql_where=where)
