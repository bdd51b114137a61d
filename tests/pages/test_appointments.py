"""Claims about the pages of appointments: the clerk's day, the schedule, the citizen's choice, the wall."""

from datetime import timedelta

import pytest

from engine.appointments.attendance import CallNext, TakeTicket
from engine.appointments.links import MakeLink
from engine.appointments.schedule_store import LinkKind
from tests.appointments.planned import (
    TUESDAY,
    Planned,
    a_planned_branch,
    asks_appointment,
    at,
    offers_appointment,
)
from tests.pages.visiting import OpenDesk, Visitor

TIMES = "//input[@name='starts_at']/@value"


@pytest.fixture
def planned(desk: OpenDesk) -> Planned:
    offers_appointment(desk.desk.office)
    return a_planned_branch(desk.desk.office)


def tracks(desk: OpenDesk, planned: Planned) -> tuple[Visitor, str]:
    """A citizen whose case asks for an appointment, on its page; and the address of the times."""
    state, request = asks_appointment(planned.office)
    citizen = desk.anybody()
    citizen.opens(f"/track?number={state.case.number}&code={planned.office.code_of(state.case)}")
    return citizen, f"/track/case/requests/{request.id}"


def test_a_clerk_books_for_somebody_and_sees_them_on_the_day(maria: Visitor, planned: Planned) -> None:
    maria.opens(f"/desk/appointments/new?service=id-photo&first={TUESDAY}")
    first = maria.sees(TIMES)[0]

    maria.sends(
        "/desk/appointments/new",
        service="id-photo",
        starts_at=first,
        name="Ελένη Δημητρίου",
        phone="6912345678",
    )
    said = maria.text
    maria.opens(f"/desk/appointments?day={TUESDAY}")

    assert "The code for the citizen, which is shown this once:" in said
    assert maria.sees("//tbody//th") == ["08:00"]
    assert "Ελένη Δημητρίου" in maria.text


def test_a_form_without_a_name_and_a_way_to_be_told_says_so_at_each_field(
    maria: Visitor, planned: Planned
) -> None:
    maria.opens(f"/desk/appointments/new?service=id-photo&first={TUESDAY}")
    first = maria.sees(TIMES)[0]

    page = maria.sends("/desk/appointments/new", service="id-photo", starts_at=first, name="")

    assert page.status_code == 422
    assert maria.sees("//input[@aria-invalid]/@id") == ["name", "phone"]


def test_the_next_one_is_called_and_served_at_the_counter(maria: Visitor, planned: Planned) -> None:
    counter, service = planned.counters[0].id, planned.service.id
    maria.opens(f"/desk/appointments?counter={counter}")

    maria.sends("/desk/appointments/tickets", service=service, counter=counter)
    given = maria.text
    maria.sends("/desk/appointments/next", counter=counter)
    number = maria.sees("//p[@class='now-serving']")
    maria.sends(maria.sees("//form[contains(@action, '/serve')]/@action")[0], counter=counter)

    assert "Number 1 was given." in given
    assert number == ["Number 1"]
    assert "Call the next one" in maria.text


def test_an_appointment_is_moved_and_its_citizen_arrives(
    desk: OpenDesk, maria: Visitor, planned: Planned
) -> None:
    booked = planned.books(at(8))
    address = f"/desk/appointments/{booked.id}"
    maria.opens(f"{address}?first={TUESDAY}")

    maria.sends(f"{address}/move", starts_at=at(9).isoformat())
    moved = maria.text
    desk.desk.office.clock.moment = at(8, 50)
    maria = desk.visit(desk.desk.office.clerk)
    maria.opens(address)
    maria.sends(f"{address}/arrive")

    assert "Tuesday, March 10, 2026, at 09:00" in moved
    assert maria.sees("//p[@class='now-serving']") == ["Number 1"]


def test_the_manager_plans_a_service_a_counter_and_its_hours(desk: OpenDesk, nikos: Visitor) -> None:
    nikos.opens("/desk/appointments/plan")
    fields = {"name": "Γνήσιο υπογραφής", "minutes": "10", "at_once": "1", "grace": "10", "is_offered": "yes"}
    nikos.sends("/desk/appointments/plan/services", key="signature", **fields)
    nikos.sends("/desk/appointments/plan/resources", name="Γκισέ 5")
    (counter,) = nikos.sees("//select[@name='resource_id']/option/@value")

    nikos.sends(
        "/desk/appointments/plan/windows",
        resource_id=counter,
        weekdays=["0", "1"],
        opens="08:00",
        closes="09:00",
        first_day="2026-03-01",
    )
    nikos.opens(f"/desk/appointments/new?service=signature&first={TUESDAY}")

    assert len(nikos.sees(TIMES)) == 12


def test_hours_that_are_open_already_are_refused_in_words(nikos: Visitor, planned: Planned) -> None:
    nikos.opens("/desk/appointments/plan")

    page = nikos.sends(
        "/desk/appointments/plan/windows",
        resource_id=planned.counters[0].id,
        weekdays=["0"],
        opens="09:00",
        closes="11:00",
        first_day="2026-03-01",
    )

    assert page.status_code == 409
    assert "The counter is open then already. Close the other hours first." in nikos.text


