"""Takes over what a step of the workflow did into the changeset of its case."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from engine.appointments.telling import ask_to_choose
from engine.cases.changeset import CaseChangeset
from engine.cases.model import Case
from engine.cases.stuck import get_stuck, settle_incidents, stop
from engine.cases.terms import end_terms, follow_appeal, keep_terms, pass_moments
from engine.context import Transaction
from engine.incidents.model import FIRING, Attempt, AttemptKind
from engine.kernel.money import PAYMENT_TOPIC
from engine.kernel.permission import right_to_send
from engine.kernel.refusal import Conflict
from engine.kernel.senders import Sender
from engine.kernel.signing import SIGNATURE
from engine.kernel.topics import APPOINTMENT_TOPIC, ORGANISATION_TOPIC, is_reserved
from engine.kernel.vocabulary import FLAG, CaseStatus, Flag
from engine.messages import store as messages_store
from engine.messages.model import Message, Subscription, SubscriptionKind, receipt_line, receiver_of
from engine.organisation import store as organisation_store
from engine.organisation.model import Agency
from engine.outbox.model import JobKind
from engine.payments.opening import open_payment
from engine.people import store as people_store
from engine.people.model import User
from engine.runtime.contract import (
    OpenedServiceTask,
    OpenedSubscription,
    OpenedTask,
    Phase,
    Step,
    StepIncident,
    StepRefused,
    ThrownMessage,
    ThrownSignal,
)
from engine.runtime.values import as_json
from engine.service_tasks.model import ServiceTask
from engine.signatures.invite import invite
from engine.tasks.model import Task
from engine.terms.ledger import TermCause
from engine.topics import store as topics_store

_MOST_PASSED = 50
"""Payments of which nothing is due that a case passes in one change."""

AGENCY = "agency"
"""The task header, or else the input variable, that names an agency by key where several take a topic."""

JournalLine = tuple[str, Mapping[str, Any]]
"""A line for the journal: action and detail."""

_DERIVED_FLAGS = {Flag.AWAITING_AGENCY, Flag.AWAITING_CITIZEN, Flag.READY_FOR_PICKUP}


def take_step(
    changeset: CaseChangeset,
    step: Step,
    line: JournalLine,
    *,
    attempt: Attempt = FIRING,
    closing: Task | ServiceTask | None = None,
) -> bool:
    """Take over what a step did; False if it left the case stuck, and otherwise as it was before.

    `line` is what the journal gets first. `attempt` is what the step was asked to do: a stuck case keeps it
    in an incident. `closing` is the task that the step answered, as it is afterwards. Messages that were kept
    for a subscription which the step opened are delivered at once; where nothing is to be paid, it goes on.
    """
    if not _taken(changeset, step, line, attempt, closing):
        return False
    take_kept_messages(changeset)
    return True


def take_repair(changeset: CaseChangeset, step: Step, line: JournalLine, *, reason: str) -> None:
    """Take over a step by which a person repaired the case; one that leads nowhere is a `Conflict`."""
    if step.phase is Phase.STUCK:
        why = step.incident.message if step.incident else "the case cannot go on from there"
        raise Conflict(f"That would leave case {changeset.case.number} stuck: {why}", code="case_stuck")
    changeset.record(*line, reason=reason)
    _apply(changeset, step, None)
    take_kept_messages(changeset)


def answer_task(changeset: CaseChangeset, task: Task | ServiceTask, data: Mapping[str, Any]) -> Step:
    """The step by which the workflow takes the answer to a task; `Conflict` if the task does not wait."""
    try:
        return changeset.transaction.workflow.complete(
            changeset.procedure.definition,
            changeset.case.snapshot,
            token=task.token,
            variables=data,
            surroundings=changeset.surroundings,
        )
    except StepRefused as refusal:
        kind = "Task" if isinstance(task, Task) else "Service task"
        raise Conflict(f"{kind} {task.id} does not wait in its case: {refusal}") from refusal


def receive(
    changeset: CaseChangeset,
    subscription: Subscription,
    data: Mapping[str, Any],
    *,
    sender: Sender | None = None,
) -> bool:
    """Give the case the message or signal that it waits for; False if that left the case stuck.

    A signal has no `sender`. A message without one was sent to an earlier version, by whom is not known.
    """
    taken = _receive(changeset, subscription, data, sender=sender)
    if taken:
        take_kept_messages(changeset)
    return taken


def may_be_sent(changeset: CaseChangeset, subscription: Subscription, sender: Sender) -> bool:
    """Whether the case takes that message from the sender."""
    return right_to_send(sender, receiver_of(changeset.case, subscription)) is not None


def take_kept_messages(changeset: CaseChangeset, waiting: Sequence[Subscription] = ()) -> None:
    """Deliver the messages that are kept for what this change opened, and for `waiting`.

    One that leaves the case stuck is in its incident from then on.
    """
    if changeset.not_to_be_paid:
        pass_payments(changeset)
    while not changeset.case.is_closed and (kept := _kept_message(changeset, waiting)) is not None:
        subscription, message = kept
        if not _receive(
            changeset, subscription, message.data, sender=message.sender, sent_at=message.created_at
        ):
            break
        if changeset.not_to_be_paid:
            pass_payments(changeset)


def update_flags(changeset: CaseChangeset) -> None:
    """Flag the case with what its open tasks and service tasks make of it; its term follows."""
    if changeset.case.is_closed:
        return
    wanted = {task.flag for task in changeset.tasks if task.flag}
    for service_task in changeset.service_tasks:
        topic = service_task.topic
        is_appointment = topic == APPOINTMENT_TOPIC and service_task.asks_appointment
        if is_appointment or topic in (PAYMENT_TOPIC, ORGANISATION_TOPIC):
            # Neither an agency is awaited nor a paper: the term runs until then.
            continue
        awaits_citizen = service_task.supplement_wanted is not None or topic == SIGNATURE
        wanted.add(Flag.AWAITING_CITIZEN if awaits_citizen else Flag.AWAITING_AGENCY)
    before = changeset.case.flags
    changeset.case = changeset.case.with_flags((before - _DERIVED_FLAGS) | wanted)
    awaits_citizen = Flag.AWAITING_CITIZEN in wanted
    if awaits_citizen != (Flag.AWAITING_CITIZEN in before):
        keep_terms(changeset, awaits_citizen=awaits_citizen)


def _taken(
    changeset: CaseChangeset,
    step: Step,
    line: JournalLine,
    attempt: Attempt,
    closing: Task | ServiceTask | None = None,
) -> bool:
    if step.phase is Phase.STUCK:
        get_stuck(changeset, step, attempt)
        return False
    changeset.record(*line)
    if closing is not None:
        changeset.put(closing)
    _apply(changeset, step, attempt)
    return True


def _apply(changeset: CaseChangeset, step: Step, attempt: Attempt | None) -> None:
    is_suspended = changeset.case.status is CaseStatus.SUSPENDED
    changeset.case = replace(
        changeset.case,
        snapshot=step.snapshot,
        next_timer_at=None if is_suspended else step.next_timer_at,
    )
    for taken in step.decisions:
        detail = {"element": taken.element_id, "decision": taken.decision_id, "rules": list(taken.rules)}
        changeset.record("decision_taken", detail)
    if moments := [element for element in step.passed if element.legal]:
        pass_moments(changeset, moments, goes_on=step.phase is not Phase.COMPLETED)
    if (Flag.APPEALED in step.flags) != (Flag.APPEALED in changeset.case.flags):
        follow_appeal(changeset, goes_on=step.phase is not Phase.COMPLETED)
    for token in step.closed:
        changeset.stop_waiting(token)
    for task in step.opened_tasks:
        _open_task(changeset, task)
    for service_task in step.opened_service_tasks:
        _open_service_task(changeset, service_task, step)
    for subscription in step.opened_subscriptions:
        changeset.subscribe(subscription_of(subscription, changeset.case, changeset.transaction))
    for message in step.thrown_messages:
        _send_message(changeset, message)
    for signal in step.thrown_signals:
        _send_signal(changeset, signal)
    _refresh(changeset, step)
    if changeset.may_have_incidents:
        settle_incidents(changeset, step, attempt)
    if step.phase is Phase.COMPLETED:
        rule = changeset.procedure.outcome(step.outcome or "")
        end_terms(changeset, TermCause.CLOSED)
        changeset.close(CaseStatus(rule.status), outcome=step.outcome)
    update_flags(changeset)


def _open_task(changeset: CaseChangeset, opened: OpenedTask) -> None:
    task = task_of(opened, changeset.case, changeset.transaction)
    changeset.put(task)
    changeset.record("task_opened", {"task": str(task.id), "element": task.element_id, "name": task.name})


def _open_service_task(changeset: CaseChangeset, opened: OpenedServiceTask, step: Step) -> None:
    task, agency = _routed(service_task_of(opened, changeset.case, changeset.transaction), changeset)
    changeset.put(task)
    if opened.topic == PAYMENT_TOPIC:
        open_payment(changeset, task, step)
        return
    if agency is not None and agency.endpoint is not None:
        payload = {"retries": opened.retries} if opened.retries else {}
        changeset.add_job(JobKind.DELIVER_WEBHOOK, payload, service_task_id=task.id)
    if opened.topic == ORGANISATION_TOPIC:
        changeset.add_job(JobKind.CHANGE_ORGANISATIONS, {}, service_task_id=task.id)
    if opened.topic == APPOINTMENT_TOPIC and task.asks_appointment:
        ask_to_choose(changeset, task.id)
    detail = {
        "service_task": str(task.id),
        "topic": task.topic,
        "agency": task.agency_key,
        "name": task.name,
    }
    changeset.record("request_held" if task.held_since else "service_task_opened", detail)
    if task.topic == SIGNATURE:
        invite(changeset, task)


def pass_payments(changeset: CaseChangeset) -> None:
    """Let the case go on where nothing is to be paid.

    A case that comes back to such a payment without end is stuck there.
    """
    for _ in range(_MOST_PASSED):
        if not changeset.not_to_be_paid:
            return
        task = changeset.not_to_be_paid.pop()
        if changeset.case.is_closed or changeset.service_task(task.id) is None:
            continue
        payment = changeset.payments.awaited_by(task.id)
        if payment is not None:
            give_answer(changeset, task, payment.result(changeset.transaction.zone))
    if changeset.not_to_be_paid:
        why = "The case comes back to a payment of which nothing is due, again and again."
        element = changeset.not_to_be_paid[0].element_id
        stop(changeset, FIRING, StepIncident(element_id=element, code="endless_loop", message=why))
        changeset.not_to_be_paid.clear()


def give_answer(changeset: CaseChangeset, task: ServiceTask, data: Mapping[str, Any]) -> bool:
    """Give the workflow the answer to a service task; False if that left the case stuck.

    What the answer opens that waits already is not given it yet: the caller takes the step as a whole.
    """
    step = answer_task(changeset, task, data)
    done = task.answered(as_json(data), changeset.transaction.now)
    detail = {"service_task": str(task.id), "topic": task.topic, "agency": task.agency_key, "name": task.name}
    attempt = Attempt(kind=AttemptKind.COMPLETE, token=task.token, data=data)
    return _taken(changeset, step, ("service_task_completed", detail), attempt, done)


def _send_message(changeset: CaseChangeset, thrown: ThrownMessage) -> None:
    payload = {
        "name": thrown.message,
        "correlation_key": thrown.correlation_key or "",
        "data": as_json(thrown.variables),
        "branch": changeset.case.branch_code,
        "procedure": changeset.case.procedure_key,
    }
    changeset.add_job(JobKind.DELIVER_MESSAGE, payload)
    changeset.record("message_sent", {"message": thrown.message})


def _send_signal(changeset: CaseChangeset, thrown: ThrownSignal) -> None:
    payload = {
        "name": thrown.signal,
        "data": as_json(thrown.variables),
        "branch": changeset.case.branch_code,
    }
    changeset.add_job(JobKind.CARRY_SIGNAL, payload)
    changeset.record("signal_sent", {"signal": thrown.signal})


def _refresh(changeset: CaseChangeset, step: Step) -> None:
    """Let the open tasks show variables that were set since they were opened, or corrected."""
    tasks = {task.token: task for task in changeset.tasks} if step.refreshed_tasks else {}
    for seen in step.refreshed_tasks:
        if (task := tasks.get(seen.token)) is not None:
            changeset.put(replace(task, prefill=as_json(seen.variables)))
    asked = {task.token: task for task in changeset.service_tasks} if step.refreshed_service_tasks else {}
    for sent in step.refreshed_service_tasks:
        if (service_task := asked.get(sent.token)) is not None:
            changeset.put(replace(service_task, variables=as_json(sent.variables)))


def _receive(
    changeset: CaseChangeset,
    subscription: Subscription,
    data: Mapping[str, Any],
    *,
    sender: Sender | None,
    sent_at: datetime | None = None,
) -> bool:
    """Give the case what it waits for, in the name of who sent it: whoever is at work now may be another."""
    is_signal = subscription.kind is SubscriptionKind.SIGNAL
    is_trusted = is_signal or (sender is not None and not sender.is_outside)
    step = changeset.transaction.workflow.deliver(
        changeset.procedure.definition,
        changeset.case.snapshot,
        token=subscription.token,
        variables=data,
        surroundings=changeset.surroundings,
        only_mapped=not is_trusted,
    )
    attempt = Attempt(kind=AttemptKind.RECEIVE, token=subscription.token, data=data, sender=sender)
    line = receipt_line(changeset.case, subscription, sender, sent_at)
    with changeset.in_the_name_of(sender.actor if sender else changeset.transaction.actor):
        return _taken(changeset, step, line, attempt)


def _kept_message(
    changeset: CaseChangeset, waiting: Sequence[Subscription]
) -> tuple[Subscription, Message] | None:
    for subscription in (*waiting, *changeset.new_subscriptions):
        if changeset.waits_no_more(subscription) or subscription.kind is not SubscriptionKind.MESSAGE:
            continue
        message = messages_store.take_message(
            changeset.transaction.connection,
            subscription.message,
            subscription.correlation_key,
            receiver=receiver_of(changeset.case, subscription),
            now=changeset.transaction.now,
        )
        if message is not None:
            return subscription, message
    return None


def task_of(opened: OpenedTask, case: Case, transaction: Transaction) -> Task:
    """The task as the worklist knows it, in the hands of whom the diagram gives it to.

    Where the diagram names no day for it, it is due when the term of its case is over, and on no day while
    that rests.
    """
    assignee = _at_work(opened.assignee, case, transaction) if opened.assignee else None
    flag = opened.properties.get(FLAG)
    return Task(
        id=transaction.new_id(),
        case_id=case.id,
        case_number=case.number,
        procedure_key=case.procedure_key,
        branch_id=case.branch_id,
        token=opened.token,
        element_id=opened.element_id,
        name=opened.name,
        form_id=opened.form_id,
        created_at=transaction.now,
        flag=Flag(flag) if flag else None,
        priority=opened.priority,
        due_at=opened.due_at or case.work_due_at,
        follow_up_at=opened.follow_up_at,
        candidate_groups=opened.candidate_groups,
        candidate_users=opened.candidate_users,
        assignee_id=assignee.id if assignee else None,
        assignee_name=assignee.username if assignee else None,
        prefill=as_json(opened.variables),
    )


def agency_of_request(task: ServiceTask, transaction: Transaction) -> Agency | None:
    """Whom the service task is for, as the diagram says where several take its topic."""
    wanted = task.headers.get(AGENCY) or task.variables.get(AGENCY)
    return organisation_store.agency_for(transaction.connection, task.topic, wanted, on=transaction.today)


def _routed(task: ServiceTask, changeset: CaseChangeset) -> tuple[ServiceTask, Agency | None]:
    """The service task as it is opened: for its agency, for people of the branch, or held for want of one.

    People do it where the diagram says `by-hand`, and in versions that were published before topics were
    checked, as they always did there. Money, signatures and the registers are for nobody.
    """
    if task.topic in (SIGNATURE, PAYMENT_TOPIC, ORGANISATION_TOPIC):
        return task, None
    agency = agency_of_request(task, changeset.transaction)
    if agency is not None:
        return replace(task, agency_id=agency.id, agency_key=agency.key), agency
    is_done_by_people = (
        is_reserved(task.topic)
        or changeset.procedure.is_by_hand(task.element_id, task.topic)
        or not topics_store.is_checked(changeset.transaction.connection, changeset.case.version_id)
    )
    return (task if is_done_by_people else replace(task, held_since=changeset.transaction.now)), None


def service_task_of(opened: OpenedServiceTask, case: Case, transaction: Transaction) -> ServiceTask:
    """The service task, for nobody yet."""
    return ServiceTask(
        id=transaction.new_id(),
        case_id=case.id,
        case_number=case.number,
        procedure_key=case.procedure_key,
        branch_id=case.branch_id,
        token=opened.token,
        element_id=opened.element_id,
        name=opened.name,
        topic=opened.topic,
        created_at=transaction.now,
        headers=opened.headers,
        variables=as_json(opened.variables),
    )


def subscription_of(opened: OpenedSubscription, case: Case, transaction: Transaction) -> Subscription:
    """The subscription to a message or a signal."""
    return Subscription(
        id=transaction.new_id(),
        case_id=case.id,
        token=opened.token,
        element_id=opened.element_id,
        message=opened.message,
        correlation_key=opened.correlation_key or "",
        created_at=transaction.now,
        kind=SubscriptionKind(opened.kind),
        senders=opened.senders,
    )


def _at_work(username: str, case: Case, transaction: Transaction) -> User | None:
    """The user to whom the diagram gives a task; None if they are away: then it is for everybody."""
    user = people_store.active_user_named(transaction.connection, username)
    pause = people_store.pause_of(transaction.connection, user.id, case.branch_id) if user else None
    return None if pause is not None and pause.holds(transaction.now) else user
