"""Runs: a plan on its way through the cases of a version, begun, paused, stopped, and done case by case.

Each case is one transaction, which also says in the run that it is done: whoever goes on after a crash begins
with the next one. Several may drive the same run (a worker, somebody at the command line): they take turns.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from engine.case_migration import restore_store
from engine.case_migration import store as migration_store
from engine.case_migration.model import (
    CaseResult,
    Hand,
    MigrationPlan,
    MigrationRun,
    RunKind,
    RunState,
    Verdict,
)
from engine.case_migration.moved_case import CannotMove, moved_case
from engine.case_migration.plans import kept_plan, version_pair
from engine.cases import changeset_store
from engine.cases.changeset import CaseChangeset
from engine.cases.changeset_store import LockedCase
from engine.cases.take_step import take_kept_messages
from engine.context import Command, Transaction
from engine.incidents import store as incidents_store
from engine.kernel.migration_rights import require_plans_migration, require_runs_migration
from engine.kernel.refusal import Conflict, NotFound
from engine.outbox import store as outbox_store
from engine.outbox.leased_job import done, locked_job
from engine.outbox.model import Job, JobKind
from engine.procedures.model import VersionStatus
from engine.runtime.migration_contract import MigrationFinding


@dataclass(frozen=True, kw_only=True)
class StartRun(Command[MigrationRun]):
    """Go through the cases of the old version, or, with a `case_id`, through that one alone.

    The worker does it; `by_worker` is False where whoever asks does it by `MigrateNext`.
    """

    procedure: str
    from_number: int
    to_number: int
    kind: RunKind
    case_id: UUID | None = None
    by_worker: bool = True


def start_run(command: StartRun, transaction: Transaction) -> MigrationRun:
    """The run, with how many cases there are.

    To move cases takes a plan that was decided, and a version that is on offer. `Conflict` while another run
    moves cases by the plan.
    """
    is_tried = command.kind is RunKind.DRY_RUN
    (require_plans_migration if is_tried else require_runs_migration)(transaction.actor)
    connection = transaction.connection
    pair = version_pair(connection, command.procedure, command.from_number, command.to_number)
    plan = kept_plan(pair, connection, lock=True)
    if not is_tried:
        _require_may_move(plan, transaction)
    if command.kind is RunKind.MOVE and pair.new.status is not VersionStatus.PUBLISHED:
        raise Conflict(
            f"Expected version {pair.new.number} to be published, but it is {pair.new.status}.",
            code=f"version_{pair.new.status}",
        )
    if command.case_id is not None:
        _require_on_version(command, plan, transaction)
    run = MigrationRun(
        id=transaction.new_id(),
        plan_id=plan.id,
        kind=command.kind,
        elements=plan.elements,
        decree=plan.decision.decree if plan.decision else "",
        started_by=Hand.of(transaction.actor),
        started_at=transaction.now,
        total=_total(command, plan, transaction),
        case_id=command.case_id,
    )
    migration_store.add_run(connection, run)
    if command.by_worker:
        outbox_store.add_job(connection, _job(run, transaction))
    return run


def _require_may_move(plan: MigrationPlan, transaction: Transaction) -> None:
    if plan.decision is None:
        raise Conflict("Expected a plan that was decided, but this one was not.", code="plan_not_decided")
    if migration_store.run_under_way(transaction.connection, plan.id) is not None:
        raise Conflict("Cases are being moved by this plan already.", code="run_under_way")


def _require_on_version(command: StartRun, plan: MigrationPlan, transaction: Transaction) -> None:
    """Refuse one case alone that is not there, or not on the version that the run takes cases from."""
    case = changeset_store.only_case(transaction.connection, command.case_id) if command.case_id else None
    if case is None:
        raise NotFound.of("case", command.case_id)
    is_back = command.kind is RunKind.BACK
    if case.version_id != (plan.to_version_id if is_back else plan.from_version_id):
        raise Conflict(
            f"Case {case.number} is on version {case.version_number} of {case.procedure_key}.",
            code="other_version",
        )


def _total(command: StartRun, plan: MigrationPlan, transaction: Transaction) -> int:
    if command.case_id is not None:
        return 1
    if command.kind is RunKind.BACK:
        return migration_store.count_moved(transaction.connection, plan.id)
    return migration_store.count_of_version(transaction.connection, plan.from_version_id)


@dataclass(frozen=True, kw_only=True)
class PutRun(Command[MigrationRun]):
    """Pause a run, let it go on (`running`), or stop it for good. What is done stays done."""

    procedure: str
    run_id: UUID
    state: RunState


def put_run(command: PutRun, transaction: Transaction) -> MigrationRun:
    """The run as it is now; `Conflict` for one that is over."""
    run = _locked(command.run_id, transaction)
    is_tried = run.kind is RunKind.DRY_RUN
    (require_plans_migration if is_tried else require_runs_migration)(transaction.actor)
    plan = migration_store.plan(transaction.connection, run.plan_id)
    if plan.procedure_key != command.procedure:
        raise NotFound.of("migration run", command.run_id)
    if command.state is RunState.DONE:
        raise Conflict("A run is done when all its cases are.", code="run_under_way")
    if run.state is command.state:
        return run
    put = run.put_into(command.state, transaction.now)
    migration_store.save_run(transaction.connection, put)
    if put.state is RunState.RUNNING:
        outbox_store.add_job(transaction.connection, _job(put, transaction))
    return put


@dataclass(frozen=True, kw_only=True)
class Advance:
    """A run after one more case, and whether whoever drives it should ask for the next."""

    run: MigrationRun
    goes_on: bool


@dataclass(frozen=True, kw_only=True)
class MigrateNext(Command[Advance]):
    """Do the next case of a run. The leased job that it is done for stays so for another `lease`."""

    run_id: UUID
    job_id: UUID | None = None
    worker: str = ""
    lease: timedelta = timedelta()


def migrate_next(command: MigrateNext, transaction: Transaction) -> Advance:
    """The run after that; it goes no further once it is over or paused, or the job is another worker's."""
    if command.job_id is None:
        require_plans_migration(transaction.actor)
    run = _locked(command.run_id, transaction)
    job = _own_job(command, transaction)
    if command.job_id is not None and job is None:
        return Advance(run=run, goes_on=False)
    if run.state is RunState.RUNNING:
        run = _further(run, transaction)
    goes_on = run.state is RunState.RUNNING
    if job is not None:
        held = replace(job, leased_until=transaction.now + command.lease)
        outbox_store.save_job(transaction.connection, held if goes_on else done(job))
    return Advance(run=run, goes_on=goes_on)


