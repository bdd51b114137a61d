"""The tree of organisations in the database."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.kernel.bilingual import Bilingual
from engine.organisation.organisation import OFFICES, OrganisationKind, OrganisationStatus
from engine.organisation.tree import Refusing, Tree, TreeNode
from engine.organisation.version_store import DAY, in_force, line_of, organisation_versions, organisations
from engine.storage.prepared import PreparedQuery

_NODES = (
    sa.select(
        organisations.c.id,
        organisations.c.code,
        organisations.c.kind,
        organisation_versions.c.name,
        organisation_versions.c.name_en,
        organisation_versions.c.parent_id,
        organisation_versions.c.status,
    )
    .select_from(organisations)
    .join(organisation_versions, in_force(organisation_versions, organisations.c.id))
)
_TREE = PreparedQuery(_NODES)
_MANY = 200
"""From so many organisations on it is quicker to read all."""
_ABOVE = organisations.alias("above")
_PLACES = (
    sa.select(
        organisations.c.code,
        organisations.c.kind,
        _ABOVE.c.code.label("above_code"),
        _ABOVE.c.kind.label("above_kind"),
        organisation_versions.c.valid_from,
    )
    .select_from(organisations)
    .join(organisation_versions, organisation_versions.c.organisation_id == organisations.c.id)
    .outerjoin(_ABOVE, _ABOVE.c.id == organisation_versions.c.parent_id)
    .where(
        organisation_versions.c.status == OrganisationStatus.OPEN.value,
        sa.or_(
            in_force(organisation_versions, organisations.c.id),
            sa.and_(organisation_versions.c.revoked_at.is_(None), organisation_versions.c.valid_from > DAY),
        ),
    )
    .order_by(organisations.c.code, organisation_versions.c.valid_from)
)
_CODES = sa.select(organisations.c.id, organisations.c.code).where(
    organisations.c.id.in_(sa.bindparam("ids", type_=sa.Uuid(), expanding=True))
)


def tree_on(connection: Connection, day: date) -> Tree:
    """Every organisation that exists on a day."""
    return Tree({row.id: _node_of(row) for row in _TREE.rows(connection, {"day": day})})


def nodes_on(connection: Connection, day: date, ids: Collection[UUID]) -> Mapping[UUID, TreeNode]:
    """Some organisations by id; those that do not exist on the day are left out."""
    if not ids:
        return {}
    if len(ids) >= _MANY:
        every = tree_on(connection, day).nodes
        return {one: every[one] for one in ids if one in every}
    rows = connection.execute(_NODES.where(organisations.c.id.in_(ids)), {"day": day})
    return {row.id: _node_of(row) for row in rows}


def codes_of_line(connection: Connection, organisation_id: UUID, day: date) -> tuple[str, ...]:
    """The codes of an organisation and of all above it on a day, nearest first."""
    line = line_of(connection, organisation_id, on=day)
    codes = {row.id: row.code for row in connection.execute(_CODES, {"ids": list(line)})} if line else {}
    return tuple(codes[one] for one in line if one in codes)


def _node_of(row: Any) -> TreeNode:
    return TreeNode(
        id=row.id,
        code=row.code,
        kind=OrganisationKind(row.kind),
        name=row.name,
        name_en=row.name_en,
        parent_id=row.parent_id,
        is_open=row.status == OrganisationStatus.OPEN.value,
    )


_REFUSING = (
    sa.select(
        organisations.c.code,
        organisation_versions.c.name,
        organisation_versions.c.name_en,
        organisation_versions.c.not_offered,
    )
    .select_from(organisations)
    .join(organisation_versions, in_force(organisation_versions, organisations.c.id))
    .where(
        organisations.c.kind.in_([kind.value for kind in OFFICES]),
        organisation_versions.c.status == OrganisationStatus.OPEN.value,
        sa.cast(organisation_versions.c.not_offered, sa.Text) != "[]",
    )
    .order_by(organisations.c.code)
)


def refusing(connection: Connection, day: date) -> Mapping[str, Sequence[Refusing]]:
    """The open branches that do not offer something on a day, by the procedure's key and then by code."""
    found: dict[str, list[Refusing]] = {}
    for row in connection.execute(_REFUSING, {"day": day}):
        called = Bilingual(row.name, el=row.name, en=row.name_en or row.name)
        for one in row.not_offered:
            branch = Refusing(code=row.code, called=called, reason=one["reason"])
            found.setdefault(one["procedure"], []).append(branch)
    return found


def places_from(connection: Connection, day: date) -> Sequence[Any]:
    """What every organisation that is open stands right below on that day and later, as far as is planned."""
    return connection.execute(_PLACES, {"day": day}).all()
