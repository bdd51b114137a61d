"""What the webhook connector sends, and what it does not put up with."""

import json
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Thread

import pytest

from engine.jobs.connectors.address_rules import AddressRules
from engine.jobs.connectors.signatures import new_secret, verify
from engine.jobs.connectors.webhook import LARGEST_ANSWER, LARGEST_BODY, Patience, WebhookConnector
from engine.service_tasks.connector import DeliveryResult
from tests.jobs.connectors.conftest import Certificates
from tests.jobs.connectors.deliveries import NOW, a_body, a_connected_agency, a_delivery
from tests.jobs.connectors.loopback_agency import Answer, LoopbackAgency, a_running_agency, always

_LOOPBACK = AddressRules.of(["127.0.0.0/8"])
_IMPATIENT = Patience(
    connect=timedelta(seconds=0.5), read=timedelta(seconds=0.5), total=timedelta(seconds=0.8)
)


def test_a_delivery_is_one_json_post_to_the_endpoint(agency: LoopbackAgency) -> None:
    delivery = a_delivery(a_connected_agency(f"{agency.url}/stoa?office=1"))

    WebhookConnector(rules=_LOOPBACK).deliver(delivery)

    [received] = agency.received
    assert received.path == "/inbox/stoa?office=1"
    assert received.headers["content-type"] == "application/json"
    assert received.headers["host"] == f"127.0.0.1:{agency.port}"
    assert json.loads(received.body) == delivery.body


def test_the_trusted_certificates_are_read_once_for_a_process() -> None:
    assert WebhookConnector(rules=_LOOPBACK).tls is WebhookConnector(rules=AddressRules()).tls


def test_a_delivery_is_signed_with_each_of_the_agency_s_secrets(agency: LoopbackAgency) -> None:
    new, old = new_secret(), new_secret()
    delivery = a_delivery(a_connected_agency(agency.url, secrets=(new, old)))

    WebhookConnector(rules=_LOOPBACK).deliver(delivery)

    [received] = agency.received
    for secret in (new, old):
        proven = verify(headers=received.headers, body=received.body, secrets=(secret,), now=NOW)
        assert proven == str(delivery.job_id)
    assert received.headers["webhook-timestamp"] == str(int(NOW.timestamp()))


def test_variables_that_do_not_fit_are_left_out_and_the_message_says_so(agency: LoopbackAgency) -> None:
    long_answer = {"remarks": "ω" * LARGEST_BODY}
    delivery = a_delivery(a_connected_agency(agency.url), body=a_body(variables=long_answer))

    WebhookConnector(rules=_LOOPBACK).deliver(delivery)

    [received] = agency.received
    sent = json.loads(received.body)["data"]
    assert len(received.body) < LARGEST_BODY
    assert sent["variables_omitted"] is True
    assert "variables" not in sent
    assert sent["topic"] == "municipality.residence"


def test_a_message_that_is_too_large_without_variables_is_not_sent(agency: LoopbackAgency) -> None:
    delivery = a_delivery(
        a_connected_agency(agency.url), body=a_body(headers={"instructions": "x" * LARGEST_BODY})
    )

    outcome = WebhookConnector(rules=_LOOPBACK).deliver(delivery)

    assert outcome.result is DeliveryResult.FAILED
    assert agency.received == []


def test_an_answer_that_is_too_large_is_a_failure(agency: LoopbackAgency) -> None:
    agency.answering = always(Answer(body=b" " * (LARGEST_ANSWER + 1)))

    outcome = WebhookConnector(rules=_LOOPBACK).deliver(a_delivery(a_connected_agency(agency.url)))

    assert outcome.result is DeliveryResult.FAILED
    assert str(LARGEST_ANSWER) in outcome.detail


def test_a_redirect_is_not_followed_even_to_an_allowed_place(agency: LoopbackAgency) -> None:
    with a_running_agency() as elsewhere:
        agency.answering = always(Answer(status=307, headers={"location": elsewhere.url}))

        outcome = WebhookConnector(rules=_LOOPBACK).deliver(a_delivery(a_connected_agency(agency.url)))

        assert outcome.result is DeliveryResult.FAILED
        assert elsewhere.received == []


def test_a_proxy_of_the_environment_is_not_used(
    agency: LoopbackAgency, monkeypatch: pytest.MonkeyPatch
) -> None:
    with a_running_agency() as proxy:
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.port}")
        monkeypatch.setenv("ALL_PROXY", f"http://127.0.0.1:{proxy.port}")

        outcome = WebhookConnector(rules=_LOOPBACK).deliver(a_delivery(a_connected_agency(agency.url)))

        assert outcome.result is DeliveryResult.ACCEPTED
        assert proxy.received == []


def test_a_certificate_for_another_name_is_refused_before_anything_is_sent(
    certificates: Certificates,
) -> None:
    with a_running_agency(certificates.server) as impostor:
        connector = WebhookConnector(
            rules=AddressRules.of([f"registry.example:{impostor.port}"]),
            tls=certificates.client,
            resolve=lambda host, port: ["127.0.0.1"],
        )
        url = f"https://registry.example:{impostor.port}/inbox"

        outcome = connector.deliver(a_delivery(a_connected_agency(url)))

        assert outcome.result is DeliveryResult.FAILED
        assert impostor.received == []


def test_a_private_endpoint_is_refused_before_anything_is_sent(agency: LoopbackAgency) -> None:
    connector = WebhookConnector(rules=AddressRules())

    outcome = connector.deliver(a_delivery(a_connected_agency(agency.url)))

    assert outcome.result is DeliveryResult.FAILED
    assert "may not be called" in outcome.detail
    assert agency.received == []


def test_a_public_name_that_leads_to_a_private_address_is_refused() -> None:
    connector = WebhookConnector(rules=AddressRules(), resolve=lambda host, port: ["10.0.0.7"])

    outcome = connector.deliver(a_delivery(a_connected_agency("https://agency.example/inbox")))

    assert outcome.result is DeliveryResult.FAILED
    assert "not public" in outcome.detail


@pytest.mark.parametrize("drip", [b"", b"H", b"HTTP/1.1 200 OK\r\nx: "], ids=["silence", "start", "headers"])
def test_a_server_that_keeps_us_waiting_is_given_up_in_time(drip: bytes) -> None:
    with _a_dripping_server(drip) as url:
        connector = WebhookConnector(rules=_LOOPBACK, patience=_IMPATIENT)

        outcome = connector.deliver(a_delivery(a_connected_agency(url)))

        assert outcome.result is DeliveryResult.FAILED
        assert "ReadTimeout" in outcome.detail


@contextmanager
def _a_dripping_server(beginning: bytes) -> Iterator[str]:
    """A server that sends a beginning and then one byte at a time, and hangs up after half a minute.

    With an empty beginning it is silent until the caller leaves.
    """
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def drip() -> None:
            connection, _ = listener.accept()
            with connection:
                if not beginning:
                    _listen_until_left(connection)
                    return
                for byte in [beginning] + [b"z"] * 300:
                    try:
                        connection.sendall(byte)
                    except OSError:
                        return
                    time.sleep(0.1)

        thread = Thread(target=drip, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
        thread.join(timeout=5)


def _listen_until_left(connection: socket.socket) -> None:
    while connection.recv(4096):
        continue
