"""Claims about free times: computed from windows and calendar, and read minute by minute by the clock."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.appointments.model import GRID, HORIZON, Resource, Schedule, Service, Window
from engine.appointments.slots import free_slots, possible_starts, reminder_at, steps_of
from engine.kernel.calendar import WorkingCalendar
from tests.appointments.planned import at

ATHENS = ZoneInfo("Europe/Athens")
BRANCH, SERVICE, COUNTER, ROOM = (UUID(int=number) for number in range(1, 5))
FORWARD, BACK = date(2026, 3, 29), date(2026, 10, 25)
"""The Sundays on which the clocks of 2026 go forward and back, at 3 and at 4 in the night."""

grid_times = st.integers(0, 287).map(lambda step: time(step * 5 // 60, step * 5 % 60))
days = st.one_of(
    st.dates(date(2025, 1, 1), date(2030, 12, 31)),
    st.sampled_from([FORWARD, BACK, date(2026, 12, 25), date(2026, 4, 13)]),
)


@st.composite
def windows(draw: st.DrawFn) -> Window:
    opens, closes = sorted(draw(st.tuples(grid_times, grid_times)))
    return Window(
        id=UUID(int=9),
        branch_id=BRANCH,
        resource_id=draw(st.sampled_from([COUNTER, ROOM])),
        weekday=draw(st.integers(0, 6)),
        opens=opens,
        closes=closes,
        first_day=date(2020, 1, 1),
    )


def a_window(opens: time, closes: time, *, day: date) -> Window:
    return Window(
        id=UUID(int=9),
        branch_id=BRANCH,
        resource_id=COUNTER,
        weekday=day.weekday(),
        opens=opens,
        closes=closes,
        first_day=date(2020, 1, 1),
    )


def a_service(**changes: int) -> Service:
    values = {"minutes": 20, "at_once": 2, **changes}
    return Service(id=SERVICE, branch_id=BRANCH, key="s", name="s", name_en="s", **values)


def is_open(minute: datetime, window: Window, day: date) -> bool:
    """Whether the clock on the wall shows a time of that day within the window."""
    wall = minute.astimezone(ATHENS)
    return wall.date() == day and window.opens <= wall.time() < window.closes


@settings(deadline=None)
@given(window=windows(), day=days, length=st.integers(1, 24).map(lambda steps: GRID * steps))
def test_every_minute_of_a_time_is_within_the_window_by_the_clock_on_the_wall(
    window: Window, day: date, length: timedelta
) -> None:
    starts = list(possible_starts(day, window, length, calendar=WorkingCalendar(), zone=ATHENS))

    minutes = [
        start + timedelta(minutes=n) for start in starts for n in range(int(length.total_seconds()) // 60)
    ]
    assert all(is_open(minute, window, day) for minute in minutes)
    assert len(set(minutes)) == len(minutes)


@settings(deadline=None)
@given(window=windows(), day=days)
def test_no_time_that_fits_is_left_out_on_a_day_of_ordinary_length(window: Window, day: date) -> None:
    is_ordinary = day not in (FORWARD, BACK) and not (day.month in (3, 10) and day.weekday() == 6)
    starts = list(possible_starts(day, window, GRID, calendar=WorkingCalendar(), zone=ATHENS))

    wanted = 0
    if is_ordinary and window.holds_on(day) and not WorkingCalendar().is_holiday(day):
        open_for = datetime.combine(day, window.closes) - datetime.combine(day, window.opens)
        wanted = open_for // GRID
    assert not is_ordinary or len(starts) == wanted


@settings(deadline=None)
@given(
    closed=st.sets(st.dates(date(2026, 3, 1), date(2026, 5, 31)), max_size=20),
    patron=st.tuples(st.integers(3, 5), st.integers(1, 28)),
)
def test_nothing_is_free_on_a_holiday_a_patron_day_or_a_closure(
    closed: set[date], patron: tuple[int, int]
) -> None:
    calendar = WorkingCalendar(local_holidays=frozenset({patron}), closures=frozenset(closed))
    some_days = [date(2026, 3, 1) + timedelta(days=n) for n in range(90)]
    every_day = tuple(a_window(time(8), time(9), day=some_days[n]) for n in range(7))
    schedule = Schedule(
        services=(a_service(),),
        resources=(Resource(id=COUNTER, branch_id=BRANCH, name="1", name_en="1"),),
        windows=every_day,
    )
    now = datetime(2026, 3, 1, tzinfo=UTC)

    found = free_slots(
        a_service(), some_days, schedule=schedule, taken={}, calendar=calendar, zone=ATHENS, now=now
    )

    offered = {slot.starts_at.astimezone(ATHENS).date() for slot in found}
    reach = (now + HORIZON).astimezone(ATHENS).date()
    assert offered == {day for day in some_days if not calendar.is_holiday(day) and day < reach}


def test_the_hour_that_is_missing_offers_nothing_and_the_one_that_comes_twice_twice() -> None:
    hour = timedelta(hours=1)
    through = {
        day: list(
            possible_starts(
                day, a_window(time(2), time(5), day=day), hour, calendar=WorkingCalendar(), zone=ATHENS
            )
        )
        for day in (FORWARD, BACK)
    }

    assert [f"{one.astimezone(ATHENS):%H:%M}" for one in through[FORWARD]] == ["02:00", "04:00"]
    assert [f"{one.astimezone(ATHENS):%H:%M}" for one in through[BACK]] == [
        "02:00",
        "03:00",
        "03:00",
        "04:00",
    ]


def test_a_service_is_free_while_fewer_than_it_may_are_served() -> None:
    day = date(2026, 3, 10)
    resources = tuple(
        Resource(id=one, branch_id=BRANCH, name=str(one), name_en="") for one in (COUNTER, ROOM)
    )
    both = tuple(
        Window(**{**a_window(time(8), time(9), day=day).__dict__, "resource_id": one})
        for one in (COUNTER, ROOM)
    )
    steps = steps_of(at(8), timedelta(minutes=20))
    taken = {holder: {step: {0} for step in steps} for holder in (COUNTER, SERVICE)}

    def first(at_once: int) -> tuple[UUID, ...]:
        service = a_service(at_once=at_once)
        schedule = Schedule(services=(service,), resources=resources, windows=both)
        found = free_slots(
            service,
            [day],
            schedule=schedule,
            taken=taken,
            calendar=WorkingCalendar(),
            zone=ATHENS,
            now=at(7),
        )
        return next((slot.resources for slot in found if slot.starts_at == at(8)), ())

    assert first(2) == (ROOM,)
    assert first(1) == ()


def test_the_reminder_is_on_the_working_day_before() -> None:
    monday = datetime(2026, 4, 14, 8, tzinfo=UTC)
    now = datetime(2026, 3, 1, tzinfo=UTC)

    remind_at = reminder_at(monday, calendar=WorkingCalendar(), zone=ATHENS, now=now)

    # Between them lie Easter Monday, Easter and Good Friday.
    assert remind_at == datetime(2026, 4, 9, 7, tzinfo=UTC)
    assert reminder_at(monday, calendar=WorkingCalendar(), zone=ATHENS, now=monday) is None
