"""Who may do what in an organisation, and by what: worked out from the rules of permission."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from uuid import UUID

from engine.context import QueryContext
from engine.kernel.actor import Actor, Role
from engine.kernel.bilingual import Bilingual
from engine.kernel.permission_examples import COLUMNS, MIDDLE_ID, THING, TOP_ID, Place, example_actor
from engine.kernel.permission_table import RIGHTS
from engine.kernel.right import Right, Verdict
from engine.kernel.staffing import LOCAL, require_keeps_some_staff
from engine.organisation import version_store
from engine.organisation.organisation import OrganisationOnDay
from engine.people import register_store
from engine.people import store as people_store
from engine.people.model import User
from engine.people.post import Post
from engine.people.posts import kept_places, place_coded


class RightSource(StrEnum):
    """By what somebody has a right in an organisation."""

    POST = "post"
    """A post of their own there."""
    SUBSTITUTE = "substitute"
    """A post there in the place of somebody."""
    DELEGATION = "delegation"
    """They administer an organisation above it."""
    EVERYWHERE = "everywhere"
    """A role whose rights end with no organisation."""


@dataclass(frozen=True, kw_only=True)
class Holder:
    """Who has rights there, as what, and by what.

    `user` and `post` are None for whoever works in an organisation whose people the asker does not keep: then
    the rules alone say that somebody of that role has them. `place` is where the role is had; None for one
    that the asker is not told.
    """

    role: Role
    source: RightSource
    place: Bilingual | None
    user: User | None = None
    post: Post | None = None
    in_place_of: str | None = None


@dataclass(frozen=True, kw_only=True)
class RightHere:
    """An action on a thing, and who may do it in an organisation."""

    thing: str
    action: str
    when: str
    holders: tuple[Holder, ...]

    @property
    def key(self) -> str:
        """Its key in `RIGHTS`."""
        return f"{self.thing}: {self.action}"

    @property
    def people(self) -> tuple[User, ...]:
        """Those who are named, once each."""
        return tuple(dict.fromkeys(one.user for one in self.holders if one.user is not None))


@dataclass(frozen=True, kw_only=True)
class PersonHere:
    """Somebody with rights in an organisation: by what, and which, by the keys of `RIGHTS`."""

    user: User
    holds: tuple[Holder, ...]
    rights: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class RightsHere:
    """An organisation, and every right with those who have it there; `people` are those who are named."""

    code: str
    place: Bilingual
    rights: Sequence[RightHere]
    people: Sequence[PersonHere]


@dataclass(frozen=True, kw_only=True)
class WhoMayDoWhat:
    """Who may do what in an organisation today, worked out from the rules of permission."""

    organisation: str

    def answer(self, context: QueryContext) -> RightsHere:
        """Every right, with those who have it there: by a post there, from above, or everywhere."""
        require_keeps_some_staff(context.actor)
        place = place_coded(context, self.organisation)
        allowed = [(holder, _allowed_to(holder, above, place)) for holder, above in _holders(context, place)]
        rights = [
            RightHere(
                thing=right.thing,
                action=right.action,
                when=right.when,
                holders=tuple(holder for holder, keys in allowed if key in keys),
            )
            for key, right in RIGHTS.items()
        ]
        named = dict.fromkeys(holder.user for holder, _ in allowed if holder.user is not None)
        return RightsHere(
            code=place.code,
            place=place.particulars.called,
            rights=rights,
            people=[_person(user, allowed) for user in named],
        )


_Above = UUID | None
"""The organisation above whose administrator somebody is; None for everybody else."""


def _holders(context: QueryContext, place: OrganisationOnDay) -> Sequence[tuple[Holder, _Above]]:
    """Who has rights there, with whose administrator they are: people, and roles where they are not told."""
    kept = kept_places(context)
    above = place.line[1:]
    everywhere = [role for role in Role if role not in LOCAL and _reaches_everywhere(role)]
    found = register_store.holders_of(
        context.connection,
        here=place.id,
        administrators_of=above,
        everywhere=everywhere,
        on=context.today,
    )
    told = [(user, post) for user, post in found if kept is None or post.organisation_id in kept]
    names = version_store.names_on(
        context.connection, {*above, *(post.organisation_id for _, post in told)}, on=context.today
    )
    absent = people_store.usernames(
        context.connection, {post.substitute_for for _, post in told if post.substitute_for is not None}
    )
    holders: list[tuple[Holder, _Above]] = []
    for user, post in told:
        where = names.get(post.organisation_id)
        holder = Holder(
            role=post.role,
            source=_source(post, place),
            place=where.called if where else None,
            user=user,
            post=post,
            in_place_of=absent.get(post.substitute_for) if post.substitute_for else None,
        )
        is_above = holder.source is RightSource.DELEGATION
        holders.append((holder, post.organisation_id if is_above else None))
    return holders + _not_told(above, everywhere, kept=kept, names={one: names[one].called for one in names})


def _not_told(
    above: Iterable[UUID],
    everywhere: Iterable[Role],
    *,
    kept: frozenset[UUID] | None,
    names: Mapping[UUID, Bilingual],
) -> list[tuple[Holder, _Above]]:
    """The roles by which people have rights whom the asker does not keep, whether there are any or not."""
    if kept is None:
        return []
    administrators: list[tuple[Holder, _Above]] = [
        (Holder(role=Role.ADMINISTRATOR, source=RightSource.DELEGATION, place=names.get(one)), one)
        for one in above
        if one not in kept
    ]
    return administrators + [
        (Holder(role=role, source=RightSource.EVERYWHERE, place=None), None) for role in everywhere
    ]


def _source(post: Post, place: OrganisationOnDay) -> RightSource:
    if post.organisation_id == place.id:
        return RightSource.SUBSTITUTE if post.substitute_for else RightSource.POST
    is_above = post.role is Role.ADMINISTRATOR and post.organisation_id in place.line
    return RightSource.DELEGATION if is_above else RightSource.EVERYWHERE


def _allowed_to(holder: Holder, above: _Above, place: OrganisationOnDay) -> frozenset[str]:
    if holder.source is RightSource.EVERYWHERE:
        return _allowed(example_actor(holder.role.value, Place.ELSEWHERE), of_places=True)
    return _allowed(_example(holder.role, above, place), of_places=False)


def _example(role: Role, above: _Above, place: OrganisationOnDay) -> Actor:
    """Somebody in that role, as they stand to the example of the rules as the holder stands to the place."""
    actor = example_actor(role.value, Place.HERE)
    if role is not Role.ADMINISTRATOR:
        return actor
    if above is None:
        return replace(actor, organisation_id=TOP_ID if len(place.line) == 1 else THING.id)
    return replace(actor, organisation_id=TOP_ID if above == place.line[-1] else MIDDLE_ID)


@cache
def _allowed(actor: Actor, *, of_places: bool) -> frozenset[str]:
    """The rights of that actor about the examples; with `of_places` those that depend on a place alone."""
    return frozenset(
        key
        for key, right in RIGHTS.items()
        if right.verdict_to(actor) is Verdict.ALLOWED and (not of_places or _depends_on_place(right))
    )


@cache
def _depends_on_place(right: Right) -> bool:
    return any(right.verdict(one, Place.HERE) is not right.verdict(one, Place.ELSEWHERE) for one in COLUMNS)


def _reaches_everywhere(role: Role) -> bool:
    return bool(_allowed(example_actor(role.value, Place.ELSEWHERE), of_places=True))


def _person(user: User, allowed: Sequence[tuple[Holder, frozenset[str]]]) -> PersonHere:
    theirs = [(holder, keys) for holder, keys in allowed if holder.user == user]
    keys = frozenset[str]().union(*(keys for _, keys in theirs))
    return PersonHere(
        user=user,
        holds=tuple(holder for holder, _ in theirs),
        rights=tuple(key for key in RIGHTS if key in keys),
    )
