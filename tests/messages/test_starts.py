"""Cases that begin by themselves: at start events that a message, a signal or a moment sets off."""

from datetime import timedelta

import pytest

from engine.cases.changeset import CaseState
from engine.cases.model import Case
from engine.cases.queries import FindCases, ShowCase
from engine.incidents.queries import ShowVariables
from engine.kernel.actor import SYSTEM, Role
from engine.kernel.refusal import Conflict, Invalid, NotPermitted
from engine.kernel.vocabulary import Channel
from engine.messages.deliver import DeliverMessage
from engine.messages.signals import CarrySignal
from engine.messages.starts import BeginCase
from engine.outbox.model import Job, JobKind
from engine.procedures.publishing import RetireVersion
from engine.procedures.versions import DeployProcedure
from engine.service_tasks.deliveries import LeaseJobs, PassMessageOn
from tests.builders import a_branch, a_clerk, an_agency_actor
from tests.messages.drawn import drawn, message_from, offer_drawn
from tests.office import Office, an_office
from tests.officials import employed
from tests.runtime.diagrams import (
    chain,
    element,
    end,
    flow,
    mapping,
    message,
    on_message,
    on_signal,
    start,
    timer,
    user,
)

OF_0009 = '<zeebe:property name="stoa:branch" value="0009"/>'
IN_0009 = f"<zeebe:properties>{OF_0009}</zeebe:properties>"
LEASE = timedelta(minutes=1)
CLOSED = '<signal id="closed" name="register_closed"/>'
MOVED = message("moved", "moved")


def begun_by(event: str, *, extensions: str = "") -> tuple[str, ...]:
    """A procedure that a person may open, and that an event begins."""
    return (
        start("opened"),
        element("startEvent", "set_off", event, extensions=extensions),
        user("look"),
        end("done"),
        chain("opened", "look", "done"),
        flow("set_off", "look"),
    )


def throws(event: str) -> tuple[str, ...]:
    told = mapping(inputs={"applicant": "applicant", "why": '"μετακόμιση"'})
    thrown = element("intermediateThrowEvent", "tell", event, extensions=told)
    return start("opened"), thrown, end("done"), chain("opened", "tell", "done")


@pytest.fixture
def office() -> Office:
    return an_office()


def cases_of(office: Office, procedure: str) -> list[Case]:
    return list(office.engine.ask(FindCases(procedure=procedure), actor=SYSTEM).items)


def leases(office: Office, worker: str = "w") -> list[Job]:
    return list(office.does(LeaseJobs(worker=worker, limit=9, lease=LEASE), actor=SYSTEM))


def begins(office: Office, job: Job, worker: str = "w") -> CaseState | None:
    return office.does(BeginCase(job_id=job.id, worker=worker), actor=SYSTEM)


SENDERS = (
    '<zeebe:property name="stoa:message-from" '
    'value="role:clerk, role:manager, agency:municipality, system:telling"/>'
)
TAKEN = mapping(outputs={"to": "to", "applicant": "applicant"})


def offer_message_start(office: Office, *, branch: str = "") -> None:
    extensions = f"<zeebe:properties>{SENDERS}{branch}</zeebe:properties>{TAKEN}"
    offer_drawn(office, "moving", *begun_by(on_message("moved"), extensions=extensions), declares=MOVED)


def test_a_message_that_no_case_awaits_begins_one_in_the_branch_of_its_sender(office: Office) -> None:
    offer_message_start(office)
    applicant = {"given_name": "Ελένη", "family_name": "Δημητρίου", "afm": "094014201", "shoe": 38}

    receipt = office.does(DeliverMessage(name="moved", data={"to": "Πάτρα", "applicant": applicant}))

    (case,) = cases_of(office, "moving")
    view = office.engine.ask(ShowCase(case_id=case.id), actor=office.clerk)
    assert receipt.case_id == case.id
    assert (case.branch_code, case.channel, case.opened_by) == ("0009", Channel.WEB, office.clerk.id)
    assert [task.element_id for task in view.tasks] == ["look"]
    assert [party.person.family_name for party in view.parties] == ["Δημητρίου"]
    assert office.journal(CaseState(case=case, tasks=(), service_tasks=()))[0].detail["by"] == "message"


