"""Plans, runs and what became of each case, in the database."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Table
from sqlalchemy.engine import Connection

from engine.case_migration.model import (
    CaseResult,
    Decision,
    Hand,
    MigrationPlan,
    MigrationRun,
    RunKind,
    RunState,
    Verdict,
)
from engine.cases.store import cases
from engine.kernel.actor import ActorKind
from engine.kernel.pages import Page, Slice
from engine.runtime.migration_contract import MigrationFinding
from engine.storage import columns
from engine.storage.columns import metadata
from engine.storage.keyset import Order, fetch_page
from engine.storage.statements import Row, Values

migration_plans = Table(
    "migration_plans",
    metadata,
    columns.identifier(),
    columns.text("procedure_key", binary=True),
    columns.whole("from_number"),
    columns.whole("to_number"),
    columns.reference("from_version_id", "procedure_versions"),
    columns.reference("to_version_id", "procedure_versions"),
    columns.json("elements"),
    columns.json("author", optional=True),
    columns.moment("edited_at"),
    columns.json("decided_by", optional=True),
    columns.moment("decided_at", optional=True),
    columns.text("decree", optional=True),
    columns.whole("row_version"),
    sa.UniqueConstraint("from_version_id", "to_version_id"),
)
Index("ix_migration_plans_procedure_key", migration_plans.c.procedure_key)

migration_runs = Table(
    "migration_runs",
    metadata,
    columns.identifier(),
    columns.reference("plan_id", "migration_plans"),
    columns.text("kind"),
    columns.text("state"),
    columns.json("elements"),
    columns.text("decree"),
    columns.json("started_by"),
    columns.moment("started_at"),
    columns.moment("ended_at", optional=True),
    Column("case_id", sa.Uuid),
    columns.whole("total"),
    columns.whole("looked"),
    columns.whole("moved"),
    columns.whole("with_consequences"),
    columns.whole("refused"),
    Column("after", sa.Uuid),
    columns.one_of("kind", RunKind),
    columns.one_of("state", RunState),
    CheckConstraint("looked = moved + refused", name="looked"),
)
Index("ix_migration_runs_of_plan", migration_runs.c.plan_id, migration_runs.c.started_at, migration_runs.c.id)

case_migrations = Table(
    "case_migrations",
    metadata,
    Column("run_id", sa.Uuid, ForeignKey("migration_runs.id", ondelete="CASCADE"), primary_key=True),
    Column("case_id", sa.Uuid, ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True),
    columns.text("case_number"),
    columns.text("verdict"),
    columns.moment("at"),
    columns.json("findings"),
    columns.json("restore", optional=True),
    Column("version_after", sa.Integer),
    columns.one_of("verdict", Verdict),
)
Index("ix_case_migrations_case_id", case_migrations.c.case_id)
columns.partial_index("ix_case_migrations_restorable", [case_migrations.c.case_id], "restore IS NOT NULL")

_PLAN = sa.select(*migration_plans.c)
_RUN = sa.select(*migration_runs.c)
_RESULTS = Order("case migrations", (case_migrations.c.case_id,))
_RUNS = Order("migration runs", (migration_runs.c.started_at, migration_runs.c.id), newest_first=True)


def plan_between(connection: Connection, from_id: UUID, to_id: UUID, *, lock: bool) -> MigrationPlan | None:
    """The plan for a pair of versions, locked if it is going to be changed; None if none is kept."""
    statement = _PLAN.where(
        migration_plans.c.from_version_id == from_id, migration_plans.c.to_version_id == to_id
    )
    row = connection.execute(statement.with_for_update() if lock else statement).one_or_none()
    return _plan_of(row) if row else None


def plan(connection: Connection, plan_id: UUID) -> MigrationPlan:
    """The plan of a run, which is always there."""
    return _plan_of(connection.execute(_PLAN.where(migration_plans.c.id == plan_id)).one())


def plans_of(connection: Connection, procedure_key: str) -> Sequence[MigrationPlan]:
    """The plans that are kept for a procedure, by their versions."""
    statement = _PLAN.where(migration_plans.c.procedure_key == procedure_key).order_by(
        migration_plans.c.from_number, migration_plans.c.to_number
    )
    return [_plan_of(row) for row in connection.execute(statement)]


def count_plans(connection: Connection, keys: Sequence[str]) -> Mapping[str, int]:
    """How many plans are kept for each of the procedures; those without any are left out."""
    statement = (
        sa.select(migration_plans.c.procedure_key, sa.func.count())
        .where(migration_plans.c.procedure_key.in_(keys))
        .group_by(migration_plans.c.procedure_key)
    )
    return dict(connection.execute(statement).all())


def add_plan(connection: Connection, new: MigrationPlan) -> None:
    """Keep a new plan."""
    connection.execute(migration_plans.insert(), _plan_row(new))


def save_plan(connection: Connection, changed: MigrationPlan) -> None:
    """Write a changed plan, which is locked."""
    row = {**_plan_row(changed), "row_version": changed.row_version + 1}
    connection.execute(migration_plans.update().where(migration_plans.c.id == changed.id).values(row))


def add_run(connection: Connection, new: MigrationRun) -> None:
    """Keep a new run."""
    connection.execute(migration_runs.insert(), _run_row(new))


def save_run(connection: Connection, changed: MigrationRun) -> None:
    """Write a changed run, which is locked."""
    statement = migration_runs.update().where(migration_runs.c.id == changed.id)
    connection.execute(statement.values(_run_row(changed)))


def run(connection: Connection, run_id: UUID, *, lock: bool = False) -> MigrationRun | None:
    """One run; with `lock` a second caller waits until the first one's transaction ends."""
    statement = _RUN.where(migration_runs.c.id == run_id)
    row = connection.execute(statement.with_for_update() if lock else statement).one_or_none()
    return _run_of(row) if row else None


