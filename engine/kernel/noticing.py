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

    `signing_address` is where parties sign. Both are empty where it is not known how the pages are reached
    from outside.
    """

    channels: frozenset[NoticeChannel] = frozenset()
    tracking_address: str = ""
    signing_address: str = ""
