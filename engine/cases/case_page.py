"""The page of a case: everything that it tells, as it was at one moment."""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from engine.cases.case_details import (
    TimelineEntry,
    journal_of,
    named,
    names_in,
    notes_on,
    related_to,
    waiting_of,
)
from engine.cases.changeset_store import CaseView
from engine.cases.expectations import Expectation
from engine.cases.journal import Note
from engine.cases.model import Case
from engine.cases.queries import MarkedDiagram, ShowCase, drawn
from engine.context import QueryContext
from engine.documents import store as documents_store
from engine.documents.model import Document
from engine.kernel.bilingual import Bilingual
from engine.kernel.pages import Slice
from engine.kernel.refusal import NotPermitted
from engine.notices.queries import ShownNotice, notices_about
from engine.organisation.model import Branch
from engine.organisation.registers import NameAgencies, ShowBranch
from engine.people.queries import NamePeople
from engine.tasks.labels import LabelCases
from engine.tasks.worklist_model import CaseLabel

_A_PAGE = 100
_MOST_LINES = 1000


@dataclass(frozen=True, kw_only=True)
class CaseSheet:
    """A case with all that stands around it.

    `lines` are the newest of the journal, oldest first. `notes` are None for those for whom they are not
    meant. `labels` are of the case and of those in `related`, `people` names by user name, `agencies`
    names by key. `documents` are without their contents, oldest first.
    """

    view: CaseView
    branch: Branch | None
    waiting: tuple[Expectation, ...]
    lines: Sequence[TimelineEntry]
    notices: tuple[ShownNotice, ...]
    notes: tuple[Note, ...] | None
    related: Sequence[Case]
    labels: Mapping[UUID, CaseLabel]
    people: Mapping[str, str]
    agencies: Mapping[str, Bilingual]
    documents: Sequence[Document]
    diagram: MarkedDiagram


@dataclass(frozen=True, kw_only=True)
class ShowCaseFile:
    """One case, as the people who work on it want to see it."""

    case_id: UUID

    def answer(self, context: QueryContext) -> CaseSheet:
        """The case; `NotFound` if the actor does not see it."""
        view = ShowCase(case_id=self.case_id).answer(context)
        waiting = waiting_of(view, context)
        notes = _notes(view.case, context)
        related = related_to(view, context)
        documents = documents_store.documents_of(context.connection, self.case_id)
        people = {
            *(note.author_name for note in notes or ()),
            *(one.who for one in waiting if one.who),
            *(document.added_by for document in documents),
        }
        return CaseSheet(
            view=view,
            branch=ShowBranch(code=view.case.branch_code).answer(context),
            waiting=waiting,
            lines=_lines(view.case, context),
            notices=notices_about(view.case, context),
            notes=notes,
            related=related,
            labels=LabelCases(case_ids=(self.case_id, *(case.id for case in related))).answer(context),
            people=NamePeople(usernames=tuple(people)).answer(context),
            agencies=NameAgencies().answer(context),
            documents=documents,
            diagram=drawn(view.case, context),
        )


def _lines(case: Case, context: QueryContext) -> Sequence[TimelineEntry]:
    newest = deque(journal_of(case.id, context), maxlen=_MOST_LINES)
    names = names_in(case, context)
    return [named(line, names) for line in newest]


def _notes(case: Case, context: QueryContext) -> tuple[Note, ...] | None:
    try:
        return notes_on(case, context, Slice(limit=_A_PAGE)).items
    except NotPermitted:
        return None
