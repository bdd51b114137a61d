"""One case as it would stand in another version: its changeset, and what that means; nothing is written."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from engine.bundle.procedure import Procedure
from engine.case_migration.effects import (
    form_effects,
    law_effects,
    parties_without_a_role,
    term_effects,
)
from engine.case_migration.model import MigrationPlan
from engine.cases.changeset import CaseChangeset
from engine.cases.changeset_store import LockedCase
from engine.cases.surroundings import surroundings
from engine.cases.take_step import subscription_of, task_of, update_flags
from engine.cases.terms import follow_clocks
from engine.context import Transaction
from engine.kernel.refusal import Invalid
from engine.kernel.vocabulary import CaseStatus, Flag
from engine.messages import subscription_store
from engine.messages.model import Subscription
from engine.runtime.contract import OpenedServiceTask, OpenedTask, StepRefused
from engine.runtime.migration_contract import Elements, Migration, MigrationFinding, MigrationRefused
from engine.signatures import store as signatures_store
from engine.tasks.model import Task

Findings = Sequence[MigrationFinding]


_TOLD = (
    "element_id",
    "name",
    "form_id",
    "flag",
    "priority",
    "due_at",
    "follow_up_at",
    "candidate_groups",
    "candidate_users",
    "prefill",
)
"""What the diagram says of a task; the rest is what people did with it."""


class CannotMove(Exception):
    """The case stays where it is, for these reasons."""

    def __init__(self, reasons: Findings) -> None:
        super().__init__("; ".join(reason.text for reason in reasons))
        self.reasons = tuple(reasons)


@dataclass(frozen=True, kw_only=True)
class MovedCase:
    """A case in its new version, not saved yet.

    `elements` are new ids by old ones, for the incidents, which have their own rows.
    """

    changeset: CaseChangeset
    consequences: tuple[MigrationFinding, ...]
    elements: Mapping[str, str] = field(default_factory=dict)


def moved_case(
    locked: LockedCase, plan: MigrationPlan, elements: Elements, transaction: Transaction
) -> MovedCase:
    """The case as the plan takes it; `CannotMove` with every reason that was found."""
    before, after = transaction.procedure(plan.from_version_id), transaction.procedure(plan.to_version_id)
    case = replace(locked.case, version_id=plan.to_version_id, version_number=plan.to_number)
    migration = _migrated(locked, case_procedures=(before, after), elements=elements, transaction=transaction)
    is_suspended = case.status is CaseStatus.SUSPENDED
    case = replace(
        case,
        snapshot=migration.after.snapshot,
        next_timer_at=None if is_suspended else migration.after.next_timer_at,
    )
    changeset = CaseChangeset(transaction, locked)
    changeset.case = case
    signers = signatures_store.signers_of(transaction.connection, case.id)
    reasons = list(parties_without_a_role(signers, after))
    consequences = list(migration.consequences)
    for found in (
        _tasks(changeset, migration, after),
        _service_tasks(changeset, migration),
        _flags(migration, changeset),
    ):
        reasons += found
    _subscriptions(changeset, migration)
    consequences += form_effects(locked.tasks, changeset.tasks, before, after)
    consequences += law_effects(changeset, before, after)
    over, moved = term_effects(changeset, locked.case, before, after)
    reasons += over
    consequences += moved
    if reasons:
        raise CannotMove(reasons)
    update_flags(changeset)
    follow_clocks(changeset)
    return MovedCase(
        changeset=changeset, consequences=tuple(dict.fromkeys(consequences)), elements=migration.elements
    )


def _migrated(
    locked: LockedCase,
    *,
    case_procedures: tuple[Procedure, Procedure],
    elements: Elements,
    transaction: Transaction,
) -> Migration:
    before, after = case_procedures
    connection = transaction.connection
    known = surroundings(
        transaction, locked.case, signers=lambda: signatures_store.signers_of(connection, locked.case.id)
    )
    try:
        return transaction.workflow.migrate(
            before.definition,
            after.definition,
            locked.case.snapshot,
            elements=elements,
            surroundings=known,
        )
    except MigrationRefused as refused:
        raise CannotMove(refused.reasons) from refused
    except StepRefused as refused:
        found = MigrationFinding(
            code="unreadable",
            text=f"{refused}.",
            text_el=f"Η κατάσταση της υπόθεσης δεν διαβάζεται: {refused}.",
        )
        raise CannotMove([found]) from refused


def _tasks(changeset: CaseChangeset, migration: Migration, after: Procedure) -> Iterator[MigrationFinding]:
    """Let the rows of tasks say what the new version says otherwise; the drafts must still fit."""
    was = {opened.token: opened for opened in migration.before.opened_tasks}
    now = {opened.token: opened for opened in migration.after.opened_tasks}
    for task in changeset.tasks:
        changed = _as_now(task, was[task.token], now[task.token], changeset)
        yield from _lost_of_draft(changed, after)
        if changed != task:
            changeset.put(changed)


def _as_now(task: Task, was: OpenedTask, now: OpenedTask, changeset: CaseChangeset) -> Task:
    """The task with whatever the two versions say differently of it; what people did to it stays."""
    fresh = task_of(now, changeset.case, changeset.transaction)
    earlier = task_of(was, changeset.case, changeset.transaction)
    told = {name: getattr(fresh, name) for name in _TOLD if getattr(fresh, name) != getattr(earlier, name)}
    return replace(task, **told) if told else task


def _lost_of_draft(task: Task, after: Procedure) -> Iterator[MigrationFinding]:
    """A draft has to fit: nothing that somebody has typed is thrown away unasked."""
    if not task.draft:
        return
    form = after.forms[task.form_id] if task.form_id is not None else None
    names = sorted(task.draft)
    if form is not None:
        try:
            form.draft(task.draft)
        except Invalid as refusal:
            names = sorted(refusal.errors)
        else:
            return
    fields = ", ".join(names)
    yield MigrationFinding(
        code="draft_does_not_fit",
        element_id=task.element_id,
        text=f"The draft of the task “{task.name}” no longer fits its form: {fields}. "
        "Complete or empty it first.",
        text_el=f"Το πρόχειρο της εργασίας «{task.name}» δεν ταιριάζει πλέον στη φόρμα της: {fields}. "
        "Ολοκληρώστε το ή αδειάστε το πρώτα.",
    )


def _service_tasks(changeset: CaseChangeset, migration: Migration) -> Iterator[MigrationFinding]:
    """Let the rows of service tasks be named as now; what was asked of whom must be the same."""
    was = {opened.token: opened for opened in migration.before.opened_service_tasks}
    now = {opened.token: opened for opened in migration.after.opened_service_tasks}
    for task in changeset.service_tasks:
        fresh = now[task.token]
        if fresh.topic != task.topic:
            yield MigrationFinding(
                code="topic_changed",
                element_id=task.element_id,
                text=f"“{task.name}” ({task.element_id}) was asked under the topic {task.topic}, in the new "
                f"version it is {fresh.topic}: it has to be answered first.",
                text_el=f"Το αίτημα «{task.name}» ({task.element_id}) τέθηκε με το θέμα {task.topic}, ενώ "
                f"στη νέα έκδοση είναι {fresh.topic}: πρέπει πρώτα να απαντηθεί.",
            )
            continue
        told = _told_otherwise(was[task.token], fresh)
        if told:
            changeset.put(replace(task, **told))


def _told_otherwise(was: OpenedServiceTask, now: OpenedServiceTask) -> dict[str, Any]:
    names = ("element_id", "name", "headers")
    return {name: getattr(now, name) for name in names if getattr(now, name) != getattr(was, name)}


def _flags(migration: Migration, changeset: CaseChangeset) -> Iterator[MigrationFinding]:
    if (Flag.APPEALED in migration.after.flags) != (Flag.APPEALED in changeset.case.flags):
        yield MigrationFinding(
            code="appeal_changed",
            text="Whether the case counts as one that is appealed against would change.",
            text_el="Θα άλλαζε αν η υπόθεση θεωρείται ότι έχει ένσταση σε εξέλιξη.",
        )


def _subscriptions(changeset: CaseChangeset, migration: Migration) -> None:
    """Let the case wait for what it waits for now; what it waited for keeps its place in the line."""
    connection = changeset.transaction.connection
    known = {one.token: one for one in subscription_store.subscriptions_of(connection, changeset.case.id)}
    now: dict[UUID, Subscription] = {
        opened.token: subscription_of(opened, changeset.case, changeset.transaction)
        for opened in migration.after.opened_subscriptions
    }
    for token, was in known.items():
        fresh = now.pop(token, None)
        kept = replace(fresh, id=was.id, created_at=was.created_at) if fresh is not None else None
        if kept == was:
            continue
        changeset.stop_waiting(token)
        if kept is not None:
            changeset.subscribe(kept)
    for fresh in now.values():
        changeset.subscribe(fresh)
