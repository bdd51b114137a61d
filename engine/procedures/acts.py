"""The acts of which the record of a version consists: who did what with it, when, and why."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from engine.kernel.actor import ActorKind
from engine.sealing.chain import chained_hash, text_of
from engine.sealing.journal_keys import JournalKey


class ActKind(StrEnum):
    """What was done with a version."""

    DEPLOYED = "deployed"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    CERTIFIED = "certified"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"
    RETIRED = "retired"
    OFFERED_AGAIN = "offered_again"
    """Its successor was retired before the day from which it would have been on offer."""


@dataclass(frozen=True, kw_only=True)
class Act:
    """One line of the record: who did what with a version, when, in which branch, and why.

    `detail` is JSON; that of a certification has the decree and the SHA-256 of every file. `hash` covers
    every other field and the hash before, with the key that `key_name` says.
    """

    version_id: UUID
    number: int
    at: datetime
    actor_kind: ActorKind
    actor_id: UUID | None
    actor_name: str
    branch_code: str | None
    kind: ActKind
    detail: Mapping[str, Any] = field(default_factory=dict)
    reason: str | None = None
    previous_hash: str
    key_name: str | None = None
    hash: str = ""

    def computed_hash(self, key: JournalKey | None) -> str:
        """The hash that this act ought to have; `key` is the one that it names, None where it names none."""
        fields = [
            "version",
            str(self.version_id),
            self.number,
            self.at.astimezone(UTC).isoformat(timespec="microseconds"),
            self.actor_kind.value,
            str(self.actor_id) if self.actor_id else None,
            self.actor_name,
            self.branch_code,
            self.kind.value,
            self.detail,
            self.reason,
        ]
        return chained_hash(text_of(fields), self.previous_hash, key)
