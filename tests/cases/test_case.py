"""A case: few statuses, and rules for passing from one to another."""

from datetime import timedelta

import pytest

from engine.kernel.refusal import Conflict
from engine.kernel.vocabulary import CaseStatus, Flag
from tests.builders import NOON, a_case


def test_a_resumed_case_is_open() -> None:
    resumed = a_case().suspended(NOON).resumed()

    assert (resumed.status, resumed.suspended_at) == (CaseStatus.OPEN, None)


def test_a_term_that_rests_or_has_ended_is_expected_on_no_day_and_is_not_overdue() -> None:
    late = a_case().flagged(Flag.OVERDUE, wanted=True)
    due = NOON - timedelta(days=1)

    over = late.with_term(due, rests_since=None, ended_at=None, now=NOON)
    resting = late.with_term(due, rests_since=NOON, ended_at=None, now=NOON)
    ended = late.with_term(due, rests_since=None, ended_at=NOON, now=NOON)

    assert [case.expected_at for case in (over, resting, ended)] == [due, None, None]
    assert [Flag.OVERDUE in case.flags for case in (over, resting, ended)] == [True, False, False]
    assert [case.term_state for case in (over, resting, ended)] == ["overdue", "rests", "late"]


def test_the_timers_of_a_suspended_case_rest() -> None:
    case = a_case(next_timer_at=NOON)

    assert case.suspended(NOON).next_timer_at is None


def test_only_an_open_case_is_suspended_and_only_a_suspended_one_resumed() -> None:
    case = a_case()

    with pytest.raises(Conflict, match="is suspended"):
        case.suspended(NOON).suspended(NOON)
    with pytest.raises(Conflict, match="to be suspended, but it is open"):
        case.resumed()


@pytest.mark.parametrize("status", [CaseStatus.COMPLETED, CaseStatus.REJECTED, CaseStatus.WITHDRAWN])
def test_a_closed_case_is_not_closed_again(status: CaseStatus) -> None:
    closed = a_case().closed(status, at=NOON, outcome=None)

    with pytest.raises(Conflict, match=f"is {status}"):
        closed.closed(CaseStatus.WITHDRAWN, at=NOON, outcome=None)


def test_no_flag_outlives_the_case() -> None:
    case = a_case(flags=frozenset({Flag.OVERDUE, Flag.APPEALED, Flag.AWAITING_AGENCY}))

    assert case.closed(CaseStatus.REJECTED, at=NOON, outcome=None).flags == frozenset()
