"""The tree of organisations in the database."""

from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.organisation.organisation import OrganisationKind, OrganisationStatus
from engine.organisation.tree import Tree, TreeNode
from engine.organisation.version_store import in_force, line_of, organisation_versions, organisations
from engine.storage.prepared import PreparedQuery

_TREE = PreparedQuery(
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
_CODES = sa.select(organisations.c.id, organisations.c.code).where(
    organisations.c.id.in_(sa.bindparam("ids", type_=sa.Uuid(), expanding=True))
)


def tree_on(connection: Connection, day: date) -> Tree:
    """Every organisation that exists on a day."""
    return Tree(
        {
            row.id: TreeNode(
                id=row.id,
                code=row.code,
                kind=OrganisationKind(row.kind),
                name=row.name,
                name_en=row.name_en,
                parent_id=row.parent_id,
                is_open=row.status == OrganisationStatus.OPEN.value,
            )
            for row in _TREE.rows(connection, {"day": day})
        }
    )


def codes_of_line(connection: Connection, organisation_id: UUID, day: date) -> tuple[str, ...]:
    """The codes of an organisation and of all above it on a day, nearest first."""
    line = line_of(connection, organisation_id, on=day)
    codes = {row.id: row.code for row in connection.execute(_CODES, {"ids": list(line)})} if line else {}
    return tuple(codes[one] for one in line if one in codes)
