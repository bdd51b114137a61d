"""Give, confirm and end posts: who works where, as what, and when, and who stands in for whom."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from engine.context import Command, QueryContext, Transaction
from engine.kernel.actor import Role
from engine.kernel.refusal import Conflict, Invalid, NotFound, NotPermitted
from engine.kernel.staffing import (
    keeps_all_staff,
    needs_another,
    require_gives,
    require_keeps_staff,
    takes_two,
)
from engine.organisation import version_store
from engine.organisation.organisation import OFFICES, OrganisationKind, OrganisationOnDay
from engine.outbox import store as outbox_store
from engine.outbox.model import Job, JobKind
from engine.people import post_store
from engine.people import store as people_store
from engine.people.model import User
from engine.people.post import THE_DIRECTORY, Grant, Post, PostSource

LONGEST_POSITION = 200
"""Characters."""
_OF_A_COUNTER = (Role.CLERK, Role.MANAGER)


@dataclass(frozen=True, kw_only=True)
class GivePost(Command[Post]):
    """Give somebody a role at an organisation from one day to another, both included.

    `valid_from` is today if left out; without `valid_until` it lasts until it is ended. `substitute_for` is
    the user name of a colleague who has that role there, and in whose place they act in that time.
    """

    username: str
    organisation: str
    role: Role
    valid_from: date | None = None
    valid_until: date | None = None
    position: str = ""
    substitute_for: str | None = None


def give_post(command: GivePost, transaction: Transaction) -> Post:
    """The post, which waits for another to confirm it where two must give it.

    `Invalid` says by field what does not fit, `Conflict` that they have it already, `NotFound` that nobody of
    that name works in an organisation of the actor.
    """
    place = place_coded(transaction, command.organisation)
    require_keeps_staff(transaction.actor, place)
    user = kept_user(transaction, command.username)
    post = post_to_give(command, transaction, place=place, user=user)
    require_no_overlap(post, post_store.lock_posts(transaction.connection, user.id))
    write_post(transaction, post)
    return post


def post_to_give(
    command: GivePost, transaction: Transaction, *, place: OrganisationOnDay, user: User
) -> Post:
    """The post that the command means, not written yet; refused if it may not be given, or does not fit."""
    ministry_id = ministry_above(transaction, place)
    require_gives(transaction.actor, place, command.role, ministry_id=ministry_id, to=user.id)
    problems = problems_of_post(
        place.organisation.kind,
        command.role,
        valid_from=command.valid_from,
        valid_until=command.valid_until,
        position=command.position,
        today=transaction.today,
    )
    absent_id = None
    if command.substitute_for is not None:
        absent_id = _absent(command, place.id, transaction)
        if absent_id is None or absent_id == user.id:
            wanted = f"expected a colleague who is {command.role} there on the first day"
            problems["substitute_for"] = [wanted]
        if command.valid_until is None:
            problems["valid_until"] = ["expected the last day on which they stand in for somebody"]
    if problems:
        raise Invalid("The post cannot be given so.", problems)
    return Post(
        id=transaction.new_id(),
        user_id=user.id,
        organisation_id=place.id,
        role=command.role,
        valid_from=command.valid_from or transaction.today,
        valid_until=command.valid_until,
        position=command.position.strip(),
        substitute_for=absent_id,
        awaits_confirmation=needs_another(transaction.actor, place, command.role, ministry_id=ministry_id),
        given_by=transaction.actor.name,
        given_at=transaction.now,
    )


@dataclass(frozen=True, kw_only=True)
class ConfirmPost(Command[Post]):
    """Confirm a post that another has proposed, or a group gave alone; it counts from then on."""

    post_id: UUID


def confirm_post(command: ConfirmPost, transaction: Transaction) -> Post:
    """The post as it counts; `NotPermitted` for whoever proposed it, and for whom it is."""
    post = _kept_post(transaction, command.post_id)
    place = version_store.organisation(transaction.connection, post.organisation_id, on=transaction.today)
    is_ministry = place is not None and place.organisation.kind is OrganisationKind.MINISTRY
    by_two = takes_two(post.role, is_ministry=is_ministry)
    if not post.wants_confirmation(takes_two=by_two) or post.is_over(transaction.today):
        raise Conflict("This post waits for nobody to confirm it.", code="not_proposed")
    if transaction.actor.name == post.given_by:
        raise NotPermitted("Whoever proposed a post does not confirm it.", code="four_eyes")
    confirmed = replace(post, awaits_confirmation=False, confirmed_by=transaction.actor.name)
    post_store.save_post(transaction.connection, confirmed)
    return confirmed


@dataclass(frozen=True, kw_only=True)
class EndPost(Command[Post]):
    """Let a post end with its last day; without one it counts no more from now on."""

    post_id: UUID
    last_day: date | None = None


def end_post(command: EndPost, transaction: Transaction) -> Post:
    """The post as it has become; `Conflict` if it is over already."""
    post = _kept_post(transaction, command.post_id)
    if post.is_over(transaction.today):
        raise Conflict("This post is over already.", code="post_over")
    if command.last_day is None:
        return taken(transaction, post)
    problems = _problems_of_days(post.valid_from, command.last_day, today=transaction.today)
    if problems:
        raise Invalid("The post cannot end so.", {"last_day": problems})
    changed = replace(post, valid_until=command.last_day)
    write_post(transaction, changed)
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
    transaction: Transaction,
    user_id: UUID,
    grant: Grant,
    *,
    source: PostSource = PostSource.REGISTER,
    awaits_confirmation: bool = False,
) -> Post:
    """A new post from today on, written; what groups give is given by nobody here, so anybody confirms it."""
    post = Post(
        id=transaction.new_id(),
        user_id=user_id,
        organisation_id=grant.place_id,
        role=grant.role,
        valid_from=transaction.today,
        source=source,
        awaits_confirmation=awaits_confirmation,
        given_by=THE_DIRECTORY if source is PostSource.GROUPS else transaction.actor.name,
        given_at=transaction.now,
    )
    post_store.save_post(transaction.connection, post)
    return post


def taken(transaction: Transaction, post: Post) -> Post:
    """A post that counts no more from now on, written; what the person has in hand there goes back."""
    withdrawn = post.withdrawn(by=transaction.actor.name, at=transaction.now)
    post_store.save_post(transaction.connection, withdrawn)
    _return_work(transaction, post, at=transaction.now)
    return withdrawn


def return_all_work(transaction: Transaction, user_id: UUID) -> None:
    """Leave it to the worker to return what somebody has in hand who may not sign in any more."""
    for post in present_posts(transaction, user_id):
        _return_work(transaction, post, at=transaction.now)


def write_post(transaction: Transaction, post: Post) -> None:
    """Write a post; when its last day is over, what the person has in hand there goes back."""
    post_store.save_post(transaction.connection, post)
    if post.valid_until is not None:
        over = datetime.combine(post.valid_until + timedelta(days=1), time.min, tzinfo=transaction.zone)
        _return_work(transaction, post, at=over.astimezone(UTC))


def require_no_overlap(post: Post, known: Collection[Post]) -> None:
    """`Conflict` if the person has the same post on some of these days."""
    if any(post.overlaps(other) for other in known):
        raise Conflict("They have this post on some of these days already.", code="already_exists")


def problems_of_post(
    kind: OrganisationKind,
    role: Role,
    *,
    valid_from: date | None,
    valid_until: date | None,
    position: str,
    today: date,
) -> dict[str, list[str]]:
    """What does not fit of a post in an organisation of that kind, in sentences by field."""
    problems: dict[str, list[str]] = {}
    if not fits(kind, role):
        problems["role"] = [
            "an officer works for an agency, a clerk in a branch, and an administrator anywhere"
        ]
    days = _problems_of_days(valid_from or today, valid_until, today=today)
    if days:
        problems["valid_until"] = days
    if len(position.strip()) > LONGEST_POSITION:
        problems["position"] = [
            f"expected at most {LONGEST_POSITION} characters, found {len(position.strip())}"
        ]
    return problems


def fits(kind: OrganisationKind, role: Role) -> bool:
    """Whether there are people with that role in organisations of that kind."""
    if role is Role.ADMINISTRATOR:
        return True
    if kind is OrganisationKind.AGENCY:
        return role is Role.OFFICER
    if kind is OrganisationKind.MINISTRY:
        return role not in (Role.OFFICER, *_OF_A_COUNTER)
    return kind in OFFICES and role is not Role.OFFICER


def place_coded(context: Transaction | QueryContext, code: str) -> OrganisationOnDay:
    """The organisation of that code; `NotFound` if there is none, or who works there is not the actor's."""
    found = version_store.organisation_coded(context.connection, code, on=context.today)
    if found is None:
        raise NotFound.of("organisation", code)
    require_keeps_staff(context.actor, found)
    return found


