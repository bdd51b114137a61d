"""Who may register topics and decide settings; every rule is one function here.

Who may connect an agency follows from the tree of organisations (`engine/kernel/administration.py`).
"""

from engine.kernel.actor import Actor, ActorKind, Role
from engine.kernel.office_settings import SettingKind
from engine.kernel.permission import require_role
from engine.kernel.refusal import NotPermitted


def require_registers_topics(actor: Actor) -> None:
    """Refuse an actor who may not register topics and change what they say."""
    require_role(actor, Role.OPERATOR)


def require_reads_topics(actor: Actor) -> None:
    """Refuse an actor who may not read the register of topics: those who draw, certify and run procedures."""
    require_role(actor, Role.OPERATOR, Role.ANALYST, Role.CERTIFIER, Role.SUPERVISOR, Role.AUDITOR)


def require_assigns_topics(actor: Actor) -> None:
    """Refuse an actor who may not enter agencies and say what they serve: where citizens' data goes."""
    require_role(actor, Role.OPERATOR)


def decides(actor: Actor, kind: SettingKind, *, of_ministry: bool) -> bool:
    """Whether the actor may change a setting of that kind.

    Operators may, and administrators of the ministry (`of_ministry`) where it is for the ministry to decide.
    """
    if actor.kind is ActorKind.SYSTEM or actor.has(Role.OPERATOR):
        return True
    return kind.by_ministry and of_ministry and actor.has(Role.ADMINISTRATOR)


def require_decides(actor: Actor, kind: SettingKind, *, of_ministry: bool) -> None:
    """Refuse an actor who may not change a setting of that kind."""
    if not decides(actor, kind, of_ministry=of_ministry):
        raise NotPermitted(f"You may not decide the setting {kind.key}.")


def require_reads_settings(actor: Actor) -> None:
    """Refuse an actor who may not see which settings officials have decided, when and why."""
    require_role(
        actor,
        Role.OPERATOR,
        Role.ADMINISTRATOR,
        Role.SUPERVISOR,
        Role.AUDITOR,
        Role.DATA_PROTECTION_OFFICER,
    )
