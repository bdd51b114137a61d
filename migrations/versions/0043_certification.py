"""Keep the record of each version, and let exactly one of a procedure be on offer at any moment.

Of several versions that were published, the one with the highest number was on offer: it stays so, and the
others are superseded since the next of them was published. What was published before has no acts.
"""

import sqlalchemy as sa
from alembic import op

revision = "0043_certification"
down_revision = "0041_contents"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_BEFORE = "status IN ('draft', 'published', 'retired')"
_AFTER = "status IN ('draft', 'submitted', 'returned', 'certified', 'published', 'superseded', 'retired')"
_NEVER_CHANGED = "id, key, number, sha256, title, title_en, metadata, created_at, created_by"
_ONE = (
    "(NEW.published_at IS NULL OR NEW.status IN ('published', 'superseded', 'retired')) "
    "AND NOT EXISTS (SELECT 1 FROM procedure_versions AS other "
    "WHERE other.key = NEW.key AND other.id <> NEW.id "
    "AND NEW.published_at IS NOT NULL AND other.published_at IS NOT NULL "
    "AND (NEW.retired_at IS NULL OR NEW.published_at < NEW.retired_at) "
    "AND (other.retired_at IS NULL OR other.published_at < other.retired_at) "
    "AND (NEW.retired_at IS NULL OR other.published_at < NEW.retired_at) "
    "AND (other.retired_at IS NULL OR NEW.published_at < other.retired_at))"
)
_REFUSAL = "Only what was published is on offer, and one version of a procedure at a time."
_REFUSE_CHANGE = "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
APPEND_ONLY = ("version_acts", "version_files")

VERSIONS = sa.table(
    "procedure_versions",
    sa.column("id", sa.Uuid),
    sa.column("key", sa.Text),
    sa.column("number", sa.Integer),
    sa.column("status", sa.Text),
    sa.column("published_at", _MOMENT),
    sa.column("retired_at", _MOMENT),
)


