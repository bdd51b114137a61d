"""Questions of the citizen who tracks a case: where it is, what it awaits of them, what they brought."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from engine.appointments.queries import ShownAppointment, appointments_of
from engine.bundle.contract import OutcomeRule
from engine.bundle.procedure import Procedure
from engine.cases import recognition_store
from engine.cases.callers import case_asked_about
from engine.cases.case_details import applicant_in, waiting_of
from engine.cases.changeset_store import CaseView
from engine.cases.expectations import Expectation, awaited_of_citizen
from engine.cases.model import Case
from engine.cases.silent_approval import was_approved_by_silence
from engine.cases.term_queries import terms_of
from engine.cases.tracking_code import Proof, TrackingPass, case_of_receipt, code_of, pass_for
from engine.content.model import Content
from engine.context import QueryContext
from engine.documents import store as documents_store
from engine.documents.model import Document
from engine.kernel.actor import CITIZEN
from engine.kernel.bilingual import Bilingual
from engine.kernel.disclosure import Disclosure, Purpose, Shown
from engine.kernel.permission import may_tell, require_tells
from engine.kernel.permission_objects import Told
from engine.kernel.vocabulary import CaseStatus, Flag
from engine.messages.desk_actions import OpenAction, actions_for
from engine.organisation import store as organisation_store
from engine.organisation.model import Branch
from engine.organisation.succession import Closing, closing_of
from engine.payments.model import Payment
from engine.payments.queries import payments_in
from engine.signatures.queries import PartyStanding, awaited_in, for_all_of_case, standing_in
from engine.terms.term import SupplementRule, TermKind


@dataclass(frozen=True, kw_only=True)
class Tracking:
    """What anybody with the receipt may know: nothing personal, and nothing that names who works on it.

    `due_at` is None without a term and while it rests; `resting_term` is what a term that rests will do once
    the citizen has brought what is awaited; `term` is the term of law in words. `appealable_until` is when
    the term to appeal is over, None where it does not run. `awaited` is what they are to bring, `brought`
    what they have brought from home, oldest first. What the files are called may be personal: it is for
    whoever sent them. `signers` are the parties of the case, by what they are and their
    initials alone. `payments` are the fees, oldest first. `wanted_appointments` are the requests for which
    they are to choose a time, `appointments` those that they have. `offered` are the actions that are open to
    them now, and `approved_by_silence` says whether there is a certificate of that. `case_id` is for the
    record, and told to nobody.
    """

    case_id: UUID
    number: str
    procedure_title: str
    procedure_title_en: str
    branch: Branch | None
    status: CaseStatus
    closing: Closing | None
    flags: frozenset[Flag]
    opened_at: datetime
    due_at: datetime | None
    resting_term: SupplementRule | None
    term: Bilingual | None
    appealable_until: datetime | None
    closed_at: datetime | None
    outcome: OutcomeRule | None
    awaited: tuple[Expectation, ...]
    wanted_appointments: tuple[UUID, ...]
    appointments: tuple[ShownAppointment, ...]
    brought: tuple[Document, ...]
    offered: tuple[OpenAction, ...]
    approved_by_silence: bool
    payments: tuple[Payment, ...] = ()
    signers: tuple[PartyStanding, ...] = ()

    @property
    def awaited_signers(self) -> tuple[PartyStanding, ...]:
        """Whose signatures are awaited."""
        return awaited_in(self.signers)


@dataclass(frozen=True, kw_only=True)
class TrackCase:
    """Where is my case? Asked with the number and the code on the receipt, or a pass given for it."""

    number: str
    code: Proof

    def answer(self, context: QueryContext) -> Tracking:
        """The status; a wrong code and an unknown number are told alike."""
        return _tracking(_tracked(self.number, self.code, context), context)

    def disclosed(self, answer: Tracking) -> Iterable[Disclosure]:
        return (Disclosure(shown=Shown.TRACKING, case_id=answer.case_id),)


@dataclass(frozen=True, kw_only=True)
class CallersCase:
    """What a recognised caller may be told of their case.

    `documents` are without their contents, oldest first. They and `tracking_code` are None unless what the
    caller named allows to tell them. `until` is when the caller has to be recognised again. `beside` are
    scripts and help texts for the agent.
    """

    applicant: str
    tracking: Tracking
    until: datetime
    documents: tuple[Document, ...] | None
    tracking_code: str | None
    beside: tuple[Content, ...] = ()


@dataclass(frozen=True, kw_only=True)
class TrackForCaller:
    """Where is the caller's case? Asked by an agent who has recognised them in this call."""

    case_id: UUID

    def answer(self, context: QueryContext) -> CallersCase:
        """What the citizen would be shown, and more if the answers allow it."""
        view = case_asked_about(self.case_id, context)
        actor, now = context.actor, context.now
        call = recognition_store.recognition_by(context.connection, actor.id)
        require_tells(actor, call, case_id=self.case_id, now=now)
        if call is None:
            raise AssertionError("who may tell a caller is in a call")
        may_list = may_tell(actor, call, Told.DOCUMENTS, case_id=self.case_id, now=now)
        may_say = may_tell(actor, call, Told.TRACKING_CODE, case_id=self.case_id, now=now)
        documents = documents_store.documents_of(context.connection, self.case_id) if may_list else None
        applicant = applicant_in(view)
        return CallersCase(
            applicant=applicant.full_name if applicant else "",
            tracking=_tracking(view, context),
            until=call.until,
            documents=None if documents is None else tuple(documents),
            tracking_code=code_of(context.connection, view.case, context.seals) if may_say else None,
        )

    def disclosed(self, answer: CallersCase) -> Iterable[Disclosure]:
        shown = (Shown.TRACKING,) if answer.documents is None else (Shown.TRACKING, Shown.DOCUMENTS)
        return [Disclosure(shown=one, case_id=self.case_id, purpose=Purpose.CALL) for one in shown]