def ministry_above(context: Transaction | QueryContext, place: OrganisationOnDay) -> UUID | None:
    """The ministry at the top of the tree in which the organisation is; None where there is none."""
    top = version_store.organisation(context.connection, place.line[-1], on=context.today)
    return top.id if top and top.organisation.kind is OrganisationKind.MINISTRY else None


def kept_places(context: Transaction | QueryContext) -> frozenset[UUID] | None:
    """The organisations whose people the actor keeps; None for all of them."""
    actor = context.actor
    if keeps_all_staff(actor):
        return None
    found: frozenset[UUID] = frozenset()
    if actor.has(Role.ADMINISTRATOR) and actor.organisation_id is not None:
        found |= version_store.below(context.connection, actor.organisation_id, on=context.today)
    if actor.has(Role.MANAGER) and actor.branch_id is not None:
        found |= {actor.branch_id}
    return found


def kept_user(context: Transaction | QueryContext, username: str) -> User:
    """The user of that name; `NotFound` too if they have had no post in an organisation of the actor.

    Nobody learns who works elsewhere from whether a name is known.
    """
    user = people_store.user_named(context.connection, username)
    places = kept_places(context)
    if user is None or (
        places is not None
        and places.isdisjoint(
            post.organisation_id for post in post_store.posts_of(context.connection, user.id)
        )
    ):
        raise NotFound.of("person", username)
    return user


