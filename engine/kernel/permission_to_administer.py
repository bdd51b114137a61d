"""Who may register topics, decide settings and connect agencies; every rule is one function here."""

from engine.kernel.actor import Actor, Role
from engine.kernel.permission import require_role


def require_registers_topics(actor: Actor) -> None:
    """Refuse an actor who may not register topics and change what they say."""
    require_role(actor, Role.OPERATOR)


def require_reads_topics(actor: Actor) -> None:
    """Refuse an actor who may not read the register of topics: those who draw, certify and run procedures."""
    require_role(actor, Role.OPERATOR, Role.ANALYST, Role.CERTIFIER, Role.SUPERVISOR, Role.AUDITOR)