@dataclass(frozen=True, kw_only=True)
class Visit:
    """A case that a browser is shown for a while, by its number as it is written, with the pass for it."""

    number: str
    given: TrackingPass


@dataclass(frozen=True, kw_only=True)
class BeginVisit:
    """May this browser be shown the case for a while? Asked with the number and the code on the receipt."""

    number: str
    code: str

    def answer(self, context: QueryContext) -> Visit:
        """The visit; a wrong code and an unknown number are told alike."""
        case = _tracked(self.number, self.code, context).case
        return Visit(number=case.number, given=pass_for(case, now=context.now))


def _tracked(number: str, proof: Proof, context: QueryContext) -> CaseView:
    return case_of_receipt(
        context.connection, number=number, proof=proof, now=context.now, seals=context.seals
    )


def _tracking(view: CaseView, context: QueryContext) -> Tracking:
    case, procedure = view.case, context.procedure(view.case.version_id)
    awaited = awaited_of_citizen(waiting_of(view, context)) if case.is_open else ()
    documents = documents_store.documents_of(context.connection, case.id)
    branch = organisation_store.branch_coded(context.connection, case.branch_code, on=context.today)
    closing = closing_of(context.connection, case.branch_id, on=context.today) if case.is_open else None
    terms = terms_of(case, branch, context)
    wanted = {task.id for task in view.service_tasks if task.asks_appointment and case.is_open}
    appointments = tuple(one for one in appointments_of(case, context) if not one.appointment.state.is_final)
    return Tracking(
        case_id=case.id,
        number=case.number,
        procedure_title=procedure.title,
        procedure_title_en=procedure.title_en,
        branch=branch,
        closing=closing,
        status=case.status,
        flags=case.flags - {Flag.STUCK},
        opened_at=case.opened_at,
        due_at=case.expected_at,
        resting_term=_resting_term(case, procedure),
        term=next((term.words for term in terms if term.kind is TermKind.LEGAL), None),
        appealable_until=case.appealable_until,
        closed_at=case.closed_at,
        outcome=procedure.outcome(case.outcome) if case.outcome else None,
        awaited=tuple(replace(thing, who=None) for thing in awaited),
        wanted_appointments=tuple(wanted - {one.appointment.service_task_id for one in appointments}),
        appointments=appointments,
        signers=for_all_of_case(standing_in(view, procedure, context)),
        brought=tuple(document for document in documents if document.added_by == CITIZEN.name),
        offered=actions_for(case, CITIZEN, context),
        approved_by_silence=was_approved_by_silence(terms),
        payments=tuple(payments_in(case, context)),
    )


def _resting_term(case: Case, procedure: Procedure) -> SupplementRule | None:
    """What a term that rests will do once the citizen has brought what is awaited of them."""
    is_awaited = Flag.AWAITING_CITIZEN in case.flags
    return procedure.term.supplement if is_awaited and case.term_rests_since is not None else None
