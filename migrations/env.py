"""Runs migrations on the connection that engine.storage.migrate gives, or on STOA_DATABASE_URL at a desk."""

import os

from alembic import context
from sqlalchemy.engine import Connection

from engine.schema import metadata
from engine.storage.connecting import for_writing, open_engine
from engine.storage.migrate import CONNECTION


def run(connection: Connection) -> None:
    """Each migration in a transaction of its own where the connection is in none.

    So a table is locked no longer than by the migration that changes it.
    """
    context.configure(connection=connection, target_metadata=metadata, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()


def run_at_a_desk() -> None:
    engine = open_engine(os.environ["STOA_DATABASE_URL"], pool_size=1)
    with for_writing(engine).begin() as connection:
        run(connection)
    engine.dispose()


given = context.config.attributes.get(CONNECTION)
if given is None:
    run_at_a_desk()
else:
    run(given)
