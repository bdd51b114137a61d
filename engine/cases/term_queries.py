"""Questions about the terms of a case: where each stands, and what a correction would move."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from engine.bundle.procedure import Procedure
from engine.cases.further_terms import local_day
from engine.cases.model import Case
from engine.cases.queries import ShowCase
from engine.cases.surroundings import calendar_of
from engine.cases.term_changes import corrected, extension_left
from engine.cases.term_store import ledgers_of
from engine.cases.terms import ledger_of_before
from engine.context import QueryContext
from engine.kernel.bilingual import Bilingual
from engine.kernel.calendar import WorkingCalendar
from engine.kernel.disclosure import Disclosure, Shown
from engine.kernel.permission import require_repairs
from engine.kernel.refusal import Conflict, Invalid
from engine.organisation import store as organisation_store
from engine.organisation.model import Branch
from engine.terms.ledger import Ledger, TermCount, TermEntry
from engine.terms.length import Length
from engine.terms.term import TermKind
from engine.terms.words import term_words


@dataclass(frozen=True, kw_only=True)
class TermView:
    """A term of a case that has begun: its entries, where it stands by them, and that in words.

    `extension_left` is by how much it may still be extended; None where it may not.
    """

    kind: TermKind
    law: str | None
    entries: tuple[TermEntry, ...]
    count: TermCount
    words: Bilingual
    extension_left: Length | None


@dataclass(frozen=True, kw_only=True)
class ShowTerms:
    """The terms of a case, that of law first; for whoever sees the case."""

    case_id: UUID

    def answer(self, context: QueryContext) -> tuple[TermView, ...]:
        """Those that have begun; `NotFound` if the actor does not see the case."""
        case = ShowCase(case_id=self.case_id).answer(context).case
        return terms_of(case, _branch_of(case, context), context)

    def disclosed(self, _answer: tuple[TermView, ...]) -> Iterable[Disclosure]:
        return (Disclosure(shown=Shown.CASE, case_id=self.case_id),)


def terms_of(case: Case, branch: Branch | None, context: QueryContext) -> tuple[TermView, ...]:
    """The terms of a case that the asker sees, on the calendar of its branch."""
    procedure, calendar = context.procedure(case.version_id), calendar_of(branch)
    ledgers = _ledgers(case, procedure, calendar, context)
    return tuple(
        _view(kind, ledgers[kind], procedure, calendar)
        for kind in procedure.terms
        if ledgers.get(kind, Ledger()).has_begun
    )


@dataclass(frozen=True, kw_only=True)
class TermMove:
    """What a correction would move: the last day of the term before and after, each None while it rests.

    `words` is the term as it would then be.
    """

    before: date | None
    after: date | None
    words: Bilingual


@dataclass(frozen=True, kw_only=True)
class PreviewCorrection:
    """What it would move to set the day of an entry right; nothing is changed."""

    case_id: UUID
    number: int
    day: date
    term: TermKind = TermKind.LEGAL

    def answer(self, context: QueryContext) -> TermMove:
        """The same as the correction would do now; refused as that would be."""
        case = ShowCase(case_id=self.case_id).answer(context).case
        require_repairs(context.actor, case)
        if case.is_closed:
            raise Conflict("Expected a case that is under way, but it is closed.", code="case_closed")
        calendar = calendar_of(_branch_of(case, context))
        ledgers = _ledgers(case, context.procedure(case.version_id), calendar, context)
        ledger = ledgers.get(self.term, Ledger())
        today = local_day(context.now, context.zone)
        after = corrected(ledger, self.number, self.day, today=today).count(calendar)
        return TermMove(before=ledger.count(calendar).last_day, after=after.last_day, words=term_words(after))

    def disclosed(self, _answer: TermMove) -> Iterable[Disclosure]:
        return (Disclosure(shown=Shown.CASE, case_id=self.case_id),)


@dataclass(frozen=True, kw_only=True)
class TermSheet:
    """The terms of a case with what a correction would move, if that was asked, or why it cannot be."""

    case: Case
    terms: tuple[TermView, ...]
    move: TermMove | None = None
    refusal: Invalid | Conflict | None = None


@dataclass(frozen=True, kw_only=True)
class ShowTermSheet:
    """Everything about the terms of a case, at one moment; `corrected` asks what that would move."""

    case_id: UUID
    corrected: PreviewCorrection | None = None

    def answer(self, context: QueryContext) -> TermSheet:
        """The sheet; `NotFound` if the actor does not see the case."""
        case = ShowCase(case_id=self.case_id).answer(context).case
        terms = terms_of(case, _branch_of(case, context), context)
        if self.corrected is None:
            return TermSheet(case=case, terms=terms)
        try:
            return TermSheet(case=case, terms=terms, move=self.corrected.answer(context))
        except (Invalid, Conflict) as refusal:
            return TermSheet(case=case, terms=terms, refusal=refusal)

    def disclosed(self, _answer: TermSheet) -> Iterable[Disclosure]:
        return (Disclosure(shown=Shown.CASE, case_id=self.case_id),)


def _ledgers(
    case: Case, procedure: Procedure, calendar: WorkingCalendar, context: QueryContext
) -> Mapping[TermKind, Ledger]:
    kept = ledgers_of(context.connection, case.id)
    if TermKind.LEGAL in kept:
        return kept
    before = ledger_of_before(case, procedure.term, calendar=calendar, zone=context.zone)
    return {**kept, TermKind.LEGAL: before}


def _view(kind: TermKind, ledger: Ledger, procedure: Procedure, calendar: WorkingCalendar) -> TermView:
    term, count = procedure.terms[kind], ledger.count(calendar)
    left = None if count.ended is not None else extension_left(term, count)
    return TermView(
        kind=kind,
        law=term.law,
        entries=ledger.entries,
        count=count,
        words=term_words(count),
        extension_left=left,
    )


def _branch_of(case: Case, context: QueryContext) -> Branch | None:
    return organisation_store.branch_coded(context.connection, case.branch_code, on=context.today)
