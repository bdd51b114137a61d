"""Notes: what the people of a branch write to one another about a case."""

from dataclasses import dataclass
from uuid import UUID

from engine.cases import journal_store
from engine.cases.changeset import case_file
from engine.cases.journal import Note
from engine.context import Command, Transaction
from engine.kernel.permission import require_works_case
from engine.kernel.refusal import Invalid

LONGEST = 4000
"""Characters."""


def accepted_text(text: str) -> str:
    """The text without surrounding space; `Invalid` if there is none or it is too long."""
    words = text.strip()
    if not words:
        raise Invalid.field("text", "a note needs a text")
    if len(words) > LONGEST:
        raise Invalid.field("text", f"expected at most {LONGEST} characters, found {len(words)}")
    return words


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
