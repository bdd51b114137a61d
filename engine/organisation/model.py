"""Agencies: the organisations that answer service tasks, and where their webhooks go."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from engine.kernel.bilingual import Bilingual
from engine.organisation.organisation import NotOffered


@dataclass(frozen=True, kw_only=True)
class Agency:
    """An agency and its connection.

    `name_en` is empty where nobody gave it an English name. `topics` are the service-task topics it takes.
    Without an `endpoint` it polls, or a person works for it; the endpoint's scheme says which connector
    reaches it. `secrets` are what that connector needs, for webhooks the signing keys in Standard Webhooks
    form (`whsec_…`), newest first; all of them sign while a key is rotated. An agency that was read has them
    as `sealed_secrets`, and in the clear once `agency_secrets.opened`. While it is paused, since
    `disabled_at`, nothing is sent to it, and what it is to get is held.
    """

    id: UUID
    key: str
    name: str
    topics: tuple[str, ...]
    name_en: str = ""
    endpoint: str | None = None
    secrets: tuple[str, ...] = field(default=(), repr=False)
    disabled_at: datetime | None = None
    sealed_secrets: bytes | None = field(default=None, repr=False, compare=False)

    @property
    def called(self) -> Bilingual:
        """Its name in both languages; the Greek one twice if it has no English one."""
        return Bilingual(self.name, el=self.name, en=self.name_en or self.name)

    @property
    def receives_deliveries(self) -> bool:
        """Whether service tasks are pushed to it, if perhaps not now."""
        return self.endpoint is not None

    @property
    def is_paused(self) -> bool:
        return self.disabled_at is not None


@dataclass(frozen=True, kw_only=True)
class AgencySwitch:
    """That an agency was paused or switched on again: when, by whom, and why; kept for good."""

    id: UUID
    agency_id: UUID
    at: datetime
    is_on: bool
    by: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Branch:
    """An office as it is on a day: its 4-digit code, names, and the days on which it alone is closed.

    `local_holidays` are `MM-DD`, `closures` are `YYYY-MM-DD` texts. `municipality` is the name of the one
    that it belongs to. `closed_from` is the day on which it closes, or closed, for good, if that is known; it
    `is_open` on the day as which it was read.
    """

    id: UUID
    code: str
    name: str
    name_en: str
    municipality: str | None = None
    local_holidays: tuple[str, ...] = ()
    closures: tuple[str, ...] = ()
    not_offered: tuple[NotOffered, ...] = ()
    is_open: bool = True
    closed_from: date | None = None
    successor_id: UUID | None = None

    def reason_not_to_offer(self, procedure: str) -> str | None:
        """Why the branch does not offer the procedure of that key; None if it does."""
        return next((one.reason for one in self.not_offered if one.procedure == procedure), None)
