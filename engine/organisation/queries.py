"""Questions about organisations: which there are, where they stand in the tree, and how they became so."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from engine.context import QueryContext
from engine.kernel.actor import ActorKind, Role
from engine.kernel.administration import require_authorises, require_lists_organisations
from engine.kernel.refusal import Invalid, NotFound
from engine.kernel.vocabulary import search_form
from engine.organisation import version_store
from engine.organisation.changes import administered
from engine.organisation.history import version_on
from engine.organisation.organisation import (
    PARTICULARS,
    Organisation,
    OrganisationKind,
    OrganisationOnDay,
    OrganisationStatus,
    Particulars,
    Version,
)
from engine.storage.statements import Row

MOST = 100
"""Organisations in one answer."""


@dataclass(frozen=True, kw_only=True)
class Listed:
    """An organisation in a list, as it is on the day that was asked about."""

    organisation: Organisation
    particulars: Particulars

    @property
    def id(self) -> UUID:
        return self.organisation.id

    @property
    def code(self) -> str:
        return self.organisation.code


@dataclass(frozen=True, kw_only=True)
class OrganisationList:
    """Organisations by code, `number` of them in all; `next` is the code after which the rest begins."""

    items: tuple[Listed, ...]
    number: int
    next: str | None
    day: date


@dataclass(frozen=True, kw_only=True)
class ListOrganisations:
    """The organisations that the asker administers, as they are on a day, today if none is named.

    `text` is looked for in names and codes, without accents and case. `kind` is the one asked for, `kinds`
    those that may be shown, if not any; `but` is the code of one that is left out. `after` is the code at
    which an earlier answer ended.
    """

    on: date | None = None
    text: str = ""
    kind: OrganisationKind | None = None
    kinds: Collection[OrganisationKind] | None = None
    but: str | None = None
    status: OrganisationStatus | None = None
    after: str | None = None
    limit: int = MOST

    def answer(self, context: QueryContext) -> OrganisationList:
        """Those that match; `Invalid` for a limit that is not from 1 to 100."""
        if not 1 <= self.limit <= MOST:
            raise Invalid.field("limit", f"expected from 1 to {MOST}, found {self.limit}")
        day, connection = self.on or context.today, context.connection
        ids, wanted = _administered_ids(context, day), search_form(self.text).split()
        found = [
            one
            for one in version_store.searched_organisations(connection, on=day)
            if (ids is None or one.id in ids)
            and one.code != self.but
            and self.kind in (None, one.kind)
            and (self.kinds is None or one.kind in self.kinds)
            and self.status in (None, one.status)
            and _has_words(wanted, one)
        ]
        rest = [one for one in found if self.after is None or one.code > self.after]
        shown = {one.id for one in rest[: self.limit]}
        items = tuple(
            Listed(organisation=organisation, particulars=version.particulars)
            for organisation, version in version_store.every_organisation(connection, on=day, ids=shown)
        )
        is_cut = len(rest) > len(items)
        return OrganisationList(
            items=items, number=len(found), next=items[-1].code if is_cut else None, day=day
        )


@dataclass(frozen=True, kw_only=True)
class OrganisationView:
    """An organisation on a day, with what is around it, and all that was, is and is planned of it.

    `above` are the organisations of its line, the topmost first, without itself; of those that the asker does
    not administer the names alone are known. `below` are those right below it. `versions` count, by day;
    `revoked` are those that count no more. `names` has the names of parents and successors of any version.
    """

    shown: OrganisationOnDay
    day: date
    above: tuple[Listed, ...]
    below: tuple[Listed, ...]
    versions: tuple[Version, ...]
    revoked: tuple[Version, ...]
    names: Mapping[UUID, Particulars]
    today: date

    @property
    def planned(self) -> tuple[Version, ...]:
        """What is planned for later days than today."""
        return tuple(one for one in self.versions if one.valid_from > self.today)


@dataclass(frozen=True, kw_only=True)
class ShowOrganisation:
    """An organisation that the asker administers, as it is on a day, today if none is named."""

    code: str
    on: date | None = None

    def answer(self, context: QueryContext) -> OrganisationView:
        """The organisation; `NotFound` if it is not the asker's, or does not exist on that day."""
        own = administered(context, self.code)
        connection, day = context.connection, self.on or max(context.today, own.version.valid_from)
        shown = version_store.organisation(connection, own.id, on=day)
        if shown is None:
            raise NotFound.of("organisation", self.code)
        every = version_store.versions_of(connection, own.id)
        counting = tuple(one for one in every if one.revoked_at is None)
        around = {
            organisation.id: Listed(organisation=organisation, particulars=version.particulars)
            for organisation, version in version_store.around(connection, shown, on=day)
        }
        named = {
            one
            for version in every
            for one in (version.particulars.parent_id, version.particulars.successor_id)
            if one is not None
        }
        return OrganisationView(
            shown=shown,
            day=day,
            above=tuple(around[one] for one in reversed(shown.line[1:]) if one in around),
            below=tuple(one for one in around.values() if one.particulars.parent_id == shown.id),
            versions=counting,
            revoked=tuple(one for one in every if one.revoked_at is not None),
            names=version_store.names_on(connection, named, on=day),
            today=context.today,
        )


