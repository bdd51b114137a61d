"""Incidents: what a stuck case was given is kept, and a person repairs it."""

from datetime import timedelta
from typing import Any

import pytest

from engine.cases.changeset import CaseState
from engine.cases.changeset_store import CaseView
from engine.cases.lifecycle import WithdrawCase
from engine.cases.queries import ShowCase
from engine.cases.stuck import STUCK_RETRY
from engine.incidents import store as incidents_store
from engine.incidents.model import Incident, IncidentFilter
from engine.incidents.queries import (
    IncidentsToRetry,
    ListCauses,
    ListIncidents,
    PreviewMove,
    ShowIncident,
    ShowVariables,
)
from engine.incidents.repair import CorrectVariable, MoveToken, RetryIncident
from engine.kernel.actor import SYSTEM, Actor, ActorKind, Role
from engine.kernel.refusal import Conflict, Invalid, NotFound, NotPermitted, OutOfDate
from engine.kernel.vocabulary import CaseStatus, Flag
from engine.messages.deliver import DeliverMessage
from engine.messages.timers import REST_AFTER_FAULT, FireTimer, RestTimers
from engine.operations.queries import DueCases, GivenUpDeliveries, ListFailingAgencies
from engine.service_tasks.answer import AnswerServiceTask
from engine.service_tasks.fail import FailServiceTask
from tests.builders import a_branch, a_clerk, a_manager, an_agency_actor, an_id
from tests.messages.drawn import judged, message_from, offer_drawn
from tests.office import Office, an_office
from tests.runtime.diagrams import (
    boundary,
    chain,
    element,
    end,
    flow,
    mapping,
    message,
    on_error,
    on_message,
    service,
    start,
    timer,
    user,
)

TOPIC = "municipality.residence"
OPERATOR = Actor(kind=ActorKind.USER, id=an_id(), name="olga", roles=frozenset({Role.OPERATOR}))
REASON = "Διόρθωση μετά από τηλεφώνημα"
CORRECTED_AND_GONE_ON = [
    "variable_corrected",
    "incident_retried",
    "task_completed",
    "task_opened",
    "incident_resolved",
]
"""What the journal tells of a case that was stuck for want of a variable."""


@pytest.fixture
def office() -> Office:
    office = an_office()
    offer_drawn(office, "by-clerk", *judged(user("measure")))
    offer_drawn(
        office,
        "by-agency",
        *judged(service("ask", topic=TOPIC, extensions=mapping(outputs={"measured": "answer"}))),
    )
    declared = message("measured", "measured", "applicant.afm")
    taken = message_from("role:clerk") + mapping(outputs={"seal": "seal"})
    waits = element("intermediateCatchEvent", "await", on_message("measured"), extensions=taken)
    offer_drawn(office, "by-message", *judged(waits), declares=declared)
    offer_drawn(office, "by-timer", *judged(element("intermediateCatchEvent", "rest", timer(duration="P1D"))))
    return office


def opens(office: Office, procedure: str) -> CaseState:
    return office.opens_case(procedure=procedure, data={})


def shown(office: Office, state: CaseState) -> CaseView:
    return office.engine.ask(ShowCase(case_id=state.case.id), actor=office.manager)


def incident_of(office: Office, state: CaseState) -> Incident:
    (incident,) = shown(office, state).incidents
    return incident


def actions(office: Office, state: CaseState) -> list[str]:
    return [line.action for line in office.journal(state)]


def retries(office: Office, incident: Incident) -> CaseState:
    return office.does(RetryIncident(incident_id=incident.id), actor=office.manager)


def corrects(office: Office, state: CaseState, path: str = "measured", value: Any = None) -> CaseState:
    given = {"area": 140} if value is None else value
    command = CorrectVariable(case_id=state.case.id, path=path, value=given, reason=REASON)
    return office.does(command, actor=office.manager)


