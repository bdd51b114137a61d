"""Claims about branches that close: where their work and people go, what is refused there, and when."""

from datetime import date, datetime
from uuid import UUID

import pytest

from engine.cases.hand_over import HandOverBranch
from engine.cases.queries import ShowCase
from engine.kernel.actor import SYSTEM, Role
from engine.kernel.refusal import Conflict, Invalid, NotFound
from engine.organisation import version_store
from engine.organisation.changes import ChangeOrganisation, WithdrawChange
from engine.organisation.closing import CloseOrganisation
from engine.organisation.organisation import NotOffered, OrganisationKind
from engine.organisation.registers import EnterBranch
from engine.outbox import store as outbox_store
from engine.outbox.model import JobKind
from engine.people import post_store
from tests.builders import a_branch, an_id
from tests.office import Office, an_office
from tests.organisation.test_changes import NEW_YEAR, ONE_MINUTE_AFTER, ONE_MINUTE_BEFORE
from tests.organisations import TODAY, save_organisation


@pytest.fixture
def office() -> Office:
    found = an_office()
    heir = a_branch(id=an_id(), code="0010", name="ΚΕΠ Κυψέλης")
    found.does(EnterBranch(branch=heir), actor=SYSTEM)
    return found


def closing(office: Office, **given: object) -> CloseOrganisation:
    with office.engine.store.reading() as connection:
        known = version_store.identity_coded(connection, str(given.get("code", "0009")))
    assert known is not None
    asked = {"code": "0009", "from_day": NEW_YEAR, "reason": "Απόφαση 12/2026", "successor": "0010"}
    return CloseOrganisation(**{**asked, "seen": known.revision, **given})  # type: ignore[arg-type] # by name


def hands_over(office: Office) -> list[int]:
    """Do the jobs of handing over that are due, until none is left."""
    found = []
    while True:
        with office.engine.store.begin() as connection:
            jobs = outbox_store.lease_jobs(
                connection,
                worker="w",
                now=office.clock.now(),
                limit=10,
                until=office.clock.now().replace(year=2028),
            )
            connection.commit()
        due = [job for job in jobs if job.kind is JobKind.HAND_OVER_BRANCH]
        if not due:
            return found
        found += [office.does(HandOverBranch(job_id=job.id, worker="w"), actor=SYSTEM) for job in due]


def branch_of(office: Office, case_id: UUID) -> str:
    return office.engine.ask(ShowCase(case_id=case_id), actor=SYSTEM).case.branch_code


def test_from_its_day_on_a_closed_branch_opens_nothing_and_says_who_does(office: Office) -> None:
    office.does(closing(office), actor=SYSTEM)

    office.clock.move_to(ONE_MINUTE_BEFORE)
    office.opens_case()
    office.clock.move_to(ONE_MINUTE_AFTER)

    with pytest.raises(Conflict, match="0010, ΚΕΠ Κυψέλης") as refused:
        office.opens_case()
    assert refused.value.code == "branch_closed"


def test_cases_tasks_and_people_are_the_successors_from_the_day_on(office: Office) -> None:
    state = office.opens_case()
    office.claims(state.tasks[0])
    office.does(closing(office), actor=SYSTEM)
    assert hands_over(office) == []

    office.clock.move_to(ONE_MINUTE_AFTER)
    handed_over = hands_over(office)

    after = office.engine.ask(ShowCase(case_id=state.case.id), actor=SYSTEM)
    assert handed_over == [1]
    assert after.case.branch_code == "0010"
    assert [(task.branch_id, task.assignee_id) for task in after.tasks] == [(after.case.branch_id, None)]
    last = office.journal(state)[-1]
    assert (last.action, last.reason) == ("case_transferred", "Απόφαση 12/2026")
    with office.engine.store.reading() as connection:
        posts = post_store.posts_of(connection, office.clerk.id)  # type: ignore[arg-type] # a clerk has an id
    by_place = {post.organisation_id: post for post in posts}
    assert not by_place[office.branch.id].counts_on(NEW_YEAR)
    assert by_place[after.case.branch_id].counts_on(NEW_YEAR)
    assert by_place[after.case.branch_id].role is Role.CLERK


def test_a_hand_over_that_was_stopped_goes_on_and_does_nothing_twice(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.cases.hand_over.BATCH", 2)
    cases = [office.opens_case().case.id for _ in range(3)]
    office.does(closing(office, from_day=TODAY), actor=SYSTEM)

    handed_over = hands_over(office)

    assert handed_over == [2, 1]
    assert {branch_of(office, case_id) for case_id in cases} == {"0010"}
    with office.engine.store.reading() as connection:
        posts = post_store.posts_of(connection, office.clerk.id)  # type: ignore[arg-type] # a clerk has an id
    assert len(posts) == 2


def test_nothing_is_handed_over_where_the_closing_was_withdrawn(office: Office) -> None:
    state = office.opens_case()
    office.does(closing(office), actor=SYSTEM)
    with office.engine.store.reading() as connection:
        planned = version_store.counting(connection, office.branch.id)[-1]
    withdraw = WithdrawChange(code="0009", version_id=planned.id, reason="Ανακλήθηκε", seen=2)
    office.does(withdraw, actor=SYSTEM)

    office.clock.move_to(ONE_MINUTE_AFTER)

    assert hands_over(office) == [0]
    assert branch_of(office, state.case.id) == "0009"
    office.opens_case()


def test_a_branch_closes_with_a_successor_that_is_open_and_nothing_open_below_it(office: Office) -> None:
    with office.engine.store.begin() as connection:
        save_organisation(connection, OrganisationKind.ANNEX, "0011", parent_id=office.branch.id)
        connection.commit()

    for successor, refusal in (
        (None, Invalid),
        ("0009", Invalid),
        ("municipality-0009", Invalid),
        ("9", NotFound),
    ):
        with pytest.raises(refusal):
            office.does(closing(office, successor=successor), actor=SYSTEM)
    with pytest.raises(NotFound):
        office.does(closing(office, successor="9999"), actor=SYSTEM)
    with pytest.raises(Conflict, match="0011"):
        office.does(closing(office), actor=SYSTEM)
    office.does(closing(office, code="0011"), actor=SYSTEM)
    office.does(closing(office), actor=SYSTEM)
    with pytest.raises(Conflict, match="closed on 2027-01-01"):
        office.does(closing(office), actor=SYSTEM)


def test_what_a_branch_does_not_offer_is_refused_with_the_reason_from_the_day_on(office: Office) -> None:
    reason = "Ο εκτυπωτής των βεβαιώσεων επισκευάζεται."
    refused_one = NotOffered(procedure="residence-certificate", reason=reason)
    change = ChangeOrganisation(
        code="0009",
        changes={"not_offered": (refused_one,)},
        from_day=date(2026, 3, 10),
        reason="Βλάβη",
        seen=1,
    )
    office.does(change, actor=SYSTEM)
    office.opens_case()

    office.clock.move_to(datetime(2026, 3, 9, 22, 1, tzinfo=ONE_MINUTE_AFTER.tzinfo))

    with pytest.raises(Conflict, match=reason) as refused:
        office.opens_case()
    assert refused.value.code == "procedure_not_offered"
