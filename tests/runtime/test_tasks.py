"""Tasks: what they open, what their results do, and that they are answered once."""

from datetime import UTC, datetime
from decimal import Decimal
from random import Random
from uuid import uuid4

import pytest

from engine.runtime.contract import Phase, StepRefused, Surroundings
from engine.runtime.workflow import SpiffWorkflowEngine
from tests.runtime.diagrams import (
    NOON,
    Run,
    chain,
    element,
    end,
    flow,
    mapping,
    message,
    on_message,
    script,
    service,
    simple,
    start,
    user,
)


def test_a_user_task_opens_with_what_its_extensions_say() -> None:
    held = (
        '<zeebe:formDefinition formId="application"/>'
        '<zeebe:assignmentDefinition assignee="=clerk" candidateGroups="counter, back office"/>'
        '<zeebe:taskSchedule dueDate="2026-12-01T09:00:00+02:00"/><zeebe:priorityDefinition priority="80"/>'
        '<zeebe:properties><zeebe:property name="stoa:step" value="1"/></zeebe:properties>'
    )
    run = Run(
        simple(start(), user("fill", extensions=held, name="Fill in"), end(), chain("start", "fill", "end")),
        {"clerk": "eleni"},
    )

    (task,) = run.step.opened_tasks

    assert (task.element_id, task.name, task.form_id, task.assignee) == (
        "fill",
        "Fill in",
        "application",
        "eleni",
    )
    assert task.candidate_groups == ("counter", "back office")
    assert (task.priority, task.due_at) == (80, datetime(2026, 12, 1, 7, tzinfo=UTC))
    assert task.properties == {"stoa:step": "1"}
    assert task.variables == {"clerk": "eleni"}


def test_a_manual_task_waits_for_a_person_too() -> None:
    run = Run(simple(start(), element("manualTask", "hand_over"), end(), chain("start", "hand_over", "end")))

    run.complete("hand_over")

    assert run.step.phase is Phase.COMPLETED


def test_a_completed_case_says_how_it_ended() -> None:
    run = Run(
        simple(start(), user("fill"), end("granted", name="Granted"), chain("start", "fill", "granted"))
    )

    step = run.complete("fill", applicant={"name": "Ελένη"})

    assert (step.phase, step.outcome, step.outcome_name) == (Phase.COMPLETED, "granted", "Granted")
    assert step.variables == {"applicant": {"name": "Ελένη"}}
    assert [passed.element_id for passed in step.passed] == ["fill", "granted"]
    assert [passed.kind for passed in step.passed] == ["userTask", "endEvent"]


def test_a_service_task_shows_only_what_its_input_mapping_names() -> None:
    ask = service("ask", topic="registry", extensions=mapping(inputs={"number": "applicant.afm"}))
    run = Run(
        simple(start(), ask, end(), chain("start", "ask", "end")),
        {"applicant": {"afm": "123", "name": "secret"}},
    )

    (task,) = run.step.opened_service_tasks

    assert (task.topic, task.variables) == ("registry", {"number": "123"})


def test_a_service_task_without_an_input_mapping_shows_nothing() -> None:
    run = Run(simple(start(), service("ask"), end(), chain("start", "ask", "end")), {"secret": 1})

    (task,) = run.step.opened_service_tasks

    assert task.variables == {}


def test_with_output_mappings_only_those_variables_leave() -> None:
    ask = service("ask", extensions=mapping(inputs={"x": "amount"}, outputs={"answer.text": "reply"}))
    run = Run(
        simple(start(), ask, end(), chain("start", "ask", "end")), {"amount": 1, "answer": {"kept": True}}
    )

    run.complete("ask", reply="yes", noise=1)

    assert run.variables == {"amount": 1, "answer": {"kept": True, "text": "yes"}}


def test_a_script_task_evaluates_feel_into_its_result_variable() -> None:
    run = Run(
        simple(start(), script("sum", "a + b", "total"), end(), chain("start", "sum", "end")),
        {"a": 1, "b": 2},
    )

    assert run.variables == {"a": 1, "b": 2, "total": Decimal(3)}


def test_a_plain_script_sets_the_entries_of_its_context() -> None:
    plain = element("scriptTask", "set", "<script>{fee: 10, paid: false}</script>")
    run = Run(simple(start(), plain, end(), chain("start", "set", "end")))

    assert run.variables == {"fee": Decimal(10), "paid": False}


def test_names_of_the_surroundings_are_in_every_scope() -> None:
    run = Run(
        simple(start(), script("ask", "stoa.branch", "branch"), end(), chain("start", "ask", "end")),
        names={"stoa": {"branch": "0009"}},
    )

    assert run.variables == {"branch": "0009"}


