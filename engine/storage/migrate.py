"""Brings a database to the newest schema, and says where it stands.

The migrations lie beside the engine in the checkout.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.kernel.refusal import Invalid
from engine.storage import append_only
from engine.storage.columns import metadata
from engine.storage.connecting import for_writing, open_engine
from engine.storage.failures import translating

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"

CONNECTION = "connection"
"""The attribute of Alembic's configuration in which the migrations find the connection to use."""

_VERSION = sa.table("alembic_version", sa.column("version_num", sa.String))
"""Alembic's table, in which it keeps where the database stands."""

_REVISION = re.compile(r'^revision = "([^"]+)"', re.MULTILINE)
_BEFORE = re.compile(r"^down_revision = (.+)", re.MULTILINE)
_NAME = re.compile(r'"([^"]+)"')
"""How every migration says its name and those of the ones before it."""

_ONE_AT_A_TIME = sa.text("SELECT pg_advisory_xact_lock(1399078753)")
"""Excludes others who migrate the database; on SQLite the transaction does that by itself."""


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the database to `revision`, in one transaction.

    Two processes that start together follow each other, and the second finds nothing to do.
    """
    from alembic import command  # only whoever migrates needs it

    _migrate(url, lambda configuration: command.upgrade(configuration, revision))


def downgrade(url: str, revision: str) -> None:
    """Bring the database back to `revision` (`base` for an empty one), in one transaction."""
    from alembic import command  # as above

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
    # Alembic would load every one of them.
    texts = [path.read_text() for path in MIGRATIONS.glob("versions/*.py")]
    before = {name for text in texts for line in _BEFORE.findall(text) for name in _NAME.findall(line)}
    newest = {name for text in texts for name in _REVISION.findall(text)} - before
    if len(newest) != 1:
        found = ", ".join(sorted(newest)) or "none"
        raise FileNotFoundError(f"Expected one newest migration in {MIGRATIONS}, found {found}.")
    (name,) = newest
    return str(name)


def version_of(connection: Connection) -> str | None:
    """The migration that the database stands at; None if it was never migrated. In memory, the newest."""
    if not sa.inspect(connection).has_table(_VERSION.name):
        return None
    stands_at: str | None = connection.execute(sa.select(_VERSION.c.version_num)).scalar_one_or_none()
    return stands_at


def _migrate(url: str, action: "Callable[[Config], None]") -> None:
    from alembic.config import Config

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
