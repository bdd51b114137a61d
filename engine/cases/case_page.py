"""The pages of a case, from its opening to a call about it: everything that each shows, at one moment."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from engine.appointments.queries import ShownAppointment, appointments_of
from engine.bundle.fees import FeeDue
from engine.bundle.procedure import Procedure
from engine.cases import changeset_store, recognition_store
from engine.cases.application import Application, application_of
from engine.cases.callers import AskCaller, case_asked_about
from engine.cases.case_details import (
    EarlierApplicant,
    FindEarlierApplicant,
    applicant_in,
    notes_on,
    related_to,
    waiting_of,
)
from engine.cases.case_number import CaseNumber
from engine.cases.changeset_store import CaseView
from engine.cases.expectations import Expectation
from engine.cases.further_terms import local_day
from engine.cases.journal import Note
from engine.cases.model import Case
from engine.cases.offers import FindOffers, Offers, ShowOffer
from engine.cases.queries import MarkedDiagram, ShowCase, case_shown, drawn
from engine.cases.reception import Checklist, PapersFor
from engine.cases.term_queries import TermView, terms_of
from engine.cases.timeline import TimelineEntry, timeline_of
from engine.cases.tracking_code import code_of
from engine.cases.where_offered import NotOfferedHere, closing_here, not_offered_here
from engine.content.model import Content
from engine.content.reading import ListBeside
from engine.context import QueryContext
from engine.documents import store as documents_store
from engine.documents.model import Document
from engine.kernel.actor import Role
from engine.kernel.bilingual import Bilingual
from engine.kernel.disclosure import Disclosure, Purpose, Shown, disclosed_by, found
from engine.kernel.pages import Slice
from engine.kernel.permission import NOT_RECOGNISED, require_reads_receipt
from engine.kernel.refusal import Invalid, NotFound, NotPermitted
from engine.kernel.vocabulary import Fact, OpenedBy
from engine.messages.desk_actions import OpenAction, actions_for
from engine.notices.queries import ShownNotice, notices_about
from engine.organisation import store as organisation_store
from engine.organisation.letterheads import Letterhead, letterheads
from engine.organisation.model import Branch
from engine.organisation.registers import NameAgencies, ShowBranch
from engine.organisation.succession import Closing
from engine.payments.model import Payment
from engine.payments.queries import payments_in
from engine.people.model import Colleague
from engine.people.queries import ListColleagues, NamePeople
from engine.signatures.queries import PartyStanding, standing_in
from engine.supplements.tracking import CallersCase, TrackForCaller
from engine.tasks.labels import LabelCases
from engine.tasks.worklist_model import CaseLabel

_A_PAGE = 100


@dataclass(frozen=True, kw_only=True)
class CaseSheet:
    """A case with all that stands around it.

    `lines` are the newest of the journal, oldest first. `labels` are of the case and of those in `related`,
    `people` names by user name, `agencies` names by key. `documents` are without their contents, oldest
    first. `standing` says how the signatures of the parties stand. `colleagues` are those to whom the asker
    may give a task of the case, `offered` the actions that the diagram offers the asker now, `branches` those
    to which they may transfer the case. `beside` are scripts and help texts. `application` is there for those
    who work on the case.
    """

    view: CaseView
    terms: tuple[TermView, ...]
    branch: Branch | None
    waiting: tuple[Expectation, ...]
    lines: Sequence[TimelineEntry]
    notices: tuple[ShownNotice, ...]
    notes: tuple[Note, ...]
    related: Sequence[Case]
    labels: Mapping[UUID, CaseLabel]
    people: Mapping[str, str]
    agencies: Mapping[str, Bilingual]
    documents: Sequence[Document]
    payments: Sequence[Payment]
    appointments: tuple[ShownAppointment, ...]
    diagram: MarkedDiagram
    colleagues: Sequence[Colleague]
    offered: tuple[OpenAction, ...]
    branches: Sequence[Branch]
    beside: Sequence[Content]
    standing: tuple[PartyStanding, ...] = ()
    application: Application | None = None


@dataclass(frozen=True, kw_only=True)
class ShowCaseFile:
    """One case, as the people who work on it want to see it."""

    case_id: UUID

    def answer(self, context: QueryContext) -> CaseSheet:
        """The case; `NotFound` if the actor does not see it."""
        view = ShowCase(case_id=self.case_id).answer(context)
        waiting = waiting_of(view, context)
        notes = notes_on(view.case, context, Slice(limit=_A_PAGE)).items
        branch = ShowBranch(code=view.case.branch_code).answer(context)
        related = related_to(view, context)
        documents = documents_store.documents_of(context.connection, self.case_id)
        people = {
            *(note.author_name for note in notes),
            *(one.who for one in waiting if one.who),
            *(document.added_by for document in documents),
        }
        return CaseSheet(
            view=view,
            terms=terms_of(view.case, branch, context),
            branch=branch,
            waiting=waiting,
            lines=timeline_of(view.case, context),
            notices=notices_about(view.case, context),
            notes=notes,
            related=related,
            labels=LabelCases(case_ids=(self.case_id, *(case.id for case in related))).answer(context),
            people=NamePeople(usernames=tuple(people)).answer(context),
            agencies=NameAgencies().answer(context),
            documents=documents,
            payments=payments_in(view.case, context),
            appointments=appointments_of(view.case, context),
            diagram=drawn(view.case, context),
            colleagues=_colleagues(view, context),
            offered=actions_for(view.case, context.actor, context),
            standing=standing_in(view, context.procedure(view.case.version_id), context),
            branches=_other_branches(view, context),
            application=application_of(view.case, context),
            beside=ListBeside(place="case", procedure=view.case.procedure_key).answer(context),
        )

    def disclosed(self, answer: CaseSheet) -> Iterable[Disclosure]:
        return (case_shown(answer.view), *found(case.id for case in answer.related))


def _colleagues(view: CaseView, context: QueryContext) -> Sequence[Colleague]:
    actor = context.actor
    gives_tasks = actor.has(Role.MANAGER) and actor.branch_id == view.case.branch_id
    return ListColleagues().answer(context) if gives_tasks and view.tasks else ()


def _other_branches(view: CaseView, context: QueryContext) -> Sequence[Branch]:
    actor, case = context.actor, view.case
    if case.is_closed or not (actor.has(Role.MANAGER) and actor.branch_id == case.branch_id):
        return ()
    return [
        one
        for one in organisation_store.open_branches(context.connection, on=context.today)
        if one.id != case.branch_id
    ]


@dataclass(frozen=True, kw_only=True)
class ReceiptPage:
    """A case with its title, its applicant's name and the code for them, for the receipt.

    `letterhead` is that of the branch that took the application, as it was on that day.
    """

    view: CaseView
    code: str = field(repr=False)
    letterhead: Letterhead | None
    title: Bilingual
    applicant: str
    payments: Sequence[Payment]


@dataclass(frozen=True, kw_only=True)
class ShowReceipt:
    """What the receipt of a case says."""

    case_id: UUID

    def answer(self, context: QueryContext) -> ReceiptPage:
        """The receipt, for the case's branch, and for the agent whose caller may be told the code."""
        view = changeset_store.case(context.connection, self.case_id)
        if view is None:
            raise NotFound.of("case", self.case_id)
        call = recognition_store.recognition_by(context.connection, context.actor.id)
        require_reads_receipt(context.actor, view.case, call, now=context.now)
        procedure, applicant = context.procedure(view.case.version_id), applicant_in(view)
        return ReceiptPage(
            view=view,
            code=code_of(context.connection, view.case, context.seals),
            letterhead=_letterhead_of_opening(view.case, context),
            title=Bilingual(procedure.title, el=procedure.title, en=procedure.title_en or procedure.title),
            applicant=applicant.full_name if applicant else "",
            payments=payments_in(view.case, context),
        )

    def disclosed(self, _answer: ReceiptPage) -> Iterable[Disclosure]:
        return (Disclosure(shown=Shown.RECEIPT, case_id=self.case_id),)