def test_a_form_that_leaves_its_case_stuck_is_done_once_the_variable_is_there(office: Office) -> None:
    opened = opens(office, "by-clerk")
    stuck = office.completes(opened.tasks[0], {})
    incident = incident_of(office, stuck)

    corrected = corrects(office, stuck)
    moved_on = retries(office, incident)

    assert (incident.code, incident.element_id, incident.variable) == (
        "undecidable_expression",
        "size_to_inspect",
        "measured",
    )
    assert stuck.is_stuck
    assert corrected.is_stuck
    assert not moved_on.is_stuck
    assert [task.element_id for task in moved_on.tasks] == ["inspect"]
    assert shown(office, moved_on).incidents == ()
    assert actions(office, opened)[-5:] == CORRECTED_AND_GONE_ON


def test_an_agencys_answer_is_kept_whole_and_given_again(office: Office) -> None:
    waiting = opens(office, "by-agency").service_tasks[0]
    answer = AnswerServiceTask(service_task_id=waiting.id, data={"answer": {"area": None, "seal": "Β/7"}})
    stuck = office.does(answer, actor=an_agency_actor(office.agency))
    kept = _kept(office, incident_of(office, stuck))

    office.does(
        MoveToken(case_id=stuck.case.id, source="ask", target="ask", reason=REASON), actor=office.manager
    )

    assert kept.attempt.data == {"answer": {"area": None, "seal": "Β/7"}}
    assert kept.attempt.token == waiting.token
    assert incident_of_shows_nothing_personal(office, kept)


def _kept(office: Office, incident: Incident) -> Incident:
    with office.engine.store.begin() as connection:
        found = incidents_store.incident(connection, incident.id)
    assert found is not None
    return found


def incident_of_shows_nothing_personal(office: Office, incident: Incident) -> bool:
    question = ListIncidents(wanted=IncidentFilter(is_open=None))
    listed = office.engine.ask(question, actor=office.manager).items
    return all(one.attempt.data == {} for one in listed) and incident.id in {one.id for one in listed}


def test_an_agencys_error_that_nothing_caught_is_raised_again_where_a_new_path_catches_it(
    office: Office,
) -> None:
    offer_drawn(
        office,
        "caught",
        *judged(service("ask", topic=TOPIC, extensions=mapping(inputs={"afm": "applicant.afm"}))),
        boundary("refused", "ask", on_error("known")),
        flow("refused", "done"),
        declares='<error id="known" name="known" errorCode="KNOWN"/>',
    )
    waiting = opens(office, "caught").service_tasks[0]
    failure = FailServiceTask(service_task_id=waiting.id, code="OTHER", message="Άγνωστο", data={"x": 1})
    stuck = office.does(failure, actor=an_agency_actor(office.agency))
    incident = _kept(office, incident_of(office, stuck))

    again = retries(office, incident)

    assert (incident.attempt.error_code, incident.attempt.error_message) == ("OTHER", "Άγνωστο")
    assert incident.attempt.data == {"x": 1}
    assert again.is_stuck
    assert incident_of(office, again).attempts == 2


def test_a_message_that_leaves_its_case_stuck_is_taken_and_given_again(office: Office) -> None:
    waiting = opens(office, "by-message")
    data = {"seal": 7, "area": 9}
    receipt = office.does(DeliverMessage(name="measured", correlation_key="094014201", data=data))
    incident = incident_of(office, waiting)

    corrects(office, waiting)
    moved_on = retries(office, incident)

    assert receipt.case_id == waiting.case.id
    assert [task.element_id for task in moved_on.tasks] == ["inspect"]
    variables = office.engine.ask(ShowVariables(case_id=waiting.case.id), actor=office.manager)
    assert variables["seal"] == 7
    assert "area" not in variables
    (line,) = [line for line in office.journal(waiting) if line.action == "message_received"]
    assert (line.actor_name, line.detail["from"]) == (office.clerk.name, "role:clerk")