@dataclass(frozen=True, kw_only=True)
class PassOverCase(Command[MigrationRun]):
    """Go past the case at which a run raised what nobody anticipated; `fault` is what that is called."""

    run_id: UUID
    fault: str


def pass_over_case(command: PassOverCase, transaction: Transaction) -> MigrationRun:
    """The run after that; the case is refused, and as it was."""
    require_plans_migration(transaction.actor)
    run = _locked(command.run_id, transaction)
    plan = migration_store.plan(transaction.connection, run.plan_id)
    case_id = _next_case(run, plan, transaction) if run.state is RunState.RUNNING else None
    if case_id is None:
        return run
    reason = MigrationFinding(
        code="fault",
        text=f"{command.fault} was raised.",
        text_el=f"Παρουσιάστηκε απρόβλεπτο σφάλμα ({command.fault}).",
    )
    result = _refused(run, case_id, [reason], transaction)
    return _kept(run, result, transaction)


def _further(run: MigrationRun, transaction: Transaction) -> MigrationRun:
    plan = migration_store.plan(transaction.connection, run.plan_id)
    case_id = _next_case(run, plan, transaction)
    if case_id is not None:
        result = _done(run, plan, case_id, transaction)
        if result is not None:
            return _kept(run, result, transaction)
        further = replace(run, after=case_id)
    else:
        further = run.put_into(RunState.DONE, transaction.now)
    migration_store.save_run(transaction.connection, further)
    return further


def _kept(run: MigrationRun, result: CaseResult, transaction: Transaction) -> MigrationRun:
    """The run past a case of which the result is kept."""
    migration_store.add_result(transaction.connection, result)
    past = run.past(result.case_id, result.verdict)
    migration_store.save_run(transaction.connection, past)
    return past


def _next_case(run: MigrationRun, plan: MigrationPlan, transaction: Transaction) -> UUID | None:
    if run.case_id is not None:
        return run.case_id if run.after is None else None
    connection = transaction.connection
    if run.kind is RunKind.BACK:
        return migration_store.next_moved_case(connection, plan.id, after=run.after)
    return migration_store.next_case_of_version(connection, plan.from_version_id, after=run.after)


def _done(
    run: MigrationRun, plan: MigrationPlan, case_id: UUID, transaction: Transaction
) -> CaseResult | None:
    """What becomes of a case; None for one that needs nothing any more, as it has ended or moved since."""
    if run.kind is RunKind.DRY_RUN:
        return _tried(run, plan, case_id, transaction)
    locked = changeset_store.lock_case(transaction.connection, case_id)
    if locked is None:
        raise NotFound.of("case", case_id)
    if run.kind is RunKind.BACK:
        return _taken_back(run, plan, locked, transaction)
    return _moved(run, plan, locked, transaction)


def _tried(
    run: MigrationRun, plan: MigrationPlan, case_id: UUID, transaction: Transaction
) -> CaseResult | None:
    view = changeset_store.case(transaction.connection, case_id)
    if view is None:
        raise NotFound.of("case", case_id)
    seen = LockedCase(case=view.case, tasks=view.tasks, service_tasks=view.service_tasks)
    if not _waits_to_move(seen, plan):
        return None
    try:
        moved = moved_case(seen, plan, run.elements, transaction)
    except CannotMove as cannot:
        return _refused(run, case_id, cannot.reasons, transaction, number=view.case.number)
    return _result(run, seen, moved.consequences, transaction)


