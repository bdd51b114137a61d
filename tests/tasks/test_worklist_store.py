"""Claims about worklists in every store: orders, counts, the next task, saved filters and the pulse."""

from dataclasses import replace
from typing import Any

import pytest

from engine.cases import changeset_store
from engine.cases.changeset_store import CaseChange
from engine.kernel.pages import Slice
from engine.kernel.permission_objects import Sight
from engine.kernel.vocabulary import CaseStatus, Flag
from engine.people import store as people_store
from engine.service_tasks.model import ServiceTaskState
from engine.tasks import store as tasks_store
from engine.tasks import worklist_store
from engine.tasks.model import Task, TaskState
from engine.tasks.worklist_model import ProcedureInWork, SavedFilter, TaskFilter, TaskOrder, WorklistCounts
from tests.builders import (
    NOON,
    a_branch,
    a_journal,
    a_service_task,
    a_task,
    a_user,
    an_agency,
    an_id,
    minutes_later,
)
from tests.organisations import save_agency, save_branch
from tests.stored_office import Office

EVERYWHERE = Sight(everywhere=True)


def filed(office: Office, *tasks: dict[str, Any]) -> list[Task]:
    """Each of these tasks in a new case of its own."""
    found = []
    for running, changes in enumerate(tasks, start=1):
        case = office.a_case(running)
        found.append(a_task(case, **changes))
        office.file(case, new_tasks=(found[-1],))
    return found


def listed(office: Office, order: TaskOrder, *, limit: int = 100, **wanted: Any) -> list[Task]:
    """Every task, gathered page by page."""
    found: list[Task] = []
    cursor = None
    while True:
        with office.store.reading() as connection:
            page = tasks_store.list_tasks(
                connection,
                TaskFilter(order=order, **wanted),
                sight=EVERYWHERE,
                part=Slice(limit=limit, cursor=cursor),
            )
        found += page.items
        cursor = page.next
        if cursor is None:
            return found


def counts(office: Office, sight: Sight) -> WorklistCounts:
    with office.store.reading() as connection:
        return worklist_store.worklist_counts(connection, sight=sight, user_id=office.user.id, now=NOON)


def pulse(office: Office) -> str:
    with office.store.reading() as connection:
        return worklist_store.pulse_of_branch(connection, office.branch.id)


def pulse_of_agency(office: Office) -> str:
    with office.store.reading() as connection:
        return worklist_store.pulse_of_agency(connection, office.agency.id)


def acted(office: Office, case_number: int = 1) -> None:
    """Do something in a case that its journal tells."""
    case = office.a_case(case_number)
    office.file(case)
    lines, head = a_journal(case, "note_added")
    office.write(CaseChange(case=replace(case, journal=head), journal=lines))


# Orders and filters


@pytest.mark.parametrize("limit", [1, 2, 100])
def test_the_highest_priority_comes_first_and_of_equals_what_is_due_first(office: Office, limit: int) -> None:
    undated, late, low, high, soon = filed(
        office,
        {"priority": 50},
        {"priority": 50, "due_at": minutes_later(60)},
        {"priority": 10, "due_at": minutes_later(1)},
        {"priority": 90},
        {"priority": 50, "due_at": minutes_later(5)},
    )

    found = listed(office, TaskOrder.PRIORITY, limit=limit)

    assert [task.id for task in found] == [task.id for task in (high, soon, late, undated, low)]


@pytest.mark.parametrize("limit", [1, 100])
def test_tasks_are_listed_by_age_from_either_end(office: Office, limit: int) -> None:
    second, first, third = filed(
        office,
        {"created_at": minutes_later(2)},
        {"created_at": minutes_later(1)},
        {"created_at": minutes_later(3)},
    )

    oldest = listed(office, TaskOrder.OLDEST, limit=limit)
    newest = listed(office, TaskOrder.NEWEST, limit=limit)

    assert [task.id for task in oldest] == [first.id, second.id, third.id]
    assert newest == oldest[::-1]


def test_a_list_is_narrowed_to_a_flag(office: Office) -> None:
    _, ready = filed(office, {}, {"flag": Flag.READY_FOR_PICKUP})

    found = listed(office, TaskOrder.DUE, flag=Flag.READY_FOR_PICKUP)

    assert [task.id for task in found] == [ready.id]


