"""Tasks in people's hands: claimed, released, assigned, drafted, completed once."""

import pytest

from engine.kernel.refusal import Conflict, HeldByAnother, Invalid, NotFound, NotPermitted, OutOfDate
from engine.tasks.assign import AssignTask, ClaimTask, ReleaseTask
from engine.tasks.complete import CompleteTask, SaveDraft
from engine.tasks.model import TaskState
from engine.tasks.queries import ShowTask
from tests.builders import a_branch, a_clerk
from tests.office import PAPERS_COMPLETE, Office, an_office


@pytest.fixture
def office() -> Office:
    return an_office()


def test_a_task_has_one_holder(office: Office) -> None:
    task = office.opens_case().tasks[0]

    claimed = office.claims(task)
    claimed_again = office.claims(task)

    assert (claimed.assignee_name, claimed_again.row_version) == ("maria", claimed.row_version)
    with pytest.raises(HeldByAnother, match="maria has it"):
        office.does(ClaimTask(task_id=task.id), actor=office.colleague)


def test_a_task_must_be_claimed_before_it_is_completed(office: Office) -> None:
    task = office.opens_case().tasks[0]

    with pytest.raises(Conflict, match="claimed first"):
        office.does(CompleteTask(task_id=task.id, data=PAPERS_COMPLETE))


def test_a_completed_task_cannot_be_completed_again(office: Office) -> None:
    task = office.opens_case().tasks[0]
    sent = office.completes(task, PAPERS_COMPLETE)

    with pytest.raises(Conflict, match="is completed"):
        office.does(CompleteTask(task_id=task.id, data=PAPERS_COMPLETE))

    assert len(sent.service_tasks) == 1


def test_wrong_fields_are_all_told_and_leave_the_task_as_it_was(office: Office) -> None:
    task = office.claims(office.opens_case().tasks[0])
    wrong = {"identity_checked": "yes", "papers_verdict": "perhaps", "__class__": "Case", "typename": "x"}

    with pytest.raises(Invalid) as refusal:
        office.does(CompleteTask(task_id=task.id, data=wrong))

    assert set(refusal.value.errors) == set(wrong)
    assert office.engine.ask(ShowTask(task_id=task.id), actor=office.clerk).task == task


def test_a_field_that_the_form_hides_is_refused(office: Office) -> None:
    task = office.claims(office.opens_case().tasks[0])

    with pytest.raises(Invalid) as refusal:
        office.does(CompleteTask(task_id=task.id, data={**PAPERS_COMPLETE, "missing_papers": ["evidence"]}))

    assert set(refusal.value.errors) == {"missing_papers"}


def test_a_released_task_keeps_its_draft_for_the_next(office: Office) -> None:
    task = office.claims(office.opens_case().tasks[0])
    office.does(SaveDraft(task_id=task.id, data={"identity_checked": True}))

    released = office.does(ReleaseTask(task_id=task.id))
    taken = office.does(ClaimTask(task_id=task.id), actor=office.colleague)

    assert released.assignee_id is None
    assert (taken.assignee_name, taken.draft) == ("petros", {"identity_checked": True})


def test_only_the_holder_or_the_manager_releases_a_task(office: Office) -> None:
    task = office.claims(office.opens_case().tasks[0])

    with pytest.raises(NotPermitted):
        office.does(ReleaseTask(task_id=task.id), actor=office.colleague)
    released = office.does(ReleaseTask(task_id=task.id, reason="αναρρωτική άδεια"), actor=office.manager)

    assert released.state is TaskState.OPEN
    assert released.assignee_id is None


def test_the_manager_assigns_a_task_and_says_why(office: Office) -> None:
    opened = office.opens_case()
    task = office.claims(opened.tasks[0])

    given = office.does(AssignTask(task_id=task.id, to="petros", reason="ασθένεια"), actor=office.manager)

    assert given.assignee_name == "petros"
    line = office.journal(opened)[-1]
    assert (line.action, line.reason, line.detail["from"]) == ("task_assigned", "ασθένεια", "maria")


@pytest.mark.parametrize(("to", "reason"), [("nobody", "r"), ("petros", "  "), ("nikos", "r")])
def test_an_assignment_that_cannot_be_is_refused(office: Office, to: str, reason: str) -> None:
    task = office.opens_case().tasks[0]

    with pytest.raises(Invalid):
        office.does(AssignTask(task_id=task.id, to=to, reason=reason), actor=office.manager)


def test_a_clerk_does_not_assign(office: Office) -> None:
    task = office.opens_case().tasks[0]

    with pytest.raises(NotPermitted):
        office.does(AssignTask(task_id=task.id, to="petros", reason="r"))


def test_a_draft_saved_in_one_tab_is_not_overwritten_by_another(office: Office) -> None:
    task = office.claims(office.opens_case().tasks[0])
    saved = office.does(
        SaveDraft(task_id=task.id, data={"identity_checked": True}, expected_version=task.row_version)
    )

    with pytest.raises(OutOfDate):
        office.does(SaveDraft(task_id=task.id, data={}, expected_version=task.row_version))

    assert saved.draft == {"identity_checked": True}


def test_a_draft_may_be_incomplete_but_holds_fields_of_the_form_only(office: Office) -> None:
    task = office.claims(office.opens_case().tasks[0])

    with pytest.raises(Invalid) as refusal:
        office.does(SaveDraft(task_id=task.id, data={"iban": "GR16"}))

    assert set(refusal.value.errors) == {"iban"}


def test_a_task_of_another_branch_does_not_exist(office: Office) -> None:
    task = office.opens_case().tasks[0]
    stranger = a_clerk(a_branch(code="0010"))

    for command in (ClaimTask(task_id=task.id), CompleteTask(task_id=task.id)):
        with pytest.raises(NotFound):
            office.does(command, actor=stranger)
