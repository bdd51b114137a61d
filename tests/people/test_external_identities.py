"""Claims about people for whom others vouch: who they are here, and where their groups let them work."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from engine.bootstrap import build
from engine.dispatch import Engine
from engine.kernel.actor import SYSTEM, Role
from engine.kernel.refusal import Conflict, NotFound, NotPermitted
from engine.kernel.staffing import BY_TWO
from engine.organisation import version_store
from engine.organisation.organisation import OrganisationKind
from engine.organisation.registers import EnterBranch, SaveAgency
from engine.people import post_store
from engine.people import store as people_store
from engine.people.external_identities import EndExternalSessions, ForgetIdentities, Received, ReceivePerson
from engine.people.post import Post, PostSource
from engine.people.posts import ConfirmPost, GivePost
from engine.people.queries import ShowUser
from engine.people.register import ListStaff, ShowPerson
from engine.people.role_mapping import GroupPost
from engine.people.session import Session, SessionLife, SignInMethod
from engine.people.sign_in.contract import ExternalIdentity
from engine.people.signing_in import SignIn
from engine.people.users import SaveUser, SetActive
from engine.settings import from_environment
from tests.builders import NOON, a_branch, a_clerk, a_user, an_agency, an_id
from tests.office import MovableClock, Office, an_office
from tests.organisations import save_organisation
from tests.people.conftest import CLERK

MARIA = ExternalIdentity(username="maria", display_name="Μαρία")
ELENI = ExternalIdentity(
    username="eleni", display_name="Ελένη Δημητρίου", issuer="https://id.example", subject="7"
)
HERE, THERE, UNKNOWN = (
    GroupPost("0009", Role.CLERK),
    GroupPost("0301", Role.CLERK),
    GroupPost("9999", Role.CLERK),
)
MANAGES_THERE = GroupPost("0301", Role.MANAGER)
ANSWERS = GroupPost("municipality", Role.OFFICER)


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def office(request: pytest.FixtureRequest) -> Iterator[Office]:
    """An office of each kind, with a second branch; Maria is a clerk of the first by hand."""
    if request.param == "memory":
        found = an_office()
    else:
        clock = MovableClock(NOON)
        url = request.getfixturevalue(f"{request.param}_url")
        found = an_office(build(from_environment({"STOA_DATABASE_URL": url}), clock=clock), clock=clock)
    found.does(EnterBranch(branch=a_branch(code="0301")), actor=SYSTEM)
    yield found
    if request.param != "memory":
        found.engine.close()


def receives(
    office: Office, *posts: GroupPost, person: ExternalIdentity = MARIA, **settings: bool
) -> Received:
    command = ReceivePerson(person=person, posts=frozenset(posts), **settings)
    return office.does(command, actor=SYSTEM)


def works(office: Office, username: str = "maria") -> set[GroupPost]:
    """Where somebody works."""
    found = office.engine.ask(ShowUser(username=username), actor=SYSTEM)
    return {GroupPost(place.code, role) for place in found.workplaces for role in place.roles}


def test_groups_add_posts_to_those_that_an_operator_gave(office: Office) -> None:
    received = receives(office, THERE, MANAGES_THERE, ANSWERS)

    assert works(office) == {HERE, THERE, MANAGES_THERE, ANSWERS}
    assert (received.given, received.taken) == (tuple(sorted((THERE, MANAGES_THERE, ANSWERS))), ())


def test_what_a_group_gave_ends_with_the_group(office: Office) -> None:
    receives(office, THERE, MANAGES_THERE, ANSWERS)

    received = receives(office, MANAGES_THERE)

    assert works(office) == {HERE, MANAGES_THERE}
    assert received.taken == tuple(sorted((THERE, ANSWERS)))


def test_what_an_operator_gave_is_not_taken_by_a_group_that_gave_it_too(office: Office) -> None:
    receives(office, HERE)

    receives(office)

    assert works(office) == {HERE}


def test_where_groups_decide_alone_nothing_else_is_left(office: Office) -> None:
    receives(office, THERE, groups_alone=True)

    assert works(office) == {THERE}


def test_the_same_groups_change_nothing_twice(office: Office) -> None:
    receives(office, THERE, ANSWERS)

    again = receives(office, THERE, ANSWERS)

    assert (again.given, again.taken, works(office)) == ((), (), {HERE, THERE, ANSWERS})


def test_what_an_operator_took_back_comes_back_with_the_group_and_goes_with_it(office: Office) -> None:
    receives(office, THERE)
    there = office.engine.ask(ShowUser(username="maria"), actor=SYSTEM).workplaces[1]
    assert office.clerk.id is not None
    office.does(SaveUser(user=a_user(id=office.clerk.id), branch_id=there.id), actor=SYSTEM)

    receives(office, THERE)
    with_group = works(office)
    receives(office)

    assert (with_group, works(office)) == ({HERE, THERE}, {HERE})


def test_a_place_that_nobody_knows_is_told_and_the_others_count(office: Office) -> None:
    nowhere = GroupPost("nobody", Role.OFFICER)

    received = receives(office, UNKNOWN, nowhere, THERE)

    assert received.unknown == (UNKNOWN, nowhere)
    assert works(office) == {HERE, THERE}


def waiting_post(office: Office, username: str = "maria") -> Post:
    posts = office.engine.ask(ShowPerson(username=username), actor=SYSTEM).member.posts
    (found,) = [one.post for one in posts if one.post.awaits_confirmation and one.post.withdrawn_at is None]
    return found


@pytest.mark.parametrize("role", sorted(BY_TWO))
def test_a_role_that_two_give_waits_for_somebody_here_whatever_groups_say(office: Office, role: Role) -> None:
    claimed = GroupPost("0009", role)

    first, again = receives(office, claimed), receives(office, claimed)

    assert (first.given, first.proposed, first.taken) == ((), (claimed,), ())
    assert (again.given, again.proposed) == ((), ())
    assert works(office) == {HERE}
    second = a_clerk(office.branch, name="second", roles=frozenset({Role.OPERATOR}))
    with pytest.raises(NotPermitted, match="themselves a post"):
        office.does(ConfirmPost(post_id=waiting_post(office).id), actor=replace(second, id=office.clerk.id))
    office.does(ConfirmPost(post_id=waiting_post(office).id), actor=second)
    assert works(office) == {HERE, claimed}
    assert receives(office, claimed).proposed == ()
    assert works(office) == {HERE, claimed}


def test_what_waits_goes_with_its_group_and_is_confirmed_anew_when_it_comes_back(office: Office) -> None:
    claimed = GroupPost("0009", Role.AUDITOR)
    receives(office, claimed)
    receives(office)
    with pytest.raises(ValueError, match="not enough values"):
        waiting_post(office)
    receives(office, claimed)
    office.does(ConfirmPost(post_id=waiting_post(office).id), actor=SYSTEM)
    receives(office)

    back = receives(office, claimed)

    assert back.proposed == (claimed,)
    assert works(office) == {HERE}


def test_where_groups_decide_alone_a_role_that_two_give_waits_too(office: Office) -> None:
    claimed = GroupPost("0009", Role.SUPERVISOR)

    receives(office, claimed, groups_alone=True)

    assert works(office) == set()
    assert waiting_post(office).role is Role.SUPERVISOR


def test_what_a_group_gave_alone_counts_and_stands_among_those_to_be_confirmed(office: Office) -> None:
    with office.engine.store.begin() as connection:
        save_organisation(connection, OrganisationKind.MINISTRY, "ministry")
        user = people_store.user_named(connection, "maria")
        assert user is not None
        for code, role in (("0009", Role.SUPERVISOR), ("ministry", Role.ADMINISTRATOR), ("0009", Role.CLERK)):
            place = version_store.identity_coded(connection, code)
            assert place is not None
            post = Post(
                id=an_id(),
                user_id=user.id,
                organisation_id=place.id,
                role=role,
                valid_from=NOON.date(),
                source=PostSource.GROUPS,
                given_by="stoa",
                given_at=NOON,
            )
            post_store.save_post(connection, post)
        connection.commit()

    def to_confirm() -> list[Post]:
        found = office.engine.ask(ListStaff(proposed=True), actor=SYSTEM).items
        return [one.post for member in found for one in member.posts if one.wants_confirmation]

    listed = to_confirm()
    olga = a_clerk(office.branch, name="olga", roles=frozenset({Role.OPERATOR}))
    confirmed = [office.does(ConfirmPost(post_id=post.id), actor=olga) for post in listed]

    assert {post.role for post in listed} == {Role.SUPERVISOR, Role.ADMINISTRATOR}
    assert all(post.counts_on(NOON.date()) for post in listed)
    assert {post.confirmed_by for post in confirmed} == {"olga"}
    assert to_confirm() == []


def test_administering_the_ministry_waits_and_administering_a_branch_does_not(office: Office) -> None:
    with office.engine.store.begin() as connection:
        save_organisation(connection, OrganisationKind.MINISTRY, "ministry")
        connection.commit()
    office.does(GivePost(username="maria", organisation="ministry", role=Role.ANALYST), actor=SYSTEM)
    top, here = GroupPost("ministry", Role.ADMINISTRATOR), GroupPost("0009", Role.ADMINISTRATOR)

    received = receives(office, top, here)

    assert (received.given, received.proposed) == ((here,), (top,))


def test_without_a_rule_groups_change_nothing(office: Office) -> None:
    office.does(ReceivePerson(person=MARIA, groups_alone=True), actor=SYSTEM)

    assert works(office) == {HERE}


def test_somebody_unknown_is_registered_where_that_is_wanted_and_a_group_places_them(office: Office) -> None:
    received = receives(office, THERE, person=ELENI, registers=True)

    assert (received.user.username, received.user.display_name) == ("eleni", "Ελένη Δημητρίου")
    assert works(office, "eleni") == {THERE}
    renamed = replace(ELENI, username="helen")
    assert receives(office, THERE, person=renamed, registers=True).user.id == received.user.id


@pytest.mark.parametrize(("posts", "registers"), [((THERE,), False), ((), True)])
def test_nobody_else_is_registered(office: Office, posts: tuple[GroupPost, ...], registers: bool) -> None:
    with pytest.raises(NotPermitted) as refused:
        receives(office, *posts, person=ELENI, registers=registers)

    assert refused.value.code == "stranger"


@pytest.mark.parametrize("username", ["maria", "ελένη", "e", "eleni@kep.example"])
def test_a_name_that_is_taken_or_cannot_be_typed_registers_nobody(office: Office, username: str) -> None:
    assert office.clerk.id is not None
    office.does(SetActive(user_id=office.clerk.id, active=False), actor=SYSTEM)

    with pytest.raises((NotPermitted, Conflict)):
        receives(office, THERE, person=replace(ELENI, username=username), registers=True)


def test_the_same_person_may_come_in_several_times_at_once(office: Office) -> None:
    with ThreadPoolExecutor(6) as threads:
        received = list(threads.map(lambda _: receives(office, THERE, ANSWERS), range(12)))

    assert sorted(one.given for one in received)[:-1] == [()] * 11
    assert works(office) == {HERE, THERE, ANSWERS}


def test_somebody_without_a_name_to_show_is_called_by_their_user_name(office: Office) -> None:
    received = receives(office, THERE, person=replace(ELENI, display_name=""), registers=True)

    assert received.user.display_name == "eleni"


def test_what_groups_gave_where_they_decided_alone_ends_with_them_where_they_do_not(office: Office) -> None:
    receives(office, HERE, groups_alone=True)

    receives(office)

    assert works(office) == set()


def test_an_agency_that_is_called_like_a_branch_is_not_taken_for_it(office: Office) -> None:
    office.does(SaveAgency(agency=an_agency(key="0009")), actor=SYSTEM)
    answers = GroupPost("0009", Role.OFFICER)

    received = receives(office, answers)

    assert received.given == (answers,)
    assert works(office) == {HERE, answers}


# Persons of a provider


MARIA_THERE = replace(MARIA, issuer="https://id.example", subject="1")


def comes(engine: Engine, person: ExternalIdentity = MARIA_THERE) -> UUID:
    """Who a person is here."""
    return engine.carry_out(ReceivePerson(person=person), actor=SYSTEM).user.id


def opened(engine: Engine, user_id: UUID) -> Session:
    life = SessionLife(idle=timedelta(hours=1), longest=timedelta(hours=10))
    command = SignIn(user_id=user_id, method=SignInMethod.OIDC, life=life)
    return engine.carry_out(command, actor=SYSTEM).session


def test_a_person_of_a_provider_stays_who_they_were_and_nobody_else_becomes_them(engine: Engine) -> None:
    maria = comes(engine)

    assert comes(engine, replace(MARIA_THERE, username="renamed")) == maria
    assert comes(engine, MARIA) == maria
    assert comes(engine, replace(MARIA_THERE, issuer="https://other.example")) == maria
    with pytest.raises(NotPermitted) as refused:
        comes(engine, replace(MARIA_THERE, subject="2"))
    assert refused.value.code == "stranger"


def test_who_signs_out_at_the_provider_has_no_session_here(engine: Engine) -> None:
    session = opened(engine, comes(engine))
    opened(engine, session.user_id)
    signs_out = EndExternalSessions(issuer=MARIA_THERE.issuer, subject=MARIA_THERE.subject)

    assert engine.carry_out(replace(signs_out, subject="2"), actor=SYSTEM) == 0
    assert engine.identify_session(session.digest) is not None
    assert engine.carry_out(signs_out, actor=SYSTEM) == 2
    assert engine.identify_session(session.digest) is None


def test_a_link_that_is_forgotten_ends_the_sessions_and_lets_another_person_in(engine: Engine) -> None:
    maria = comes(engine)
    session = opened(engine, maria)
    forgets = ForgetIdentities(user_id=maria)
    with pytest.raises(NotPermitted):
        engine.carry_out(forgets, actor=CLERK)

    assert engine.carry_out(forgets, actor=SYSTEM) == 1

    assert engine.identify_session(session.digest) is None
    assert comes(engine, replace(MARIA_THERE, subject="2")) == maria
    with pytest.raises(NotFound):
        engine.carry_out(ForgetIdentities(user_id=an_id()), actor=SYSTEM)