def test_a_message_begins_a_case_at_the_receive_task_that_awaits_it_first(office: Office) -> None:
    first = element(
        "receiveTask",
        "receive",
        extensions=message_from("role:clerk") + mapping(outputs={"town": "to"}),
        messageRef="moved",
        instantiate="true",
    )
    steps = first, user("look"), end("done"), chain("receive", "look", "done")
    offer_drawn(office, "moving", *steps, declares=MOVED)

    receipt = office.does(DeliverMessage(name="moved", data={"to": "Πάτρα"}))

    (case,) = cases_of(office, "moving")
    view = office.engine.ask(ShowCase(case_id=case.id), actor=office.clerk)
    variables = office.engine.ask(ShowVariables(case_id=case.id), actor=office.manager)
    assert receipt.case_id == case.id
    assert [task.element_id for task in view.tasks] == ["look"]
    assert variables["town"] == "Πάτρα"
    assert "to" not in variables


def test_a_case_that_waits_has_the_message_and_none_is_begun(office: Office) -> None:
    offer_message_start(office)
    waits = element(
        "intermediateCatchEvent", "await", on_message("moved"), extensions=message_from("role:clerk")
    )
    steps = start("opened"), waits, end("done"), chain("opened", "await", "done")
    offer_drawn(office, "waiting", *steps, declares=MOVED)
    waiting = office.opens_case(procedure="waiting", data={})

    receipt = office.does(DeliverMessage(name="moved"))

    assert receipt.case_id == waiting.case.id
    assert cases_of(office, "moving") == []


def test_an_agencys_message_begins_a_case_where_the_diagram_names_the_branch(office: Office) -> None:
    agency = an_agency_actor(office.agency)
    offer_message_start(office)
    with pytest.raises(Conflict, match="neither the diagram nor the sender names one"):
        office.does(DeliverMessage(name="moved"), actor=agency)
    offer_message_start(office, branch=OF_0009)

    office.does(DeliverMessage(name="moved"), actor=agency)

    (case,) = cases_of(office, "moving")
    assert (case.branch_code, case.opened_by) == ("0009", None)


def test_who_may_open_no_case_there_begins_none_by_a_message(office: Office) -> None:
    offer_message_start(office, branch=OF_0009)

    with pytest.raises(NotPermitted):
        office.does(DeliverMessage(name="moved"), actor=a_clerk(a_branch(code="0010")))

    assert cases_of(office, "moving") == []


def test_a_message_of_one_case_begins_another_in_its_branch(office: Office) -> None:
    offer_message_start(office)
    offer_drawn(office, "telling", *throws(on_message("moved")), declares=MOVED)
    office.opens_case(procedure="telling", data={})
    (job,) = leases(office)

    for _ in range(2):
        office.does(PassMessageOn(job_id=job.id, worker="w"), actor=SYSTEM)

    (case,) = cases_of(office, "moving")
    view = office.engine.ask(ShowCase(case_id=case.id), actor=SYSTEM)
    assert case.branch_code == "0009"
    assert [party.person.given_name for party in view.parties] == ["Ελένη"]


def test_a_signal_begins_a_case_of_every_procedure_that_waits_for_it_once(office: Office) -> None:
    for key in ("first", "second"):
        offer_drawn(office, key, *begun_by(on_signal("closed")), declares=CLOSED)
    offer_drawn(office, "throwing", *throws(on_signal("closed")), declares=CLOSED)
    office.opens_case(procedure="throwing", data={})
    (signal,) = leases(office)
    while office.does(CarrySignal(job_id=signal.id, worker="w", lease=LEASE), actor=SYSTEM):
        pass

    jobs = leases(office)
    for job in (*jobs, *jobs):
        begins(office, job)

    assert [job.kind for job in jobs] == [JobKind.BEGIN_CASE] * 2
    assert [len(cases_of(office, key)) for key in ("first", "second")] == [1, 1]
    assert cases_of(office, "first")[0].branch_code == "0009"


