"""Questions of the citizen who tracks a case: where it is, what it awaits of them, what they brought."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from engine.bundle.contract import OutcomeRule
from engine.bundle.procedure import Procedure
from engine.cases.case_details import waiting_of
from engine.cases.changeset_store import CaseView
from engine.cases.expectations import Expectation, awaited_of_citizen
from engine.cases.model import Case
from engine.cases.queries import seen_case
from engine.cases.term_queries import terms_of
from engine.cases.tracking_code import Proof, TrackingPass, case_of_receipt, pass_for
from engine.context import QueryContext
from engine.documents import store as documents_store
from engine.documents.model import Document
from engine.kernel.actor import CITIZEN, Role
from engine.kernel.bilingual import Bilingual
from engine.kernel.permission import require_role
from engine.kernel.vocabulary import CaseStatus, Flag
from engine.organisation import store as organisation_store
from engine.organisation.model import Branch
from engine.terms.term import SupplementRule, TermKind


@dataclass(frozen=True, kw_only=True)
class Tracking:
    """What anybody with the receipt may know: nothing personal, and nothing that names who works on it.

    `due_at` is None without a term and while it rests; `resting_term` is what a term that rests will do once
    the citizen has brought what is awaited; `term` is the term of law in words. `awaited` is what they are to
    bring, `brought` what they have brought from home, oldest first. What the files are called may be
    personal: it is for whoever sent them.
    """

    number: str
    procedure_title: str
    procedure_title_en: str
    branch: Branch | None
    status: CaseStatus
    flags: frozenset[Flag]
    opened_at: datetime
    due_at: datetime | None
    resting_term: SupplementRule | None
    term: Bilingual | None
    closed_at: datetime | None
    outcome: OutcomeRule | None
    awaited: tuple[Expectation, ...]
    brought: tuple[Document, ...]


@dataclass(frozen=True, kw_only=True)
class TrackCase:
    """Where is my case? Asked with the number and the code on the receipt, or a pass given for it."""

    number: str
    code: Proof

    def answer(self, context: QueryContext) -> Tracking:
        """The status; a wrong code and an unknown number are told alike."""
        return _tracking(_tracked(self.number, self.code, context), context)


@dataclass(frozen=True, kw_only=True)
class TrackForCaller:
    """Where is the caller's case? Asked by an agent who has recognised them."""

    case_id: UUID

    def answer(self, context: QueryContext) -> Tracking:
        """What the citizen would be shown."""
        require_role(context.actor, Role.AGENT)
        return _tracking(seen_case(self.case_id, context), context)


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
    return case_of_receipt(context.connection, number=number, proof=proof, now=context.now)


def _tracking(view: CaseView, context: QueryContext) -> Tracking:
    case, procedure = view.case, context.procedure(view.case.version_id)
    awaited = awaited_of_citizen(waiting_of(view, context)) if case.is_open else ()
    documents = documents_store.documents_of(context.connection, case.id)
    branch = organisation_store.branch_coded(context.connection, case.branch_code)
    terms = terms_of(case, branch, context)
    return Tracking(
        number=case.number,
        procedure_title=procedure.title,
        procedure_title_en=procedure.title_en,
        branch=branch,
        status=case.status,
        flags=case.flags - {Flag.STUCK},
        opened_at=case.opened_at,
        due_at=case.expected_at,
        resting_term=_resting_term(case, procedure),
        term=next((term.words for term in terms if term.kind is TermKind.LEGAL), None),
        closed_at=case.closed_at,
        outcome=procedure.outcome(case.outcome) if case.outcome else None,
        awaited=tuple(replace(thing, who=None) for thing in awaited),
        brought=tuple(document for document in documents if document.added_by == CITIZEN.name),
    )


def _resting_term(case: Case, procedure: Procedure) -> SupplementRule | None:
    """What a term that rests will do once the citizen has brought what is awaited of them."""
    is_awaited = Flag.AWAITING_CITIZEN in case.flags
    return procedure.term.supplement if is_awaited and case.term_rests_since is not None else None
