"""Claims about what stands beside cases in every store: staff, notes, names, related cases, officers."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.engine import Connection

from engine.cases import journal_store
from engine.cases import store as cases_store
from engine.cases.journal import Note
from engine.kernel.actor import Role
from engine.kernel.pages import Slice
from engine.kernel.permission_objects import Sight
from engine.kernel.refusal import Invalid
from engine.kernel.vocabulary import PartyRole
from engine.messages import subscription_store
from engine.people import post_store
from engine.people import store as people_store
from engine.people.model import Pause
from engine.tasks import store as tasks_store
from engine.tasks.model import TaskState
from engine.tasks.worklist_model import ClerkLoad
from tests.builders import (
    NOON,
    a_branch,
    a_clerk,
    a_journal,
    a_party,
    a_post,
    a_service_task,
    a_subscription,
    a_task,
    a_user,
    an_agency,
    an_id,
    minutes_later,
)
from tests.organisations import save_agency
from tests.stored_office import Office

EVERYWHERE = Sight(everywhere=True)


def a_pause(office: Office, **changes: Any) -> Pause:
    pause = Pause(
        user_id=office.user.id,
        branch_id=office.branch.id,
        since=NOON,
        until=minutes_later(60),
        paused_by="nikos",
        reason="Άδεια",
    )
    return replace(pause, **changes)


def employ(office: Office, *roles: str) -> None:
    with office.store.begin() as connection:
        for role in roles:
            post_store.save_post(connection, a_post(office.user.id, office.branch.id, Role(role)))
        connection.commit()


def load_of(connection: Connection, branch_id: UUID, *, midnight: datetime) -> Sequence[ClerkLoad]:
    people = post_store.roles_by_user(connection, branch_id, on=NOON.date())
    return tasks_store.load_of_branch(connection, branch_id, people=people, now=NOON, midnight=midnight)


# Staff


def test_the_last_pause_counts_until_it_is_ended(office: Office) -> None:
    later = a_pause(office, until=None, reason="Απόσπαση")

    with office.store.begin() as connection:
        people_store.save_pause(connection, a_pause(office))
        people_store.save_pause(connection, later)
        found = people_store.pause_of(connection, office.user.id, office.branch.id)
        elsewhere = people_store.pause_of(connection, office.user.id, an_id())
        ended = people_store.end_pause(connection, office.user.id, office.branch.id)
        ended_again = people_store.end_pause(connection, office.user.id, office.branch.id)

    assert (found, elsewhere) == (later, None)
    assert (ended, ended_again) == (True, False)


def test_the_load_counts_what_each_person_has_in_the_branch(office: Office) -> None:
    employ(office, "clerk", "manager")
    mine = {"assignee_id": office.user.id, "assignee_name": office.user.username}
    done = {**mine, "state": TaskState.COMPLETED}
    case = office.a_case()
    office.file(
        case,
        new_tasks=(
            a_task(case, **mine, due_at=minutes_later(-5)),
            a_task(case, **mine, due_at=minutes_later(5)),
            a_task(case, **mine),
            a_task(case),
            a_task(case, **done, closed_at=minutes_later(-30)),
            a_task(case, **done, closed_at=minutes_later(-90)),
            a_task(case, **{**mine, "state": TaskState.CANCELLED}, closed_at=minutes_later(-30)),
            a_task(case, **mine, branch_id=an_id()),
        ),
    )
    with office.store.begin() as connection:
        people_store.save_pause(connection, a_pause(office))
        connection.commit()

    with office.store.reading() as connection:
        (load,) = load_of(connection, office.branch.id, midnight=minutes_later(-60))

    assert (load.username, load.roles) == (office.user.username, frozenset({"clerk", "manager"}))
    assert (load.open, load.overdue, load.completed_today) == (3, 1, 1)
    assert load.pause == a_pause(office)


def test_the_load_leaves_out_who_left_and_pauses_that_are_over(office: Office) -> None:
    employ(office, "clerk")
    gone, zoe = a_user(username="gone", active=False), a_user(username="zoe")
    with office.store.begin() as connection:
        for user in (gone, zoe):
            people_store.save_user(connection, user)
            post_store.save_post(connection, a_post(user.id, office.branch.id, Role.CLERK))
        people_store.save_pause(connection, a_pause(office, until=NOON))
        connection.commit()

    with office.store.reading() as connection:
        load = load_of(connection, office.branch.id, midnight=NOON)

    assert [person.username for person in load] == [office.user.username, "zoe"]
    assert load[0].pause is None


# Notes, names and the citizen's other cases


def a_note(case_id: UUID, minutes: int, **changes: Any) -> Note:
    note = Note(
        id=an_id(),
        case_id=case_id,
        author_id=None,
        author_name="stoa",
        written_at=minutes_later(minutes),
        text="Θα φέρει το πρωτότυπο.",
    )
    return replace(note, **changes)


def test_notes_are_listed_newest_first_page_by_page(office: Office) -> None:
    case, other = office.file(office.a_case(1)), office.file(office.a_case(2))
    old = a_note(case.id, 1, author_id=office.user.id, author_name="maria")
    new = a_note(case.id, 2)
    with office.store.begin() as connection:
        for note in (old, new, a_note(other.id, 3)):
            journal_store.add_note(connection, note)
        connection.commit()

    with office.store.reading() as connection:
        first = journal_store.list_notes(connection, case.id, Slice(limit=1))
        second = journal_store.list_notes(connection, case.id, Slice(limit=1, cursor=first.next))
        with pytest.raises(Invalid):
            journal_store.list_notes(connection, case.id, Slice(cursor="no cursor"))

    assert (first.items, second.items, second.next) == ((new,), (old,), None)


def test_the_parties_of_a_case_begin_with_the_applicant(office: Office) -> None:
    case = office.a_case()
    representative = a_party(case, role=PartyRole.REPRESENTATIVE)
    applicant = a_party(case)
    office.file(case, parties=(representative, applicant))

    with office.store.begin() as connection:
        found = cases_store.parties_of(connection, case.id)

    assert list(found) == [applicant, representative]


def test_what_a_case_awaits_is_told_oldest_first(office: Office) -> None:
    case = office.a_case()
    late, early = a_subscription(case, created_at=minutes_later(5)), a_subscription(case)
    office.file(case, new_subscriptions=(late, early))

    with office.store.reading() as connection:
        found = subscription_store.subscriptions_of(connection, case.id)

    assert list(found) == [early, late]


def test_names_are_found_for_all_that_a_journal_mentions(office: Office) -> None:
    case = office.a_case()
    done = a_task(case, state=TaskState.COMPLETED, closed_at=NOON)
    asked = a_service_task(case)
    lines, head = a_journal(case, "case_opened", actor=a_clerk(office.branch, user=office.user))
    office.file(replace(case, journal=head), new_tasks=(done,), new_service_tasks=(asked,), journal=lines)

    with office.store.reading() as connection:
        names = journal_store.journal_names(connection, case.id)

    assert names.work == {done.id: done.name, asked.id: asked.name}
    assert names.people == {office.user.username: office.user.display_name}


def test_cases_are_found_by_one_whole_word_within_sight(office: Office) -> None:
    old = office.file(office.a_case(1), words=("094014201", "dimitriou"))
    new = office.file(office.a_case(2, opened_at=minutes_later(1)), words=("01018099999",))
    office.file(office.a_case(3), words=("0940142011",))
    here = Sight(branch_id=office.branch.id)

    def found(sight: Sight, limit: int = 9) -> list[UUID]:
        with office.store.reading() as connection:
            cases = cases_store.cases_with_any_word(
                connection, ["094014201", "01018099999"], sight=sight, limit=limit
            )
        return [case.id for case in cases]

    assert found(here) == found(EVERYWHERE) == [new.id, old.id]
    assert found(here, limit=1) == [new.id]
    assert found(Sight(branch_id=a_branch().id)) == []


# Officers


def test_an_officer_works_for_their_agencies(office: Office) -> None:
    another = an_agency(key="a-police", topics=("police",))
    with office.store.begin() as connection:
        save_agency(connection, another)
        for agency in (office.agency, another):
            post_store.save_post(connection, a_post(office.user.id, agency.id, Role.OFFICER))
        connection.commit()

    with office.store.reading() as connection:
        agencies = post_store.agencies_served_by(connection, office.user.id, on=NOON.date())
        officers = post_store.officers_of(connection, another.id, on=NOON.date())

    assert (list(agencies), list(officers)) == ([another, office.agency], [office.user])


def test_who_left_works_for_no_agency(office: Office) -> None:
    with office.store.begin() as connection:
        post_store.save_post(connection, a_post(office.user.id, office.agency.id, Role.OFFICER))
        people_store.save_user(connection, replace(office.user, active=False))
        connection.commit()

    with office.store.reading() as connection:
        found = post_store.agencies_served_by(connection, office.user.id, on=NOON.date())

    assert list(found) == []
