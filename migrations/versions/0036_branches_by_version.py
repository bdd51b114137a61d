"""Drop from branches and agencies what their versions say: their ids are those of organisations.

SQLite cannot drop a column that refers to another, nor add a reference: there the text of the table is
written anew, as https://www.sqlite.org/lang_altertable.html (section 7) says.
"""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = "0036_branches_by_version"
down_revision = "0035_organisations"
branch_labels = None
depends_on = None

_ATHENS = ZoneInfo("Europe/Athens")

_BRANCHES = """CREATE TABLE branches (
	id CHAR(32) NOT NULL, 
	code TEXT NOT NULL, {columns}
	CONSTRAINT pk_branches PRIMARY KEY (id), {references}
	CONSTRAINT uq_branches_code UNIQUE (code)
)"""  # noqa: W291 - as SQLAlchemy writes it
_BRANCHES_OF_BEFORE = """
	name TEXT NOT NULL, 
	name_en TEXT NOT NULL, 
	municipality TEXT, 
	parent_id CHAR(32), 
	local_holidays JSON NOT NULL, 
	closures JSON NOT NULL, """  # noqa: W291
_AGENCIES = """CREATE TABLE agencies (
	id CHAR(32) NOT NULL, 
	"key" TEXT NOT NULL, 
	endpoint TEXT, 
	secrets JSON NOT NULL, 
	disabled_at DATETIME, 
	sealed_secrets BLOB, 
	CONSTRAINT pk_agencies PRIMARY KEY (id), {references}
	CONSTRAINT uq_agencies_key UNIQUE ("key")
)"""  # noqa: W291
_TO_ORGANISATIONS = """
	CONSTRAINT fk_{table}_id FOREIGN KEY(id) REFERENCES organisations (id), """
_GONE_OF_BRANCHES = ("name", "name_en", "municipality", "parent_id", "local_holidays", "closures")
_GONE_OF_AGENCIES = ("name", "name_en")


def upgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    if is_sqlite:
        _write("branches", _BRANCHES.format(columns=_BRANCHES_OF_BEFORE, references=""))
    for name in _GONE_OF_BRANCHES:
        op.drop_column("branches", name)
    for name in _GONE_OF_AGENCIES:
        op.drop_column("agencies", name)
    if is_sqlite:
        references = _TO_ORGANISATIONS.format(table="branches")
        _write("branches", _BRANCHES.format(columns="", references=references))
        _write("agencies", _AGENCIES.format(references=_TO_ORGANISATIONS.format(table="agencies")))
    else:
        for table in ("branches", "agencies"):
            op.create_foreign_key(f"fk_{table}_id", table, "organisations", ["id"], ["id"])


def _write(table: str, text: str) -> None:
    """Let SQLite read the table by this text, which names the columns that are there in their order."""
    connection = op.get_bind()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    connection.exec_driver_sql(
        "UPDATE sqlite_master SET sql = ? WHERE type = 'table' AND name = ?", (text, table)
    )
    connection.exec_driver_sql("PRAGMA writable_schema = RESET")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _write("branches", _BRANCHES.format(columns="", references=""))
        _write("agencies", _AGENCIES.format(references=""))
    else:
        for table in ("branches", "agencies"):
            op.drop_constraint(f"fk_{table}_id", table)
    for name in ("name", "name_en"):
        op.add_column("branches", sa.Column(name, sa.Text, nullable=False, server_default=""))
        op.add_column("agencies", sa.Column(name, sa.Text, nullable=False, server_default=""))
    op.add_column("branches", sa.Column("municipality", sa.Text))
    op.add_column("branches", sa.Column("parent_id", sa.Uuid))
    for name in ("local_holidays", "closures"):
        op.add_column("branches", sa.Column(name, sa.JSON, nullable=False, server_default="[]"))
    today = datetime.now(_ATHENS).date()
    for table in ("branches", "agencies"):
        names = sa.text(_NAMES_BACK.format(table=table, in_force=_IN_FORCE.format(table=table)))
        op.execute(names.bindparams(sa.bindparam("today", today, type_=sa.Date)))
    _calendars_back(op.get_bind(), today)


_IN_FORCE = """
    FROM organisation_versions v WHERE v.organisation_id = {table}.id AND v.revoked_at IS NULL
    AND v.valid_from <= :today ORDER BY v.valid_from DESC LIMIT 1
"""
_NAMES_BACK = """
    UPDATE {table} SET name = coalesce((SELECT v.name {in_force}), ''),
    name_en = coalesce((SELECT v.name_en {in_force}), '')
"""
_VERSIONS = sa.table(
    "organisation_versions",
    sa.column("organisation_id", sa.Uuid),
    sa.column("valid_from", sa.Date),
    sa.column("revoked_at", sa.DateTime(timezone=True)),
    sa.column("name", sa.Text),
    sa.column("parent_id", sa.Uuid),
    sa.column("local_holidays", sa.JSON),
    sa.column("closures", sa.JSON),
)
_OFFICES = sa.table(
    "branches",
    sa.column("id", sa.Uuid),
    sa.column("municipality", sa.Text),
    sa.column("parent_id", sa.Uuid),
    sa.column("local_holidays", sa.JSON),
    sa.column("closures", sa.JSON),
)


def _calendars_back(connection: sa.Connection, today: date) -> None:
    """The calendars of a day, and the branch or municipality that a branch belongs to."""
    counting = sa.select(_VERSIONS).where(_VERSIONS.c.revoked_at.is_(None), _VERSIONS.c.valid_from <= today)
    newest = {
        row.organisation_id: row
        for row in connection.execute(counting.order_by(_VERSIONS.c.valid_from)).all()
    }
    offices = set(connection.execute(sa.select(_OFFICES.c.id)).scalars())
    for office in offices & newest.keys():
        own = newest[office]
        above = newest.get(own.parent_id)
        connection.execute(
            _OFFICES.update()
            .where(_OFFICES.c.id == office)
            .values(
                municipality=above.name if above and own.parent_id not in offices else None,
                parent_id=own.parent_id if own.parent_id in offices else None,
                local_holidays=own.local_holidays,
                closures=[one["day"] for one in own.closures],
            )
        )
