"""What the port promises of every channel, claimed of each one there is."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from engine.jobs.channels.folder import FolderChannel
from engine.jobs.channels.sms_gateway import SmsGateway
from engine.jobs.channels.smtp import MailServer, SmtpChannel
from engine.notices.channel import ChannelAdapter, Sending, SendingResult
from tests.jobs.channels.conftest import Certificate
from tests.jobs.channels.mail_server import a_running_mail_server
from tests.jobs.channels.sendings import PERSONAL, an_email, an_sms
from tests.jobs.connectors.loopback_agency import Answer, a_running_agency, always


@dataclass(frozen=True, kw_only=True)
class Line:
    """A channel with its provider at the other end: what has arrived, by notice id, and how to break it."""

    channel: ChannelAdapter
    sending: Sending
    arrived: Callable[[], list[str]]
    breaks: Callable[[], None]


@contextmanager
def mail(certificate: Certificate, *, tls_at_once: bool) -> Iterator[Line]:
    with a_running_mail_server(certificate.server, tls_at_once=tls_at_once) as server:
        channel = SmtpChannel(
            server=MailServer(host="localhost", port=server.port, is_tls_at_once=tls_at_once),
            sender="no-reply@kep.example",
            ca_file=str(certificate.ca_file),
        )

        def arrived() -> list[str]:
            return [str(one.message["Message-ID"]).strip("<>").partition("@")[0] for one in server.taken]

        yield Line(
            channel=channel,
            sending=an_email(),
            arrived=arrived,
            breaks=lambda: setattr(server, "to_message", "451 later"),
        )


@contextmanager
def gateway() -> Iterator[Line]:
    with a_running_agency() as server:
        yield Line(
            channel=SmsGateway(url=server.url, token="t0ken"),
            sending=an_sms(),
            arrived=lambda: [
                one.headers["idempotency-key"]
                for one in server.received
                if server.answering(one).status < 300
            ],
            breaks=lambda: setattr(server, "answering", always(Answer(status=503))),
        )


@contextmanager
def folder(path: Path) -> Iterator[Line]:
    kept = path / "notices"

    def breaks() -> None:
        kept.rename(path / "moved")
        kept.write_text("A file stands where the folder was.")

    yield Line(
        channel=FolderChannel(folder=kept),
        sending=an_sms(),
        arrived=lambda: [one.stem for one in kept.glob("*.txt")],
        breaks=breaks,
    )


@pytest.fixture(params=["smtps", "starttls", "sms", "folder"])
def line(request: pytest.FixtureRequest, certificate: Certificate, tmp_path: Path) -> Iterator[Line]:
    open_line: dict[str, Callable[[], AbstractContextManager[Line]]] = {
        "smtps": lambda: mail(certificate, tls_at_once=True),
        "starttls": lambda: mail(certificate, tls_at_once=False),
        "sms": gateway,
        "folder": lambda: folder(tmp_path),
    }
    with open_line[request.param]() as opened:
        yield opened


def test_what_is_sent_arrives_under_the_id_of_its_notice(line: Line) -> None:
    outcome = line.channel.send(line.sending)

    assert (outcome.result, outcome.detail) == (SendingResult.SENT, "")
    assert line.arrived() == [str(line.sending.notice_id)]


def test_a_repetition_can_be_told_by_its_id(line: Line) -> None:
    line.channel.send(line.sending)
    line.channel.send(line.sending)

    assert set(line.arrived()) == {str(line.sending.notice_id)}


def test_a_provider_that_fails_is_an_attempt_that_failed(line: Line) -> None:
    line.channel.send(line.sending)
    line.breaks()

    outcome = line.channel.send(line.sending)

    assert outcome.result is SendingResult.FAILED
    assert outcome.detail
    assert not any(word in outcome.detail for word in PERSONAL)
