"""Claims about supervision: each figure is the length of its list, and who may see which branches."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest

from engine.cases.figures_upkeep import FoldTallies
from engine.kernel.actor import SYSTEM, Role
from engine.kernel.pages import Slice
from engine.kernel.refusal import Conflict, Invalid, NotFound, NotPermitted
from engine.supervision.model import Figure, Period, in_whole_months
from engine.supervision.queries import ListFigureCases, Looking, ShowBranchRoom, ShowRoom
from tests.builders import NOON
from tests.cases.test_figures import ACTS, Days
from tests.content.texts import Newsroom


@pytest.fixture(scope="module")
def days() -> Days:
    """Half a year in which anything may have happened."""
    days, chance = Days(), Random(14)
    for _ in range(60):
        days.opens()
        for act in chance.choices(ACTS, k=4):
            try:
                act(days)
            except (Conflict, NotFound, IndexError):
                continue
        days.office.clock.advance(timedelta(days=chance.randrange(3)))
    days.office.does(FoldTallies(limit=20), actor=SYSTEM)
    return days


@pytest.mark.parametrize("back", [0, 27, 75, 120, 365])
def test_each_figure_is_the_length_of_its_list(days: Days, back: int) -> None:
    ask, today = days.office.engine.ask, days.office.clock.now().astimezone(days.office.engine.zone).date()
    looking = Looking(since=today - timedelta(days=back), until=today)
    room = ask(ShowRoom(looking=looking), actor=SYSTEM)
    counted = {}

    for code in (None, "0009", "0010"):
        standing = next((one for one in room.branches if one.branch.code == code), None)
        figures = standing.figures if standing else room.total
        for figure in Figure:
            listed = list_length(days, figure, replace(looking, organisation=code))
            counted[code, figure] = (listed, figures.of(figure))

    assert {key: pair for key, pair in counted.items() if pair[0] != pair[1]} == {}
    assert back == 0 or sum(listed for listed, _ in counted.values()) > 100


def list_length(days: Days, figure: Figure, looking: Looking) -> int:
    """How many cases the list has, in all its parts."""
    length, cursor = 0, None
    while True:
        question = ListFigureCases(figure=figure, looking=looking, part=Slice(limit=100, cursor=cursor))
        page = days.office.engine.ask(question, actor=SYSTEM).page
        length, cursor = length + len(page.items), page.next
        if cursor is None:
            return length


def test_the_weeks_count_every_case_that_was_opened_and_ended(days: Days) -> None:
    room = days.office.engine.ask(ShowRoom(), actor=SYSTEM)
    of_branches = [
        days.office.engine.ask(ShowRoom(looking=Looking(organisation=code)), actor=SYSTEM)
        for code in ("0009", "0010")
    ]

    assert [week.opened for week in room.weeks] == [
        sum(one.weeks[place].opened for one in of_branches) for place in range(len(room.weeks))
    ]
    assert len(room.weeks) == 26
    assert sum(week.ended for week in room.weeks) > 0


def test_a_branch_shows_its_procedures_once_they_are_added_up(days: Days) -> None:
    days.office.does(FoldTallies(), actor=SYSTEM)
    today = days.office.clock.now().date()
    looking = Looking(organisation="0009", since=today - timedelta(days=300), until=today)

    room = days.office.engine.ask(ShowBranchRoom(looking=looking), actor=SYSTEM)

    assert [one.key for one in room.procedures] == ["licence"]
    assert room.standing.services == 1
    assert room.standing.staff == 3


def test_an_administrator_sees_their_own_branches_and_nothing_of_others() -> None:
    room = Newsroom()
    ask = room.office.engine.ask
    own = ask(ShowRoom(), actor=room.administrator)
    whole = ask(ShowRoom(), actor=room.author)

    assert [one.branch.code for one in own.branches] == ["0009"]
    assert [one.branch.code for one in whole.branches] == ["0009", "0010"]
    for question in (
        ShowRoom(looking=Looking(organisation="0010")),
        ShowBranchRoom(looking=Looking(organisation="0010")),
        ListFigureCases(figure=Figure.OPENED, looking=Looking(organisation="0010")),
    ):
        with pytest.raises(NotFound):
            ask(question, actor=room.administrator)  # type: ignore[arg-type] - each has an answer of its own
    for other in (
        room.office.clerk,
        room.office.manager,
        replace(room.author, roles=frozenset({Role.AUDITOR})),
    ):
        with pytest.raises(NotPermitted):
            ask(ShowRoom(), actor=other)


def test_days_that_make_no_sense_are_refused() -> None:
    room = Newsroom()
    for since, until in ((date(2026, 3, 10), date(2026, 3, 9)), (date(2024, 1, 1), NOON.date())):
        with pytest.raises(Invalid):
            room.office.engine.ask(ShowRoom(looking=Looking(since=since, until=until)), actor=room.author)


def test_whole_months_and_the_days_beside_them_are_each_day_of_the_time_once() -> None:
    chance = Random(48)
    for _ in range(200):
        since = date(2025, 1, 1) + timedelta(days=chance.randrange(700))
        period = Period(since=since, until=since + timedelta(days=chance.randrange(366)))
        spans = in_whole_months(period)

        counted: Counter[date] = Counter()
        for month in spans.months:
            counted.update(days_of(Period(since=month, until=last_day_of(month))))
        for one in spans.added:
            counted.update(days_of(one))
        for one in spans.taken_off:
            counted.subtract(days_of(one))

        assert +counted == Counter(days_of(period))
        assert sum(one.length for one in (*spans.added, *spans.taken_off)) <= 32


def days_of(period: Period) -> list[date]:
    return [period.since + timedelta(days=number) for number in range(period.length)]


def last_day_of(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)
