"""Claims about reading cases for change and writing all that one command changes in them."""

from dataclasses import replace
from datetime import timedelta, timezone

import pytest

from engine.cases import changeset_store, due_store, journal_store
from engine.cases import store as cases_store
from engine.cases.changeset_store import CaseChange, LockedCase
from engine.cases.journal import JournalHead
from engine.cases.model import Notify
from engine.kernel.bilingual import Language
from engine.kernel.pages import Slice
from engine.kernel.refusal import Conflict, OutOfDate
from engine.kernel.vocabulary import CaseStatus, Flag
from engine.messages import store as messages_store
from engine.outbox import store as outbox_store
from engine.outbox.model import JobState
from engine.service_tasks import store as service_tasks_store
from engine.service_tasks.model import ServiceTaskState
from engine.tasks import store as tasks_store
from engine.tasks.model import TaskState
from tests.builders import (
    A_CASE,
    NOON,
    a_branch,
    a_job,
    a_journal,
    a_party,
    a_person,
    a_service_task,
    a_subscription,
    a_task,
    an_id,
    minutes_later,
)
from tests.organisations import save_branch
from tests.stored_office import Office


def test_a_case_comes_back_as_it_was_written(office: Office) -> None:
    case = office.a_case(
        status=CaseStatus.SUSPENDED,
        flags=frozenset({Flag.STUCK, Flag.AWAITING_AGENCY}),
        notify=Notify(sms="+306900000000", email="eleni@example.org", language=Language.EN),
        opened_by=office.user.id,
        next_timer_at=minutes_later(3),
        suspended_at=minutes_later(1),
        term_rests_since=minutes_later(2),
        closed_at=minutes_later(2),
        outcome="Εκδόθηκε",
        journal=JournalHead(length=7, hash="ab" * 32),
        snapshot=bytes(range(256)),
        row_version=4,
    )
    office.file(case)

    with office.store.begin() as connection:
        found = changeset_store.lock_case(connection, case.id)

    assert found == LockedCase(case=case, tasks=(), service_tasks=())


def test_every_flag_and_status_is_kept(office: Office) -> None:
    cases = [office.a_case(number, flags=frozenset({flag})) for number, flag in enumerate(Flag, 1)]
    cases += [office.a_case(number, status=status) for number, status in enumerate(CaseStatus, 100)]
    office.write(*(CaseChange(case=case, is_new=True) for case in cases))

    with office.store.begin() as connection:
        found = [changeset_store.lock_case(connection, case.id) for case in cases]

    assert [locked.case for locked in found if locked] == cases


def test_a_change_of_every_field_of_a_case_is_written(office: Office) -> None:
    case = office.file(office.a_case())
    changed = replace(
        office.a_case(running=2),
        id=case.id,
        status=CaseStatus.REJECTED,
        flags=frozenset(Flag),
        notify=Notify(email="eleni@example.org"),
        due_at=None,
        next_timer_at=minutes_later(9),
        closed_at=minutes_later(8),
        suspended_at=minutes_later(7),
        term_rests_since=minutes_later(8),
        outcome="Απορρίφθηκε",
        snapshot=b"after",
        tracking_digest="OTHER1",
        opened_by=office.user.id,
        journal=JournalHead(length=1, hash="cd" * 32),
    )

    office.write(CaseChange(case=changed))

    with office.store.begin() as connection:
        found = changeset_store.lock_case(connection, case.id)
    assert found is not None
    assert found.case == replace(changed, row_version=2)


def test_there_is_no_case_of_an_unknown_id(office: Office) -> None:
    office.file(office.a_case())

    with office.store.begin() as connection:
        assert changeset_store.lock_case(connection, an_id()) is None
        assert changeset_store.lock_case_of_task(connection, an_id()) is None
        assert changeset_store.lock_case_of_service_task(connection, an_id()) is None
        assert changeset_store.lock_case_with_due_timer(connection, an_id(), NOON) is None
        assert tasks_store.task(connection, an_id()) is None
        assert service_tasks_store.service_task(connection, an_id()) is None


