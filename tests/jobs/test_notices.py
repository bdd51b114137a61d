"""Notices in the worker: sent once, one failing provider in nobody's way, and nothing personal in the log."""

from dataclasses import dataclass, field

from structlog.testing import capture_logs

from engine.cases.model import Notify
from engine.jobs.connectors import Connectors
from engine.jobs.worker import Worker
from engine.kernel.noticing import NoticeChannel
from engine.notices.channel import ChannelAdapter, Sending, SendingOutcome, SendingResult
from tests.notices.telling import Telling

BOTH_WAYS = Notify(sms="+306912345678", email="eleni@example.org")


@dataclass
class Provider:
    """A channel that notes what it is given; it may break its promise and raise."""

    fault: Exception | None = None
    sent: list[Sending] = field(default_factory=list)

    def send(self, sending: Sending) -> SendingOutcome:
        """Take it, or raise."""
        self.sent.append(sending)
        if self.fault is not None:
            raise self.fault
        return SendingOutcome(result=SendingResult.SENT)


def works(telling: Telling, **channels: ChannelAdapter) -> None:
    """A worker does everything that is due."""
    by_way = {NoticeChannel(name): channel for name, channel in channels.items()}
    Worker(telling.office.engine, Connectors().deliver, channels=by_way).run_once()


def test_a_notice_is_sent_once() -> None:
    telling, sms, email = Telling(), Provider(), Provider()
    state = telling.opens(BOTH_WAYS)

    works(telling, sms=sms, email=email)
    works(telling, sms=sms, email=email)

    assert [one.recipient for one in (*sms.sent, *email.sent)] == ["+306912345678", "eleni@example.org"]
    assert telling.told(state) == [("filed", "sent")] * 2


def test_a_channel_that_breaks_its_promise_is_a_failed_attempt_and_the_other_goes_on() -> None:
    telling, email = Telling(), Provider()
    state = telling.opens(BOTH_WAYS)

    works(telling, sms=Provider(ZeroDivisionError("+306912345678")), email=email)

    told = {one.channel.value: (one.state.value, one.last_error) for one in telling.notices(state)}
    assert told == {
        "sms": ("waiting", "The channel failed: ZeroDivisionError."),
        "email": ("sent", None),
    }


def test_a_worker_without_the_channel_leaves_the_notice_for_another() -> None:
    telling = Telling()
    state = telling.opens()

    works(telling)

    (notice,) = telling.notices(state)
    assert (notice.state.value, notice.last_error) == ("waiting", "The worker has no such channel.")


def test_the_log_names_nobody_and_quotes_nothing() -> None:
    telling = Telling()
    state = telling.opens(BOTH_WAYS)

    with capture_logs() as lines:
        works(telling, sms=Provider(ValueError("+306912345678")), email=Provider())

    written = str(lines)
    assert "notice_attempted" in written
    assert not any(word in written for word in ("912345678", "eleni", "Υπόθεση", state.case.number))
