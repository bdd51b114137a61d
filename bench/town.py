"""A large town: cases by the million, copied from a few that the engine really ran, and many procedures.

Copies are made inside PostgreSQL, so that a million of them takes minutes and not hours. Whatever a table
has that is not named here is as in the case that was copied; journals and notes are not copied.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.cases import store as cases_store
from engine.cases.store import latest_changes
from engine.incidents.store import incidents
from engine.kernel.vocabulary import Flag
from engine.organisation import store as organisation_store
from engine.organisation import version_store
from engine.procedures import store as procedures_store
from engine.service_tasks import store as service_tasks_store
from engine.storage.connecting import open_engine
from engine.tasks import store as tasks_store

BRANCHES = 100
FAMILY_NAMES, CITIZENS = 20_000, 300_000

_CASE_ID = "md5('{kind} case' || n)::uuid"


@dataclass(frozen=True, kw_only=True)
class Herd:
    """Copies of one case with its parties and some of what is in it; `kind` tells them from other copies."""

    kind: str
    size: int
    case_id: UUID
    tasks: tuple[UUID, ...] = ()
    service_tasks: tuple[UUID, ...] = ()
    incidents: tuple[UUID, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Model:
    """What is there already and is copied or referred to: a branch, a clerk, and a procedure on offer.

    One in `share` cases is of that branch, the others are spread over the rest of `BRANCHES`. The citizens
    have so many `family_names`.
    """

    branch_id: UUID
    clerk_id: UUID
    version_id: UUID
    share: int = 5
    family_names: int = FAMILY_NAMES

    @property
    def home(self) -> str:
        """The position of the branch of case `n`, in SQL."""
        return f"CASE WHEN n % {self.share} = 0 THEN 0 ELSE 1 + n % {BRANCHES - 1} END"


def settle(url: str, herds: list[Herd], *, model: Model, procedures: int) -> None:
    """Store all the copies, and offer so many procedures."""
    engine = open_engine(url, pool_size=1)
    with engine.begin() as connection:
        _found_branches(connection, model.branch_id)
        _offer_procedures(connection, model.version_id, procedures - 1)
        for herd in herds:
            _copy(connection, herd, model)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")
    engine.dispose()


def _found_branches(connection: Connection, first: UUID) -> None:
    connection.exec_driver_sql("CREATE TEMPORARY TABLE town (position int PRIMARY KEY, id uuid, code text)")
    connection.execute(
        sa.text("INSERT INTO town SELECT 0, id, code FROM branches WHERE id = :first"), {"first": first}
    )
    changes = {"id": "md5('branch' || n)::uuid", "code": "(5000 + n)::text"}
    clone(connection, version_store.organisations, changes, model=first, numbers=BRANCHES - 1)
    of_first = sa.select(version_store.organisation_versions.c.id).where(
        version_store.organisation_versions.c.organisation_id == first
    )
    clone(
        connection,
        version_store.organisation_versions,
        {"id": "md5('version' || n)::uuid", "organisation_id": changes["id"]},
        model=connection.execute(of_first).scalar_one(),
        numbers=BRANCHES - 1,
    )
    clone(connection, organisation_store.branches, changes, model=first, numbers=BRANCHES - 1)
    connection.execute(
        sa.text(
            "INSERT INTO town SELECT row_number() OVER (ORDER BY code), id, code"
            " FROM branches WHERE id <> :first"
        ),
        {"first": first},
    )


def _offer_procedures(connection: Connection, model: UUID, numbers: int) -> None:
    changes = {
        "id": "md5('procedure' || n)::uuid",
        "key": "model.key || '-' || n",
        "title": "model.title || ' ' || n",
        "title_en": "model.title_en || ' ' || n",
        "search_text": "model.search_text || ' ' || n",
    }
    clone(connection, procedures_store.procedure_versions, changes, model=model, numbers=numbers)


def _copy(connection: Connection, herd: Herd, model: Model) -> None:
    case_id = _CASE_ID.format(kind=herd.kind)
    home = f"(SELECT id FROM town WHERE position = {model.home})"
    number = f"'{herd.kind}-' || lpad(n::text, 9, '0')"
    opened = f"model.opened_at - make_interval(secs => n * {2 if herd.kind == 'closed' else 20})"
    changes = {
        "id": case_id,
        "number": number,
        "branch_id": home,
        "branch_code": f"(SELECT code FROM town WHERE position = {model.home})",
        "opened_at": opened,
        "next_timer_at": "model.next_timer_at + make_interval(secs => n)",
        # No list reads snapshots; a million of them would be gigabytes to write.
        **({"snapshot": "''::bytea"} if herd.kind == "closed" else {}),
    }
    clone(connection, cases_store.cases, changes, model=herd.case_id, numbers=herd.size)
    of_case = {"case_id": case_id, "case_number": number, "branch_id": home}
    for task in herd.tasks:
        changes = {**of_case, **_task_changes(herd.kind, model.clerk_id)}
        clone(connection, tasks_store.tasks, changes, model=task, numbers=herd.size)
    for service_task in herd.service_tasks:
        changes = {**of_case, "id": f"md5('{herd.kind} service task' || n)::uuid"}
        clone(connection, service_tasks_store.service_tasks, changes, model=service_task, numbers=herd.size)
    for incident in herd.incidents:
        changes = {
            **of_case,
            "id": f"md5('{herd.kind} incident' || n)::uuid",
            "opened_at": "model.opened_at - make_interval(mins => n)",
        }
        clone(connection, incidents, changes, model=incident, numbers=herd.size)
    changes = {"id": f"md5('{herd.kind} party' || n)::uuid", "case_id": case_id}
    clone(connection, cases_store.parties, changes, model=herd.case_id, numbers=herd.size, key="case_id")
    changes = {"case_id": case_id, "branch_id": home, "at": "model.at - make_interval(secs => n)"}
    clone(connection, latest_changes, changes, model=herd.case_id, numbers=herd.size, key="case_id")
    _find_by_words(connection, herd, case_id, model.family_names)


def _task_changes(kind: str, clerk_id: UUID) -> Mapping[str, str]:
    """One in four is the clerk's, one in three has no due date, one in ten waits to be fetched."""
    due = "CASE WHEN n % 3 = 0 THEN NULL ELSE now() + make_interval(mins => n % 40000 - 4000) END"
    flag = f"CASE WHEN n % 10 = 0 THEN '{Flag.READY_FOR_PICKUP.value}' END"
    return {
        "id": f"md5('{kind} task' || n)::uuid",
        "due_at": due,
        "sort_at": f"coalesce({due}, '9999-01-01T00:00:00Z')",
        "priority": "40 + n % 3 * 10",
        "flag": flag,
        "assignee_id": f"CASE WHEN n % 4 = 0 THEN '{clerk_id}'::uuid END",
        "assignee_name": "CASE WHEN n % 4 = 0 THEN 'maria' END",
        "closed_at": "CASE WHEN model.closed_at IS NULL THEN NULL"
        " ELSE now() - make_interval(secs => n * 2) END",
    }


