"""The rows that stand for what a step of the workflow has opened in a case."""

from engine.cases.model import Case
from engine.context import Transaction
from engine.kernel.case_words import Flag
from engine.messages.model import Subscription, SubscriptionKind
from engine.organisation import store as organisation_store
from engine.people import store as people_store
from engine.people.model import User
from engine.runtime.contract import OpenedServiceTask, OpenedSubscription, OpenedTask
from engine.runtime.json_variables import as_json
from engine.service_tasks.model import ServiceTask
from engine.service_tasks.routing import agency_for
from engine.tasks.model import Task


def task_of(opened: OpenedTask, case: Case, transaction: Transaction) -> Task:
    """The task as the worklist knows it, in the hands of whom the diagram gives it to.

    Where the diagram names no day for it, it is due when the term of its case is over, and on no day while
    that rests.
    """
    assignee = _at_work(opened.assignee, case, transaction) if opened.assignee else None
    flag = opened.properties.get("stoa:flag")
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
        due_at=opened.due_at or case.expected_at,
        follow_up_at=opened.follow_up_at,
        candidate_groups=opened.candidate_groups,
        candidate_users=opened.candidate_users,
        assignee_id=assignee.id if assignee else None,
        assignee_name=assignee.username if assignee else None,
        prefill=as_json(opened.variables),
    )


def service_task_of(
    opened: OpenedServiceTask, case: Case, transaction: Transaction
) -> tuple[ServiceTask, bool]:
    """The service task, for the agency that takes its topic; and whether that agency is sent a webhook."""
    agency = agency_for(opened, organisation_store.agencies_for(transaction.connection, opened.topic))
    task = ServiceTask(
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
        agency_id=agency.id if agency else None,
        agency_key=agency.key if agency else None,
        headers=opened.headers,
        variables=as_json(opened.variables),
    )
    return task, agency is not None and agency.receives_deliveries


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
    )


def _at_work(username: str, case: Case, transaction: Transaction) -> User | None:
    """The user to whom the diagram gives a task; None if they are away: then it is for everybody."""
    user = people_store.active_user_named(transaction.connection, username)
    pause = people_store.pause_of(transaction.connection, user.id, case.branch_id) if user else None
    return None if pause is not None and pause.holds(transaction.now) else user
