"""Claims about start events of procedures on offer, and about the jobs that begin cases there."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from engine.outbox import store as outbox_store
from engine.outbox.model import JobState
from engine.procedures import store as procedures_store
from engine.procedures.model import Start, StartKind, VersionStatus
from tests.builders import NOON, a_job, an_id, minutes_later
from tests.stored_office import Office


def a_start(office: Office, **changes: Any) -> Start:
    given: dict[str, Any] = {
        "id": an_id(),
        "procedure_key": office.version.key,
        "version_id": office.version.id,
        "element_id": "set_off",
        "kind": StartKind.MESSAGE,
        "name": "moved",
    }
    return Start(**{**given, **changes})


def offer(office: Office, *starts: Start) -> None:
    with office.store.begin() as connection:
        procedures_store.add_starts(connection, starts)
        connection.commit()


def test_a_start_event_is_found_by_its_id_as_it_was(office: Office) -> None:
    start = a_start(office, branch_code="0009")
    offer(office, start)

    with office.store.begin() as connection:
        assert procedures_store.start(connection, start.id, NOON) == start
        assert procedures_store.start(connection, an_id(), NOON) is None


def test_a_message_sets_off_the_first_procedure_by_key(office: Office) -> None:
    first, second = a_start(office, procedure_key="a"), a_start(office, procedure_key="b")
    offer(office, second)
    offer(office, first)

    with office.store.begin() as connection:
        assert procedures_store.starts_by_message(connection, "moved", NOON)[0] == first
        assert procedures_store.starts_by_message(connection, "Moved", NOON) == []


def test_a_signal_sets_off_every_start_event_that_waits_for_it(office: Office) -> None:
    signals = [
        a_start(office, procedure_key=key, element_id=element, kind=StartKind.SIGNAL)
        for key, element in (("b", "x"), ("a", "y"), ("a", "x"))
    ]
    message = a_start(office, procedure_key="b", element_id="z")
    offer(office, signals[0], message)
    offer(office, signals[1], signals[2])

    with office.store.begin() as connection:
        found = list(procedures_store.starts_by_signal(connection, "moved", NOON))

    assert found == signals[::-1]


def test_a_start_event_is_there_while_its_version_is_on_offer(office: Office) -> None:
    start = a_start(office)
    offer(office, start)

    with office.store.begin() as connection:
        before = procedures_store.start(connection, start.id, NOON - timedelta(microseconds=1))
        ended = replace(office.version, status=VersionStatus.SUPERSEDED, retired_at=minutes_later(1))
        procedures_store.save_version(connection, ended)
        last = procedures_store.starts_by_message(connection, "moved", NOON)
        after = procedures_store.starts_by_message(connection, "moved", minutes_later(1))

    assert (before, last, after) == (None, [start], [])


def test_a_job_of_no_case_is_added_and_leased_like_any_other(office: Office) -> None:
    job = a_job(payload={"start": str(an_id())})
    with office.store.begin() as connection:
        outbox_store.add_job(connection, job)
        connection.commit()

    with office.store.begin() as connection:
        locked = outbox_store.lock_job(connection, job.id)
        missing = outbox_store.lock_job(connection, an_id())

    assert locked == job
    assert locked.state is JobState.READY
    assert missing is None