def _waits_to_move(locked: LockedCase, plan: MigrationPlan) -> bool:
    return locked.case.version_id == plan.from_version_id and not locked.case.is_closed


def _moved(
    run: MigrationRun, plan: MigrationPlan, locked: LockedCase, transaction: Transaction
) -> CaseResult | None:
    """Move a case, in the name of whoever began the run."""
    if not _waits_to_move(locked, plan):
        return None
    connection, case = transaction.connection, locked.case
    try:
        moved = moved_case(locked, plan, run.elements, transaction)
    except CannotMove as cannot:
        return _refused(run, case.id, cannot.reasons, transaction, number=case.number)
    before = restore_store.rows_of(connection, case.id)
    changeset = moved.changeset
    with changeset.in_the_name_of(run.started_by.actor):
        changeset.record("case_migrated", _detail(run, plan.from_number, plan.to_number), reason=run.decree)
    moved_only = changeset.case.snapshot
    take_kept_messages(changeset)
    has_gone_on = changeset.case.snapshot != moved_only
    state = changeset.save()
    for incident in incidents_store.open_incidents(connection, case.id):
        element_id = moved.elements.get(incident.element_id or "", incident.element_id)
        if element_id != incident.element_id:
            incidents_store.save_incident(connection, replace(incident, element_id=element_id))
    after = restore_store.rows_of(connection, case.id)
    return replace(
        _result(run, locked, moved.consequences, transaction),
        # A message that was kept for what the case waits for now is a step: that is not taken back.
        restore=None if has_gone_on else restore_store.what_changed(before, after),
        version_after=state.case.row_version,
    )


def _taken_back(
    run: MigrationRun, plan: MigrationPlan, locked: LockedCase, transaction: Transaction
) -> CaseResult | None:
    """Let the rows of a case be what they were before it moved, unless something has happened in it since."""
    connection, case = transaction.connection, locked.case
    move = migration_store.last_move(connection, plan.id, case.id)
    if move is None or move.restore is None:
        reason = MigrationFinding(
            code="not_moved",
            text="The case was not moved by this plan.",
            text_el="Η υπόθεση δεν μεταφέρθηκε με αυτό το σχέδιο.",
        )
        return _refused(run, case.id, [reason], transaction, number=case.number)
    if case.is_closed or case.row_version != move.version_after or case.version_id != plan.to_version_id:
        reason = MigrationFinding(
            code="moved_on",
            text="Something has happened in the case since it moved, so it stays where it is.",
            text_el="Από τη μεταφορά και μετά έγινε κάτι στην υπόθεση, γι’ αυτό μένει όπου είναι.",
        )
        return _refused(run, case.id, [reason], transaction, number=case.number)
    restore_store.restore(connection, move.restore)
    migration_store.forget_restore(connection, move)
    restored = changeset_store.lock_case(connection, case.id)
    if restored is None:
        raise NotFound.of("case", case.id)
    changeset = CaseChangeset(transaction, replace(restored, case=case))
    changeset.case = restored.case
    with changeset.in_the_name_of(run.started_by.actor):
        detail = _detail(run, plan.to_number, plan.from_number)
        changeset.record("case_migrated_back", detail, reason=run.decree)
    changeset.save()
    return _result(run, restored, (), transaction)


def _detail(run: MigrationRun, from_number: int, to_number: int) -> dict[str, object]:
    return {"from": from_number, "to": to_number, "plan": str(run.plan_id), "run": str(run.id)}


def _result(
    run: MigrationRun,
    locked: LockedCase,
    consequences: tuple[MigrationFinding, ...],
    transaction: Transaction,
) -> CaseResult:
    return CaseResult(
        run_id=run.id,
        case_id=locked.case.id,
        case_number=locked.case.number,
        verdict=Verdict.CONSEQUENCES if consequences else Verdict.MOVES,
        at=transaction.now,
        findings=consequences,
    )


def _refused(
    run: MigrationRun,
    case_id: UUID,
    reasons: Sequence[MigrationFinding],
    transaction: Transaction,
    *,
    number: str | None = None,
) -> CaseResult:
    known = number
    if known is None:
        case = changeset_store.only_case(transaction.connection, case_id)
        known = case.number if case else ""
    return CaseResult(
        run_id=run.id,
        case_id=case_id,
        case_number=known,
        verdict=Verdict.REFUSED,
        at=transaction.now,
        findings=tuple(reasons),
    )


def _locked(run_id: UUID, transaction: Transaction) -> MigrationRun:
    run = migration_store.run(transaction.connection, run_id, lock=True)
    if run is None:
        raise NotFound.of("migration run", run_id)
    return run


def _own_job(command: MigrateNext, transaction: Transaction) -> Job | None:
    return locked_job(command.job_id, command.worker, transaction) if command.job_id is not None else None


def _job(run: MigrationRun, transaction: Transaction) -> Job:
    now = transaction.now
    return Job(
        id=transaction.new_id(),
        kind=JobKind.MIGRATE_CASES,
        case_id=None,
        service_task_id=None,
        run_at=now,
        created_at=now,
        payload={"run": str(run.id)},
    )
