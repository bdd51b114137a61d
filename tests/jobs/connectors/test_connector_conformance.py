"""What every connector promises, tried on each with a real server on loopback."""

import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest

from engine.jobs.connectors.address_rules import AddressRules
from engine.jobs.connectors.routing import ConnectorRouting
from engine.jobs.connectors.webhook import Patience, WebhookConnector
from engine.organisation.model import Agency
from engine.service_tasks.connector import Connector, DeliveryResult
from tests.jobs.connectors.conftest import Certificates
from tests.jobs.connectors.deliveries import a_connected_agency, a_delivery
from tests.jobs.connectors.loopback_agency import Answer, LoopbackAgency, a_running_agency, always

_IMPATIENT = Patience(connect=timedelta(seconds=1), read=timedelta(seconds=1), total=timedelta(seconds=2))
_LOOPBACK = AddressRules.of(["127.0.0.0/8"])


@dataclass(frozen=True, kw_only=True)
class Connection:
    """A connector with an agency that it reaches, and the server behind it."""

    connector: Connector
    agency: Agency
    server: LoopbackAgency


def _plain(certificates: Certificates) -> Iterator[Connection]:
    with a_running_agency() as server:
        connector = WebhookConnector(rules=_LOOPBACK, patience=_IMPATIENT)
        yield Connection(connector=connector, agency=a_connected_agency(server.url), server=server)


def _encrypted(certificates: Certificates) -> Iterator[Connection]:
    with a_running_agency(certificates.server) as server:
        connector = WebhookConnector(
            rules=AddressRules.of([f"agency.example:{server.port}"]),
            patience=_IMPATIENT,
            tls=certificates.client,
            resolve=lambda host, port: ["127.0.0.1"],
        )
        url = f"https://agency.example:{server.port}/inbox"
        yield Connection(connector=connector, agency=a_connected_agency(url), server=server)


def _routed(certificates: Certificates) -> Iterator[Connection]:
    with a_running_agency() as server:
        webhook = WebhookConnector(rules=_LOOPBACK, patience=_IMPATIENT)
        connector = ConnectorRouting(by_scheme={"http": webhook, "https": webhook})
        yield Connection(connector=connector, agency=a_connected_agency(server.url), server=server)


@pytest.fixture(params=[_plain, _encrypted, _routed], ids=["webhook", "webhook over TLS", "routed"])
def connection(request: pytest.FixtureRequest, certificates: Certificates) -> Iterator[Connection]:
    connect: Callable[[Certificates], Iterator[Connection]] = request.param
    yield from connect(certificates)


def test_an_agency_that_will_call_back_has_accepted(connection: Connection) -> None:
    connection.server.answering = always(Answer(status=202))

    outcome = connection.connector.deliver(a_delivery(connection.agency))

    assert outcome.result is DeliveryResult.ACCEPTED
    assert len(connection.server.received) == 1


def test_an_agency_that_answers_at_once_has_answered(connection: Connection) -> None:
    connection.server.answering = always(Answer(body='{"data": {"δήμος": "Αθηναίων"}}'.encode()))

    outcome = connection.connector.deliver(a_delivery(connection.agency))

    assert outcome.result is DeliveryResult.ANSWERED
    assert outcome.data == {"δήμος": "Αθηναίων"}


def test_an_agency_that_says_no_at_once_has_refused(connection: Connection) -> None:
    body = b'{"error": {"code": "NOT_RESIDENT", "message": "not in the register"}}'
    connection.server.answering = always(Answer(body=body))

    outcome = connection.connector.deliver(a_delivery(connection.agency))

    assert (outcome.result, outcome.error_code) == (DeliveryResult.REFUSED, "NOT_RESIDENT")
    assert outcome.detail == "not in the register"


def test_an_endpoint_that_is_gone_is_reported_as_gone(connection: Connection) -> None:
    connection.server.answering = always(Answer(status=410))

    outcome = connection.connector.deliver(a_delivery(connection.agency))

    assert outcome.result is DeliveryResult.GONE


@pytest.mark.parametrize("status", [301, 307, 400, 401, 404, 429, 500, 502, 503])
def test_any_other_status_is_a_failure_that_names_the_status(connection: Connection, status: int) -> None:
    secret_text = b"Papadopoulou lives elsewhere"
    location = {"location": f"{connection.agency.endpoint}/elsewhere"}
    connection.server.answering = always(Answer(status=status, body=secret_text, headers=location))

    outcome = connection.connector.deliver(a_delivery(connection.agency))

    assert outcome.result is DeliveryResult.FAILED
    assert str(status) in outcome.detail
    assert "Papadopoulou" not in outcome.detail
    assert len(connection.server.received) == 1


def test_the_pause_that_an_overloaded_agency_asks_for_is_passed_on(connection: Connection) -> None:
    connection.server.answering = always(Answer(status=503, headers={"retry-after": "90"}))

    outcome = connection.connector.deliver(a_delivery(connection.agency))

    assert outcome.retry_after == timedelta(seconds=90)


def test_every_attempt_of_a_job_bears_the_same_id(connection: Connection) -> None:
    connection.server.answering = always(Answer(status=500))
    delivery = a_delivery(connection.agency)

    connection.connector.deliver(delivery)
    connection.connector.deliver(delivery)

    assert connection.server.ids == [str(delivery.job_id)] * 2


def test_a_server_that_is_down_is_a_failure(connection: Connection) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        closed = f"http://127.0.0.1:{unused.getsockname()[1]}/"

    outcome = connection.connector.deliver(a_delivery(a_connected_agency(closed)))

    assert outcome.result is DeliveryResult.FAILED
    assert outcome.detail


def test_a_server_that_does_not_speak_http_is_a_failure(connection: Connection) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(5)
        silent = f"http://127.0.0.1:{listener.getsockname()[1]}/"

        outcome = connection.connector.deliver(a_delivery(a_connected_agency(silent)))

    assert outcome.result is DeliveryResult.FAILED
    assert outcome.detail


def test_an_agency_without_an_endpoint_is_gone(connection: Connection) -> None:
    outcome = connection.connector.deliver(a_delivery(a_connected_agency(None)))

    assert outcome.result is DeliveryResult.GONE
