"""Who may see and do what, object by object."""

from dataclasses import replace

import pytest

from engine.kernel.actor import CITIZEN, SYSTEM, Actor, Role
from engine.kernel.permission import (
    require_answers,
    require_manages,
    require_opens_case,
    require_reads_papers,
    require_sees_case,
    require_takes_task,
    require_works_case,
    right_to_send,
    sight_of,
)
from engine.kernel.permission_table import page
from engine.kernel.refusal import NotFound, NotPermitted
from engine.kernel.senders import Entries, Receiver, Sender
from engine.service_tasks.model import ServiceTaskState
from tests.builders import (
    a_branch,
    a_case,
    a_clerk,
    a_manager,
    a_service_task,
    a_task,
    an_agency,
    an_agency_actor,
    an_id,
)
from tests.office import ROOT

HERE, ELSEWHERE = a_branch(code="0009"), a_branch(code="0010")
CASE = a_case(HERE)


def somebody(role: Role) -> Actor:
    return a_clerk(ELSEWHERE, roles=frozenset({role}))


def test_a_clerk_works_with_the_cases_of_their_branch_alone() -> None:
    require_works_case(a_clerk(HERE), CASE)

    with pytest.raises(NotFound):
        require_works_case(a_clerk(ELSEWHERE), CASE)


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.AUDITOR])
def test_those_who_look_everywhere_change_nothing(role: Role) -> None:
    require_sees_case(somebody(role), CASE)

    with pytest.raises(NotPermitted):
        require_works_case(somebody(role), CASE)


@pytest.mark.parametrize("role", [Role.AGENT, Role.ANALYST, Role.CERTIFIER, Role.OPERATOR])
def test_those_who_do_not_work_with_cases_see_none(role: Role) -> None:
    assert sight_of(somebody(role)).nothing
    with pytest.raises(NotFound):
        require_sees_case(somebody(role), CASE)


def test_an_agency_answers_its_own_service_tasks_alone() -> None:
    ours, theirs = an_agency(key="ours"), an_agency(key="theirs")
    task = a_service_task(CASE, agency_id=ours.id, agency_key=ours.key)

    require_answers(an_agency_actor(ours), task)
    with pytest.raises(NotFound):
        require_answers(an_agency_actor(theirs), task)
    assert sight_of(an_agency_actor(ours)).nothing


def test_an_agency_and_its_officers_see_papers_while_they_are_asked() -> None:
    ours, theirs = an_agency(key="ours"), an_agency(key="theirs")
    officer = a_clerk(ELSEWHERE, roles=frozenset({Role.OFFICER}), agency_id=ours.id)
    task = a_service_task(CASE, agency=ours)

    for asker in (an_agency_actor(ours), officer, a_clerk(HERE)):
        for state in (ServiceTaskState.OPEN, ServiceTaskState.DEAD):
            require_reads_papers(asker, replace(task, state=state))
    with pytest.raises(NotFound):
        require_reads_papers(an_agency_actor(theirs), task)
    with pytest.raises(NotFound):
        require_reads_papers(a_clerk(ELSEWHERE), task)


@pytest.mark.parametrize("state", [state for state in ServiceTaskState if state.is_final])
def test_an_agency_that_is_asked_no_more_sees_no_papers(state: ServiceTaskState) -> None:
    ours = an_agency(key="ours")
    officer = a_clerk(ELSEWHERE, roles=frozenset({Role.OFFICER}), agency_id=ours.id)
    closed = a_service_task(CASE, agency=ours, state=state)

    for asker in (an_agency_actor(ours), officer):
        with pytest.raises(NotFound):
            require_reads_papers(asker, closed)
    require_reads_papers(a_clerk(HERE), closed)


def test_a_clerk_answers_for_an_agency_that_is_not_connected() -> None:
    task = a_service_task(CASE, agency_id=None, agency_key=None)

    require_answers(a_clerk(HERE), task)
    with pytest.raises(NotFound):
        require_answers(a_clerk(ELSEWHERE), task)
    with pytest.raises(NotPermitted):
        require_answers(somebody(Role.AUDITOR), task)


def test_a_task_offered_to_managers_is_not_for_clerks() -> None:
    task = a_task(CASE, candidate_groups=("manager",))

    require_takes_task(a_manager(HERE), task)
    with pytest.raises(NotPermitted, match="manager"):
        require_takes_task(a_clerk(HERE), task)


