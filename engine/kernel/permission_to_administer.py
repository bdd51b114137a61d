"""Who may register topics, decide settings and connect agencies; every rule is one function here."""

from typing import Protocol
from uuid import UUID

from engine.kernel.actor import Actor, ActorKind, Role
from engine.kernel.permission import require_role
from engine.kernel.refusal import NotFound, NotPermitted


class OfAgency(Protocol):
    """An agency, known by its id."""

    @property
    def id(self) -> UUID: ...


def require_registers_topics(actor: Actor) -> None:
    """Refuse an actor who may not register topics and change what they say."""
    require_role(actor, Role.OPERATOR)


def require_reads_topics(actor: Actor) -> None:
    """Refuse an actor who may not read the register of topics: those who draw, certify and run procedures."""
    require_role(actor, Role.OPERATOR, Role.ANALYST, Role.CERTIFIER, Role.SUPERVISOR, Role.AUDITOR)


def require_connects(actor: Actor, agency: OfAgency | None, key: str) -> None:
    """Refuse an actor who may not see and change how the agency of that key is connected, its keys above all.

    `NotFound` if there is no such agency.
    """
    require_role(actor, Role.OPERATOR)
    if agency is None:
        raise NotFound.of("agency", key)


def agencies_in_sight(actor: Actor) -> UUID | None:
    """The one agency whose connection the actor sees, None for all; refused for who sees none."""
    require_role(actor, Role.OPERATOR)
    return None


def require_assigns_topics(actor: Actor) -> None:
    """Refuse an actor who may not say which topics an agency serves: where data of citizens goes."""
    require_role(actor, Role.OPERATOR)


def decides(actor: Actor) -> bool:
    """Whether the actor may change the settings that officials decide."""
    return actor.kind is ActorKind.SYSTEM or actor.has(Role.OPERATOR)


def require_decides(actor: Actor) -> None:
    """Refuse an actor who may not change the settings that officials decide."""
    if not decides(actor):
        raise NotPermitted("Only operators decide settings.")


def require_reads_settings(actor: Actor) -> None:
    """Refuse an actor who may not see which settings officials have decided, when and why."""
    require_role(actor, Role.OPERATOR, Role.SUPERVISOR, Role.AUDITOR, Role.DATA_PROTECTION_OFFICER)
