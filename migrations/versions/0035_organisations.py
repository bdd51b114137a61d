"""Keep organisations for ever, and what is true of them in versions from a day on.

Branches and agencies become organisations with their ids; a municipality that branches name becomes one too.
What is known of them so far is true from the beginning. A branch that is below another is its annex.
"""

import uuid
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0035_organisations"
down_revision = "0045_case_migrations"
branch_labels = None
depends_on = None

_BEGINNING = date(1900, 1, 1)
_BY = "stoa"

_BRANCHES = sa.table(
    "branches",
    sa.column("id", sa.Uuid),
    sa.column("code", sa.Text),
    sa.column("name", sa.Text),
    sa.column("name_en", sa.Text),
    sa.column("municipality", sa.Text),
    sa.column("parent_id", sa.Uuid),
    sa.column("local_holidays", sa.JSON),
    sa.column("closures", sa.JSON),
)
_AGENCIES = sa.table(
    "agencies",
    sa.column("id", sa.Uuid),
    sa.column("key", sa.Text),
    sa.column("name", sa.Text),
    sa.column("name_en", sa.Text),
)
_ORGANISATIONS = sa.table(
    "organisations",
    sa.column("id", sa.Uuid),
    sa.column("kind", sa.Text),
    sa.column("code", sa.Text),
    sa.column("revision", sa.Integer),
)
_VERSIONS = sa.table(
    "organisation_versions",
    sa.column("id", sa.Uuid),
    sa.column("organisation_id", sa.Uuid),
    sa.column("valid_from", sa.Date),
    sa.column("recorded_at", sa.DateTime(timezone=True)),
    sa.column("recorded_by", sa.Text),
    sa.column("reason", sa.Text),
    sa.column("changed", sa.JSON),
    sa.column("name", sa.Text),
    sa.column("name_en", sa.Text),
    sa.column("parent_id", sa.Uuid),
    sa.column("address", sa.Text),
    sa.column("hours", sa.Text),
    sa.column("phone", sa.Text),
    sa.column("local_holidays", sa.JSON),
    sa.column("closures", sa.JSON),
    sa.column("not_offered", sa.JSON),
    sa.column("status", sa.Text),
)


def upgrade() -> None:
    op.create_table(
        "organisations",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("code", _code(), nullable=False, unique=True),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.CheckConstraint(
            "kind IN ('ministry', 'decentralised_administration', 'municipality', 'agency', 'branch', "
            "'annex', 'point_of_single_contact')",
            name="kind",
        ),
    )
    op.create_table(
        "organisation_versions",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("organisation_id", sa.Uuid, sa.ForeignKey("organisations.id"), nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("changed", sa.JSON, nullable=False),
        sa.Column("decision", sa.JSON),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("name_en", sa.Text, nullable=False),
        sa.Column("parent_id", sa.Uuid, sa.ForeignKey("organisations.id")),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("hours", sa.Text, nullable=False),
        sa.Column("phone", sa.Text, nullable=False),
        sa.Column("local_holidays", sa.JSON, nullable=False),
        sa.Column("closures", sa.JSON, nullable=False),
        sa.Column("not_offered", sa.JSON, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("successor_id", sa.Uuid, sa.ForeignKey("organisations.id")),
        sa.Column("revoked_at", sa.DateTime(timezone=True)),
        sa.Column("revoked_by", sa.Text),
        sa.CheckConstraint("status IN ('open', 'closed')", name="status"),
    )
    op.create_index(
        "uq_organisation_versions_in_force",
        "organisation_versions",
        ["organisation_id", "valid_from"],
        unique=True,
        sqlite_where=sa.text("revoked_at IS NULL"),
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
    op.create_index("ix_organisation_versions_parent_id", "organisation_versions", ["parent_id"])
    _take_over(op.get_bind())


def _take_over(connection: sa.Connection) -> None:
    branches = connection.execute(sa.select(_BRANCHES).order_by(_BRANCHES.c.code)).all()
    agencies = connection.execute(sa.select(_AGENCIES).order_by(_AGENCIES.c.key)).all()
    municipalities: dict[str, uuid.UUID] = {}
    identities, versions = [], []

    def add(organisation_id: uuid.UUID, kind: str, code: str, **stated: Any) -> None:
        taken = {one["code"] for one in identities}
        free = code if code not in taken else f"{kind}-{code}"
        identities.append({"id": organisation_id, "kind": kind, "code": free, "revision": 1})
        versions.append({**_version(organisation_id), **stated})

    for branch in branches:
        parent_id = branch.parent_id
        if parent_id is None and branch.municipality:
            parent_id = municipalities.get(branch.municipality)
            if parent_id is None:
                parent_id = municipalities[branch.municipality] = uuid.uuid4()
                add(parent_id, "municipality", f"municipality-{branch.code}", name=branch.municipality)
        add(
            branch.id,
            "branch" if branch.parent_id is None else "annex",
            branch.code,
            name=branch.name,
            name_en=branch.name_en,
            parent_id=parent_id,
            local_holidays=branch.local_holidays,
            closures=[{"day": day, "decision": ""} for day in branch.closures],
        )
    for agency in agencies:
        add(agency.id, "agency", agency.key, name=agency.name, name_en=agency.name_en)
    if identities:
        connection.execute(_ORGANISATIONS.insert(), identities)
        connection.execute(_VERSIONS.insert(), versions)


def _version(organisation_id: uuid.UUID) -> dict[str, Any]:
    return {
        "id": uuid.uuid4(),
        "organisation_id": organisation_id,
        "valid_from": _BEGINNING,
        "recorded_at": datetime.now(UTC),
        "recorded_by": _BY,
        "reason": "",
        "changed": [],
        "name_en": "",
        "parent_id": None,
        "address": "",
        "hours": "",
        "phone": "",
        "local_holidays": [],
        "closures": [],
        "not_offered": [],
        "status": "open",
    }


def _code() -> Any:
    return sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def downgrade() -> None:
    op.drop_table("organisation_versions")
    op.drop_table("organisations")
