"""Brings a database to the newest schema, and says where it stands.

The migrations lie beside the engine in the checkout.
"""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

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

_TAKE_TURN = sa.text("SELECT pg_try_advisory_lock(1399078753)")
"""Excludes others who migrate the database; on SQLite the transaction does that by itself."""
_LOOK_EVERY_SECONDS = 0.1


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the database to `revision`.

    On SQLite that is one transaction, and so it is on PostgreSQL for a database without tables. One that is
    there takes a transaction for each migration, and indexes of tables with rows are built outside of them
    (`engine/storage/index_building.py`): whoever is broken off is at the last whole migration, and goes on
    from there. Two processes that start together follow each other, and the second finds nothing to do.
    """
    from alembic import command  # only whoever migrates needs it

    _migrate(url, lambda configuration: command.upgrade(configuration, revision), at_once=False)


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


def _migrate(url: str, action: "Callable[[Config], None]", *, at_once: bool = True) -> None:
    from alembic.config import Config

    configuration = Config()
    configuration.set_main_option("script_location", str(MIGRATIONS))
    configuration.set_main_option("path_separator", "os")
    engine = open_engine(url, pool_size=1)
    try:
        with translating(), _turn(engine), for_writing(engine).connect() as connection:
            is_one = at_once or _is_empty(connection)
            with connection.begin() if is_one else nullcontext():
                configuration.attributes[CONNECTION] = connection
                action(configuration)
    finally:
        engine.dispose()


@contextmanager
def _turn(engine: Engine) -> Iterator[None]:
    """While nobody else migrates the database.

    Whoever waits keeps asking: one statement that waited would keep indexes from being built.
    """
    if engine.dialect.name == "sqlite":
        yield
        return
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        while not connection.execute(_TAKE_TURN).scalar_one():
            time.sleep(_LOOK_EVERY_SECONDS)
        yield


def _is_empty(connection: Connection) -> bool:
    """Whether the database was never migrated; so counts SQLite, in which one alone can write."""
    if connection.dialect.name == "sqlite":
        return True
    found = version_of(connection) is None
    connection.rollback()
    return found
