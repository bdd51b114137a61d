"""Claims about the lists of the desk: what is in them, in which order, and how their pages fit together."""

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy.engine import Connection

from engine.cases import changeset_store, due_store, journal_store
from engine.cases import store as cases_store
from engine.cases.changeset_store import CaseChange, CaseView
from engine.cases.model import Case, CaseFilter
from engine.kernel.pages import Page, Slice
from engine.kernel.permission_objects import Sight
from engine.kernel.refusal import Invalid
from engine.kernel.vocabulary import CaseStatus
from engine.outbox import store as outbox_store
from engine.procedures import store as procedures_store
from engine.service_tasks import store as service_tasks_store
from engine.service_tasks.model import ServiceTask, ServiceTaskFilter, ServiceTaskState
from engine.tasks import store as tasks_store
from engine.tasks.model import Task, TaskState
from engine.tasks.worklist_model import TaskFilter
from tests.builders import (
    NOON,
    a_branch,
    a_journal,
    a_party,
    a_service_task,
    a_task,
    an_agency,
    an_id,
    minutes_later,
)
from tests.organisations import save_agency, save_branch
from tests.stored_office import Office

EVERYWHERE = Sight(everywhere=True)
NOWHERE = Sight()


def cases(office: Office, sight: Sight = EVERYWHERE, **wanted: Any) -> list[Case]:
    with office.store.reading() as connection:
        return list(cases_store.list_cases(connection, CaseFilter(**wanted), sight=sight, part=Slice()).items)


def tasks(office: Office, sight: Sight = EVERYWHERE, **wanted: Any) -> list[Task]:
    with office.store.reading() as connection:
        return list(tasks_store.list_tasks(connection, TaskFilter(**wanted), sight=sight, part=Slice()).items)


def service_tasks(office: Office, sight: Sight = EVERYWHERE, **wanted: Any) -> list[ServiceTask]:
    with office.store.reading() as connection:
        agency_id = wanted.pop("agency_id", None)
        page = service_tasks_store.list_service_tasks(
            connection, ServiceTaskFilter(**wanted), sight=sight, agency_id=agency_id, part=Slice()
        )
    return list(page.items)


def listed(case: Case) -> Case:
    return replace(case, snapshot=b"")


def in_list(task: Task) -> Task:
    return replace(task, prefill={}, draft=None)


def another_branch(office: Office) -> Office:
    branch = a_branch(code="0182")
    with office.store.begin() as connection:
        save_branch(connection, branch)
        connection.commit()
    return replace(office, branch=branch)


# One case


def test_one_case_is_shown_with_what_is_open_in_it_and_who_is_in_it(office: Office) -> None:
    case = office.a_case()
    open_task, done = a_task(case), a_task(case, state=TaskState.COMPLETED)
    dead = a_service_task(case, state=ServiceTaskState.DEAD)
    answered = a_service_task(case, state=ServiceTaskState.COMPLETED)
    party = a_party(case)
    rows = {"new_tasks": (open_task, done), "new_service_tasks": (dead, answered), "parties": (party,)}
    office.file(case, **rows)
    view = CaseView(case=case, tasks=(open_task,), service_tasks=(dead,), parties=(party,))

    with office.store.reading() as connection:
        assert changeset_store.case(connection, case.id) == view
        assert changeset_store.case_numbered(connection, case.number) == view
        assert tasks_store.task(connection, done.id) == done
        assert service_tasks_store.service_task(connection, answered.id) == answered


def test_what_is_not_there_is_not_shown(office: Office) -> None:
    with office.store.reading() as connection:
        assert changeset_store.case(connection, an_id()) is None
        assert changeset_store.case_numbered(connection, "0009-26-000001-6") is None
        assert tasks_store.task(connection, an_id()) is None
        assert service_tasks_store.service_task(connection, an_id()) is None
        assert journal_store.list_journal(connection, an_id(), Slice()) == Page(items=(), next=None)


# Cases


def test_cases_are_listed_newest_first_without_snapshots(office: Office) -> None:
    old = office.file(office.a_case(1, opened_at=minutes_later(1)))
    new = office.file(office.a_case(2, opened_at=minutes_later(2)))

    assert cases(office) == [listed(new), listed(old)]


def test_cases_are_listed_only_in_sight(office: Office) -> None:
    there = another_branch(office)
    here_case, there_case = office.file(office.a_case()), there.file(there.a_case())

    assert cases(office, Sight(branch_id=office.branch.id)) == [listed(here_case)]
    assert cases(office, Sight(branch_id=there.branch.id)) == [listed(there_case)]
    assert cases(office, NOWHERE) == []
    assert len(cases(office, EVERYWHERE)) == 2


