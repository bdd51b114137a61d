"""The state of the in-memory store: one dictionary per kind of thing, holding immutable domain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from engine.cases.journal import JournalEntry
from engine.cases.model import Case
from engine.cases.note import Note
from engine.cases.party import Party
from engine.documents.model import Document
from engine.incidents.model import Incident
from engine.messages.model import Message, Subscription
from engine.notices.model import Notice
from engine.organisation.model import Agency, Branch, User
from engine.outbox.model import Job
from engine.people.account import Account
from engine.people.attempts import Attempts
from engine.people.pause import Pause
from engine.people.ports_accounts import Grant, LinkedIdentity
from engine.people.session import Session
from engine.people.token import Token
from engine.procedures.model import ProcedureVersion
from engine.procedures.start import Start
from engine.service_tasks.model import ServiceTask
from engine.tasks.model import Task
from engine.tasks.worklist_model import SavedFilter


@dataclass(frozen=True, kw_only=True)
class NotedKey:
    """An idempotency key as it is kept; `receipt` is None until its request got one."""

    fingerprint: bytes
    until: datetime
    receipt: Mapping[str, Any] | None = None


@dataclass
class Tables:
    """Everything that is stored. A unit of work changes a copy, which replaces the original when it commits.

    Because the values in the dictionaries are immutable, copying the dictionaries is enough.
    """

    cases: dict[UUID, Case] = field(default_factory=dict)
    words: dict[UUID, frozenset[str]] = field(default_factory=dict)
    parties: dict[UUID, Party] = field(default_factory=dict)
    tasks: dict[UUID, Task] = field(default_factory=dict)
    service_tasks: dict[UUID, ServiceTask] = field(default_factory=dict)
    subscriptions: dict[UUID, Subscription] = field(default_factory=dict)
    journals: dict[UUID, tuple[JournalEntry, ...]] = field(default_factory=dict)
    incidents: dict[UUID, Incident] = field(default_factory=dict)
    starts: dict[UUID, Start] = field(default_factory=dict)
    accounts: dict[UUID, Account] = field(default_factory=dict)
    sessions: dict[UUID, Session] = field(default_factory=dict)
    attempts: dict[bytes, Attempts] = field(default_factory=dict)
    identities: dict[tuple[str, str], LinkedIdentity] = field(default_factory=dict)
    granted: dict[UUID, frozenset[Grant]] = field(default_factory=dict)
    jobs: dict[UUID, Job] = field(default_factory=dict)
    messages: dict[UUID, Message] = field(default_factory=dict)
    notes: dict[UUID, Note] = field(default_factory=dict)
    notices: dict[UUID, Notice] = field(default_factory=dict)
    documents: dict[UUID, Document] = field(default_factory=dict)
    contents: dict[UUID, bytes] = field(default_factory=dict)
    saved_filters: dict[UUID, SavedFilter] = field(default_factory=dict)
    pauses: dict[tuple[UUID, UUID], Pause] = field(default_factory=dict)
    officers: dict[tuple[UUID, UUID], None] = field(default_factory=dict)
    running_numbers: dict[tuple[UUID, int], int] = field(default_factory=dict)
    branches: dict[UUID, Branch] = field(default_factory=dict)
    users: dict[UUID, User] = field(default_factory=dict)
    members: dict[tuple[UUID, UUID], frozenset[str]] = field(default_factory=dict)
    agencies: dict[UUID, Agency] = field(default_factory=dict)
    tokens: dict[UUID, Token] = field(default_factory=dict)
    versions: dict[UUID, ProcedureVersion] = field(default_factory=dict)
    files: dict[UUID, Mapping[str, bytes]] = field(default_factory=dict)
    keys: dict[tuple[str, str], NotedKey] = field(default_factory=dict)
    beats: dict[str, datetime] = field(default_factory=dict)

    def copy(self) -> "Tables":
        """The same contents, to be changed apart."""
        return Tables(**{table.name: dict(getattr(self, table.name)) for table in fields(self)})


def json_copy(value: Any) -> Any:
    """The JSON value as a database would give it back: equal, but shared with nobody.

    `TypeError` for what JSON cannot hold, as in the databases.
    """
    return orjson.loads(orjson.dumps(value))
