"""Claims about incidents: kept whole, listed by who may see them, open until resolved."""

from dataclasses import replace
from typing import Any

from engine.incidents import store as incidents_store
from engine.incidents.model import Attempt, AttemptKind, Cause, Incident, IncidentFilter, IncidentGroup
from engine.kernel.pages import Slice
from engine.kernel.permission_objects import Sight
from tests.builders import a_service_task, an_id, an_incident, minutes_later
from tests.stored_office import Office

EVERYWHERE = Sight(everywhere=True)


def write(office: Office, *incidents: Incident) -> None:
    with office.store.begin() as connection:
        for incident in incidents:
            incidents_store.add_incident(connection, incident)
        connection.commit()


def listed(
    office: Office, wanted: IncidentFilter, *, sight: Sight = EVERYWHERE, part: Slice | None = None
) -> list[Incident]:
    with office.store.reading() as connection:
        return list(
            incidents_store.list_incidents(connection, wanted, sight=sight, part=part or Slice()).items
        )


def test_an_incident_comes_back_as_it_was(office: Office) -> None:
    case = office.file(office.a_case())
    full = an_incident(
        case,
        attempt=Attempt(
            kind=AttemptKind.FAIL,
            token=an_id(),
            data={"papers": [1, None]},
            error_code="REFUSED",
            error_message="Δεν βρέθηκε.",
        ),
    )
    bare = an_incident(case, element_id=None, variable=None, attempt=Attempt(kind=AttemptKind.FIRE_TIMERS))

    write(office, full, bare)

    with office.store.begin() as connection:
        assert [incidents_store.incident(connection, one.id) for one in (full, bare)] == [full, bare]
        assert incidents_store.incident(connection, case.id) is None


def test_the_open_incidents_of_a_case_are_told_oldest_first(office: Office) -> None:
    case, other = office.file(office.a_case(1)), office.file(office.a_case(2))
    older, younger = (an_incident(case, opened_at=minutes_later(minute)) for minute in (1, 2))
    resolved = an_incident(case).resolved(minutes_later(3), "nikos")
    write(office, younger, older, resolved, an_incident(other))

    with office.store.begin() as connection:
        for_change = list(incidents_store.open_incidents(connection, case.id))
    with office.store.reading() as connection:
        to_show = list(incidents_store.open_incidents(connection, case.id))

    assert for_change == to_show == [older, younger]


def test_a_changed_incident_replaces_what_was_there(office: Office) -> None:
    incident = an_incident(office.file(office.a_case()))
    write(office, incident)
    again = replace(incident, attempts=2, message="Again.", attempt=replace(incident.attempt, data={"a": 1}))
    resolved = again.resolved(minutes_later(9), "nikos")

    with office.store.begin() as connection:
        incidents_store.save_incident(connection, resolved)
        connection.commit()

    with office.store.begin() as connection:
        assert incidents_store.incident(connection, incident.id) == resolved


def test_incidents_are_listed_newest_first_page_by_page(office: Office) -> None:
    case = office.file(office.a_case())
    incidents = [an_incident(case, opened_at=minutes_later(minute)) for minute in range(5)]
    write(office, *incidents)

    found, cursor = [], None
    with office.store.reading() as connection:
        while True:
            page = incidents_store.list_incidents(
                connection, IncidentFilter(), sight=EVERYWHERE, part=Slice(limit=2, cursor=cursor)
            )
            found += page.items
            cursor = page.next
            if cursor is None:
                break

    assert found == incidents[::-1]


def test_incidents_are_listed_by_state_code_procedure_case_and_sight(office: Office) -> None:
    case = office.file(office.a_case())
    open_one = an_incident(case)
    resolved = an_incident(case, code="merge_conflict").resolved(minutes_later(1), "nikos")
    write(office, open_one, resolved)

    assert listed(office, IncidentFilter()) == [open_one]
    assert listed(office, IncidentFilter(is_open=False)) == [resolved]
    assert len(listed(office, IncidentFilter(is_open=None, case_id=case.id))) == 2
    assert listed(office, IncidentFilter(is_open=None, code="merge_conflict")) == [resolved]
    assert listed(office, IncidentFilter(procedure="other")) == []
    assert listed(office, IncidentFilter(version=case.version_number)) == [open_one]
    assert listed(office, IncidentFilter(version=case.version_number + 1)) == []
    assert listed(office, IncidentFilter(case_id=an_id())) == []
    assert listed(office, IncidentFilter(), sight=Sight(branch_id=case.branch_id)) == [open_one]
    assert listed(office, IncidentFilter(), sight=Sight(branch_id=an_id())) == []
    assert listed(office, IncidentFilter(), sight=Sight()) == []