def test_cases_are_filtered_by_number_status_procedure_and_branch(office: Office) -> None:
    there = another_branch(office)
    first = office.file(office.a_case(1))
    second = office.file(office.a_case(2, status=CaseStatus.REJECTED, procedure_key="licence"))
    third = there.file(there.a_case(3))

    assert cases(office, number=first.number) == [listed(first)]
    assert cases(office, number="0009-26-000009-9") == []
    assert cases(office, status=CaseStatus.REJECTED) == [listed(second)]
    assert cases(office, procedure="licence") == [listed(second)]
    assert cases(office, branch_code="0182") == [listed(third)]
    assert cases(office, branch_code="7777") == []
    assert cases(office, branch_code="0182", procedure="licence") == []


def test_a_case_is_found_when_each_word_begins_one_of_its_words(office: Office) -> None:
    eleni = office.file(office.a_case(1), words=("eleni", "dimitriou", "094014201", "eleni"))
    office.file(office.a_case(2), words=("eleftheria", "dima"))
    office.file(office.a_case(3))

    assert cases(office, words=("eleni",)) == [listed(eleni)]
    assert cases(office, words=("dimi", "el")) == [listed(eleni)]
    assert cases(office, words=("0940",)) == [listed(eleni)]
    assert len(cases(office, words=("el", "dim"))) == 2
    for missing in (("leni",), ("elenis",), ("eleni", "dima"), ("%",), ("_leni",), ("ELENI",)):
        assert cases(office, words=missing) == [], missing


# Tasks


def test_tasks_due_first_come_first_and_those_without_a_due_date_last(office: Office) -> None:
    case = office.a_case()
    without = a_task(case)
    later, sooner = a_task(case, due_at=minutes_later(9)), a_task(case, due_at=minutes_later(3))
    office.file(case, new_tasks=(without, later, sooner))

    assert tasks(office) == [in_list(sooner), in_list(later), in_list(without)]


def test_the_worklist_carries_no_form_data(office: Office) -> None:
    case = office.a_case()
    task = a_task(case, prefill={"afm": "094014201"}, draft={"afm": "1"}, candidate_groups=("clerk",))
    office.file(case, new_tasks=(task,))

    assert tasks(office) == [in_list(task)]


def test_tasks_are_listed_only_in_sight(office: Office) -> None:
    there = another_branch(office)
    here_case, there_case = office.a_case(), there.a_case()
    here_task, there_task = a_task(here_case), a_task(there_case)
    office.file(here_case, new_tasks=(here_task,))
    there.file(there_case, new_tasks=(there_task,))

    assert tasks(office, Sight(branch_id=office.branch.id)) == [in_list(here_task)]
    assert tasks(office, Sight(branch_id=there.branch.id)) == [in_list(there_task)]
    assert tasks(office, NOWHERE) == []
    assert len(tasks(office, EVERYWHERE)) == 2


def test_tasks_are_filtered_by_state_holder_branch_procedure_and_due_date(office: Office) -> None:
    there = another_branch(office)
    case, other = office.a_case(1, procedure_key="licence"), there.a_case(2)
    held = a_task(case, assignee_id=office.user.id, assignee_name="maria", due_at=minutes_later(5))
    free = a_task(other)
    done = a_task(other, state=TaskState.COMPLETED)
    cancelled = a_task(other, state=TaskState.CANCELLED)
    office.file(case, new_tasks=(held,))
    there.file(other, new_tasks=(free, done, cancelled))

    assert tasks(office, assignee_id=office.user.id) == [in_list(held)]
    assert tasks(office, assignee_id=an_id()) == []
    assert tasks(office, unassigned=True) == [in_list(free)]
    assert tasks(office, Sight(branch_id=office.branch.id), unassigned=True) == []
    assert tasks(office, state=TaskState.COMPLETED) == [in_list(done)]
    assert tasks(office, state=TaskState.CANCELLED) == [in_list(cancelled)]
    assert tasks(office, branch_code="0182") == [in_list(free)]
    assert tasks(office, branch_code="7777") == []
    assert tasks(office, procedure="licence") == [in_list(held)]
    assert tasks(office, due_before=minutes_later(6)) == [in_list(held)]
    assert tasks(office, due_before=minutes_later(5)) == []


