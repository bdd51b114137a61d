"""Claims about labels: what a list says beside its rows, whatever keeps them."""

from datetime import datetime

from engine.kernel.actor import Role
from engine.kernel.vocabulary import CaseStatus, Flag, PartyRole
from engine.people import post_store
from engine.people import store as people_store
from engine.people.model import Pause, User
from engine.tasks import store as tasks_store
from tests.builders import NOON, a_party, a_person, a_post, a_user, an_id, minutes_later
from tests.stored_office import Office


def test_a_label_names_the_applicant_and_the_procedure(office: Office) -> None:
    case = office.a_case(flags=frozenset({Flag.OVERDUE}))
    helper = a_person(given_name="Άννα", family_name="Λάμπρου")
    office.file(case, parties=(a_party(case), a_party(case, role=PartyRole.REPRESENTATIVE, person=helper)))

    with office.store.reading() as connection:
        found = tasks_store.labels(connection, [case.id, case.id])[case.id]

    assert found.applicant == "Ελένη Δημητρίου"
    assert (found.title, found.title_en) == (office.version.title, office.version.title_en)
    assert (found.number, found.branch_id) == (case.number, office.branch.id)
    assert (found.status, found.flags) == (CaseStatus.OPEN, {Flag.OVERDUE})
    assert found.expected_at == case.due_at


def test_a_label_promises_no_day_while_the_term_rests(office: Office) -> None:
    case = office.file(office.a_case(due_at=minutes_later(9), term_rests_since=minutes_later(1)))

    with office.store.reading() as connection:
        found = tasks_store.labels(connection, [case.id])[case.id]

    assert found.expected_at is None


def test_a_case_without_an_applicant_has_a_label_all_the_same(office: Office) -> None:
    case = office.file(office.a_case())

    with office.store.reading() as connection:
        found = tasks_store.labels(connection, [case.id])

    assert found[case.id].applicant is None


def test_what_does_not_exist_has_no_label(office: Office) -> None:
    with office.store.reading() as connection:
        labels = tasks_store.labels(connection, [an_id()])
        nothing = tasks_store.labels(connection, [])

    assert (labels, nothing) == ({}, {})


def test_people_are_called_by_their_names(office: Office) -> None:
    with office.store.reading() as connection:
        named = people_store.display_names(connection, ["maria", "nobody"])
        nobody = people_store.display_names(connection, [])

    assert (named, nobody) == ({"maria": office.user.display_name}, {})


def a_pause(office: Office, user: User, *, until: datetime | None = None) -> Pause:
    return Pause(
        user_id=user.id,
        branch_id=office.branch.id,
        since=NOON,
        until=until,
        paused_by="nikos",
        reason="Άδεια.",
    )


def test_those_at_work_are_active_and_not_paused(office: Office) -> None:
    away, back, gone = (
        a_user(username=name, display_name=name, active=name != "gone") for name in ("away", "back", "gone")
    )
    with office.store.begin() as connection:
        for user in (office.user, away, back, gone):
            people_store.save_user(connection, user)
            post_store.save_post(connection, a_post(user.id, office.branch.id, Role.CLERK))
        people_store.save_pause(connection, a_pause(office, away))
        people_store.save_pause(connection, a_pause(office, back, until=NOON))
        connection.commit()

    with office.store.reading() as connection:
        found = post_store.colleagues_at_work(connection, office.branch.id, now=NOON, on=NOON.date())

    assert [one.username for one in found] == ["back", "maria"]
    assert found[0].roles == {"clerk"}
