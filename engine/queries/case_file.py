"""The case file: everything that one page tells of a case, as it was at one moment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from engine.domain.agency import Branch
from engine.domain.case import Case
from engine.domain.note import Note
from engine.domain.refusal import NotPermitted
from engine.domain.waiting import Waiting
from engine.ports.captions import Caption
from engine.ports.reads import CaseView, Slice
from engine.queries.captions import CaptionCases, NameAgencies, NamePeople, ShowBranch
from engine.queries.casebook import ListNotes, ListRelatedCases, ShowNextSteps, ShowTimeline, TimelineEntry
from engine.queries.cases import ShowCase
from engine.queries.question import Answering

_A_PAGE = 100
_MOST_LINES = 1000


@dataclass(frozen=True, kw_only=True)
class CaseSheet:
    """A case with all that stands around it.

    `lines` are the newest of the journal, oldest first. `notes` are None for those for whom they are not
    meant. `captions` are of the case and of those in `related`, `people` names by user name, `agencies`
    names by key.
    """

    view: CaseView
    branch: Branch | None
    waiting: tuple[Waiting, ...]
    lines: Sequence[TimelineEntry]
    notes: tuple[Note, ...] | None
    related: Sequence[Case]
    captions: Mapping[UUID, Caption]
    people: Mapping[str, str]
    agencies: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class ShowCaseFile:
    """One case, as the people who work on it want to see it."""

    case_id: UUID

    def answer(self, answering: Answering) -> CaseSheet:
        """The case; `NotFound` if the actor does not see it."""
        view = ShowCase(case_id=self.case_id).answer(answering)
        waiting = ShowNextSteps(case_id=self.case_id).answer(answering)
        notes = self._notes(answering)
        related = ListRelatedCases(case_id=self.case_id).answer(answering)
        named = {note.author_name for note in notes or ()} | {one.who for one in waiting if one.who}
        return CaseSheet(
            view=view,
            branch=ShowBranch(code=view.case.branch_code).answer(answering),
            waiting=waiting,
            lines=self._lines(answering),
            notes=notes,
            related=related,
            captions=CaptionCases(case_ids=(self.case_id, *(case.id for case in related))).answer(answering),
            people=NamePeople(usernames=tuple(named)).answer(answering),
            agencies=NameAgencies().answer(answering),
        )

    def _lines(self, answering: Answering) -> Sequence[TimelineEntry]:
        lines: list[TimelineEntry] = []
        part = Slice(limit=_A_PAGE)
        while True:
            page = ShowTimeline(case_id=self.case_id, part=part).answer(answering)
            lines = [*lines, *page.items][-_MOST_LINES:]
            if page.next is None:
                return lines
            part = replace(part, cursor=page.next)

    def _notes(self, answering: Answering) -> tuple[Note, ...] | None:
        try:
            return ListNotes(case_id=self.case_id, part=Slice(limit=_A_PAGE)).answer(answering).items
        except NotPermitted:
            return None
