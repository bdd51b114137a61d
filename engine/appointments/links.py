"""Links for screens and kiosks: whoever has one sees numbers, or takes one, and nothing personal."""

import secrets
from dataclasses import dataclass, field
from hashlib import sha256
from uuid import UUID

from engine.appointments import schedule_store
from engine.appointments.schedule_store import LinkKind
from engine.context import Command, Transaction
from engine.kernel.permission import require_branch, require_plans_appointments
from engine.storage.database import Connection

_BYTES = 20


@dataclass(frozen=True, kw_only=True)
class BranchLink:
    """A link of a branch that was made; its `text` is told once."""

    kind: LinkKind
    text: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class MakeLink(Command[BranchLink]):
    """Make the link of the actor's branch for a screen or a kiosk; the one before opens nothing any more."""

    kind: LinkKind


def make_link(command: MakeLink, transaction: Transaction) -> BranchLink:
    """The link, of which only the digest is kept."""
    branch_id = require_branch(transaction.actor)
    require_plans_appointments(transaction.actor, branch_id)
    text = secrets.token_urlsafe(_BYTES)
    schedule_store.save_link(
        transaction.connection,
        branch_id=branch_id,
        kind=command.kind.value,
        digest=_digest(text),
        made_at=transaction.now,
    )
    return BranchLink(kind=command.kind, text=text)


def linked(connection: Connection, text: str, kind: LinkKind) -> UUID | None:
    """The branch that a link of that kind belongs to; None if it opens nothing."""
    return schedule_store.linked_branch(connection, digest=_digest(text), kind=kind)


def _digest(text: str) -> str:
    return sha256(b"stoa link:" + text.encode()).hexdigest()