# Counts


def test_the_parts_of_a_worklist_are_counted(office: Office) -> None:
    filed(
        office,
        {"assignee_id": office.user.id, "assignee_name": office.user.username, "due_at": minutes_later(-1)},
        {"due_at": minutes_later(1)},
        {"flag": Flag.READY_FOR_PICKUP},
        {"state": TaskState.COMPLETED, "closed_at": NOON},
    )
    case = office.a_case(9)
    office.file(
        case, new_service_tasks=(a_service_task(case), a_service_task(case, state=ServiceTaskState.DEAD))
    )

    of_branch = counts(office, Sight(branch_id=office.branch.id))

    assert of_branch == counts(office, EVERYWHERE)
    assert of_branch == WorklistCounts(
        mine=1, branch=3, unassigned=2, overdue=1, awaiting_agency=1, ready_for_pickup=1, decided=0
    )


def test_nothing_of_another_branch_is_counted(office: Office) -> None:
    filed(office, {})

    elsewhere = counts(office, Sight(branch_id=an_id()))

    assert elsewhere == WorklistCounts(
        mine=0, branch=0, unassigned=0, overdue=0, awaiting_agency=0, ready_for_pickup=0, decided=0
    )


# The next task


def test_free_tasks_come_most_urgent_first_and_go_on_after_the_last(office: Office) -> None:
    low, _held, high = filed(
        office,
        {"priority": 10},
        {"assignee_id": office.user.id, "assignee_name": office.user.username, "priority": 99},
        {"priority": 80},
    )

    with office.store.begin() as connection:
        first = worklist_store.free_tasks(connection, office.branch.id, after=None, limit=1)
        second = worklist_store.free_tasks(connection, office.branch.id, after=first[0], limit=5)

    assert ([task.id for task in first], [task.id for task in second]) == ([high.id], [low.id])
    assert (first[0].prefill, first[0].draft) == ({}, None)


def test_tasks_of_suspended_cases_and_other_branches_are_not_free(office: Office) -> None:
    case = office.a_case(1, status=CaseStatus.SUSPENDED, suspended_at=NOON)
    office.file(case, new_tasks=(a_task(case),))
    filed_elsewhere = a_branch(code="0182")

    with office.store.begin() as connection:
        save_branch(connection, filed_elsewhere)
        here = worklist_store.free_tasks(connection, office.branch.id, after=None, limit=5)
        elsewhere = worklist_store.free_tasks(connection, filed_elsewhere.id, after=None, limit=5)

    assert (list(here), list(elsewhere)) == ([], [])


def test_a_free_case_is_locked_with_what_waits_in_it(office: Office) -> None:
    task = filed(office, {})[0]

    with office.store.begin() as connection:
        locked = changeset_store.lock_case_if_free(connection, task.case_id)
        missing = changeset_store.lock_case_if_free(connection, an_id())

    assert locked is not None
    assert ([found.id for found in locked.tasks], missing) == ([task.id], None)


def test_tasks_are_found_with_their_cases_and_their_holder(office: Office) -> None:
    in_hand = {"assignee_id": office.user.id, "assignee_name": office.user.username}
    later, sooner, _free = filed(
        office,
        {**in_hand, "due_at": minutes_later(9)},
        {**in_hand, "due_at": minutes_later(3)},
        {},
    )

    with office.store.begin() as connection:
        cases = worklist_store.cases_of(connection, [later.id, an_id()])
        held = worklist_store.held_by(connection, office.user.username, office.branch.id, limit=5)
        one = worklist_store.held_by(connection, office.user.username, office.branch.id, limit=1)
        elsewhere = worklist_store.held_by(connection, office.user.username, an_id(), limit=5)
        nobody = worklist_store.held_by(connection, "nobody", office.branch.id, limit=5)

    assert cases == {later.id: later.case_id}
    assert (list(held), list(one)) == ([sooner.id, later.id], [sooner.id])
    assert (list(elsewhere), list(nobody)) == ([], [])


# Saved filters


