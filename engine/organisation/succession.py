"""Who does the work of a branch that is closed, or is going to be."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from engine.kernel.bilingual import Bilingual
from engine.organisation import store as organisation_store
from engine.organisation import version_store
from engine.organisation.model import Branch
from engine.organisation.organisation import Particulars
from engine.storage.database import Connection

_MOST_IN_A_ROW = 10
"""Successors that were closed themselves are followed so far."""


def successor_of(connection: Connection, branch: Branch, *, on: date) -> Branch | None:
    """The open branch that has taken over a closed one by that day; None if nobody has."""
    found: Branch | None = branch
    for _ in range(_MOST_IN_A_ROW):
        if found is None or found.is_open:
            return found
        successor_id = found.successor_id
        found = organisation_store.branch(connection, successor_id, on=on) if successor_id else None
    return None


@dataclass(frozen=True, kw_only=True)
class Successor:
    """The branch that takes over: its code, and what is true of it on the day of the closing or today."""

    code: str
    particulars: Particulars


@dataclass(frozen=True, kw_only=True)
class Closing:
    """That a branch closes for good on a day, or has closed by then, and who takes over; None if nobody."""

    called: Bilingual
    from_day: date
    is_over: bool
    successor: Successor | None


def closing_of(connection: Connection, branch_id: UUID, *, on: date) -> Closing | None:
    """Whether a branch has closed by that day, or is going to as far as is planned; None where it goes on."""
    versions = version_store.counting(connection, branch_id)
    last = next((one for one in versions if not one.particulars.is_open), None)
    if last is None:
        return None
    day = max(on, last.valid_from)
    closed = organisation_store.branch(connection, branch_id, on=day)
    heir = successor_of(connection, closed, on=day) if closed else None
    stated = version_store.names_on(connection, [heir.id], on=day).get(heir.id) if heir else None
    return Closing(
        called=last.particulars.called,
        from_day=last.valid_from,
        is_over=last.valid_from <= on,
        successor=Successor(code=heir.code, particulars=stated) if heir and stated else None,
    )