def test_a_clerk_chooses_a_time_from_the_case(maria: Visitor, planned: Planned) -> None:
    state, _ = asks_appointment(planned.office)
    maria.opens(f"/desk/cases/{state.case.id}")
    (address,) = maria.sees("//a[contains(@href, '/desk/appointments/requests/')]/@href")

    maria.opens(f"{address}?first={TUESDAY}")
    maria.sends(address, starts_at=maria.sees(TIMES)[0])

    assert "The appointment is booked." in maria.text
    assert "Tuesday, March 10, 2026, at 08:00" in maria.text


def test_a_citizen_chooses_moves_and_takes_the_calendar_file(desk: OpenDesk, planned: Planned) -> None:
    citizen, address = tracks(desk, planned)
    asked = citizen.text

    citizen.opens(f"{address}?first={TUESDAY}")
    first, second, *_ = citizen.sees(TIMES)
    citizen.sends(address, starts_at=first)
    chosen = citizen.text
    (mine,) = citizen.sees("//a[contains(., 'Move or cancel it')]/@href")
    citizen.opens(f"{mine}?first={TUESDAY}")
    citizen.sends(f"{mine}/move", starts_at=second)
    file = citizen.client.get(f"{mine}/appointment.ics")

    assert "Choose a time for your appointment." in asked
    assert "Tuesday, March 10, 2026, at 08:00" in chosen
    assert file.content_type.startswith("text/calendar")
    assert "SEQUENCE:1" in file.text
    assert "DTSTART;TZID=Europe/Athens:20260310T082000" in file.text


def test_a_citizen_cancels(desk: OpenDesk, planned: Planned) -> None:
    citizen, address = tracks(desk, planned)
    citizen.opens(f"{address}?first={TUESDAY}")
    citizen.sends(address, starts_at=citizen.sees(TIMES)[0])
    (mine,) = citizen.sees("//a[contains(., 'Move or cancel it')]/@href")
    citizen.opens(mine)

    citizen.sends(f"{mine}/cancel")

    assert "Your case is completed." in citizen.text or "Done" in citizen.text


def test_a_time_that_somebody_else_took_is_refused_in_words(desk: OpenDesk, planned: Planned) -> None:
    citizen, address = tracks(desk, planned)
    citizen.opens(f"{address}?first={TUESDAY}")
    first = citizen.sees(TIMES)[0]
    for number in range(2):
        planned.books(at(8), phone=f"691234567{number}")

    page = citizen.sends(address, starts_at=first, first=str(TUESDAY))

    assert page.status_code == 409
    assert "Somebody has just taken that time. Choose another one." in citizen.text


def test_without_a_visit_no_appointment_is_shown(desk: OpenDesk, planned: Planned) -> None:
    state, request = asks_appointment(planned.office)
    booked = planned.books(at(8), name="", phone="", case_id=state.case.id)
    stranger = desk.anybody()

    for address in (
        f"/track/case/requests/{request.id}",
        f"/track/case/appointments/{booked.id}",
        f"/track/case/appointments/{booked.id}/appointment.ics",
    ):
        stranger.opens(address)
        assert "Your time on the page of your case is over." in stranger.text


def test_the_code_opens_the_appointment_of_somebody_without_a_case(desk: OpenDesk, planned: Planned) -> None:
    code = planned.books(at(8)).code
    somebody = desk.anybody()
    somebody.opens("/appointment")

    somebody.sends("/appointment", code="AAAA")
    wrong = somebody.text
    somebody.sends("/appointment", code=code)
    shown = somebody.text
    somebody.sends("/appointment/move", code=code, starts_at=at(9).isoformat())
    moved = somebody.text
    somebody.sends("/appointment/cancel", code=code)

    assert "We find no appointment with this code." in wrong
    assert "at 08:00" in shown
    assert "at 09:00" in moved
    assert "Your appointment is cancelled." in somebody.text
    assert "Δημητρίου" not in shown


def test_the_screen_says_numbers_aloud_and_nobodys_name(desk: OpenDesk, planned: Planned) -> None:
    office = planned.office
    link = office.does(MakeLink(kind=LinkKind.SCREEN), actor=office.manager).text
    office.does(TakeTicket(service_id=planned.service.id))
    office.does(CallNext(resource_id=planned.counters[0].id))
    wall = desk.anybody()

    wall.opens(f"/screen/{link}")

    assert wall.sees("//*[@aria-live='polite']//li") == ["Number 1 → Counter 1"]
    assert wall.sees("//meta[@http-equiv='refresh']/@content") == ["10"]
    assert desk.anybody().opens("/screen/another").status_code == 404


def test_the_kiosk_gives_a_number_with_its_link_alone(desk: OpenDesk, planned: Planned) -> None:
    office = planned.office
    link = office.does(MakeLink(kind=LinkKind.KIOSK), actor=office.manager).text
    kiosk = desk.anybody()
    kiosk.opens(f"/kiosk/{link}")

    kiosk.sends(f"/kiosk/{link}", service=str(planned.service.id))

    assert kiosk.sees("//p[@class='kiosk-number']") == ["1"]
    assert kiosk.sends("/kiosk/another", service=str(planned.service.id)).status_code == 404


def test_a_number_of_another_day_waits_no_more(desk: OpenDesk, maria: Visitor, planned: Planned) -> None:
    planned.office.does(TakeTicket(service_id=planned.service.id))
    planned.office.clock.advance(timedelta(days=1))

    desk.visit(planned.office.clerk).opens("/desk/appointments")
    again = desk.visit(planned.office.clerk)
    again.opens("/desk/appointments")

    assert "0 numbers wait" in again.text
