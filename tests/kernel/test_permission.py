"""Who may see and do what, object by object."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from engine.cases.model import Recognition
from engine.kernel.actor import CITIZEN, SYSTEM, Actor, ActorKind, Role, Scope
from engine.kernel.papers import NamedPapers
from engine.kernel.permission import (
    NOT_RECOGNISED,
    incidents_in_sight,
    may_tell,
    needs_case,
    paused_in_sight,
    reads_contents,
    reads_paper,
    require_answers,
    require_asks_supplement,
    require_branch,
    require_closes,
    require_keeps_appointments,
    require_leases,
    require_manages,
    require_may_act,
    require_opens_case,
    require_operates,
    require_oversees,
    require_person,
    require_plans_appointments,
    require_reads_papers,
    require_reads_receipt,
    require_repairs,
    require_scope,
    require_sees_case,
    require_system,
    require_takes_calls,
    require_takes_task,
    require_tells,
    require_works_case,
    right_to_send,
    sight_of,
)
from engine.kernel.permission_objects import Sight, Told
from engine.kernel.permission_table import page
from engine.kernel.refusal import NotFound, NotPermitted
from engine.kernel.senders import Entries, Receiver, Sender
from engine.kernel.vocabulary import Fact
from engine.service_tasks.model import ServiceTaskState
from tests.builders import (
    NOON,
    a_branch,
    a_case,
    a_clerk,
    a_document,
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


def test_the_system_and_the_citizen_are_asked_for_no_reason() -> None:
    assert needs_case(SYSTEM, CASE)
    assert needs_case(CITIZEN, CASE)
    assert needs_case(a_clerk(HERE), CASE)
    assert not needs_case(a_clerk(ELSEWHERE), CASE)


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


def test_only_the_branchs_own_manager_plans_its_appointments_and_closes_it() -> None:
    for rule in (require_plans_appointments, require_closes):
        rule(a_manager(HERE), HERE.id)
        for actor in (a_clerk(HERE), a_manager(ELSEWHERE)):
            with pytest.raises(NotPermitted):
                rule(actor, HERE.id)
    with pytest.raises(NotPermitted):
        require_closes(a_manager(HERE, branch_id=None), None)


def test_no_agency_is_told_that_there_is_a_case_with_actions() -> None:
    officer = a_clerk(HERE, roles=frozenset({Role.CLERK, Role.OFFICER}), agency_id=an_id())

    require_may_act(a_clerk(HERE), CASE)
    with pytest.raises(NotFound):
        require_may_act(officer, CASE)


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


# Several roles, and the system


def of_two_roles(role: Role, everywhere: Role = Role.SUPERVISOR) -> Actor:
    """Somebody of another branch who looks at everything besides."""
    return a_clerk(ELSEWHERE, name="eleni", roles=frozenset({role, everywhere}))


def test_who_looks_everywhere_does_in_no_second_role_what_is_for_the_branch() -> None:
    nobodys = a_service_task(CASE, agency_id=None, agency_key=None)
    refused: list[Callable[[Actor], object]] = [
        lambda actor: require_works_case(actor, CASE),
        lambda actor: require_takes_task(actor, a_task(CASE)),
        lambda actor: require_takes_task(actor, a_task(CASE, candidate_users=("eleni",))),
        lambda actor: require_answers(actor, nobodys),
        lambda actor: require_repairs(actor, CASE),
        lambda actor: require_manages(actor, HERE.id),
        lambda actor: require_keeps_appointments(actor, CASE),
        lambda actor: require_reads_receipt(actor, CASE, None, now=NOON),
    ]

    for role in (Role.CLERK, Role.MANAGER):
        for rule in refused:
            with pytest.raises(NotPermitted):
                rule(of_two_roles(role))
    assert not reads_contents(of_two_roles(Role.CLERK), a_task(CASE))
    assert not reads_contents(a_clerk(HERE, roles=frozenset({Role.AUDITOR})), a_task(CASE))


def test_the_system_may_do_everything() -> None:
    task = a_service_task(CASE, agency=an_agency())

    require_answers(SYSTEM, task)
    require_reads_papers(SYSTEM, task)
    require_asks_supplement(SYSTEM, task)
    require_repairs(SYSTEM, CASE)
    require_oversees(SYSTEM, HERE.id)
    require_keeps_appointments(SYSTEM, CASE)
    require_plans_appointments(SYSTEM, HERE.id)
    require_closes(SYSTEM, HERE.id)
    require_operates(SYSTEM)
    require_takes_calls(SYSTEM)
    require_system(SYSTEM)
    require_reads_receipt(SYSTEM, CASE, None, now=NOON)
    assert reads_contents(SYSTEM, a_task(CASE))


def test_an_officer_without_the_role_speaks_for_no_agency() -> None:
    agency = an_agency()
    task = a_service_task(CASE, agency=agency)
    former = a_clerk(ELSEWHERE, roles=frozenset({Role.ANALYST}), agency_id=agency.id)

    with pytest.raises(NotFound):
        require_answers(former, task)
    with pytest.raises(NotFound):
        require_asks_supplement(former, task)


def test_what_waits_for_no_agency_is_asked_by_none() -> None:
    nobodys = a_service_task(CASE, agency_id=None, agency_key=None)

    for actor in (a_clerk(HERE), Actor(kind=ActorKind.AGENCY, id=None, name="nobody")):
        with pytest.raises(NotFound):
            require_asks_supplement(actor, nobodys)
    with pytest.raises(NotFound):
        require_answers(Actor(kind=ActorKind.AGENCY, id=None, name="nobody"), nobodys)


def test_a_task_for_roles_or_users_is_taken_by_those_alone() -> None:
    task = a_task(CASE, candidate_groups=("manager",), candidate_users=("eleni",))

    require_takes_task(a_clerk(HERE, name="eleni"), task)
    require_takes_task(a_manager(HERE), task)
    with pytest.raises(NotPermitted, match="manager, eleni"):
        require_takes_task(a_clerk(HERE), task)
    for open_to_all in (a_clerk(HERE), a_manager(HERE)):
        require_takes_task(open_to_all, a_task(CASE))
    with pytest.raises(NotPermitted, match="clerks"):
        require_takes_task(a_clerk(HERE, roles=frozenset({Role.SUPERVISOR})), a_task(CASE))


def test_a_token_needs_the_scope() -> None:
    actor = a_clerk(HERE, scopes=frozenset({Scope.CASES_READ}))

    require_scope(actor, Scope.CASES_READ)
    with pytest.raises(NotPermitted) as refused:
        require_scope(actor, Scope.CASES_WRITE)
    assert refused.value.code == "scope_missing"


def test_what_is_in_sight_follows_the_widest_role() -> None:
    both = a_clerk(HERE, roles=frozenset({Role.MANAGER, Role.OPERATOR}))

    assert sight_of(both) == Sight(branch_id=HERE.id)
    assert incidents_in_sight(both) == paused_in_sight(both) == Sight(everywhere=True)
    assert incidents_in_sight(a_manager(HERE)) == paused_in_sight(a_clerk(HERE)) == Sight(branch_id=HERE.id)
    assert Sight().nothing
    assert not Sight(everywhere=True).nothing
    assert not Sight(branch_id=HERE.id).nothing


def test_people_and_agencies_are_told_apart() -> None:
    clerk, agency = a_clerk(HERE), an_agency_actor(an_agency())

    assert (require_person(clerk), require_leases(agency)) == (clerk.id, agency.id)
    assert require_branch(clerk) == HERE.id
    for actor in (agency, replace(clerk, id=None)):
        with pytest.raises(NotPermitted):
            require_person(actor)
    for actor in (clerk, replace(agency, id=None)):
        with pytest.raises(NotPermitted):
            require_leases(actor)
    with pytest.raises(NotPermitted):
        require_branch(agency)
    with pytest.raises(NotPermitted):
        require_opens_case(replace(agency, branch_id=HERE.id, roles=frozenset({Role.CLERK})), HERE.id)


# Calls


AGENT = a_clerk(HERE, roles=frozenset({Role.AGENT}))
CALL = Recognition(
    agent_id=AGENT.id or an_id(),
    case_id=CASE.id,
    facts=frozenset({Fact.PATRONYMIC, Fact.BIRTH_DATE}),
    until=NOON + timedelta(minutes=1),
)


def is_told(
    told: Told, call: Recognition | None = CALL, *, actor: Actor = AGENT, now: datetime = NOON
) -> bool:
    return may_tell(actor, call, told, case_id=CASE.id, now=now)


def test_a_caller_is_told_of_their_case_in_the_call_in_which_they_were_recognised() -> None:
    assert is_told(Told.STANDING)
    assert is_told(Told.STANDING, now=CALL.until - timedelta(microseconds=1))
    require_tells(AGENT, CALL, case_id=CASE.id, now=NOON)


@pytest.mark.parametrize(
    ("call", "actor", "now"),
    [
        (None, AGENT, NOON),
        (CALL, AGENT, CALL.until),
        (replace(CALL, case_id=an_id()), AGENT, NOON),
        (replace(CALL, agent_id=an_id()), AGENT, NOON),
        (CALL, replace(AGENT, roles=frozenset({Role.CLERK})), NOON),
    ],
)
def test_outside_that_call_nobody_is_told_anything(
    call: Recognition | None, actor: Actor, now: datetime
) -> None:
    assert not is_told(Told.STANDING, call, actor=actor, now=now)
    with pytest.raises(NotPermitted):
        require_tells(actor, call, case_id=CASE.id, now=now)
    with pytest.raises(NotPermitted) as refused:
        require_tells(SYSTEM, call, case_id=CASE.id, now=now)
    assert refused.value.code == NOT_RECOGNISED


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({Fact.PATRONYMIC, Fact.MATRONYMIC, Fact.PHONE, Fact.BIRTH_DATE}, {Told.STANDING}),
        ({Fact.TRACKING_CODE, Fact.AFM}, {Told.STANDING, Told.DOCUMENTS}),
        ({Fact.AFM, Fact.PHONE}, {Told.STANDING}),
        ({Fact.AFM, Fact.AMKA}, {Told.STANDING, Told.TRACKING_CODE}),
        ({Fact.AFM, Fact.IDENTITY_DOCUMENT}, {Told.STANDING, Told.TRACKING_CODE}),
        ({Fact.AMKA, Fact.IDENTITY_DOCUMENT}, {Told.STANDING, Told.TRACKING_CODE}),
    ],
)
def test_what_is_told_depends_on_what_was_named(facts: set[Fact], told: set[Told]) -> None:
    call = replace(CALL, facts=frozenset(facts))

    assert {one for one in Told if is_told(one, call)} == told


def test_the_receipt_is_for_the_branch_and_for_who_may_be_told_its_code() -> None:
    strong = replace(CALL, facts=frozenset({Fact.AFM, Fact.AMKA}))

    require_reads_receipt(a_clerk(HERE), CASE, None, now=NOON)
    require_reads_receipt(AGENT, CASE, strong, now=NOON)
    for call in (None, CALL):
        with pytest.raises(NotFound):
            require_reads_receipt(AGENT, CASE, call, now=NOON)


def test_only_agents_take_calls() -> None:
    require_takes_calls(AGENT)
    with pytest.raises(NotPermitted):
        require_takes_calls(a_clerk(HERE))


# Papers


def test_an_agency_reads_named_papers_and_its_own() -> None:
    agency = an_agency()
    task = a_service_task(CASE, agency=agency)
    paper = a_document()
    asker, named, nothing = (
        an_agency_actor(agency),
        NamedPapers(ids=frozenset({str(paper.id)})),
        NamedPapers(),
    )

    assert reads_paper(asker, task, paper, named)
    assert not reads_paper(asker, task, paper, nothing)
    assert reads_paper(asker, task, replace(paper, service_task_id=task.id), nothing)
    assert not reads_paper(asker, task, replace(paper, service_task_id=an_id()), nothing)
    assert not reads_paper(replace(asker, id=None), task, paper, nothing)
    assert reads_paper(a_clerk(HERE), task, paper, nothing)