def test_a_locked_case_comes_with_what_waits_in_it_and_nothing_else(office: Office) -> None:
    case, other = office.a_case(1), office.a_case(2)
    tasks = [a_task(case, created_at=minutes_later(minute)) for minute in (2, 1)]
    closed = [a_task(case, state=state) for state in (TaskState.COMPLETED, TaskState.CANCELLED)]
    waiting = [
        a_service_task(case, created_at=minutes_later(minute), state=state)
        for minute, state in ((4, ServiceTaskState.DEAD), (3, ServiceTaskState.OPEN))
    ]
    answered = [a_service_task(case, state=state) for state in ServiceTaskState if state.is_final]
    office.file(other, new_tasks=(a_task(other),), new_service_tasks=(a_service_task(other),))
    office.file(case, new_tasks=(*tasks, *closed), new_service_tasks=(*waiting, *answered))

    with office.store.begin() as connection:
        found = changeset_store.lock_case(connection, case.id)

    expected = LockedCase(case=case, tasks=tuple(reversed(tasks)), service_tasks=tuple(reversed(waiting)))
    assert found == expected


def test_a_case_is_found_by_each_of_its_tasks_even_a_closed_one(office: Office) -> None:
    case = office.a_case()
    task, closed = a_task(case), a_task(case, state=TaskState.COMPLETED, closed_at=NOON)
    office.file(case, new_tasks=(task, closed))

    with office.store.begin() as connection:
        found = [
            changeset_store.lock_case_of_task(connection, task.id),
            changeset_store.lock_case_of_task(connection, closed.id),
        ]

    assert found == [LockedCase(case=case, tasks=(task,), service_tasks=())] * 2


def test_a_case_is_found_by_each_of_its_service_tasks_even_an_answered_one(office: Office) -> None:
    case = office.a_case()
    waiting, answered = a_service_task(case), a_service_task(case, state=ServiceTaskState.FAILED)
    office.file(case, new_service_tasks=(waiting, answered))

    with office.store.begin() as connection:
        found = [
            changeset_store.lock_case_of_service_task(connection, task.id) for task in (waiting, answered)
        ]

    assert found == [LockedCase(case=case, tasks=(), service_tasks=(waiting,))] * 2


def test_a_task_comes_back_as_it_was_written(office: Office) -> None:
    case = office.a_case()
    task = a_task(
        case,
        state=TaskState.CANCELLED,
        flag=Flag.AWAITING_CITIZEN,
        priority=0,
        form_id=None,
        due_at=minutes_later(1),
        follow_up_at=minutes_later(2),
        candidate_groups=("clerk", "manager"),
        candidate_users=("maria",),
        assignee_id=office.user.id,
        assignee_name="maria",
        closed_at=minutes_later(3),
        prefill={"όνομα": "Ελένη", "age": 41, "height": 1.68, "papers": [{"kind": None}, True]},
        draft={"nested": {"a": []}},
        row_version=3,
    )
    office.file(case, new_tasks=(task,))

    with office.store.begin() as connection:
        assert tasks_store.task(connection, task.id) == task


def test_a_service_task_comes_back_as_it_was_written(office: Office) -> None:
    case = office.a_case()
    task = a_service_task(
        case,
        agency=office.agency,
        state=ServiceTaskState.FAILED,
        locked_by="worker-1",
        locked_until=minutes_later(1),
        accepted_at=minutes_later(2),
        closed_at=minutes_later(3),
        error_code="NOT_FOUND",
        error_message="Δεν βρέθηκε",
        variables={"afm": "094014201", "children": [{"name": "Ν"}]},
        row_version=2,
    )
    office.file(case, new_service_tasks=(task,))

    with office.store.begin() as connection:
        assert service_tasks_store.service_task(connection, task.id) == task