def _find_by_words(connection: Connection, herd: Herd, case_id: str, family_names: int) -> None:
    connection.execute(
        sa.text(
            f"INSERT INTO case_words SELECT word, {case_id} FROM generate_series(1, :size) n,"
            " unnest(ARRAY['eleni', 'family' || n % :names, lpad((n % :citizens)::text, 9, '8'),"
            " '69' || lpad((n % :citizens)::text, 8, '0')]) word"
        ),
        {"size": herd.size, "names": family_names, "citizens": CITIZENS},
    )


def clone(
    connection: Connection,
    table: sa.Table,
    changes: Mapping[str, str],
    *,
    model: UUID,
    numbers: int,
    key: str = "id",
) -> None:
    """Copy the row of the model that many times, with columns changed by SQL over `n`, from 1 up."""
    columns: list[str] = [column.name for column in table.c]
    values: list[str] = [changes.get(name, f'model."{name}"') for name in columns]
    names = ", ".join(f'"{name}"' for name in columns)
    connection.execute(
        sa.text(
            f"INSERT INTO {table.name} ({names}) SELECT {', '.join(values)}"
            f" FROM {table.name} model, generate_series(1, :numbers) n WHERE model.{key} = :model"
        ),
        {"numbers": numbers, "model": model},
    )
