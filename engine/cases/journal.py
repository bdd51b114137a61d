"""The journal: the append-only record of a case, each line bound to the one before by a hash."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from engine.kernel.actor import Actor, ActorKind
from engine.sealing.chain import GENESIS, chained_hash, text_of
from engine.sealing.journal_keys import JournalKey


@dataclass(frozen=True, kw_only=True)
class JournalEntry:
    """One line: who, when, in which office, what, and why.

    `action` is a stable word (`case_opened`, `task_completed` …). `detail` is JSON and holds what the line is
    about, never form data. `hash` covers every other field and the hash before, so a changed, dropped or
    moved line shows. It is keyed where `key_name` says with which key: only who has the key can make it.
    """

    case_id: UUID
    number: int
    at: datetime
    actor_kind: ActorKind
    actor_id: UUID | None
    actor_name: str
    branch_code: str | None
    action: str
    detail: Mapping[str, Any] = field(default_factory=dict)
    reason: str | None = None
    previous_hash: str
    key_name: str | None = None
    hash: str

    def computed_hash(self, key: JournalKey | None) -> str:
        """The hash that this line ought to have; `key` is the one that it names, None where it names none."""
        fields = [
            str(self.case_id),
            self.number,
            self.at.astimezone(UTC).isoformat(timespec="microseconds"),
            self.actor_kind.value,
            str(self.actor_id) if self.actor_id else None,
            self.actor_name,
            self.branch_code,
            self.action,
            self.detail,
            self.reason,
        ]
        return chained_hash(text_of(fields), self.previous_hash, key)


@dataclass(frozen=True, kw_only=True)
class JournalHead:
    """Where a case's journal stands: how many lines it has, and the hash of the last."""

    length: int = 0
    hash: str = GENESIS

    def next(
        self,
        *,
        case_id: UUID,
        at: datetime,
        actor: Actor,
        action: str,
        detail: Mapping[str, Any] | None = None,
        reason: str | None = None,
        key: JournalKey | None = None,
    ) -> tuple[JournalEntry, "JournalHead"]:
        """The next line, its hash made with `key`, and the head after it.

        Its detail says under `for` in whose place the actor has some of their roles.
        """
        draft = JournalEntry(
            case_id=case_id,
            number=self.length + 1,
            at=at,
            actor_kind=actor.kind,
            actor_id=actor.id,
            actor_name=actor.name,
            branch_code=actor.branch_code,
            action=action,
            detail=_with_absent(detail or {}, actor),
            reason=reason,
            previous_hash=self.hash,
            key_name=key.name if key else None,
            hash="",
        )
        entry = JournalEntry(**{**draft.__dict__, "hash": draft.computed_hash(key)})
        return entry, JournalHead(length=entry.number, hash=entry.hash)


def _with_absent(detail: Mapping[str, Any], actor: Actor) -> Mapping[str, Any]:
    return {**detail, "for": list(actor.stands_in_for)} if actor.stands_in_for else detail


@dataclass(frozen=True, kw_only=True)
class Names:
    """Names for a reader of the journal.

    Of tasks and service tasks (`work`) by id, of people by user name, of fees by their id in the procedure.
    """

    work: Mapping[UUID, str]
    people: Mapping[str, str]
    fees: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Note:
    """One note; it is never changed. The text may be personal, and never stands in the journal."""

    id: UUID
    case_id: UUID
    author_id: UUID | None
    author_name: str
    written_at: datetime
    text: str
