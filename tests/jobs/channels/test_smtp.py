"""Claims about e-mail: always under TLS, with nothing slipped in, and refused for good only where it is."""

import smtplib
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from engine.jobs.channels.smtp import MailServer, SmtpChannel, read_mail_server
from engine.notices.channel import SendingResult
from tests.jobs.channels.conftest import Certificate
from tests.jobs.channels.mail_server import MailServer as Provider
from tests.jobs.channels.mail_server import a_running_mail_server
from tests.jobs.channels.sendings import PERSONAL, an_email


@pytest.fixture
def provider(certificate: Certificate) -> Iterator[Provider]:
    with a_running_mail_server(certificate.server, tls_at_once=False) as server:
        yield server


@pytest.fixture
def channel(provider: Provider, certificate: Certificate) -> SmtpChannel:
    return SmtpChannel(
        server=MailServer(host="localhost", port=provider.port, is_tls_at_once=False),
        sender="no-reply@kep.example",
        ca_file=str(certificate.ca_file),
    )


def test_a_message_arrives_in_greek_from_us_to_its_citizen(provider: Provider, channel: SmtpChannel) -> None:
    sending = an_email()

    channel.send(sending)

    (taken,) = provider.taken
    assert (taken.sender, taken.recipients) == ("no-reply@kep.example", ("eleni@example.org",))
    assert taken.message["Subject"] == sending.subject
    assert taken.message.get_content().replace("\r\n", "\n") == sending.text
    assert taken.message["Auto-Submitted"] == "auto-generated"
    assert taken.message["Date"].datetime == sending.now


def test_nothing_but_a_greeting_is_said_before_tls(provider: Provider, channel: SmtpChannel) -> None:
    channel.send(an_email())

    assert [line.partition(" ")[0].lower() for line in provider.spoken][:3] == ["ehlo", "starttls", "ehlo"]
    assert provider.taken[0].is_secret


def test_to_a_server_without_tls_nothing_is_sent(provider: Provider, channel: SmtpChannel) -> None:
    provider.offers_tls = False

    outcome = channel.send(an_email())

    assert outcome.result is SendingResult.FAILED
    assert provider.taken == []
    assert not any(line.upper().startswith(("MAIL", "RCPT", "AUTH")) for line in provider.spoken)


def test_to_a_server_for_which_nobody_vouches_nothing_is_sent(
    provider: Provider, channel: SmtpChannel
) -> None:
    outcome = replace(channel, ca_file="").send(an_email())

    assert outcome.result is SendingResult.FAILED
    assert "SSLCertVerificationError" in outcome.detail
    assert provider.taken == []


def test_who_has_a_name_there_signs_in(provider: Provider, channel: SmtpChannel) -> None:
    provider.password = "s3cret"
    server = replace(channel.server, username="stoa", password="s3cret")

    outcome = replace(channel, server=server).send(an_email())

    assert outcome.result is SendingResult.SENT
    assert provider.taken[0].signed_in_as == "stoa"


def test_a_wrong_password_can_be_mended_and_is_tried_again(provider: Provider, channel: SmtpChannel) -> None:
    provider.password = "another"
    server = replace(channel.server, username="stoa", password="s3cret")

    outcome = replace(channel, server=server).send(an_email())

    assert (outcome.result, outcome.detail) == (SendingResult.FAILED, "The mail server answered 535.")


@pytest.mark.parametrize(
    ("said", "result"),
    [("550 no such user eleni", SendingResult.REFUSED), ("450 busy, eleni", SendingResult.FAILED)],
)
def test_an_address_that_is_refused_for_good_is_not_tried_again(
    provider: Provider, channel: SmtpChannel, said: str, result: SendingResult
) -> None:
    provider.to_recipient = said

    outcome = channel.send(an_email())

    assert outcome.result is result
    assert outcome.detail == f"The mail server answered {said[:3]}."
    assert not any(word in outcome.detail for word in PERSONAL)


@pytest.mark.parametrize(
    "changes",
    [
        {"recipient": "eleni@example.org\r\nBcc: all@example.org"},
        {"recipient": "eleni@example.org, all@example.org"},
        {"recipient": "eleni@example.org>\r\nRCPT TO:<all@example.org"},
        {"recipient": ""},
        {"subject": "Υπόθεση\r\nBcc: all@example.org"},
    ],
)
def test_nothing_can_be_slipped_into_a_message(
    provider: Provider, channel: SmtpChannel, changes: dict[str, str]
) -> None:
    outcome = channel.send(an_email(**changes))

    assert outcome.result is SendingResult.REFUSED
    assert provider.spoken == []


def test_a_dot_alone_on_a_line_does_not_end_a_message(provider: Provider, channel: SmtpChannel) -> None:
    text = "Η αίτηση.\n.\nRCPT TO:<all@example.org>\n"

    channel.send(an_email(text=text))

    (taken,) = provider.taken
    assert taken.recipients == ("eleni@example.org",)
    assert "RCPT TO" in taken.message.get_content()


def test_where_nobody_listens_the_attempt_failed(channel: SmtpChannel, provider: Provider) -> None:
    nobody = replace(channel.server, host="127.0.0.1", port=1)

    outcome = replace(channel, server=nobody, patience=timedelta(seconds=1)).send(an_email())

    assert outcome.result is SendingResult.FAILED
    assert "could not be reached" in outcome.detail


@pytest.mark.parametrize(
    ("url", "read"),
    [
        ("smtps://mail.example", MailServer(host="mail.example", port=465, is_tls_at_once=True)),
        ("smtp://mail.example:2525/", MailServer(host="mail.example", port=2525, is_tls_at_once=False)),
        (
            "smtps://stoa%40kep:p%3Ass@mail.example:466",
            MailServer(
                host="mail.example", port=466, is_tls_at_once=True, username="stoa@kep", password="p:ss"
            ),
        ),
    ],
)
def test_a_mail_server_is_named_by_a_url(url: str, read: MailServer) -> None:
    assert read_mail_server(url) == read


@pytest.mark.parametrize(
    "url", ["mail.example", "http://mail.example", "smtp://", "smtps://h/path", "smtp://h:x"]
)
def test_anything_else_names_no_mail_server(url: str) -> None:
    with pytest.raises(ValueError, match=r"smtps://|[Pp]ort"):
        read_mail_server(url)


def test_a_password_is_not_shown(channel: SmtpChannel) -> None:
    assert "s3cret" not in repr(replace(channel.server, password="s3cret"))
    assert smtplib.SMTP.debuglevel == 0