def _letterhead_of_opening(case: Case, context: QueryContext) -> Letterhead | None:
    opened_in = CaseNumber.read(case.number).branch
    heads = letterheads(context.connection, [opened_in])
    return heads.of(opened_in, on=local_day(case.opened_at, context.zone))


@dataclass(frozen=True, kw_only=True)
class CallPage:
    """A case that a caller asks about, before anything of it is shown: its number, and what to ask them."""

    facts: tuple[Fact, ...]
    number: str
    beside: Sequence[Content]


@dataclass(frozen=True, kw_only=True)
class ShowCall:
    """The questions to a caller, for an agent."""

    case_id: UUID

    def answer(self, context: QueryContext) -> CallPage:
        facts = AskCaller(case_id=self.case_id).answer(context)
        case = case_asked_about(self.case_id, context).case
        beside = ListBeside(place="calls", procedure=case.procedure_key).answer(context)
        return CallPage(facts=facts, number=case.number, beside=beside)

    def disclosed(self, _answer: CallPage) -> Iterable[Disclosure]:
        return (Disclosure(shown=Shown.QUESTIONS, case_id=self.case_id, purpose=Purpose.CALL),)


@dataclass(frozen=True, kw_only=True)
class ShowCallersCase:
    """How the case of a caller stands; if they are not recognised in this call, the questions to them."""

    case_id: UUID

    def answer(self, context: QueryContext) -> CallersCase | CallPage:
        try:
            shown = TrackForCaller(case_id=self.case_id).answer(context)
            procedure = case_asked_about(self.case_id, context).case.procedure_key
            beside = ListBeside(place="calls", procedure=procedure).answer(context)
            return replace(shown, beside=tuple(beside))
        except NotPermitted as refused:
            if refused.code != NOT_RECOGNISED:
                raise
            return ShowCall(case_id=self.case_id).answer(context)

    def disclosed(self, answer: CallersCase | CallPage) -> Iterable[Disclosure]:
        shown_by = TrackForCaller if isinstance(answer, CallersCase) else ShowCall
        return disclosed_by(shown_by(case_id=self.case_id), answer)


