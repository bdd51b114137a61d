"""Brings a database to the newest schema, and says where it stands.

The migrations lie beside the engine in the checkout.
"""

from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection

from engine.kernel.refusal import Invalid
from engine.storage import append_only
from engine.storage.columns import metadata
from engine.storage.connecting import for_writing, open_engine
from engine.storage.failures import translating

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"

CONNECTION = "connection"
"""The attribute of Alembic's configuration in which the migrations find the connection to use."""

_ONE_AT_A_TIME = sa.text("SELECT pg_advisory_xact_lock(1399078753)")
"""Excludes others who migrate the database; on SQLite the transaction does that by itself."""


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the database to `revision`, in one transaction.

    Two processes that start together follow each other, and the second finds nothing to do.
    """
    _migrate(url, lambda configuration: command.upgrade(configuration, revision))


def downgrade(url: str, revision: str) -> None:
    """Bring the database back to `revision` (`base` for an empty one), in one transaction."""
    _migrate(url, lambda configuration: command.downgrade(configuration, revision))


def grant(url: str, role: str) -> None:
    """Give a role of PostgreSQL what the application needs, as the owner of the tables.

    To be done again after an upgrade, which may bring tables. `Invalid` on SQLite, which has no roles.
    """
    engine = open_engine(url, pool_size=1)
    try:
        with translating(), engine.begin() as connection:
            if connection.dialect.name != "postgresql":
                raise Invalid.field("role", "expected a database in PostgreSQL: SQLite has no roles")
            append_only.grant(connection, role, metadata)
    finally:
        engine.dispose()


def current(url: str) -> str | None:
    """The revision that the database stands at; None if it was never migrated."""
    engine = open_engine(url, pool_size=1)
    try:
        with translating(), engine.connect() as connection:
            return version_of(connection)
    finally:
        engine.dispose()


def head() -> str:
    """The newest revision, read from the migrations; no database is asked."""
    newest = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    if newest is None:
        raise FileNotFoundError(f"Expected migrations in {MIGRATIONS}, found none.")
    return newest


def version_of(connection: Connection) -> str | None:
    """The migration that the database stands at; None if it was never migrated. In memory, the newest."""
    return MigrationContext.configure(connection).get_current_revision()


def _migrate(url: str, action: Callable[[Config], None]) -> None:
    configuration = Config()
    configuration.set_main_option("script_location", str(MIGRATIONS))
    configuration.set_main_option("path_separator", "os")
    engine = open_engine(url, pool_size=1)
    try:
        with translating(), for_writing(engine).begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(_ONE_AT_A_TIME)
            configuration.attributes[CONNECTION] = connection
            action(configuration)
    finally:
        engine.dispose()
