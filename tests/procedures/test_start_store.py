"""Claims about start events of procedures on offer, and about the jobs that begin cases there."""

from typing import Any

from engine.outbox import store as outbox_store
from engine.outbox.model import JobState
from engine.procedures import store as procedures_store
from engine.procedures.model import Start, StartKind
from tests.builders import a_job, an_id
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


def offer(office: Office, *starts: Start, key: str | None = None) -> None:
    with office.store.begin() as connection:
        procedures_store.replace_starts(connection, key or office.version.key, starts)
        connection.commit()


def test_a_start_event_is_found_by_its_id_as_it_was(office: Office) -> None:
    start = a_start(office, branch_code="0009")
    offer(office, start)

    with office.store.begin() as connection:
        assert procedures_store.start(connection, start.id) == start
        assert procedures_store.start(connection, an_id()) is None


def test_a_message_sets_off_the_first_procedure_by_key(office: Office) -> None:
    first, second = a_start(office, procedure_key="a"), a_start(office, procedure_key="b")
    offer(office, second, key="b")
    offer(office, first, key="a")

    with office.store.begin() as connection:
        assert procedures_store.starts_by_message(connection, "moved")[0] == first
        assert procedures_store.starts_by_message(connection, "Moved") == []


def test_a_signal_sets_off_every_start_event_that_waits_for_it(office: Office) -> None:
    signals = [
        a_start(office, procedure_key=key, element_id=element, kind=StartKind.SIGNAL)
        for key, element in (("b", "x"), ("a", "y"), ("a", "x"))
    ]
    message = a_start(office, procedure_key="b", element_id="z")
    offer(office, signals[0], message, key="b")
    offer(office, signals[1], signals[2], key="a")

    with office.store.begin() as connection:
        found = list(procedures_store.starts_by_signal(connection, "moved"))

    assert found == signals[::-1]


def test_a_procedure_has_exactly_the_start_events_it_was_given_last(office: Office) -> None:
    old, new, other = a_start(office), a_start(office), a_start(office, procedure_key="other")
    offer(office, old)
    offer(office, other, key="other")

    offer(office, new)

    with office.store.begin() as connection:
        found = [procedures_store.start(connection, start.id) for start in (old, new, other)]
    assert found == [None, new, other]


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