def test_timers_that_stop_again_and_again_are_one_incident_and_one_line(office: Office) -> None:
    waiting = opens(office, "by-timer")
    office.clock.advance(timedelta(days=2))
    for _ in range(3):
        office.does(FireTimer(case_id=waiting.case.id), actor=SYSTEM)
        office.clock.advance(timedelta(minutes=10))
    incident = incident_of(office, waiting)

    corrects(office, waiting)
    moved_on = retries(office, incident)

    assert incident.attempts == 3
    assert actions(office, waiting).count("case_stuck") == 1
    assert [task.element_id for task in moved_on.tasks] == ["inspect"]
    assert not moved_on.is_stuck


def test_a_case_that_its_timer_leaves_stuck_is_left_alone_for_a_while(office: Office) -> None:
    waiting = opens(office, "by-timer")
    due, fire = DueCases(limit=10), FireTimer(case_id=waiting.case.id)
    office.clock.advance(timedelta(days=2))

    office.does(fire, actor=SYSTEM)

    assert incident_of(office, waiting).attempts == 1
    assert list(office.engine.ask(due, actor=SYSTEM)) == []
    assert office.does(fire, actor=SYSTEM) is False
    assert incident_of(office, waiting).attempts == 1

    office.clock.advance(STUCK_RETRY)
    assert list(office.engine.ask(due, actor=SYSTEM)) == [waiting.case.id]
    assert office.does(fire, actor=SYSTEM) is True
    assert incident_of(office, waiting).attempts == 2


def test_a_case_whose_timer_raises_what_nobody_anticipated_is_left_alone_for_longer(office: Office) -> None:
    waiting = opens(office, "by-timer")
    due = DueCases(limit=10)
    office.clock.advance(timedelta(days=2))

    office.does(RestTimers(case_id=waiting.case.id, fault="KeyError"), actor=SYSTEM)

    assert list(office.engine.ask(due, actor=SYSTEM)) == []
    office.clock.advance(REST_AFTER_FAULT - timedelta(seconds=1))
    assert list(office.engine.ask(due, actor=SYSTEM)) == []
    office.clock.advance(timedelta(seconds=1))
    assert list(office.engine.ask(due, actor=SYSTEM)) == [waiting.case.id]


def test_a_fault_nobody_anticipated_is_an_incident_too(office: Office) -> None:
    waiting = opens(office, "by-timer")
    office.clock.advance(timedelta(days=2))

    office.does(RestTimers(case_id=waiting.case.id, fault="KeyError"), actor=SYSTEM)

    incident = incident_of(office, waiting)
    assert (incident.code, incident.message) == ("fault", "KeyError was raised")


def test_moving_the_token_resolves_the_incident_and_cancels_the_task(office: Office) -> None:
    opened = opens(office, "by-clerk")
    stuck = office.completes(opened.tasks[0], {})
    command = MoveToken(case_id=stuck.case.id, source="measure", target="inspect", reason=REASON)

    moved = office.does(command, actor=office.manager)

    assert [task.element_id for task in moved.tasks] == ["inspect"]
    assert not moved.is_stuck
    line = next(line for line in office.journal(stuck) if line.action == "token_moved")
    assert (line.detail, line.reason) == ({"from": "measure", "to": "inspect"}, REASON)
    assert "task_cancelled" in actions(office, stuck)


def test_an_incident_on_one_branch_stays_while_another_branch_goes_on(office: Office) -> None:
    offer_drawn(
        office,
        "forked",
        start("opened"),
        element("parallelGateway", "fork"),
        user("measure", extensions=mapping(outputs={"measured": "measured"})),
        user("greet"),
        user("wave"),
        element("exclusiveGateway", "size"),
        end("done"),
        chain("opened", "fork", "measure", "size"),
        flow("size", "done", "=measured.area > 100"),
        flow("size", "measure", "=measured.area <= 100"),
        chain("fork", "greet", "wave", "done"),
    )
    tasks = {task.element_id: task for task in opens(office, "forked").tasks}
    stuck = office.completes(tasks["measure"], {})

    other = office.completes(tasks["greet"], {})

    assert other.is_stuck
    assert incident_of(office, other).id == incident_of(office, stuck).id


