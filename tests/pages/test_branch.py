"""Claims about the manager's page: who has how much, and how work changes hands."""

from datetime import timedelta

import pytest

from engine.cases.changeset import CaseState
from engine.kernel.actor import SYSTEM, Role
from engine.organisation.registers import EnterBranch
from engine.people.attempts import SignInAttempt
from engine.people.signing_in import CountAttempt
from engine.people.users import SaveUser
from tests.builders import a_branch, a_user
from tests.pages.visiting import OpenDesk, Visitor

PEOPLE = "//ul[@class='people']/li"


def test_only_the_manager_comes_in(maria: Visitor) -> None:
    page = maria.opens("/desk/branch")

    assert page.status_code == 403
    assert "You may not do this" in maria.text


def test_the_manager_sees_who_has_how_much(desk: OpenDesk, nikos: Visitor) -> None:
    office = desk.desk.office
    for _ in range(2):
        office.claims(office.opens_case().tasks[0])

    nikos.opens("/desk/branch")

    (hers,) = nikos.sees(PEOPLE + "[@id='maria']//div[@class='load']")
    assert hers == "2 tasks in hand 0 completed today"
    assert nikos.sees(PEOPLE + "/@id") == ["maria", "nikos", "petros"]


def test_what_is_late_counts_though_nobody_has_it(desk: OpenDesk) -> None:
    office = desk.desk.office
    state = office.opens_case()
    office.clock.advance(timedelta(days=12))
    nikos = desk.visit(office.manager)

    nikos.opens("/desk/branch")

    assert nikos.sees("//dl[@class='figures']/div[2]/dd") == ["1"]
    assert nikos.sees("//section[@aria-labelledby='late']//a/@href") == [f"/desk/cases/{state.case.id}"]


def test_everything_of_a_sick_colleague_is_handed_on_at_once(desk: OpenDesk, nikos: Visitor) -> None:
    office = desk.desk.office
    for _ in range(3):
        office.claims(office.opens_case().tasks[0])

    nikos.sends("/desk/branch/maria/hand-on", to="petros", reason="Ασθένεια.")

    assert "3 tasks handed on." in nikos.text
    assert nikos.sees(PEOPLE + "[@id='petros']//div[@class='load']/span[1]") == ["3 tasks in hand"]


def test_everything_can_be_put_back_for_whoever_takes_it(desk: OpenDesk, nikos: Visitor) -> None:
    office = desk.desk.office
    office.claims(office.opens_case().tasks[0])

    nikos.sends("/desk/branch/maria/hand-on", to="", reason="Ασθένεια.")

    assert nikos.sees(PEOPLE + "[@id='maria']//div[@class='load']/span[1]") == ["0 tasks in hand"]


def test_a_pause_says_until_when_and_why_and_ends(desk: OpenDesk, nikos: Visitor) -> None:
    back_on = (desk.desk.office.clock.now() + timedelta(days=7)).date()

    nikos.sends("/desk/branch/maria/pause", until=back_on.isoformat(), reason="Άδεια.")
    (paused,) = nikos.sees(PEOPLE + "[@id='maria']/div[@class='person']/div[1]")
    nikos.sends("/desk/branch/maria/back")

    assert "Away, back on Mar 16" in paused
    assert "Άδεια." in paused
    assert nikos.sees(PEOPLE + "[@id='maria']//span[contains(., 'Away')]") == []


def test_a_paused_colleague_is_nobody_to_hand_work_to(desk: OpenDesk, nikos: Visitor) -> None:
    office = desk.desk.office
    office.claims(office.opens_case().tasks[0])

    nikos.sends("/desk/branch/petros/pause", reason="Άδεια.")

    assert nikos.sees("//select[@id='maria-to']/option/@value") == ["", "nikos"]


@pytest.mark.parametrize(
    ("act", "typed", "field"),
    [
        ("pause", {"reason": " "}, "maria-pause-reason"),
        ("pause", {"reason": "Άδεια.", "until": "2020-01-01"}, "maria-until"),
        ("pause", {"reason": "Άδεια.", "until": "αύριο"}, "maria-until"),
        ("hand-on", {"reason": "", "to": "petros"}, "maria-hand-on-reason"),
    ],
)
def test_what_is_wrong_in_a_form_is_told_at_its_field(
    desk: OpenDesk, nikos: Visitor, act: str, typed: dict[str, str], field: str
) -> None:
    state: CaseState = desk.desk.office.opens_case()
    desk.desk.office.claims(state.tasks[0])

    page = nikos.sends(f"/desk/branch/maria/{act}", **typed)

    assert page.status_code == 422
    assert nikos.sees("//*[@aria-invalid='true']/@id") == [field]
    assert nikos.sees("//details[@open]")


def test_the_manager_is_told_who_cannot_sign_in_and_lets_them_in(desk: OpenDesk, nikos: Visitor) -> None:
    office = desk.desk.office
    locked = "//li[@id='maria']//span[contains(., 'Cannot sign in')]"
    for number in range(12):
        attempt = SignInAttempt(username="maria", address=f"2001:db8::{number}")
        office.clock.advance(timedelta(minutes=4))
        office.does(CountAttempt(attempt=attempt), actor=SYSTEM)

    nikos.opens("/desk/branch")
    before = nikos.sees(locked)
    nikos.sends("/desk/branch/maria/unlock")

    assert len(before) == 1
    assert nikos.sees(locked) == []
    assert "Your colleague may sign in again at once." in nikos.text
    office.does(CountAttempt(attempt=SignInAttempt(username="maria", address="192.0.2.9")), actor=SYSTEM)


def test_a_manager_lets_nobody_of_another_branch_in(desk: OpenDesk, nikos: Visitor) -> None:
    elsewhere, zoe = a_branch(code="0301"), a_user(username="zoe")
    desk.desk.office.does(EnterBranch(branch=elsewhere), actor=SYSTEM)
    works_there = SaveUser(user=zoe, branch_id=elsewhere.id, roles=frozenset({Role.CLERK}))
    desk.desk.office.does(works_there, actor=SYSTEM)

    refused = nikos.sends("/desk/branch/zoe/unlock")

    assert refused.status_code == 403
