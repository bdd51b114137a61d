"""A residence certificate from the counter to the municipality and back, and its other ends."""

from datetime import timedelta

import pytest

from engine.kernel.actor import SYSTEM
from engine.kernel.refusal import Conflict, NotFound
from engine.kernel.vocabulary import CaseStatus, Flag
from engine.messages.timers import FireTimer
from engine.sealing.chain import first_broken_line
from engine.service_tasks.answer import AnswerServiceTask
from engine.service_tasks.fail import FailServiceTask
from engine.service_tasks.model import ServiceTaskState
from tests.builders import an_agency, an_agency_actor
from tests.office import CONFIRMED, HANDED_OVER, PAPERS_COMPLETE, Office, an_office


@pytest.fixture
def office() -> Office:
    return an_office()


def test_a_certificate_is_issued_and_handed_over(office: Office) -> None:
    opened = office.opens_case()
    sent = office.completes(opened.tasks[0], PAPERS_COMPLETE)
    (waiting,) = sent.service_tasks
    agency = an_agency_actor(office.agency)
    answered = office.does(AnswerServiceTask(service_task_id=waiting.id, data=CONFIRMED), actor=agency)
    done = office.completes(answered.tasks[0], HANDED_OVER)

    assert Flag.AWAITING_AGENCY in sent.case.flags
    assert answered.case.flags == {Flag.READY_FOR_PICKUP}
    assert done.case.status is CaseStatus.COMPLETED
    assert done.case.outcome == "handed_over"
    assert (done.tasks, done.service_tasks, done.case.flags) == ((), (), frozenset())


def test_the_journal_tells_the_story_and_is_intact(office: Office) -> None:
    sent = office.sends_to_municipality()
    agency = an_agency_actor(office.agency)
    office.does(AnswerServiceTask(service_task_id=sent.service_tasks[0].id, data=CONFIRMED), actor=agency)

    journal = office.journal(sent)

    assert [line.action for line in journal] == [
        "case_opened",
        "task_opened",
        "task_claimed",
        "task_completed",
        "service_task_opened",
        "service_task_completed",
        "task_opened",
    ]
    assert [line.actor_name for line in journal[2:6]] == ["maria", "maria", "maria", "municipality"]
    assert {line.branch_code for line in journal[:5]} == {"0009"}
    assert first_broken_line(journal, office.engine.journal_keys) is None


def test_the_journal_holds_nothing_that_was_typed_into_a_form(office: Office) -> None:
    sent = office.sends_to_municipality()

    told = " ".join(f"{line.detail} {line.reason}" for line in office.journal(sent))

    for personal in ("Πατησίων", "Ελένη", "Δημητρίου", "094014201", "4471"):
        assert personal not in told


def test_the_municipality_sees_only_what_the_diagram_gives_it(office: Office) -> None:
    (waiting,) = office.sends_to_municipality().service_tasks

    assert set(waiting.variables) == {
        "given_name",
        "family_name",
        "patronymic",
        "afm",
        "register",
        "residence",
        "evidence",
    }


def test_a_person_who_is_no_resident_is_rejected_with_reasons(office: Office) -> None:
    (waiting,) = office.sends_to_municipality().service_tasks
    refusal = FailServiceTask(
        service_task_id=waiting.id, code="NOT_RESIDENT", message="Δεν είναι εγγεγραμμένη"
    )

    refused = office.does(refusal, actor=an_agency_actor(office.agency))
    told = {
        "rejection_reason": "Δεν βρέθηκε στο δημοτολόγιο",
        "informed_by": "phone",
        "appeal_explained": True,
    }
    done = office.completes(refused.tasks[0], told)

    assert refused.tasks[0].element_id == "inform_rejection"
    assert (done.case.status, done.case.outcome) == (CaseStatus.REJECTED, "rejected")


def test_an_application_with_missing_papers_is_not_filed(office: Office) -> None:
    missing = {"identity_checked": True, "papers_verdict": "incomplete", "missing_papers": ["evidence"]}

    done = office.completes(office.opens_case().tasks[0], missing)

    assert (done.case.status, done.case.outcome) == (CaseStatus.REJECTED, "not_filed")
    assert done.service_tasks == ()


def test_a_late_municipality_is_reminded_and_may_still_answer(office: Office) -> None:
    sent = office.sends_to_municipality()
    office.clock.advance(timedelta(days=5, seconds=1))

    fired = office.does(FireTimer(case_id=sent.case.id), actor=SYSTEM)
    again = office.does(FireTimer(case_id=sent.case.id), actor=SYSTEM)
    answer = AnswerServiceTask(service_task_id=sent.service_tasks[0].id, data=CONFIRMED)
    answered = office.does(answer, actor=an_agency_actor(office.agency))

    assert (fired, again) == (True, False)
    assert {task.element_id for task in answered.tasks} == {"remind_municipality", "hand_over"}


def test_an_error_that_nobody_catches_leaves_the_case_stuck_and_the_service_task_open(office: Office) -> None:
    (waiting,) = office.sends_to_municipality().service_tasks
    agency = an_agency_actor(office.agency)

    stuck = office.does(FailServiceTask(service_task_id=waiting.id, code="METEOR", message=""), actor=agency)
    repaired = office.does(AnswerServiceTask(service_task_id=waiting.id, data=CONFIRMED), actor=agency)

    assert stuck.is_stuck
    assert stuck.service_tasks[0].state is ServiceTaskState.OPEN
    assert not repaired.is_stuck
    assert [task.element_id for task in repaired.tasks] == ["hand_over"]


def test_a_service_task_is_answered_once_and_only_by_its_agency(office: Office) -> None:
    (waiting,) = office.sends_to_municipality().service_tasks
    answer = AnswerServiceTask(service_task_id=waiting.id, data=CONFIRMED)

    with pytest.raises(NotFound):
        office.does(answer, actor=an_agency_actor(an_agency(key="other")))
    office.does(answer, actor=an_agency_actor(office.agency))
    with pytest.raises(Conflict, match="is completed"):
        office.does(answer, actor=an_agency_actor(office.agency))