def run_under_way(connection: Connection, plan_id: UUID) -> MigrationRun | None:
    """The run of a plan that is not over, dry runs aside; there is at most one."""
    statement = _RUN.where(
        migration_runs.c.plan_id == plan_id,
        migration_runs.c.kind != RunKind.DRY_RUN.value,
        migration_runs.c.state.in_([RunState.RUNNING.value, RunState.PAUSED.value]),
    )
    row = connection.execute(statement).first()
    return _run_of(row) if row else None


def runs_of(connection: Connection, plan_id: UUID, part: Slice) -> Page[MigrationRun]:
    """The runs of a plan, newest first."""
    statement = _RUN.where(migration_runs.c.plan_id == plan_id)
    return fetch_page(connection, statement, order=_RUNS, part=part, decode=_run_of)


def next_case_of_version(connection: Connection, version_id: UUID, *, after: UUID | None) -> UUID | None:
    """The next case under way on a version, by id; None after the last."""
    statement = _cases_under_way(cases.c.id, version_id).order_by(cases.c.id).limit(1)
    if after is not None:
        statement = statement.where(cases.c.id > after)
    found: UUID | None = connection.execute(statement).scalar_one_or_none()
    return found


def count_of_version(connection: Connection, version_id: UUID) -> int:
    """How many cases are under way on a version."""
    return int(connection.execute(_cases_under_way(sa.func.count(), version_id)).scalar_one())


def _cases_under_way(column: Any, version_id: UUID) -> sa.Select[Any]:
    return sa.select(column).where(cases.c.version_id == version_id, cases.c.closed_at.is_(None))


def next_moved_case(connection: Connection, plan_id: UUID, *, after: UUID | None) -> UUID | None:
    """The next case that a run of the plan has moved and that was not taken back, by id."""
    statement = _moved(case_migrations.c.case_id, plan_id).order_by(case_migrations.c.case_id).limit(1)
    if after is not None:
        statement = statement.where(case_migrations.c.case_id > after)
    found: UUID | None = connection.execute(statement).scalar_one_or_none()
    return found


def count_moved(connection: Connection, plan_id: UUID) -> int:
    """How many cases could be asked to go back."""
    return int(connection.execute(_moved(sa.func.count(), plan_id)).scalar_one())


def last_move(connection: Connection, plan_id: UUID, case_id: UUID) -> CaseResult | None:
    """The move of a case by a plan that can be taken back; None if there is none."""
    statement = _moved(None, plan_id).where(case_migrations.c.case_id == case_id)
    row = connection.execute(statement).first()
    return _result_of(row) if row else None


