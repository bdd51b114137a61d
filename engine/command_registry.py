"""The command registry: what carries out each command, and how a repeated request gets the same answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from engine.access import store as access_store
from engine.access.exceptions import OpenExceptionally, ReviewConcern, open_exceptionally, review_concern
from engine.access.watch import DiscardAccess, WatchReading, discard_access, watch_reading
from engine.anchors.anchoring import AnchorJournals, NoteCopy, anchor_journals, note_copy
from engine.cases import changeset_store, journal_store
from engine.cases.callers import EndCall, IdentifyCaller, end_call, identify_caller
from engine.cases.changeset import CaseChangeset, CaseState
from engine.cases.lifecycle import (
    ResumeCase,
    SuspendCase,
    WithdrawCase,
    resume_case,
    suspend_case,
    withdraw_case,
)
from engine.cases.notes import AddNote, add_note
from engine.cases.open import OpenCase, OpenedCase, open_case
from engine.cases.term_changes import CorrectTerm, ExtendTerm, correct_term, extend_term
from engine.cases.term_recount import CloseBranch, RecountTerms, close_branch, recount_terms
from engine.cases.tracking_code import code_of
from engine.cases.transfer import TransferCase, transfer_case
from engine.context import Command, Transaction
from engine.documents import store as documents_store
from engine.documents.add import AddDocument, AddRequestDocument, add_document, add_request_document
from engine.documents.scan import RecordScan, ScanAgain, record_scan, scan_again
from engine.incidents.repair import (
    CorrectVariable,
    MoveToken,
    RetryIncident,
    correct_variable,
    move_token,
    retry_incident,
)
from engine.kernel.refusal import NotFound
from engine.messages.deliver import DeliverMessage, MessageReceipt, deliver_message
from engine.messages.desk_actions import (
    TakeAction,
    TakeActionFromCitizen,
    take_action,
    take_action_from_citizen,
)
from engine.messages.send_from_citizen import SendFromCitizen, send_from_citizen
from engine.messages.signals import CarrySignal, PassOverSignal, carry_signal, pass_over_signal
from engine.messages.starts import BeginCase, begin_case
from engine.messages.timers import FireTimer, RestTimers, fire_timer, rest_timers
from engine.notices.send import PrepareNotice, RecordNotice, prepare_notice, record_notice
from engine.operations.housekeeping import (
    Beat,
    BeginCompaction,
    CompactClosed,
    DiscardExpired,
    MarkOverdue,
    beat,
    begin_compaction,
    compact_closed,
    discard_expired,
    mark_overdue,
)
from engine.operations.key_rotation import SealAnew, SealPlain, seal_anew, seal_plain
from engine.operations.traffic import (
    CountRequest,
    NoteUntrustedProxy,
    count_request,
    note_untrusted_proxy,
)
from engine.organisation.registers import SaveAgency, SaveBranch, save_agency, save_branch
from engine.people.accounts import (
    EndSessions,
    ForgiveAttempts,
    SetPassword,
    end_sessions,
    forgive_attempts,
    set_password,
)
from engine.people.external_identities import (
    EndExternalSessions,
    ForgetIdentities,
    ReceivePerson,
    end_external_sessions,
    forget_identities,
    receive_person,
)
from engine.people.officers import AppointOfficer, DismissOfficer, appoint_officer, dismiss_officer
from engine.people.passkeys import (
    AddPasskey,
    AskForPasskey,
    BeginPasskey,
    PassPasskey,
    RemovePasskey,
    TakeChallenge,
    add_passkey,
    ask_for_passkey,
    begin_passkey,
    pass_passkey,
    remove_passkey,
    take_challenge,
)
from engine.people.pauses import EndPause, PauseClerk, end_pause, pause_clerk
from engine.people.second_factor import (
    ConfirmSecondFactor,
    EndSecondFactor,
    EnrolSecondFactor,
    ResetSecondFactor,
    confirm_second_factor,
    end_second_factor,
    enrol_second_factor,
    reset_second_factor,
)
from engine.people.signing_in import (
    ChooseWorkplace,
    CountAttempt,
    KeepUpSession,
    PassSecondFactor,
    SignIn,
    SignOut,
    TakeAttemptBack,
    choose_workplace,
    count_attempt,
    keep_up_session,
    pass_second_factor,
    sign_in,
    sign_out,
    take_attempt_back,
)
from engine.people.tokens import IssueToken, RevokeToken, issue_token, revoke_token
from engine.people.users import (
    SaveUser,
    SetActive,
    save_user,
    set_active,
)
from engine.procedures import store as procedures_store
from engine.procedures.versions import (
    DeployProcedure,
    PublishVersion,
    RetireVersion,
    deploy_procedure,
    publish_version,
    retire_version,
)
from engine.service_tasks import store as service_tasks_store
from engine.service_tasks.answer import AnsweredCase, AnswerServiceTask, answer_service_task
from engine.service_tasks.deliveries import (
    LeaseJobs,
    PassMessageOn,
    PrepareDelivery,
    RecordDelivery,
    ReplayJob,
    SetJobBack,
    lease_jobs,
    pass_message_on,
    prepare_delivery,
    record_delivery,
    replay_job,
    set_job_back,
)
from engine.service_tasks.fail import FailServiceTask, fail_service_task
from engine.service_tasks.lease import ExtendLease, LeaseServiceTasks, extend_lease, lease_service_tasks
from engine.service_tasks.switching import SwitchAgencyOn, switch_agency_on
from engine.storage.database import Connection
from engine.supplements.model import Supply
from engine.supplements.supplement import AskSupplement, BringSupplement, ask_supplement, bring_supplement
from engine.supplements.supply import SupplyFromCitizen, supply_from_citizen
from engine.tasks import store as tasks_store
from engine.tasks.assign import AssignTask, ClaimTask, ReleaseTask, assign_task, claim_task, release_task
from engine.tasks.bulk_assignment import (
    AssignTasks,
    ReassignWork,
    ReleaseTasks,
    assign_tasks,
    reassign_work,
    release_tasks,
)
from engine.tasks.claim_next import ClaimNext, claim_next
from engine.tasks.complete import CompleteTask, SaveDraft, complete_task, save_draft
from engine.tasks.saved_filters import ForgetFilter, SaveFilter, forget_filter, save_filter

Receipt = Mapping[str, Any]


@dataclass(frozen=True)
class Handler:
    """How a command is carried out.

    A command that creates something also has a `receipt`, which is remembered under the request's idempotency
    key, and a `recall`, which gives the answer again from the receipt.
    """

    run: Callable[[Any, Transaction], Any]
    receipt: Callable[[Any], Receipt] | None = None
    recall: Callable[[Receipt, Transaction], Any] | None = None


def _no_receipt(_answer: None) -> Receipt:
    """The receipt of what gives no answer: that it was done is all."""
    return {}


def _nothing_again(_receipt: Receipt, _transaction: Transaction) -> None:
    """What gave no answer gives none again."""


@dataclass(frozen=True)
class _ById:
    """The receipt of something that is found again by its id; `kind` is what it is called."""

    kind: str
    look_up: Callable[[Connection, UUID], Any]

    def receipt(self, thing: Any) -> Receipt:
        return {f"{self.kind}_id": str(thing.id)}

    def recall(self, receipt: Receipt, transaction: Transaction) -> Any:
        return self.found(receipt[f"{self.kind}_id"], transaction)

    def found(self, thing_id: str, transaction: Transaction) -> Any:
        thing = self.look_up(transaction.connection, UUID(thing_id))
        if thing is None:
            raise NotFound.of(self.kind, thing_id)
        return thing


_CONCERN = _ById("concern", access_store.concern)
_DOCUMENT = _ById("document", documents_store.document)
_NOTE = _ById("note", journal_store.note)
_TASK = _ById("task", tasks_store.task)
_VERSION = _ById("version", procedures_store.version_by_id)


def _recall_case(receipt: Receipt, transaction: Transaction) -> CaseState:
    locked = changeset_store.lock_case(transaction.connection, UUID(receipt["case_id"]))
    if locked is None:
        raise NotFound.of("case", receipt["case_id"])
    return CaseChangeset(transaction, locked).state


def _recall_opened(receipt: Receipt, transaction: Transaction) -> OpenedCase:
    state = _recall_case(receipt, transaction)
    code = code_of(transaction.connection, state.case, transaction.seals)
    return OpenedCase(**vars(state), tracking_code=code)


def _case_receipt(state: CaseState) -> Receipt:
    return {"case_id": str(state.case.id)}


def _recall_answer(receipt: Receipt, transaction: Transaction) -> AnsweredCase:
    state = _recall_case(receipt, transaction)
    return AnsweredCase(**vars(state), left_out=tuple(receipt.get("left_out", ())))


def _answer_receipt(answered: AnsweredCase) -> Receipt:
    return {**_case_receipt(answered), "left_out": list(answered.left_out)}


def _supply_receipt(supply: Supply) -> Receipt:
    documents = [str(document.id) for document in supply.documents]
    return {"documents": documents, "at": supply.at.isoformat()}


def _recall_supply(receipt: Receipt, transaction: Transaction) -> Supply:
    documents = tuple(_DOCUMENT.found(one, transaction) for one in receipt["documents"])
    return Supply(documents=documents, at=datetime.fromisoformat(receipt["at"]))


def _recall_message(receipt: Receipt, _transaction: Transaction) -> MessageReceipt:
    return MessageReceipt(**{name: UUID(value) if value else None for name, value in receipt.items()})


def _message_receipt(receipt: MessageReceipt) -> Receipt:
    return {name: str(value) if value else None for name, value in vars(receipt).items()}


def _recall_leased(receipt: Receipt, transaction: Transaction) -> tuple[Any, ...]:
    found = (
        service_tasks_store.service_task(transaction.connection, UUID(task_id))
        for task_id in receipt["service_tasks"]
    )
    return tuple(task for task in found if task is not None)


def _leased_receipt(tasks: Any) -> Receipt:
    return {"service_tasks": [str(task.id) for task in tasks]}


HANDLERS: Mapping[type[Command[Any]], Handler] = {
    OpenCase: Handler(open_case, _case_receipt, _recall_opened),
    WithdrawCase: Handler(withdraw_case),
    SuspendCase: Handler(suspend_case),
    ExtendTerm: Handler(extend_term),
    CorrectTerm: Handler(correct_term),
    CloseBranch: Handler(close_branch),
    TransferCase: Handler(transfer_case, _case_receipt, _recall_case),
    RecountTerms: Handler(recount_terms),
    ResumeCase: Handler(resume_case),
    AddNote: Handler(add_note, _NOTE.receipt, _NOTE.recall),
    IdentifyCaller: Handler(identify_caller),
    EndCall: Handler(end_call),
    ClaimTask: Handler(claim_task),
    ReleaseTask: Handler(release_task),
    AssignTask: Handler(assign_task),
    ClaimNext: Handler(claim_next, _TASK.receipt, _TASK.recall),
    AssignTasks: Handler(assign_tasks),
    ReleaseTasks: Handler(release_tasks),
    ReassignWork: Handler(reassign_work),
    SaveDraft: Handler(save_draft),
    CompleteTask: Handler(complete_task),
    SaveFilter: Handler(save_filter),
    ForgetFilter: Handler(forget_filter),
    AnswerServiceTask: Handler(answer_service_task, _answer_receipt, _recall_answer),
    FailServiceTask: Handler(fail_service_task, _case_receipt, _recall_case),
    LeaseServiceTasks: Handler(lease_service_tasks, _leased_receipt, _recall_leased),
    ExtendLease: Handler(extend_lease),
    LeaseJobs: Handler(lease_jobs),
    PrepareDelivery: Handler(prepare_delivery),
    RecordDelivery: Handler(record_delivery),
    PassMessageOn: Handler(pass_message_on),
    SetJobBack: Handler(set_job_back),
    ReplayJob: Handler(replay_job),
    SwitchAgencyOn: Handler(switch_agency_on),
    AskSupplement: Handler(ask_supplement, _case_receipt, _recall_case),
    BringSupplement: Handler(bring_supplement, _case_receipt, _recall_case),
    SupplyFromCitizen: Handler(supply_from_citizen, _supply_receipt, _recall_supply),
    AddDocument: Handler(add_document, _DOCUMENT.receipt, _DOCUMENT.recall),
    AddRequestDocument: Handler(add_request_document, _DOCUMENT.receipt, _DOCUMENT.recall),
    DeliverMessage: Handler(deliver_message, _message_receipt, _recall_message),
    SendFromCitizen: Handler(send_from_citizen),
    TakeAction: Handler(take_action, _no_receipt, _nothing_again),
    TakeActionFromCitizen: Handler(take_action_from_citizen, _no_receipt, _nothing_again),
    FireTimer: Handler(fire_timer),
    RestTimers: Handler(rest_timers),
    CarrySignal: Handler(carry_signal),
    PassOverSignal: Handler(pass_over_signal),
    BeginCase: Handler(begin_case),
    PrepareNotice: Handler(prepare_notice),
    RecordNotice: Handler(record_notice),
    RetryIncident: Handler(retry_incident),
    CorrectVariable: Handler(correct_variable),
    MoveToken: Handler(move_token),
    DeployProcedure: Handler(deploy_procedure, _VERSION.receipt, _VERSION.recall),
    PublishVersion: Handler(publish_version),
    RetireVersion: Handler(retire_version),
    SaveBranch: Handler(save_branch),
    SaveAgency: Handler(save_agency),
    PauseClerk: Handler(pause_clerk),
    EndPause: Handler(end_pause),
    AppointOfficer: Handler(appoint_officer),
    DismissOfficer: Handler(dismiss_officer),
    SaveUser: Handler(save_user),
    IssueToken: Handler(issue_token),
    RevokeToken: Handler(revoke_token),
    CountAttempt: Handler(count_attempt),
    TakeAttemptBack: Handler(take_attempt_back),
    SignIn: Handler(sign_in),
    PassSecondFactor: Handler(pass_second_factor),
    ChooseWorkplace: Handler(choose_workplace),
    KeepUpSession: Handler(keep_up_session),
    SignOut: Handler(sign_out),
    SetActive: Handler(set_active),
    SetPassword: Handler(set_password),
    ForgiveAttempts: Handler(forgive_attempts),
    EndSessions: Handler(end_sessions),
    BeginPasskey: Handler(begin_passkey),
    AskForPasskey: Handler(ask_for_passkey),
    TakeChallenge: Handler(take_challenge),
    AddPasskey: Handler(add_passkey),
    PassPasskey: Handler(pass_passkey),
    RemovePasskey: Handler(remove_passkey),
    EnrolSecondFactor: Handler(enrol_second_factor),
    ConfirmSecondFactor: Handler(confirm_second_factor),
    EndSecondFactor: Handler(end_second_factor),
    ResetSecondFactor: Handler(reset_second_factor),
    SealPlain: Handler(seal_plain),
    RecordScan: Handler(record_scan),
    ScanAgain: Handler(scan_again),
    SealAnew: Handler(seal_anew),
    ReceivePerson: Handler(receive_person),
    EndExternalSessions: Handler(end_external_sessions),
    ForgetIdentities: Handler(forget_identities),
    MarkOverdue: Handler(mark_overdue),
    DiscardExpired: Handler(discard_expired),
    BeginCompaction: Handler(begin_compaction),
    CompactClosed: Handler(compact_closed),
    AnchorJournals: Handler(anchor_journals),
    NoteCopy: Handler(note_copy),
    Beat: Handler(beat),
    CountRequest: Handler(count_request),
    NoteUntrustedProxy: Handler(note_untrusted_proxy),
    OpenExceptionally: Handler(open_exceptionally, _CONCERN.receipt, _CONCERN.recall),
    ReviewConcern: Handler(review_concern),
    WatchReading: Handler(watch_reading),
    DiscardAccess: Handler(discard_access),
}
"""Every command there is: a new one is a file of its subject and a line here."""
