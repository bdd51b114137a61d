"""What daily work costs as the number of cases grows: `python -m bench.growth`, on PostgreSQL.

python -m bench.growth [--largest 1000000|10000000] [--rounds 40]

The budget: at every size each piece of work takes at most 1.3 times what it takes at 10,000 cases, and the
same number of statements; the exit code is 1 if one takes more. What differs by less than a millisecond is
noise. A tenth of the cases is open, 100,000 at
most, and the branch at work keeps its size while the country grows. The towns are there side by side and
asked in turn, so that a busy moment of the machine strikes them alike. Journals are not copied:
`bench.journal` measures what a long one costs.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial

import structlog

from api.observability import logs
from bench.counting import counted
from bench.databases import fresh_database
from bench.figures import Sample, measured, table
from bench.town import Herd, Model, settle
from engine.bootstrap import build
from engine.cases.case_page import ShowCaseFile
from engine.cases.changeset import CaseState
from engine.cases.lifecycle import WithdrawCase
from engine.cases.queries import FindCases
from engine.jobs.timers import fire_due_timers
from engine.kernel.actor import CITIZEN, SYSTEM, Actor, Role
from engine.operations.housekeeping import MarkOverdue
from engine.settings import from_environment
from engine.supplements.tracking import TrackCase
from engine.tasks.labels import LabelTasks
from engine.tasks.pages import ShowTaskPage, ShowWorklist
from engine.tasks.queries import ListTasks
from tests.office import PAPERS_COMPLETE, Office, an_office

SMALLEST, SIZES = 10_000, (10_000, 1_000_000, 10_000_000)
MOST_OPEN = 100_000
OPEN_IN_BRANCH = 200
CASES_OF_A_NAME = 50
BUDGET = 1.3
NOISE_MS = 1.0
ROUNDS, WARM_UP = 40, 5


@dataclass(kw_only=True)
class Town:
    """A town of that many cases, with its office, and what its clerk has in hand."""

    cases: int
    office: Office
    asked: CaseState
    code: str
    name: str
    in_hand: list[CaseState] = field(default_factory=list)

    @property
    def everywhere(self) -> Actor:
        """Somebody who sees the whole country."""
        return replace(self.office.manager, roles=frozenset({Role.SUPERVISOR}))

    def work(self) -> Mapping[str, Callable[[], object]]:
        """Each piece of daily work, in an order in which one can follow the other."""
        office, case = self.office, self.asked.case
        ask, clerk = office.engine.ask, office.clerk
        worklist = ShowWorklist(listed=LabelTasks(tasks=ListTasks()))
        return {
            "open a case": lambda: self.in_hand.append(office.opens_case()),
            "claim a task": lambda: office.claims(self.in_hand[-1].tasks[0]),
            "task": lambda: ask(ShowTaskPage(task_id=self.in_hand[-1].tasks[0].id), actor=clerk),
            "complete a task": lambda: office.completes_claimed(self.in_hand.pop().tasks[0], PAPERS_COMPLETE),
            "worklist": lambda: ask(worklist, actor=clerk),
            "case file": lambda: ask(ShowCaseFile(case_id=case.id), actor=clerk),
            "search by number": lambda: ask(FindCases(number=case.number), actor=self.everywhere),
            "search by name": lambda: ask(FindCases(text=self.name), actor=self.everywhere),
            "search by name in a branch": lambda: ask(FindCases(text=self.name), actor=clerk),
            "track": lambda: ask(TrackCase(number=case.number, code=self.code), actor=CITIZEN),
            "sweep of timers": lambda: fire_due_timers(office.engine, limit=100, log=structlog.get_logger()),
            "sweep of terms": lambda: office.does(MarkOverdue(), actor=SYSTEM),
        }


def main() -> int:
    """Build the towns, ask them in turn, and print what each piece of work takes."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--largest", type=int, choices=SIZES, default=1_000_000, help="cases")
    arguments.add_argument("--rounds", type=int, default=ROUNDS)
    chosen = arguments.parse_args()
    sizes = [size for size in SIZES if size <= chosen.largest]
    with ExitStack() as stack:
        towns = [stack.enter_context(_town(size)) for size in sizes]
        statements = {town.cases: _statements(town) for town in towns}
        samples = _sampled(towns, chosen.rounds)
    grown = []
    for size in sizes:
        rows = []
        for name, sample in samples[size].items():
            ratio = sample.median_ms / samples[SMALLEST][name].median_ms
            is_more = statements[size][name] > statements[SMALLEST][name]
            more_ms = sample.median_ms - samples[SMALLEST][name].median_ms
            if is_more or (ratio > BUDGET and more_ms > NOISE_MS):
                grown.append(f"{name} at {size:,}")
            rows.append((name, sample.median_ms, sample.p95_ms, ratio, statements[size][name]))
        header = ("work", "median ms", "p95", "ratio", "statements")
        print(table(f"{size:,} cases, of {chosen.rounds} rounds", header, rows))
    print(f"Above {BUDGET} times what it takes at {SMALLEST:,} cases: {', '.join(grown) or 'nothing'}.")
    return 1 if grown else 0


