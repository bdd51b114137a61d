"""Claims about how a party gets their link: sent once on each way that reaches them, and to nobody else."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from structlog.testing import capture_logs

from engine.bootstrap import build_in_memory
from engine.jobs.connectors import Connectors
from engine.jobs.worker import Worker
from engine.kernel.noticing import NoticeChannel, Noticing
from engine.kernel.signing import SignatureState
from engine.notices.channel import Sending, SendingOutcome, SendingResult
from tests.api.desk import a_desk
from tests.builders import NOON
from tests.office import MovableClock
from tests.signatures.selling import OTHER_SELLER, SELLER, Sale

REACHED = Noticing(
    channels=frozenset(NoticeChannel),
    tracking_address="https://kep.example.gr/track",
    signing_address="https://kep.example.gr/sign",
)


@dataclass
class Provider:
    """A channel that notes what it is given."""

    result: SendingResult = SendingResult.SENT
    sent: list[Sending] = field(default_factory=list)

    def send(self, sending: Sending) -> SendingOutcome:
        """Take it."""
        self.sent.append(sending)
        return SendingOutcome(result=self.result, detail="" if self.result is SendingResult.SENT else "No.")


@dataclass
class Post:
    """A sale at an installation that reaches people on every way."""

    sale: Sale
    sms: Provider = field(default_factory=Provider)
    email: Provider = field(default_factory=Provider)

    def works(self) -> None:
        """A worker does everything that is due."""
        channels = {NoticeChannel.SMS: self.sms, NoticeChannel.EMAIL: self.email}
        Worker(self.sale.desk.office.engine, Connectors().deliver, channels=channels).run_once()

    def lines(self) -> list[str]:
        """The acts in the journal."""
        address = f"/cases/{self.sale.case['id']}/journal?limit=100"
        return [line["action"] for line in self.sale.desk.get(address).get_json()["items"]]


def a_post(**changes: Any) -> Post:
    clock = MovableClock(NOON)
    engine = build_in_memory(clock=clock, zone=ZoneInfo("Europe/Athens"), noticing=REACHED)
    return Post(sale=Sale.at(a_desk(engine, clock=clock), **changes))


def test_each_party_gets_their_own_link_once_on_every_way_that_reaches_them() -> None:
    post = a_post()

    with capture_logs() as logs:
        post.works()
        post.works()

    seller = post.sale.code("seller")
    by_address = {one.recipient: one.text for one in (*post.sms.sent, *post.email.sent)}
    assert len(post.sms.sent) == len(post.email.sent) == 2
    assert f"https://kep.example.gr/sign?code={seller}" in by_address["giorgos@example.org"]
    assert f"https://kep.example.gr/sign?code={seller}" in by_address["+306912345678"]
    assert post.sale.code("buyer") in by_address["eleni@example.org"]
    assert post.lines().count("invitation_sent") == 4
    assert SELLER["phone"] not in str(logs)
    assert seller not in str(logs)


def test_a_party_who_cannot_be_reached_has_a_link_to_be_printed() -> None:
    post = a_post(parties=[{"role": "seller", "person": OTHER_SELLER}])

    post.works()

    assert len(post.sms.sent) == 1
    assert post.sale.code("seller")


def test_a_link_is_not_sent_once_its_party_has_signed() -> None:
    post = a_post()
    post.sale.signs_at_counter("seller")

    post.works()

    assert {one.recipient for one in post.sms.sent} == {"+306987654321"}


def test_a_new_link_is_sent_in_place_of_the_old_one() -> None:
    post = a_post()
    post.works()
    old = post.sale.code("seller")

    post.sale.desk.post(f"/service-tasks/{post.sale.awaited('seller')}/signature/link")
    post.works()

    new = post.sale.code("seller")
    assert new != old
    assert new in post.email.sent[-1].text
    assert old not in post.email.sent[-1].text


@pytest.mark.parametrize("result", [SendingResult.REFUSED, SendingResult.FAILED])
def test_a_link_that_cannot_be_sent_is_on_record_and_the_signature_stays_awaited(
    result: SendingResult,
) -> None:
    post = a_post()
    post.sms = post.email = Provider(result=result)

    for _ in range(20):
        post.works()
        post.sale.desk.office.clock.advance(timedelta(hours=8))

    assert post.lines().count("invitation_given_up") == 4
    assert post.sale.signer("seller").state is SignatureState.INVITED
