"""Who may bring in a version of a procedure, submit it, certify it, publish it and retire it."""

from engine.kernel.actor import Actor, ActorKind, Role
from engine.kernel.permission import require_role
from engine.kernel.refusal import NotPermitted


def require_deploys(actor: Actor) -> None:
    """Refuse an actor who may not bring in a version of a procedure."""
    require_role(actor, Role.ANALYST, Role.OPERATOR)


def require_comments(actor: Actor) -> None:
    """Refuse whoever may not read and write comments on a version: analysts and certifiers do."""
    _require_person_in(actor, Role.ANALYST, Role.CERTIFIER)


def require_draws(actor: Actor) -> None:
    """Refuse whoever may not draw in the studio: an analyst does, never the system itself."""
    _require_person_in(actor, Role.ANALYST)


def require_replays(actor: Actor) -> None:
    """Refuse an actor who may not take decisions of a version once more for cases of the past."""
    require_role(actor, Role.ANALYST, Role.CERTIFIER, Role.OPERATOR)


def require_sees_waits(actor: Actor) -> None:
    """Refuse an actor who may not see for how long cases wait at the elements of a procedure."""
    require_role(actor, Role.ANALYST, Role.CERTIFIER, Role.OPERATOR, Role.SUPERVISOR, Role.AUDITOR)


def require_submits(actor: Actor) -> None:
    """Refuse whoever may not ask for a version to be certified: an analyst does, never the system itself."""
    _require_person_in(actor, Role.ANALYST)


def require_certifies(actor: Actor) -> None:
    """Refuse whoever may not certify, return, publish or retire a version: never the system itself."""
    _require_person_in(actor, Role.CERTIFIER)


def _require_person_in(actor: Actor, *roles: Role) -> None:
    if actor.kind is not ActorKind.USER:
        raise NotPermitted("Only a person who is signed in, or whose token it is, may do this.")
    require_role(actor, *roles)
