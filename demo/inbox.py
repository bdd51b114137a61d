"""The demo agency's inbox: webhooks come in, are proven to be Stoa's, and become orders."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from demo.conduct import Completed, Conduct, Failed, Request, conduct
from demo.order_book import Order, OrderBook
from engine.jobs.connectors.signatures import SignatureRefused, verify

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
        request = _request(body)
        answered = conduct(request, pause=self.pause) if request else None
        if request is None or answered is None:
            return 400, _json({"error": "Expected a service_task.created of a topic that this agency takes."})
        order = self.book.enter(_order(agency, webhook_id, request, answered, now))
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


def _request(body: bytes) -> Request | None:
    try:
        message = json.loads(body)
        data = message["data"]
        return Request(
            service_task_id=str(data["id"]), topic=str(data["topic"]), variables=data.get("variables") or {}
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _order(agency: str, webhook_id: str, request: Request, answered: Conduct, now: datetime) -> Order:
    if answered.after is None:
        return Order(
            webhook_id=webhook_id, agency=agency, receipt_status=200, receipt=_at_once(answered.answer)
        )
    return Order(
        webhook_id=webhook_id,
        agency=agency,
        receipt_status=202,
        receipt=b"{}",
        callback=_callback(request.service_task_id, answered.answer, now),
        due_at=now + answered.after,
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
