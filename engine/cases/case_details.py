"""Questions about one case: its notes, what it waits for, the citizen's other cases."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from engine.cases import changeset_store, journal_store
from engine.cases import store as cases_store
from engine.cases.changeset_store import CaseView
from engine.cases.expectations import Expectation, WaitsFor, waiting_in
from engine.cases.journal import JournalEntry, Note
from engine.cases.model import Case
from engine.cases.party import are_same
from engine.cases.queries import seen_case
from engine.context import QueryContext
from engine.kernel.disclosure import Disclosure, Shown, found
from engine.kernel.pages import Page, Slice
from engine.kernel.permission import reads_notes, sight_of
from engine.kernel.vocabulary import PartyRole, Person, search_form
from engine.messages import subscription_store

_MOST_RELATED = 20
_A_PART = 100
"""Lines of a journal, read at a time."""


@dataclass(frozen=True, kw_only=True)
class ListNotes:
    """The notes on a case."""

    case_id: UUID
    part: Slice = field(default_factory=Slice)

    def answer(self, context: QueryContext) -> Page[Note]:
        """A part of them, newest first."""
        return notes_on(seen_case(self.case_id, context).case, context, self.part)

    def disclosed(self, _answer: Page[Note]) -> Iterable[Disclosure]:
        return (Disclosure(shown=Shown.NOTES, case_id=self.case_id),)


@dataclass(frozen=True, kw_only=True)
class ShowNextSteps:
    """What happens next in a case, and whose turn it is."""

    case_id: UUID

    def answer(self, context: QueryContext) -> tuple[Expectation, ...]:
        """Everything that it waits for, called in both languages; empty once it is closed."""
        view = seen_case(self.case_id, context)
        procedure = context.procedure(view.case.version_id)
        waiting = waiting_of(view, context)
        return tuple(replace(one, what=procedure.called(one.what)) for one in waiting)

    def disclosed(self, _answer: tuple[Expectation, ...]) -> Iterable[Disclosure]:
        return (Disclosure(shown=Shown.PROGRESS, case_id=self.case_id),)


@dataclass(frozen=True, kw_only=True)
class ListRelatedCases:
    """The other cases of a case's applicant, found by AFM and AMKA."""

    case_id: UUID

    def answer(self, context: QueryContext) -> Sequence[Case]:
        """Up to twenty that the actor sees, newest first, without snapshots."""
        return related_to(seen_case(self.case_id, context), context)

    def disclosed(self, answer: Sequence[Case]) -> Iterable[Disclosure]:
        return found(case.id for case in answer)


# What is answered of a case that was looked up already, for questions that want more than one of these.


def notes_on(case: Case, context: QueryContext, part: Slice) -> Page[Note]:
    """The notes on a case, newest first; none for those for whom they are not meant."""
    if not reads_notes(context.actor, case):
        return Page(items=(), next=None)
    return journal_store.list_notes(context.connection, case.id, part)


def related_to(view: CaseView, context: QueryContext) -> tuple[Case, ...]:
    """The other cases of the applicant that the actor sees, newest first."""
    words = _identities(view)
    if not words:
        return ()
    found = cases_store.cases_with_any_word(
        context.connection, words, sight=sight_of(context.actor), limit=_MOST_RELATED + 1
    )
    return tuple(case for case in found if case.id != view.case.id)[:_MOST_RELATED]


def journal_of(case_id: UUID, context: QueryContext) -> Iterator[JournalEntry]:
    """The whole journal of a case, first line first, read in parts as it is asked for."""
    part = Slice(limit=_A_PART)
    while True:
        page = journal_store.list_journal(context.connection, case_id, part)
        yield from page.items
        if page.next is None:
            return
        part = replace(part, cursor=page.next)


def waiting_of(view: CaseView, context: QueryContext) -> tuple[Expectation, ...]:
    """What the case of a view waits for.

    What somebody may do, and need not, is offered and not waited for, unless nothing else leads on.
    """
    actions = context.procedure(view.case.version_id).actions
    subscriptions = subscription_store.subscriptions_of(context.connection, view.case.id)
    waiting = waiting_in(
        view.case,
        tasks=view.tasks,
        service_tasks=view.service_tasks,
        subscriptions=(one for one in subscriptions if one.element_id not in actions),
    )
    if waiting or not view.case.is_open:
        return waiting
    return tuple(
        Expectation(waits_for=WaitsFor.MESSAGE, what=actions[one.element_id].label, since=one.created_at)
        for one in subscriptions
    )


def applicant_in(view: CaseView) -> Person | None:
    """The applicant of a case; None where nobody is known."""
    return next((party.person for party in view.parties if party.role is PartyRole.APPLICANT), None)


def _identities(view: CaseView) -> tuple[str, ...]:
    """AFM and AMKA of the applicant, in search form."""
    person = applicant_in(view)
    return tuple(search_form(code) for code in (person.afm, person.amka) if code) if person else ()


_MOST_LOOKED_AT = 5


@dataclass(frozen=True, kw_only=True)
class EarlierApplicant:
    """A citizen as a case has them that was opened before."""

    case_id: UUID
    number: str
    opened_at: datetime
    person: Person


@dataclass(frozen=True, kw_only=True)
class FindEarlierApplicant:
    """The citizen of an AFM or AMKA, in the newest case that the asker sees."""

    afm: str | None = None
    amka: str | None = None

    def answer(self, context: QueryContext) -> EarlierApplicant | None:
        """The applicant of that case; None where there is none, or the two numbers name two people."""
        words = tuple(search_form(number) for number in (self.afm, self.amka) if number)
        sight = sight_of(context.actor)
        if not words or sight.nothing:
            return None
        cases = cases_store.cases_with_any_word(context.connection, words, sight=sight, limit=_MOST_LOOKED_AT)
        for case in cases:
            view = changeset_store.case(context.connection, case.id)
            if view is not None and (person := self._applicant(view)) is not None:
                return EarlierApplicant(
                    case_id=case.id, number=case.number, opened_at=case.opened_at, person=person
                )
        return None

    def disclosed(self, answer: EarlierApplicant | None) -> Iterable[Disclosure]:
        return found([answer.case_id] if answer else [])

    def _applicant(self, view: CaseView) -> Person | None:
        """The applicant, if the numbers are theirs: a representative is found by the same words."""
        person = applicant_in(view)
        return person if person and are_same(person, afm=self.afm, amka=self.amka) else None
