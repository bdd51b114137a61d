"""Who may give and end which post: below one's own organisation, to nobody's own self, some by two people."""

from typing import Final
from uuid import UUID

from engine.kernel.actor import Actor, ActorKind, Role
from engine.kernel.permission_objects import Administered
from engine.kernel.refusal import NotFound, NotPermitted

BY_TWO: Final = frozenset(
    {Role.SUPERVISOR, Role.CERTIFIER, Role.AUDITOR, Role.OPERATOR, Role.DATA_PROTECTION_OFFICER}
)
"""The ministry's roles: one person proposes who has them, and another confirms it."""
LOCAL: Final = frozenset({Role.CLERK, Role.MANAGER, Role.OFFICER, Role.ADMINISTRATOR})
"""The roles whose rights end with the organisation in which somebody has them, and with what is below it."""


def keeps_all_staff(actor: Actor) -> bool:
    """Whether the actor keeps the people of every organisation."""
    return actor.kind is ActorKind.SYSTEM or actor.has(Role.OPERATOR)


def keeps_staff(actor: Actor, place: Administered) -> bool:
    """Whether the actor sees and keeps who works there.

    An operator does everywhere, an administrator in their organisation and below it, the manager in their
    branch.
    """
    if keeps_all_staff(actor):
        return True
    if actor.has(Role.ADMINISTRATOR) and actor.organisation_id in place.line:
        return True
    return actor.has(Role.MANAGER) and actor.branch_id == place.id


def require_keeps_staff(actor: Actor, place: Administered) -> None:
    """Refuse an actor for whom nobody works there, as the organisation is not theirs to keep."""
    if not keeps_staff(actor, place):
        raise NotFound.of("organisation", place.code)


def require_keeps_some_staff(actor: Actor) -> None:
    """Refuse an actor who keeps the people of no organisation."""
    if not keeps_all_staff(actor) and not actor.has(Role.ADMINISTRATOR, Role.MANAGER):
        raise NotPermitted("Only administrators, managers of a branch and operators keep who works where.")


def require_provisions(actor: Actor) -> None:
    """Refuse an actor who may not let a directory say who there is and who works where.

    A directory chooses user names, so whoever speaks for it learns which are taken.
    """
    if not keeps_all_staff(actor):
        raise NotPermitted("Only an operator lets a directory push people.")


def may_give(actor: Actor, place: Administered, role: Role, *, ministry_id: UUID | None) -> bool:
    """Whether the actor may let somebody else have that role there.

    `ministry_id` is the ministry above the place, or the place itself; None where it is below none.
    """
    if keeps_all_staff(actor):
        return True
    if not keeps_staff(actor, place):
        return False
    if not actor.has(Role.ADMINISTRATOR) or actor.organisation_id not in place.line:
        return role is Role.CLERK
    return actor.organisation_id == ministry_id or role in LOCAL


def require_gives(
    actor: Actor, place: Administered, role: Role, *, ministry_id: UUID | None, to: UUID | None
) -> None:
    """Refuse an actor who may not let that user have, or lose, the role there; `to` is None for a new one."""
    require_keeps_staff(actor, place)
    if to is not None and actor.id == to:
        raise NotPermitted("Nobody gives themselves a post, or ends one of their own.", code="own_post")
    if not may_give(actor, place, role, ministry_id=ministry_id):
        raise NotPermitted(f"Only an administrator of the ministry lets somebody be {role} there.")


def needs_another(actor: Actor, place: Administered, role: Role, *, ministry_id: UUID | None) -> bool:
    """Whether somebody else must confirm it when that actor gives the role there.

    The ministry's roles are given by two, and so is its administration. Whoever sits at the machine itself
    acts as the system, which may do everything.
    """
    is_by_two = takes_two(role, is_ministry=place.id == ministry_id)
    return actor.kind is not ActorKind.SYSTEM and is_by_two


def takes_two(role: Role, *, is_ministry: bool) -> bool:
    """Whether the role at that organisation is one that two people give, whoever says it first."""
    return role in BY_TWO or (role is Role.ADMINISTRATOR and is_ministry)
