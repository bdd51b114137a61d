"""Who sends a message, and from whom a diagram takes one."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from engine.kernel.actor import Actor, ActorKind, Role

MESSAGE_FROM: Final = "stoa:message-from"
"""The property of a message event that says who may send its message: entries with commas between them."""

SENDING_ROLES: Final = (Role.CLERK, Role.MANAGER, Role.AGENT)
"""The roles that may be named: those that work with cases. The others look, or work on something else."""

_CITIZEN: Final = "citizen"
_NAMED = re.compile(r"(?:agency|system):[a-z0-9][a-z0-9-]{0,63}")

Entries = tuple[str, ...]
"""Entries of the property: `agency:<key>`, `role:<role>`, `citizen`, `system:<key of a procedure>`."""


def entries_of(value: str) -> Entries:
    """The entries of a value of the property, each once; whether they make sense is not asked."""
    return tuple(dict.fromkeys(entry.strip() for entry in value.split(",") if entry.strip()))


def written_entries(entries: Entries | None) -> str | None:
    """Entries as they are stored; None stays None, which is not the same as no entry."""
    return None if entries is None else ",".join(entries)


def read_entries(stored: str | None) -> Entries | None:
    """Entries as they were stored."""
    return None if stored is None else entries_of(stored)


def is_entry(text: str) -> bool:
    """Whether this is how a sender is named; there need not be an agency or a procedure of that key."""
    named_roles = {f"role:{role}" for role in SENDING_ROLES}
    return text == _CITIZEN or text in named_roles or _NAMED.fullmatch(text) is not None


@dataclass(frozen=True, kw_only=True)
class Sender:
    """Who sends a message, with all that its right to do so rests on; it is stored with a kept message.

    `agency_key` is the agency that it speaks for. `procedure_key` is that of the case which sends it, by a
    throw event or a send task; `case_id` is the case of a citizen.
    """

    kind: ActorKind
    name: str
    id: UUID | None = None
    roles: frozenset[Role] = frozenset()
    branch_id: UUID | None = None
    branch_code: str | None = None
    agency_key: str | None = None
    procedure_key: str | None = None
    case_id: UUID | None = None

    @classmethod
    def of(cls, actor: Actor, *, procedure_key: str | None = None, case_id: UUID | None = None) -> "Sender":
        """The actor as a sender; only the system sends for a procedure, and only a citizen for a case."""
        speaks_for = actor.name if actor.kind is ActorKind.AGENCY else actor.agency_key
        return cls(
            kind=actor.kind,
            name=actor.name,
            id=actor.id,
            roles=actor.roles,
            branch_id=actor.branch_id,
            branch_code=actor.branch_code,
            agency_key=speaks_for if actor.kind is ActorKind.AGENCY or actor.has(Role.OFFICER) else None,
            procedure_key=procedure_key if actor.kind is ActorKind.SYSTEM else None,
            case_id=case_id if actor.kind is ActorKind.CITIZEN else None,
        )

    @property
    def is_outside(self) -> bool:
        """Whether it is somebody outside: not a case here, nor the engine itself."""
        return self.kind is not ActorKind.SYSTEM

    @property
    def entries(self) -> Entries:
        """The entries that name this sender."""
        if self.kind is ActorKind.SYSTEM:
            return (f"system:{self.procedure_key or self.name}",)
        if self.kind is ActorKind.CITIZEN:
            return (_CITIZEN,)
        agencies = (f"agency:{self.agency_key}",) if self.agency_key else ()
        return agencies + tuple(f"role:{role}" for role in SENDING_ROLES if role in self.roles)

    @property
    def acts_as(self) -> frozenset[str]:
        """The roles in which this sender is offered actions, as `stoa:action-roles` names them."""
        if self.kind is ActorKind.CITIZEN:
            return frozenset({_CITIZEN})
        agencies = {"agency"} if self.agency_key else set()
        return frozenset(agencies | {role.value for role in self.roles})

    @property
    def actor(self) -> Actor:
        """Who the journal says it was."""
        return Actor(
            kind=self.kind,
            id=self.id,
            name=self.name,
            roles=self.roles,
            branch_id=self.branch_id,
            branch_code=self.branch_code,
            agency_key=self.agency_key,
        )

    def as_json(self) -> dict[str, Any]:
        """The sender as it is stored."""
        return {
            "kind": self.kind.value,
            "name": self.name,
            "id": _text(self.id),
            "roles": sorted(role.value for role in self.roles),
            "branch_id": _text(self.branch_id),
            "branch_code": self.branch_code,
            "agency_key": self.agency_key,
            "procedure_key": self.procedure_key,
            "case_id": _text(self.case_id),
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Sender":
        """The sender as it was stored."""
        return cls(
            kind=ActorKind(stored["kind"]),
            name=stored["name"],
            id=_id(stored["id"]),
            roles=frozenset(Role(role) for role in stored["roles"]),
            branch_id=_id(stored["branch_id"]),
            branch_code=stored["branch_code"],
            agency_key=stored["agency_key"],
            procedure_key=stored["procedure_key"],
            case_id=_id(stored["case_id"]),
        )


@dataclass(frozen=True, kw_only=True)
class Receiver:
    """What waits for a message: a case, or a start event that has none yet, of a procedure.

    `senders` is what the diagram says; None where it says nothing.
    """

    procedure_key: str
    senders: Entries | None
    case_id: UUID | None = None
    branch_id: UUID | None = None


def _text(identifier: UUID | None) -> str | None:
    return str(identifier) if identifier else None


def _id(text: str | None) -> UUID | None:
    return UUID(text) if text else None
