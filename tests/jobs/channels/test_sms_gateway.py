"""Claims about SMS: what the gateway gets, and what its answers mean."""

import json
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest

from engine.jobs.channels.sms_gateway import SmsGateway
from engine.notices.channel import SendingResult
from tests.jobs.channels.sendings import an_sms
from tests.jobs.connectors.loopback_agency import Answer, LoopbackAgency, Received, a_running_agency, always


@pytest.fixture
def provider() -> Iterator[LoopbackAgency]:
    with a_running_agency() as running:
        yield running


def test_the_gateway_gets_number_text_and_id_and_is_shown_the_token(provider: LoopbackAgency) -> None:
    sending = an_sms()

    SmsGateway(url=provider.url, token="t0ken").send(sending)

    (received,) = provider.received
    assert json.loads(received.body) == {
        "id": str(sending.notice_id),
        "to": sending.recipient,
        "text": sending.text,
    }
    assert received.headers["authorization"] == "Bearer t0ken"
    assert received.headers["idempotency-key"] == str(sending.notice_id)


@pytest.mark.parametrize(
    ("status", "result"),
    [
        (200, SendingResult.SENT),
        (202, SendingResult.SENT),
        (302, SendingResult.FAILED),
        (401, SendingResult.FAILED),
        (422, SendingResult.REFUSED),
        (429, SendingResult.FAILED),
        (500, SendingResult.FAILED),
    ],
)
def test_what_an_answer_means(provider: LoopbackAgency, status: int, result: SendingResult) -> None:
    location = {"location": "http://127.0.0.1:1/elsewhere"}
    provider.answering = always(Answer(status=status, headers=location, body=b"+306912345678 unknown"))

    outcome = SmsGateway(url=provider.url, token="t0ken").send(an_sms())

    assert outcome.result is result
    assert "6912345678" not in outcome.detail
    assert len(provider.received) == 1


def test_a_gateway_that_hangs_is_waited_for_no_longer_than_said(provider: LoopbackAgency) -> None:
    def hangs(_: Received) -> Answer:
        time.sleep(3)
        return Answer()

    provider.answering = hangs
    gateway = SmsGateway(url=provider.url, token="t0ken", patience=timedelta(seconds=0.2))

    outcome = gateway.send(an_sms())

    assert outcome.result is SendingResult.FAILED
    assert outcome.detail == "The SMS gateway could not be reached: ReadTimeout."


def test_a_token_is_not_shown() -> None:
    assert "t0ken" not in repr(SmsGateway(url="https://sms.example", token="t0ken"))
