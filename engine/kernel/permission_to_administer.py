"""Who may register topics, decide settings and connect agencies; every rule is one function here."""

from engine.kernel.actor import Actor, ActorKind, Role
from engine.kernel.permission import require_role
from engine.kernel.refusal import NotPermitted


def require_registers_topics(actor: Actor) -> None:
    """Refuse an actor who may not register topics and change what they say."""
    require_role(actor, Role.OPERATOR)


def require_reads_topics(actor: Actor) -> None:
    """Refuse an actor who may not read the register of topics: those who draw, certify and run procedures."""
    require_role(actor, Role.OPERATOR, Role.ANALYST, Role.CERTIFIER, Role.SUPERVISOR, Role.AUDITOR)


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