def a_filter(office: Office, **changes: Any) -> SavedFilter:
    saved = SavedFilter(
        id=an_id(), user_id=office.user.id, name="Δικά μου", query="assignee=me", saved_at=NOON
    )
    return replace(saved, **changes)


def test_a_filter_is_kept_changed_and_forgotten_by_its_owner_alone(office: Office) -> None:
    colleague, saved = a_user(username="petros"), a_filter(office)
    with office.store.begin() as connection:
        people_store.save_user(connection, colleague)
        worklist_store.save_filter(connection, saved)
        worklist_store.save_filter(connection, a_filter(office, user_id=colleague.id))
        worklist_store.save_filter(connection, replace(saved, query="overdue=true"))
        by_another = worklist_store.forget_filter(connection, saved.id, colleague.id)
        connection.commit()

    with office.store.reading() as connection:
        kept = worklist_store.filters_of(connection, office.user.id)
    with office.store.begin() as connection:
        forgotten = worklist_store.forget_filter(connection, saved.id, office.user.id)
        left = worklist_store.filters_of(connection, office.user.id)

    assert list(kept) == [replace(saved, query="overdue=true")]
    assert (by_another, forgotten, list(left)) == (False, True, [])


def test_filters_are_listed_by_name(office: Office) -> None:
    with office.store.begin() as connection:
        for name in ("β", "α"):
            worklist_store.save_filter(connection, a_filter(office, id=an_id(), name=name))

        names = [saved.name for saved in worklist_store.filters_of(connection, office.user.id)]

    assert names == ["α", "β"]


# The pulse


def test_the_pulse_of_a_branch_stands_still_until_something_is_done_in_it(office: Office) -> None:
    acted(office)
    before, again = pulse(office), pulse(office)

    acted(office, 2)

    assert before == again
    assert pulse(office) != before


def test_two_acts_of_the_same_moment_are_two_beats(office: Office) -> None:
    case = office.a_case()
    lines, head = a_journal(case, "case_opened")
    office.file(replace(case, journal=head), journal=lines)
    before = pulse(office)
    more, further = a_journal(replace(case, journal=head), "task_claimed")
    same_moment = tuple(replace(line, at=lines[0].at) for line in more)

    office.write(CaseChange(case=replace(case, journal=further), journal=same_moment))

    assert pulse(office) != before


def test_a_change_that_no_journal_tells_is_no_beat(office: Office) -> None:
    task = filed(office, {})[0]
    with office.store.begin() as connection:
        locked = changeset_store.lock_case(connection, task.case_id)
    assert locked is not None
    before = pulse(office)

    office.write(CaseChange(case=locked.case, changed_tasks=(task.drafted({"papers": "so far"}, NOON),)))

    assert pulse(office) == before


def test_the_pulse_of_an_agency_follows_its_open_service_tasks(office: Office) -> None:
    other = an_agency(key="police")
    case = office.a_case()
    task = a_service_task(case, agency=office.agency)
    office.file(case, new_service_tasks=(task,))
    before = pulse_of_agency(office)
    with office.store.begin() as connection:
        save_agency(connection, other)
        connection.commit()
    next_case = office.a_case(2)
    office.file(next_case, new_service_tasks=(a_service_task(next_case, agency=other),))
    undisturbed = pulse_of_agency(office)

    office.write(CaseChange(case=case, changed_service_tasks=(task.accepted(NOON),)))

    assert (undisturbed == before, pulse_of_agency(office) == before) == (True, False)


def test_the_procedures_that_there_is_work_of_are_those_of_open_tasks(office: Office) -> None:
    filed(office, {}, {}, {"state": TaskState.COMPLETED, "procedure_key": "closed-work"})

    with office.store.reading() as connection:
        here = worklist_store.procedures_in_work(connection, sight=Sight(branch_id=office.branch.id))
        elsewhere = worklist_store.procedures_in_work(connection, sight=Sight(branch_id=an_id()))
        everywhere = worklist_store.procedures_in_work(connection, sight=EVERYWHERE)

    version = office.version
    assert here == [
        ProcedureInWork(
            key=version.key, title=version.title, title_en=version.title_en, versions=(version.number,)
        )
    ]
    assert (elsewhere, everywhere) == ([], here)