def upgrade() -> None:
    _replace_check(_BEFORE, _AFTER)
    op.add_column("procedure_versions", sa.Column("valid_from", sa.Date))
    op.add_column("procedure_versions", sa.Column("valid_until", sa.Date))
    length = sa.Column("record_length", sa.Integer, nullable=False, server_default="0")
    op.add_column("procedure_versions", length)
    op.add_column(
        "procedure_versions", sa.Column("record_hash", sa.Text, nullable=False, server_default="0" * 64)
    )
    _supersede_all_but_the_last()
    on_offer = sa.text("published_at IS NOT NULL AND retired_at IS NULL")
    op.create_index(
        "ix_procedure_versions_on_offer",
        "procedure_versions",
        ["key"],
        unique=True,
        sqlite_where=on_offer,
        postgresql_where=on_offer,
    )
    op.create_table(
        "version_acts",
        sa.Column("version_id", sa.Uuid, sa.ForeignKey("procedure_versions.id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("actor_kind", sa.Text, nullable=False),
        sa.Column("actor_id", sa.Uuid),
        sa.Column("actor_name", sa.Text, nullable=False),
        sa.Column("branch_code", sa.Text),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("detail", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("previous_hash", sa.Text, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
        sa.Column("key_name", sa.Text),
        sa.CheckConstraint("number >= 1", name="number"),
        sqlite_with_rowid=False,
    )
    if _is_postgresql():
        _guard_postgresql()
    else:
        _guard_sqlite()


def downgrade() -> None:
    for trigger in _triggers():
        table = next(
            name
            for name in ("version_files", "procedure_versions", "version_acts")
            if trigger.startswith(name)
        )
        on = f" ON {table}" if _is_postgresql() else ""
        if table != "version_acts":
            op.execute(f"DROP TRIGGER {trigger}{on}")
    if _is_postgresql():
        op.execute("DROP FUNCTION procedure_versions_one_on_offer()")
    op.drop_table("version_acts")
    op.drop_index("ix_procedure_versions_on_offer", "procedure_versions")
    for column in ("record_hash", "record_length", "valid_until", "valid_from"):
        op.drop_column("procedure_versions", column)
    op.execute("UPDATE procedure_versions SET status = 'retired' WHERE status = 'superseded'")
    op.execute(
        "UPDATE procedure_versions SET status = 'draft' "
        "WHERE status IN ('submitted', 'returned', 'certified')"
    )
    _replace_check(_AFTER, _BEFORE)


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _replace_check(old: str, new: str) -> None:
    """SQLite alters no check: the text of the table is changed, as its page on ALTER TABLE says."""
    if _is_postgresql():
        op.execute("ALTER TABLE procedure_versions DROP CONSTRAINT ck_procedure_versions_status")
        op.execute(
            "ALTER TABLE procedure_versions "
            f"ADD CONSTRAINT ck_procedure_versions_status CHECK ({new}) NOT VALID"
        )
        op.execute("ALTER TABLE procedure_versions VALIDATE CONSTRAINT ck_procedure_versions_status")
        return
    op.execute("PRAGMA writable_schema = ON")
    op.get_bind().execute(
        sa.text(
            "UPDATE sqlite_master SET sql = replace(sql, :old, :new) "
            "WHERE type = 'table' AND name = 'procedure_versions'"
        ),
        {"old": old, "new": new},
    )
    op.execute("PRAGMA writable_schema = RESET")


def _supersede_all_but_the_last() -> None:
    """What is on offer stays so; each other was until it was retired, or the next one was published."""
    connection = op.get_bind()
    ever = connection.execute(sa.select(VERSIONS).where(VERSIONS.c.published_at.is_not(None))).all()
    by_key: dict[str, list[sa.Row]] = {}
    for row in ever:
        by_key.setdefault(row.key, []).append(row)
    for rows in by_key.values():
        published = [row for row in rows if row.status == "published"]
        current = max(published, key=lambda row: row.number, default=None)
        others = sorted((row for row in rows if row is not current), key=lambda row: row.published_at)
        since = current.published_at if current else None
        for place, row in enumerate(others, 1):
            ends = [row.retired_at, others[place].published_at if place < len(others) else None]
            if row.retired_at is None and since is not None:
                ends.append(max(row.published_at, since))
            until = min(end for end in ends if end is not None)
            status = "superseded" if row.status == "published" else row.status
            _change(row.id, retired_at=until, status=status)
            since = max(since, until) if since else None
        if current is not None and since != current.published_at:
            # It was on offer before, too: it is so again since a higher one was retired.
            _change(current.id, published_at=since)


def _change(version_id: object, **values: object) -> None:
    op.get_bind().execute(VERSIONS.update().where(VERSIONS.c.id == version_id).values(**values))


def _triggers() -> tuple[str, ...]:
    if _is_postgresql():
        guards = tuple(f"{table}_{what}" for table in APPEND_ONLY for what in ("rows_stay", "stays_filled"))
        own = ("keeps_columns", "rows_stay", "one_on_offer")
    else:
        guards = tuple(f"{table}_refuses_{verb}" for table in APPEND_ONLY for verb in ("update", "delete"))
        own = ("keeps_columns", "refuses_delete", "one_on_offer_insert", "one_on_offer_update")
    return (*guards, *(f"procedure_versions_{name}" for name in own))


def _guard_postgresql() -> None:
    for table in APPEND_ONLY:
        op.execute(f"CREATE TRIGGER {table}_rows_stay BEFORE UPDATE OR DELETE ON {table} {_REFUSE_CHANGE}")
        op.execute(
            f"CREATE TRIGGER {table}_stays_filled BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    on = "ON procedure_versions"
    op.execute(
        f"CREATE TRIGGER procedure_versions_keeps_columns BEFORE UPDATE OF {_NEVER_CHANGED} {on} "
        + _REFUSE_CHANGE
    )
    op.execute(f"CREATE TRIGGER procedure_versions_rows_stay BEFORE DELETE {on} {_REFUSE_CHANGE}")
    op.execute(
        "CREATE OR REPLACE FUNCTION procedure_versions_one_on_offer() RETURNS trigger "
        "LANGUAGE plpgsql AS $$\n"
        f"BEGIN\n    IF {_ONE} THEN RETURN NEW; END IF;\n"
        f"    RAISE EXCEPTION '{_REFUSAL}' USING ERRCODE = '23514';\nEND $$\n"
    )
    op.execute(
        f"CREATE TRIGGER procedure_versions_one_on_offer BEFORE INSERT OR UPDATE {on} "
        "FOR EACH ROW EXECUTE FUNCTION procedure_versions_one_on_offer()"
    )


def _guard_sqlite() -> None:
    for table in APPEND_ONLY:
        for verb in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER {table}_refuses_{verb} BEFORE {verb.upper()} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, 'Rows of {table} are never changed or removed.'); END"
            )
    on = "ON procedure_versions"
    refuse = "BEGIN SELECT RAISE(ABORT, 'Rows of procedure_versions are never changed or removed.'); END"
    op.execute(
        f"CREATE TRIGGER procedure_versions_keeps_columns BEFORE UPDATE OF {_NEVER_CHANGED} {on} {refuse}"
    )
    op.execute(f"CREATE TRIGGER procedure_versions_refuses_delete BEFORE DELETE {on} {refuse}")
    for verb in ("insert", "update"):
        op.execute(
            f"CREATE TRIGGER procedure_versions_one_on_offer_{verb} BEFORE {verb.upper()} {on} "
            f"WHEN NOT ({_ONE}) BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
        )