def _kept_post(transaction: Transaction, post_id: UUID) -> Post:
    """The post, locked, if the actor may give or take it; `NotFound` if it is not theirs to keep."""
    found = post_store.post(transaction.connection, post_id)
    place = (
        version_store.organisation(transaction.connection, found.organisation_id, on=transaction.today)
        if found
        else None
    )
    if found is None or place is None:
        raise NotFound.of("post", post_id)
    try:
        ministry_id = ministry_above(transaction, place)
        require_gives(transaction.actor, place, found.role, ministry_id=ministry_id, to=found.user_id)
    except NotFound as refused:
        raise NotFound.of("post", post_id) from refused
    known = post_store.lock_posts(transaction.connection, found.user_id)
    return next(post for post in known if post.id == post_id)


def _absent(command: GivePost, place_id: UUID, transaction: Transaction) -> UUID | None:
    """Whom they are to stand in for: a colleague who has that role there on the first day."""
    user = people_store.active_user_named(transaction.connection, command.substitute_for or "")
    theirs = post_store.posts_of(transaction.connection, user.id) if user else ()
    first_day = command.valid_from or transaction.today
    has_it = any(
        post.grant == Grant(place_id, command.role)
        and post.substitute_for is None
        and post.counts_on(first_day)
        for post in theirs
    )
    return user.id if user and has_it else None


def _problems_of_days(first: date | None, last: date | None, *, today: date) -> list[str]:
    if last is None:
        return []
    if first is not None and last < first:
        return [f"expected a day from {first.isoformat()} on, found {last.isoformat()}"]
    if last < today:
        return [f"expected today or a later day, found {last.isoformat()}"]
    return []


def _return_work(transaction: Transaction, post: Post, *, at: datetime) -> None:
    """Leave it to the worker to return what the person has in hand there, at that moment."""
    job = Job(
        id=transaction.new_id(),
        kind=JobKind.RETURN_WORK,
        case_id=None,
        service_task_id=None,
        run_at=at,
        created_at=transaction.now,
        payload={"post": str(post.id)},
    )
    outbox_store.add_job(transaction.connection, job)
