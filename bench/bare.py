"""The floor: the bare transaction that any storage of cases must make, in SQLAlchemy Core and nothing else.

Lock one row, update its 12 kB, insert five rows, commit; from as many processes and connections as the API.
"""

import multiprocessing
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.synchronize import Barrier

import sqlalchemy as sa

ROWS = 200
STATE = 12_000
INSERTS = 5

metadata = sa.MetaData()
state = sa.Table(
    "bare_state",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("body", sa.LargeBinary),
)
lines = sa.Table(
    "bare_lines",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("state_id", sa.Integer),
    sa.Column("body", sa.String),
)


def rate(url: str, *, processes: int, threads: int, transactions: int) -> float:
    """Transactions a second, `transactions` by each thread."""
    with opened(url) as engine:
        prepare(engine)
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(processes + 1)
    workers = [
        context.Process(target=_work, args=(url, number, threads, transactions, barrier))
        for number in range(processes)
    ]
    for worker in workers:
        worker.start()
    barrier.wait()
    begun = time.perf_counter()
    for worker in workers:
        worker.join()
    return processes * threads * transactions / (time.perf_counter() - begun)


def prepare(engine: sa.Engine) -> None:
    """Make the tables anew, with the rows to lock."""
    metadata.drop_all(engine)
    metadata.create_all(engine)
    with engine.begin() as connection:
        bodies = [{"id": number, "body": os.urandom(STATE)} for number in range(ROWS)]
        connection.execute(sa.insert(state), bodies)


def _work(url: str, process: int, threads: int, transactions: int, barrier: Barrier) -> None:
    with opened(url, threads) as engine:
        connections = [engine.connect() for _ in range(threads)]
        running = [
            threading.Thread(target=transact, args=(connection, process * threads + number, transactions))
            for number, connection in enumerate(connections)
        ]
        barrier.wait()
        for thread in running:
            thread.start()
        for thread in running:
            thread.join()
        for connection in connections:
            connection.close()


def transact(connection: sa.Connection, number: int, transactions: int) -> None:
    """So many transactions, on the rows that fall to worker `number`."""
    body = os.urandom(STATE)
    read = sa.select(state.c.body).where(state.c.id == sa.bindparam("which")).with_for_update()
    write = sa.update(state).where(state.c.id == sa.bindparam("which")).values(body=sa.bindparam("new"))
    for turn in range(transactions):
        which = (number * 31 + turn) % ROWS
        connection.execute(read, {"which": which}).one()
        connection.execute(write, {"which": which, "new": body})
        for line in range(INSERTS):
            connection.execute(sa.insert(lines), {"state_id": which, "body": f"line {line} " * 20})
        connection.commit()


@contextmanager
def opened(url: str, connections: int = 1) -> Iterator[sa.Engine]:
    """An engine for the URL, set up as the store does it."""
    if url.startswith("sqlite"):
        engine = sa.create_engine(url, connect_args={"timeout": 60, "isolation_level": None})
        sa.event.listen(engine, "connect", _as_the_store_opens_sqlite)
        sa.event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    else:
        engine = sa.create_engine(url, pool_size=connections)
    try:
        yield engine
    finally:
        engine.dispose()


def _as_the_store_opens_sqlite(connection: sa.engine.interfaces.DBAPIConnection, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=60000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