@contextmanager
def _town(size: int) -> Iterator[Town]:
    began = time.perf_counter()
    with fresh_database("postgresql") as url:
        settings = from_environment({"STOA_DATABASE_URL": url, "STOA_LOG_LEVEL": "warning"})
        logs.set_up(settings)
        with build(settings) as engine:
            town = _settled(an_office(engine), url, size)
            took = time.perf_counter() - began
            print(f"{size:,} cases were there after {took:.0f} s.", flush=True)
            yield town


def _settled(office: Office, url: str, size: int) -> Town:
    waiting, asked, done = office.opens_case(), office.sends_to_municipality(), office.opens_case()
    task_id = done.tasks[0].id
    office.completes(done.tasks[0], PAPERS_COMPLETE)
    ended = office.does(WithdrawCase(case_id=done.case.id, reason="Δεν το χρειάζεται."))
    open_cases = min(MOST_OPEN, size // 10)
    # Odd, and so without a divisor in common with the share: a name is found in every branch.
    names = size // CASES_OF_A_NAME + 1
    herds = [
        Herd(kind="open", size=open_cases // 2, case_id=waiting.case.id, tasks=(waiting.tasks[0].id,)),
        Herd(
            kind="asked",
            size=open_cases // 2,
            case_id=asked.case.id,
            service_tasks=(asked.service_tasks[0].id,),
        ),
        Herd(kind="closed", size=size - open_cases, case_id=ended.case.id, tasks=(task_id,)),
    ]
    if office.clerk.id is None:
        raise RuntimeError("Expected a clerk with an id.")
    model = Model(
        branch_id=office.branch.id,
        clerk_id=office.clerk.id,
        version_id=waiting.case.version_id,
        share=open_cases // OPEN_IN_BRANCH,
        family_names=names,
    )
    settle(url, herds, model=model, procedures=100)
    return Town(
        cases=size, office=office, asked=asked, code=office.code_of(asked.case), name=f"family{names - 1}"
    )


def _statements(town: Town) -> Mapping[str, int]:
    """How many statements each piece of work takes, once everything is warm."""
    for _ in range(WARM_UP):
        for work in town.work().values():
            work()
    found = {}
    for name, work in town.work().items():
        with counted() as counts:
            work()
        found[name] = counts.statements
    return found


def _sampled(towns: list[Town], rounds: int) -> Mapping[int, Mapping[str, Sample]]:
    """What each piece of work takes in each town; the towns take turns."""
    taken: dict[int, dict[str, list[float]]] = {town.cases: {} for town in towns}
    for turn in range(rounds):
        for town in towns if turn % 2 else reversed(towns):
            for name, work in town.work().items():
                (seconds,) = measured(partial(work), rounds=1).seconds
                taken[town.cases].setdefault(name, []).append(seconds)
    return {
        size: {name: Sample(tuple(seconds)) for name, seconds in of_town.items()}
        for size, of_town in taken.items()
    }


if __name__ == "__main__":
    sys.exit(main())
