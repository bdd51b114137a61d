"""Claims about terms: the ledger counts as somebody would who reads the law and crosses off day after day."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.kernel.calendar import WorkingCalendar
from engine.kernel.refusal import Conflict
from engine.terms.ledger import Ledger, TermCause, TermCount, TermEntry, TermEvent
from engine.terms.length import Length, Unit

NATIONAL = WorkingCalendar()
AWAITED, SUSPENDED, OPENED = TermCause.CITIZEN_AWAITED, TermCause.SUSPENDED, TermCause.OPENED


def a_term(begun: date, amount: int, unit: Unit = Unit.DAYS) -> Ledger:
    return Ledger().begun(begun, Length(amount, unit), cause=OPENED)


def last_day(ledger: Ledger, calendar: WorkingCalendar = NATIONAL) -> date | None:
    return ledger.count(calendar).last_day


@pytest.mark.parametrize(
    ("begun", "length", "expected"),
    [
        # The day of the event is not counted; 14 March 2026 is a Saturday.
        (date(2026, 3, 4), Length(10), date(2026, 3, 16)),
        (date(2026, 3, 3), Length(20, Unit.WORKING_DAYS), date(2026, 4, 1)),
        (date(2026, 3, 4), Length(1, Unit.WEEKS), date(2026, 3, 11)),
        # A month without the number ends the term on its last day; 28 February 2026 is a Saturday.
        (date(2026, 1, 31), Length(1, Unit.MONTHS), date(2026, 3, 2)),
        (date(2024, 2, 29), Length(1, Unit.YEARS), date(2025, 2, 28)),
        # Good Friday to Easter Monday 2026.
        (date(2026, 3, 31), Length(10), date(2026, 4, 14)),
        (date(2026, 10, 28), Length(2, Unit.MONTHS), date(2026, 12, 28)),
        (date(2026, 11, 26), Length(1, Unit.MONTHS), date(2026, 12, 28)),
        (date(2026, 3, 4), Length(0), date(2026, 3, 4)),
    ],
)
def test_a_term_ends_as_the_law_counts(begun: date, length: Length, expected: date) -> None:
    assert last_day(Ledger().begun(begun, length, cause=OPENED)) == expected


def test_a_rest_gives_back_the_days_that_were_left() -> None:
    term = a_term(date(2026, 3, 3), 20, Unit.WORKING_DAYS).rested(date(2026, 3, 11), cause=AWAITED)

    assert last_day(term) is None
    assert last_day(term.resumed(date(2026, 3, 20), cause=AWAITED)) == date(2026, 4, 14)


def test_rests_at_once_are_counted_once() -> None:
    term = (
        a_term(date(2026, 3, 2), 10)
        .rested(date(2026, 3, 4), cause=AWAITED)
        .rested(date(2026, 3, 5), cause=SUSPENDED)
        .resumed(date(2026, 3, 9), cause=AWAITED)
    )

    assert last_day(term) is None
    assert last_day(term.resumed(date(2026, 3, 11), cause=SUSPENDED)) == date(2026, 3, 19)


def test_a_rest_that_begins_when_nothing_is_left_gives_nothing() -> None:
    term = a_term(date(2026, 3, 2), 2).rested(date(2026, 3, 5), cause=AWAITED)

    assert last_day(term) == date(2026, 3, 4)
    assert last_day(term.resumed(date(2026, 3, 20), cause=AWAITED)) == date(2026, 3, 4)


def test_a_rest_that_begins_on_the_last_day_leaves_that_day_when_it_ends() -> None:
    term = a_term(date(2026, 3, 2), 2).rested(date(2026, 3, 4), cause=AWAITED)

    assert last_day(term) is None
    assert last_day(term.resumed(date(2026, 3, 20), cause=AWAITED)) == date(2026, 3, 20)


def test_a_rest_of_many_years_is_counted() -> None:
    term = a_term(date(2026, 3, 2), 10).rested(date(2026, 3, 4), cause=AWAITED)

    assert last_day(term.resumed(date(2039, 3, 4), cause=AWAITED)) == date(2039, 3, 14)


def test_a_term_that_rests_on_the_day_to_which_its_end_moved_ends_when_it_goes_on() -> None:
    # It ends on Saturday, would move to Monday, and rests from Sunday to Wednesday.
    term = a_term(date(2026, 3, 4), 10).rested(date(2026, 3, 15), cause=AWAITED)

    assert last_day(term) is None
    assert last_day(term.resumed(date(2026, 3, 18), cause=AWAITED)) == date(2026, 3, 19)


def test_a_term_that_begins_anew_forgets_its_rests_and_extensions() -> None:
    term = a_term(date(2026, 3, 2), 30).extended(date(2026, 3, 3), Length(30), cause=TermCause.DECISION)
    term = term.rested(date(2026, 3, 4), cause=AWAITED).resumed(date(2026, 3, 9), cause=AWAITED)

    assert last_day(term.restarted(date(2026, 3, 9), Length(30), cause=TermCause.COMPLETE_FILE)) == date(
        2026, 4, 8
    )


def test_a_closure_that_is_decreed_afterwards_moves_the_end() -> None:
    term = a_term(date(2026, 3, 3), 20, Unit.WORKING_DAYS)

    assert last_day(term, WorkingCalendar(closures=frozenset({date(2026, 3, 9)}))) == date(2026, 4, 2)
    assert last_day(term, WorkingCalendar(local_holidays=frozenset({(4, 1)}))) == date(2026, 4, 2)


def test_a_corrected_day_counts_and_what_was_believed_stays_in_the_ledger() -> None:
    term = a_term(date(2026, 3, 2), 10).rested(date(2026, 3, 4), cause=AWAITED)
    term = term.resumed(date(2026, 3, 9), cause=AWAITED).corrected(3, date(2026, 3, 6), law="απόφαση 12/2026")

    assert last_day(term) == date(2026, 3, 16)
    assert [(entry.event, entry.day) for entry in term.entries][2:] == [
        (TermEvent.RESUMED, date(2026, 3, 9)),
        (TermEvent.CORRECTED, date(2026, 3, 6)),
    ]


def test_done_on_the_last_day_is_in_time_and_a_day_later_is_not() -> None:
    term = a_term(date(2026, 3, 2), 2)

    done = term.ended(date(2026, 3, 4), cause=TermCause.DECIDED).count(NATIONAL)
    late = term.ended(date(2026, 3, 5), cause=TermCause.DECIDED).count(NATIONAL)

    assert (done.was_in_time, late.was_in_time, term.count(NATIONAL).was_in_time) == (True, False, None)
    assert [term.count(NATIONAL).is_over(day) for day in (date(2026, 3, 4), date(2026, 3, 5))] == [
        False,
        True,
    ]
    assert not late.is_over(date(2026, 3, 6))


BEGUN = date(2026, 3, 4)
RUNNING = a_term(BEGUN, 10)
ENDED = RUNNING.ended(date(2026, 3, 6), cause=TermCause.DECIDED)
RESTING = RUNNING.rested(date(2026, 3, 5), cause=AWAITED)
RESUMED = RESTING.resumed(date(2026, 3, 9), cause=AWAITED)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda: RUNNING.begun(BEGUN, Length(1), cause=OPENED), "term_has_begun"),
        (lambda: Ledger().rested(BEGUN, cause=AWAITED), "term_not_begun"),
        (lambda: Ledger().ended(BEGUN, cause=AWAITED), "term_not_begun"),
        (lambda: ENDED.extended(BEGUN, Length(1), cause=OPENED), "term_has_ended"),
        (lambda: ENDED.restarted(BEGUN, Length(1), cause=OPENED), "term_has_ended"),
        (lambda: RESTING.rested(BEGUN, cause=AWAITED), "term_rests"),
        (lambda: RESTING.resumed(BEGUN, cause=SUSPENDED), "term_runs"),
        (lambda: RUNNING.rested(BEGUN - timedelta(days=1), cause=AWAITED), "day_before_term"),
        (lambda: RESTING.corrected(2, BEGUN - timedelta(days=1)), "day_before_term"),
        (lambda: RESTING.corrected(1, date(2026, 3, 6)), "day_before_term"),
        (lambda: RESTING.corrected(3, BEGUN), "no_such_entry"),
        (lambda: RESUMED.corrected(3, BEGUN), "day_out_of_order"),
        (lambda: RESUMED.rested(BEGUN, cause=AWAITED), "day_out_of_order"),
        (lambda: RESUMED.ended(date(2026, 3, 8), cause=TermCause.DECIDED), "day_out_of_order"),
        (lambda: RESTING.corrected(2, BEGUN).corrected(3, BEGUN), "no_such_entry"),
    ],
)
def test_what_cannot_happen_to_a_term_is_refused(change: object, code: str) -> None:
    assert callable(change)
    with pytest.raises(Conflict) as refused:
        change()

    assert refused.value.code == code


def test_the_ledger_of_no_term_has_nothing_to_count() -> None:
    with pytest.raises(ValueError, match="begun"):
        Ledger().count(NATIONAL)


def test_no_length_is_negative_or_endless() -> None:
    for amount in (-1, 3651):
        with pytest.raises(ValueError, match="from 0 to 3650"):
            Length(amount)


# Against a slow reading of the law


days = st.dates(date(2020, 1, 1), date(2040, 12, 31))
calendars = st.builds(
    lambda closures, holidays: WorkingCalendar(
        local_holidays=frozenset(holidays), closures=frozenset(closures)
    ),
    st.lists(st.dates(date(2020, 1, 1), date(2043, 12, 31)), max_size=30),
    st.lists(st.sampled_from([(1, 17), (4, 23), (6, 29), (10, 26), (12, 6)]), max_size=2),
)
lengths = st.builds(
    Length, st.integers(0, 60), st.sampled_from([Unit.DAYS, Unit.WORKING_DAYS, Unit.WEEKS])
) | st.builds(Length, st.integers(0, 14), st.sampled_from([Unit.MONTHS, Unit.YEARS]))


@st.composite
def ledgers(draw: st.DrawFn) -> Ledger:
    """A term with rests, extensions and new beginnings, several on one day among them."""
    day = draw(days)
    ledger = Ledger().begun(day, draw(lengths), cause=OPENED)
    for _ in range(draw(st.integers(0, 8))):
        day += timedelta(days=draw(st.integers(0, 25)))
        resting = ledger.causes_to_rest
        acts = ["restart", "extend"]
        acts += [f"resume {cause}" for cause in sorted(resting)]
        acts += [f"rest {cause}" for cause in (AWAITED, SUSPENDED) if cause not in resting]
        act, _, cause = draw(st.sampled_from(acts)).partition(" ")
        if act == "restart":
            ledger = ledger.restarted(day, draw(lengths), cause=TermCause.COMPLETE_FILE)
        elif act == "extend":
            ledger = ledger.extended(day, draw(lengths), cause=TermCause.DECISION)
        elif act == "rest":
            ledger = ledger.rested(day, cause=TermCause(cause))
        else:
            ledger = ledger.resumed(day, cause=TermCause(cause))
    return ledger


@st.composite
def ledgers_in_rounds(draw: st.DrawFn) -> tuple[Ledger, Ledger]:
    """A term that ended and began once more, as one to appeal does, and its last round by itself."""
    earlier, last = draw(ledgers()), draw(ledgers())
    ended = earlier.ended(earlier.latest, cause=TermCause.APPEALED)
    later = max(ended.latest - last.entries[0].day, timedelta()) + timedelta(days=draw(st.integers(0, 40)))
    alone = Ledger(tuple(replace(entry, day=entry.day + later) for entry in last.entries))
    known = len(ended.entries)
    again = [replace(entry, number=entry.number + known) for entry in alone.entries]
    return Ledger((*ended.entries, *again)), alone


@given(ledgers_in_rounds(), calendars)
def test_a_term_that_began_once_more_counts_as_if_it_had_never_been_before(
    rounds: tuple[Ledger, Ledger], calendar: WorkingCalendar
) -> None:
    whole, alone = rounds

    assert whole.count(calendar) == replace_numbers(alone.count(calendar), whole.count(calendar))
    assert whole.count(calendar).last_day == crossed_off(alone.entries, calendar)
    assert (whole.has_ended, whole.causes_to_rest) == (False, alone.causes_to_rest)


def replace_numbers(count: TermCount, like: TermCount) -> TermCount:
    """The count with the numbers that the entries have in a longer ledger."""
    return replace(count, extensions=like.extensions)


def test_a_term_begins_once_more_when_it_has_ended_and_not_before() -> None:
    begun = a_term(date(2026, 3, 2), 15)
    again = begun.ended(date(2026, 3, 5), cause=TermCause.APPEALED).begun(
        date(2026, 4, 20), Length(15), cause=TermCause.NOTIFIED
    )

    assert last_day(again) == date(2026, 5, 5)
    assert again.count(NATIONAL).was_in_time is None
    with pytest.raises(Conflict, match="has not begun"):
        begun.begun(date(2026, 4, 20), Length(15), cause=TermCause.NOTIFIED)
    with pytest.raises(Conflict, match="not over"):
        begun.ended(date(2026, 3, 5), cause=TermCause.APPEALED).rested(date(2026, 3, 6), cause=SUSPENDED)
    with pytest.raises(Conflict, match="once more"):
        again.corrected(3, date(2026, 3, 4))


@given(ledgers(), calendars)
def test_a_ledger_counts_like_somebody_who_crosses_off_days(
    ledger: Ledger, calendar: WorkingCalendar
) -> None:
    assert ledger.count(calendar).last_day == crossed_off(ledger.entries, calendar)


def crossed_off(entries: tuple[TermEntry, ...], calendar: WorkingCalendar) -> date | None:
    """The last day, by going from day to day: a day of rest puts the end off by one that counts."""
    first = entries[0]
    assert first.length is not None
    length, day = first.length, first.day
    end = by_hand(day, length, calendar)
    resting: set[TermCause] = set()
    stops = False
    while True:
        counts = length.unit is not Unit.WORKING_DAYS or calendar.is_working_day(day)
        if resting and stops and counts and day > first.day:
            end = by_hand(end, Length(1, counted_in(length)), calendar)
        for entry in (entry for entry in entries[1:] if entry.day == day):
            began_to_rest = entry.event is TermEvent.RESTED and not resting
            if entry.event is TermEvent.RESTED:
                resting.add(entry.cause)
            elif entry.event is TermEvent.RESUMED:
                resting.discard(entry.cause)
            elif entry.length is not None and entry.event is TermEvent.RESTARTED:
                length, stops = entry.length, True
                end = by_hand(day, length, calendar)
            elif entry.length is not None:
                end = by_hand(end, entry.length, calendar)
            if began_to_rest or (entry.event is TermEvent.EXTENDED and resting and not stops):
                moved = worked_from(end, calendar)
                stops = day <= moved
                end = moved if end < day <= moved else end
        if day >= entries[-1].day:
            return None if resting and stops else worked_from(end, calendar)
        day += timedelta(days=1)


def worked_from(day: date, calendar: WorkingCalendar) -> date:
    while not calendar.is_working_day(day):
        day += timedelta(days=1)
    return day


def counted_in(length: Length) -> Unit:
    return Unit.WORKING_DAYS if length.unit is Unit.WORKING_DAYS else Unit.DAYS


def by_hand(day: date, length: Length, calendar: WorkingCalendar) -> date:
    """So many units later, one after the other."""
    if length.unit in (Unit.MONTHS, Unit.YEARS):
        months = length.amount * (12 if length.unit is Unit.YEARS else 1)
        year, month = day.year, day.month
        for _ in range(months):
            year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        number = day.day
        while True:
            try:
                return date(year, month, number)
            except ValueError:
                number -= 1
    amount = length.amount * 7 if length.unit is Unit.WEEKS else length.amount
    while amount:
        day += timedelta(days=1)
        if length.unit is not Unit.WORKING_DAYS or calendar.is_working_day(day):
            amount -= 1
    return day
