"""The certificate of silent approval: that silence of the office approved an application, by law."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from engine.cases.case_details import applicant_in
from engine.cases.changeset_store import CaseView
from engine.cases.queries import seen_case
from engine.cases.term_queries import TermView, terms_of
from engine.cases.tracking_code import Proof, case_of_receipt, code_of
from engine.context import QueryContext
from engine.kernel.bilingual import Bilingual
from engine.kernel.disclosure import Disclosure, Shown
from engine.kernel.permission import require_works_case
from engine.kernel.refusal import Conflict
from engine.organisation import store as organisation_store
from engine.organisation.letterheads import Letterhead, letterheads
from engine.terms.ledger import TermCause
from engine.terms.term import TermKind


@dataclass(frozen=True, kw_only=True)
class SilentApproval:
    """What the certificate says.

    `day` is the last day of the term, on which the silence took effect; `words` is that term, with what had
    happened to it; `letterhead` is that of the branch as it was on that day. `code` is that of the receipt,
    with which anybody to whom the certificate is shown sees the same on the tracking page. `applicant` is
    None for whoever shows the receipt: nothing personal is told for it.
    """

    case_id: UUID
    number: str
    title: Bilingual
    letterhead: Letterhead
    applicant: str | None
    law: str
    day: date
    words: Bilingual
    code: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class ShowSilentApproval:
    """The certificate, for the people of the branch, who hand it over on request."""

    case_id: UUID

    def answer(self, context: QueryContext) -> SilentApproval:
        """The certificate; `Conflict` where silence has approved nothing."""
        view = seen_case(self.case_id, context)
        require_works_case(context.actor, view.case)
        applicant = applicant_in(view)
        return _certificate(view, context, applicant=applicant.full_name if applicant else None)

    def disclosed(self, answer: SilentApproval) -> Iterable[Disclosure]:
        return (Disclosure(shown=Shown.RECEIPT, case_id=answer.case_id),)


@dataclass(frozen=True, kw_only=True)
class ShowCitizensSilentApproval:
    """The certificate, for the citizen, with number and code of the receipt."""

    number: str
    code: Proof

    def answer(self, context: QueryContext) -> SilentApproval:
        """The certificate; a wrong code and an unknown number are told alike."""
        view = case_of_receipt(
            context.connection, number=self.number, proof=self.code, now=context.now, seals=context.seals
        )
        return _certificate(view, context, applicant=None)

    def disclosed(self, answer: SilentApproval) -> Iterable[Disclosure]:
        return (Disclosure(shown=Shown.TRACKING, case_id=answer.case_id),)


def was_approved_by_silence(terms: Iterable[TermView]) -> bool:
    """Whether silence has approved, by the terms of a case: the one to issue the act has begun by it."""
    return any(term.kind is TermKind.ACT for term in terms)


def _certificate(view: CaseView, context: QueryContext, *, applicant: str | None) -> SilentApproval:
    case, procedure = view.case, context.procedure(view.case.version_id)
    branch = organisation_store.branch_coded(context.connection, case.branch_code, on=context.today)
    terms = terms_of(case, branch, context)
    ended = next((term for term in terms if term.count.end_cause is TermCause.SILENCE), None)
    if ended is None or ended.count.ended is None or not was_approved_by_silence(terms):
        raise Conflict(
            f"Expected a case that silence has approved; case {case.number} is none.", code="not_silent"
        )
    heads = letterheads(context.connection, [case.branch_code])
    unknown = Letterhead(called=Bilingual(case.branch_code, el=case.branch_code, en=case.branch_code))
    return SilentApproval(
        case_id=case.id,
        number=case.number,
        title=Bilingual(procedure.title, el=procedure.title, en=procedure.title_en or procedure.title),
        letterhead=heads.of(case.branch_code, on=ended.count.ended) or unknown,
        applicant=applicant,
        law=ended.entries[-1].law or ended.law or "",
        day=ended.count.ended,
        words=ended.words,
        code=code_of(context.connection, case, context.seals),
    )