def _moved(column: Any, plan_id: UUID) -> sa.Select[Any]:
    wanted = list(case_migrations.c) if column is None else [column]
    return (
        sa.select(*wanted)
        .select_from(case_migrations.join(migration_runs, migration_runs.c.id == case_migrations.c.run_id))
        .where(
            migration_runs.c.plan_id == plan_id,
            migration_runs.c.kind == RunKind.MOVE.value,
            case_migrations.c.restore.is_not(None),
        )
    )


def forget_restore(connection: Connection, result: CaseResult) -> None:
    """Let a move not be taken back (again)."""
    connection.execute(
        case_migrations.update()
        .where(case_migrations.c.run_id == result.run_id, case_migrations.c.case_id == result.case_id)
        .values(restore=sa.null())
    )


def forget_closed(connection: Connection, *, limit: int) -> int:
    """Remove what was kept to take cases back that are closed by now; of how many."""
    closed = (
        sa.select(case_migrations.c.run_id, case_migrations.c.case_id)
        .join(cases, cases.c.id == case_migrations.c.case_id)
        .where(case_migrations.c.restore.is_not(None), cases.c.closed_at.is_not(None))
        .limit(limit)
    )
    found = connection.execute(closed).all()
    for row in found:
        connection.execute(
            case_migrations.update()
            .where(case_migrations.c.run_id == row.run_id, case_migrations.c.case_id == row.case_id)
            .values(restore=sa.null())
        )
    return len(found)


def add_result(connection: Connection, result: CaseResult) -> None:
    """Keep what became of a case."""
    connection.execute(case_migrations.insert(), _result_row(result))


def results_of(
    connection: Connection, run_id: UUID, verdict: Verdict | None, part: Slice
) -> Page[CaseResult]:
    """What a run made of each case, by id."""
    statement = sa.select(*case_migrations.c).where(case_migrations.c.run_id == run_id)
    if verdict is not None:
        statement = statement.where(case_migrations.c.verdict == verdict.value)
    return fetch_page(connection, statement, order=_RESULTS, part=part, decode=_result_of)


def _hand_json(hand: Hand) -> Mapping[str, Any]:
    hand_id = str(hand.id) if hand.id else None
    return {
        **hand.__dict__,
        "kind": hand.kind.value,
        "id": hand_id,
        "stands_in_for": list(hand.stands_in_for),
    }


def _hand_of(written: Mapping[str, Any]) -> Hand:
    known_id = UUID(written["id"]) if written["id"] else None
    known = {"kind": ActorKind(written["kind"]), "id": known_id}
    return Hand(**{**written, **known, "stands_in_for": tuple(written["stands_in_for"])})


def _plan_row(one: MigrationPlan) -> Values:
    row = {**one.__dict__, "author": _hand_json(one.author) if one.author else None}
    decision = row.pop("decision")
    return {
        **row,
        "decided_by": _hand_json(decision.by) if decision else None,
        "decided_at": decision.at if decision else None,
        "decree": decision.decree if decision else None,
    }


def _plan_of(row: Row) -> MigrationPlan:
    known = row._asdict()
    by, at, decree = (known.pop(name) for name in ("decided_by", "decided_at", "decree"))
    return MigrationPlan(
        **{
            **known,
            "author": _hand_of(row.author) if row.author else None,
            "decision": Decision(by=_hand_of(by), at=at, decree=decree) if by else None,
        }
    )


def _run_row(one: MigrationRun) -> Values:
    by = _hand_json(one.started_by)
    return {**one.__dict__, "kind": one.kind.value, "state": one.state.value, "started_by": by}


def _run_of(row: Row) -> MigrationRun:
    return MigrationRun(
        **{
            **row._asdict(),
            "kind": RunKind(row.kind),
            "state": RunState(row.state),
            "started_by": _hand_of(row.started_by),
        }
    )


def _result_row(one: CaseResult) -> Values:
    findings = [finding.__dict__ for finding in one.findings]
    return {**one.__dict__, "verdict": one.verdict.value, "findings": findings}


def _result_of(row: Row) -> CaseResult:
    findings = tuple(MigrationFinding(**finding) for finding in row.findings)
    return CaseResult(**{**row._asdict(), "verdict": Verdict(row.verdict), "findings": findings})
