"""The demo agency, a process of its own: `python -m demo.agency --port 8090 --api http://127.0.0.1:8080`."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any

import click

from demo import behaviour
from demo.behaviour import Completed, Failed, Reaction, Request, react
from demo.network import Unreachable, call
from demo.order_book import Order, OrderBook
from engine.jobs.connectors.signatures import SignatureRefused, secret_problem, signed_headers, verify

# The mark keeps click from filling the lines of a paragraph anew.
_EPILOG = "\n\n".join(f"\b\n{paragraph}" for paragraph in (behaviour.__doc__ or "").split("\n\n"))


def read_secrets(text: str) -> Mapping[str, Sequence[str]]:
    """Signing secrets by agency, from `municipality=whsec_…,registry=whsec_…`; one may have several."""
    secrets: dict[str, list[str]] = {}
    for entry in filter(None, (part.strip() for part in text.split(","))):
        agency, _, secret = entry.partition("=")
        if reason := secret_problem(secret):
            raise click.BadParameter(f"{agency}: {reason}")
        secrets.setdefault(agency, []).append(secret)
    return secrets


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
    log: Callable[[str], None]

    def send_until(self, stop: Event) -> None:
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
            self.log(f"{order.agency}: Stoa does not take the answer to {order.webhook_id} (HTTP {status}).")
        else:
            self.book.postpone(order, now + min(timedelta(seconds=2**order.tries), _LONGEST_PAUSE))


LARGEST_MESSAGE = 100_000


@dataclass(frozen=True, kw_only=True)
class Inbox:
    """Takes messages for several agencies, each known by its key and proven by its secrets."""

    secrets: Mapping[str, Sequence[str]]
    book: OrderBook
    pause: timedelta

    def take(self, agency: str, *, headers: Mapping[str, str], body: bytes) -> tuple[int, bytes]:
        """The HTTP status and body that answer a message; a repeated one gets the same and is done once."""
        now = datetime.now(tz=UTC)
        try:
            webhook_id = verify(headers=headers, body=body, secrets=self.secrets.get(agency, ()), now=now)
        except SignatureRefused as refused:
            return 401, _json({"error": str(refused)})
        if _is_ping(body):
            return 200, b"{}"
        request = _request(body)
        reaction = react(request, pause=self.pause) if request else None
        if request is None or reaction is None:
            return 400, _json({"error": "Expected a service_task.created of a topic that this agency takes."})
        order = self.book.enter(_order(agency, webhook_id, request, reaction, now))
        return order.receipt_status, order.receipt


def serve(inbox: Inbox, port: int) -> ThreadingHTTPServer:
    """A server on a loopback port, not serving yet: POST /<agency> delivers, GET /healthz is alive."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._say(*((200, b"{}") if self.path == "/healthz" else (404, b"{}")))

        def do_POST(self) -> None:
            length = self.headers.get("content-length", "")
            if not length.isdecimal() or int(length) > LARGEST_MESSAGE:
                self._say(413, b"{}")
                return
            body = self.rfile.read(int(length))
            self._say(*inbox.take(self.path.strip("/"), headers=dict(self.headers.items()), body=body))

        def _say(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Say nothing: what arrives is told by the journal of the case."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    return server


def _is_ping(body: bytes) -> bool:
    """Whether somebody only tries whether we are there."""
    try:
        message = json.loads(body)
    except ValueError:
        return False
    return isinstance(message, dict) and message.get("type") == "ping"


def _request(body: bytes) -> Request | None:
    try:
        message = json.loads(body)
        data = message["data"]
        return Request(
            service_task_id=str(data["id"]), topic=str(data["topic"]), variables=data.get("variables") or {}
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _order(agency: str, webhook_id: str, request: Request, reaction: Reaction, now: datetime) -> Order:
    if reaction.after is None:
        return Order(
            webhook_id=webhook_id, agency=agency, receipt_status=200, receipt=_at_once(reaction.answer)
        )
    return Order(
        webhook_id=webhook_id,
        agency=agency,
        receipt_status=202,
        receipt=b"{}",
        callback=_callback(request.service_task_id, reaction.answer, now),
        due_at=now + reaction.after,
    )


def _at_once(answer: Completed | Failed) -> bytes:
    if isinstance(answer, Completed):
        return _json({"data": answer.data})
    return _json({"error": {"code": answer.code, "message": answer.message}})


def _callback(service_task_id: str, answer: Completed | Failed, now: datetime) -> bytes:
    if isinstance(answer, Completed):
        kind, data = "completed", {"id": service_task_id, "data": answer.data}
    else:
        kind, data = "failed", {"id": service_task_id, "code": answer.code, "message": answer.message}
    return _json({"type": f"service_task.{kind}", "timestamp": now.isoformat(), "data": data})


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


@click.command(epilog=_EPILOG)
@click.option("--port", type=click.IntRange(1, 65535), required=True, help="Loopback port to listen on.")
@click.option("--api", required=True, help="Where Stoa answers, for example http://127.0.0.1:8080.")
@click.option(
    "--secrets",
    envvar="STOA_DEMO_AGENCY_SECRETS",
    required=True,
    help="agency=whsec_…, separated by commas; better given in the environment than on the command line.",
)
@click.option("--book", type=click.Path(path_type=Path), default=":memory:", help="File of the order book.")
@click.option(
    "--pause", type=float, default=2.0, show_default=True, help="Seconds before an ordinary answer."
)
def main(port: int, api: str, secrets: str, book: Path, pause: float) -> None:
    """Answer service tasks for the agencies whose secrets are given, each at http://127.0.0.1:PORT/AGENCY."""
    keys = read_secrets(secrets)
    orders = OrderBook(book)
    server = serve(Inbox(secrets=keys, book=orders, pause=timedelta(seconds=pause)), port)
    callbacks = Callbacks(api=api.rstrip("/"), secrets=keys, book=orders, log=click.echo)
    Thread(target=server.serve_forever, daemon=True).start()
    click.echo(f"The demo agency listens at http://127.0.0.1:{port}/ as {', '.join(keys)}.")
    # Until the process is ended, which loses nothing: what is owed is in the order book.
    callbacks.send_until(Event())


if __name__ == "__main__":
    main()
