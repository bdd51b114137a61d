"""Claims about the topic `stoa:appointment`: the case waits for its appointment, and goes on with its end."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
import structlog

from engine.appointments import store as appointments_store
from engine.appointments.attendance import ArriveAtBranch, CallNext, EndAppointment, EndTicket
from engine.appointments.booking import BookRequested, CancelAppointment, MoveAppointment
from engine.appointments.changes import Receipt
from engine.appointments.chores import AppointmentsHit
from engine.appointments.model import Appointment, AppointmentState
from engine.cases import changeset_store
from engine.cases.changeset import CaseState
from engine.cases.lifecycle import WithdrawCase
from engine.cases.model import Case, Notify
from engine.cases.term_recount import CloseBranch
from engine.jobs.appointments import keep_appointments
from engine.jobs.connectors import every_connector
from engine.jobs.connectors.address_rules import AddressRules
from engine.jobs.worker import Worker
from engine.kernel.actor import CITIZEN, SYSTEM
from engine.kernel.noticing import NoticeChannel
from engine.kernel.refusal import Conflict, Invalid, NotFound
from engine.kernel.vocabulary import CaseStatus, Flag
from engine.notices.channel import Sending, SendingOutcome, SendingResult
from engine.organisation.closing import CloseOrganisation
from engine.organisation.registers import EnterBranch, SaveAgency
from engine.service_tasks.model import ServiceTask
from tests.appointments.planned import (
    SERVICE,
    TUESDAY,
    Planned,
    a_planned_branch,
    asks_appointment,
    at,
    offers_appointment,
)
from tests.builders import a_branch, a_manager, an_agency, an_id
from tests.messages.drawn import offer_drawn
from tests.office import Office, an_office
from tests.runtime.diagrams import chain, element, end, mapping, start, user

NOTIFY = Notify(sms="+306912345678", email="eleni@example.org")


class Kept:
    """A channel that keeps what it was given."""

    def __init__(self) -> None:
        self.sent: list[Sending] = []

    def send(self, sending: Sending) -> SendingOutcome:
        self.sent.append(sending)
        return SendingOutcome(result=SendingResult.SENT)


@pytest.fixture
def planned() -> Planned:
    office = an_office()
    offers_appointment(office)
    return a_planned_branch(office)


def asked(office: Office) -> tuple[CaseState, ServiceTask]:
    return asks_appointment(office, notify=NOTIFY)


def books(office: Office, request: ServiceTask) -> Appointment:
    return office.does(BookRequested(request_id=request.id, starts_at=at(8))).appointment


def case_now(office: Office, case: Case) -> Case:
    with office.engine.store.reading() as connection:
        view = changeset_store.case(connection, case.id)
    assert view is not None
    return view.case


def works(office: Office) -> list[Sending]:
    """Let the worker do what is due; what citizens are told by e-mail and SMS."""
    kept = Kept()
    channels = dict.fromkeys(NoticeChannel, kept)
    Worker(office.engine, every_connector(AddressRules()).deliver, channels=channels).run_once()
    return kept.sent


def test_a_request_waits_for_the_citizen_and_its_term_runs(planned: Planned) -> None:
    state, request = asked(planned.office)

    assert request.asks_appointment
    assert not {Flag.AWAITING_AGENCY, Flag.AWAITING_CITIZEN} & state.case.flags
    assert state.case.term_rests_since is None


@pytest.mark.parametrize(("was_served", "state"), [(True, "served"), (False, "no_show")])
def test_the_case_goes_on_with_what_became_of_the_appointment(
    planned: Planned, was_served: bool, state: str
) -> None:
    office = planned.office
    offers_appointment(office, key="looked-at", then=user("look"))
    opened = office.opens_case(procedure="looked-at", data={})
    booked = books(office, opened.service_tasks[0])
    office.clock.moment = at(8, 5)

    office.does(EndAppointment(appointment_id=booked.id, was_served=was_served))

    with office.engine.store.reading() as connection:
        view = changeset_store.case(connection, opened.case.id)
    assert view is not None
    place = "ΚΕΠ Αθηναίων, Γκισέ 1"
    came = {"state": state, "start": "2026-03-10T08:00:00+02:00", "place": place, "by": None}
    assert [task.prefill["came"] for task in view.tasks] == [came]


def test_whoever_arrives_is_called_and_served(planned: Planned) -> None:
    office = planned.office
    opened, request = asked(office)
    booked = books(office, request)
    office.clock.moment = at(7, 50)

    ticket = office.does(ArriveAtBranch(appointment_id=booked.id))
    called = office.does(CallNext(resource_id=planned.counters[1].id))
    office.does(EndTicket(ticket_id=ticket.id, was_served=True))

    assert called is not None
    assert called.id == ticket.id
    assert case_now(office, opened.case).status is CaseStatus.COMPLETED
    lines = [entry.action for entry in office.journal(opened)]
    assert [one for one in lines if one.startswith("appointment_")] == [
        "appointment_booked",
        "appointment_arrived",
        "appointment_served",
    ]


def test_who_does_not_come_is_marked_once_the_grace_is_over(planned: Planned) -> None:
    office = planned.office
    opened, request = asked(office)
    booked = books(office, request)
    log = structlog.get_logger()

    office.clock.moment = at(8, 14)
    keep_appointments(office.engine, limit=10, log=log)
    before = found(office, booked).state
    office.clock.moment = at(8, 15)
    keep_appointments(office.engine, limit=10, log=log)

    assert before is AppointmentState.BOOKED
    assert found(office, booked).state is AppointmentState.NO_SHOW
    assert case_now(office, opened.case).status is CaseStatus.COMPLETED


def found(office: Office, booked: Appointment) -> Appointment:
    with office.engine.store.reading() as connection:
        now = appointments_store.appointment(connection, booked.id)
    assert now is not None
    return now


def test_a_citizen_with_the_receipt_cancels_and_nobody_else_does(planned: Planned) -> None:
    office = planned.office
    state, request = asked(office)
    other, _ = asks_other(office)
    booked = books(office, request)
    wrong = Receipt(number=other.case.number, code=office.code_of(other.case))
    right = Receipt(number=state.case.number, code=office.code_of(state.case))

    for proof in (wrong, None, "K7QX-9PAB-2MRT-4WZE"):
        with pytest.raises(NotFound):
            office.does(CancelAppointment(appointment_id=booked.id, proof=proof), actor=CITIZEN)
    cancelled = office.does(CancelAppointment(appointment_id=booked.id, proof=right), actor=CITIZEN)

    assert cancelled.cancelled_by == "citizen"


def asks_other(office: Office) -> tuple[CaseState, ServiceTask]:
    state = office.opens_case(procedure="photo", data={})
    return state, state.service_tasks[0]


def test_a_code_opens_the_appointment_without_a_case(planned: Planned) -> None:
    booked = planned.books(at(8))
    assert booked.code is not None

    typed = booked.code.lower().replace("-", " ")
    moved = planned.office.does(
        MoveAppointment(appointment_id=booked.id, starts_at=at(9), proof=typed), actor=CITIZEN
    )

    assert moved.starts_at == at(9)


def test_a_time_after_the_limit_of_the_diagram_is_refused(planned: Planned) -> None:
    office = planned.office
    _, request = asked(office)
    late = at(8, day=date(2026, 3, 27)) + timedelta(days=14) - timedelta(hours=1)

    with pytest.raises(Invalid):
        office.does(BookRequested(request_id=request.id, starts_at=late))


def test_service_and_limit_may_be_handed_over_as_variables() -> None:
    """As a shared part does, whose headers are the same for every procedure that calls it."""
    handed = mapping(inputs={"service": f'"{SERVICE}"', "within": 'duration("P7D")'})
    topic = '<zeebe:taskDefinition type="stoa:appointment"/>'
    visit = element("serviceTask", "visit", extensions=topic + handed, name="Ραντεβού")
    office = an_office()
    offer_drawn(office, "photo", start(), visit, end("done"), chain("start", "visit", "done"))
    a_planned_branch(office)
    _, request = asked(office)
    limit = TUESDAY + timedelta(days=6)

    with pytest.raises(Invalid) as refusal:
        office.does(BookRequested(request_id=request.id, starts_at=at(8, day=limit + timedelta(days=1))))

    assert "starts_at" in refusal.value.errors
    assert office.does(BookRequested(request_id=request.id, starts_at=at(8, day=limit)))


def test_times_gone_by_and_beyond_the_horizon_are_refused(planned: Planned) -> None:
    for starts_at in (at(8, day=date(2026, 3, 9)), at(8) + timedelta(days=70)):
        with pytest.raises(Invalid):
            planned.books(starts_at)


def test_withdrawing_the_case_gives_the_time_back_and_tells_the_citizen(planned: Planned) -> None:
    office = planned.office
    state, request = asked(office)
    booked = books(office, request)
    works(office)

    office.does(WithdrawCase(case_id=state.case.id, reason="Ανακλήθηκε."))
    told = works(office)

    assert found(office, booked).state is AppointmentState.CANCELLED
    assert any("ακυρώθηκε" in one.text for one in told)


def test_a_closure_lists_what_it_hits_and_tells_the_citizens(planned: Planned) -> None:
    office = planned.office
    _, request = asked(office)
    hit, spared = books(office, request), planned.books(at(8) + timedelta(days=1), name="Νίκος Ζερβός")
    works(office)

    listed = office.engine.ask(AppointmentsHit(branch="0009", days=(TUESDAY,)), actor=SYSTEM)
    office.does(CloseBranch(branch="0009", days=(TUESDAY,), reason="Διακοπή ρεύματος."), actor=SYSTEM)
    told = works(office)

    assert [one.id for one in listed] == [hit.id]
    assert found(office, hit).cancelled_by == "branch"
    assert found(office, spared.appointment).state is AppointmentState.BOOKED
    assert any("δεν θα λειτουργήσει" in one.text for one in told)


def test_where_the_branch_closes_for_good_its_successor_receives_whom_it_can(planned: Planned) -> None:
    office = planned.office
    heir = a_branch(id=an_id(), code="0010", name="ΚΕΠ Κυψέλης")
    office.does(EnterBranch(branch=heir), actor=SYSTEM)
    manager = a_manager(heir, name="lena")
    there = a_planned_branch(replace(office, manager=manager), counters=1, minutes=20, at_once=1)
    _, request = asked(office)
    first, second = books(office, request), planned.books(at(8), name="Νίκος Ζερβός").appointment
    works(office)

    closing = CloseOrganisation(code="0009", successor="0010", from_day=TUESDAY, reason="Συνένωση", seen=1)
    office.does(closing, actor=SYSTEM)
    told = works(office)

    after = [found(office, one) for one in (first, second)]
    (handed_over,) = [one for one in after if one.state is AppointmentState.BOOKED]
    (cancelled,) = [one for one in after if one.state is AppointmentState.CANCELLED]
    assert (handed_over.branch_id, handed_over.starts_at) == (heir.id, at(8))
    assert (handed_over.service_id, handed_over.resource_id) == (there.service.id, there.counters[0].id)
    assert cancelled.branch_id == office.branch.id
    assert any("την ίδια ώρα σε άλλο ΚΕΠ" in one.text and "ΚΕΠ Κυψέλης" in one.text for one in told)
    assert any("ακυρώθηκε" in one.text for one in told)


def test_the_citizen_is_told_by_each_way_and_never_by_name(planned: Planned) -> None:
    office = planned.office
    state, request = asked(office)

    asked_to_choose = works(office)
    books(office, request)
    confirmed = works(office)
    office.clock.moment = at(10, day=date(2026, 3, 9)) + timedelta(hours=2)
    told = [*asked_to_choose, *confirmed]

    assert any("Επιλέξτε ώρα" in one.text for one in asked_to_choose)
    assert {one.channel for one in confirmed} == set(NoticeChannel)
    letter = next(one for one in confirmed if one.channel is NoticeChannel.EMAIL)
    assert "Τρίτη 10 Μαρτίου 2026, 08:00" in letter.text
    assert "DTSTART;TZID=Europe/Athens:20260310T080000" in letter.calendar
    assert not any("Δημητρίου" in one.text + one.calendar for one in told)
    assert office.code_of(state.case) not in str(told)


def test_the_reminder_comes_once_on_the_working_day_before(planned: Planned) -> None:
    office = planned.office
    wednesday = at(8) + timedelta(days=1)
    planned.books(wednesday, email="eleni@example.org")
    works(office)

    office.clock.moment = at(10)
    works(office)
    first, second = works(office), works(office)

    assert {one.channel for one in first} == set(NoticeChannel)
    assert all("Σας θυμίζουμε" in one.text for one in first)
    assert second == []


def test_what_is_no_longer_so_is_not_told(planned: Planned) -> None:
    booked = planned.books(at(8), email="eleni@example.org", phone="")

    planned.office.does(MoveAppointment(appointment_id=booked.id, starts_at=at(9)))

    assert [one.subject for one in works(planned.office)] == ["Το ραντεβού σας άλλαξε ώρα"]


def test_where_an_agency_takes_the_topic_the_request_is_theirs(planned: Planned) -> None:
    office = planned.office
    agency = an_agency(key="booking", topics=("stoa:appointment",))
    office.does(SaveAgency(agency=agency), actor=SYSTEM)

    _, request = asks_other(office)

    assert request.agency_key == "booking"
    with pytest.raises(Conflict):
        books(office, request)


def test_a_branch_whose_calendar_is_changed_elsewhere_cancels_what_is_hit(planned: Planned) -> None:
    office = planned.office
    booked = planned.books(at(8))
    patron = replace(office.branch, local_holidays=("03-10",))
    office.does(EnterBranch(branch=patron), actor=SYSTEM)
    works(office)

    assert found(office, booked.appointment).state is AppointmentState.CANCELLED