def test_changed_tasks_are_written_and_their_versions_raised(office: Office) -> None:
    case = office.a_case()
    first, second = a_task(case), a_task(case)
    office.file(case, new_tasks=(first, second))
    done = first.claimed(office.user.id, "maria").closed(TaskState.COMPLETED, minutes_later(1))
    drafted = second.claimed(office.user.id, "maria").drafted({"complete": True}, minutes_later(1))

    office.write(CaseChange(case=case, changed_tasks=(done, drafted)))

    with office.store.begin() as connection:
        assert tasks_store.task(connection, first.id) == replace(done, row_version=2)
        assert tasks_store.task(connection, second.id) == replace(drafted, row_version=2)


def test_changed_service_tasks_are_written_and_their_versions_raised(office: Office) -> None:
    case = office.a_case()
    first, second = a_service_task(case), a_service_task(case)
    office.file(case, new_service_tasks=(first, second))
    answered = first.answered({"confirmed": True, "copies": [1, 2.5]}, minutes_later(1))
    accepted = second.accepted(minutes_later(2))

    office.write(CaseChange(case=case, changed_service_tasks=(answered, accepted)))

    with office.store.begin() as connection:
        assert service_tasks_store.service_task(connection, first.id) == replace(answered, row_version=2)
        assert service_tasks_store.service_task(connection, second.id) == replace(accepted, row_version=2)


@pytest.mark.parametrize("stale", ["case", "task", "one task of two", "service task"])
def test_a_row_that_changed_since_it_was_read_is_refused_and_nothing_is_written(
    office: Office, stale: str
) -> None:
    case = office.a_case()
    task, fresh, service_task = a_task(case), a_task(case), a_service_task(case)
    office.file(case, new_tasks=(task, fresh), new_service_tasks=(service_task,))
    office.write(CaseChange(case=case, changed_tasks=(task,), changed_service_tasks=(service_task,)))
    now = replace(case, row_version=2)
    change = {
        "case": CaseChange(case=case, new_tasks=(a_task(case),)),
        "task": CaseChange(case=now, changed_tasks=(task,)),
        "one task of two": CaseChange(case=now, changed_tasks=(fresh, task)),
        "service task": CaseChange(case=now, changed_service_tasks=(service_task,)),
    }[stale]

    with pytest.raises(OutOfDate):
        office.write(change)

    with office.store.begin() as connection:
        found = changeset_store.lock_case(connection, case.id)
    assert found is not None
    assert found.case.row_version == 2
    assert sorted(found.tasks, key=lambda task: task.row_version) == [fresh, replace(task, row_version=2)]


def test_a_change_of_a_case_that_is_not_there_is_refused(office: Office) -> None:
    with pytest.raises(OutOfDate):
        office.write(CaseChange(case=office.a_case()))


def test_a_case_number_is_given_to_one_case_only(office: Office) -> None:
    office.file(office.a_case(running=5))

    with pytest.raises(Conflict):
        office.file(office.a_case(running=5))


def test_a_service_task_can_change_without_its_case(office: Office) -> None:
    case = office.a_case()
    task = a_service_task(case)
    office.file(case, new_service_tasks=(task,))
    accepted = task.accepted(minutes_later(1))

    with office.store.begin() as connection:
        changeset_store.save_service_tasks(connection, [accepted])
        connection.commit()

    with office.store.begin() as connection:
        assert service_tasks_store.service_task(connection, task.id) == replace(accepted, row_version=2)
        found = changeset_store.lock_case(connection, case.id)
        assert found is not None
        assert found.case == case


def test_a_service_task_that_changed_since_it_was_read_is_refused(office: Office) -> None:
    case = office.a_case()
    task = a_service_task(case)
    office.file(case, new_service_tasks=(task,))
    office.write(CaseChange(case=case, changed_service_tasks=(task,)))

    with pytest.raises(OutOfDate):
        office.save_service_tasks(task)