def test_tasks_are_found_by_the_words_of_their_case(office: Office) -> None:
    case, other = office.a_case(1), office.a_case(2)
    task = a_task(case)
    office.file(case, words=("eleni", "dimitriou"), new_tasks=(task,))
    office.file(other, words=("eleni",), new_tasks=(a_task(other),))

    assert tasks(office, words=("ele", "dim")) == [in_list(task)]
    assert len(tasks(office, words=("ele",))) == 2


# Service tasks


def test_service_tasks_are_listed_oldest_first_whole(office: Office) -> None:
    case = office.a_case()
    young = a_service_task(case, created_at=minutes_later(2))
    old = a_service_task(case, created_at=minutes_later(1))
    office.file(case, new_service_tasks=(young, old))

    assert service_tasks(office) == [old, young]


def test_an_agency_sees_its_own_service_tasks_in_whatever_branch(office: Office) -> None:
    there = another_branch(office)
    case, other = office.a_case(), there.a_case()
    mine = a_service_task(case, agency=office.agency, created_at=minutes_later(1))
    mine_there = a_service_task(other, agency=office.agency, created_at=minutes_later(2))
    nobodys = a_service_task(case)
    office.file(case, new_service_tasks=(mine, nobodys))
    there.file(other, new_service_tasks=(mine_there,))

    assert service_tasks(office, NOWHERE, agency_id=office.agency.id) == [mine, mine_there]
    assert service_tasks(office, NOWHERE) == []
    assert service_tasks(office, Sight(branch_id=there.branch.id)) == [mine_there]
    assert len(service_tasks(office, EVERYWHERE)) == 3


def test_service_tasks_are_filtered_by_state_and_agency(office: Office) -> None:
    other = an_agency(key="other")
    with office.store.begin() as connection:
        save_agency(connection, other)
        connection.commit()
    case = office.a_case()
    mine = a_service_task(case, agency=office.agency)
    theirs = a_service_task(case, agency=other, state=ServiceTaskState.DEAD)
    office.file(case, new_service_tasks=(mine, theirs))

    assert service_tasks(office) == [mine]
    assert service_tasks(office, state=ServiceTaskState.DEAD) == [theirs]
    assert service_tasks(office, state=ServiceTaskState.FAILED) == []
    assert service_tasks(office, state=None, agency_key="other") == [theirs]
    assert service_tasks(office, state=None, agency_key="unknown") == []
    assert len(service_tasks(office, state=None)) == 2


# Timers


def test_due_cases_are_open_and_due_most_overdue_first(office: Office) -> None:
    later = office.file(office.a_case(1, next_timer_at=minutes_later(2)))
    sooner = office.file(office.a_case(2, next_timer_at=minutes_later(1)))
    office.file(office.a_case(3, next_timer_at=minutes_later(3)))
    office.file(office.a_case(4, next_timer_at=minutes_later(1), status=CaseStatus.SUSPENDED))
    office.file(office.a_case(5))

    with office.store.reading() as connection:
        assert list(due_store.due_cases(connection, minutes_later(2), 10)) == [sooner.id, later.id]
        assert list(due_store.due_cases(connection, minutes_later(2), 1)) == [sooner.id]


# Pages

Read = Callable[[Connection, Slice], Page[Any]]

LISTS: dict[str, Read] = {
    "cases": lambda connection, part: cases_store.list_cases(
        connection, CaseFilter(), sight=EVERYWHERE, part=part
    ),
    "tasks": lambda connection, part: tasks_store.list_tasks(
        connection, TaskFilter(), sight=EVERYWHERE, part=part
    ),
    "service tasks": lambda connection, part: service_tasks_store.list_service_tasks(
        connection, ServiceTaskFilter(), sight=EVERYWHERE, agency_id=None, part=part
    ),
    "jobs": lambda connection, part: outbox_store.list_jobs(connection, None, part),
    "procedures": lambda connection, part: procedures_store.procedures(
        connection, words=None, status=None, at=NOON, part=part
    ),
    "journal": lambda connection, part: journal_store.list_journal(connection, an_id(), part),
}


