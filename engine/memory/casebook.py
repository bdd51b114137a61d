"""What stands beside the journal of a case, in the in-memory tables."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from engine.cases.model import Case
from engine.cases.note import Note
from engine.cases.party import Party, PartyRole
from engine.cases.ports_casebook import Names
from engine.kernel.permission import Sight
from engine.memory.pages import Order
from engine.memory.tables import Tables
from engine.messages.model import Subscription
from engine.ports_reads import Page, Slice
from engine.service_tasks.model import ServiceTask
from engine.tasks.model import Task

_NOTES = Order[Note]("notes", (datetime, UUID), lambda note: (note.written_at, note.id), newest_first=True)


class MemoryCasebook:
    """Fills the ports `CasebookWork` and `CasebookReads`."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def add_note(self, note: Note) -> None:
        """Write a new note."""
        self._tables.notes[note.id] = note

    def note(self, note_id: UUID) -> Note | None:
        """One note."""
        return self._tables.notes.get(note_id)

    def parties(self, case_id: UUID) -> Sequence[Party]:
        """Who is in the case, the applicant first."""
        found = (party for party in self._tables.parties.values() if party.case_id == case_id)
        return sorted(found, key=lambda party: (party.role is not PartyRole.APPLICANT, party.id))

    def notes(self, case_id: UUID, part: Slice) -> Page[Note]:
        """The notes on a case, newest first."""
        return _NOTES.page((note for note in self._tables.notes.values() if note.case_id == case_id), part)

    def subscriptions(self, case_id: UUID) -> Sequence[Subscription]:
        """What the case waits for, oldest first."""
        found = (waiting for waiting in self._tables.subscriptions.values() if waiting.case_id == case_id)
        return sorted(found, key=lambda waiting: (waiting.created_at, waiting.id))

    def names(self, case_id: UUID) -> Names:
        """Names of the case's tasks and service tasks, and of the people in its journal."""
        rows: list[Task | ServiceTask] = [*self._tables.tasks.values(), *self._tables.service_tasks.values()]
        work = {row.id: row.name for row in rows if row.case_id == case_id}
        actors = {line.actor_id for line in self._tables.journals.get(case_id, ())}
        people = {
            user.username: user.display_name for user in self._tables.users.values() if user.id in actors
        }
        return Names(work=work, people=people)

    def cases_with_any_word(self, words: Sequence[str], *, sight: Sight, limit: int) -> Sequence[Case]:
        """Cases in sight that are found by one of the words, newest first."""
        found = [
            replace(case, snapshot=b"")
            for case in self._tables.cases.values()
            if (sight.everywhere or (sight.branch_id is not None and case.branch_id == sight.branch_id))
            and not self._tables.words.get(case.id, frozenset()).isdisjoint(words)
        ]
        return sorted(found, key=lambda case: (case.opened_at, case.id), reverse=True)[:limit]
