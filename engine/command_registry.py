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
from engine.appointments import attendance, booking, chores, planning
from engine.appointments.links import MakeLink, make_link
from engine.appointments.telling import PrepareTelling, RecordTelling, prepare_telling, record_telling
from engine.case_migration import plans as migration_plans
from engine.case_migration import runs as migration_runs
from engine.case_migration import store as migration_store
from engine.cases import changeset_store, journal_store, lifecycle
from engine.cases.callers import EndCall, IdentifyCaller, end_call, identify_caller
from engine.cases.changeset import CaseChangeset, CaseState
from engine.cases.figures_upkeep import CountAnew, FoldTallies, count_anew, fold_tallies
from engine.cases.hand_over import HandOverBranch, hand_over_branch
from engine.cases.notes import AddNote, add_note
from engine.cases.open import OpenCase, OpenedCase, open_case
from engine.cases.term_changes import CorrectTerm, ExtendTerm, correct_term, extend_term
from engine.cases.term_recount import CloseBranch, RecountTerms, close_branch, recount_terms
from engine.cases.tracking_code import code_of
from engine.cases.transfer import TransferCase, transfer_case
from engine.content import store as contents_store
from engine.content import writing
from engine.content.model import Content
from engine.content.reading import ConfirmReading, confirm_reading
from engine.context import Command, Transaction
from engine.documents import store as documents_store
from engine.documents.add import AddDocument, AddRequestDocument, add_document, add_request_document
from engine.documents.scan import RecordScan, ScanAgain, record_scan, scan_again
from engine.documents.view import RecordView, record_view
from engine.incidents import repair
from engine.kernel.refusal import NotFound
from engine.messages import desk_actions
from engine.messages.deliver import DeliverMessage, MessageReceipt, deliver_message
from engine.messages.send_from_citizen import SendFromCitizen, send_from_citizen
from engine.messages.signals import CarrySignal, PassOverSignal, carry_signal, pass_over_signal
from engine.messages.starts import BeginCase, begin_case
from engine.messages.timers import FireTimer, RestTimers, fire_timer, rest_timers
from engine.notices import staff_invitations
from engine.notices.send import PrepareNotice, RecordNotice, prepare_notice, record_notice
from engine.office_settings import change as setting_changes
from engine.operations import bulk_loading, housekeeping, traffic
from engine.operations.element_times import CountElementTimes, count_element_times
from engine.operations.key_rotation import SealAnew, SealPlain, seal_anew, seal_plain
from engine.organisation import connect
from engine.organisation.changes import (
    ChangeOrganisation,
    EnterOrganisation,
    WithdrawChange,
    change_organisation,
    enter_organisation,
    withdraw_change,
)
from engine.organisation.closing import CloseOrganisation, close_organisation
from engine.organisation.registers import EnterBranch, SaveAgency, enter_branch, save_agency
from engine.payments import counter, paravolo_jobs
from engine.payments import store as payments_store
from engine.payments.report import RecordSeen, record_seen
from engine.people import (
    accounts,
    external_identities,
    invitations,
    passkeys,
    post_store,
    posts,
    scim,
    second_factor,
    signing_in,
    staff_files,
)
from engine.people import users as people_users
from engine.people.officers import AppointOfficer, DismissOfficer, appoint_officer, dismiss_officer
from engine.people.pauses import EndPause, PauseClerk, end_pause, pause_clerk
from engine.people.tokens import IssueToken, RevokeToken, issue_token, revoke_token
from engine.plays import keep as plays
from engine.procedures import certification, comments, publishing, rehearsing, submission, versions
from engine.procedures import store as procedures_store
from engine.service_tasks import deliveries, pings, register_jobs
from engine.service_tasks import store as service_tasks_store
from engine.service_tasks.answer import AnsweredCase, AnswerServiceTask, answer_service_task
from engine.service_tasks.fail import FailServiceTask, fail_service_task
from engine.service_tasks.held_requests import SendHeld, send_held
from engine.service_tasks.lease import ExtendLease, LeaseServiceTasks, extend_lease, lease_service_tasks
from engine.service_tasks.switching import PauseAgency, SwitchAgencyOn, pause_agency, switch_agency_on
from engine.signatures import links
from engine.signatures import sign as signatures_sign
from engine.storage.database import Connection
from engine.studio import begin, keep, presence, submit
from engine.supplements.model import Supply
from engine.supplements.supplement import AskSupplement, BringSupplement, ask_supplement, bring_supplement
from engine.supplements.supply import SupplyFromCitizen, supply_from_citizen
from engine.tasks import bulk_assignment, leaving
from engine.tasks import store as tasks_store
from engine.tasks.assign import AssignTask, ClaimTask, ReleaseTask, assign_task, claim_task, release_task
from engine.tasks.claim_next import ClaimNext, claim_next
from engine.tasks.complete import CompleteTask, SaveDraft, complete_task, save_draft
from engine.tasks.saved_filters import ForgetFilter, SaveFilter, forget_filter, save_filter
from engine.topics import register as topic_register

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
_PAYMENT = _ById("payment", payments_store.payment)
_RUN = _ById("run", migration_store.run)
_POST = _ById("post", post_store.post)
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