@dataclass(frozen=True, kw_only=True)
class OffersPage:
    """Procedures on offer, and those that the asker's branch does not offer, by key.

    `closing` says that the branch closes or has closed; None where it goes on.
    """

    offers: Offers
    closing: Closing | None
    not_offered: Mapping[str, NotOfferedHere]


@dataclass(frozen=True, kw_only=True)
class ShowOffers:
    """What the page shows on which a procedure is chosen."""

    find: FindOffers

    def answer(self, context: QueryContext) -> OffersPage:
        return OffersPage(
            offers=self.find.answer(context),
            closing=closing_here(context),
            not_offered=not_offered_here(context),
        )


@dataclass(frozen=True, kw_only=True)
class ReceptionPage:
    """A procedure on offer with the papers for what is filled in so far, and the applicant's earlier case.

    `not_offered` says why the asker's branch does not offer it, and who does; None where it does. `closing`
    says that the branch closes or has closed.
    """

    procedure: Procedure
    papers: Checklist
    earlier: EarlierApplicant | None
    beside: Sequence[Content]
    not_offered: NotOfferedHere | None
    closing: Closing | None


@dataclass(frozen=True, kw_only=True)
class ShowReception:
    """What the page shows on which a case is opened; `earlier` is None where nothing is to be looked for."""

    papers: PapersFor
    earlier: FindEarlierApplicant | None = None

    def answer(self, context: QueryContext) -> ReceptionPage:
        """The procedure; the papers are none, and not settled, where a field is invalid.

        `NotFound` for what organisations apply for: no branch opens it.
        """
        procedure = ShowOffer(key=self.papers.procedure).answer(context)
        if procedure.metadata.get("opened_by") == OpenedBy.ORGANISATION:
            raise NotFound.of("procedure on offer", procedure.key)
        return ReceptionPage(
            procedure=procedure,
            papers=self._papers(context),
            earlier=self.earlier.answer(context) if self.earlier else None,
            beside=ListBeside(place="intake", procedure=self.papers.procedure).answer(context),
            not_offered=not_offered_here(context).get(self.papers.procedure),
            closing=closing_here(context),
        )

    def disclosed(self, answer: ReceptionPage) -> Iterable[Disclosure]:
        return disclosed_by(self.earlier, answer.earlier)

    def _papers(self, context: QueryContext) -> Checklist:
        try:
            return self.papers.answer(context)
        except Invalid:
            # Which field is wrong is said where the form is judged; here it only decides nothing.
            procedure = ShowOffer(key=self.papers.procedure).answer(context)
            undecided = tuple(FeeDue(fee=fee, amount=fee.amount) for fee in procedure.fees.values())
            return Checklist(papers=(), is_settled=False, fees=undecided)
