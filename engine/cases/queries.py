"""Questions about cases: lists, one case, its journal and its diagram."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from uuid import UUID

from engine.access.exceptions import require_reads_case
from engine.cases import changeset_store, journal_store
from engine.cases import store as cases_store
from engine.cases.case_number import CaseNumber
from engine.cases.changeset_store import CaseView
from engine.cases.journal import JournalEntry
from engine.cases.model import Case, CaseFilter
from engine.cases.party import search_words
from engine.context import QueryContext
from engine.incidents import store as incidents_store
from engine.incidents.model import Incident
from engine.kernel.disclosure import Disclosure, Shown, found, listed
from engine.kernel.pages import Page, Slice
from engine.kernel.permission import sight_of
from engine.kernel.refusal import NotFound
from engine.kernel.vocabulary import CaseStatus, Flag
from engine.runtime.contract import Marks


@dataclass(frozen=True, kw_only=True)
class FindCases:
    """Cases in sight, newest first.

    `text` is a case number, or words of a name, an AFM, an AMKA or a phone number. `decided` asks for those
    that were decided and are not closed: their term to appeal runs, an appeal does, or an act must follow.
    """

    number: str | None = None
    text: str | None = None
    status: CaseStatus | None = None
    procedure: str | None = None
    version: int | None = None
    branch_code: str | None = None
    decided: bool = False
    part: Slice = field(default_factory=Slice)

    def answer(self, context: QueryContext) -> Page[Case]:
        """The cases, without snapshots."""
        sight = sight_of(context.actor)
        if sight.nothing:
            return Page(items=(), next=None)
        wanted = CaseFilter(
            number=str(CaseNumber.read(self.number)) if self.number else None,
            words=search_words(self.text or ""),
            status=self.status,
            procedure=self.procedure,
            version=self.version,
            branch_code=self.branch_code,
            decided=self.decided,
        )
        return cases_store.list_cases(context.connection, wanted, sight=sight, part=self.part)

    def disclosed(self, answer: Page[Case]) -> Iterable[Disclosure]:
        is_search = bool(self.number or self.text)
        return found(case.id for case in answer.items) if is_search else listed(answer.items)


@dataclass(frozen=True, kw_only=True)
class ShowCase:
    """One case with what is open in it."""

    case_id: UUID

    def answer(self, context: QueryContext) -> CaseView:
        """The case; prefill and drafts of its tasks are for those who work on them, and left out here."""
        view = seen_case(self.case_id, context)
        called = context.procedure(view.case.version_id).called
        return replace(
            view,
            tasks=tuple(replace(task.without_contents(), name=called(task.name)) for task in view.tasks),
            service_tasks=tuple(replace(task, name=called(task.name)) for task in view.service_tasks),
            incidents=_incidents(view.case, context),
        )

    def disclosed(self, answer: CaseView) -> Iterable[Disclosure]:
        return (case_shown(answer),)


@dataclass(frozen=True, kw_only=True)
class ReadJournal:
    """The record of a case, first line first."""

    case_id: UUID
    part: Slice = field(default_factory=Slice)

    def answer(self, context: QueryContext) -> Page[JournalEntry]:
        """A part of the journal."""
        seen_case(self.case_id, context)
        return journal_store.list_journal(context.connection, self.case_id, self.part)

    def disclosed(self, _answer: Page[JournalEntry]) -> Iterable[Disclosure]:
        return (Disclosure(shown=Shown.JOURNAL, case_id=self.case_id),)


@dataclass(frozen=True, kw_only=True)
class MarkedDiagram:
    """A diagram with what is done and what is under way, or was when the case ended.

    `called` are the diagrams of what it calls, shared parts among them; the ids in all of them are marked.
    """

    bpmn: str
    called: tuple[str, ...]
    marks: Marks
    status: CaseStatus


@dataclass(frozen=True, kw_only=True)
class DrawCase:
    """The diagram of a case."""

    case_id: UUID

    def answer(self, context: QueryContext) -> MarkedDiagram:
        """The text of the BPMN file, and the ids to mark in it."""
        return drawn(seen_case(self.case_id, context).case, context)

    def disclosed(self, _answer: MarkedDiagram) -> Iterable[Disclosure]:
        return (Disclosure(shown=Shown.PROGRESS, case_id=self.case_id),)


def drawn(case: Case, context: QueryContext) -> MarkedDiagram:
    """The diagram of a case that was looked up already."""
    procedure = context.procedure(case.version_id)
    bpmn, *called = procedure.diagrams
    return MarkedDiagram(
        bpmn=bpmn,
        called=tuple(called),
        marks=context.workflow.marks(procedure.definition, case.snapshot),
        status=case.status,
    )


def _incidents(case: Case, context: QueryContext) -> tuple[Incident, ...]:
    if Flag.STUCK not in case.flags:
        return ()
    return tuple(
        incident.without_data() for incident in incidents_store.open_incidents(context.connection, case.id)
    )


def seen_case(case_id: UUID, context: QueryContext) -> CaseView:
    """A case that the actor reads by their work, or with a reason; else what `require_reads_case` raises."""
    view = changeset_store.case(context.connection, case_id)
    if view is None:
        raise NotFound.of("case", case_id)
    require_reads_case(view.case, context)
    return view


def case_shown(view: CaseView) -> Disclosure:
    """That a case is shown with what is open in it."""
    holders = frozenset(task.assignee_id for task in view.tasks if task.assignee_id)
    return Disclosure(shown=Shown.CASE, case_id=view.case.id, holders=holders)
