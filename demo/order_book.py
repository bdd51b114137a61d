"""The demo agency's order book: what it was asked, by webhook-id, and which answers it still owes.

It is a file, so that an agency that crashes after saying "accepted" still answers when it is back.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock


@dataclass(frozen=True, kw_only=True)
class Order:
    """A request that was taken: the receipt given for it, and the callback owed.

    None is owed if the receipt was the answer.
    """

    webhook_id: str
    agency: str
    receipt_status: int
    receipt: bytes
    callback: bytes | None = None
    due_at: datetime | None = None
    tries: int = 0


class OrderBook:
    """Orders in a SQLite file. Threads take turns."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._turn = Lock()
        self._connection.execute(
            """
            CREATE TABLE IF NOT EXISTS orders (
                webhook_id TEXT NOT NULL, agency TEXT NOT NULL, receipt_status INTEGER NOT NULL,
                receipt BLOB NOT NULL, callback BLOB, due_at REAL, tries INTEGER NOT NULL,
                PRIMARY KEY (agency, webhook_id)
            )
            """
        )

    def enter(self, order: Order) -> Order:
        """Keep the order; if that webhook-id came before, the order it made then."""
        due = order.due_at.timestamp() if order.due_at else None
        row = (order.webhook_id, order.agency, order.receipt_status, order.receipt, order.callback, due, 0)
        with self._rows() as rows:
            rows.execute("INSERT OR IGNORE INTO orders VALUES (?, ?, ?, ?, ?, ?, ?)", row)
            rows.execute(
                "SELECT * FROM orders WHERE agency = ? AND webhook_id = ?", (order.agency, order.webhook_id)
            )
            return _order(rows.fetchone())

    def owed(self, now: datetime) -> list[Order]:
        """Orders whose callback is due, longest due first."""
        with self._rows() as rows:
            rows.execute(
                "SELECT * FROM orders WHERE callback IS NOT NULL AND due_at <= ? ORDER BY due_at",
                (now.timestamp(),),
            )
            return [_order(row) for row in rows.fetchall()]

    def settle(self, order: Order) -> None:
        """The callback arrived, or nobody wants it any more."""
        with self._rows() as rows:
            rows.execute(
                "UPDATE orders SET callback = NULL, due_at = NULL WHERE agency = ? AND webhook_id = ?",
                (order.agency, order.webhook_id),
            )

    def postpone(self, order: Order, until: datetime) -> None:
        """The callback did not arrive; it is tried again at `until`."""
        with self._rows() as rows:
            rows.execute(
                "UPDATE orders SET due_at = ?, tries = tries + 1 WHERE agency = ? AND webhook_id = ?",
                (until.timestamp(), order.agency, order.webhook_id),
            )

    def close(self) -> None:
        self._connection.close()

    @contextmanager
    def _rows(self) -> Iterator[sqlite3.Cursor]:
        with self._turn, closing(self._connection.cursor()) as cursor:
            yield cursor


def _order(row: tuple[str, str, int, bytes, bytes | None, float | None, int]) -> Order:
    webhook_id, agency, receipt_status, receipt, callback, due_at, tries = row
    return Order(
        webhook_id=webhook_id,
        agency=agency,
        receipt_status=receipt_status,
        receipt=receipt,
        callback=callback,
        due_at=datetime.fromtimestamp(due_at, tz=UTC) if due_at is not None else None,
        tries=tries,
    )
