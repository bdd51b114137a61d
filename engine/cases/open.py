"""Open a case: a citizen asks for something, and gets a number."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from engine.bundle.procedure import Procedure
from engine.cases import applications_store
from engine.cases import store as cases_store
from engine.cases.applications import applying, examining_branch, facts_of_organisation
from engine.cases.callers import begin_call
from engine.cases.changeset import CaseChangeset, CaseState, case_file
from engine.cases.changeset_store import LockedCase
from engine.cases.entered_parties import EnteredParty, require_parties, role_of_applicant
from engine.cases.model import Case, Notify
from engine.cases.new_case import facts_of, new_case
from engine.cases.party import Party, are_same, person_fields, words_of
from engine.cases.reception import Reception, checklist, known_at_reception, require_papers
from engine.cases.surroundings import surroundings
from engine.cases.take_step import take_step
from engine.cases.terms import begin_terms
from engine.context import Command, Transaction
from engine.kernel.actor import Role
from engine.kernel.permission import require_opens_case
from engine.kernel.refusal import Conflict, Invalid, NotFound
from engine.kernel.vocabulary import Channel, Fact, OpenedBy, PartyRole, Person
from engine.organisation import store as organisation_store
from engine.organisation.model import Branch
from engine.organisation.succession import successor_of
from engine.procedures import store as procedures_store
from engine.runtime.contract import Phase
from engine.signatures.model import Signer


@dataclass(frozen=True, kw_only=True)
class OpenedCase(CaseState):
    """A new case with the code for the citizen's receipt."""

    tracking_code: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class OpenCase(Command[OpenedCase]):
    """Open a case of the procedure's version on offer.

    A procedure that organisations open is examined where officials decided, for the actor's organisation.
    `branch` is a branch code, the actor's own where it is None. `data` are the fields of the start form.
    `reception` is what the clerk saw; None where nobody received the citizen, and then nobody judges papers.
    `parties` are the others in a case of several people, `applicant_role` what the applicant is in it: None
    where only one role can be theirs.
    `taken_over_from` is an earlier case of the same applicant, from which their details were taken.
    """

    procedure: str
    channel: Channel
    applicant: Person
    branch: str | None = None
    representative: Person | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    notify: Notify = field(default_factory=Notify)
    reception: Reception | None = None
    taken_over_from: UUID | None = None
    parties: tuple[EnteredParty, ...] = ()
    applicant_role: str | None = None


def open_case(command: OpenCase, transaction: Transaction) -> OpenedCase:
    """The new case with its first tasks; `Invalid` if the data do not fit the start form.

    An agent of the call centre opens it for their caller, and may tell them all of it in that call.
    """
    version = procedures_store.version_on_offer(transaction.connection, command.procedure, transaction.now)
    organisation = None
    if version is not None and version.opened_by is OpenedBy.ORGANISATION:
        organisation = applying(transaction)
        branch = examining_branch(transaction)
    else:
        branch = _branch(command, transaction)
        require_opens_case(transaction.actor, branch.id)
    if version is None:
        raise NotFound.of("procedure on offer", command.procedure)
    procedure = transaction.procedure(version.id)
    earlier = _earlier_case(command, transaction)
    data = _accepted(command, procedure)
    role = role_of_applicant(procedure.parties, command.applicant_role)
    require_parties(
        procedure.parties,
        command.parties,
        applicant=command.applicant,
        applicant_role=role,
        papers_were_seen=command.reception is not None,
    )
    _require_received(command, procedure, data, role, transaction)
    new = new_case(
        transaction,
        branch=branch,
        version=version,
        procedure=procedure,
        channel=command.channel,
        notify=command.notify,
    )
    case = new.case
    variables = {**data, **_given(command, case, branch, transaction)}
    if organisation is not None:
        variables["organisation"] = facts_of_organisation(organisation)
    parties = _parties(command, case, role, transaction)
    step = transaction.workflow.start(
        procedure.definition,
        variables=variables,
        surroundings=surroundings(
            transaction,
            case,
            known=variables,
            signers=lambda: [Signer(party=party) for party in parties],
        ),
    )
    if step.phase is Phase.STUCK:
        why = step.incident.message if step.incident else "the procedure cannot begin"
        raise Conflict(f"The case could not be opened: {why}", code="case_stuck")
    changeset = CaseChangeset(transaction, LockedCase(case=case, tasks=(), service_tasks=()), is_new=True)
    begin_terms(changeset)
    words = tuple(sorted(words_of(parties) | {case.number.replace("-", "")}))
    changeset.introduce(parties, words, sealed_code=new.code.sealed)
    detail = {
        "number": case.number,
        "procedure": version.key,
        "version": version.number,
        "channel": case.channel,
        **(command.reception.as_detail() if command.reception else {}),
    }
    take_step(changeset, step, ("case_opened", detail))
    if earlier is not None:
        changeset.record("details_taken_over", {"from": earlier.number})
    state = changeset.save()
    if organisation is not None:
        applications_store.add_application(
            transaction.connection, case_id=case.id, organisation_id=organisation.id
        )
    if transaction.actor.has(Role.AGENT):
        begin_call(case.id, frozenset(Fact), transaction)
    return OpenedCase(**vars(state), tracking_code=new.code.code)


