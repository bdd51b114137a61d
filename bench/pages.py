"""What a page of the desk asks, in a large town: `python -m bench.pages` prints medians on PostgreSQL.

The budget: all the questions of a page together under 100 ms, at 100,000 open tasks and 1,000,000 closed
cases, in a branch that has a fifth of them all. Everything is asked as the pages ask it, through the engine.
"""

import argparse
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from bench.databases import fresh_database
from bench.figures import Sample, measured, table
from bench.town import Herd, settle
from engine.bootstrap import build
from engine.commands.add_note import AddNote
from engine.commands.claim_next import ClaimNext
from engine.commands.withdraw_case import WithdrawCase
from engine.domain.actor import Actor, ActorKind, Role
from engine.domain.case import Flag
from engine.domain.worklist import TaskOrder
from engine.ports.reads import Slice
from engine.queries.callers import SearchTracking
from engine.queries.casebook import ListNotes, ListRelatedCases, ShowNextSteps, ShowTimeline
from engine.queries.cases import FindCases, ShowCase
from engine.queries.question import Question
from engine.queries.staff import ShowLoad
from engine.queries.tasks import ListServiceTasks, ListTasks
from engine.queries.worklist import CountWorklist, FeelPulse, ListFilters
from engine.settings import from_environment
from engine.sql import SqlStore
from tests.builders import an_id
from tests.office import PAPERS_COMPLETE, Office, an_office

BUDGET_MS = 100
OPEN, CLOSED = 100_000, 1_000_000
ROUNDS = 30
AROUND = "around every worklist"


@dataclass(frozen=True)
class Asked:
    """A question of a page, and who asks."""

    page: str
    name: str
    question: Question[Any]
    actor: Actor


def main() -> None:
    """Build the town, ask, and print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--open", type=int, default=OPEN, help="open tasks")
    arguments.add_argument("--closed", type=int, default=CLOSED, help="closed cases")
    sizes = arguments.parse_args()
    with fresh_database("postgresql") as url:
        office = an_office(build(from_environment({"STOA_DATABASE_URL": url})))
        began = time.perf_counter()
        asked = _town(office, url, open_tasks=sizes.open, closed=sizes.closed)
        print(f"{sizes.open:,} open tasks and {sizes.closed:,} closed cases", end="")
        print(f" were built in {time.perf_counter() - began:.0f} s.\n")
        samples = {one: _timed(office, one) for one in asked}
        print(table("Questions", ("page", "question", "median ms", "p95"), _rows(samples)))
        print(table("Pages", ("page", "median ms", "of"), _totals(samples)))
        claims = measured(lambda: office.does(ClaimNext()), rounds=ROUNDS)
        print(f"Claiming the next task: {claims.median_ms:.2f} ms, p95 {claims.p95_ms:.2f} ms.")
        cast(SqlStore, office.engine.store).close()


def _town(office: Office, url: str, *, open_tasks: int, closed: int) -> Sequence[Asked]:
    waiting, asked, done = office.opens_case(), office.sends_to_municipality(), office.opens_case()
    finished = office.completes(done.tasks[0], PAPERS_COMPLETE)
    office.does(AddNote(case_id=asked.case.id, text="Θα φέρει το πρωτότυπο."))
    withdrawn = office.does(WithdrawCase(case_id=finished.case.id, reason="Δεν το χρειάζεται."))
    herds = [
        Herd(kind="open", size=open_tasks, case_id=waiting.case.id, tasks=(waiting.tasks[0].id,)),
        Herd(
            kind="asked",
            size=open_tasks // 2,
            case_id=asked.case.id,
            service_tasks=(asked.service_tasks[0].id,),
        ),
        Herd(kind="closed", size=closed, case_id=withdrawn.case.id, tasks=(done.tasks[0].id,)),
    ]
    assert office.clerk.id is not None
    settle(url, herds, branch_id=office.branch.id, clerk_id=office.clerk.id)
    return _asked(office, asked.case.id)


def _asked(office: Office, case_id: UUID) -> Sequence[Asked]:
    """What each page asks."""
    clerk, manager = office.clerk, office.manager
    agent = Actor(kind=ActorKind.USER, id=an_id(), name="aris", roles=frozenset({Role.AGENT}))
    supervisor = Actor(kind=ActorKind.USER, id=an_id(), name="eva", roles=frozenset({Role.SUPERVISOR}))
    around: dict[str, Question[Any]] = {
        "counts": CountWorklist(),
        "filters": ListFilters(),
        "pulse": FeelPulse(),
    }
    lists: dict[str, Question[Any]] = {
        "mine": ListTasks(mine=True),
        "branch": ListTasks(),
        "by priority": ListTasks(order=TaskOrder.PRIORITY),
        "newest": ListTasks(order=TaskOrder.NEWEST),
        "unassigned": ListTasks(unassigned=True),
        "overdue": ListTasks(overdue=True),
        "ready for pickup": ListTasks(flag=Flag.READY_FOR_PICKUP),
        "awaiting agency": ListServiceTasks(),
        "a family name": ListTasks(text="family777"),
        "a given name": ListTasks(text="ΕΛΕΝΗ"),
        "a phone number": ListTasks(text="69 00 00 07 77"),
    }
    case_file: dict[str, Question[Any]] = {
        "case": ShowCase(case_id=case_id),
        "timeline": ShowTimeline(case_id=case_id, part=Slice(limit=100)),
        "next steps": ShowNextSteps(case_id=case_id),
        "notes": ListNotes(case_id=case_id),
        "related cases": ListRelatedCases(case_id=case_id),
    }
    pages: list[tuple[str, Mapping[str, Question[Any]], Actor]] = [
        (AROUND, around, clerk),
        *((f"worklist: {name}", {name: question}, clerk) for name, question in lists.items()),
        ("case file", case_file, clerk),
        ("branch", {"load": ShowLoad()}, manager),
        ("search", {"family name": FindCases(text="family777")}, clerk),
        (
            "calls",
            {"phone": SearchTracking(text="6900000777"), "name": SearchTracking(text="family777 eleni")},
            agent,
        ),
        ("everywhere", {"counts": CountWorklist(), "tasks": ListTasks()}, supervisor),
    ]
    return [
        Asked(page, name, question, actor)
        for page, questions, actor in pages
        for name, question in questions.items()
    ]


def _timed(office: Office, asked: Asked) -> Sample:
    def ask() -> None:
        office.engine.ask(asked.question, actor=asked.actor)

    measured(ask, rounds=3)
    return measured(ask, rounds=ROUNDS)


def _rows(samples: Mapping[Asked, Sample]) -> list[tuple[object, ...]]:
    return [(asked.page, asked.name, sample.median_ms, sample.p95_ms) for asked, sample in samples.items()]


def _totals(samples: Mapping[Asked, Sample]) -> list[tuple[object, ...]]:
    totals: dict[str, float] = {}
    for asked, sample in samples.items():
        totals[asked.page] = totals.get(asked.page, 0.0) + sample.median_ms
    around = totals.pop(AROUND)
    return [
        (page, total + (around if page.startswith("worklist") else 0.0), BUDGET_MS)
        for page, total in totals.items()
    ]


if __name__ == "__main__":
    main()
