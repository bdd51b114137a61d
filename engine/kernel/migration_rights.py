"""Who may take running cases to another version: analysts plan it, certifiers decide it, operators do it."""

from engine.kernel.actor import Actor, Role
from engine.kernel.permission import require_role


def require_plans_migration(actor: Actor) -> None:
    """Refuse an actor who may not read and edit plans, try them, and see how far they have come."""
    require_role(actor, Role.ANALYST, Role.CERTIFIER, Role.OPERATOR)


def require_decides_migration(actor: Actor) -> None:
    """Refuse an actor who may not decide that cases are moved by a plan."""
    require_role(actor, Role.CERTIFIER)


def require_runs_migration(actor: Actor) -> None:
    """Refuse an actor who may not move cases in bulk, pause that, stop it, and take cases back."""
    require_role(actor, Role.OPERATOR)
