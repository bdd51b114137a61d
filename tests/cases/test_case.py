"""A case: few statuses, and rules for passing from one to another."""

from datetime import timedelta

import pytest

from engine.kernel.refusal import Conflict
from engine.kernel.vocabulary import CaseStatus, Flag
from tests.builders import NOON, a_case


def test_the_term_of_a_resumed_case_moves_by_the_time_it_rested() -> None:
    case = a_case(due_at=NOON + timedelta(days=5))

    resumed = case.suspended(NOON).resumed(NOON + timedelta(days=2))

    assert resumed.status is CaseStatus.OPEN
    assert resumed.due_at == NOON + timedelta(days=7)
    assert resumed.suspended_at is None


def test_the_timers_of_a_suspended_case_rest() -> None:
    case = a_case(next_timer_at=NOON)

    assert case.suspended(NOON).next_timer_at is None


def test_only_an_open_case_is_suspended_and_only_a_suspended_one_resumed() -> None:
    case = a_case()

    with pytest.raises(Conflict, match="is suspended"):
        case.suspended(NOON).suspended(NOON)
    with pytest.raises(Conflict, match="to be suspended, but it is open"):
        case.resumed(NOON)


@pytest.mark.parametrize("status", [CaseStatus.COMPLETED, CaseStatus.REJECTED, CaseStatus.WITHDRAWN])
def test_a_closed_case_is_not_closed_again(status: CaseStatus) -> None:
    closed = a_case().closed(status, at=NOON, outcome=None)

    with pytest.raises(Conflict, match=f"is {status}"):
        closed.closed(CaseStatus.WITHDRAWN, at=NOON, outcome=None)


def test_no_flag_outlives_the_case_but_an_appeal() -> None:
    case = a_case(flags=frozenset({Flag.OVERDUE, Flag.APPEALED, Flag.AWAITING_AGENCY}))

    assert case.closed(CaseStatus.REJECTED, at=NOON, outcome=None).flags == {Flag.APPEALED}
