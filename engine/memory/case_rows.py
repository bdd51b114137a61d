"""Reads and writes what belongs to one case in the in-memory tables."""

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from engine.kernel.refusal import Conflict, OutOfDate
from engine.memory.tables import Tables, json_copy
from engine.outbox.model import Job, JobState
from engine.ports_work import CaseChange, LockedCase
from engine.service_tasks.model import ServiceTask
from engine.tasks.model import Task, TaskState


def waiting_tasks(tables: Tables, case_id: UUID) -> tuple[Task, ...]:
    """The open tasks of a case, oldest first."""
    waiting = [
        task for task in tables.tasks.values() if task.case_id == case_id and task.state is TaskState.OPEN
    ]
    return tuple(sorted(waiting, key=lambda task: (task.created_at, task.id)))


def waiting_service_tasks(tables: Tables, case_id: UUID) -> tuple[ServiceTask, ...]:
    """The service tasks of a case that wait for an answer, dead ones included, oldest first."""
    waiting = [
        task for task in tables.service_tasks.values() if task.case_id == case_id and not task.state.is_final
    ]
    return tuple(sorted(waiting, key=lambda task: (task.created_at, task.id)))


def locked(tables: Tables, case_id: UUID) -> LockedCase | None:
    """The case with what waits in it, if there is one."""
    case = tables.cases.get(case_id)
    if case is None:
        return None
    return LockedCase(
        case=case,
        tasks=waiting_tasks(tables, case_id),
        service_tasks=waiting_service_tasks(tables, case_id),
    )


def write(tables: Tables, change: CaseChange) -> None:
    """Write a change of a case."""
    _write_case(tables, change)
    for task in change.changed_tasks:
        _require_version("task", task.id, task.row_version, _version_of(tables.tasks.get(task.id)))
        tables.tasks[task.id] = _kept_task(replace(task, row_version=task.row_version + 1))
    for service_task in change.changed_service_tasks:
        write_service_task(tables, service_task)
    tables.tasks |= {task.id: _kept_task(task) for task in change.new_tasks}
    tables.service_tasks |= {task.id: _kept_service_task(task) for task in change.new_service_tasks}
    tables.jobs |= {job.id: kept_job(job) for job in change.jobs}
    _write_subscriptions(tables, change)
    _settle(tables, change.settled_service_tasks)
    _append(tables, change)


def write_service_task(tables: Tables, task: ServiceTask) -> None:
    """Write a changed service task if it is still at the version that was read."""
    found = _version_of(tables.service_tasks.get(task.id))
    _require_version("service task", task.id, task.row_version, found)
    tables.service_tasks[task.id] = _kept_service_task(replace(task, row_version=task.row_version + 1))


def kept_job(job: Job) -> Job:
    """The job as it is stored."""
    return replace(job, payload=json_copy(job.payload))


def _write_case(tables: Tables, change: CaseChange) -> None:
    case = change.case
    if change.is_new:
        if any(other.number == case.number or other.id == case.id for other in tables.cases.values()):
            raise Conflict(f"Expected case {case.number} to be new, but there is one.", code="already_exists")
        tables.cases[case.id] = case
        tables.words[case.id] = frozenset(change.words)
    else:
        found = tables.cases.get(case.id)
        _require_version("case", case.id, case.row_version, found.row_version if found else None)
        tables.cases[case.id] = replace(case, row_version=case.row_version + 1)
    tables.parties |= {party.id: party for party in change.parties}


def _write_subscriptions(tables: Tables, change: CaseChange) -> None:
    case = change.case
    ended = [
        subscription.id
        for subscription in tables.subscriptions.values()
        if subscription.case_id == case.id
        and (case.status.is_final or subscription.token in change.closed_subscriptions)
    ]
    for subscription_id in ended:
        del tables.subscriptions[subscription_id]
    for new in () if case.status.is_final else change.new_subscriptions:
        if any(
            (other.case_id, other.token) == (case.id, new.token) for other in tables.subscriptions.values()
        ):
            raise Conflict(f"Expected token {new.token} not to wait, but it does.", code="already_exists")
        tables.subscriptions[new.id] = new


def _append(tables: Tables, change: CaseChange) -> None:
    lines = tables.journals.get(change.case.id, ())
    for line in change.journal:
        if any(line.number == earlier.number for earlier in lines):
            raise Conflict(f"Expected line {line.number} to be new, but there is one.", code="already_exists")
        lines += (replace(line, detail=json_copy(line.detail)),)
    tables.journals[change.case.id] = lines


def _settle(tables: Tables, service_task_ids: Iterable[UUID]) -> None:
    settled = set(service_task_ids)
    for job in tuple(tables.jobs.values()):
        if job.service_task_id in settled and job.state is not JobState.DONE:
            tables.jobs[job.id] = replace(job, state=JobState.DONE, leased_by=None, leased_until=None)


def _kept_task(task: Task) -> Task:
    draft = None if task.draft is None else json_copy(task.draft)
    return replace(task, prefill=json_copy(task.prefill), draft=draft)


def _kept_service_task(task: ServiceTask) -> ServiceTask:
    answer = None if task.answer is None else json_copy(task.answer)
    return replace(task, headers=json_copy(task.headers), variables=json_copy(task.variables), answer=answer)


def _version_of(row: Task | ServiceTask | None) -> int | None:
    return None if row is None else row.row_version


def _require_version(kind: str, row_id: UUID, expected: int, found: int | None) -> None:
    if found != expected:
        raise OutOfDate(f"Expected {kind} {row_id} at version {expected}, but it is at {found}.")
