"""Give and take posts: who works where, as what, and when, and who stands in for whom."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from engine.context import Command, Transaction
from engine.kernel.actor import Role
from engine.kernel.permission import require_operates
from engine.kernel.refusal import Conflict, Invalid, NotFound
from engine.organisation import store as organisation_store
from engine.people import post_store
from engine.people import store as people_store
from engine.people.post import Grant, Post, PostSource

LONGEST_POSITION = 200
"""Characters."""


@dataclass(frozen=True, kw_only=True)
class GivePost(Command[Post]):
    """Give a user a role at an organisation from one day to another, both included.

    `valid_from` is today if left out; without `valid_until` it lasts until it is ended. `substitute_for` is
    the user name of a colleague who has that role there, and in whose place they act in that time.
    """

    user_id: UUID
    organisation_id: UUID
    role: Role
    valid_from: date | None = None
    valid_until: date | None = None
    position: str = ""
    substitute_for: str | None = None


def give_post(command: GivePost, transaction: Transaction) -> Post:
    """The post; `Invalid` says by field what does not fit, `Conflict` that they have it already."""
    require_operates(transaction.actor)
    if people_store.user(transaction.connection, command.user_id) is None:
        raise Invalid.field("user", f"there is no user {command.user_id}")
    require_fits(transaction, command.organisation_id, command.role)
    known = post_store.lock_posts(transaction.connection, command.user_id)
    post = Post(
        id=transaction.new_id(),
        user_id=command.user_id,
        organisation_id=command.organisation_id,
        role=command.role,
        valid_from=command.valid_from or transaction.today,
        valid_until=command.valid_until,
        position=_position(command.position),
        substitute_for=_absent(command, transaction),
        given_by=transaction.actor.name,
        given_at=transaction.now,
    )
    _require_days(post, transaction)
    if any(post.overlaps(other) for other in known):
        raise Conflict("They have this post on some of these days already.", code="already_exists")
    post_store.save_post(transaction.connection, post)
    return post


@dataclass(frozen=True, kw_only=True)
class EndPost(Command[Post]):
    """Let a post end with its last day; without one it counts no more from now on."""

    post_id: UUID
    last_day: date | None = None


def end_post(command: EndPost, transaction: Transaction) -> Post:
    """The post as it has become; `Conflict` if it is over already."""
    require_operates(transaction.actor)
    found = post_store.post(transaction.connection, command.post_id)
    if found is None:
        raise NotFound.of("post", command.post_id)
    post_store.lock_posts(transaction.connection, found.user_id)
    post = post_store.post(transaction.connection, command.post_id) or found
    if post.is_over(transaction.today):
        raise Conflict("This post is over already.", code="post_over")
    if command.last_day is None:
        return taken(transaction, post)
    changed = replace(post, valid_until=command.last_day)
    _require_days(changed, transaction, what="last_day")
    post_store.save_post(transaction.connection, changed)
    return changed


def set_roles(
    transaction: Transaction, user_id: UUID, *, organisation_id: UUID, roles: Collection[Role]
) -> None:
    """Let a user have exactly these roles at an organisation from now on, in their own right."""
    own = [
        post
        for post in present_posts(transaction, user_id)
        if post.organisation_id == organisation_id and post.substitute_for is None
    ]
    for post in own:
        if post.role not in roles:
            taken(transaction, post)
    for role in sorted(set(roles) - {post.role for post in own}):
        given(transaction, user_id, Grant(organisation_id, role))


def present_posts(transaction: Transaction, user_id: UUID) -> Sequence[Post]:
    """The posts that a user has today; they are locked, and nobody else changes them meanwhile."""
    known = post_store.lock_posts(transaction.connection, user_id)
    return [post for post in known if post.counts_on(transaction.today)]


def given(
    transaction: Transaction, user_id: UUID, grant: Grant, *, source: PostSource = PostSource.REGISTER
) -> Post:
    """A new post from today on, written."""
    post = Post(
        id=transaction.new_id(),
        user_id=user_id,
        organisation_id=grant.place_id,
        role=grant.role,
        valid_from=transaction.today,
        source=source,
        given_by=transaction.actor.name,
        given_at=transaction.now,
    )
    post_store.save_post(transaction.connection, post)
    return post


def taken(transaction: Transaction, post: Post) -> Post:
    """A post that counts no more from now on, written."""
    withdrawn = post.withdrawn(by=transaction.actor.name, at=transaction.now)
    post_store.save_post(transaction.connection, withdrawn)
    return withdrawn


def require_fits(transaction: Transaction, organisation_id: UUID, role: Role) -> None:
    """`Invalid` unless there is such an organisation, and people have that role in one of its kind."""
    is_agency = (
        organisation_store.agency(transaction.connection, organisation_id, on=transaction.today) is not None
    )
    is_branch = (
        organisation_store.branch(transaction.connection, organisation_id, on=transaction.today) is not None
    )
    if not is_agency and not is_branch:
        raise Invalid.field("organisation", f"there is no organisation {organisation_id}")
    if role is not Role.ADMINISTRATOR and is_agency != (role is Role.OFFICER):
        raise Invalid.field("role", "an officer works for an agency, and everybody else in a branch")


def _position(text: str) -> str:
    stripped = text.strip()
    if len(stripped) > LONGEST_POSITION:
        raise Invalid.field(
            "position", f"expected at most {LONGEST_POSITION} characters, found {len(stripped)}"
        )
    return stripped


def _absent(command: GivePost, transaction: Transaction) -> UUID | None:
    """Whom they are to stand in for: a colleague who has that role there."""
    if command.substitute_for is None:
        return None
    user = people_store.active_user_named(transaction.connection, command.substitute_for)
    theirs = post_store.posts_of(transaction.connection, user.id) if user else ()
    first_day = command.valid_from or transaction.today
    wanted = Grant(command.organisation_id, command.role)
    has_it = any(
        post.grant == wanted and post.substitute_for is None and post.counts_on(first_day) for post in theirs
    )
    if user is None or not has_it or user.id == command.user_id:
        raise Invalid.field(
            "substitute_for", f"expected a colleague who is {command.role} there on the first day"
        )
    if command.valid_until is None:
        raise Invalid.field("valid_until", "expected the last day on which they stand in for somebody")
    return user.id


def _require_days(post: Post, transaction: Transaction, *, what: str = "valid_until") -> None:
    """`Invalid` unless the last day is neither over nor before the first."""
    last = post.valid_until
    if last is None:
        return
    if post.valid_from is not None and last < post.valid_from:
        raise Invalid.field(what, f"expected a day from {post.valid_from.isoformat()} on, found {last}")
    if last < transaction.today:
        raise Invalid.field(what, f"expected today or a later day, found {last.isoformat()}")
