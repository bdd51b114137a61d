"""Claims about two who want the same time at the same moment, over real connections to each database."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa

from engine.appointments import store as appointments_store
from engine.appointments.attendance import TakeTicket
from engine.appointments.booking import BookAppointment, MoveAppointment
from engine.bootstrap import build
from engine.context import Command
from engine.kernel.refusal import Conflict
from engine.settings import from_environment
from tests.appointments.planned import SERVICE, a_planned_branch, at
from tests.builders import NOON
from tests.office import MovableClock, Office, an_office


@pytest.fixture
def office(database_url: str) -> Iterator[Office]:
    """An office on each kind of database."""
    clock = MovableClock(NOON)
    engine = build(from_environment({"STOA_DATABASE_URL": database_url}), clock=clock)
    yield an_office(engine, clock=clock)
    engine.close()


def all_at_once(office: Office, *commands: Command[object]) -> list[object]:
    """What comes of commands that begin at the same moment."""
    together = threading.Barrier(len(commands))

    def begin(command: Command[object]) -> Callable[[], object]:
        def act() -> object:
            together.wait()
            try:
                return office.does(command)
            except Conflict as refused:
                return refused

        return act

    with ThreadPoolExecutor(len(commands)) as threads:
        return [one.result() for one in [threads.submit(begin(command)) for command in commands]]


def booking(number: int, *, name: str = "Ελένη Δημητρίου") -> BookAppointment:
    return BookAppointment(service=SERVICE, starts_at=at(8), name=name, phone=f"69123456{number:02}")


def test_of_two_who_want_the_last_free_time_one_gets_it(office: Office) -> None:
    a_planned_branch(office, counters=1)

    results = all_at_once(office, booking(1), booking(2))

    refused = [one.code for one in results if isinstance(one, Conflict)]
    assert refused == ["time_taken"]


def test_of_four_for_two_counters_two_get_it_and_no_place_is_lost(office: Office) -> None:
    a_planned_branch(office, counters=2)

    results = all_at_once(office, *(booking(number) for number in range(4)))

    assert [one.code for one in results if isinstance(one, Conflict)] == ["time_taken"] * 2


def test_one_who_books_twice_at_once_has_one_booking(office: Office) -> None:
    a_planned_branch(office)

    results = all_at_once(office, booking(1), booking(1))

    assert [one.code for one in results if isinstance(one, Conflict)] == ["already_booked"]


def test_a_move_and_a_booking_of_the_same_time_do_not_both_happen(office: Office) -> None:
    planned = a_planned_branch(office, counters=1)
    first = planned.books(at(9), name="Νίκος Ζερβός").id

    results = all_at_once(office, MoveAppointment(appointment_id=first, starts_at=at(8)), booking(2))

    assert [one.code for one in results if isinstance(one, Conflict)] == ["time_taken"]


def test_the_database_itself_refuses_two_in_one_place(office: Office) -> None:
    planned = a_planned_branch(office, counters=1)
    booked = planned.books(at(8)).appointment
    place = {"holder_id": booked.resource_id, "at": at(8), "place": 0, "appointment_id": booked.id}

    with pytest.raises(Conflict), office.engine.store.begin() as connection:
        connection.execute(sa.insert(appointments_store.places), place)


def test_numbers_that_are_taken_at_once_are_different(office: Office) -> None:
    planned = a_planned_branch(office)

    results = all_at_once(office, *(TakeTicket(service_id=planned.service.id) for _ in range(4)))

    assert sorted(one.number for one in results) == [1, 2, 3, 4]  # type: ignore[attr-defined]  # tickets


def test_two_lengths_share_no_step_of_a_counter(office: Office) -> None:
    planned = a_planned_branch(office, counters=1, minutes=40)
    planned.books(at(8))

    with pytest.raises(Conflict):
        planned.books(at(8) + timedelta(minutes=20), name="Νίκος Ζερβός")