def test_a_correction_is_seen_in_what_waits_and_not_told_in_the_journal(office: Office) -> None:
    opened = opens(office, "by-clerk")

    state = corrects(office, opened, "applicant.family_name", "Παπαδοπούλου")

    assert state.tasks[0].prefill["applicant"]["family_name"] == "Παπαδοπούλου"
    line = next(line for line in office.journal(opened) if line.action == "variable_corrected")
    assert (line.detail, line.reason) == ({"path": "applicant.family_name"}, REASON)
    assert "Παπαδοπούλου" not in str(office.journal(opened))


def test_the_journal_of_a_stuck_case_quotes_nothing_of_its_data(office: Office) -> None:
    stuck = office.completes(opens(office, "by-clerk").tasks[0], {})

    line = next(line for line in office.journal(stuck) if line.action == "case_stuck")

    assert set(line.detail) == {"incident", "code", "element", "variable"}


def test_withdrawing_a_case_resolves_what_was_wrong_with_it(office: Office) -> None:
    stuck = office.completes(opens(office, "by-clerk").tasks[0], {})

    office.does(WithdrawCase(case_id=stuck.case.id, reason="Δεν το θέλει πια"))

    resolved = office.engine.ask(ListIncidents(wanted=IncidentFilter(is_open=False)), actor=OPERATOR).items
    assert [incident.resolved_by for incident in resolved] == ["maria"]


def test_an_incident_that_is_resolved_is_not_tried_again(office: Office) -> None:
    stuck = office.completes(opens(office, "by-clerk").tasks[0], {})
    incident = incident_of(office, stuck)
    corrects(office, stuck)
    retries(office, incident)

    with pytest.raises(Conflict, match="resolved"):
        retries(office, incident)


@pytest.mark.parametrize(
    "command",
    [
        lambda state, incident: RetryIncident(incident_id=incident.id),
        lambda state, incident: CorrectVariable(case_id=state.case.id, path="a", value=1, reason=REASON),
        lambda state, incident: MoveToken(
            case_id=state.case.id, source="measure", target="inspect", reason=REASON
        ),
    ],
)
def test_only_the_branchs_manager_and_operators_repair(office: Office, command: Any) -> None:
    stuck = office.completes(opens(office, "by-clerk").tasks[0], {})
    repair = command(stuck, incident_of(office, stuck))

    with pytest.raises(NotPermitted):
        office.does(repair)
    with pytest.raises(NotFound):
        office.does(repair, actor=a_manager(a_branch(code="0010")))
    with pytest.raises(NotFound):
        office.does(repair, actor=an_agency_actor(office.agency))
    office.does(repair, actor=OPERATOR)


def test_incidents_are_listed_for_managers_of_the_branch_and_for_operators(office: Office) -> None:
    office.completes(opens(office, "by-clerk").tasks[0], {})
    other = a_manager(a_branch(code="0010"))

    assert len(office.engine.ask(ListIncidents(), actor=office.manager).items) == 1
    assert len(office.engine.ask(ListIncidents(), actor=OPERATOR).items) == 1
    assert office.engine.ask(ListIncidents(), actor=other).items == ()
    with pytest.raises(NotPermitted):
        office.engine.ask(ListIncidents(), actor=office.clerk)


def test_variables_are_shown_to_those_who_repair(office: Office) -> None:
    opened = opens(office, "by-clerk")
    question = ShowVariables(case_id=opened.case.id)

    assert office.engine.ask(question, actor=office.manager)["applicant"]["afm"] == "094014201"
    with pytest.raises(NotPermitted):
        office.engine.ask(question, actor=a_clerk(office.branch))
    with pytest.raises(NotFound):
        office.engine.ask(ShowVariables(case_id=an_id()), actor=office.manager)


