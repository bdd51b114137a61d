"""Storage in SQLite and PostgreSQL, through SQLAlchemy Core: fills the storage ports."""

from engine.sql.store import SqlStore

__all__ = ["SqlStore"]
