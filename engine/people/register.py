"""The register of people: who works where, whoever leaves soon, one person's history."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from engine.context import QueryContext
from engine.kernel.actor import Role
from engine.kernel.bilingual import Bilingual
from engine.kernel.pages import Page, Slice, read_cursor, require_page_limit, write_cursor
from engine.kernel.staffing import may_give, require_keeps_some_staff, takes_two
from engine.kernel.vocabulary import search_form
from engine.organisation import version_store
from engine.organisation.organisation import OrganisationKind, OrganisationOnDay
from engine.organisation.tree import TreeNode
from engine.organisation.tree_store import nodes_on, tree_on
from engine.people import invitation_store, register_store
from engine.people import store as people_store
from engine.people.invitation import Invitation
from engine.people.model import Pause, User
from engine.people.post import Post
from engine.people.posts import fits, kept_places, kept_user, ministry_above, place_coded
from engine.people.register_store import StaffFilter

LEAVING_SOON: Final = timedelta(days=30)
_LIST: Final = "people"


@dataclass(frozen=True, kw_only=True)
class StaffPost:
    """A post as people read it: where it is, in whose place, and whether somebody is still to confirm it."""

    post: Post
    code: str
    place: Bilingual
    in_place_of: str | None = None
    wants_confirmation: bool = False


@dataclass(frozen=True, kw_only=True)
class StaffMember:
    """Somebody who works in organisations that the reader keeps, with their posts there, newest first."""

    user: User
    posts: tuple[StaffPost, ...]


@dataclass(frozen=True, kw_only=True)
class ListStaff:
    """Who works in the organisations whose people the actor keeps, by user name.

    `text` are words of a name, `leaving` those whose post ends within a month, `proposed` those of whom a
    post is still to be confirmed.
    """

    text: str = ""
    organisation: str | None = None
    role: Role | None = None
    leaving: bool = False
    proposed: bool = False
    part: Slice = Slice(limit=50)  # noqa: RUF009 - a frozen value

    def answer(self, context: QueryContext) -> Page[StaffMember]:
        """A page of them, each with the posts that are not over."""
        kept = kept_places(context)
        wanted = self._wanted(context, kept)
        require_page_limit(self.part.limit)
        after = read_cursor(self.part.cursor, list_name=_LIST, kinds=[str])[0] if self.part.cursor else ""
        limit = None if self.text.strip() else self.part.limit + 1
        found = register_store.people(
            context.connection, wanted, on=context.today, after=str(after), limit=limit
        )
        shown = [user for user in found if _is_called(user, self.text)]
        page = shown[: self.part.limit]
        following = write_cursor(_LIST, [page[-1].username]) if len(shown) > self.part.limit else None
        return Page(items=_members(context, page, kept, today=context.today), next=following)

    def _wanted(self, context: QueryContext, kept: frozenset[UUID] | None) -> StaffFilter:
        require_keeps_some_staff(context.actor)
        places = kept if self.organisation is None else {place_coded(context, self.organisation).id}
        until = context.today + LEAVING_SOON if self.leaving else None
        return StaffFilter(places=places, role=self.role, until=until, proposed=self.proposed)


@dataclass(frozen=True, kw_only=True)
class OpenInvitation:
    """An invitation that somebody may still accept, and where it leads."""

    invitation: Invitation
    code: str
    place: Bilingual


@dataclass(frozen=True, kw_only=True)
class ListInvitations:
    """Which invitations to organisations of the actor are open?"""

    def answer(self, context: QueryContext) -> Sequence[OpenInvitation]:
        """The invitations, newest first."""
        require_keeps_some_staff(context.actor)
        found = invitation_store.open_invitations(
            context.connection, now=context.now, places=kept_places(context)
        )
        places = nodes_on(context.connection, context.today, {one.organisation_id for one in found})
        return [
            OpenInvitation(
                invitation=one,
                code=places[one.organisation_id].code,
                place=places[one.organisation_id].called,
            )
            for one in found
            if one.organisation_id in places
        ]


@dataclass(frozen=True, kw_only=True)
class StaffPage:
    """The people whom the reader keeps, and the invitations that are open."""

    people: Page[StaffMember]
    invitations: Sequence[OpenInvitation]
    today: date


@dataclass(frozen=True, kw_only=True)
class ShowStaffPage:
    """The register, searched, with the open invitations."""

    staff: ListStaff

    def answer(self, context: QueryContext) -> StaffPage:
        return StaffPage(
            people=self.staff.answer(context),
            invitations=ListInvitations().answer(context),
            today=context.today,
        )


@dataclass(frozen=True, kw_only=True)
class PersonPage:
    """One person: every post in organisations of the reader, past ones too, and their absences there.

    `offers` are where the reader may give them a post.
    """

    member: StaffMember
    absences: tuple[Pause, ...]
    offers: Sequence["Offer"]
    today: date


@dataclass(frozen=True, kw_only=True)
class ShowPerson:
    """Everything that the register says of one person, as far as the actor keeps it."""

    username: str

    def answer(self, context: QueryContext) -> PersonPage:
        """The person; `NotFound` if they have had no post in an organisation of the actor."""
        require_keeps_some_staff(context.actor)
        user = kept_user(context, self.username)
        kept = kept_places(context)
        (member,) = _members(context, [user], kept, today=None)
        absences = people_store.pauses_of(context.connection, user.id)
        return PersonPage(
            member=member,
            absences=tuple(
                one
                for one in absences
                if (kept is None or one.branch_id in kept) and not one.is_over(context.now)
            ),
            offers=ListOffers().answer(context),
            today=context.today,
        )


@dataclass(frozen=True, kw_only=True)
class Offer:
    """An organisation whose people the actor keeps, and the roles that they may give there."""

    code: str
    place: Bilingual
    roles: tuple[Role, ...]


@dataclass(frozen=True, kw_only=True)
class ListOffers:
    """Where may the actor give posts, and which?"""

    def answer(self, context: QueryContext) -> Sequence[Offer]:
        """The organisations, by code; none for whoever may everywhere, as they would be too many to show."""
        require_keeps_some_staff(context.actor)
        kept, own_id = kept_places(context), context.actor.organisation_id
        own = version_store.organisation(context.connection, own_id, on=context.today) if own_id else None
        if kept is None or own is None:
            return []
        ministry_id = ministry_above(context, own)
        given: dict[OrganisationKind, tuple[Role, ...]] = {}
        offers = []
        for one in tree_on(context.connection, context.today).nodes.values():
            if one.id not in kept or not one.is_open:
                continue
            if one.kind not in given:
                given[one.kind] = _given(context, one, own, ministry_id)
            offers.append(Offer(code=one.code, place=one.called, roles=given[one.kind]))
        return sorted(offers, key=lambda offer: offer.code)


class _Place(NamedTuple):
    """A place below an actor's organisation, as permissions ask for it."""

    id: UUID
    code: str
    line: tuple[UUID, ...]


