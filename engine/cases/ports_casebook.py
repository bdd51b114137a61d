"""What the engine needs from storage to tell more of a case: notes, and names for what is in its journal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from engine.cases.model import Case
from engine.cases.note import Note
from engine.cases.party import Party
from engine.kernel.permission import Sight
from engine.messages.model import Subscription

if TYPE_CHECKING:
    from engine.ports_reads import Page, Slice


@dataclass(frozen=True, kw_only=True)
class Names:
    """Names for a reader of the journal: of tasks and service tasks by id, of people by user name."""

    work: Mapping[UUID, str]
    people: Mapping[str, str]


class CasebookWork(Protocol):
    """Notes in a unit of work; their case is locked by then."""

    def add_note(self, note: Note) -> None:
        """Write a new note."""

    def note(self, note_id: UUID) -> Note | None:
        """One note."""

    def parties(self, case_id: UUID) -> Sequence[Party]:
        """Who is in the case, the applicant first."""


class CasebookReads(Protocol):
    """Questions about one case that its rows do not answer."""

    def notes(self, case_id: UUID, part: Slice) -> Page[Note]:
        """The notes on a case, newest first."""

    def subscriptions(self, case_id: UUID) -> Sequence[Subscription]:
        """What the case waits for, messages and signals, oldest first."""

    def names(self, case_id: UUID) -> Names:
        """Names of the case's tasks and service tasks, and of the people in its journal."""

    def cases_with_any_word(self, words: Sequence[str], *, sight: Sight, limit: int) -> Sequence[Case]:
        """Up to `limit` cases in sight that are found by one of the words, whole, newest first."""