def file_seven_of_each(office: Office) -> None:
    """Seven cases with a task and a service task each, several of them at the same moment."""
    for number in range(1, 8):
        case = office.a_case(number, opened_at=minutes_later(number // 3))
        due_at = minutes_later(number // 3) if number < 6 else None
        rows = {
            "new_tasks": (a_task(case, due_at=due_at),),
            "new_service_tasks": (a_service_task(case, created_at=minutes_later(number // 3)),),
        }
        office.file(case, **rows)


@pytest.mark.parametrize("name", ["cases", "tasks", "service tasks"])
@pytest.mark.parametrize("limit", [1, 2, 3, 7, 100])
def test_the_pages_of_a_list_make_up_the_whole_list(office: Office, name: str, limit: int) -> None:
    file_seven_of_each(office)
    read = LISTS[name]

    with office.store.reading() as connection:
        whole = read(connection, Slice(limit=100))
        parts = [read(connection, Slice(limit=limit))]
        while (cursor := parts[-1].next) is not None:
            parts.append(read(connection, Slice(limit=limit, cursor=cursor)))

    assert whole.next is None
    assert len(whole.items) == 7
    assert tuple(item for part in parts for item in part.items) == whole.items
    assert all(len(part.items) == limit for part in parts[:-1])
    assert parts[-1].items


def test_the_journal_comes_page_by_page(office: Office) -> None:
    case = office.a_case()
    lines, _ = a_journal(case, *(f"step_{number}" for number in range(12)))
    office.file(case, journal=lines)

    with office.store.reading() as connection:
        first = journal_store.list_journal(connection, case.id, Slice(limit=7))
        second = journal_store.list_journal(connection, case.id, Slice(limit=7, cursor=first.next))

    assert first.items + second.items == lines
    assert second.next is None


def encoded(content: object) -> str:
    """Content in the clothes of a cursor."""
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


FOREIGN_CURSORS = (
    "",
    "x",
    "not a cursor",
    "A" * 4000,
    "ελληνικά",
    "%00",
    base64.urlsafe_b64encode(b"\xff\xfe").decode(),
    encoded(17),
    encoded({}),
    encoded([]),
    encoded(["cases"]),
    encoded([["tasks"], None]),
    *(
        encoded([name, *key])
        for name in ("cases", "tasks", "service tasks", "jobs", "procedures", "journal")
        for key in (
            ["soon", "never"],
            ["2026-03-09T12:00:00", "0" * 32],
            ["0001-01-01T00:00+14:00", "0" * 32],
            [1 << 70],
            [-1],
            [True],
            ["a\0b"],
            ["\ud83d"],
            [None],
            [],
        )
    ),
)


@pytest.mark.parametrize("name", LISTS)
def test_a_cursor_that_is_not_ours_is_refused(office: Office, name: str) -> None:
    file_seven_of_each(office)

    for cursor in FOREIGN_CURSORS:
        with office.store.reading() as connection, pytest.raises(Invalid) as refused:
            LISTS[name](connection, Slice(cursor=cursor))

        assert "cursor" in refused.value.errors, cursor


def test_a_cursor_of_one_list_is_refused_by_another(office: Office) -> None:
    file_seven_of_each(office)

    with office.store.reading() as connection:
        of_cases = cases_store.list_cases(
            connection, CaseFilter(), sight=EVERYWHERE, part=Slice(limit=1)
        ).next
        with pytest.raises(Invalid):
            tasks_store.list_tasks(connection, TaskFilter(), sight=EVERYWHERE, part=Slice(cursor=of_cases))


@pytest.mark.parametrize("limit", [0, -1, 101])
def test_a_page_has_from_1_to_100_items(office: Office, limit: int) -> None:
    with office.store.reading() as connection, pytest.raises(Invalid) as refused:
        tasks_store.list_tasks(connection, TaskFilter(), sight=EVERYWHERE, part=Slice(limit=limit))

    assert "limit" in refused.value.errors


def test_a_cursor_can_be_put_into_a_url_as_it_is(office: Office) -> None:
    file_seven_of_each(office)

    with office.store.reading() as connection:
        cursor = tasks_store.list_tasks(connection, TaskFilter(), sight=EVERYWHERE, part=Slice(limit=3)).next

    assert cursor is not None
    assert set(cursor) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


def test_what_is_filed_after_a_page_was_read_neither_repeats_nor_hides_anything(office: Office) -> None:
    file_seven_of_each(office)
    with office.store.reading() as connection:
        first = cases_store.list_cases(connection, CaseFilter(), sight=EVERYWHERE, part=Slice(limit=4))
        whole = cases_store.list_cases(connection, CaseFilter(), sight=EVERYWHERE, part=Slice())

    office.write(CaseChange(case=office.a_case(50, opened_at=minutes_later(60)), is_new=True))

    with office.store.reading() as connection:
        second = cases_store.list_cases(
            connection, CaseFilter(), sight=EVERYWHERE, part=Slice(limit=4, cursor=first.next)
        )
    assert first.items + second.items == whole.items
