"""Add a note to a case: a word for the colleagues of the branch."""

from dataclasses import dataclass
from uuid import UUID

from engine.cases import journal_store
from engine.cases.lookup import case_file
from engine.cases.note import Note, accepted_text
from engine.context import Command, Transaction
from engine.kernel.permission import require_works_case


@dataclass(frozen=True, kw_only=True)
class AddNote(Command[Note]):
    """Write a note on a case, closed ones included."""

    case_id: UUID
    text: str


def add_note(command: AddNote, transaction: Transaction) -> Note:
    """The note. The journal says that there is one, and never what it says."""
    text = accepted_text(command.text)
    changeset = case_file(transaction, command.case_id)
    require_works_case(transaction.actor, changeset.case)
    note = Note(
        id=transaction.new_id(),
        case_id=command.case_id,
        author_id=transaction.actor.id,
        author_name=transaction.actor.name,
        written_at=transaction.now,
        text=text,
    )
    journal_store.add_note(transaction.connection, note)
    changeset.record("note_added", {"note": str(note.id)})
    changeset.save()
    return note
