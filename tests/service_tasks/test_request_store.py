"""Claims about the list of requests of one agency, whatever keeps it."""

from datetime import timedelta
from typing import Any

import pytest

from engine.kernel.pages import Page, Slice
from engine.kernel.refusal import Invalid
from engine.service_tasks import store as service_tasks_store
from engine.service_tasks.model import RequestFilter, ServiceTask, ServiceTaskState
from tests.builders import NOON, a_service_task, an_agency, an_id
from tests.organisations import save_agency
from tests.stored_office import Office


def asked(office: Office, *, part: Slice | None = None, **wanted: Any) -> Page[ServiceTask]:
    with office.store.reading() as connection:
        return service_tasks_store.list_requests(
            connection, RequestFilter(**wanted), agency_id=office.agency.id, part=part or Slice()
        )


def counted(office: Office, **wanted: Any) -> int:
    with office.store.reading() as connection:
        return service_tasks_store.count_requests(
            connection, RequestFilter(**wanted), agency_id=office.agency.id
        )


def a_request(office: Office, minutes: int = 0, *, running: int = 1, **changes: Any) -> ServiceTask:
    """A stored service task of a case of its own, for the office's agency."""
    case = office.a_case(running)
    created_at = NOON + timedelta(minutes=minutes)
    task = a_service_task(case, **{"agency": office.agency, "created_at": created_at, **changes})
    office.file(case, new_service_tasks=(task,))
    return task


def test_an_agency_is_listed_what_waits_for_it_and_nothing_else(office: Office) -> None:
    other = an_agency(key="other")
    with office.store.begin() as connection:
        save_agency(connection, other)
        connection.commit()
    young, old = a_request(office, 2, running=1), a_request(office, 1, running=2)
    a_request(office, running=3, agency=other)
    a_request(office, running=4, state=ServiceTaskState.COMPLETED, closed_at=NOON)

    assert list(asked(office).items) == [old, young]
    assert list(asked(office, newest_first=True).items) == [young, old]
    assert counted(office) == 2


@pytest.mark.parametrize("newest_first", [False, True])
def test_the_list_goes_on_where_a_page_ended(office: Office, newest_first: bool) -> None:
    made = [a_request(office, number, running=number + 1) for number in range(3)]

    first = asked(office, newest_first=newest_first, part=Slice(limit=2))
    second = asked(office, newest_first=newest_first, part=Slice(limit=2, cursor=first.next))

    shown = [*first.items, *second.items]
    assert shown == (made[::-1] if newest_first else made)
    assert second.next is None


def test_a_cursor_of_one_order_is_none_of_the_other(office: Office) -> None:
    for number in range(2):
        a_request(office, number, running=number + 1)
    cursor = asked(office, part=Slice(limit=1)).next

    with pytest.raises(Invalid):
        asked(office, newest_first=True, part=Slice(cursor=cursor))


def test_requests_are_found_by_any_part_of_the_number_of_their_case(office: Office) -> None:
    one, other = a_request(office, 1, running=118), a_request(office, 2, running=274)

    assert list(asked(office, number=one.case_number).items) == [one]
    assert list(asked(office, number="000274").items) == [other]
    assert list(asked(office, number="-26-").items) == [one, other]
    assert asked(office, number="999999").items == ()
    assert counted(office, number="000274") == 1


def test_a_sign_that_stands_for_any_letter_stands_for_itself(office: Office) -> None:
    a_request(office)

    assert asked(office, number="%").items == ()
    assert asked(office, number="_").items == ()


def test_requests_are_filtered_by_procedure_and_by_whose_turn_it_is(office: Office) -> None:
    ours = a_request(office, 1, running=1)
    citizens = a_request(office, 2, running=2, supplement_wanted="Λογαριασμό ρεύματος.")
    another = a_request(office, 3, running=3, procedure_key="criminal-record")

    assert list(asked(office, awaits_citizen=True).items) == [citizens]
    assert list(asked(office, awaits_citizen=False).items) == [ours, another]
    assert list(asked(office, procedure="criminal-record").items) == [another]
    assert counted(office, procedure="criminal-record", awaits_citizen=True) == 0


def test_the_procedures_that_an_agency_is_asked_in_are_told_once_each(office: Office) -> None:
    for running, key in enumerate(["b", "a", "b"], 1):
        a_request(office, running=running, procedure_key=key)
    a_request(office, running=4, procedure_key="c", state=ServiceTaskState.FAILED, closed_at=NOON)

    with office.store.reading() as connection:
        assert list(service_tasks_store.procedures_asked_of(connection, office.agency.id)) == ["a", "b"]
        assert list(service_tasks_store.procedures_asked_of(connection, an_id())) == []


def test_a_case_tells_its_version_and_one_that_is_not_there_tells_none(office: Office) -> None:
    task = a_request(office)

    with office.store.reading() as connection:
        found = service_tasks_store.versions_asked_of(connection, [task.case_id, task.case_id, an_id()])
        nothing = service_tasks_store.versions_asked_of(connection, [])

    assert (found, nothing) == ({task.case_id: office.version.id}, {})
