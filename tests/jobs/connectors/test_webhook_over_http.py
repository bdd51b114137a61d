"""What every webhook makes of HTTP, over plain http, over TLS and through the registry."""

import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from engine.service_tasks.connector import DeliveryResult
from tests.jobs.connectors.conftest import Certificates
from tests.jobs.connectors.connections import WEBHOOKS, Connect, Connection, HttpFarEnd
from tests.jobs.connectors.deliveries import a_connected_agency, a_delivery
from tests.jobs.connectors.loopback_agency import Answer, LoopbackAgency, always


@pytest.fixture(params=WEBHOOKS, ids=lambda connect: connect.__name__)
def connection(
    request: pytest.FixtureRequest, certificates: Certificates, tmp_path: Path
) -> Iterator[Connection]:
    connect: Connect = request.param
    with connect(certificates, tmp_path) as connection:
        yield connection


@pytest.fixture
def server(connection: Connection) -> LoopbackAgency:
    assert isinstance(connection.far_end, HttpFarEnd)
    return connection.far_end.server


@pytest.mark.parametrize("status", [301, 307, 400, 401, 404, 429, 500, 502, 503])
def test_any_other_status_is_a_failure_that_names_the_status(
    connection: Connection, server: LoopbackAgency, status: int
) -> None:
    secret_text = b"Papadopoulou lives elsewhere"
    location = {"location": f"{connection.agency.endpoint}/elsewhere"}
    server.answering = always(Answer(status=status, body=secret_text, headers=location))

    outcome = connection.deliver(a_delivery(connection.agency))

    assert outcome.result is DeliveryResult.FAILED
    assert str(status) in outcome.detail
    assert "Papadopoulou" not in outcome.detail
    assert len(server.received) == 1


def test_the_pause_that_an_overloaded_agency_asks_for_is_passed_on(
    connection: Connection, server: LoopbackAgency
) -> None:
    server.answering = always(Answer(status=503, headers={"retry-after": "90"}))

    outcome = connection.deliver(a_delivery(connection.agency))

    assert outcome.retry_after == timedelta(seconds=90)


def test_every_attempt_of_a_job_is_sent_with_the_same_id(
    connection: Connection, server: LoopbackAgency
) -> None:
    server.answering = always(Answer(status=500))
    delivery = a_delivery(connection.agency)

    connection.deliver(delivery)
    connection.deliver(delivery)

    assert server.ids == [str(delivery.job_id)] * 2


def test_a_server_that_is_down_is_a_failure(connection: Connection) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        closed = f"http://127.0.0.1:{unused.getsockname()[1]}/"

    outcome = connection.deliver(a_delivery(a_connected_agency(closed)))

    assert outcome.result is DeliveryResult.FAILED
    assert outcome.detail


def test_a_server_that_does_not_speak_http_is_a_failure(connection: Connection) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(5)
        silent = f"http://127.0.0.1:{listener.getsockname()[1]}/"

        outcome = connection.deliver(a_delivery(a_connected_agency(silent)))

    assert outcome.result is DeliveryResult.FAILED
    assert outcome.detail