def test_a_repair_that_leads_nowhere_changes_nothing(office: Office) -> None:
    opened = opens(office, "by-clerk")
    before = shown(office, opened)

    with pytest.raises(Conflict, match="stuck"):
        office.does(
            MoveToken(case_id=opened.case.id, source="measure", target="size", reason=REASON),
            actor=office.manager,
        )
    with pytest.raises(Conflict, match="cannot go there"):
        office.does(
            MoveToken(case_id=opened.case.id, source="inspect", target="measure", reason=REASON),
            actor=office.manager,
        )
    with pytest.raises(Invalid):
        corrects(office, opened, "applicant.afm.digits", 1)
    with pytest.raises(Invalid, match="reason"):
        office.does(
            CorrectVariable(case_id=opened.case.id, path="a", value=1, reason=" "), actor=office.manager
        )
    with pytest.raises(OutOfDate):
        office.does(
            CorrectVariable(case_id=opened.case.id, path="a", value=1, reason=REASON, expected_version=7),
            actor=office.manager,
        )

    assert shown(office, opened) == before


def test_a_closed_case_is_not_repaired(office: Office) -> None:
    opened = opens(office, "by-clerk")
    office.does(WithdrawCase(case_id=opened.case.id, reason="Δεν το θέλει πια"))

    with pytest.raises(Conflict, match="under way"):
        corrects(office, opened)

    assert shown(office, opened).case.status is CaseStatus.WITHDRAWN
    assert Flag.STUCK not in shown(office, opened).case.flags


def test_a_correction_tries_again_in_the_same_transaction(office: Office) -> None:
    opened = opens(office, "by-clerk")
    incident = incident_of(office, office.completes(opened.tasks[0], {}))
    command = CorrectVariable(
        case_id=opened.case.id,
        path="measured",
        value={"area": 140},
        reason=REASON,
        and_retry=incident.id,
    )

    moved_on = office.does(command, actor=office.manager)

    assert [task.element_id for task in moved_on.tasks] == ["inspect"]
    assert not moved_on.is_stuck
    assert actions(office, opened)[-5:] == CORRECTED_AND_GONE_ON


def test_a_correction_that_does_not_help_is_kept_and_the_attempt_counted(office: Office) -> None:
    opened = opens(office, "by-clerk")
    incident = incident_of(office, office.completes(opened.tasks[0], {}))
    command = CorrectVariable(
        case_id=opened.case.id, path="hall", value=True, reason=REASON, and_retry=incident.id
    )

    stuck = office.does(command, actor=office.manager)

    assert stuck.is_stuck
    assert incident_of(office, stuck).attempts == 2
    variables = office.engine.ask(ShowVariables(case_id=opened.case.id), actor=office.manager)
    assert variables["hall"] is True


def test_a_correction_tries_no_incident_of_another_case_again(office: Office) -> None:
    opened, other = opens(office, "by-clerk"), opens(office, "by-clerk")
    incident = incident_of(office, office.completes(other.tasks[0], {}))
    command = CorrectVariable(case_id=opened.case.id, path="a", value=1, reason=REASON, and_retry=incident.id)

    with pytest.raises(NotFound):
        office.does(command, actor=office.manager)

    assert "variable_corrected" not in actions(office, opened)


def test_an_incident_is_not_tried_again_by_who_saw_an_older_case(office: Office) -> None:
    stuck = office.completes(opens(office, "by-clerk").tasks[0], {})
    incident = incident_of(office, stuck)
    corrects(office, stuck)

    with pytest.raises(OutOfDate):
        office.does(
            RetryIncident(incident_id=incident.id, expected_version=stuck.case.row_version),
            actor=office.manager,
        )

    assert incident_of(office, stuck).attempts == 1


def test_what_a_move_would_do_is_what_it_does_and_nothing_before(office: Office) -> None:
    stuck = office.completes(opens(office, "by-clerk").tasks[0], {})
    before = shown(office, stuck)
    question = PreviewMove(case_id=stuck.case.id, source="measure", target="inspect")

    preview = office.engine.ask(question, actor=office.manager)
    unchanged = shown(office, stuck)
    command = MoveToken(case_id=stuck.case.id, source="measure", target="inspect", reason=REASON)
    moved = office.does(command, actor=office.manager)

    assert unchanged == before
    assert [task.element_id for task in preview.cancelled_tasks] == ["measure"]
    assert [task.element_id for task in preview.tasks] == [task.element_id for task in moved.tasks]
    assert not preview.ends


