"""The webhook connector: one signed POST to the agency's endpoint, as Standard Webhooks describes it."""

import json
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache, cached_property
from typing import Any, ClassVar

import httpcore

from engine.jobs.connectors.address_rules import AddressRules
from engine.jobs.connectors.endpoints import Endpoint, EndpointRefused, endpoint_problem, read_endpoint
from engine.jobs.connectors.guarded_network import AddressRefused, Deadline, GuardedNetwork, Resolve, resolve
from engine.jobs.connectors.kept_connections import IDLE_SECONDS, KeptConnections
from engine.jobs.connectors.signatures import secret_problem, signed_headers
from engine.jobs.connectors.webhook_answer import LARGEST_ANSWER, broken, failed, outcome_of
from engine.service_tasks.connector import Delivery, DeliveryOutcome, DeliveryResult

LARGEST_BODY = 20_000
"""Bytes, as Standard Webhooks recommends; an agency fetches what was left out by leasing the service task."""


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How long an attempt waits: for a connection, for each piece of the answer, and for all of it together.

    Looking up the host comes on top, and is bounded by the system's resolver.
    """

    connect: timedelta = timedelta(seconds=5)
    read: timedelta = timedelta(seconds=15)
    total: timedelta = timedelta(seconds=30)


@cache
def trusted_certificates() -> ssl.SSLContext:
    """The certificates that endpoints are trusted by: read once for a process, which takes 50 ms."""
    return httpcore.default_ssl_context()


@dataclass(frozen=True, kw_only=True)
class WebhookConnector:
    """Hands service tasks to agencies by webhook.

    Each attempt has a connection to itself, so one agency's trouble is not another's; it is kept open for the
    next attempt. httpcore is used without httpx on top: choosing the network is part of its public interface,
    and it neither follows redirects nor reads proxy variables from the environment.
    """

    schemes: ClassVar[tuple[str, ...]] = ("https", "http")

    rules: AddressRules
    patience: Patience = Patience()
    tls: ssl.SSLContext = field(default_factory=trusted_certificates)
    resolve: Resolve = resolve

    @cached_property
    def _connections(self) -> KeptConnections:
        rules, tls, resolve = self.rules, self.tls, self.resolve

        def connect(origin: httpcore.Origin, deadline: Deadline) -> httpcore.HTTPConnection:
            network = GuardedNetwork(rules=rules, deadline=deadline, resolve=resolve)
            return httpcore.HTTPConnection(
                origin, ssl_context=tls, keepalive_expiry=IDLE_SECONDS, network_backend=network
            )

        return KeptConnections(connect)

    def endpoint_problem(self, endpoint: str) -> str | None:
        return endpoint_problem(endpoint, self.rules)

    def secret_problems(self, secrets: Sequence[str]) -> Sequence[str]:
        if not secrets:
            return ["Expected a secret, as what is sent to an endpoint is signed."]
        return [problem for secret in secrets if (problem := secret_problem(secret))]

    def deliver(self, delivery: Delivery) -> DeliveryOutcome:
        agency = delivery.agency
        if agency.endpoint is None or not agency.secrets:
            return DeliveryOutcome(
                result=DeliveryResult.GONE, detail="The agency takes no webhooks any more."
            )
        try:
            endpoint = read_endpoint(agency.endpoint, self.rules)
            body = encode(delivery.body)
            headers = signed_headers(
                message_id=str(delivery.job_id), at=delivery.now, body=body, secrets=agency.secrets
            )
            return self._post(endpoint, headers=headers, body=body, delivery=delivery)
        except (EndpointRefused, AddressRefused) as refused:
            return failed(f"The endpoint may not be called. {refused}")
        except BodyTooLarge as problem:
            return failed(str(problem))
        except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError) as problem:
            return failed(f"The agency could not be reached: {type(problem).__name__}.")

    def _post(
        self, endpoint: Endpoint, *, headers: Mapping[str, str], body: bytes, delivery: Delivery
    ) -> DeliveryOutcome:
        request = httpcore.Request(
            "POST",
            httpcore.URL(
                scheme=endpoint.scheme, host=endpoint.host, port=endpoint.port, target=endpoint.target
            ),
            headers=_header_lines({**headers, "host": endpoint.authority, "content-length": str(len(body))}),
            content=body,
            extensions={"timeout": self._timeouts()},
        )
        response, answer = self._connections.exchange(
            request,
            lambda response: (response, _read_within_limit(response)),
            seconds=self.patience.total.total_seconds(),
        )
        if answer is None:
            return broken(f"Expected an answer of at most {LARGEST_ANSWER} bytes, but it is larger.")
        return outcome_of(
            status=response.status, headers=_names_lowered(response), body=answer, now=delivery.now
        )

    def _timeouts(self) -> dict[str, float]:
        read = self.patience.read.total_seconds()
        return {
            "connect": self.patience.connect.total_seconds(),
            "read": read,
            "write": read,
            "pool": read,
        }


_HEADERS: Mapping[str, str] = {
    "content-type": "application/json",
    "accept": "application/json",
    # A compressed answer would have to be unpacked, and could unpack to far more than its size.
    "accept-encoding": "identity",
    "user-agent": "stoa-webhooks/1",
}


def _header_lines(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode(), value.encode()) for name, value in {**_HEADERS, **headers}.items()]


def _read_within_limit(response: httpcore.Response) -> bytes | None:
    answer = bytearray()
    for piece in response.iter_stream():
        answer += piece
        if len(answer) > LARGEST_ANSWER:
            return None
    return bytes(answer)


def _names_lowered(response: httpcore.Response) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}


class BodyTooLarge(Exception):
    """Even without its variables the message is over the limit."""


def encode(body: Mapping[str, Any]) -> bytes:
    """The message as UTF-8 JSON; `BodyTooLarge` if it cannot be made to fit.

    When the variables do not fit, they are left out and `data.variables_omitted` is true.
    """
    whole = _json(body)
    if len(whole) < LARGEST_BODY:
        return whole
    data = {key: value for key, value in body["data"].items() if key != "variables"}
    lean = _json({**body, "data": {**data, "variables_omitted": True}})
    if len(lean) >= LARGEST_BODY:
        raise BodyTooLarge(
            f"Expected a message under {LARGEST_BODY} bytes without variables, but found {len(lean)}."
        )
    return lean


def _json(body: Mapping[str, Any]) -> bytes:
    # The standard library, because a case may hold whole numbers beyond 64 bits, which orjson does not write.
    return json.dumps(body, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
