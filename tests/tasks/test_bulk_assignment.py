"""Work that finds its people: the next task, many tasks in one go, a colleague's tasks, pauses and loads."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from threading import Barrier
from uuid import UUID

import pytest

from engine.bootstrap import build
from engine.cases.journal import JournalEntry
from engine.cases.lifecycle import SuspendCase
from engine.cases.queries import ReadJournal
from engine.kernel.actor import SYSTEM, Actor, ActorKind, Role
from engine.kernel.pages import Slice
from engine.kernel.refusal import Conflict, Invalid, NotFound, NotPermitted
from engine.people.model import User
from engine.people.pauses import EndPause, PauseClerk
from engine.people.users import SaveUser
from engine.settings import from_environment
from engine.tasks.assign import AssignTask, ClaimTask
from engine.tasks.bulk_assignment import MOST, AssignTasks, ReassignWork, ReleaseTasks
from engine.tasks.claim_next import ClaimNext
from engine.tasks.model import Task
from engine.tasks.queries import ListTasks
from engine.tasks.worklist_queries import CountWorklist
from engine.tasks.workload import ShowLoad, ShowOwnPause
from tests.builders import NOON, a_branch, a_manager, an_agency_actor, an_id
from tests.messages.drawn import offer_drawn
from tests.office import PAPERS_COMPLETE, MovableClock, Office, an_office
from tests.runtime.diagrams import chain, element, end, start, user


@pytest.fixture
def office() -> Office:
    return an_office()


def open_tasks(office: Office, count: int) -> list[Task]:
    """The first tasks of that many cases, a second apart."""
    tasks: list[Task] = []
    for _ in range(count):
        tasks += office.opens_case().tasks
        office.clock.advance(timedelta(seconds=1))
    return tasks


def lines_of(office: Office, case_id: UUID) -> tuple[JournalEntry, ...]:
    return office.engine.ask(ReadJournal(case_id=case_id, part=Slice(limit=100)), actor=SYSTEM).items


def held_by(office: Office, username: str) -> list[Task]:
    question = ListTasks(assignee=username)
    return list(office.engine.ask(question, actor=office.manager).items)


# The next task


def test_who_asks_for_work_gets_the_task_that_waits_longest(office: Office) -> None:
    first, _second = open_tasks(office, 2)

    claimed = office.does(ClaimNext())

    assert (claimed.id, claimed.assignee_name) == (first.id, "maria")
    assert held_by(office, "maria") == [replace(claimed, prefill={}, draft=None)]


def test_two_who_ask_one_after_the_other_get_different_tasks_until_there_is_none(office: Office) -> None:
    open_tasks(office, 2)

    mine = office.does(ClaimNext())
    theirs = office.does(ClaimNext(), actor=office.colleague)

    assert mine.id != theirs.id
    with pytest.raises(NotFound) as refusal:
        office.does(ClaimNext())
    assert refusal.value.code == "nothing_to_claim"


def test_two_who_ask_at_once_get_different_tasks(database_url: str) -> None:
    clock = MovableClock(NOON)
    engine = build(from_environment({"STOA_DATABASE_URL": database_url}), clock=clock)
    office = an_office(engine, clock=clock)
    open_tasks(office, 6)
    start = Barrier(6)

    def ask(number: int) -> Task:
        start.wait()
        return office.does(ClaimNext(), actor=office.clerk if number % 2 else office.colleague)

    with ThreadPoolExecutor(6) as threads:
        claimed = list(threads.map(ask, range(6)))
    engine.close()

    assert len({task.id for task in claimed}) == 6


def test_tasks_of_suspended_cases_are_not_offered(office: Office) -> None:
    task = open_tasks(office, 1)[0]
    office.does(SuspendCase(case_id=task.case_id, reason="Λείπει ο φάκελος."))

    with pytest.raises(NotFound):
        office.does(ClaimNext())


def test_nobody_is_offered_what_they_may_not_take(office: Office) -> None:
    open_tasks(office, 1)
    analyst = replace(office.clerk, roles=frozenset({Role.ANALYST}))

    with pytest.raises(NotFound):
        office.does(ClaimNext(), actor=analyst)


def test_only_a_person_in_a_branch_is_given_work(office: Office) -> None:
    with pytest.raises(NotPermitted):
        office.does(ClaimNext(), actor=SYSTEM)


# Many tasks in one go


def test_a_manager_assigns_many_tasks_and_each_journal_says_why(office: Office) -> None:
    tasks = open_tasks(office, 3)
    command = AssignTasks(task_ids=tuple(task.id for task in tasks), to="petros", reason="Φόρτος")

    outcome = office.does(command, actor=office.manager)

    assert ({task.assignee_name for task in outcome.done}, outcome.refused) == ({"petros"}, ())
    assert {task.id for task in held_by(office, "petros")} == {task.id for task in tasks}
    for case in (task.case_id for task in tasks):
        line = lines_of(office, case)[-1]
        assert (line.action, line.reason, line.detail["to"]) == ("task_assigned", "Φόρτος", "petros")


def test_a_task_that_cannot_be_assigned_is_told_and_keeps_no_other_back(office: Office) -> None:
    done, free = open_tasks(office, 2)
    office.completes(done, PAPERS_COMPLETE)
    unknown = an_id()
    command = AssignTasks(task_ids=(unknown, done.id, free.id, free.id), to="petros", reason="Φόρτος")

    outcome = office.does(command, actor=office.manager)

    assert [task.id for task in outcome.done] == [free.id]
    assert {refused.task_id: refused.code for refused in outcome.refused} == {
        unknown: "not_found",
        done.id: "task_completed",
    }


def test_tasks_of_one_case_are_assigned_together(office: Office) -> None:
    both = chain("start", "fork", "one", "join"), chain("fork", "two", "join", "done")
    fork, join = (element("parallelGateway", name) for name in ("fork", "join"))
    offer_drawn(office, "two-tasks", start(), fork, user("one"), user("two"), join, end("done"), *both)
    state = office.opens_case(procedure="two-tasks", data={})
    command = AssignTasks(task_ids=tuple(task.id for task in state.tasks), to="petros", reason="Φόρτος")

    outcome = office.does(command, actor=office.manager)

    assert (len(outcome.done), outcome.refused) == (2, ())
    assert [line.number for line in lines_of(office, state.case.id)] == [1, 2, 3, 4, 5]


def test_people_release_many_of_their_own_tasks_and_nobody_elses(office: Office) -> None:
    mine, theirs = open_tasks(office, 2)
    office.claims(mine)
    office.does(ClaimTask(task_id=theirs.id), actor=office.colleague)

    outcome = office.does(ReleaseTasks(task_ids=(mine.id, theirs.id), reason="Λήξη βάρδιας"))

    assert [task.id for task in outcome.done] == [mine.id]
    assert [refused.code for refused in outcome.refused] == ["not_permitted"]


def test_no_more_than_a_few_hundred_go_in_one_go(office: Office) -> None:
    command = ReleaseTasks(task_ids=tuple(an_id() for _ in range(MOST + 1)), reason="Λήξη βάρδιας")

    with pytest.raises(Invalid, match=str(MOST)):
        office.does(command)


def test_a_reason_is_required_even_where_there_is_nothing_to_do(office: Office) -> None:
    with pytest.raises(Invalid, match="reason"):
        office.does(AssignTasks(task_ids=(), to="petros", reason=" "), actor=office.manager)


# All that a colleague has


def test_everything_of_a_colleague_goes_to_another(office: Office) -> None:
    first, second, others = open_tasks(office, 3)
    for task in (first, second):
        office.claims(task)
    office.does(ClaimTask(task_id=others.id), actor=office.colleague)

    outcome = office.does(ReassignWork(of="maria", to="petros", reason="Άδεια"), actor=office.manager)

    assert {task.id for task in outcome.done} == {first.id, second.id}
    assert (held_by(office, "maria"), len(held_by(office, "petros")), outcome.more) == ([], 3, False)


def test_the_tasks_of_one_who_left_are_freed_for_everybody(office: Office) -> None:
    task = office.claims(open_tasks(office, 1)[0])
    gone = User(id=office.clerk.id or an_id(), username="maria", display_name="Μαρία", active=False)
    office.does(SaveUser(user=gone, branch_id=office.branch.id, roles=frozenset()), actor=SYSTEM)

    office.does(ReassignWork(of="maria", reason="Αποχώρησε"), actor=office.manager)

    assert office.does(ClaimNext(), actor=office.colleague).id == task.id


def test_only_the_manager_of_the_branch_reassigns_its_work(office: Office) -> None:
    office.claims(open_tasks(office, 1)[0])
    for actor in (office.clerk, SYSTEM):
        with pytest.raises(NotPermitted):
            office.does(ReassignWork(of="maria", reason="Άδεια"), actor=actor)

    elsewhere = office.does(ReassignWork(of="maria", reason="Άδεια"), actor=a_manager(a_branch(code="0182")))

    assert elsewhere.done == ()


# People who are away


def pause(office: Office, username: str = "petros", until: date | None = None) -> None:
    office.does(PauseClerk(username=username, reason="Άδεια", until=until), actor=office.manager)


def test_who_is_away_is_neither_offered_nor_assigned_work(office: Office) -> None:
    task = open_tasks(office, 1)[0]
    pause(office)

    with pytest.raises(Conflict) as offered:
        office.does(ClaimNext(), actor=office.colleague)
    with pytest.raises(Invalid, match="petros is paused until the manager ends it"):
        office.does(AssignTask(task_id=task.id, to="petros", reason="Φόρτος"), actor=office.manager)

    assert offered.value.code == "clerk_paused"


def test_a_diagram_gives_no_task_to_who_is_away(office: Office) -> None:
    held = '<zeebe:assignmentDefinition assignee="petros"/>'
    parts = (start(), user("sign", extensions=held), end("done"), chain("start", "sign", "done"))
    offer_drawn(office, "for-petros", *parts)
    at_work = office.opens_case(procedure="for-petros", data={}).tasks[0]

    pause(office)
    away = office.opens_case(procedure="for-petros", data={}).tasks[0]

    assert (at_work.assignee_name, away.assignee_name) == ("petros", None)


def test_a_pause_is_over_on_the_day_of_return(office: Office) -> None:
    open_tasks(office, 1)
    pause(office, until=NOON.date() + timedelta(days=2))
    ask = ShowOwnPause()
    away = office.engine.ask(ask, actor=office.colleague)

    office.clock.advance(timedelta(days=1, hours=10))
    back = office.engine.ask(ask, actor=office.colleague)

    assert away is not None
    assert back is None
    assert office.does(ClaimNext(), actor=office.colleague).assignee_name == "petros"


def test_a_pause_is_ended_once(office: Office) -> None:
    pause(office)
    office.does(EndPause(username="petros"), actor=office.manager)

    with pytest.raises(NotFound):
        office.does(EndPause(username="petros"), actor=office.manager)


def test_nobody_returns_in_the_past(office: Office) -> None:
    with pytest.raises(Invalid, match="until"):
        pause(office, until=NOON.date())


def test_a_manager_pauses_people_of_their_own_branch_alone(office: Office) -> None:
    with pytest.raises(Invalid, match="username"):
        pause(office, username="stranger")
    for actor in (office.clerk, SYSTEM):
        with pytest.raises(NotPermitted):
            office.does(PauseClerk(username="petros", reason="Άδεια"), actor=actor)


# Loads and counts


def test_the_load_shows_who_has_how_much(office: Office) -> None:
    done, held = open_tasks(office, 2)
    office.completes(done, PAPERS_COMPLETE)
    office.claims(held)
    pause(office)

    load = {person.username: person for person in office.engine.ask(ShowLoad(), actor=office.manager)}

    assert (load["maria"].open, load["maria"].completed_today, load["petros"].open) == (1, 1, 0)
    assert load["petros"].pause is not None
    assert load["maria"].pause is None


def test_yesterdays_work_is_not_todays(office: Office) -> None:
    office.completes(open_tasks(office, 1)[0], PAPERS_COMPLETE)
    office.clock.advance(timedelta(hours=10))

    load = {person.username: person for person in office.engine.ask(ShowLoad(), actor=office.manager)}

    assert load["maria"].completed_today == 0


def test_who_oversees_a_branch_sees_its_load_and_nobody_else(office: Office) -> None:
    supervisor = Actor(kind=ActorKind.USER, id=an_id(), name="eva", roles=frozenset({Role.SUPERVISOR}))

    seen = office.engine.ask(ShowLoad(branch_code="0009"), actor=supervisor)

    assert len(seen) == 3
    with pytest.raises(NotPermitted):
        office.engine.ask(ShowLoad(), actor=office.clerk)
    with pytest.raises(Invalid, match="branch"):
        office.engine.ask(ShowLoad(), actor=supervisor)
    with pytest.raises(NotFound):
        office.engine.ask(ShowLoad(branch_code="9999"), actor=supervisor)


def test_the_counts_are_those_of_the_lists(office: Office) -> None:
    office.claims(open_tasks(office, 3)[0])
    office.sends_to_municipality()

    counts = office.engine.ask(CountWorklist(), actor=office.clerk)

    assert (counts.mine, counts.branch, counts.unassigned, counts.awaiting_agency) == (1, 3, 2, 1)


def test_an_agency_has_no_worklist_of_a_branch(office: Office) -> None:
    open_tasks(office, 1)

    counts = office.engine.ask(CountWorklist(), actor=an_agency_actor(office.agency))

    assert (counts.branch, counts.unassigned) == (0, 0)


def test_a_colleague_of_no_name_is_refused_in_a_filter(office: Office) -> None:
    with pytest.raises(Invalid, match="assignee"):
        office.engine.ask(ListTasks(assignee="nobody"), actor=office.clerk)


def test_overdue_keeps_what_was_due_by_now(office: Office) -> None:
    overdue = ListTasks(overdue=True)
    held = '<zeebe:taskSchedule dueDate="=now() + duration(&quot;PT1H&quot;)"/>'
    parts = (start(), user("sign", extensions=held), end("done"), chain("start", "sign", "done"))
    offer_drawn(office, "soon-due", *parts)
    task = office.opens_case(procedure="soon-due", data={}).tasks[0]
    before = office.engine.ask(overdue, actor=office.clerk).items

    office.clock.advance(timedelta(hours=2))
    after = office.engine.ask(overdue, actor=office.clerk).items

    assert (before, [found.id for found in after]) == ((), [task.id])
