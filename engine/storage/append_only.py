"""Tables whose rows are written once: the database itself refuses to change or remove one.

Who owns a table can switch its triggers off; the application's role must therefore not be the owner
(docs/recipes/guard-the-journal.md). `grant` gives that role what it needs, and nothing more.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection

_FUNCTION = """\
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Rows of % are never changed or removed.', TG_TABLE_NAME USING ERRCODE = '42501';
END $$
"""

_ROWS_STAY = """\
CREATE TRIGGER %(table)s_rows_stay BEFORE UPDATE OR DELETE ON %(table)s
FOR EACH ROW EXECUTE FUNCTION refuse_change()
"""

_STAYS_FILLED = """\
CREATE TRIGGER %(table)s_stays_filled BEFORE TRUNCATE ON %(table)s
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
"""

_ON_POSTGRESQL = (_FUNCTION, _ROWS_STAY, _STAYS_FILLED)

_ON_SQLITE = tuple(
    f"CREATE TRIGGER %(table)s_refuses_{verb} BEFORE {verb.upper()} ON %(table)s "
    "BEGIN SELECT RAISE(ABORT, 'Rows of %(table)s are never changed or removed.'); END"
    for verb in ("update", "delete")
)

_MARK = "append_only"


def append_only(table: sa.Table) -> None:
    """Have the database refuse every UPDATE, DELETE and TRUNCATE of a table, cascades included."""
    table.info[_MARK] = True
    for dialect, statements in (("postgresql", _ON_POSTGRESQL), ("sqlite", _ON_SQLITE)):
        for statement in statements:
            _after_create(table, dialect, statement.replace("%(table)s", table.name))


def keep_columns(table: sa.Table, names: Sequence[str]) -> None:
    """Have the database refuse to change those columns of a row, or to remove the row."""
    on = f"ON {table.name}"
    changed = f"CREATE TRIGGER {table.name}_keeps_columns BEFORE UPDATE OF {', '.join(names)} {on} "
    refuse = "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    _after_create(table, "postgresql", _FUNCTION)
    _after_create(table, "postgresql", changed + refuse)
    _after_create(table, "postgresql", f"CREATE TRIGGER {table.name}_rows_stay BEFORE DELETE {on} {refuse}")
    refuse = f"BEGIN SELECT RAISE(ABORT, 'Rows of {table.name} are never changed or removed.'); END"
    _after_create(table, "sqlite", changed + refuse)
    _after_create(table, "sqlite", f"CREATE TRIGGER {table.name}_refuses_delete BEFORE DELETE {on} {refuse}")


def refuse_unless(table: sa.Table, name: str, condition: str, sentence: str) -> None:
    """Have the database refuse a row, new or changed, for which a condition on `NEW` does not hold."""
    trigger, on = f"{table.name}_{name}", f"ON {table.name}"
    function = (
        f"CREATE OR REPLACE FUNCTION {trigger}() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n"
        f"    IF {condition} THEN RETURN NEW; END IF;\n"
        f"    RAISE EXCEPTION '{sentence}' USING ERRCODE = '23514';\nEND $$\n"
    )
    judged = (
        f"CREATE TRIGGER {trigger} BEFORE INSERT OR UPDATE {on} FOR EACH ROW EXECUTE FUNCTION {trigger}()"
    )
    _after_create(table, "postgresql", function)
    _after_create(table, "postgresql", judged)
    for verb in ("insert", "update"):
        refused = f"WHEN NOT ({condition}) BEGIN SELECT RAISE(ABORT, '{sentence}'); END"
        _after_create(
            table, "sqlite", f"CREATE TRIGGER {trigger}_{verb} BEFORE {verb.upper()} {on} {refused}"
        )


def _after_create(table: sa.Table, dialect: str, statement: str) -> None:
    create: sa.DDL = sa.DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped
    event.listen(table, "after_create", create.execute_if(dialect=dialect))


def append_only_tables(metadata: sa.MetaData) -> tuple[str, ...]:
    """The names of such tables, sorted."""
    return tuple(sorted(table.name for table in metadata.tables.values() if table.info.get(_MARK)))


def grant(connection: Connection, role: str, metadata: sa.MetaData) -> None:
    """Let a role of PostgreSQL work with the tables: read, insert, and change what may be changed.

    It may not change or remove rows of append-only tables, nor the record of migrations. Whoever grants owns
    the tables.
    """
    quoted = connection.dialect.identifier_preparer.quote
    to, kept = quoted(role), set(append_only_tables(metadata))
    schema = quoted(str(connection.exec_driver_sql("SELECT current_schema()").scalar_one()))
    connection.exec_driver_sql(f"GRANT USAGE ON SCHEMA {schema} TO {to}")
    connection.exec_driver_sql(f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {to}")
    connection.exec_driver_sql(f"GRANT SELECT ON alembic_version TO {to}")
    for name in sorted(metadata.tables):
        rights = "SELECT, INSERT" if name in kept else "SELECT, INSERT, UPDATE, DELETE"
        connection.exec_driver_sql(f"GRANT {rights} ON {quoted(name)} TO {to}")


def may_change(connection: Connection, metadata: sa.MetaData) -> tuple[str, ...]:
    """The append-only tables whose triggers the connection's own role could switch off, or whose rows change.

    On SQLite whoever may write the file could, so there it is none that is worth telling.
    """
    if connection.dialect.name != "postgresql":
        return ()
    asked = sa.text(
        "SELECT pg_has_role(current_user, relowner, 'MEMBER') OR "
        "has_table_privilege(oid, 'UPDATE, DELETE, TRUNCATE') FROM pg_class WHERE oid = to_regclass(:table)"
    )
    return tuple(
        name
        for name in append_only_tables(metadata)
        if connection.execute(asked, {"table": name}).scalar_one()
    )