def _given(
    context: QueryContext, place: TreeNode, own: OrganisationOnDay, ministry_id: UUID | None
) -> tuple[Role, ...]:
    """The roles that the actor may give in a place that they keep; others of its kind have the same.

    Who keeps several places keeps them as an administrator, for what is above them all.
    """
    kept = _Place(id=place.id, code=place.code, line=(place.id, *own.line))
    return tuple(
        role
        for role in Role
        if fits(place.kind, role) and may_give(context.actor, kept, role, ministry_id=ministry_id)
    )


def _members(
    context: QueryContext, users: Sequence[User], kept: frozenset[UUID] | None, *, today: date | None
) -> tuple[StaffMember, ...]:
    """The users with their posts in these organisations, where a day is given without those that are over."""
    if not users:
        return ()
    by_user = register_store.posts_by_user(context.connection, [user.id for user in users], places=kept)
    shown = {
        user_id: [post for post in posts if today is None or not post.is_over(today)]
        for user_id, posts in by_user.items()
    }
    every = [post for posts in shown.values() for post in posts]
    places = nodes_on(context.connection, context.today, {post.organisation_id for post in every})
    absent = people_store.usernames(
        context.connection, {post.substitute_for for post in every if post.substitute_for is not None}
    )
    return tuple(
        StaffMember(
            user=user,
            posts=tuple(
                _shown(post, places, absent) for post in shown[user.id] if post.organisation_id in places
            ),
        )
        for user in users
    )


def _shown(post: Post, places: Mapping[UUID, TreeNode], absent: Mapping[UUID, str]) -> StaffPost:
    place = places[post.organisation_id]
    by_two = takes_two(post.role, is_ministry=place.kind is OrganisationKind.MINISTRY)
    return StaffPost(
        post=post,
        code=place.code,
        place=place.called,
        in_place_of=absent.get(post.substitute_for) if post.substitute_for else None,
        wants_confirmation=post.wants_confirmation(takes_two=by_two),
    )


def _is_called(user: User, text: str) -> bool:
    """Whether each of the words begins a word of the person's name, or their user name."""
    named = [*search_form(user.display_name).split(), user.username]
    return all(any(name.startswith(word) for name in named) for word in search_form(text).split())
