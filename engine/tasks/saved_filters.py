"""Filters of the worklist that a person keeps."""

from dataclasses import dataclass
from uuid import UUID

from engine.context import Command, Transaction
from engine.kernel.permission import require_person
from engine.kernel.refusal import NotFound
from engine.tasks import worklist_store
from engine.tasks.worklist_model import (
    SavedFilter,
    accepted_filter_name,
    accepted_query,
    require_room_for_filter,
)


@dataclass(frozen=True, kw_only=True)
class SaveFilter(Command[SavedFilter]):
    """Keep a view of the worklist under a name; an earlier one of that name is replaced."""

    name: str
    query: str


def save_filter(command: SaveFilter, transaction: Transaction) -> SavedFilter:
    """The filter as it is kept."""
    user_id = require_person(transaction.actor)
    name, query = accepted_filter_name(command.name), accepted_query(command.query)
    kept = worklist_store.filters_of(transaction.connection, user_id)
    earlier = next((saved.id for saved in kept if saved.name == name), None)
    if earlier is None:
        require_room_for_filter(len(kept))
    saved = SavedFilter(
        id=earlier or transaction.new_id(),
        user_id=user_id,
        name=name,
        query=query,
        saved_at=transaction.now,
    )
    worklist_store.save_filter(transaction.connection, saved)
    return saved


@dataclass(frozen=True, kw_only=True)
class ForgetFilter(Command[None]):
    """Keep a filter of one's own no longer."""

    filter_id: UUID


def forget_filter(command: ForgetFilter, transaction: Transaction) -> None:
    """Remove it; `NotFound` if the actor keeps no such filter."""
    if not worklist_store.forget_filter(
        transaction.connection, command.filter_id, require_person(transaction.actor)
    ):
        raise NotFound.of("saved filter", command.filter_id)
