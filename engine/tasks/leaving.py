"""Leaving: when a post is over, tasks go back to the branch, and sessions and tokens there end."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from engine.cases.changeset import open_task
from engine.context import Command, Transaction
from engine.outbox import store as outbox_store
from engine.outbox.leased_job import done, locked_job
from engine.outbox.model import Job
from engine.people import account_store, post_store, token_store
from engine.people import store as people_store
from engine.people.post import Post
from engine.tasks import worklist_store

BATCH: Final = 50
"""Tasks that are returned in one transaction, which holds their cases locked."""


@dataclass(frozen=True, kw_only=True)
class ReturnWork(Command[int]):
    """Return what somebody has in hand where a post of theirs is over, for the leased job."""

    job_id: UUID
    worker: str


def return_work(command: ReturnWork, transaction: Transaction) -> int:
    """How many tasks went back, each with its line in the journal; drafts stay in them for the successor.

    None while the person works there still: by another post, or because this one was prolonged. What is more
    than a batch is left to another job.
    """
    job = locked_job(command.job_id, command.worker, transaction)
    if job is None:
        return 0
    connection = transaction.connection
    outbox_store.save_job(connection, done(job))
    post = post_store.post(connection, UUID(job.payload["post"]))
    user = people_store.user(connection, post.user_id) if post else None
    if post is None or user is None or (user.active and _works_there(transaction, post)):
        return 0
    _end_access(transaction, post)
    held = worklist_store.held_by(connection, user.username, post.organisation_id, limit=BATCH + 1)
    cases = worklist_store.cases_of(connection, held[:BATCH])
    # All who lock several cases do so in this order, and so never wait for one another in a circle.
    for task_id in sorted(held[:BATCH], key=lambda task_id: (cases[task_id], task_id)):
        _return(transaction, task_id)
    if len(held) > BATCH:
        outbox_store.add_job(connection, _another(job, transaction))
    return len(held[:BATCH])


def _works_there(transaction: Transaction, post: Post) -> bool:
    return any(
        other.organisation_id == post.organisation_id and other.counts_on(transaction.today)
        for other in post_store.posts_of(transaction.connection, post.user_id)
    )


def _end_access(transaction: Transaction, post: Post) -> None:
    """End the sessions and tokens of the workplace; all sessions of whoever works nowhere any more."""
    connection, now = transaction.connection, transaction.now
    works_on = any(
        other.counts_on(transaction.today) for other in post_store.posts_of(connection, post.user_id)
    )
    place_id = post.organisation_id if works_on else None
    account_store.end_sessions_at(connection, post.user_id, place_id, now)
    token_store.revoke_tokens_at(connection, post.user_id, place_id, now)


def _return(transaction: Transaction, task_id: UUID) -> None:
    changeset, task = open_task(transaction, task_id)
    changeset.put(task.released())
    detail = {"task": str(task.id), "element": task.element_id, "from": task.assignee_name}
    changeset.record("task_returned", detail)
    changeset.save_task(task.id)


def _another(job: Job, transaction: Transaction) -> Job:
    return Job(
        id=transaction.new_id(),
        kind=job.kind,
        case_id=None,
        service_task_id=None,
        run_at=transaction.now,
        created_at=transaction.now,
        payload=job.payload,
    )
