"""E-mail over SMTP, always under TLS: from the first byte (`smtps://`), or by STARTTLS (`smtp://`).

Sources: RFC 5321 (SMTP), RFC 3207 (STARTTLS), RFC 8314 (TLS for submission), RFC 3834 (automatic messages).
"""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from urllib.parse import unquote, urlsplit

from engine.notices.channel import Sending, SendingOutcome, SendingResult

_PORTS = {"smtps": 465, "smtp": 587}


@dataclass(frozen=True, kw_only=True)
class MailServer:
    """Where e-mail is handed in, and as whom; without `username` nobody signs in."""

    host: str
    port: int
    is_tls_at_once: bool
    username: str = ""
    password: str = field(default="", repr=False)


def read_mail_server(url: str) -> MailServer:
    """The server of `smtps://user:password@host:465` or `smtp://host:587`.

    What is special in a URL is escaped in the name and the password. `ValueError` for anything else.
    """
    parts = urlsplit(url)
    is_bare = parts.path in ("", "/") and not parts.query and not parts.fragment
    if parts.scheme not in _PORTS or not parts.hostname or not is_bare:
        raise ValueError("smtps://user:password@host:465 or smtp://host:587")
    return MailServer(
        host=parts.hostname,
        port=parts.port or _PORTS[parts.scheme],
        is_tls_at_once=parts.scheme == "smtps",
        username=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


@dataclass(frozen=True, kw_only=True)
class SmtpChannel:
    """Sends e-mail from the address `sender`; each message has its own connection.

    `ca_file` names who vouches for the server, empty for those whom the system trusts. `patience` is how long
    one word of the server may take.
    """

    server: MailServer
    sender: str
    ca_file: str = ""
    patience: timedelta = timedelta(seconds=10)

    def send(self, sending: Sending) -> SendingOutcome:
        """Make one attempt. The outcome does not quote the server, which may quote the address."""
        try:
            message = self._message(sending)
        except (ValueError, IndexError):
            # The standard library fails with either on what is no address (RFC 5322, section 3.4.1).
            return SendingOutcome(result=SendingResult.REFUSED, detail="The e-mail address is none.")
        try:
            with self._connected() as connection:
                connection.send_message(message)
        except smtplib.SMTPRecipientsRefused as refused:
            code = next((code for code, _ in refused.recipients.values()), 0)
            return _refused(code)
        except smtplib.SMTPDataError as refused:
            return _refused(refused.smtp_code)
        except smtplib.SMTPNotSupportedError:
            return _failed("The mail server lacks what is needed: TLS, or letters beyond ASCII in addresses.")
        except smtplib.SMTPResponseException as refused:
            return _failed(f"The mail server answered {refused.smtp_code}.")
        except (smtplib.SMTPException, OSError) as problem:
            return _failed(f"The mail server could not be reached: {type(problem).__name__}.")
        return SendingOutcome(result=SendingResult.SENT)

    def _message(self, sending: Sending) -> EmailMessage:
        """The message; a line break in a header is a `ValueError` of the policy."""
        domain = self.sender.rpartition("@")[2]
        message = EmailMessage(policy=SMTP)
        message["From"] = Address(addr_spec=self.sender)
        message["To"] = Address(addr_spec=sending.recipient)
        message["Subject"] = sending.subject
        message["Date"] = sending.now
        message["Message-ID"] = f"<{sending.notice_id}@{domain}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(sending.text)
        if sending.calendar:
            message.add_attachment(sending.calendar, subtype="calendar", filename="appointment.ics")
        return message

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        trusted = ssl.create_default_context(cafile=self.ca_file or None)
        server, patience = self.server, self.patience.total_seconds()
        if server.is_tls_at_once:
            opened: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, timeout=patience, context=trusted
            )
        else:
            opened = smtplib.SMTP(server.host, server.port, timeout=patience)
        with opened as connection:
            if not server.is_tls_at_once:
                connection.starttls(context=trusted)
            if server.username:
                connection.login(server.username, server.password)
            yield connection


def _refused(code: int) -> SendingOutcome:
    """A recipient or a message that the server does not take: for ever at 5xx (RFC 5321, section 4.2.1)."""
    result = SendingResult.REFUSED if 500 <= code < 600 else SendingResult.FAILED
    return SendingOutcome(result=result, detail=f"The mail server answered {code}.")


def _failed(detail: str) -> SendingOutcome:
    return SendingOutcome(result=SendingResult.FAILED, detail=detail)
