"""What a party is asked to sign, as they and the clerk see it, and how the parties of a case stand."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from engine.bundle.party_rules import PartyRule, SigningMeans, rule_of
from engine.bundle.procedure import Procedure
from engine.cases import changeset_store
from engine.cases.changeset_store import CaseView
from engine.cases.further_terms import local_day
from engine.cases.party import Party
from engine.context import QueryContext
from engine.kernel.bilingual import Bilingual
from engine.kernel.disclosure import Disclosure, Purpose, Shown
from engine.kernel.permission import require_takes_signature
from engine.kernel.refusal import NotFound
from engine.kernel.signing import PARTY, SignatureState
from engine.kernel.vocabulary import PartyRole
from engine.organisation import store as organisation_store
from engine.organisation.letterheads import Letterhead, letterheads
from engine.organisation.model import Branch
from engine.service_tasks import store as service_tasks_store
from engine.service_tasks.answer_sheets import RequestSheet, forms_of
from engine.signatures import store as signatures_store
from engine.signatures.invite import link_made_at, may_have_link
from engine.signatures.links import code_of
from engine.signatures.model import Signature, SigningPass, lets_in
from engine.signatures.sign import no_such_link


@dataclass(frozen=True, kw_only=True)
class SigningSheet:
    """What a party is asked: the words, what the diagram shows of the case, and the form.

    `request` has the variables that the diagram hands over besides the party, and the party's form.
    """

    case_id: UUID
    case_number: str
    branch: Branch | None
    letterhead: Letterhead | None
    signature: Signature
    party: Party
    rule: PartyRule
    request: RequestSheet

    @property
    def is_applicant(self) -> bool:
        """Whether the party is the applicant."""
        return self.party.role is PartyRole.APPLICANT


@dataclass(frozen=True, kw_only=True)
class ShowSigning:
    """What am I asked to sign? Asked with the pass that a link gave."""

    given: SigningPass

    def answer(self, context: QueryContext) -> SigningSheet:
        """The sheet, also once it is settled; `NotFound` if the pass is over."""
        found = signatures_store.signature(context.connection, self.given.signature_id)
        if found is None or not lets_in(self.given, found, context.now):
            raise no_such_link()
        return _sheet(found, context)

    def disclosed(self, answer: SigningSheet) -> Iterable[Disclosure]:
        return (_shown(answer, Purpose.SIGNING),)


@dataclass(frozen=True, kw_only=True)
class SignatureAtDesk:
    """A signature as the clerk sees it; `code` is that of the party's link, None while there is none."""

    sheet: SigningSheet
    code: str | None
    may_have_link: bool
    is_at_counter: bool
    link_opens: bool


@dataclass(frozen=True, kw_only=True)
class ShowSignature:
    """The signature that a service task waits for, for those who work on its case."""

    service_task_id: UUID

    def answer(self, context: QueryContext) -> SignatureAtDesk:
        """The sheet, and what can be done about it."""
        found = signatures_store.signature_of(context.connection, self.service_task_id)
        task = service_tasks_store.service_task(context.connection, self.service_task_id)
        if found is None or task is None:
            raise NotFound.of("signature", self.service_task_id)
        sheet = _sheet(found, context, require_worker=True)
        return SignatureAtDesk(
            sheet=sheet,
            code=code_of(found, context.seals),
            may_have_link=may_have_link(sheet.party, sheet.rule),
            is_at_counter=SigningMeans.COUNTER in sheet.rule.means,
            link_opens=found.link_opens(context.now),
        )

    def disclosed(self, answer: SignatureAtDesk) -> Iterable[Disclosure]:
        return (_shown(answer.sheet, None),)


@dataclass(frozen=True, kw_only=True)
class PartyStanding:
    """How a party of a case stands: their role in words, their initials, and their newest signature's state.

    `state` is None where nothing was asked of them yet, `at` when it came to be so.
    """

    party_id: UUID
    role: str
    title: Bilingual
    initials: str
    is_applicant: bool
    state: SignatureState | None
    at: datetime | None
    service_task_id: UUID | None


def standing_in(view: CaseView, procedure: Procedure, context: QueryContext) -> tuple[PartyStanding, ...]:
    """How the parties of a case stand, the applicant first; none in a procedure that declares no parties."""
    if not procedure.parties:
        return ()
    found: list[PartyStanding] = []
    for signer in signatures_store.signers_of(context.connection, view.case.id):
        rule = rule_of(signer.party.declared_role, procedure.parties)
        if rule is None:
            continue
        signature = signer.signature
        found.append(
            PartyStanding(
                party_id=signer.party.id,
                role=rule.role,
                title=rule.title,
                initials=signer.party.initials,
                is_applicant=signer.party.role is PartyRole.APPLICANT,
                state=signer.state,
                at=(signature.settled_at or signature.opened_at or signature.asked_at) if signature else None,
                service_task_id=signature.service_task_id if signature else None,
            )
        )
    return tuple(found)


def for_all_of_case(standing: Sequence[PartyStanding]) -> tuple[PartyStanding, ...]:
    """The parties as all of the case are told of them: who has signed and who is awaited, and no more."""
    return tuple(
        replace(one, state=SignatureState.INVITED, at=None)
        if one.state is SignatureState.OPENED
        else replace(one, at=None if one.state is SignatureState.INVITED else one.at)
        for one in standing
    )


def awaited_in(standing: Sequence[PartyStanding]) -> tuple[PartyStanding, ...]:
    """Of the parties those whose signatures are awaited."""
    return tuple(one for one in standing if one.state is not None and one.state.is_awaited)


def _sheet(found: Signature, context: QueryContext, *, require_worker: bool = False) -> SigningSheet:
    task = service_tasks_store.service_task(context.connection, found.service_task_id)
    view = changeset_store.case(context.connection, found.case_id)
    if task is None or view is None:
        raise no_such_link()
    if require_worker:
        require_takes_signature(context.actor, view.case)
    procedure = context.procedure(view.case.version_id)
    party = next(one for one in view.parties if one.id == found.party_id)
    rule = rule_of(party.declared_role, procedure.parties)
    if rule is None:
        raise AssertionError("a signature is asked only of a role that procedure.yaml declares")
    form = procedure.signing_form(rule.role)
    shown = {name: value for name, value in task.variables.items() if name != PARTY}
    return SigningSheet(
        case_id=view.case.id,
        case_number=view.case.number,
        branch=organisation_store.branch_coded(context.connection, view.case.branch_code, on=context.today),
        letterhead=letterheads(context.connection, [view.case.branch_code]).of(
            view.case.branch_code, on=local_day(link_made_at(found, task), context.zone)
        ),
        signature=found,
        party=party,
        rule=rule,
        request=RequestSheet(
            task=replace(task, name=procedure.called(task.name), variables=shown),
            title=procedure.title,
            title_en=procedure.title_en,
            answer=procedure.answer_sheet(task.element_id),
            form=form.schema if form else None,
            forms=forms_of(procedure),
            ended=None,
        ),
    )


def _shown(sheet: SigningSheet, purpose: Purpose | None) -> Disclosure:
    return Disclosure(
        shown=Shown.SIGNATURE,
        case_id=sheet.case_id,
        object_id=sheet.signature.service_task_id,
        purpose=purpose,
    )
