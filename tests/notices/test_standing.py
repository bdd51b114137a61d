"""Claims about how a case stands towards its citizen, and what they are told of a change."""

from dataclasses import replace
from datetime import timedelta

import pytest

from engine.cases.model import Case
from engine.kernel.vocabulary import CaseStatus, Flag
from engine.notices.model import Occasion, Standing, news
from engine.service_tasks.model import ServiceTask
from engine.tasks.model import Task
from tests.builders import a_case, a_service_task, a_task, minutes_later

CASE = a_case()
AWAITED = a_task(CASE, flag=Flag.AWAITING_CITIZEN)
READY = a_task(CASE, flag=Flag.READY_FOR_PICKUP)


def standing(case: Case = CASE, *open_in_it: Task | ServiceTask) -> Standing:
    return Standing.of(
        case,
        tasks=[one for one in open_in_it if isinstance(one, Task)],
        service_tasks=[one for one in open_in_it if isinstance(one, ServiceTask)],
    )


def ended(status: CaseStatus) -> Case:
    return CASE.closed(status, at=minutes_later(1), outcome=None)


def test_of_a_new_case_it_is_told_that_it_was_filed() -> None:
    assert news(None, standing()) is Occasion.FILED


def test_of_a_new_case_that_asks_something_at_once_only_that_is_told() -> None:
    assert news(None, standing(CASE, AWAITED)) is Occasion.AWAITING_CITIZEN


def test_of_a_new_case_that_is_completed_at_once_only_that_is_told() -> None:
    assert news(None, standing(ended(CaseStatus.COMPLETED))) is Occasion.COMPLETED


def test_a_change_that_does_not_concern_the_citizen_is_not_told() -> None:
    assert news(standing(), standing(CASE, a_task(CASE), a_service_task(CASE))) is None


def test_what_begins_to_be_awaited_is_told_and_what_goes_on_is_not() -> None:
    assert news(standing(), standing(CASE, AWAITED)) is Occasion.AWAITING_CITIZEN
    assert news(standing(CASE, AWAITED), standing(CASE, AWAITED, a_task(CASE))) is None


def test_something_else_that_is_awaited_is_told_too() -> None:
    other = a_task(CASE, flag=Flag.AWAITING_CITIZEN)

    assert news(standing(CASE, AWAITED), standing(CASE, other)) is Occasion.AWAITING_CITIZEN


def test_a_supplement_that_an_agency_wants_is_awaited() -> None:
    asked = a_service_task(CASE, supplement_wanted="Ο χάρτης.")

    assert news(standing(CASE, a_service_task(CASE)), standing(CASE, asked)) is Occasion.AWAITING_CITIZEN


def test_of_two_things_the_one_is_told_that_asks_most() -> None:
    assert news(standing(), standing(CASE, AWAITED, READY)) is Occasion.READY_FOR_PICKUP


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (CaseStatus.COMPLETED, Occasion.COMPLETED),
        (CaseStatus.REJECTED, Occasion.REJECTED),
        (CaseStatus.WITHDRAWN, None),
    ],
)
def test_of_an_end_is_told_but_not_to_whoever_withdrew(status: CaseStatus, told: Occasion | None) -> None:
    assert news(standing(CASE, READY), standing(ended(status))) is told


def test_a_case_that_ended_is_not_told_of_again() -> None:
    over = standing(ended(CaseStatus.COMPLETED))

    assert news(over, over) is None


def test_a_term_that_moved_is_told_whichever_way_it_moved() -> None:
    assert CASE.due_at is not None
    later = replace(CASE, due_at=CASE.due_at + timedelta(days=10))

    assert news(standing(CASE), standing(later)) is Occasion.TERM_EXTENDED
    assert news(standing(later), standing(CASE)) is Occasion.TERM_EXTENDED


def test_nothing_but_its_end_can_be_said_of_a_case_that_ended() -> None:
    assert standing(ended(CaseStatus.REJECTED), READY).occasions == {Occasion.REJECTED}
    assert standing(ended(CaseStatus.WITHDRAWN)).occasions == frozenset()
    assert standing(CASE, READY).occasions == {
        Occasion.FILED,
        Occasion.TERM_EXTENDED,
        Occasion.READY_FOR_PICKUP,
    }
