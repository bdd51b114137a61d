"""Procedures and the life of their versions."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Any
from uuid import UUID

from engine.kernel.refusal import Conflict
from engine.kernel.senders import Entries
from engine.kernel.vocabulary import OpenedBy, search_form
from engine.sealing.chain import GENESIS


class VersionStatus(StrEnum):
    """The life of a procedure version."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    """To its analysts, with reasons; it may be submitted once more."""
    CERTIFIED = "certified"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"
    RETIRED = "retired"


_EVER_PUBLISHED = frozenset({VersionStatus.PUBLISHED, VersionStatus.SUPERSEDED, VersionStatus.RETIRED})


@dataclass(frozen=True, kw_only=True)
class Validity:
    """The days, both included, from which and until which a version is certified; None is open."""

    since: date | None = None
    until: date | None = None

    def begins(self, zone: tzinfo) -> datetime | None:
        """The first moment of the first day."""
        return _midnight(self.since, zone) if self.since else None

    def ends(self, zone: tzinfo) -> datetime | None:
        """The first moment after the last day."""
        return _midnight(self.until + timedelta(days=1), zone) if self.until else None


@dataclass(frozen=True, kw_only=True)
class RecordHead:
    """Where the record of a version stands: how many acts it has, and the hash of the last."""

    length: int = 0
    hash: str = GENESIS


@dataclass(frozen=True, kw_only=True)
class ProcedureVersion:
    """One numbered, immutable version of a procedure; only its status changes.

    `sha256` covers every file. `metadata` is the JSON form of procedure.yaml. `published_at` is the moment
    from which it is on offer, `retired_at` the one from which it is no more; both may be to come, and
    `status` is what was last decided: `at` says what it is at a moment.
    """

    id: UUID
    key: str
    number: int
    sha256: str
    title: str
    title_en: str
    metadata: Mapping[str, Any]
    created_at: datetime
    created_by: UUID | None
    status: VersionStatus = VersionStatus.DRAFT
    published_at: datetime | None = None
    retired_at: datetime | None = None
    validity: Validity = Validity()
    record: RecordHead = RecordHead()
    opened_by: OpenedBy = OpenedBy.BRANCH

    @property
    def search_text(self) -> str:
        """What the procedure is found by, in search form: its key, titles, codes and keywords."""
        codes = self.metadata.get("codes", {}).values()
        keywords = [word for words in self.metadata.get("keywords", {}).values() for word in words]
        sought = [self.key, self.title, self.title_en, *codes, *keywords]
        return search_form(" ".join(sought))

    def at(self, moment: datetime) -> "ProcedureVersion":
        """The version with the status that it has at a moment.

        What was published for a later day is certified until then, what has a successor is published until
        that one is on offer, and what is certified until a day is retired after it.
        """
        if self.status not in _EVER_PUBLISHED or self.published_at is None:
            return self
        if self.retired_at is not None and self.retired_at <= max(moment, self.published_at):
            over = self.status is not VersionStatus.PUBLISHED
            return self if over else replace(self, status=VersionStatus.RETIRED)
        is_on_offer = self.published_at <= moment
        return replace(self, status=VersionStatus.PUBLISHED if is_on_offer else VersionStatus.CERTIFIED)

    def submitted(self) -> "ProcedureVersion":
        """The version that waits for who certifies it."""
        _require(self, VersionStatus.DRAFT, VersionStatus.RETURNED)
        return replace(self, status=VersionStatus.SUBMITTED)

    def returned(self) -> "ProcedureVersion":
        """The version that its analysts have to look at once more."""
        _require(self, VersionStatus.SUBMITTED)
        return replace(self, status=VersionStatus.RETURNED)

    def certified(self, validity: Validity) -> "ProcedureVersion":
        """The version that may be published."""
        _require(self, VersionStatus.SUBMITTED)
        return replace(self, status=VersionStatus.CERTIFIED, validity=validity)

    def published(self, since: datetime, *, until: datetime | None) -> "ProcedureVersion":
        """The version that is on offer from a moment on, until another one."""
        _require(self, VersionStatus.CERTIFIED)
        return replace(self, status=VersionStatus.PUBLISHED, published_at=since, retired_at=until)

    def superseded(self, since: datetime) -> "ProcedureVersion":
        """The version in whose place another is on offer from a moment on."""
        return replace(self, status=VersionStatus.SUPERSEDED, retired_at=since)

    def offered_again(self, zone: tzinfo) -> "ProcedureVersion":
        """The version whose successor was retired before its day: on offer as long as it is certified."""
        return replace(self, status=VersionStatus.PUBLISHED, retired_at=self.validity.ends(zone))

    def retired(self, at: datetime) -> "ProcedureVersion":
        """The version on offer no longer, or never if that was to come; its running cases go on."""
        _require(self.at(at), VersionStatus.PUBLISHED, VersionStatus.CERTIFIED)
        since = max(at, self.published_at) if self.published_at else at
        return replace(self, status=VersionStatus.RETIRED, retired_at=since)


def _require(version: ProcedureVersion, *statuses: VersionStatus) -> None:
    if version.status not in statuses:
        raise Conflict(
            f"Expected version {version.number} of {version.key} to be {' or '.join(statuses)}, "
            f"but it is {version.status}.",
            code=f"version_{version.status}",
        )


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


class StartKind(StrEnum):
    """What is waited for."""

    MESSAGE = "message"
    SIGNAL = "signal"
    TIMER = "timer"


@dataclass(frozen=True, kw_only=True)
class Start:
    """A start event of a version that is on offer, or will be.

    `name` is that of the message or signal, empty for a timer. `branch_code` is the branch that the diagram
    says works the cases begun there; None leaves it to whoever sent the message or threw the signal.
    `senders` is from whom the diagram takes the message; None where it does not say.
    """

    id: UUID
    procedure_key: str
    version_id: UUID
    element_id: str
    kind: StartKind
    name: str
    branch_code: str | None = None
    senders: Entries | None = None
