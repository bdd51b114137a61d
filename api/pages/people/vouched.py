"""Takes in people for whom a directory or an identity provider vouches, and notes what changed for them."""

import structlog

from api.http.context import engine, request_id, site
from engine.kernel.actor import SYSTEM
from engine.kernel.refusal import Conflict, NotPermitted
from engine.people.model import User
from engine.people.sign_in.contract import ExternalIdentity

_log = structlog.get_logger("api")


def received(person: ExternalIdentity) -> User:
    """Who the person is here, working where their groups say.

    `NotPermitted` for a stranger, and for a new person whose name somebody had before them.
    """
    placing = site().door.role_mapping
    posts = placing.posts(person)
    try:
        found = engine().carry_out(placing.reception(person, posts), actor=SYSTEM)
    except Conflict as refused:
        raise NotPermitted("The name was another person's here.", code="stranger") from refused
    unknown = (*(posts.unknown if posts else ()), *map(str, found.unknown))
    if unknown:
        _log.warning("groups_not_understood", request_id=request_id(), unknown=unknown)
    if found.given or found.taken:
        _log.info(
            "person_placed",
            request_id=request_id(),
            user_id=str(found.user.id),
            given=[str(post) for post in found.given],
            taken=[str(post) for post in found.taken],
        )
    return found.user
