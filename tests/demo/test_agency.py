"""The demo agency, tried as the process that it is."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import orjson
import pytest

from demo.behaviour import Completed, Failed, Reaction, Request, react
from demo.network import call
from engine.jobs.connectors.signatures import verify
from tests.demo.conftest import DemoAgency
from tests.jobs.connectors.loopback_agency import Answer, Received, always


def test_the_municipality_accepts_and_answers_by_a_signed_callback(demo_agency: DemoAgency) -> None:
    demo_agency.start()

    reply = demo_agency.hears("municipality.residence", family_name="Δημητρίου")

    [callback] = _wait_for(lambda: demo_agency.stoa.received, count=1)
    assert reply.status == 202
    assert callback.path == "/api/v1/webhooks/agencies/municipality"
    verify(headers=callback.headers, body=callback.body, secrets=[demo_agency.secret], now=datetime.now(UTC))
    message = orjson.loads(callback.body)
    assert (message["type"], message["data"]["id"]) == ("service_task.completed", "0199-task")
    assert message["data"]["data"]["confirmed"] is True


def test_the_registry_answers_in_the_same_exchange(demo_agency: DemoAgency) -> None:
    demo_agency.start()

    reply = demo_agency.hears("registry.family-status", agency="registry", family_name="Δημητρίου")

    assert reply.status == 200
    assert reply.json["data"]["certificate_number"].startswith("ΜΠ-")


def test_a_repeated_message_gets_the_same_reply_and_one_callback(demo_agency: DemoAgency) -> None:
    demo_agency.start()

    replies = [demo_agency.hears("municipality.residence", message_id="msg_1") for _ in range(3)]

    _wait_for(lambda: demo_agency.stoa.received, count=1)
    time.sleep(0.6)
    assert [reply.status for reply in replies] == [202] * 3
    assert len(demo_agency.stoa.received) == 1


def test_a_callback_is_repeated_with_the_same_id_until_stoa_takes_it(demo_agency: DemoAgency) -> None:
    answers = iter([Answer(status=503), Answer(status=200)])
    demo_agency.stoa.answering = lambda received: next(answers)
    demo_agency.start()

    demo_agency.hears("municipality.residence", message_id="msg_1")

    first, second = _wait_for(lambda: demo_agency.stoa.received, count=2)
    assert first.headers["webhook-id"] == second.headers["webhook-id"] == "answer-msg_1"


def test_an_answer_that_stoa_finally_refuses_is_not_sent_again(demo_agency: DemoAgency) -> None:
    demo_agency.stoa.answering = always(Answer(status=404))
    demo_agency.start()

    demo_agency.hears("municipality.residence")

    _wait_for(lambda: demo_agency.stoa.received, count=1)
    time.sleep(1.5)
    assert len(demo_agency.stoa.received) == 1


def test_an_agency_that_crashed_still_answers_what_it_accepted(demo_agency: DemoAgency) -> None:
    demo_agency.start(pause=1)
    demo_agency.hears("municipality.residence", message_id="msg_1")

    demo_agency.kill()
    demo_agency.start(pause=1)

    [callback] = _wait_for(lambda: demo_agency.stoa.received, count=1)
    assert callback.headers["webhook-id"] == "answer-msg_1"


def test_a_message_that_is_not_signed_by_stoa_is_refused(demo_agency: DemoAgency) -> None:
    demo_agency.start()
    url = f"http://127.0.0.1:{demo_agency.port}/municipality"

    forged = call("POST", url, body=b"{}", headers={"webhook-id": "1", "webhook-signature": "v1,AAAA"})
    elsewhere = demo_agency.hears("municipality.residence", agency="justice")

    assert (forged.status, elsewhere.status) == (401, 401)


def test_a_topic_that_nobody_takes_is_refused(demo_agency: DemoAgency) -> None:
    demo_agency.start()

    reply = demo_agency.hears("municipality.parking")

    assert reply.status == 400


@pytest.mark.parametrize(
    ("topic", "code"),
    [
        ("municipality.residence", "NOT_RESIDENT"),
        ("municipality.family-status", "NOT_REGISTERED"),
        ("justice.criminal-record", "REFUSED"),
    ],
)
def test_a_name_that_begins_with_arn_is_refused_with_the_code_of_the_topic(topic: str, code: str) -> None:
    decided = _reaction(topic, "ΑΡΝΑΟΥΤΗΣ")

    assert isinstance(decided.answer, Failed)
    assert decided.answer.code == code


def test_who_is_named_in_a_request_is_denied_by_an_answer_as_well() -> None:
    denied = _reaction("transport.licence-renewal", "Αρναούτης", nested=True)
    granted = _reaction("transport.licence-renewal", "Δημητρίου", nested=True)

    assert isinstance(denied.answer, Completed)
    assert denied.answer.data["granted"] is False
    assert isinstance(granted.answer, Completed)
    assert granted.answer.data["document_number"].startswith("ΑΟ-")


def test_one_of_several_sellers_is_enough_to_be_denied() -> None:
    sellers = [{"family_name": name} for name in ("Δημητρίου", "Άρνης")]
    request = Request(
        service_task_id="1", topic="tax.vehicle-debts", variables={"request": {"sellers": sellers}}
    )

    decided = react(request, pause=timedelta(seconds=2))

    assert decided is not None
    assert isinstance(decided.answer, Completed)
    assert decided.answer.data["granted"] is False


def test_a_name_that_begins_with_sfal_meets_a_fault_of_the_registry_and_not_of_the_municipality() -> None:
    registry = _reaction("registry.family-status", "Σφαλιάρας")
    municipality = _reaction("municipality.family-status", "Σφαλιάρας")

    assert isinstance(registry.answer, Failed)
    assert isinstance(municipality.answer, Completed)


def test_a_name_that_begins_with_arg_is_answered_after_a_minute() -> None:
    decided = _reaction("municipality.residence", "Αργυρίου")

    assert decided.after is not None
    assert decided.after.total_seconds() == 60


def _reaction(topic: str, family_name: str, *, nested: bool = False) -> Reaction:
    named = {"family_name": family_name}
    request = Request(service_task_id="1", topic=topic, variables={"request": named} if nested else named)
    decided = react(request, pause=timedelta(seconds=2))
    assert decided is not None
    return decided


def _wait_for(look: Callable[[], list[Received]], *, count: int) -> list[Received]:
    """What arrived, once it is `count` or more; fails after ten seconds."""
    for _ in range(200):
        if len(look()) >= count:
            return list(look())
        time.sleep(0.05)
    raise AssertionError(f"Expected {count} to arrive within ten seconds, but found {len(look())}.")
