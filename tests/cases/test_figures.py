"""Claims about the figures of cases: what is kept of them is what counting case by case gives."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from engine.bootstrap import build
from engine.cases import figures_store
from engine.cases.changeset import CaseState
from engine.cases.figures import ShowFigures
from engine.cases.figures_upkeep import CountAnew, FoldTallies
from engine.cases.lifecycle import ResumeCase, SuspendCase, WithdrawCase
from engine.cases.transfer import TransferCase
from engine.kernel.actor import SYSTEM
from engine.kernel.refusal import Conflict, NotFound
from engine.operations.housekeeping import MarkOverdue
from engine.organisation.registers import EnterBranch
from engine.settings import from_environment
from tests.builders import NOON, a_branch
from tests.cases.test_further_terms import appeals, goes_to, offers_licence
from tests.office import MovableClock, Office, an_office
from tests.storage.test_databases_alike import statements_of

OTHER = a_branch(code="0010", name="ΚΕΠ Πατρέων")
WHY = "Το ζήτησε ο πολίτης."
BEFORE_ALL = datetime(2020, 1, 1, tzinfo=UTC)


class Days:
    """An office to which things happen, with the cases that it has."""

    def __init__(self) -> None:
        self.office = an_office()
        self.office.does(EnterBranch(branch=OTHER), actor=SYSTEM)
        offers_licence(self.office)
        self.cases: list[CaseState] = []

    def opens(self) -> None:
        self.cases.append(self.office.opens_case(procedure="licence", data={}))

    def goes_on(self) -> None:
        """Somebody takes the next step of the newest case."""
        self.cases[-1] = self.office.completes(self.cases[-1].tasks[0], {})

    def waits(self) -> None:
        self.office.clock.advance(timedelta(days=16))

    def appeals(self) -> None:
        appeals(self.office, self.cases[-1])

    def withdraws(self) -> None:
        self._does(WithdrawCase)

    def suspends(self) -> None:
        self._does(SuspendCase)

    def resumes(self) -> None:
        self._does(ResumeCase)

    def transfers(self) -> None:
        command = TransferCase(case_id=self.cases[-1].case.id, branch="0010", reason=WHY)
        self.office.does(command, actor=self.office.manager)
        self.cases.pop()

    def is_late(self) -> None:
        self.office.clock.advance(timedelta(days=60))
        self.office.does(MarkOverdue(), actor=SYSTEM)

    def folds(self) -> None:
        self.office.does(FoldTallies(limit=3), actor=SYSTEM)

    def counts_anew(self) -> None:
        while not self.office.does(CountAnew(), actor=SYSTEM).is_last:
            pass

    def _does(self, command: type[WithdrawCase | SuspendCase | ResumeCase]) -> None:
        self.office.does(command(case_id=self.cases[-1].case.id, reason=WHY))


ACTS: tuple[Callable[[Days], None], ...] = (
    Days.opens,
    Days.goes_on,
    Days.waits,
    Days.appeals,
    Days.withdraws,
    Days.suspends,
    Days.resumes,
    Days.transfers,
    Days.is_late,
    Days.folds,
    Days.counts_anew,
)


@pytest.fixture(scope="module")
def days() -> Days:
    days = Days()
    days.counts_anew()
    return days


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@example(acts=[Days.goes_on, Days.goes_on, Days.appeals])
@example(acts=[Days.is_late, Days.folds, Days.suspends])
@example(acts=[Days.is_late, Days.goes_on, Days.goes_on, Days.transfers])
@given(acts=st.lists(st.sampled_from(ACTS), min_size=4, max_size=10))
def test_whatever_happens_the_figures_are_those_that_counting_the_cases_gives(
    days: Days, acts: list[Callable[[Days], None]]
) -> None:
    days.opens()
    for act in acts:
        try:
            act(days)
        except (Conflict, NotFound, IndexError):
            continue

    for branch in (days.office.branch, OTHER):
        with days.office.engine.store.reading() as connection:
            kept = figures_store.figures_since(connection, branch.id, BEFORE_ALL.date())
            true = figures_store.counted_since(connection, branch.id, BEFORE_ALL)
        assert kept == true


@pytest.fixture
def office(database_url: str) -> object:
    clock = MovableClock(NOON)
    with build(from_environment({"STOA_DATABASE_URL": database_url}), clock=clock) as engine:
        yield an_office(engine, clock=clock)


def rolled_up(office: Office) -> list[list[tuple[object, ...]]]:
    with office.engine.store.reading() as connection:
        return [sorted(map(tuple, connection.execute(sa.select(table)))) for table in figures_store.ROLL_UPS]


def test_counting_anew_changes_nothing_that_was_folded_and_corrects_what_was_lost(office: Office) -> None:
    opened, other = office.opens_case(), office.opens_case()
    goes_to(office, "2026-04-20 10:00")
    office.opens_case()
    office.does(WithdrawCase(case_id=opened.case.id, reason=WHY))
    office.does(WithdrawCase(case_id=other.case.id, reason=WHY))
    office.does(FoldTallies(), actor=SYSTEM)
    folded = rolled_up(office)

    found = [office.does(CountAnew(), actor=SYSTEM) for _ in range(2)]
    counted = rolled_up(office)
    with office.engine.store.begin() as connection:
        connection.execute(figures_store.by_day_and_branch.update().values(opened=7))
        connection.execute(figures_store.by_month.delete())
        connection.commit()
    office.clock.advance(timedelta(days=1))
    corrected = [office.does(CountAnew(), actor=SYSTEM) for _ in range(2)]

    assert [one.wrong for one in found] == [0, 0]
    assert [one.is_last for one in found] == [False, True]
    assert folded == counted == rolled_up(office)
    assert [one.wrong > 0 for one in corrected] == [True, True]


def test_a_case_counts_on_its_day_in_athens(office: Office) -> None:
    goes_to(office, "2026-04-01 00:30")
    opened = office.opens_case()
    goes_to(office, "2026-05-01 00:10")
    office.does(WithdrawCase(case_id=opened.case.id, reason=WHY))
    office.does(FoldTallies(), actor=SYSTEM)

    by_branch, by_day, by_month, _, by_branch_and_month = rolled_up(office)

    key = office.branch.id
    assert by_branch == [(key, 1, 1, 0, 1, 0, 0)]
    assert by_day == [(key, date(2026, 4, 1), 1, 0, 0, 1, 0, 0), (key, date(2026, 5, 1), 0, 1, 0, 0, 0, 0)]
    assert [row[:1] + row[3:5] for row in by_month] == [(date(2026, 4, 1), 1, 0), (date(2026, 5, 1), 0, 1)]
    assert by_branch_and_month == by_day


def test_once_all_were_counted_no_case_is_read_for_the_figures_of_a_branch(office: Office) -> None:
    office.opens_case()
    before = office.engine.ask(ShowFigures(), actor=office.manager)
    office.does(CountAnew(), actor=SYSTEM)

    with statements_of(office.engine.store) as sent:
        after = office.engine.ask(ShowFigures(), actor=office.manager)

    of_cases = [text for text in sent if " cases " in text.replace("\n", " ")]
    assert before == after
    assert all("answer_due_at IS NOT NULL" in text for text in of_cases)
