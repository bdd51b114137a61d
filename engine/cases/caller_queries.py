"""Questions of the call centre: which case a caller means, and what they can be asked."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from engine.cases import store as cases_store
from engine.cases.caller import Fact, facts_to_ask
from engine.cases.case_number import CaseNumber
from engine.cases.model import Case, CaseFilter
from engine.cases.party import search_words
from engine.cases.queries import seen_case
from engine.context import QueryContext
from engine.kernel.actor import Role
from engine.kernel.pages import Page, Slice
from engine.kernel.permission import require_role, sight_of
from engine.kernel.person import PartyRole
from engine.kernel.refusal import Invalid


@dataclass(frozen=True, kw_only=True)
class FoundCase:
    """A case that a caller may mean: enough to tell it from others, and nothing that gives it away."""

    case_id: UUID
    number: str
    procedure_title: str
    procedure_title_en: str
    branch_code: str
    opened_at: datetime


@dataclass(frozen=True, kw_only=True)
class SearchTracking:
    """Cases by number, or by words of a name or a phone number."""

    text: str
    part: Slice = field(default_factory=Slice)

    def answer(self, context: QueryContext) -> Page[FoundCase]:
        """Newest first; `Invalid` without anything to look for."""
        require_role(context.actor, Role.AGENT)
        page = cases_store.list_cases(
            context.connection, _wanted(self.text), sight=sight_of(context.actor), part=self.part
        )
        return Page(items=tuple(_found(case, context) for case in page.items), next=page.next)


@dataclass(frozen=True, kw_only=True)
class AskCaller:
    """Which facts a caller can be asked to show that a case is theirs."""

    case_id: UUID

    def answer(self, context: QueryContext) -> tuple[Fact, ...]:
        """The facts that the case knows, the most telling first; not what they are."""
        require_role(context.actor, Role.AGENT)
        view = seen_case(self.case_id, context)
        applicants = (party.person for party in view.parties if party.role is PartyRole.APPLICANT)
        return tuple(
            fact
            for applicant in applicants
            for fact in facts_to_ask(applicant, tracking_code=view.case.tracking_code)
        )


def _wanted(text: str) -> CaseFilter:
    try:
        return CaseFilter(number=str(CaseNumber.read(text)))
    except Invalid:
        words = search_words(text)
    if not words:
        raise Invalid.field("text", "expected a case number, a name or a phone number")
    return CaseFilter(words=words)


def _found(case: Case, context: QueryContext) -> FoundCase:
    procedure = context.procedure(case.version_id)
    return FoundCase(
        case_id=case.id,
        number=case.number,
        procedure_title=procedure.title,
        procedure_title_en=procedure.title_en,
        branch_code=case.branch_code,
        opened_at=case.opened_at,
    )
