"""Acts in the registers that cases ask for: done by the worker, once, with the case's answer; or refused."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from engine.bootstrap import build, build_in_memory
from engine.cases.changeset import CaseState
from engine.cases.changeset_store import CaseView
from engine.cases.lifecycle import ResumeCase, SuspendCase
from engine.cases.queries import ReadJournal, ShowCase
from engine.incidents.model import Incident
from engine.incidents.queries import ListIncidents
from engine.incidents.repair import RetryIncident
from engine.jobs.worker import Worker
from engine.kernel.actor import SYSTEM, Role
from engine.kernel.pages import Slice
from engine.kernel.refusal import Conflict
from engine.kernel.vocabulary import CaseStatus
from engine.operations.queries import ListJobs
from engine.organisation import version_store
from engine.organisation.closing import CloseOrganisation
from engine.organisation.connect import AddKey, ChangeEndpoint
from engine.organisation.organisation import OrganisationKind, OrganisationOnDay
from engine.outbox.model import Job, JobKind, JobState
from engine.people import invitation_store
from engine.service_tasks.agency_desk import ShowAgency
from engine.service_tasks.answer import AnswerServiceTask
from engine.service_tasks.connector import Delivery, DeliveryOutcome, DeliveryResult
from engine.service_tasks.deliveries import LeaseJobs
from engine.service_tasks.fail import FailServiceTask
from engine.service_tasks.pings import PingAgency
from engine.service_tasks.register_jobs import GIVEN_UP, ChangeOrganisations, SetActBack
from engine.settings import from_environment
from engine.topics.register import RegisterTopic, TopicWords
from tests.applying import AGENCY, BRANCH, Applying, applying
from tests.builders import NOON
from tests.messages.drawn import offer_drawn
from tests.office import MovableClock, an_office
from tests.organisations import save_organisation
from tests.runtime.diagrams import boundary, chain, end, flow, mapping, service, start


@pytest.fixture
def asked() -> Applying:
    return applying(an_office())


def works(asked: Applying, result: DeliveryResult = DeliveryResult.ACCEPTED) -> None:
    """One round of a worker; whatever it calls outside comes to that."""

    def deliver(_delivery: Delivery) -> DeliveryOutcome:
        return DeliveryOutcome(result=result)

    Worker(asked.office.engine, deliver).run_once()


def entered(asked: Applying, code: str, on: date | None = None) -> OrganisationOnDay | None:
    with asked.office.engine.store.reading() as connection:
        day = on or asked.office.clock.now().date()
        return version_store.organisation_coded(connection, code, on=day)


def register_jobs(asked: Applying) -> list[Job]:
    found = asked.office.engine.ask(ListJobs(), actor=SYSTEM).items
    return [job for job in found if job.kind is JobKind.CHANGE_ORGANISATIONS]


def refusals(asked: Applying, state: CaseState | CaseView) -> list[str]:
    """The BPMN errors that the registers raised in a case, in their order."""
    kept = ReadJournal(case_id=state.case.id, part=Slice(limit=100))
    lines = asked.office.engine.ask(kept, actor=SYSTEM).items
    return [line.detail["code"] for line in lines if line.action == "service_task_failed"]


def granted(asked: Applying, **changes: Any) -> CaseState:
    """A branch that the ministry has authorised, and that is not entered yet."""
    branch = {**BRANCH["branch"], **changes}
    state = asked.applies("branch-authorisation", {**BRANCH, "branch": branch})
    asked.is_granted(state.case.id)
    return state


def test_a_branch_that_is_granted_comes_into_being_with_the_decision_and_its_manager_is_invited(
    asked: Applying,
) -> None:
    state = granted(asked)

    works(asked)
    works(asked)

    found = entered(asked, "0413")
    assert found is not None
    assert found.organisation.kind is OrganisationKind.BRANCH
    assert found.particulars.parent_id == asked.municipality.id
    assert found.particulars.phone == "2310 000 000"
    assert [one.procedure for one in found.particulars.not_offered] == ["vehicle-transfer"]
    assert found.version.valid_from == date(2026, 3, 9)
    assert found.version.reason == state.case.number
    assert found.version.decision is not None
    assert found.version.decision.ada == "6ΥΘΖ46ΜΤ-Λ2Σ"
    with asked.office.engine.store.reading() as connection:
        (invitation,) = invitation_store.open_invitations(
            connection, now=asked.office.clock.now(), places={found.id}
        )
    assert (invitation.role, invitation.email) == (Role.MANAGER, "argyro@example.gr")
    view = asked.office.engine.ask(ShowCase(case_id=state.case.id), actor=SYSTEM)
    assert (view.case.status, view.case.outcome) == (CaseStatus.COMPLETED, "authorised")


def test_a_branch_is_not_there_before_its_day(asked: Applying) -> None:
    state = asked.applies("branch-authorisation", BRANCH)
    complete = {"verdict": "complete"}
    asked.completes(state.case.id, "examine_application", complete, by=asked.office.clerk)
    later = {
        "granted": True,
        "decision": {"number": "1", "gazette": "Β΄ 1", "ada": "6ΥΘΖ46ΜΤ-Λ2Σ"},
        "valid_from": "2026-04-01",
    }
    asked.completes(state.case.id, "decide", later, by=asked.office.manager)

    works(asked)

    assert entered(asked, "0413", date(2026, 3, 31)) is None
    assert entered(asked, "0413", date(2026, 4, 1)) is not None
    assert asked.open_elements(state.case.id) == []
    asked.office.clock.advance(timedelta(days=30))
    works(asked)
    works(asked)
    view = asked.office.engine.ask(ShowCase(case_id=state.case.id), actor=SYSTEM)
    assert view.case.outcome == "authorised"


def test_a_code_that_is_taken_goes_to_a_person_who_corrects_it(asked: Applying) -> None:
    state = granted(asked, code=asked.office.branch.code)

    works(asked)

    assert asked.open_elements(state.case.id) == ["correct"]
    assert refusals(asked, state) == ["code_taken"]
    corrected = {"correction": "again", "corrected_code": "0414", "valid_from": "2026-03-09"}
    asked.completes(state.case.id, "correct", corrected, by=asked.office.clerk)
    works(asked)
    assert entered(asked, "0414") is not None


def test_a_parent_that_is_closed_is_an_error_of_the_diagram(asked: Applying) -> None:
    state = granted(asked)
    closing = CloseOrganisation(code="nea-poli", from_day=date(2026, 3, 9), reason="Συνένωση", seen=1)
    asked.office.does(closing, actor=SYSTEM)

    works(asked)

    assert asked.open_elements(state.case.id) == ["correct"]
    assert refusals(asked, state) == ["parent_unknown"]
    assert entered(asked, "0413") is None


def test_where_no_invitation_can_be_sent_a_person_is_told_what_is_left_to_do() -> None:
    clock = MovableClock(NOON)
    engine = build_in_memory(clock=clock, zone=ZoneInfo("Europe/Athens"))
    asked = applying(an_office(engine, clock=clock))
    state = granted(asked)

    works(asked)
    works(asked)

    assert entered(asked, "0413") is not None
    assert asked.open_elements(state.case.id) == ["leave_to_organisation"]
    assert {job.state for job in register_jobs(asked)} == {JobState.DONE}


def test_the_same_job_done_twice_enters_one_branch(asked: Applying) -> None:
    state = granted(asked)
    lease = LeaseJobs(worker="w1", limit=10, lease=timedelta(minutes=2))
    jobs = asked.office.does(lease, actor=SYSTEM)
    (job,) = [one for one in jobs if one.kind is JobKind.CHANGE_ORGANISATIONS]
    asked.office.does(ChangeOrganisations(job_id=job.id, worker="w1"), actor=SYSTEM)

    asked.office.does(ChangeOrganisations(job_id=job.id, worker="w1"), actor=SYSTEM)

    actions = [line.action for line in asked.office.journal(state)]
    assert actions.count("service_task_completed") == 1
    assert asked.open_elements(state.case.id) == []


def test_while_the_case_is_suspended_nothing_is_entered(asked: Applying) -> None:
    state = granted(asked)
    asked.office.does(SuspendCase(case_id=state.case.id, reason="Προσφυγή"), actor=asked.office.clerk)

    works(asked)

    assert entered(asked, "0413") is None
    asked.office.does(ResumeCase(case_id=state.case.id, reason="Ανακλήθηκε"), actor=asked.office.clerk)
    asked.office.clock.advance(timedelta(minutes=11))
    works(asked)
    assert entered(asked, "0413") is not None


def test_nobody_answers_for_the_registers(asked: Applying) -> None:
    state = granted(asked)
    view = asked.office.engine.ask(ShowCase(case_id=state.case.id), actor=asked.office.clerk)
    task_id = view.service_tasks[0].id

    with pytest.raises(Conflict) as answered:
        asked.office.does(AnswerServiceTask(service_task_id=task_id, data={"entered": "9999"}))
    with pytest.raises(Conflict) as failed:
        asked.office.does(FailServiceTask(service_task_id=task_id, message="Όχι", code="code_taken"))

    assert {answered.value.code, failed.value.code} == {"done_by_the_system"}


def connecting(asked: Applying) -> UUID:
    """An agency that was granted and entered, and is to be connected by its administrator."""
    state = asked.applies("agency-connection", AGENCY)
    asked.is_granted(state.case.id, is_certified=True)
    works(asked)
    works(asked)
    assert asked.open_elements(state.case.id) == ["await_connection"]
    return state.case.id


def checks(asked: Applying, case_id: UUID) -> list[str]:
    """Where the case stands after the connection was checked."""
    asked.completes(case_id, "await_connection", {"next_step": "check"}, by=asked.office.clerk)
    works(asked)
    return asked.open_elements(case_id)


def test_an_agency_serves_its_topics_once_a_call_to_the_stated_address_came_through(asked: Applying) -> None:
    case_id = connecting(asked)
    does = asked.office.does
    found = entered(asked, "water-board")
    assert found is not None
    own = replace(asked.administrator, name="menelaos", organisation_id=found.id)
    does(
        RegisterTopic(topic="water.connection", words=TopicWords(name="Σύνδεση", name_en="Connection")),
        actor=SYSTEM,
    )

    assert checks(asked, case_id) == ["await_connection"]
    does(AddKey(agency_key="water-board"), actor=own)
    does(ChangeEndpoint(agency_key="water-board", endpoint="https://elsewhere.example/in"), actor=own)
    assert checks(asked, case_id) == ["await_connection"]
    does(ChangeEndpoint(agency_key="water-board", endpoint=AGENCY["endpoint"]), actor=own)
    assert checks(asked, case_id) == ["await_connection"]
    does(PingAgency(agency_key="water-board"), actor=own)
    works(asked, DeliveryResult.FAILED)
    assert checks(asked, case_id) == ["await_connection"]
    asked.office.clock.advance(timedelta(seconds=1))
    does(PingAgency(agency_key="water-board"), actor=own)
    works(asked)
    assert checks(asked, case_id) == []

    sheet = asked.office.engine.ask(ShowAgency(agency_key="water-board"), actor=SYSTEM)
    assert sheet.listed.agency.topics == ("water.connection",)
    view = asked.office.engine.ask(ShowCase(case_id=case_id), actor=SYSTEM)
    assert view.case.outcome == "connected_agency"


def test_a_call_before_the_address_was_changed_proves_nothing(asked: Applying) -> None:
    case_id = connecting(asked)
    does = asked.office.does
    does(AddKey(agency_key="water-board"), actor=SYSTEM)
    does(ChangeEndpoint(agency_key="water-board", endpoint="https://elsewhere.example/in"), actor=SYSTEM)
    does(PingAgency(agency_key="water-board"), actor=SYSTEM)
    works(asked)
    asked.office.clock.advance(timedelta(seconds=1))
    does(ChangeEndpoint(agency_key="water-board", endpoint=AGENCY["endpoint"]), actor=SYSTEM)

    assert checks(asked, case_id) == ["await_connection"]


def test_a_topic_that_is_not_registered_goes_to_a_person(asked: Applying) -> None:
    case_id = connecting(asked)
    does = asked.office.does
    does(AddKey(agency_key="water-board"), actor=SYSTEM)
    does(ChangeEndpoint(agency_key="water-board", endpoint=AGENCY["endpoint"]), actor=SYSTEM)
    does(PingAgency(agency_key="water-board"), actor=SYSTEM)
    works(asked)

    assert checks(asked, case_id) == ["correct_topics"]
    view = asked.office.engine.ask(ShowCase(case_id=case_id), actor=asked.office.clerk)
    assert refusals(asked, view) == ["topic_unknown"]


def test_no_secret_of_an_agency_is_in_its_case(asked: Applying) -> None:
    case_id = connecting(asked)
    made = asked.office.does(AddKey(agency_key="water-board"), actor=SYSTEM)
    checks(asked, case_id)

    view = asked.office.engine.ask(ShowCase(case_id=case_id), actor=SYSTEM)
    kept = ReadJournal(case_id=case_id, part=Slice(limit=100))
    lines = asked.office.engine.ask(kept, actor=SYSTEM).items
    assert made.secret.encode() not in view.case.snapshot
    assert not any(made.secret in str(line.detail) for line in lines)


def drawn(asked: Applying, act: str, **inputs: str) -> CaseState:
    """A case of a procedure that has this act done, with these constants."""
    headers = f'<zeebe:taskHeaders><zeebe:header key="act" value="{act}"/></zeebe:taskHeaders>'
    values = mapping(inputs={name: f'"{value}"' for name, value in inputs.items()})
    task = service("ask", topic="stoa:organisation", extensions=headers + values)
    caught = boundary("failed", "ask", "<errorEventDefinition/>")
    offer_drawn(
        asked.office,
        "acting",
        start(),
        task,
        caught,
        end("done"),
        end("refused"),
        chain("start", "ask", "done"),
        flow("failed", "refused"),
    )
    state = asked.office.opens_case(procedure="acting", data={})
    works(asked)
    return state


def stuck(asked: Applying, **inputs: str) -> Incident:
    """A case that asked for an invitation which its diagram has no way to be refused."""
    headers = '<zeebe:taskHeaders><zeebe:header key="act" value="invite"/></zeebe:taskHeaders>'
    values = mapping(inputs={name: f'"{value}"' for name, value in inputs.items()})
    task = service("ask", topic="stoa:organisation", extensions=headers + values)
    offer_drawn(asked.office, "acting", start(), task, end("done"), chain("start", "ask", "done"))
    asked.office.opens_case(procedure="acting", data={})
    works(asked)
    (incident,) = open_incidents(asked)
    return incident


def open_incidents(asked: Applying) -> Sequence[Incident]:
    return asked.office.engine.ask(ListIncidents(), actor=SYSTEM).items


def invited(asked: Applying) -> list[str]:
    with asked.office.engine.store.reading() as connection:
        now = asked.office.clock.now()
        return [one.email for one in invitation_store.open_invitations(connection, now=now, places=None)]


def test_what_the_registers_refused_is_asked_of_them_anew_and_done_once(asked: Applying) -> None:
    manager = asked.office.manager
    person = {"name": "Άννα Γεωργίου", "email": "anna@example.gr"}
    incident = stuck(asked, code="0777", role="manager", **person)
    again = RetryIncident(incident_id=incident.id)

    in_vain = asked.office.does(again, actor=manager)
    with asked.office.engine.store.begin() as connection:
        save_organisation(connection, OrganisationKind.BRANCH, "0777", parent_id=asked.municipality.id)
        connection.commit()
    done = asked.office.does(again, actor=manager)
    with pytest.raises(Conflict):
        asked.office.does(again, actor=manager)
    works(asked)

    assert [one.id for one in in_vain.incidents] == [incident.id]
    assert (done.case.status, list(open_incidents(asked))) == (CaseStatus.COMPLETED, [])
    assert invited(asked) == ["anna@example.gr"]


def test_an_act_that_faults_kept_from_being_done_waits_for_a_person(asked: Applying) -> None:
    state = granted(asked)
    lease = LeaseJobs(worker="w1", limit=10, lease=timedelta(minutes=2))
    while not (found := open_incidents(asked)):
        for job in asked.office.does(lease, actor=SYSTEM):
            if job.kind is JobKind.CHANGE_ORGANISATIONS:
                asked.office.does(SetActBack(job_id=job.id, worker="w1", error="IOError"), actor=SYSTEM)
        asked.office.clock.advance(timedelta(days=1))

    asked.office.does(RetryIncident(incident_id=found[0].id), actor=asked.office.manager)
    works(asked)

    assert found[0].code == GIVEN_UP
    assert entered(asked, "0413") is not None
    assert list(open_incidents(asked)) == []
    actions = [line.action for line in asked.office.journal(state)]
    assert (actions.count("case_stuck"), actions.count("incident_retried")) == (1, 1)


@pytest.mark.parametrize(
    ("act", "inputs", "code"),
    [
        ("invite", {"code": "0009", "role": "manager", "name": "Άννα Γεωργίου"}, "not_possible"),
        (
            "invite",
            {"code": "0009", "role": "supervisor", "name": "Άννα Γεωργίου", "email": "anna@example.gr"},
            "not_possible",
        ),
        (
            "invite",
            {"code": "9999", "role": "manager", "name": "Άννα Γεωργίου", "email": "anna@example.gr"},
            "not_possible",
        ),
        ("check-connection", {"code": "nobody", "endpoint": ""}, "not_possible"),
        (
            "enter-branch",
            {
                "kind": "municipality",
                "code": "water-board",
                "from_day": "2026-03-09",
                "parent": "nea-poli",
                "name": "Δήμος",
            },
            "not_possible",
        ),
        ("enter-branch", {"kind": "branch", "code": "0413", "from_day": "soon"}, "not_possible"),
        (
            "enter-branch",
            {"kind": "branch", "code": "0413", "from_day": "2026-03-09", "parent": "0009", "name": "ΚΕΠ"},
            "parent_unknown",
        ),
        (
            "enter-branch",
            {"kind": "branch", "code": "413", "from_day": "2026-03-09", "parent": "nea-poli", "name": "ΚΕΠ"},
            "not_possible",
        ),
        (
            "enter-agency",
            {"code": "water-board", "from_day": "2026-03-09", "parent": "nea-poli", "name": "Ύδρευση"},
            "not_possible",
        ),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_written(
    asked: Applying, act: str, inputs: dict[str, str], code: str
) -> None:
    state = drawn(asked, act, **inputs)

    assert refusals(asked, state) == [code]
    assert [entered(asked, one) for one in ("0413", "413", "water-board")] == [None, None, None]
    with asked.office.engine.store.reading() as connection:
        now = asked.office.clock.now()
        assert invitation_store.open_invitations(connection, now=now, places=None) == []


def test_an_agency_that_is_not_called_needs_no_call(asked: Applying) -> None:
    state = drawn(asked, "check-connection", code="municipality", endpoint="")

    assert refusals(asked, state) == []
    view = asked.office.engine.ask(ShowCase(case_id=state.case.id), actor=SYSTEM)
    assert view.case.status is CaseStatus.COMPLETED


def test_two_that_ask_for_the_same_code_at_once_do_not_both_get_it(postgresql_url: str) -> None:
    with build(from_environment({"STOA_DATABASE_URL": postgresql_url})) as engine:
        asked = applying(an_office(engine, clock=MovableClock(NOON)))
        cases = [granted(asked), granted(asked)]
        with ThreadPoolExecutor(2) as threads:
            list(threads.map(works, [asked, asked]))
        works(asked)

        standing = sorted(asked.open_elements(state.case.id)[0] for state in cases)
        assert standing == ["correct", "leave_to_organisation"]
