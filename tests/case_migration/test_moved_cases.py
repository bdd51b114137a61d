"""Claims about single cases that move: their rows, and the reasons for which one stays where it is."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from engine.case_migration.model import RunKind, Verdict
from engine.case_migration.plans import DecidePlan, EditPlan
from engine.case_migration.runs import StartRun
from engine.cases.changeset import CaseState
from engine.cases.lifecycle import SuspendCase
from engine.cases.queries import ShowCase
from engine.incidents.queries import ListIncidents
from engine.incidents.repair import CorrectVariable
from engine.kernel.actor import SYSTEM, Actor
from engine.kernel.refusal import Conflict, Invalid, NotFound, NotPermitted
from engine.messages.deliver import DeliverMessage
from engine.organisation.registers import SaveAgency
from engine.procedures.versions import DeployProcedure
from engine.service_tasks.answer import AnswerServiceTask
from engine.tasks.complete import SaveDraft
from engine.tasks.queries import ShowTask
from tests.builders import an_agency
from tests.case_migration.versions import ANALYST, CERTIFIER, OPERATOR, plans, results, runs
from tests.messages.drawn import drawn, judged, message_from, offer_drawn
from tests.office import Office, an_office
from tests.runtime.diagrams import chain, element, end, message, on_message, service, start, user

KEY = "opinion"


@pytest.fixture
def office() -> Office:
    return an_office()


def offers(office: Office, *parts: str, **more: Any) -> None:
    offer_drawn(office, KEY, *parts, **more)


def opens(office: Office) -> CaseState:
    return office.opens_case(procedure=KEY, data={})


def moves(office: Office, elements: dict[str, str | None] | None = None) -> None:
    plans(office, elements, key=KEY)
    run = runs(office, RunKind.MOVE, key=KEY)
    assert run.refused == 0, results(office, run, key=KEY)


def refused_for(office: Office, state: CaseState) -> list[str]:
    plans(office, key=KEY)
    run = runs(office, RunKind.MOVE, key=KEY)
    one = results(office, run, key=KEY)[state.case.number]
    assert one.verdict is Verdict.REFUSED
    assert seen(office, state).case.version_number == 1
    return [finding.code for finding in one.findings]


def seen(office: Office, state: CaseState) -> CaseState:
    view = office.engine.ask(ShowCase(case_id=state.case.id), actor=SYSTEM)
    return CaseState(case=view.case, tasks=view.tasks, service_tasks=view.service_tasks)


def form(*keys: str, required: bool = False) -> bytes:
    fields = [
        {
            "type": "textfield",
            "key": key,
            "id": f"Field_{key}",
            "label": key.title(),
            "validate": {"required": required},
            "properties": {"stoa:label-en": key},
        }
        for key in keys
    ]
    return json.dumps({"type": "default", "id": "f", "schemaVersion": 18, "components": fields}).encode()


def asks(element_id: str, *, name: str = "", groups: str = "", extensions: str = "") -> str:
    offered = f'<zeebe:assignmentDefinition candidateGroups="{groups}"/>' if groups else ""
    return user(
        element_id,
        extensions=f'<zeebe:formDefinition formId="f"/>{offered}{extensions}',
        name=name or element_id,
    )


def line(*steps: str) -> tuple[str, ...]:
    ids = [step.split('id="', 1)[1].split('"', 1)[0] for step in steps]
    return (start(), *steps, end("done"), chain("start", *ids, "done"))


def test_a_task_has_the_name_and_the_roles_of_the_new_version_and_its_holder_and_draft(
    office: Office,
) -> None:
    offers(office, *line(asks("judge", name="Γνώμη", groups="clerk")), forms={"f": form("view")})
    task = office.claims(opens(office).tasks[0])
    office.does(SaveDraft(task_id=task.id, data={"view": "ναι"}))
    new = line(asks("opine", name="Γνωμοδότηση", groups="manager"))
    offers(office, *new, forms={"f": form("view", "why", required=True)})

    plans(office, {"judge": "opine"}, key=KEY)
    run = runs(office, RunKind.MOVE, key=KEY)

    after = office.engine.ask(ShowTask(task_id=task.id), actor=office.clerk).task
    assert (after.element_id, str(after.name)) == ("opine", "Γνωμοδότηση")
    assert after.candidate_groups == ("manager",)
    assert (after.assignee_id, after.draft) == (office.clerk.id, {"view": "ναι"})
    (one,) = results(office, run, key=KEY).values()
    assert [(found.code, "View, Why" in found.text) for found in one.findings] == [("form_asks_more", True)]


def test_a_draft_that_does_not_fit_the_new_form_is_a_reason_to_stay(office: Office) -> None:
    offers(office, *line(asks("judge")), forms={"f": form("view")})
    state = opens(office)
    task = office.claims(state.tasks[0])
    office.does(SaveDraft(task_id=task.id, data={"view": "ναι"}))
    offers(office, *line(asks("judge")), forms={"f": form("verdict")})

    assert refused_for(office, state) == ["draft_does_not_fit"]


def test_an_agency_that_answers_afterwards_reaches_the_case(office: Office) -> None:
    office.does(SaveAgency(agency=an_agency(topics=("register",))), actor=SYSTEM)
    offers(office, *line(service("ask"), user("judge")))
    state = opens(office)
    asked = state.service_tasks[0]
    offers(office, *line(service("request"), user("judge")))

    moves(office, {"ask": "request"})
    after = office.does(AnswerServiceTask(service_task_id=asked.id, data={}), actor=SYSTEM)

    assert [task.element_id for task in after.tasks] == ["judge"]
    assert after.case.version_number == 2


def test_a_request_under_another_topic_has_to_be_answered_first(office: Office) -> None:
    office.does(SaveAgency(agency=an_agency(topics=("register", "archive"))), actor=SYSTEM)
    offers(office, *line(service("ask"), user("judge")))
    state = opens(office)
    offers(office, *line(service("ask", topic="archive"), user("judge")))

    assert refused_for(office, state) == ["topic_changed"]


def test_a_message_of_the_new_version_reaches_the_case_and_one_of_the_old_does_not(office: Office) -> None:
    def waiting(name: str) -> tuple[tuple[str, ...], str]:
        wait = element(
            "intermediateCatchEvent", "wait", on_message("m"), extensions=message_from("role:clerk")
        )
        return line(wait), message("m", name, "case.number")

    for name in ("paid", "settled"):
        parts, declared = waiting(name)
        offers(office, *parts, declares=declared)
        if name == "paid":
            state = opens(office)
    moves(office)

    for name in ("paid", "settled"):
        message_sent = DeliverMessage(name=name, correlation_key=state.case.number, data={})
        office.does(message_sent)
        if name == "paid":
            assert not seen(office, state).case.is_closed

    assert seen(office, state).case.is_closed


def test_an_incident_is_kept_and_settled_on_the_new_version(office: Office) -> None:
    offers(office, *judged(user("measure", name="Μέτρηση")))
    state = opens(office)
    office.completes(state.tasks[0], {})
    offers(office, *judged(user("survey", name="Καταμέτρηση")))

    moves(office, {"measure": "survey"})
    (incident,) = office.engine.ask(ListIncidents(), actor=OPERATOR).items
    command = CorrectVariable(
        case_id=state.case.id, path="measured.area", value=5, reason="Λάθος.", and_retry=incident.id
    )
    after = office.does(command, actor=OPERATOR)

    assert after.case.version_number == 2
    assert not after.is_stuck


def test_a_suspended_case_moves_and_stays_suspended(office: Office) -> None:
    offers(office, *line(user("judge")))
    state = opens(office)
    office.does(SuspendCase(case_id=state.case.id, reason="Αναμονή."))
    offers(office, *line(user("judge"), user("sign")))

    moves(office)

    after = seen(office, state).case
    assert (after.status, after.version_number, after.next_timer_at) == ("suspended", 2, None)


def test_a_term_that_would_be_over_is_a_reason_to_stay(office: Office) -> None:
    offers(office, *line(user("judge")), term="{days: 50, working_days: false}")
    state = opens(office)
    office.clock.advance(timedelta(days=20))
    offers(office, *line(user("judge")), term="{days: 10, working_days: false}")

    assert refused_for(office, state) == ["term_over"]


def test_who_edited_a_plan_does_not_decide_it(office: Office) -> None:
    offers(office, *line(user("judge")))
    offers(office, *line(user("judge"), user("sign")))
    pair = {"procedure": KEY, "from_number": 1, "to_number": 2}
    both = certifying_analyst()
    office.does(EditPlan(**pair, elements={"judge": "sign"}), actor=both)

    with pytest.raises(Conflict) as refused:
        office.does(DecidePlan(**pair, decree="ΥΑ 1"), actor=both)

    assert refused.value.code == "four_eyes"
    with pytest.raises(Conflict) as undecided:
        office.does(StartRun(**pair, kind=RunKind.MOVE), actor=OPERATOR)
    assert undecided.value.code == "plan_not_decided"
    office.does(DecidePlan(**pair, decree="ΥΑ 1"), actor=CERTIFIER)
    office.does(EditPlan(**pair, elements={"judge": None}), actor=ANALYST)
    with pytest.raises(Conflict):
        office.does(StartRun(**pair, kind=RunKind.MOVE), actor=OPERATOR)


def certifying_analyst() -> Actor:
    return replace(ANALYST, roles=ANALYST.roles | CERTIFIER.roles)


def test_cases_move_only_to_a_version_on_offer_by_those_who_may(office: Office) -> None:
    offers(office, *line(user("judge")))
    files = drawn(KEY, *line(user("judge"), user("sign")))
    office.does(DeployProcedure(files=files), actor=SYSTEM)
    plans(office, key=KEY)
    pair = {"procedure": KEY, "from_number": 1, "to_number": 2}

    with pytest.raises(Conflict) as refused:
        office.does(StartRun(**pair, kind=RunKind.MOVE), actor=OPERATOR)
    for command, actor in (
        (EditPlan(**pair), office.clerk),
        (DecidePlan(**pair, decree="ΥΑ 1"), OPERATOR),
        (StartRun(**pair, kind=RunKind.MOVE), CERTIFIER),
    ):
        with pytest.raises(NotPermitted):
            office.does(command, actor=actor)

    assert refused.value.code == "version_draft"


@pytest.mark.parametrize(("pair", "kind"), [((1, 1), Invalid), ((1, 9), NotFound), ((9, 1), NotFound)])
def test_a_pair_that_is_none_is_refused(office: Office, pair: tuple[int, int], kind: type[Exception]) -> None:
    offers(office, *line(user("judge")))

    with pytest.raises(kind):
        office.does(EditPlan(procedure=KEY, from_number=pair[0], to_number=pair[1]), actor=ANALYST)


def test_one_case_alone_has_to_be_on_the_version_that_it_is_taken_from(office: Office) -> None:
    offers(office, *line(user("judge")))
    offers(office, *line(user("judge"), user("sign")))
    plans(office, key=KEY)
    pair = {"procedure": KEY, "from_number": 1, "to_number": 2}

    for case_id, kind in ((opens(office).case.id, Conflict), (office.branch.id, NotFound)):
        with pytest.raises(kind):
            office.does(StartRun(**pair, kind=RunKind.MOVE, case_id=case_id), actor=OPERATOR)


def test_a_message_that_was_kept_for_the_new_version_is_a_step_that_is_not_taken_back(office: Office) -> None:
    def waiting(name: str) -> None:
        wait = element(
            "intermediateCatchEvent", "wait", on_message("m"), extensions=message_from("role:clerk")
        )
        offers(office, *line(wait, user("judge")), declares=message("m", name, "case.number"))

    waiting("paid")
    state = opens(office)
    waiting("settled")
    office.does(DeliverMessage(name="settled", correlation_key=state.case.number, ttl=timedelta(hours=1)))

    moves(office)
    back = runs(office, RunKind.BACK, key=KEY)

    assert [task.element_id for task in seen(office, state).tasks] == ["judge"]
    assert (back.looked, seen(office, state).case.version_number) == (0, 2)
