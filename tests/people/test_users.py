"""Claims about registering people, giving them roles in branches, and letting them go."""

from dataclasses import replace
from datetime import timedelta

import pytest

from engine.dispatch import Engine
from engine.kernel.actor import SYSTEM, Role
from engine.kernel.refusal import Conflict, Invalid, NotFound
from engine.people.queries import FindCandidate, ShowUser
from engine.people.session import Session, SessionLife, SignInMethod, Workplace
from engine.people.signing_in import SignIn
from engine.people.users import SaveUser, SetActive
from tests.builders import a_user, an_id
from tests.people.conftest import HERE, MARIA, THERE

ANNA = a_user(username="anna")
LIFE = SessionLife(idle=timedelta(hours=1), longest=timedelta(hours=10))


def workplaces(engine: Engine, username: str = "maria") -> tuple[Workplace, ...]:
    return engine.ask(ShowUser(username=username), actor=SYSTEM).workplaces


def saved(engine: Engine, command: SaveUser) -> None:
    engine.carry_out(command, actor=SYSTEM)


def opened(engine: Engine) -> Session:
    command = SignIn(user_id=MARIA.id, method=SignInMethod.PASSWORD, life=LIFE)
    return engine.carry_out(command, actor=SYSTEM).session


def test_a_person_has_the_roles_that_were_last_given_in_each_branch(engine: Engine) -> None:
    saved(engine, SaveUser(user=MARIA, branch_id=THERE.id, roles=frozenset({Role.AUDITOR})))
    saved(engine, SaveUser(user=MARIA))
    in_both = {place.code: place.roles for place in workplaces(engine)}

    saved(engine, SaveUser(user=MARIA, branch_id=HERE.id))

    assert in_both == {"0009": {Role.CLERK}, "0010": {Role.AUDITOR}}
    assert [place.code for place in workplaces(engine)] == ["0010"]


def test_nobody_works_in_a_branch_that_is_not_there(engine: Engine) -> None:
    with pytest.raises(NotFound):
        saved(engine, SaveUser(user=ANNA, branch_id=an_id(), roles=frozenset({Role.CLERK})))


def test_who_is_everything_in_a_branch_is_no_officer_there(engine: Engine) -> None:
    everything = frozenset(Role) - {Role.OFFICER}
    saved(engine, SaveUser(user=MARIA, branch_id=HERE.id, roles=everything))

    assert workplaces(engine)[0].roles == everything
    with pytest.raises(Invalid, match="works for an agency"):
        saved(engine, SaveUser(user=MARIA, branch_id=HERE.id, roles=frozenset({Role.OFFICER})))


def test_a_name_is_of_one_person(engine: Engine) -> None:
    with pytest.raises(Conflict, match="a user maria already"):
        saved(engine, SaveUser(user=replace(ANNA, username="maria")))


@pytest.mark.parametrize(
    "wrong", [{"username": "Μαρία"}, {"username": "m"}, {"username": "ma ria"}, {"display_name": "  "}]
)
def test_a_name_can_be_typed_and_shown(engine: Engine, wrong: dict[str, str]) -> None:
    with pytest.raises(Invalid, match=next(iter(wrong))):
        saved(engine, SaveUser(user=replace(ANNA, **wrong)))


def test_a_name_is_shown_without_the_blanks_around_it(engine: Engine) -> None:
    saved(engine, SaveUser(user=replace(ANNA, display_name=" Άννα ")))

    assert engine.ask(ShowUser(username="anna"), actor=SYSTEM).user.display_name == "Άννα"


def test_who_is_let_go_has_no_session_any_more_not_even_when_let_in_again(engine: Engine) -> None:
    session = opened(engine)

    engine.carry_out(SetActive(user_id=MARIA.id, active=False), actor=SYSTEM)
    while_away = engine.ask(FindCandidate(username="maria"), actor=SYSTEM)
    engine.carry_out(SetActive(user_id=MARIA.id, active=True), actor=SYSTEM)

    assert while_away.user_id is None
    assert engine.identify_session(session.digest) is None
    assert engine.ask(FindCandidate(username="maria"), actor=SYSTEM).user_id == MARIA.id


def test_who_is_let_in_twice_keeps_their_sessions(engine: Engine) -> None:
    session = opened(engine)

    engine.carry_out(SetActive(user_id=MARIA.id, active=True), actor=SYSTEM)

    assert engine.identify_session(session.digest) is not None


def test_who_is_not_there_is_not_let_in(engine: Engine) -> None:
    with pytest.raises(NotFound):
        engine.carry_out(SetActive(user_id=an_id(), active=True), actor=SYSTEM)
