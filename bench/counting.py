"""Counts what is asked of a database in this process: statements, transactions and commits."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from engine.storage.prepared import observing


@dataclass
class Counts:
    """What was counted so far; a look without a transaction of its own counts as one all the same."""

    statements: int = 0
    transactions: int = 0
    commits: int = 0


@contextmanager
def counted() -> Iterator[Counts]:
    """Count what happens within the block, on every database."""
    counts = Counts()

    def statement(*_: object) -> None:
        counts.statements += 1

    def transaction(*_: object) -> None:
        counts.transactions += 1

    def commit(*_: object) -> None:
        counts.commits += 1

    listeners = {"begin": transaction, "commit": commit}
    for event, listener in listeners.items():
        sa.event.listen(Engine, event, listener)
    try:
        with observing(statement):
            yield counts
    finally:
        for event, listener in listeners.items():
            sa.event.remove(Engine, event, listener)
