"""Claims about posts: by which days they count, who stands in for whom, and that nobody has one twice."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from threading import Barrier
from zoneinfo import ZoneInfo

import pytest

from engine.bootstrap import build, build_in_memory
from engine.cases.changeset import CaseState
from engine.dispatch import Engine
from engine.kernel.actor import SYSTEM, Actor, ActorKind, Role, Scope
from engine.kernel.refusal import Conflict, Invalid, NotFound
from engine.organisation.registers import EnterBranch, SaveAgency
from engine.people.model import User
from engine.people.pauses import PauseClerk
from engine.people.post import Post
from engine.people.posts import EndPost, GivePost
from engine.people.queries import ListColleagues
from engine.people.session import SessionLife, SignInMethod, digest, digest_of
from engine.people.signing_in import SignIn
from engine.people.tokens import IssueToken
from engine.people.users import SaveUser
from engine.settings import from_environment
from engine.tasks.assign import AssignTask
from tests.builders import a_user, an_agency, an_id
from tests.office import MovableClock, Office, an_office
from tests.people.conftest import HERE, MARIA, THERE

LIFE = SessionLife(idle=timedelta(days=2), longest=timedelta(days=2))
NEW_YEAR = date(2027, 1, 1)
MINUTE_BEFORE = datetime(2026, 12, 31, 21, 59, tzinfo=UTC)
"""23:59 in Athens."""
MINUTE_AFTER = datetime(2026, 12, 31, 22, 1, tzinfo=UTC)
"""00:01 in Athens, which is still the old year by UTC."""
BOSS = a_user(username="nikos")
REGISTRY = an_agency()


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(MINUTE_BEFORE)


@pytest.fixture
def engine(clock: MovableClock) -> Iterator[Engine]:
    """Maria is a clerk of one of two branches, Nikos its manager; and there is an agency."""
    engine = build_in_memory(clock=clock, zone=ZoneInfo("Europe/Athens"))
    for branch in (HERE, THERE):
        engine.carry_out(EnterBranch(branch=branch), actor=SYSTEM)
    engine.carry_out(SaveAgency(agency=REGISTRY), actor=SYSTEM)
    for user, role in ((MARIA, Role.CLERK), (BOSS, Role.MANAGER)):
        engine.carry_out(SaveUser(user=user, branch_id=HERE.id, roles=frozenset({role})), actor=SYSTEM)
    yield engine
    engine.close()


def gives(engine: Engine, role: Role = Role.MANAGER, *, user: User = MARIA, **given: object) -> Post:
    command = GivePost(username=user.username, role=role, **{"organisation": HERE.code, **given})  # type: ignore[arg-type] - as each test gives them
    return engine.carry_out(command, actor=SYSTEM)


def session_of(engine: Engine, user: User) -> bytes:
    command = SignIn(user_id=user.id, method=SignInMethod.OIDC, life=LIFE, workplace_id=HERE.id)
    return digest_of(engine.carry_out(command, actor=SYSTEM).text)


def token_of(engine: Engine, user: User) -> bytes:
    command = IssueToken(label="t", scopes=frozenset({Scope.CASES_READ}), user_id=user.id, branch_id=HERE.id)
    return digest(engine.carry_out(command, actor=SYSTEM).text)


def roles_by(engine: Engine, session: bytes, token: bytes) -> tuple[frozenset[Role], frozenset[Role]]:
    """The roles of a session and of a token, now."""
    signed_in, actor = engine.identify_session(session), engine.identify(token)
    assert signed_in is not None
    assert actor is not None
    return signed_in.actor.roles, actor.roles


def test_a_post_that_begins_on_the_first_of_january_is_there_from_midnight_in_athens(
    engine: Engine, clock: MovableClock
) -> None:
    session, token = session_of(engine, MARIA), token_of(engine, MARIA)
    gives(engine, valid_from=NEW_YEAR)

    before = roles_by(engine, session, token)
    clock.move_to(MINUTE_AFTER)
    after = roles_by(engine, session, token)

    assert before == ({Role.CLERK}, {Role.CLERK})
    assert after == ({Role.CLERK, Role.MANAGER}, {Role.CLERK, Role.MANAGER})


def test_a_post_counts_to_the_end_of_its_last_day_in_athens(engine: Engine, clock: MovableClock) -> None:
    session, token = session_of(engine, MARIA), token_of(engine, MARIA)
    gives(engine, valid_until=date(2026, 12, 31))

    before = roles_by(engine, session, token)
    clock.move_to(MINUTE_AFTER)
    after = roles_by(engine, session, token)

    assert before == ({Role.CLERK, Role.MANAGER}, {Role.CLERK, Role.MANAGER})
    assert after == ({Role.CLERK}, {Role.CLERK})


def test_a_post_that_is_withdrawn_counts_no_more_at_once(engine: Engine) -> None:
    session, token = session_of(engine, MARIA), token_of(engine, MARIA)
    post = gives(engine)

    withdrawn = engine.carry_out(EndPost(post_id=post.id), actor=SYSTEM)

    assert roles_by(engine, session, token) == ({Role.CLERK}, {Role.CLERK})
    assert (withdrawn.withdrawn_by, withdrawn.withdrawn_at) == ("stoa", MINUTE_BEFORE)
    with pytest.raises(Conflict):
        engine.carry_out(EndPost(post_id=post.id), actor=SYSTEM)


def test_whoever_stands_in_for_the_absent_has_their_rights_in_that_time_and_it_shows(
    engine: Engine, clock: MovableClock
) -> None:
    session, token = session_of(engine, MARIA), token_of(engine, MARIA)
    gives(engine, substitute_for="nikos", valid_from=NEW_YEAR, valid_until=date(2027, 1, 2))

    before = engine.identify(token)
    clock.move_to(MINUTE_AFTER)
    by_token, by_session = engine.identify(token), engine.identify_session(session)
    clock.advance(timedelta(days=2))
    after = engine.identify(token)

    assert before is not None
    assert before.stands_in_for == ()
    assert by_token is not None
    assert by_token.has(Role.MANAGER)
    assert by_token.stands_in_for == ("nikos",)
    assert by_session is not None
    assert by_session.actor.stands_in_for == ("nikos",)
    assert after is not None
    assert not after.has(Role.MANAGER)
    assert after.stands_in_for == ()


def test_the_journal_says_in_whose_place_somebody_acted() -> None:
    office = an_office()
    token = _stands_in(office)
    state: CaseState = office.opens_case()
    actor = office.engine.identify(token)
    assert actor is not None

    office.does(AssignTask(task_id=state.tasks[0].id, to="maria", reason="Άδεια."), actor=actor)

    line = office.journal(state)[-1]
    assert (line.action, line.actor_name, line.detail["for"]) == ("task_assigned", "petros", ["nikos"])


def _stands_in(office: Office) -> bytes:
    """Petros is a substitute of the manager from today on; the digest of a token of his."""
    assert office.colleague.id is not None
    substitute = GivePost(
        username="petros",
        organisation=office.branch.code,
        role=Role.MANAGER,
        substitute_for="nikos",
        valid_until=date(2026, 3, 20),
    )
    office.does(substitute, actor=SYSTEM)
    issued = IssueToken(
        label="t",
        scopes=frozenset({Scope.CASES_WRITE}),
        user_id=office.colleague.id,
        branch_id=office.branch.id,
    )
    return digest(office.does(issued, actor=SYSTEM).text)


@pytest.mark.parametrize(
    ("role", "given", "field"),
    [
        (Role.OFFICER, {}, "role"),
        (Role.CLERK, {"organisation": REGISTRY.key}, "role"),
        (Role.AUDITOR, {"valid_until": date(2026, 12, 30)}, "valid_until"),
        (Role.AUDITOR, {"valid_from": NEW_YEAR, "valid_until": date(2026, 12, 31)}, "valid_until"),
        (Role.AUDITOR, {"position": "x" * 201}, "position"),
        (Role.AUDITOR, {"substitute_for": "nikos", "valid_until": NEW_YEAR}, "substitute_for"),
        (Role.CLERK, {"substitute_for": "maria", "valid_until": NEW_YEAR}, "substitute_for"),
        (Role.MANAGER, {"substitute_for": "nobody", "valid_until": NEW_YEAR}, "substitute_for"),
        (Role.MANAGER, {"substitute_for": "nikos"}, "valid_until"),
    ],
)
def test_what_does_not_fit_is_refused_by_its_field(
    engine: Engine, role: Role, given: dict[str, object], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        gives(engine, role, **given)

    assert list(refused.value.errors) == [field]


def test_a_post_is_given_again_once_it_is_over_and_not_before(engine: Engine) -> None:
    post = gives(engine, valid_until=date(2026, 12, 31))

    gives(engine, valid_from=NEW_YEAR)
    with pytest.raises(Conflict):
        gives(engine, valid_from=date(2026, 12, 31), valid_until=date(2026, 12, 31))
    engine.carry_out(EndPost(post_id=post.id), actor=SYSTEM)
    gives(engine, valid_until=date(2026, 12, 31))


def test_a_post_that_there_is_not_is_not_found(engine: Engine) -> None:
    with pytest.raises(NotFound):
        engine.carry_out(EndPost(post_id=an_id()), actor=SYSTEM)


def test_two_who_give_the_same_post_at_once_give_it_once(database_url: str) -> None:
    with build(from_environment({"STOA_DATABASE_URL": database_url})) as engine:
        engine.carry_out(EnterBranch(branch=HERE), actor=SYSTEM)
        engine.carry_out(SaveUser(user=MARIA), actor=SYSTEM)
        together = Barrier(2)

        def give() -> bool:
            together.wait()
            try:
                gives(engine, Role.CLERK)
            except Conflict:
                return False
            return True

        with ThreadPoolExecutor(2) as threads:
            given = [one.result() for one in [threads.submit(give), threads.submit(give)]]

    assert sorted(given) == [False, True]


def test_an_absence_that_is_planned_begins_on_its_first_day(engine: Engine, clock: MovableClock) -> None:
    manager = Actor(
        kind=ActorKind.USER, id=BOSS.id, name="nikos", roles=frozenset({Role.MANAGER}), branch_id=HERE.id
    )
    absent = PauseClerk(username="maria", reason="Άδεια.", since=NEW_YEAR, until=date(2027, 1, 3))
    pause = engine.carry_out(absent, actor=manager)

    def at_work() -> list[str]:
        return [one.username for one in engine.ask(ListColleagues(), actor=manager)]

    before = (at_work(), pause.holds(clock.now()))
    clock.move_to(MINUTE_AFTER)
    during = (at_work(), pause.holds(clock.now()))
    clock.advance(timedelta(days=2))

    assert before == (["maria", "nikos"], False)
    assert during == (["nikos"], True)
    assert at_work() == ["maria", "nikos"]
    for since, until in ((date(2026, 12, 1), None), (NEW_YEAR, NEW_YEAR)):
        with pytest.raises(Invalid):
            engine.carry_out(replace(absent, since=since, until=until), actor=manager)