def test_a_timer_begins_case_after_case_as_often_as_it_says(office: Office) -> None:
    weekly = begun_by(timer(cycle="R2/P7D"), extensions=IN_0009)
    offer_drawn(office, "weekly", *weekly)

    begun = []
    for _ in range(4):
        office.clock.advance(timedelta(days=7, seconds=1))
        for job in leases(office):
            begins(office, job)
        begun.append(len(cases_of(office, "weekly")))

    assert begun == [1, 2, 2, 2]
    assert cases_of(office, "weekly")[0].channel is Channel.WEB


def test_a_timer_that_two_workers_hold_begins_one_case(office: Office) -> None:
    offer_drawn(office, "yearly", *begun_by(timer(cycle="R/P365D"), extensions=IN_0009))
    office.clock.advance(timedelta(days=366))
    (job,) = leases(office, "first")
    office.clock.advance(timedelta(minutes=5))
    (again,) = leases(office, "second")

    late, begun = begins(office, job, "first"), begins(office, again, "second")

    assert (late, begun is not None) == (None, True)
    assert len(cases_of(office, "yearly")) == 1


def test_a_version_that_is_on_offer_no_more_begins_nothing(office: Office) -> None:
    offer_drawn(office, "daily", *begun_by(timer(cycle="R/P1D"), extensions=IN_0009))
    version = offer_drawn(office, "daily", *begun_by(timer(cycle="R/P3D"), extensions=IN_0009))
    office.clock.advance(timedelta(days=2))
    superseded = [begins(office, job) for job in leases(office)]
    retire = RetireVersion(key="daily", number=version.number, reason="Καταργήθηκε.")
    office.does(retire, actor=employed(office, "kostas", Role.CERTIFIER))
    office.clock.advance(timedelta(days=2))
    retired = [begins(office, job) for job in leases(office)]

    assert (superseded, retired) == ([None], [None])
    assert cases_of(office, "daily") == []


def test_a_timer_without_a_branch_is_refused_when_it_is_deployed(office: Office) -> None:
    with pytest.raises(Invalid) as refused:
        office.does(DeployProcedure(files=drawn("daily", *begun_by(timer(cycle="R/P1D")))), actor=SYSTEM)

    assert "stoa:branch" in refused.value.errors["daily.bpmn"][0]


def test_a_timer_that_needs_variables_is_refused_when_it_is_deployed(office: Office) -> None:
    files = drawn("daily", *begun_by(timer(duration="=applicant.wait"), extensions=IN_0009))

    with pytest.raises(Invalid) as refused:
        office.does(DeployProcedure(files=files), actor=SYSTEM)

    assert "daily.bpmn" in refused.value.errors


def test_a_branch_that_is_not_there_leaves_the_job_to_be_tried_again(office: Office) -> None:
    nowhere = IN_0009.replace("0009", "0999")
    offer_drawn(office, "daily", *begun_by(timer(cycle="R/P1D"), extensions=nowhere))
    office.clock.advance(timedelta(days=2))
    (job,) = leases(office)

    with pytest.raises(Conflict, match="there is no branch 0999"):
        begins(office, job)

    assert cases_of(office, "daily") == []
    office.clock.advance(timedelta(minutes=5))
    assert [again.id for again in leases(office)] == [job.id]


def test_a_manager_may_begin_a_case_by_a_message_too(office: Office) -> None:
    offer_message_start(office)

    office.does(DeliverMessage(name="moved"), actor=office.manager)

    assert Role.MANAGER in office.manager.roles
    assert len(cases_of(office, "moving")) == 1
