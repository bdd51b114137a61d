"""Cases under way: opened once, withdrawn, suspended and resumed, each with its reason."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from engine.cases.lifecycle import ResumeCase, SuspendCase, WithdrawCase
from engine.cases.open import OpenCase
from engine.cases.queries import FindCases
from engine.dispatch import Once
from engine.kernel.actor import SYSTEM, Role
from engine.kernel.refusal import Conflict, Invalid, NotFound, NotPermitted, OutOfDate
from engine.kernel.vocabulary import CaseStatus, Channel, Flag
from engine.messages.timers import FireTimer
from engine.operations.housekeeping import MarkOverdue
from engine.service_tasks.answer import AnswerServiceTask
from engine.supplements.tracking import TrackCase
from engine.tasks.assign import ClaimTask
from tests.builders import NOON, a_branch, a_clerk, a_person, an_agency_actor
from tests.office import APPLICATION, CONFIRMED, Office, an_office


@pytest.fixture
def office() -> Office:
    return an_office()


def test_numbers_run_on_within_branch_and_year(office: Office) -> None:
    first, second = office.opens_case(), office.opens_case()
    office.clock.moment = NOON.replace(year=2027)
    next_year = office.opens_case()

    assert [state.case.number[:14] for state in (first, second, next_year)] == [
        "0009-26-000001",
        "0009-26-000002",
        "0009-27-000001",
    ]


def test_the_term_ends_with_a_working_day_of_the_branch(office: Office) -> None:
    due_at = office.opens_case().case.due_at

    # Five days after Monday 9 March is a Saturday; the term ends when Monday is over, at midnight in Athens.
    assert due_at is not None
    assert due_at.isoformat() == "2026-03-17T00:00:00+02:00"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"data": {**APPLICATION, "declared": "on"}}, "data.declared"),
        ({"data": {**APPLICATION, "iban": "GR16"}}, "data.iban"),
        ({"data": {}}, "data.declared"),
        ({"branch": "9999"}, "branch"),
    ],
)
def test_what_does_not_fit_is_refused_by_field_and_takes_no_number(
    office: Office, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        office.opens_case(**changes)

    assert field in refusal.value.errors
    assert office.opens_case().case.number.startswith("0009-26-000001")


def test_a_procedure_that_is_not_on_offer_is_refused(office: Office) -> None:
    with pytest.raises(NotFound, match="driving-licence"):
        office.opens_case(procedure="driving-licence")


def test_a_clerk_opens_no_case_in_another_branch_and_an_auditor_none(office: Office) -> None:
    auditor = replace(office.clerk, roles=frozenset({Role.AUDITOR}))
    command = OpenCase(
        procedure="residence-certificate", channel=Channel.COUNTER, applicant=a_person(), branch="0009"
    )

    for actor in (a_clerk(a_branch(code="0010")), auditor):
        with pytest.raises(NotPermitted):
            office.does(command, actor=actor)


def test_the_same_request_twice_opens_one_case(office: Office) -> None:
    once = Once(owner="maria", key="4f1c", fingerprint=b"the same")
    command = OpenCase(
        procedure="residence-certificate", channel=Channel.COUNTER, applicant=a_person(), data=APPLICATION
    )

    first = office.does(command, once=once)
    second = office.does(command, once=once)

    assert second == first
    assert len(office.engine.ask(FindCases(), actor=office.clerk).items) == 1
    with pytest.raises(Conflict, match="another request"):
        office.does(command, once=replace(once, fingerprint=b"another"))


def test_another_callers_same_key_is_another_key(office: Office) -> None:
    for owner in ("maria", "petros"):
        once = Once(owner=owner, key="4f1c", fingerprint=b"the same")
        office.does(
            OpenCase(
                procedure="residence-certificate",
                channel=Channel.COUNTER,
                applicant=a_person(),
                data=APPLICATION,
            ),
            once=once,
        )

    assert len(office.engine.ask(FindCases(), actor=office.clerk).items) == 2


def test_a_withdrawn_case_has_nothing_open_and_is_not_answered_any_more(office: Office) -> None:
    sent = office.sends_to_municipality()

    withdrawn = office.does(WithdrawCase(case_id=sent.case.id, reason="ο πολίτης άλλαξε γνώμη"))
    answer = AnswerServiceTask(service_task_id=sent.service_tasks[0].id, data=CONFIRMED)

    assert withdrawn.case.status is CaseStatus.WITHDRAWN
    assert (withdrawn.tasks, withdrawn.service_tasks) == ((), ())
    with pytest.raises(Conflict, match="is cancelled"):
        office.does(answer, actor=an_agency_actor(office.agency))
    with pytest.raises(Conflict):
        office.does(WithdrawCase(case_id=sent.case.id, reason="ξανά"))


@pytest.mark.parametrize("verb", [WithdrawCase, SuspendCase, ResumeCase])
def test_a_decision_about_a_case_needs_a_reason(office: Office, verb: Any) -> None:
    opened = office.opens_case()

    for reason in ("", "   ", "x" * 1001):
        with pytest.raises(Invalid):
            office.does(verb(case_id=opened.case.id, reason=reason))


def test_a_suspended_case_rests_and_its_clocks_move(office: Office) -> None:
    sent = office.sends_to_municipality()
    office.does(SuspendCase(case_id=sent.case.id, reason="λείπει δικαιολογητικό"))
    office.clock.advance(timedelta(days=10))

    fired_while_resting = office.does(FireTimer(case_id=sent.case.id), actor=SYSTEM)
    resumed = office.does(ResumeCase(case_id=sent.case.id, reason="προσκομίστηκε"))
    fired_on_return = office.does(FireTimer(case_id=sent.case.id), actor=SYSTEM)
    office.clock.advance(timedelta(days=5))
    fired_later = office.does(FireTimer(case_id=sent.case.id), actor=SYSTEM)

    assert (fired_while_resting, fired_on_return, fired_later) == (False, False, True)
    assert resumed.case.due_at is not None
    # Five days from Monday 9 March end on a Saturday; ten days of rest later that is a Tuesday.
    assert resumed.case.due_at.isoformat() == "2026-03-25T00:00:00+02:00"


def test_nobody_works_on_a_suspended_case(office: Office) -> None:
    opened = office.opens_case()
    office.does(SuspendCase(case_id=opened.case.id, reason="έλεγχος"))

    with pytest.raises(Conflict, match="is suspended"):
        office.does(ClaimTask(task_id=opened.tasks[0].id))


def test_an_agency_may_answer_while_the_case_is_suspended(office: Office) -> None:
    sent = office.sends_to_municipality()
    office.does(SuspendCase(case_id=sent.case.id, reason="έλεγχος"))

    answer = AnswerServiceTask(service_task_id=sent.service_tasks[0].id, data=CONFIRMED)
    answered = office.does(answer, actor=an_agency_actor(office.agency))

    assert answered.case.status is CaseStatus.SUSPENDED
    assert [task.element_id for task in answered.tasks] == ["hand_over"]


def test_a_change_that_was_decided_on_an_old_view_is_refused(office: Office) -> None:
    opened = office.opens_case()
    office.claims(opened.tasks[0])

    with pytest.raises(OutOfDate):
        office.does(
            WithdrawCase(case_id=opened.case.id, reason="r", expected_version=opened.case.row_version)
        )


def test_a_command_gives_the_version_that_the_next_one_may_expect(office: Office) -> None:
    opened = office.opens_case()
    suspend = SuspendCase(case_id=opened.case.id, reason="έλεγχος", expected_version=opened.case.row_version)
    suspended = office.does(suspend)
    resume = ResumeCase(case_id=opened.case.id, reason="τέλος", expected_version=suspended.case.row_version)

    assert office.does(resume).case.status is CaseStatus.OPEN


def test_a_case_whose_term_is_over_is_flagged_once(office: Office) -> None:
    opened = office.opens_case()
    office.clock.advance(timedelta(days=9))

    marked = [office.does(MarkOverdue(), actor=SYSTEM) for _ in range(2)]

    assert marked == [1, 0]
    found = office.engine.ask(FindCases(), actor=office.clerk).items[0]
    assert Flag.OVERDUE in found.flags
    assert [line.action for line in office.journal(opened)].count("case_overdue") == 1


@pytest.mark.parametrize("text", ["δημητριου", "DIMITRIOU eleni", "094014201", "Δημητρ"])
def test_a_case_is_found_by_name_and_code(office: Office, text: str) -> None:
    opened = office.opens_case()

    found = office.engine.ask(FindCases(text=text), actor=office.clerk)

    assert [case.id for case in found.items] == [opened.case.id]


def test_the_citizen_tracks_a_case_with_the_code_on_the_receipt_only(office: Office) -> None:
    case = office.opens_case().case

    code = office.code_of(case)
    tracking = office.engine.ask(TrackCase(number=case.number, code=code.lower()), actor=SYSTEM)

    assert (tracking.status, tracking.procedure_title_en) == (
        CaseStatus.OPEN,
        "Permanent residence certificate",
    )
    wrong = ((case.number, "AAAAAAAA"), (case.number, ""), ("0009-26-000002-0", code), ("x", "y"))
    for number, typed in wrong:
        with pytest.raises(NotFound, match="number and code"):
            office.engine.ask(TrackCase(number=number, code=typed), actor=SYSTEM)
