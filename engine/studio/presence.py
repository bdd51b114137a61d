"""Who is in a draft now, as their browsers say every few seconds."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from engine.context import Command, Transaction
from engine.kernel.permission import require_person
from engine.kernel.procedure_rights import require_draws
from engine.kernel.refusal import NotFound
from engine.studio import store as studio_store
from engine.studio.model import HERE_FOR, Present


@dataclass(frozen=True, kw_only=True)
class Company:
    """Who else is in a draft, and the revision of each of its files."""

    others: tuple[Present, ...]
    revisions: Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class NotePresence(Command[Company]):
    """Say that one is in a draft, at that file of it; None for the draft as a whole."""

    draft_id: UUID
    file: str | None = None


def note_presence(command: NotePresence, transaction: Transaction) -> Company:
    """Everybody else who is there."""
    require_draws(transaction.actor)
    user_id, connection = require_person(transaction.actor), transaction.connection
    if studio_store.draft_of(connection, command.draft_id, locked=True) is None:
        raise NotFound.of("draft", command.draft_id)
    revisions = studio_store.revisions_of(connection, command.draft_id)
    file = command.file if command.file in revisions else None
    here = Present(user_id=user_id, name=transaction.actor.name, file=file, seen_at=transaction.now)
    studio_store.note_presence(connection, command.draft_id, here)
    found = studio_store.present_in(connection, command.draft_id, transaction.now - HERE_FOR)
    others = tuple(one for one in found if one.user_id != user_id)
    return Company(others=others, revisions=revisions)