def test_parties_and_journal_are_written_with_their_case(office: Office) -> None:
    case = office.a_case()
    lines, head = a_journal(case, "case_opened", "task_completed")
    applicant = a_party(case, person=a_person(patronymic="Γεώργιος", amka="01018012345"))
    office.file(replace(case, journal=head), parties=(applicant,), journal=lines)
    more, head = a_journal(replace(case, journal=head), "case_completed")

    office.write(CaseChange(case=replace(case, journal=head), journal=more))

    with office.store.reading() as connection:
        view = changeset_store.case(connection, case.id)
        assert view is not None
        assert view.parties == (applicant,)
        assert journal_store.list_journal(connection, case.id, Slice()).items == (*lines, *more)


def test_a_line_of_the_journal_is_never_written_over(office: Office) -> None:
    case = office.a_case()
    lines, _ = a_journal(case, "case_opened")
    office.file(case, journal=lines)

    with pytest.raises(Conflict):
        office.write(CaseChange(case=case, journal=lines))


def test_jobs_of_settled_service_tasks_are_done_whether_ready_leased_or_dead(office: Office) -> None:
    case = office.a_case()
    settled, waiting = a_service_task(case), a_service_task(case)
    jobs = (
        a_job(settled),
        a_job(settled, leased_by="w", leased_until=minutes_later(5), attempts=1),
        a_job(settled, state=JobState.DEAD, attempts=10, last_error="410"),
        a_job(waiting),
    )
    office.file(case, new_service_tasks=(settled, waiting), jobs=jobs)

    office.write(CaseChange(case=case, settled_service_tasks=(settled.id,)))

    with office.store.begin() as connection:
        found = [outbox_store.job(connection, job.id) for job in jobs]
    assert [(job.state, job.leased_until) for job in found if job] == [
        *[(JobState.DONE, None)] * 3,
        (JobState.READY, None),
    ]


def test_a_service_task_that_is_opened_and_settled_in_one_change_has_nothing_left_to_deliver(
    office: Office,
) -> None:
    case = office.a_case()
    brief = a_service_task(case, state=ServiceTaskState.CANCELLED)
    job = a_job(brief)

    office.file(case, new_service_tasks=(brief,), jobs=(job,), settled_service_tasks=(brief.id,))

    with office.store.begin() as connection:
        found = outbox_store.job(connection, job.id)
    assert found is not None
    assert found.state is JobState.DONE


def test_closed_subscriptions_wait_no_longer_and_others_do(office: Office) -> None:
    case = office.a_case()
    closed, kept = a_subscription(case), a_subscription(case, message="papers_received")
    office.file(case, new_subscriptions=(closed, kept))

    office.write(CaseChange(case=case, closed_subscriptions=(closed.token,)))

    with office.store.begin() as connection:
        assert (
            messages_store.lock_awaiting_case(connection, closed.message, closed.correlation_key, A_CASE)
            is None
        )
        assert (
            messages_store.lock_awaiting_case(connection, kept.message, kept.correlation_key, A_CASE)
            is not None
        )


def test_a_token_that_is_closed_and_waits_again_in_one_change_waits(office: Office) -> None:
    case = office.a_case()
    before = a_subscription(case)
    office.file(case, new_subscriptions=(before,))
    after = a_subscription(case, token=before.token, message="second_payment")

    office.write(CaseChange(case=case, closed_subscriptions=(before.token,), new_subscriptions=(after,)))

    with office.store.begin() as connection:
        found = messages_store.lock_awaiting_case(connection, "second_payment", case.number, A_CASE)
    assert found is not None
    assert found[0] == after


@pytest.mark.parametrize("status", [status for status in CaseStatus if status.is_final])
def test_a_case_in_a_final_status_waits_for_nothing_even_when_reopened(
    office: Office, status: CaseStatus
) -> None:
    case = office.a_case()
    subscription = a_subscription(case)
    office.file(case, new_subscriptions=(subscription,))

    office.write(CaseChange(case=replace(case, status=status)))
    office.write(CaseChange(case=replace(case, row_version=2)))

    with office.store.begin() as connection:
        assert (
            messages_store.lock_awaiting_case(
                connection, subscription.message, subscription.correlation_key, A_CASE
            )
            is None
        )