def test_a_preview_says_why_a_move_leads_nowhere(office: Office) -> None:
    opened = opens(office, "by-clerk")

    for source, target, code in (("measure", "size", "case_stuck"), ("inspect", "measure", "move_refused")):
        with pytest.raises(Conflict) as refused:
            office.engine.ask(
                PreviewMove(case_id=opened.case.id, source=source, target=target), actor=office.manager
            )
        assert refused.value.code == code


def test_an_incident_tells_where_what_was_attempted_waits(office: Office) -> None:
    by_clerk = opens(office, "by-clerk")
    office.completes(by_clerk.tasks[0], {})
    by_message = opens(office, "by-message")
    office.does(DeliverMessage(name="measured", correlation_key="094014201", data={}))
    by_timer = opens(office, "by-timer")
    office.clock.advance(timedelta(days=2))
    office.does(FireTimer(case_id=by_timer.case.id), actor=SYSTEM)

    sheets = [
        office.engine.ask(ShowIncident(incident_id=incident_of(office, state).id), actor=OPERATOR)
        for state in (by_clerk, by_message, by_timer)
    ]

    assert [sheet.source for sheet in sheets] == ["measure", "await", None]
    assert [list(sheet.ways) for sheet in sheets] == [["measure"], ["await"], ["rest"]]
    assert all(sheet.incident.attempt.data == {} for sheet in sheets)


@pytest.mark.parametrize(
    "question",
    [
        lambda incident: ShowIncident(incident_id=incident.id),
        lambda incident: PreviewMove(case_id=incident.case_id, source="measure", target="inspect"),
        lambda incident: ShowVariables(case_id=incident.case_id),
    ],
)
def test_only_those_who_repair_look_at_what_it_takes(office: Office, question: Any) -> None:
    incident = incident_of(office, office.completes(opens(office, "by-clerk").tasks[0], {}))
    asked = question(incident)

    with pytest.raises(NotPermitted):
        office.engine.ask(asked, actor=office.clerk)
    with pytest.raises(NotFound):
        office.engine.ask(asked, actor=a_manager(a_branch(code="0010")))
    with pytest.raises(NotFound):
        office.engine.ask(asked, actor=an_agency_actor(office.agency))
    office.engine.ask(asked, actor=OPERATOR)


def test_causes_are_counted_for_those_who_repair_and_within_their_sight(office: Office) -> None:
    for _ in range(3):
        office.completes(opens(office, "by-clerk").tasks[0], {})

    causes = office.engine.ask(ListCauses(), actor=office.manager)

    (group,) = causes.page.items
    assert (group.count, causes.incidents) == (3, 3)
    assert causes.versions[group.cause.version_id].key == "by-clerk"
    wanted = IncidentFilter(cause=group.cause)
    chosen, count = office.engine.ask(IncidentsToRetry(wanted=wanted, limit=2), actor=OPERATOR)
    assert (len(chosen), count) == (2, 3)
    elsewhere = a_manager(a_branch(code="0010"))
    assert office.engine.ask(ListCauses(), actor=elsewhere).page.items == ()
    assert office.engine.ask(IncidentsToRetry(wanted=wanted, limit=2), actor=elsewhere) == ((), 0)
    with pytest.raises(NotPermitted):
        office.engine.ask(ListCauses(), actor=office.clerk)


def test_deliveries_that_fail_are_told_to_operators_only(office: Office) -> None:
    assert office.engine.ask(ListFailingAgencies(), actor=OPERATOR) == []
    for question in (ListFailingAgencies(), GivenUpDeliveries(agency_key="municipality", limit=9)):
        with pytest.raises(NotPermitted):
            office.engine.ask(question, actor=office.manager)
