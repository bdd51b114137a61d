"""Claims about the migration to signals: whoever waited for a message still waits for it."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from engine.cases.store import case_row
from engine.messages.subscription_store import subscription_row
from engine.schema import metadata
from engine.storage import migrate
from engine.storage.connecting import open_engine
from tests.builders import a_branch, a_case, a_subscription, a_version, version_row

each_database = pytest.mark.parametrize("bare_url", ["sqlite", "postgresql"], indirect=True)


def insert(engine: Engine, table: str, values: dict[str, Any]) -> None:
    """A row in a table as it was at that migration.

    Columns that came later are left out; one that is gone since has the type that the database tells.
    """
    there = {column["name"]: column["type"] for column in sa.inspect(engine).get_columns(table)}
    types = there | {column.name: column.type for column in metadata.tables[table].c}
    row = {name: value for name, value in values.items() if name in there}
    then = sa.table(table, *(sa.column(name, types[name]) for name in row))
    with engine.begin() as connection:
        connection.execute(then.insert(), row)


@each_database
def test_a_case_that_waited_for_a_message_still_does(bare_url: str) -> None:
    migrate.upgrade(bare_url, "0001")
    engine = open_engine(bare_url, pool_size=1)
    branch, version = a_branch(), a_version()
    case = a_case(branch, version=version)
    awaited = a_subscription(case)
    insert(engine, "branches", {**branch.__dict__, "local_holidays": [], "closures": []})
    insert(engine, "procedure_versions", {**version_row(version), "search_text": ""})
    insert(engine, "cases", dict(case_row(case)))
    insert(engine, "subscriptions", dict(subscription_row(awaited)))

    migrate.upgrade(bare_url, "0002_signals")
    there = sa.Table("subscriptions", sa.MetaData(), autoload_with=engine)
    with engine.connect() as connection:
        upgraded = connection.execute(sa.select(there.c.message, there.c.kind)).one()
    migrate.downgrade(bare_url, "0001")
    with engine.connect() as connection:
        downgraded = connection.execute(sa.text("SELECT message FROM subscriptions")).scalar_one()
    engine.dispose()

    assert tuple(upgraded) == (awaited.message, "message")
    assert downgraded == awaited.message