def _branch(command: OpenCase, transaction: Transaction) -> Branch:
    if command.branch is not None:
        branch = organisation_store.branch_coded(transaction.connection, command.branch, on=transaction.today)
    elif transaction.actor.branch_id is not None:
        branch = organisation_store.branch(
            transaction.connection, transaction.actor.branch_id, on=transaction.today
        )
    else:
        raise Invalid.field("branch", "expected the code of a branch, because you do not work in one")
    if branch is None:
        raise Invalid.field("branch", f"there is no branch {command.branch}")
    require_offers(branch, command.procedure, transaction)
    return branch


def require_offers(branch: Branch, procedure: str, transaction: Transaction) -> None:
    """Refuse a case at a branch that is closed, with where to go, or that does not offer it, and why."""
    if not branch.is_open:
        heir = successor_of(transaction.connection, branch, on=transaction.today)
        instead = f" Its work is done by branch {heir.code}, {heir.name}." if heir else ""
        raise Conflict(f"Branch {branch.code} is closed.{instead}", code="branch_closed")
    reason = branch.reason_not_to_offer(procedure)
    if reason is not None:
        raise Conflict(
            f"Branch {branch.code} does not offer {procedure}: {reason}", code="procedure_not_offered"
        )


def _require_received(
    command: OpenCase,
    procedure: Procedure,
    data: Mapping[str, Any],
    applicant_role: str | None,
    transaction: Transaction,
) -> None:
    """Refuse what a clerk would not file: papers missing, or a representative without an authorisation."""
    reception = command.reception
    if reception is None:
        return
    if (command.representative is None) != (reception.authorisation is None):
        found = "no representative" if command.representative is None else "none"
        raise Invalid.field("reception.authorisation", f"expected one for a representative, found {found}")
    now = transaction.now.astimezone(transaction.zone)
    known = known_at_reception(
        data,
        applicant=person_fields(command.applicant),
        representative=person_fields(command.representative) if command.representative else None,
        channel=command.channel,
        now=now,
    )
    wanted = checklist(procedure, known, now=now, applicant_role=applicant_role)
    require_papers(wanted, reception.papers)


def _earlier_case(command: OpenCase, transaction: Transaction) -> Case | None:
    """The case that details were taken from; `Invalid` where it is another citizen's."""
    if command.taken_over_from is None:
        return None
    earlier = case_file(transaction, command.taken_over_from).case
    applicant = next(iter(cases_store.parties_of(transaction.connection, earlier.id)), None)
    afm, amka = command.applicant.afm, command.applicant.amka
    if applicant is None or not are_same(applicant.person, afm=afm, amka=amka):
        raise Invalid.field(
            "taken_over_from", f"expected a case of the applicant, found one of another: {earlier.number}"
        )
    return earlier


def _accepted(command: OpenCase, procedure: Procedure) -> dict[str, Any]:
    form = procedure.start_form
    if form is None:
        if command.data:
            unknown = {
                f"data.{name}": ["this procedure takes no data when a case is opened"]
                for name in command.data
            }
            raise Invalid("The procedure has no start form.", unknown)
        return {}
    representative = person_fields(command.representative) if command.representative else None
    scope = {"applicant": person_fields(command.applicant), "representative": representative}
    try:
        return form.accept(command.data, scope=scope)
    except Invalid as refusal:
        errors = {f"data.{name}": problems for name, problems in refusal.errors.items()}
        raise Invalid(refusal.message, errors) from refusal


def _given(command: OpenCase, case: Case, branch: Branch, transaction: Transaction) -> dict[str, Any]:
    """The variables that every case begins with, whatever its form says."""
    given: dict[str, Any] = {
        "applicant": person_fields(command.applicant),
        "case": facts_of(case, branch, transaction),
    }
    if command.representative is not None:
        given["representative"] = person_fields(command.representative)
    if command.reception is not None:
        given["reception"] = command.reception.as_detail()
    return given


def _parties(
    command: OpenCase, case: Case, applicant_role: str | None, transaction: Transaction
) -> tuple[Party, ...]:
    people: list[tuple[PartyRole, Person | None, str | None]] = [
        (PartyRole.APPLICANT, command.applicant, applicant_role),
        (PartyRole.REPRESENTATIVE, command.representative, None),
        *((PartyRole.COSIGNER, entered.person, entered.role) for entered in command.parties),
    ]
    return tuple(
        Party(
            id=transaction.new_id(),
            case_id=case.id,
            role=role,
            person=person,
            declared_role=declared,
            position=position,
        )
        for position, (role, person, declared) in enumerate(people)
        if person is not None
    )