def test_a_task_offered_to_one_user_is_for_nobody_else() -> None:
    task = a_task(CASE, candidate_users=("eleni",))

    require_takes_task(a_clerk(HERE, name="eleni"), task)
    with pytest.raises(NotPermitted, match="eleni"):
        require_takes_task(a_clerk(HERE), task)


def test_an_agent_opens_cases_anywhere_and_a_clerk_at_home() -> None:
    require_opens_case(somebody(Role.AGENT), HERE.id)
    require_opens_case(a_clerk(HERE), HERE.id)
    for actor in (a_clerk(ELSEWHERE), somebody(Role.AUDITOR), an_agency_actor(an_agency())):
        with pytest.raises(NotPermitted):
            require_opens_case(actor, HERE.id)


def test_only_the_branchs_own_manager_hands_out_its_work() -> None:
    require_manages(a_manager(HERE), HERE.id)
    for actor in (a_clerk(HERE), a_manager(ELSEWHERE)):
        with pytest.raises(NotPermitted):
            require_manages(actor, HERE.id)


def test_a_citizen_sees_nothing_but_what_their_receipt_opens() -> None:
    assert sight_of(CITIZEN).nothing
    with pytest.raises(NotFound):
        require_sees_case(CITIZEN, CASE)


def test_the_system_sees_everything() -> None:
    require_works_case(SYSTEM, CASE)
    assert sight_of(SYSTEM).everywhere


REGISTRY = an_agency_actor(an_agency(key="registry"))
SAID = ("agency:registry", "role:clerk", "role:agent", "citizen", "system:b")


@pytest.mark.parametrize(
    ("sender", "senders", "entry"),
    [
        (Sender.of(REGISTRY), SAID, "agency:registry"),
        (Sender.of(REGISTRY), ("agency:municipality",), None),
        (Sender.of(REGISTRY), None, None),
        (Sender.of(REGISTRY, procedure_key="a"), None, None),
        (Sender.of(a_clerk(HERE)), SAID, "role:clerk"),
        (Sender.of(a_clerk(ELSEWHERE)), SAID, None),
        (Sender.of(a_clerk(HERE)), None, None),
        (Sender.of(a_clerk(ELSEWHERE, roles=frozenset({Role.AGENT}))), SAID, "role:agent"),
        (Sender.of(a_clerk(ELSEWHERE, roles=frozenset({Role.CLERK, Role.AGENT}))), SAID, "role:agent"),
        (Sender.of(a_clerk(HERE, roles=frozenset({Role.MANAGER}))), SAID, None),
        (Sender.of(a_clerk(HERE, roles=frozenset(), agency_key="registry")), SAID, None),
        (
            Sender.of(a_clerk(HERE, roles=frozenset({Role.OFFICER}), agency_key="registry")),
            SAID,
            "agency:registry",
        ),
        (Sender.of(CITIZEN, case_id=CASE.id), SAID, "citizen"),
        (Sender.of(CITIZEN, case_id=an_id()), SAID, None),
        (Sender.of(CITIZEN), SAID, None),
        (Sender.of(CITIZEN, case_id=CASE.id), None, None),
        (Sender.of(SYSTEM, procedure_key="a"), SAID, "system:a"),
        (Sender.of(SYSTEM, procedure_key="b"), SAID, "system:b"),
        (Sender.of(SYSTEM, procedure_key="c"), SAID, None),
        (Sender.of(SYSTEM, procedure_key="c"), None, "system:c"),
        (Sender.of(SYSTEM), (), None),
    ],
)
def test_a_case_takes_a_message_from_whom_its_diagram_names(
    sender: Sender, senders: Entries | None, entry: str | None
) -> None:
    case = Receiver(procedure_key="a", senders=senders, case_id=CASE.id, branch_id=HERE.id)

    assert right_to_send(sender, case) == entry
    assert Sender.from_json(sender.as_json()) == sender


def test_a_start_event_has_no_branch_yet() -> None:
    start = Receiver(procedure_key="a", senders=("role:clerk",))

    assert right_to_send(Sender.of(a_clerk(ELSEWHERE)), start) == "role:clerk"


def test_the_page_of_rights_is_up_to_date() -> None:
    written = (ROOT / "docs" / "permissions.md").read_text()

    assert written == page(), "Run: .venv/bin/python -m engine.kernel.permission_table > docs/permissions.md"
