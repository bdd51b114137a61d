"""Who may see how branches do, and who writes and authorises texts for the people in them."""

from collections.abc import Iterable
from uuid import UUID

from engine.kernel.actor import Actor, ActorKind, Role
from engine.kernel.administration import require_administers
from engine.kernel.permission_objects import Administered
from engine.kernel.refusal import NotPermitted


def writes_all_content(actor: Actor) -> bool:
    """Whether the actor writes texts for whomever they like, in the name of the ministry."""
    return actor.kind is ActorKind.SYSTEM or actor.has(Role.SUPERVISOR)


def require_writes_content(actor: Actor, owner: Administered | None) -> None:
    """Refuse an actor who may not write, push and retire texts of that organisation; None is the ministry."""
    if writes_all_content(actor):
        return
    if owner is None or not actor.has(Role.ADMINISTRATOR):
        raise NotPermitted("Only supervisors, and administrators for what they administer, write texts.")
    require_administers(actor, owner)


def require_authorises_content(actor: Actor, authors: Iterable[UUID]) -> None:
    """Refuse an actor who wrote in the text, or is no person: two people answer for what all read."""
    if actor.id is None or actor.id in authors:
        raise NotPermitted("Somebody who wrote nothing of it has to authorise it.", code="four_eyes")


def supervises_all(actor: Actor) -> bool:
    """Whether the actor looks over all branches of the country."""
    return actor.kind is ActorKind.SYSTEM or actor.has(Role.SUPERVISOR)


def require_supervises(actor: Actor, organisation: Administered | None) -> None:
    """Refuse an actor who may not see how the branches below an organisation do; None is the country."""
    if supervises_all(actor):
        return
    if organisation is None or not actor.has(Role.ADMINISTRATOR):
        raise NotPermitted(
            "Only supervisors see all branches, and administrators those that they administer."
        )
    require_administers(actor, organisation)
