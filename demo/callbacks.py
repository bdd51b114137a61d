"""The demo agency's callbacks: answers that are due go to Stoa, signed, until they arrive."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Event

from demo.calls import Unreachable, call
from demo.order_book import Order, OrderBook
from engine.jobs.connectors.signatures import signed_headers

_LOOK_EVERY_SECONDS = 0.2
_LONGEST_PAUSE = timedelta(seconds=60)

_MOST_TRIES = 30

# Stoa will never want this answer: the task is unknown, or the answer does not fit. A conflict (409) may
# pass, when somebody repairs the case, so it is tried again.
_FINAL_REFUSALS = frozenset({400, 404, 410, 422})


@dataclass(frozen=True, kw_only=True)
class Callbacks:
    """Sends what the order book owes to `api`, the address at which Stoa's API answers."""

    api: str
    secrets: Mapping[str, Sequence[str]]
    book: OrderBook
    tell: Callable[[str], None]

    def send_until(self, stop: Event) -> None:
        """Look for due answers again and again, until `stop` is set."""
        while not stop.wait(_LOOK_EVERY_SECONDS):
            for order in self.book.owed(datetime.now(tz=UTC)):
                self._send(order)

    def _send(self, order: Order) -> None:
        now = datetime.now(tz=UTC)
        body = order.callback or b""
        headers = {
            "content-type": "application/json",
            **signed_headers(
                message_id=f"answer-{order.webhook_id}", at=now, body=body, secrets=self.secrets[order.agency]
            ),
        }
        url = f"{self.api}/api/v1/webhooks/agencies/{order.agency}"
        try:
            status = call("POST", url, body=body, headers=headers).status
        except Unreachable:
            status = 0
        if 200 <= status < 300:
            self.book.settle(order)
        elif status in _FINAL_REFUSALS or order.tries >= _MOST_TRIES:
            self.book.settle(order)
            self.tell(f"{order.agency}: Stoa does not take the answer to {order.webhook_id} (HTTP {status}).")
        else:
            self.book.postpone(order, now + min(timedelta(seconds=2**order.tries), _LONGEST_PAUSE))
