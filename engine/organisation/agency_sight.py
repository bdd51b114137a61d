"""Whose connection somebody may see and change: their own agency's, those below them, or all."""

from uuid import UUID

from engine.context import QueryContext, Transaction
from engine.kernel.actor import ActorKind, Role
from engine.kernel.administration import require_administers
from engine.kernel.permission import require_role
from engine.kernel.refusal import NotFound
from engine.organisation import store as organisation_store
from engine.organisation import version_store
from engine.organisation.model import Agency


def connected_agency(key: str, source: Transaction | QueryContext) -> Agency:
    """The agency of that key; `NotFound` for who administers neither it nor what is above it in the tree."""
    agency = organisation_store.agency_keyed(source.connection, key, on=source.today)
    place = version_store.organisation(source.connection, agency.id, on=source.today) if agency else None
    if agency is None or place is None:
        raise NotFound.of("agency", key)
    require_administers(source.actor, place)
    return agency


def agencies_in_sight(context: QueryContext) -> frozenset[UUID] | None:
    """The agencies that the actor connects, None for all; refused for who connects none."""
    actor = context.actor
    require_role(actor, Role.OPERATOR, Role.ADMINISTRATOR)
    if actor.kind is ActorKind.SYSTEM or actor.has(Role.OPERATOR):
        return None
    if actor.organisation_id is None:
        return frozenset()
    below = version_store.below(context.connection, actor.organisation_id, on=context.today)
    return below | {actor.organisation_id}