def test_a_case_with_a_due_timer_is_given_only_when_open_and_due(office: Office) -> None:
    due = office.file(office.a_case(1, next_timer_at=minutes_later(5)))
    resting = office.file(office.a_case(2, next_timer_at=minutes_later(5), status=CaseStatus.SUSPENDED))
    without = office.file(office.a_case(3))

    with office.store.begin() as connection:
        found = changeset_store.lock_case_with_due_timer(connection, due.id, minutes_later(5))
        assert found is not None
        assert found.case == due
        assert changeset_store.lock_case_with_due_timer(connection, due.id, minutes_later(4.99)) is None
        assert changeset_store.lock_case_with_due_timer(connection, resting.id, minutes_later(5)) is None
        assert changeset_store.lock_case_with_due_timer(connection, without.id, minutes_later(5)) is None


def test_overdue_cases_are_open_late_and_not_flagged_oldest_term_first(office: Office) -> None:
    late = office.file(office.a_case(1, due_at=minutes_later(2)))
    later = office.file(office.a_case(2, due_at=minutes_later(1)))
    office.file(office.a_case(3, due_at=minutes_later(1), flags=frozenset({Flag.OVERDUE})))
    office.file(office.a_case(4, due_at=minutes_later(1), status=CaseStatus.COMPLETED))
    office.file(office.a_case(5, due_at=minutes_later(3)))
    office.file(office.a_case(6, due_at=None))
    office.file(office.a_case(7, due_at=minutes_later(1), term_rests_since=minutes_later(0)))

    with office.store.begin() as connection:
        assert list(due_store.overdue_cases(connection, minutes_later(3), 10)) == [later.id, late.id]
        assert list(due_store.overdue_cases(connection, minutes_later(3), 1)) == [later.id]
        assert list(due_store.overdue_cases(connection, minutes_later(1), 10)) == []


def test_running_numbers_begin_at_1_for_each_branch_and_year(office: Office) -> None:
    other = a_branch(code="0182")
    with office.store.begin() as connection:
        save_branch(connection, other)

        first_year = [cases_store.next_running_number(connection, office.branch.id, 2026) for _ in range(3)]

        assert first_year == [1, 2, 3]
        assert cases_store.next_running_number(connection, office.branch.id, 2027) == 1
        assert cases_store.next_running_number(connection, other.id, 2026) == 1


def test_a_running_number_that_was_not_committed_is_given_again(office: Office) -> None:
    with office.store.begin() as connection:
        cases_store.next_running_number(connection, office.branch.id, 2026)
        connection.commit()
    with office.store.begin() as connection:
        assert cases_store.next_running_number(connection, office.branch.id, 2026) == 2

    with office.store.begin() as connection:
        assert cases_store.next_running_number(connection, office.branch.id, 2026) == 2


def test_what_was_stored_does_not_change_with_what_was_given(office: Office) -> None:
    case, prefill = office.a_case(), {"papers": ["identity"]}
    task = a_task(case, prefill=prefill)
    office.file(case, new_tasks=(task,))

    prefill["papers"].append("bill")

    with office.store.begin() as connection:
        found = tasks_store.task(connection, task.id)
    assert found is not None
    assert found.prefill == {"papers": ["identity"]}


def test_moments_come_back_in_utc_whatever_offset_they_had(office: Office) -> None:
    athens = timezone(timedelta(hours=2))
    case = office.a_case(due_at=NOON.astimezone(athens))
    office.file(case)

    with office.store.begin() as connection:
        found = changeset_store.lock_case(connection, case.id)

    assert found is not None
    assert found.case.due_at == NOON
