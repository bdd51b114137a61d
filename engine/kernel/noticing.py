"""Telling citizens: by which ways an installation can reach them, and where they may look for themselves."""

from dataclasses import dataclass
from enum import StrEnum


class NoticeChannel(StrEnum):
    """On which way a citizen is told."""

    SMS = "sms"
    EMAIL = "email"


@dataclass(frozen=True, kw_only=True)
class Noticing:
    """How an installation tells citizens: on which ways, and where they track their case.

    `tracking_address` is empty where it is not known how the pages are reached from outside, and so are
    `appointment_address`, where whoever comes without a case looks at their appointment, and
    `signing_address`, where parties sign, and `invitation_address`, where people who are to work here begin.
    """

    channels: frozenset[NoticeChannel] = frozenset()
    tracking_address: str = ""
    appointment_address: str = ""
    signing_address: str = ""
    invitation_address: str = ""
