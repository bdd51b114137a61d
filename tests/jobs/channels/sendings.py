"""What is sent in the tests of channels."""

from dataclasses import replace
from typing import Any

from engine.kernel.noticing import NoticeChannel
from engine.notices.channel import Sending
from tests.builders import NOON, an_id

PERSONAL = ("eleni", "6912345678", "Υπόθεση")
"""What no outcome and no log may tell."""


def an_sms(**changes: Any) -> Sending:
    """A message to Eleni's telephone."""
    sending = Sending(
        notice_id=an_id(),
        channel=NoticeChannel.SMS,
        recipient="+306912345678",
        subject="",
        text="Υπόθεση 0009-26-000001-6: Η αίτησή σας κατατέθηκε.",
        now=NOON,
    )
    return replace(sending, **changes)


def an_email(**changes: Any) -> Sending:
    """An e-mail to Eleni."""
    told: dict[str, Any] = {
        "channel": NoticeChannel.EMAIL,
        "recipient": "eleni@example.org",
        "subject": "Υπόθεση 0009-26-000001-6: Η αίτησή σας κατατέθηκε",
        "text": "Η αίτησή σας κατατέθηκε.\n\nΑριθμός υπόθεσης: 0009-26-000001-6\n",
    }
    return an_sms(**{**told, **changes})