def test_an_incident_of_a_transaction_that_fails_is_not_there(office: Office) -> None:
    incident = an_incident(office.file(office.a_case()))

    with office.store.begin() as connection:
        incidents_store.add_incident(connection, incident)

    with office.store.begin() as connection:
        assert incidents_store.incident(connection, incident.id) is None


def grouped(
    office: Office, *, sight: Sight = EVERYWHERE, part: Slice | None = None, **wanted: Any
) -> list[IncidentGroup]:
    with office.store.reading() as connection:
        return list(
            incidents_store.incident_groups(
                connection, IncidentFilter(**wanted), sight=sight, part=part or Slice()
            ).items
        )


def test_what_struck_many_cases_for_one_cause_is_one_group(office: Office) -> None:
    cases = [office.file(office.a_case(running)) for running in (1, 2, 3)]
    alike = [an_incident(case, opened_at=minutes_later(minute)) for minute, case in enumerate(cases)]
    elsewhere = an_incident(cases[0], element_id=None, opened_at=minutes_later(9))
    resolved = an_incident(cases[0]).resolved(minutes_later(1), "nikos")
    write(office, *alike, elsewhere, resolved)

    newest, largest = grouped(office)

    assert (newest.cause.element_id, newest.count, newest.one_of_them) == (None, 1, elsewhere.id)
    assert (largest.cause, largest.count) == (
        Cause(version_id=office.version.id, code="no_flow_chosen", element_id="papers_complete"),
        3,
    )
    assert (largest.oldest_at, largest.newest_at) == (alike[0].opened_at, alike[2].opened_at)
    assert largest.procedure_key == cases[0].procedure_key
    assert largest.one_of_them in {incident.id for incident in alike}


def test_the_incidents_of_a_cause_are_listed_counted_and_told_by_their_last_attempt(office: Office) -> None:
    case = office.file(office.a_case())
    late, early = (an_incident(case, last_at=minutes_later(minute)) for minute in (5, 2))
    other = an_incident(case, code="merge_conflict", element_id=None)
    write(office, late, early, other)
    (cause,) = (group.cause for group in grouped(office, code="no_flow_chosen"))
    (bare,) = (group.cause for group in grouped(office, code="merge_conflict"))

    with office.store.reading() as connection:
        tried = incidents_store.longest_untried(
            connection, IncidentFilter(cause=cause), sight=EVERYWHERE, limit=5
        )
        first = incidents_store.longest_untried(connection, IncidentFilter(), sight=EVERYWHERE, limit=1)
        counts = [
            incidents_store.count_incidents(connection, IncidentFilter(cause=one), sight=EVERYWHERE)
            for one in (cause, bare, None)
        ]
        nobody = incidents_store.count_incidents(connection, IncidentFilter(), sight=Sight(branch_id=an_id()))

    assert list(tried) == [early.id, late.id]
    assert list(first) == [other.id]
    assert (counts, nobody) == ([2, 1, 3], 0)
    assert {one.id for one in listed(office, IncidentFilter(cause=cause))} == {early.id, late.id}


def test_incidents_are_listed_by_the_agency_whose_answer_could_not_be_taken(office: Office) -> None:
    case = office.a_case()
    asked = a_service_task(case, agency=office.agency)
    office.file(case, new_service_tasks=(asked,))
    answered = an_incident(case, attempt=Attempt(kind=AttemptKind.COMPLETE, token=asked.token))
    write(office, answered, an_incident(case))

    assert listed(office, IncidentFilter(agency=office.agency.key)) == [answered]
    assert listed(office, IncidentFilter(agency="nobody")) == []
    assert [group.count for group in grouped(office, agency=office.agency.key)] == [1]


def test_groups_are_listed_page_by_page_within_sight(office: Office) -> None:
    case = office.file(office.a_case())
    elements = [f"step-{number}" for number in range(5)]
    write(office, *(an_incident(case, element_id=element) for element in elements))

    found, cursor = [], None
    with office.store.reading() as connection:
        while True:
            part = Slice(limit=2, cursor=cursor)
            page = incidents_store.incident_groups(
                connection, IncidentFilter(), sight=Sight(branch_id=case.branch_id), part=part
            )
            found += [group.cause.element_id for group in page.items]
            cursor = page.next
            if cursor is None:
                break

    assert sorted(filter(None, found)) == elements
    assert grouped(office, sight=Sight(branch_id=an_id())) == []