def test_a_send_task_throws_a_message_with_its_key_and_what_its_input_names() -> None:
    send = element("sendTask", "tell", extensions=mapping(inputs={"text": "note"}), messageRef="told")
    run = Run(
        simple(
            start(), send, end(), chain("start", "tell", "end"), declares=message("told", "Told", "number")
        ),
        {"number": 7, "note": "ready", "secret": 1},
    )

    (thrown,) = run.step.thrown_messages

    assert (thrown.message, thrown.correlation_key, thrown.variables) == ("Told", "7", {"text": "ready"})


def test_a_receive_task_waits_for_its_message_and_takes_its_variables() -> None:
    receive = element("receiveTask", "hear", messageRef="told")
    run = Run(
        simple(
            start(), receive, end(), chain("start", "hear", "end"), declares=message("told", "Told", "number")
        ),
        {"number": 7},
    )
    (subscription,) = run.step.opened_subscriptions

    step = run.deliver("hear", reply="yes")

    assert (subscription.message, subscription.correlation_key, subscription.kind) == ("Told", "7", "message")
    assert step.variables == {"number": 7, "reply": "yes"}
    assert step.closed == (subscription.token,)


def test_a_message_end_event_with_a_task_definition_is_a_service_task() -> None:
    last = element("endEvent", "tell", on_message("told"), extensions='<zeebe:taskDefinition type="sms"/>')
    run = Run(simple(start(), last, chain("start", "tell"), declares=message("told", "Told")))

    run.complete("tell")

    assert (run.step.phase, run.step.outcome) == (Phase.COMPLETED, "tell")


def test_a_message_sent_by_a_service_task_need_not_be_declared() -> None:
    held = '<zeebe:taskDefinition type="sms"/>'
    tell = element("intermediateThrowEvent", "tell", "<messageEventDefinition/>", extensions=held)
    run = Run(simple(start(), tell, end(), chain("start", "tell", "end")))

    assert [task.topic for task in run.step.opened_service_tasks] == ["sms"]


def test_a_none_task_is_passed() -> None:
    run = Run(simple(start(), element("task", "note"), end(), chain("start", "note", "end")))

    assert run.log == ["start", "note", "end"]


def test_what_does_not_wait_cannot_be_completed() -> None:
    run = Run(simple(start(), user("fill"), end(), chain("start", "fill", "end")))

    with pytest.raises(StepRefused, match="no waiting token"):
        run.engine.complete(
            run.definition, run.step.snapshot, token=uuid4(), variables={}, surroundings=run.surroundings
        )


def test_a_subscription_cannot_be_completed_as_a_task() -> None:
    receive = element("receiveTask", "hear", messageRef="told")
    run = Run(
        simple(start(), receive, end(), chain("start", "hear", "end"), declares=message("told", "Told"))
    )

    with pytest.raises(StepRefused, match="Expected a task or service task, found the receiveTask hear"):
        run.complete("hear")


def test_values_that_no_variable_can_hold_are_refused_by_name() -> None:
    run = Run(simple(start(), user("fill"), end(), chain("start", "fill", "end")))

    with pytest.raises(StepRefused, match=r"applicant\.age"):
        run.complete("fill", applicant={"age": float("nan")})


def test_a_variable_cannot_take_the_place_of_what_the_engine_provides() -> None:
    run = Run(
        simple(start(), script("ask", "stoa.branch", "branch"), end(), chain("start", "ask", "end")),
        {"stoa": {"branch": "forged"}},
        names={"stoa": {"branch": "0009"}},
    )

    assert run.variables["branch"] == "0009"


def test_an_assignee_that_is_no_text_is_an_incident() -> None:
    held = '<zeebe:assignmentDefinition assignee="=clerks"/>'
    run = Run(
        simple(start(), user("fill", extensions=held), end(), chain("start", "fill", "end")),
        {"clerks": ["a"]},
    )

    assert run.step.incident is not None
    assert "found a list" in run.step.incident.message


def test_a_case_that_was_stuck_at_its_start_can_be_tried_again() -> None:
    what = simple(
        start(),
        script("ask", "office.branch", "branch"),
        user("work"),
        flow("start", "ask"),
        flow("ask", "work", 'branch = "0009"'),
    )
    run = Run(what)
    assert run.step.incident is not None

    run.names = {"office": {"branch": "0009"}}
    run.later(minutes=1)

    assert run.waiting == ["work"]


def test_a_script_may_draw_by_chance_and_a_seed_repeats_it() -> None:
    def drawn(seed: int) -> object:
        engine = SpiffWorkflowEngine()
        what = simple(start(), script("draw", "uuid()", "key"), end(), chain("start", "draw", "end"))
        step = engine.start(what, variables={}, surroundings=Surroundings(now=NOON, chance=Random(seed)))
        return step.variables["key"]

    assert drawn(1) == drawn(1) != drawn(2)