def _recall_content(receipt: Receipt, transaction: Transaction) -> Content:
    found = contents_store.content(transaction.connection, UUID(receipt["content_id"]))
    if found is None:
        raise NotFound.of("text", receipt["content_id"])
    return found


def _content_receipt(content: Content) -> Receipt:
    return {"content_id": str(content.id)}


HANDLERS: Mapping[type[Command[Any]], Handler] = {
    OpenCase: Handler(open_case, _case_receipt, _recall_opened),
    lifecycle.WithdrawCase: Handler(lifecycle.withdraw_case),
    lifecycle.SuspendCase: Handler(lifecycle.suspend_case),
    ExtendTerm: Handler(extend_term),
    CorrectTerm: Handler(correct_term),
    CloseBranch: Handler(close_branch),
    TransferCase: Handler(transfer_case, _case_receipt, _recall_case),
    RecountTerms: Handler(recount_terms),
    HandOverBranch: Handler(hand_over_branch),
    lifecycle.ResumeCase: Handler(lifecycle.resume_case),
    AddNote: Handler(add_note, _NOTE.receipt, _NOTE.recall),
    IdentifyCaller: Handler(identify_caller),
    EndCall: Handler(end_call),
    ClaimTask: Handler(claim_task),
    ReleaseTask: Handler(release_task),
    AssignTask: Handler(assign_task),
    ClaimNext: Handler(claim_next, _TASK.receipt, _TASK.recall),
    bulk_assignment.AssignTasks: Handler(bulk_assignment.assign_tasks),
    bulk_assignment.ReleaseTasks: Handler(bulk_assignment.release_tasks),
    bulk_assignment.ReassignWork: Handler(bulk_assignment.reassign_work),
    SaveDraft: Handler(save_draft),
    CompleteTask: Handler(complete_task),
    SaveFilter: Handler(save_filter),
    ForgetFilter: Handler(forget_filter),
    AnswerServiceTask: Handler(answer_service_task, _answer_receipt, _recall_answer),
    FailServiceTask: Handler(fail_service_task, _case_receipt, _recall_case),
    LeaseServiceTasks: Handler(lease_service_tasks, _leased_receipt, _recall_leased),
    ExtendLease: Handler(extend_lease),
    deliveries.LeaseJobs: Handler(deliveries.lease_jobs),
    deliveries.PrepareDelivery: Handler(deliveries.prepare_delivery),
    deliveries.RecordDelivery: Handler(deliveries.record_delivery),
    deliveries.PassMessageOn: Handler(deliveries.pass_message_on),
    deliveries.SetJobBack: Handler(deliveries.set_job_back),
    deliveries.ReplayJob: Handler(deliveries.replay_job),
    SwitchAgencyOn: Handler(switch_agency_on),
    SendHeld: Handler(send_held),
    PauseAgency: Handler(pause_agency),
    pings.PingAgency: Handler(pings.ping_agency),
    pings.PreparePing: Handler(pings.prepare_ping),
    pings.RecordPing: Handler(pings.record_ping),
    register_jobs.ChangeOrganisations: Handler(register_jobs.change_organisations),
    register_jobs.SetActBack: Handler(register_jobs.set_act_back),
    connect.EnterAgency: Handler(connect.enter_agency),
    connect.ChangeEndpoint: Handler(connect.change_endpoint),
    connect.ServeTopics: Handler(connect.serve_topics),
    connect.AddKey: Handler(connect.add_key),
    connect.EndKey: Handler(connect.end_key),
    setting_changes.ProposeSetting: Handler(setting_changes.propose_setting),
    setting_changes.ApproveSetting: Handler(setting_changes.approve_setting),
    setting_changes.WithdrawSetting: Handler(setting_changes.withdraw_setting),
    topic_register.RegisterTopic: Handler(topic_register.register_topic),
    topic_register.ReviseTopic: Handler(topic_register.revise_topic),
    signatures_sign.OpenLink: Handler(signatures_sign.open_link),
    signatures_sign.SignFromLink: Handler(signatures_sign.sign_from_link),
    signatures_sign.SignAtCounter: Handler(signatures_sign.sign_at_counter, _case_receipt, _recall_case),
    links.SendLink: Handler(links.send_link),
    links.RevokeLink: Handler(links.revoke_link),
    links.PrepareInvitation: Handler(links.prepare_invitation),
    links.RecordInvitation: Handler(links.record_invitation),
    AskSupplement: Handler(ask_supplement, _case_receipt, _recall_case),
    BringSupplement: Handler(bring_supplement, _case_receipt, _recall_case),
    SupplyFromCitizen: Handler(supply_from_citizen, _supply_receipt, _recall_supply),
    AddDocument: Handler(add_document, _DOCUMENT.receipt, _DOCUMENT.recall),
    AddRequestDocument: Handler(add_request_document, _DOCUMENT.receipt, _DOCUMENT.recall),
    DeliverMessage: Handler(deliver_message, _message_receipt, _recall_message),
    SendFromCitizen: Handler(send_from_citizen),
    desk_actions.TakeAction: Handler(desk_actions.take_action, _no_receipt, _nothing_again),
    desk_actions.TakeActionFromCitizen: Handler(
        desk_actions.take_action_from_citizen, _no_receipt, _nothing_again
    ),
    FireTimer: Handler(fire_timer),
    RestTimers: Handler(rest_timers),
    CarrySignal: Handler(carry_signal),
    PassOverSignal: Handler(pass_over_signal),
    BeginCase: Handler(begin_case),
    PrepareNotice: Handler(prepare_notice),
    RecordNotice: Handler(record_notice),
    counter.PayAtCounter: Handler(counter.pay_at_counter, _PAYMENT.receipt, _PAYMENT.recall),
    counter.CancelReceipt: Handler(counter.cancel_receipt, _PAYMENT.receipt, _PAYMENT.recall),
    counter.RefundPayment: Handler(counter.refund_payment, _PAYMENT.receipt, _PAYMENT.recall),
    paravolo_jobs.PresentParavolo: Handler(paravolo_jobs.present_paravolo, _PAYMENT.receipt, _PAYMENT.recall),
    paravolo_jobs.AskParavolo: Handler(paravolo_jobs.ask_paravolo),
    paravolo_jobs.PrepareAsking: Handler(paravolo_jobs.prepare_asking),
    paravolo_jobs.RecordAsking: Handler(paravolo_jobs.record_asking),
    RecordSeen: Handler(record_seen),
    booking.BookAppointment: Handler(booking.book_appointment),
    booking.BookRequested: Handler(booking.book_requested),
    booking.MoveAppointment: Handler(booking.move_appointment),
    booking.CancelAppointment: Handler(booking.cancel_appointment),
    attendance.ArriveAtBranch: Handler(attendance.arrive_at_branch),
    attendance.EndAppointment: Handler(attendance.end_appointment),
    attendance.MarkMissed: Handler(attendance.mark_missed),
    attendance.TakeTicket: Handler(attendance.take_ticket),
    attendance.CallNext: Handler(attendance.call_next),
    attendance.EndTicket: Handler(attendance.end_ticket),
    MakeLink: Handler(make_link),
    planning.PlanService: Handler(planning.plan_service),
    planning.PlanResource: Handler(planning.plan_resource),
    planning.OpenWindows: Handler(planning.open_windows),
    planning.CloseWindow: Handler(planning.close_window),
    chores.RemindVisitors: Handler(chores.remind_visitors),
    chores.ReleaseAppointments: Handler(chores.release_appointments),
    PrepareTelling: Handler(prepare_telling),
    RecordTelling: Handler(record_telling),
    repair.RetryIncident: Handler(repair.retry_incident),
    repair.CorrectVariable: Handler(repair.correct_variable),
    repair.MoveToken: Handler(repair.move_token),
    migration_plans.EditPlan: Handler(migration_plans.edit_plan),
    migration_plans.DecidePlan: Handler(migration_plans.decide_plan),
    migration_runs.StartRun: Handler(migration_runs.start_run, _RUN.receipt, _RUN.recall),
    migration_runs.PutRun: Handler(migration_runs.put_run),
    migration_runs.MigrateNext: Handler(migration_runs.migrate_next),
    migration_runs.PassOverCase: Handler(migration_runs.pass_over_case),
    versions.DeployProcedure: Handler(versions.deploy_procedure, _VERSION.receipt, _VERSION.recall),
    submission.SubmitVersion: Handler(submission.submit_version),
    submission.ReturnVersion: Handler(submission.return_version),
    certification.CertifyVersion: Handler(certification.certify_version),
    publishing.PublishVersion: Handler(publishing.publish_version),
    publishing.RetireVersion: Handler(publishing.retire_version),
    comments.CommentVersion: Handler(comments.comment_version),
    comments.AnswerComment: Handler(comments.answer_comment),
    comments.ResolveComment: Handler(comments.resolve_comment),
    rehearsing.OfferForRehearsal: Handler(rehearsing.offer_for_rehearsal),
    begin.BeginDraft: Handler(begin.begin_draft),
    keep.KeepFile: Handler(keep.keep_file),
    keep.AddFile: Handler(keep.add_file),
    keep.RemoveFile: Handler(keep.remove_file),
    presence.NotePresence: Handler(presence.note_presence),
    submit.SubmitDraft: Handler(submit.submit_draft),
    plays.BeginPlay: Handler(plays.begin_play),
    plays.KeepActs: Handler(plays.keep_acts),
    plays.EndPlay: Handler(plays.end_play),
    EnterBranch: Handler(enter_branch),
    EnterOrganisation: Handler(enter_organisation),
    ChangeOrganisation: Handler(change_organisation),
    WithdrawChange: Handler(withdraw_change),
    CloseOrganisation: Handler(close_organisation),
    SaveAgency: Handler(save_agency),
    PauseClerk: Handler(pause_clerk),
    EndPause: Handler(end_pause),
    AppointOfficer: Handler(appoint_officer),
    DismissOfficer: Handler(dismiss_officer),
    posts.GivePost: Handler(posts.give_post, _POST.receipt, _POST.recall),
    posts.ConfirmPost: Handler(posts.confirm_post),
    posts.EndPost: Handler(posts.end_post),
    invitations.InvitePerson: Handler(invitations.invite_person),
    invitations.RevokeInvitation: Handler(invitations.revoke_invitation, _no_receipt, _nothing_again),
    invitations.AcceptInvitation: Handler(invitations.accept_invitation),
    staff_invitations.PrepareStaffInvitation: Handler(staff_invitations.prepare_staff_invitation),
    staff_invitations.RecordStaffInvitation: Handler(staff_invitations.record_staff_invitation),
    scim.Provision: Handler(scim.provision),
    scim.ChangeMembers: Handler(scim.change_members),
    staff_files.ImportPosts: Handler(staff_files.import_posts),
    leaving.ReturnWork: Handler(leaving.return_work),
    people_users.SaveUser: Handler(people_users.save_user),
    IssueToken: Handler(issue_token),
    RevokeToken: Handler(revoke_token),
    signing_in.CountAttempt: Handler(signing_in.count_attempt),
    signing_in.TakeAttemptBack: Handler(signing_in.take_attempt_back),
    signing_in.SignIn: Handler(signing_in.sign_in),
    signing_in.PassSecondFactor: Handler(signing_in.pass_second_factor),
    signing_in.ChooseWorkplace: Handler(signing_in.choose_workplace),
    signing_in.KeepUpSession: Handler(signing_in.keep_up_session),
    signing_in.SignOut: Handler(signing_in.sign_out),
    people_users.SetActive: Handler(people_users.set_active),
    accounts.SetPassword: Handler(accounts.set_password),
    accounts.ForgiveAttempts: Handler(accounts.forgive_attempts),
    accounts.EndSessions: Handler(accounts.end_sessions),
    passkeys.BeginPasskey: Handler(passkeys.begin_passkey),
    passkeys.AskForPasskey: Handler(passkeys.ask_for_passkey),
    passkeys.AskForPasskeyToAct: Handler(passkeys.ask_for_passkey_to_act),
    passkeys.TakeChallenge: Handler(passkeys.take_challenge),
    passkeys.AddPasskey: Handler(passkeys.add_passkey),
    passkeys.PassPasskey: Handler(passkeys.pass_passkey),
    passkeys.RemovePasskey: Handler(passkeys.remove_passkey),
    second_factor.EnrolSecondFactor: Handler(second_factor.enrol_second_factor),
    second_factor.ConfirmSecondFactor: Handler(second_factor.confirm_second_factor),
    second_factor.EndSecondFactor: Handler(second_factor.end_second_factor),
    second_factor.ResetSecondFactor: Handler(second_factor.reset_second_factor),
    SealPlain: Handler(seal_plain),
    RecordScan: Handler(record_scan),
    ScanAgain: Handler(scan_again),
    RecordView: Handler(record_view),
    SealAnew: Handler(seal_anew),
    external_identities.ReceivePerson: Handler(external_identities.receive_person),
    external_identities.EndExternalSessions: Handler(external_identities.end_external_sessions),
    external_identities.ForgetIdentities: Handler(external_identities.forget_identities),
    housekeeping.MarkOverdue: Handler(housekeeping.mark_overdue),
    housekeeping.DiscardExpired: Handler(housekeeping.discard_expired),
    housekeeping.BeginCompaction: Handler(housekeeping.begin_compaction),
    housekeeping.CompactClosed: Handler(housekeeping.compact_closed),
    writing.WriteContent: Handler(writing.write_content, _content_receipt, _recall_content),
    writing.RewriteContent: Handler(writing.rewrite_content),
    writing.SubmitContent: Handler(writing.submit_content),
    writing.SendBackContent: Handler(writing.send_back_content),
    writing.AuthoriseContent: Handler(writing.authorise_content),
    writing.PushContent: Handler(writing.push_content),
    writing.RetireContent: Handler(writing.retire_content),
    ConfirmReading: Handler(confirm_reading),
    bulk_loading.LightenTables: Handler(bulk_loading.lighten_tables),
    bulk_loading.LoadRows: Handler(bulk_loading.load_rows),
    bulk_loading.RestoreTables: Handler(bulk_loading.restore_tables),
    FoldTallies: Handler(fold_tallies),
    CountAnew: Handler(count_anew),
    CountElementTimes: Handler(count_element_times),
    AnchorJournals: Handler(anchor_journals),
    NoteCopy: Handler(note_copy),
    housekeeping.Beat: Handler(housekeeping.beat),
    traffic.CountRequest: Handler(traffic.count_request),
    traffic.NoteUntrustedProxy: Handler(traffic.note_untrusted_proxy),
    OpenExceptionally: Handler(open_exceptionally, _CONCERN.receipt, _CONCERN.recall),
    ReviewConcern: Handler(review_concern),
    WatchReading: Handler(watch_reading),
    DiscardAccess: Handler(discard_access),
}
"""Every command there is: a new one is a file of its subject and a line here."""
