"""Who does the work of a branch that is closed."""

from datetime import date

from engine.organisation import store as organisation_store
from engine.organisation.model import Branch
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
