"""Claims about branches, users, memberships, agencies and tokens."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy.engine import Connection

from engine.kernel.actor import Actor, ActorKind, Role, Scope
from engine.kernel.refusal import Conflict
from engine.organisation import store as organisation_store
from engine.organisation.model import Agency, Branch
from engine.people import post_store, token_store
from engine.people import store as people_store
from engine.people.model import User
from engine.people.session import Token, digest
from engine.storage.database import Database
from tests.builders import (
    NOON,
    a_branch,
    a_clerk,
    a_post,
    a_token,
    a_user,
    an_agency,
    an_agency_actor,
    an_id,
    minutes_later,
)
from tests.organisations import TODAY, save_agency, save_branch


def keep(store: Database, *things: Branch | User | Agency | Token) -> None:
    with store.begin() as connection:
        for thing in things:
            if isinstance(thing, Branch):
                save_branch(connection, thing)
            elif isinstance(thing, User):
                people_store.save_user(connection, thing)
            elif isinstance(thing, Agency):
                save_agency(connection, thing)
            else:
                token_store.add_token(connection, thing)
        connection.commit()


def enrol(store: Database, user: User, branch: Branch, *roles: Role) -> None:
    with store.begin() as connection:
        for post in post_store.posts_of(connection, user.id):
            post_store.save_post(connection, post.withdrawn(by="stoa", at=NOON))
        for role in roles:
            post_store.save_post(connection, a_post(user.id, branch.id, role))
        connection.commit()


def roles_at(connection: Connection, user: User, branch: Branch) -> frozenset[Role]:
    return post_store.roles_at(connection, user.id, branch.id, on=NOON.date())


def actor(store: Database, text: str, now: datetime = NOON) -> Actor | None:
    with store.reading() as connection:
        return token_store.actor(connection, digest(text), now, on=now.date())


def test_a_branch_is_found_by_id_and_code_as_it_was_written_last(store: Database) -> None:
    ministry = a_branch(code="9000", municipality=None)
    branch = a_branch(local_holidays=("10-03",), closures=("2026-04-30", "2026-05-02"))
    keep(store, ministry, a_branch(id=branch.id, name="old"), branch)

    with store.begin() as connection:
        assert organisation_store.branch(connection, branch.id, on=TODAY) == branch
        assert organisation_store.branch_coded(connection, "0009", on=TODAY) == branch
        assert organisation_store.branch(connection, an_id(), on=TODAY) is None
        assert organisation_store.branch_coded(connection, "0001", on=TODAY) is None
    with store.reading() as connection:
        assert organisation_store.branch_coded(connection, "0009", on=TODAY) == branch
        assert organisation_store.branch_coded(connection, "0001", on=TODAY) is None


def test_branches_are_listed_by_code(store: Database) -> None:
    branches = [a_branch(code=code) for code in ("0182", "0009", "9000")]
    keep(store, *branches)

    with store.reading() as connection:
        assert [branch.code for branch in organisation_store.all_branches(connection, on=TODAY)] == [
            "0009",
            "0182",
            "9000",
        ]


def test_a_user_is_found_by_id_and_name_as_they_were_written_last(store: Database) -> None:
    user = a_user(active=False)
    keep(store, replace(user, display_name="old", active=True), user)

    with store.begin() as connection:
        assert people_store.user(connection, user.id) == user
        assert people_store.user(connection, an_id()) is None
    with store.reading() as connection:
        assert people_store.user_named(connection, "maria") == user
        assert people_store.user_named(connection, "MARIA") is None


def test_only_an_active_user_is_found_by_name_for_work(store: Database) -> None:
    active = a_user(username="active")
    keep(store, active, a_user(username="gone", active=False))

    with store.begin() as connection:
        assert people_store.active_user_named(connection, "active") == active
        assert people_store.active_user_named(connection, "gone") is None
        assert people_store.active_user_named(connection, "nobody") is None


def test_a_member_has_exactly_the_roles_given_last(store: Database) -> None:
    user, branch = a_user(), a_branch()
    keep(store, user, branch)
    enrol(store, user, branch, Role.CLERK)
    enrol(store, user, branch, Role.MANAGER, Role.AUDITOR)

    with store.begin() as connection:
        assert roles_at(connection, user, branch) == {Role.MANAGER, Role.AUDITOR}


def test_who_was_never_enrolled_or_left_or_is_inactive_is_no_member(store: Database) -> None:
    user, leaver, inactive, branch = (
        a_user(),
        a_user(username="b"),
        a_user(username="c", active=False),
        a_branch(),
    )
    keep(store, user, leaver, inactive, branch)
    enrol(store, leaver, branch, Role.CLERK)
    enrol(store, inactive, branch, Role.CLERK)
    enrol(store, leaver, branch)
    enrol(store, user, branch)

    with store.begin() as connection:
        assert not any(roles_at(connection, who, branch) for who in (user, leaver, inactive))


def test_an_agency_is_found_by_id_and_key_as_it_was_written_last(store: Database) -> None:
    agency = an_agency(
        topics=("zeta", "alpha"),
        endpoint="https://agency.example/hook",
        secrets=("whsec_new", "whsec_old"),
        disabled_at=minutes_later(1),
    )
    keep(store, replace(agency, topics=("gone", "alpha"), secrets=()), agency)

    with store.begin() as connection:
        assert organisation_store.agency(connection, agency.id, on=TODAY) == agency
        assert organisation_store.agency(connection, an_id(), on=TODAY) is None
    with store.reading() as connection:
        assert organisation_store.agency_keyed(connection, "registry", on=TODAY) == agency
        assert organisation_store.agency_keyed(connection, "nobody", on=TODAY) is None


def test_agencies_are_listed_by_key_with_or_without_topics(store: Database) -> None:
    agencies = [an_agency(key="b-2", topics=()), an_agency(key="a", topics=("x", "y")), an_agency(key="b1")]
    keep(store, *agencies)

    with store.reading() as connection:
        assert list(organisation_store.all_agencies(connection, on=TODAY)) == sorted(
            agencies, key=lambda agency: agency.key
        )


def test_agencies_for_a_topic_are_those_that_take_it_by_key(store: Database) -> None:
    second = an_agency(key="second", topics=("other", "wanted"))
    first = an_agency(key="first", topics=("wanted",))
    keep(store, second, first, an_agency(key="none", topics=("want",)))

    with store.begin() as connection:
        assert list(organisation_store.agencies_for(connection, "wanted", on=TODAY)) == [first, second]
        assert list(organisation_store.agencies_for(connection, "unknown", on=TODAY)) == []


@pytest.mark.parametrize("build", [a_branch, a_user, an_agency])
def test_a_code_or_name_belongs_to_one_only(
    store: Database, build: Callable[[], Branch | User | Agency]
) -> None:
    keep(store, build())

    with pytest.raises(Conflict) as refused:
        keep(store, build())

    assert refused.value.code == "already_exists"


def test_a_token_shows_its_user_at_work_in_its_branch(store: Database) -> None:
    user, branch = a_user(), a_branch()
    scopes = frozenset({Scope.CASES_READ, Scope.MESSAGES})
    keep(store, user, branch, a_token(owner=user, branch=branch, text="secret", scopes=scopes))
    enrol(store, user, branch, Role.CLERK, Role.MANAGER)

    found = actor(store, "secret")

    assert found == a_clerk(branch, user=user, roles=frozenset({Role.CLERK, Role.MANAGER}), scopes=scopes)


def test_a_user_has_no_role_in_a_branch_they_left(store: Database) -> None:
    user, branch = a_user(), a_branch()
    keep(store, user, branch, a_token(owner=user, branch=branch, text="secret"))
    enrol(store, user, branch, Role.CLERK)
    enrol(store, user, branch)

    found = actor(store, "secret")

    assert found == a_clerk(branch, user=user, roles=frozenset())


def test_a_token_without_a_branch_shows_its_user_in_none(store: Database) -> None:
    user, branch = a_user(), a_branch()
    keep(store, user, branch, a_token(owner=user, text="secret"))
    enrol(store, user, branch, Role.CLERK)

    found = actor(store, "secret")

    assert found == Actor(kind=ActorKind.USER, id=user.id, name="maria")


def test_a_token_shows_its_agency(store: Database) -> None:
    agency = an_agency(disabled_at=NOON)
    scopes = frozenset({Scope.SERVICE_TASKS})
    keep(store, agency, a_token(owner=agency, text="secret", scopes=scopes))

    assert actor(store, "secret") == an_agency_actor(agency, scopes=scopes)


def test_nobody_stands_behind_an_unknown_or_expired_token_or_an_inactive_user(store: Database) -> None:
    user, gone = a_user(), a_user(username="gone", active=False)
    keep(
        store,
        user,
        gone,
        a_token(owner=user, text="brief", expires_at=minutes_later(5)),
        a_token(owner=gone, text="orphan"),
    )

    assert actor(store, "unknown") is None
    assert actor(store, "brief", minutes_later(4)) is not None
    assert actor(store, "brief", minutes_later(5)) is None
    assert actor(store, "orphan") is None


def test_a_revoked_token_shows_nobody_and_is_revoked_once(store: Database) -> None:
    user = a_user()
    token = a_token(owner=user, text="secret")
    keep(store, user, token)

    with store.begin() as connection:
        assert token_store.revoke_token(connection, token.id, NOON) is True
        assert token_store.revoke_token(connection, token.id, NOON) is False
        assert token_store.revoke_token(connection, an_id(), NOON) is False
        connection.commit()

    assert actor(store, "secret") is None


def test_tokens_that_still_work_are_listed_newest_first(store: Database) -> None:
    user, agency = a_user(), an_agency()
    old, new = a_token(owner=user), a_token(owner=agency, created_at=minutes_later(9), label="hook")
    brief = a_token(owner=user, expires_at=minutes_later(5), created_at=minutes_later(1))
    revoked = a_token(owner=user, revoked_at=NOON)
    keep(store, user, agency, old, brief, new, revoked)

    with store.reading() as connection:
        assert list(token_store.valid_tokens(connection, minutes_later(4))) == [new, brief, old]
        assert list(token_store.valid_tokens(connection, minutes_later(5))) == [new, old]