@dataclass(frozen=True, kw_only=True)
class WhereToEnter:
    """Below what may the asker let a new organisation come into being?

    `below` is its code; where none is given, it is what the asker administers, and for an operator the top.
    """

    below: str | None = None

    def answer(self, context: QueryContext) -> OrganisationOnDay | None:
        """What the new one will be below, None for the top; `NotPermitted` for whoever may not enter any."""
        own_id = context.actor.organisation_id if context.actor.has(Role.ADMINISTRATOR) else None
        if self.below is not None:
            above: OrganisationOnDay | None = administered(context, self.below)
        elif own_id is not None and not context.actor.has(Role.OPERATOR):
            above = version_store.organisation(context.connection, own_id, on=context.today)
        else:
            above = None
        require_authorises(context.actor, above)
        return above


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One of the `PARTICULARS` that is not the same on two days."""

    name: str
    before: object
    after: object


@dataclass(frozen=True, kw_only=True)
class CompareDays:
    """What differs in an organisation between two days."""

    code: str
    before: date
    after: date

    def answer(self, context: QueryContext) -> Sequence[Difference]:
        """What differs, in the order of `PARTICULARS`; `NotFound` if it is not the asker's.

        `Invalid` if it does not exist on one of the days.
        """
        own = administered(context, self.code)
        versions = version_store.counting(context.connection, own.id)
        found = {"before": version_on(versions, self.before), "after": version_on(versions, self.after)}
        problems = {
            name: [f"expected a day from {versions[0].valid_from} on, when it begins"]
            for name, version in found.items()
            if version is None
        }
        before, after = found["before"], found["after"]
        if before is None or after is None:
            raise Invalid(f"The organisation {self.code} does not exist on both days.", problems)
        pairs = (
            (name, getattr(before.particulars, name), getattr(after.particulars, name))
            for name in PARTICULARS
        )
        return [Difference(name=name, before=one, after=other) for name, one, other in pairs if one != other]


def _administered_ids(context: QueryContext, day: date) -> frozenset[UUID] | None:
    """The ids of what the asker administers on that day; None for everything."""
    require_lists_organisations(context.actor)
    if context.actor.kind is ActorKind.SYSTEM or context.actor.has(Role.OPERATOR):
        return None
    root = context.actor.organisation_id
    return version_store.below(context.connection, root, on=day) if root else frozenset()


def _has_words(wanted: Sequence[str], one: Row) -> bool:
    if not wanted:
        return True
    words = search_form(f"{one.code} {one.name} {one.name_en} {one.address}").split()
    return all(any(word.startswith(one) for word in words) for one in wanted)
