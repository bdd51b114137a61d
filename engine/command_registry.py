"""The verb table: what carries out each command, and how a repeated request gets the same answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from engine.cases import add_note as notes
from engine.cases import changeset_store, journal_store
from engine.cases import identify_caller as callers
from engine.cases import open as opening
from engine.cases import resume as resuming
from engine.cases import suspend as suspending
from engine.cases import withdraw as withdrawing
from engine.cases.changeset import CaseChangeset, CaseState
from engine.cases.note import Note
from engine.context import Command, Transaction
from engine.documents import add as documents
from engine.documents import store as documents_store
from engine.documents.model import Document
from engine.incidents import repair as incidents
from engine.kernel.refusal import NotFound
from engine.messages import deliver as messaging
from engine.messages import signals, starts
from engine.messages import timers as firing
from engine.notices import send as notices
from engine.operations import housekeeping
from engine.people import (
    accounts,
    officers,
    second_factor,
    users,
)
from engine.people import (
    external_identities as vouched_people,
)
from engine.people import (
    pauses as staff,
)
from engine.people import (
    registers as people,
)
from engine.people import (
    sign_in_commands as sign_in,
)
from engine.procedures import store as procedures_store
from engine.procedures import versions
from engine.procedures.model import ProcedureVersion
from engine.service_tasks import answer as answering
from engine.service_tasks import deliveries
from engine.service_tasks import fail as failing
from engine.service_tasks import lease as leasing
from engine.service_tasks import store as service_tasks_store
from engine.supplements import supplement as supplements
from engine.supplements import supply as supplying
from engine.supplements.model import Supply
from engine.tasks import assign as assigning
from engine.tasks import bulk_assignment as handing_out
from engine.tasks import claim as claiming
from engine.tasks import claim_next as next_task
from engine.tasks import complete as completing
from engine.tasks import release as releasing
from engine.tasks import save_draft as drafting
from engine.tasks import saved_filters
from engine.tasks import store as tasks_store
from engine.tasks.model import Task

Receipt = Mapping[str, Any]


@dataclass(frozen=True)
class Verb:
    """How a command is carried out.

    A command that creates something also has a `receipt`, which is remembered under the request's idempotency
    key, and a `recall`, which gives the answer again from the receipt.
    """

    run: Callable[[Any, Transaction], Any]
    receipt: Callable[[Any], Receipt] | None = None
    recall: Callable[[Receipt, Transaction], Any] | None = None


def _recall_case(receipt: Receipt, transaction: Transaction) -> CaseState:
    locked = changeset_store.lock_case(transaction.connection, UUID(receipt["case_id"]))
    if locked is None:
        raise NotFound.of("case", receipt["case_id"])
    return CaseChangeset(transaction, locked).state


def _case_receipt(state: CaseState) -> Receipt:
    return {"case_id": str(state.case.id)}


def _recall_answer(receipt: Receipt, transaction: Transaction) -> answering.AnsweredCase:
    state = _recall_case(receipt, transaction)
    return answering.AnsweredCase(**vars(state), left_out=tuple(receipt.get("left_out", ())))


def _answer_receipt(answered: answering.AnsweredCase) -> Receipt:
    return {**_case_receipt(answered), "left_out": list(answered.left_out)}


def _document_receipt(document: Document) -> Receipt:
    return {"document_id": str(document.id)}


def _recall_document(receipt: Receipt, transaction: Transaction) -> Document:
    document = documents_store.document(transaction.connection, UUID(receipt["document_id"]))
    if document is None:
        raise NotFound.of("document", receipt["document_id"])
    return document


def _supply_receipt(supply: Supply) -> Receipt:
    documents = [str(document.id) for document in supply.documents]
    return {"documents": documents, "at": supply.at.isoformat()}


def _recall_supply(receipt: Receipt, transaction: Transaction) -> Supply:
    documents = tuple(_recall_document({"document_id": one}, transaction) for one in receipt["documents"])
    return Supply(documents=documents, at=datetime.fromisoformat(receipt["at"]))


def _recall_task(receipt: Receipt, transaction: Transaction) -> Task:
    task = tasks_store.task(transaction.connection, UUID(receipt["task_id"]))
    if task is None:
        raise NotFound.of("task", receipt["task_id"])
    return task


def _task_receipt(task: Task) -> Receipt:
    return {"task_id": str(task.id)}


def _recall_note(receipt: Receipt, transaction: Transaction) -> Note:
    note = journal_store.note(transaction.connection, UUID(receipt["note_id"]))
    if note is None:
        raise NotFound.of("note", receipt["note_id"])
    return note


def _note_receipt(note: Note) -> Receipt:
    return {"note_id": str(note.id)}


def _recall_message(receipt: Receipt, _transaction: Transaction) -> messaging.MessageReceipt:
    return messaging.MessageReceipt(
        **{name: UUID(value) if value else None for name, value in receipt.items()}
    )


def _message_receipt(receipt: messaging.MessageReceipt) -> Receipt:
    return {name: str(value) if value else None for name, value in vars(receipt).items()}


def _recall_version(receipt: Receipt, transaction: Transaction) -> ProcedureVersion:
    version = procedures_store.version_by_id(transaction.connection, UUID(receipt["version_id"]))
    if version is None:
        raise NotFound.of("version", receipt["version_id"])
    return version


def _version_receipt(version: ProcedureVersion) -> Receipt:
    return {"version_id": str(version.id)}


def _recall_leased(receipt: Receipt, transaction: Transaction) -> tuple[Any, ...]:
    found = (
        service_tasks_store.service_task(transaction.connection, UUID(task_id))
        for task_id in receipt["service_tasks"]
    )
    return tuple(task for task in found if task is not None)


def _leased_receipt(tasks: Any) -> Receipt:
    return {"service_tasks": [str(task.id) for task in tasks]}


VERBS: Mapping[type[Command[Any]], Verb] = {
    opening.OpenCase: Verb(opening.open_case, _case_receipt, _recall_case),
    documents.AddDocument: Verb(documents.add_document, _document_receipt, _recall_document),
    documents.AddRequestDocument: Verb(documents.add_request_document, _document_receipt, _recall_document),
    withdrawing.WithdrawCase: Verb(withdrawing.withdraw_case),
    suspending.SuspendCase: Verb(suspending.suspend_case),
    resuming.ResumeCase: Verb(resuming.resume_case),
    claiming.ClaimTask: Verb(claiming.claim_task),
    releasing.ReleaseTask: Verb(releasing.release_task),
    assigning.AssignTask: Verb(assigning.assign_task),
    next_task.ClaimNext: Verb(next_task.claim_next, _task_receipt, _recall_task),
    handing_out.AssignTasks: Verb(handing_out.assign_tasks),
    handing_out.ReleaseTasks: Verb(handing_out.release_tasks),
    handing_out.ReassignWork: Verb(handing_out.reassign_work),
    drafting.SaveDraft: Verb(drafting.save_draft),
    completing.CompleteTask: Verb(completing.complete_task),
    answering.AnswerServiceTask: Verb(answering.answer_service_task, _answer_receipt, _recall_answer),
    failing.FailServiceTask: Verb(failing.fail_service_task, _case_receipt, _recall_case),
    leasing.LeaseServiceTasks: Verb(leasing.lease_service_tasks, _leased_receipt, _recall_leased),
    leasing.ExtendLease: Verb(leasing.extend_lease),
    messaging.DeliverMessage: Verb(messaging.deliver_message, _message_receipt, _recall_message),
    firing.FireTimer: Verb(firing.fire_timer),
    firing.RestTimers: Verb(firing.rest_timers),
    deliveries.LeaseJobs: Verb(deliveries.lease_jobs),
    deliveries.PrepareDelivery: Verb(deliveries.prepare_delivery),
    deliveries.RecordDelivery: Verb(deliveries.record_delivery),
    deliveries.PassMessageOn: Verb(deliveries.pass_message_on),
    incidents.RetryIncident: Verb(incidents.retry_incident),
    incidents.CorrectVariable: Verb(incidents.correct_variable),
    incidents.MoveToken: Verb(incidents.move_token),
    signals.CarrySignal: Verb(signals.carry_signal),
    signals.PassOverSignal: Verb(signals.pass_over_signal),
    starts.BeginCase: Verb(starts.begin_case),
    notices.PrepareNotice: Verb(notices.prepare_notice),
    notices.RecordNotice: Verb(notices.record_notice),
    deliveries.SetJobBack: Verb(deliveries.set_job_back),
    deliveries.ReplayJob: Verb(deliveries.replay_job),
    housekeeping.MarkOverdue: Verb(housekeeping.mark_overdue),
    housekeeping.DiscardExpired: Verb(housekeeping.discard_expired),
    housekeeping.Beat: Verb(housekeeping.beat),
    notes.AddNote: Verb(notes.add_note, _note_receipt, _recall_note),
    callers.IdentifyCaller: Verb(callers.identify_caller),
    supplements.AskSupplement: Verb(supplements.ask_supplement, _case_receipt, _recall_case),
    supplements.BringSupplement: Verb(supplements.bring_supplement, _case_receipt, _recall_case),
    supplying.SupplyFromCitizen: Verb(supplying.supply_from_citizen, _supply_receipt, _recall_supply),
    saved_filters.SaveFilter: Verb(saved_filters.save_filter),
    saved_filters.ForgetFilter: Verb(saved_filters.forget_filter),
    staff.PauseClerk: Verb(staff.pause_clerk),
    staff.EndPause: Verb(staff.end_pause),
    officers.AppointOfficer: Verb(officers.appoint_officer),
    officers.DismissOfficer: Verb(officers.dismiss_officer),
    people.SaveBranch: Verb(people.save_branch),
    people.SaveUser: Verb(people.save_user),
    people.SaveAgency: Verb(people.save_agency),
    people.IssueToken: Verb(people.issue_token),
    people.RevokeToken: Verb(people.revoke_token),
    sign_in.CountAttempt: Verb(sign_in.count_attempt),
    sign_in.SignIn: Verb(sign_in.sign_in),
    sign_in.PassSecondFactor: Verb(sign_in.pass_second_factor),
    sign_in.ChooseWorkplace: Verb(sign_in.choose_workplace),
    sign_in.KeepUpSession: Verb(sign_in.keep_up_session),
    sign_in.SignOut: Verb(sign_in.sign_out),
    users.RegisterUser: Verb(users.register_user),
    users.SetRoles: Verb(users.set_roles),
    users.SetActive: Verb(users.set_active),
    accounts.SetPassword: Verb(accounts.set_password),
    accounts.ForgiveAttempts: Verb(accounts.forgive_attempts),
    accounts.EndSessions: Verb(accounts.end_sessions),
    second_factor.EnrolSecondFactor: Verb(second_factor.enrol_second_factor),
    second_factor.ConfirmSecondFactor: Verb(second_factor.confirm_second_factor),
    second_factor.EndSecondFactor: Verb(second_factor.end_second_factor),
    second_factor.ResetSecondFactor: Verb(second_factor.reset_second_factor),
    second_factor.SealSecondFactorsAnew: Verb(second_factor.seal_second_factors_anew),
    vouched_people.ReceivePerson: Verb(vouched_people.receive_person),
    vouched_people.EndVouchedSessions: Verb(vouched_people.end_vouched_sessions),
    vouched_people.ForgetIdentities: Verb(vouched_people.forget_identities),
    versions.DeployProcedure: Verb(versions.deploy_procedure, _version_receipt, _recall_version),
    versions.PublishVersion: Verb(versions.publish_version),
    versions.RetireVersion: Verb(versions.retire_version),
}
"""Every verb there is: a new one is a file in this folder and a line here."""
