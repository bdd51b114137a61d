"""Who may see and change which organisation: everybody their own, and what is below it in the tree."""

from uuid import UUID

from engine.kernel.actor import Actor, ActorKind, Role
from engine.kernel.permission_objects import Administered
from engine.kernel.refusal import NotFound, NotPermitted


def require_administers(actor: Actor, thing: Administered) -> None:
    """Refuse an actor for whom the organisation does not exist, because it is not theirs to administer.

    An administrator has the organisation in which they act, and what is below it; an operator has all.
    """
    if actor.kind is ActorKind.SYSTEM or actor.has(Role.OPERATOR):
        return
    if not (actor.has(Role.ADMINISTRATOR) and actor.organisation_id in thing.line):
        raise NotFound.of("organisation", thing.code)


def require_lists_organisations(actor: Actor) -> None:
    """Refuse an actor who administers nothing."""
    if actor.kind is not ActorKind.SYSTEM and not actor.has(Role.ADMINISTRATOR, Role.OPERATOR):
        raise NotPermitted("Only administrators and operators see the register of organisations.")


def require_administers_above(actor: Actor, thing: Administered) -> None:
    """Refuse an actor who may not move or close the organisation: who administers it alone may not.

    What becomes of an organisation is decided above it.
    """
    require_administers(actor, thing)
    if actor.organisation_id == thing.id and not actor.has(Role.OPERATOR):
        raise NotPermitted("Only an administrator of what is above the organisation moves or closes it.")


def require_applies(actor: Actor) -> UUID:
    """Refuse an actor who may not open a case for an organisation: its administrator may. Its id."""
    organisation_id = actor.organisation_id
    if actor.kind is not ActorKind.USER or not actor.has(Role.ADMINISTRATOR) or organisation_id is None:
        raise NotPermitted("Only an administrator of an organisation opens a case for it.")
    return organisation_id


def require_authorises(actor: Actor, above: Administered | None) -> None:
    """Refuse an actor who may not let a new organisation come into being below `above`, or at the top.

    An operator may, the procedure of authorisation, and who administers the top of the tree: the ministry.
    """
    if actor.kind is ActorKind.SYSTEM or actor.has(Role.OPERATOR):
        return
    if above is None:
        raise NotPermitted("Only an operator enters an organisation that is below no other.")
    require_administers(actor, above)
    if actor.organisation_id != above.line[-1]:
        raise NotPermitted("Only an administrator of the ministry enters a new organisation.")
