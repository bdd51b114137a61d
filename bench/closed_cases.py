"""What a closed case takes on disk: `python -m bench.closed_cases [--cases 100000]`, on PostgreSQL.

A residence certificate that the engine really ran from the counter to the municipality and back is copied
with all its rows, journal included. Each table is printed with its indexes, in bytes a case, once with the
snapshot as the last step left it and once compact, and what 50 million cases need. How long compacting
them takes is measured on the way.
"""

import argparse
import sys
import time
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from api.observability import logs
from bench.databases import fresh_database
from bench.figures import table
from engine.bootstrap import build
from engine.cases.changeset import CaseState
from engine.context import QueryContext
from engine.kernel.actor import SYSTEM
from engine.operations.housekeeping import BeginCompaction, CompactClosed
from engine.runtime.contract import Surroundings
from engine.schema import metadata
from engine.service_tasks.answer import AnswerServiceTask
from engine.settings import from_environment
from engine.storage.connecting import open_engine
from tests.builders import an_agency_actor
from tests.office import CONFIRMED, HANDED_OVER, Office, an_office

CASES, ALL = 100_000, 50_000_000
GB = 1_000_000_000


def main() -> int:
    """Copy the cases, and print what they take before and after they are compacted."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--cases", type=int, default=CASES)
    number: int = arguments.parse_args().cases
    with fresh_database("postgresql") as url:
        settings = from_environment({"STOA_DATABASE_URL": url, "STOA_LOG_LEVEL": "warning"})
        logs.set_up(settings)
        with build(settings) as engine:
            office = an_office(engine)
            answered, ended = _ended(office)
            full = engine.ask(LastStep(answered=answered), actor=SYSTEM)
            _copy(url, ended.case.id, full, number)
            before = _bytes(url, number)
            office.does(BeginCompaction(), actor=SYSTEM)
            began = time.perf_counter()
            while not office.does(CompactClosed(), actor=SYSTEM).is_last:
                pass
            took = time.perf_counter() - began
            after = _bytes(url, number)
    rows = [(name, before[name], after[name]) for name in before if before[name] >= 1]
    total = (sum(before.values()), sum(after.values()))
    rows.append(("all", *total))
    print(table(f"Bytes a closed case, of {number:,}", ("table with indexes", "full", "compact"), rows))
    kept = len(ended.case.snapshot)
    print(f"The snapshot itself: {len(full):,} bytes, compact {kept:,}.")
    print(f"{ALL:,} cases: {total[0] * ALL / GB:,.0f} GB, compact {total[1] * ALL / GB:,.0f} GB.")
    print(f"{number:,} cases were compacted in {took:.0f} s, {number / took:,.0f} a second.")
    return 0


def _ended(office: Office) -> tuple[CaseState, CaseState]:
    """The case before its last step, and after it."""
    sent = office.sends_to_municipality()
    answer = AnswerServiceTask(service_task_id=sent.service_tasks[0].id, data=CONFIRMED)
    answered = office.does(answer, actor=an_agency_actor(office.agency))
    return answered, office.completes(answered.tasks[0], HANDED_OVER)


@dataclass(frozen=True, kw_only=True)
class LastStep:
    """The snapshot that the last step of a certificate leaves, before it is compacted."""

    answered: CaseState

    def answer(self, context: QueryContext) -> bytes:
        """The step is taken, and nothing is written."""
        (task,), case = self.answered.tasks, self.answered.case
        step = context.workflow.complete(
            context.procedure(case.version_id).definition,
            case.snapshot,
            token=task.token,
            variables=HANDED_OVER,
            surroundings=Surroundings(now=context.now, zone=context.zone),
        )
        return step.snapshot


def _copy(url: str, case_id: UUID, snapshot: bytes, number: int) -> None:
    """Copy every row of the case that many times; ids are made of the row's own and the number."""
    engine = open_engine(url, pool_size=1)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE cases SET snapshot = :kept"), {"kept": snapshot})
        for copied in metadata.sorted_tables:
            key = "id" if copied.name == "cases" else "case_id"
            if key not in copied.c:
                continue
            values = [_value(copied, column.name, key) for column in copied.c]
            names = ", ".join(f'"{column.name}"' for column in copied.c)
            connection.execute(
                sa.text(
                    f"INSERT INTO {copied.name} ({names}) SELECT {', '.join(values)}"
                    f" FROM {copied.name} model, generate_series(1, :number) n WHERE model.{key} = :case_id"
                ),
                {"number": number, "case_id": case_id},
            )
    _vacuum(engine)
    engine.dispose()


def _value(copied: sa.Table, name: str, key: str) -> str:
    if name in {"id", key, "service_task_id"}:
        # Time stands in front, as in the ids that the engine makes: copies come one after the other.
        made = f"lpad(to_hex(n), 12, '0') || substr(md5(model.\"{name}\"::text || n), 13)"
        return f"({made})::uuid"
    if name in {"number", "case_number"} and copied.c[name].type.python_type is str:
        return "'0009-26-' || lpad(n::text, 6, '0') || '-X'"
    return f'model."{name}"'


def _vacuum(engine: sa.Engine) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM FULL")


def _bytes(url: str, number: int) -> dict[str, float]:
    """What each table takes with its indexes and what lies outside of its rows, in bytes a case."""
    engine = open_engine(url, pool_size=1)
    _vacuum(engine)
    with engine.connect() as connection:
        sizes = connection.execute(
            sa.text("SELECT relname, pg_total_relation_size(oid) FROM pg_class WHERE relname = ANY(:names)"),
            {"names": [one.name for one in metadata.sorted_tables]},
        ).all()
    engine.dispose()
    return {name: size / number for name, size in sorted(sizes, key=lambda row: -row[1])}


if __name__ == "__main__":
    sys.exit(main())
