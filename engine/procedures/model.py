"""Procedures and the life of their versions."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from engine.kernel.refusal import Conflict
from engine.kernel.senders import Entries
from engine.kernel.vocabulary import search_form


class VersionStatus(StrEnum):
    """The life of a procedure version."""

    DRAFT = "draft"
    PUBLISHED = "published"
    RETIRED = "retired"


@dataclass(frozen=True, kw_only=True)
class ProcedureVersion:
    """One numbered, immutable version of a procedure; only its status changes.

    `sha256` covers every file. `metadata` is the JSON form of procedure.yaml.
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

    @property
    def search_text(self) -> str:
        """What the procedure is found by, in search form: its key, titles, codes and keywords."""
        codes = self.metadata.get("codes", {}).values()
        keywords = [word for words in self.metadata.get("keywords", {}).values() for word in words]
        sought = [self.key, self.title, self.title_en, *codes, *keywords]
        return search_form(" ".join(sought))

    def published(self, at: datetime) -> "ProcedureVersion":
        """The version offered from now on."""
        self._require(VersionStatus.DRAFT)
        return replace(self, status=VersionStatus.PUBLISHED, published_at=at)

    def retired(self, at: datetime) -> "ProcedureVersion":
        """The version no longer offered; its running cases go on."""
        self._require(VersionStatus.PUBLISHED)
        return replace(self, status=VersionStatus.RETIRED, retired_at=at)

    def _require(self, status: VersionStatus) -> None:
        if self.status is not status:
            raise Conflict(
                f"Expected version {self.number} of {self.key} to be {status}, but it is {self.status}.",
                code=f"version_{self.status}",
            )


class StartKind(StrEnum):
    """What is waited for."""

    MESSAGE = "message"
    SIGNAL = "signal"
    TIMER = "timer"


@dataclass(frozen=True, kw_only=True)
class Start:
    """A start event of the version that is on offer.

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
