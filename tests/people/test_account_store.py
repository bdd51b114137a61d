"""Claims about accounts, sessions, failed sign-ins and links to identity providers."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from engine.kernel.actor import Role
from engine.kernel.refusal import Conflict
from engine.organisation.model import Branch
from engine.people import account_store, post_store
from engine.people import store as people_store
from engine.people.account import Account, LinkedIdentity, digest_of_recovery_code
from engine.people.model import User
from engine.people.session import SignedIn, digest_of
from engine.storage.database import Database
from tests.builders import NOON, a_branch, a_post, a_session, a_user, an_agency, an_id, minutes_later
from tests.organisations import save_agency, save_branch

ISSUER = "https://id.example"


def keep(store: Database, user: User, *branches: Branch) -> None:
    with store.begin() as connection:
        people_store.save_user(connection, user)
        for branch in branches:
            save_branch(connection, branch)
            post_store.save_post(connection, a_post(user.id, branch.id, Role.CLERK))
        connection.commit()


def signed_in(store: Database, text: str, minutes: float = 0) -> SignedIn | None:
    with store.reading() as connection:
        return account_store.signed_in(
            connection, digest_of(text), minutes_later(minutes), on=minutes_later(minutes).date()
        )


def open_session(store: Database, user: User, text: str = "secret", **changes: object) -> None:
    with store.begin() as connection:
        account_store.add_session(connection, a_session(user, text=text, **changes))
        connection.commit()


def test_an_account_is_found_as_it_was_written_last(store: Database) -> None:
    user = a_user()
    keep(store, user)
    account = Account(
        user_id=user.id,
        password_hash="$argon2id$…",
        password_set_at=NOON,
        sealed_secret=b"\x00\xff" * 10,
        totp_confirmed_at=NOON,
        totp_last_step=2**33,
        recovery_digests=(digest_of_recovery_code("a"), digest_of_recovery_code("b")),
    )

    with store.begin() as connection:
        account_store.save_account(connection, Account(user_id=user.id))
        account_store.save_account(connection, account)
        connection.commit()

    with store.begin() as connection:
        assert account_store.lock_account(connection, user.id) == account
        assert account_store.lock_account(connection, an_id()) is None


def test_a_session_shows_its_user_and_all_their_branches_by_code(store: Database) -> None:
    user, athens, patras = a_user(), a_branch(code="0009"), a_branch(code="0182", name_en="Patras")
    keep(store, user, patras, athens)
    open_session(store, user, branch_id=patras.id)

    found = signed_in(store, "secret")

    assert found is not None
    assert found.user == user
    assert [place.code for place in found.workplaces] == ["0009", "0182"]
    assert found.actor.branch_id == patras.id
    assert found.actor.roles == {Role.CLERK}


def test_an_officer_works_for_an_agency_after_their_branches(store: Database) -> None:
    user, branch, agency = a_user(), a_branch(), an_agency(key="alpha")
    keep(store, user, branch)
    with store.begin() as connection:
        save_agency(connection, agency)
        post_store.save_post(connection, a_post(user.id, agency.id, Role.OFFICER))
        connection.commit()
    open_session(store, user, agency_id=agency.id)

    found = signed_in(store, "secret")

    assert found is not None
    assert [(place.code, place.id) for place in found.workplaces] == [
        ("0009", branch.id),
        ("alpha", agency.id),
    ]
    assert (found.actor.agency_id, found.actor.agency_key) == (agency.id, "alpha")
    assert found.actor.branch_id is None
    assert found.actor.branch_code is None
    assert found.actor.roles == {Role.OFFICER}
    with store.begin() as connection:
        assert account_store.workplaces(connection, user.id, on=NOON.date()) == found.workplaces


def test_an_officer_without_a_branch_is_found_too(store: Database) -> None:
    user, agency = a_user(), an_agency()
    keep(store, user)
    with store.begin() as connection:
        save_agency(connection, agency)
        post_store.save_post(connection, a_post(user.id, agency.id, Role.OFFICER))
        connection.commit()

    with store.reading() as connection:
        found = account_store.colleague(connection, "maria", on=NOON.date())

    assert found is not None
    assert [place.agency_id for place in found.workplaces] == [agency.id]


def test_a_session_of_somebody_who_works_nowhere_has_no_rights(store: Database) -> None:
    user = a_user()
    keep(store, user)
    open_session(store, user)

    found = signed_in(store, "secret")

    assert found is not None
    assert found.workplaces == ()
    assert found.actor.roles == frozenset()


def test_a_session_of_a_branch_that_was_left_has_no_rights(store: Database) -> None:
    user, left, kept = a_user(), a_branch(code="0009"), a_branch(code="0182")
    keep(store, user, left, kept)
    open_session(store, user, branch_id=left.id)

    with store.begin() as connection:
        for post in post_store.posts_of(connection, user.id):
            if post.organisation_id == left.id:
                post_store.save_post(connection, post.withdrawn(by="stoa", at=NOON))
        connection.commit()

    found = signed_in(store, "secret")
    assert found is not None
    assert found.actor.branch_id is None
    assert found.actor.roles == frozenset()


def test_only_an_open_session_of_an_active_user_is_found(store: Database) -> None:
    user, inactive = a_user(), a_user(username="gone", active=False)
    keep(store, user)
    keep(store, inactive)
    open_session(store, user, "good", idle_until=minutes_later(60), expires_at=minutes_later(90))
    open_session(store, user, "ended", ended_at=NOON)
    open_session(store, user, "old", idle_until=minutes_later(200), expires_at=minutes_later(90))
    open_session(store, inactive, "inactive")

    assert signed_in(store, "good", 59) is not None
    assert signed_in(store, "good", 60) is None
    assert signed_in(store, "old", 90) is None
    assert [signed_in(store, text) for text in ("ended", "inactive", "unknown")] == [None] * 3


def test_a_session_is_found_by_id_as_it_was_written_last(store: Database) -> None:
    user, branch = a_user(), a_branch()
    keep(store, user, branch)
    session = a_session(user, awaits_code=True)
    with store.begin() as connection:
        account_store.add_session(connection, session)
        changed = replace(session, branch_id=branch.id, awaits_code=False, idle_until=minutes_later(90))
        account_store.save_session(connection, changed)
        connection.commit()

    with store.begin() as connection:
        assert account_store.lock_session(connection, session.id) == changed
        assert account_store.lock_session(connection, an_id()) is None


def test_ending_all_sessions_of_a_user_leaves_those_of_others(store: Database) -> None:
    user, other = a_user(), a_user(username="petros")
    keep(store, user)
    keep(store, other)
    for owner, text in ((user, "one"), (user, "two"), (other, "three")):
        open_session(store, owner, text)
    open_session(store, user, "ended", ended_at=NOON)

    with store.begin() as connection:
        ended = account_store.end_sessions(connection, user.id, minutes_later(1))
        connection.commit()

    assert ended == 2
    assert [signed_in(store, text) is None for text in ("one", "two", "three")] == [True, True, False]


def test_an_identity_is_one_user_here_until_it_is_unlinked(store: Database) -> None:
    user, other = a_user(), a_user(username="petros")
    keep(store, user)
    keep(store, other)
    link = LinkedIdentity(issuer=ISSUER, subject="248289761001", user_id=user.id)
    with store.begin() as connection:
        account_store.add_identity(connection, link)
        connection.commit()

    with store.begin() as connection:
        assert account_store.linked_identity(connection, ISSUER, "248289761001") == link
        assert account_store.linked_identity(connection, "https://other.example", "248289761001") is None
        assert account_store.identities_of(connection, user.id) == [link]
        assert account_store.identities_of(connection, other.id) == []
    with pytest.raises(Conflict), store.begin() as connection:
        account_store.add_identity(connection, replace(link, user_id=other.id))
    with store.begin() as connection:
        assert account_store.remove_identities(connection, user.id) == 1
        assert account_store.linked_identity(connection, ISSUER, "248289761001") is None


def test_a_colleague_is_found_by_name_with_account_and_branches(store: Database) -> None:
    maria, petros, branch = a_user(username="maria"), a_user(username="petros", active=False), a_branch()
    keep(store, petros)
    keep(store, maria, branch)
    account = Account(user_id=maria.id, password_hash="$argon2id$…", password_set_at=NOON)
    with store.begin() as connection:
        account_store.save_account(connection, account)
        connection.commit()

    with store.reading() as connection:
        found = account_store.colleague(connection, "maria", on=NOON.date())
        everybody = account_store.colleagues(connection, on=NOON.date())
        nobody = account_store.colleague(connection, "MARIA", on=NOON.date())

    assert found is not None
    assert (found.user, found.account) == (maria, account)
    assert [place.branch_id for place in found.workplaces] == [branch.id]
    assert [one.user for one in everybody] == [maria, petros]
    assert everybody[1].account is None
    assert everybody[1].workplaces == ()
    assert nobody is None


def test_what_ended_long_ago_is_discarded(store: Database) -> None:
    user = a_user()
    keep(store, user)
    long = minutes_later(10_000)
    open_session(store, user, "lasting", idle_until=long, expires_at=long)
    open_session(store, user, "ended", ended_at=NOON, idle_until=long, expires_at=long)
    open_session(store, user, "idle", idle_until=minutes_later(5), expires_at=long)

    with store.begin() as connection:
        discarded = account_store.discard_ended(connection, NOON + timedelta(minutes=30))
        connection.commit()

    assert discarded == 2
    assert signed_in(store, "lasting", 31) is not None


def test_branches_and_agencies_are_found_by_what_they_are_called(store: Database) -> None:
    athens, patras, agency = a_branch(code="0009"), a_branch(code="0182"), an_agency(key="alpha")
    keep(store, a_user(), athens, patras)
    with store.begin() as connection:
        save_agency(connection, agency)
        connection.commit()

    with store.begin() as connection:
        assert account_store.branch_ids(connection, {"0009", "9999"}) == {"0009": athens.id}
        assert account_store.agency_ids(connection, {"alpha", "beta"}) == {"alpha": agency.id}
        assert (
            account_store.branch_ids(connection, set()) == account_store.agency_ids(connection, set()) == {}
        )


def test_only_accounts_with_a_secret_are_found_to_be_sealed_anew(store: Database) -> None:
    with_one, without = a_user(), a_user(username="petros")
    keep(store, with_one)
    keep(store, without)
    sealed = Account(user_id=with_one.id, sealed_secret=b"sealed")
    with store.begin() as connection:
        account_store.save_account(connection, sealed)
        account_store.save_account(connection, Account(user_id=without.id, password_hash="$argon2id$…"))
        connection.commit()

    with store.begin() as connection:
        column = account_store.SEALED_SECRETS
        assert column.outdated(connection, b"other", after=UUID(int=0), limit=9) == {with_one.id: b"sealed"}


def test_the_open_sessions_of_a_user_are_found_newest_first(store: Database) -> None:
    user, other = a_user(), a_user(username="petros")
    keep(store, user)
    keep(store, other)
    open_session(store, user, "first")
    open_session(store, user, "second", created_at=minutes_later(5))
    open_session(store, user, "ended", ended_at=NOON)
    open_session(store, user, "waiting", awaits_code=True)
    open_session(store, user, "idle", idle_until=minutes_later(1))
    open_session(store, other, "another's")

    with store.reading() as connection:
        found = account_store.open_sessions(connection, user.id, minutes_later(10))

    assert [session.digest for session in found] == [digest_of("second"), digest_of("first")]


def test_the_device_key_of_an_account_is_found_by_the_name_of_its_user(store: Database) -> None:
    user = a_user()
    keep(store, user)
    with store.begin() as connection:
        account_store.save_account(connection, Account(user_id=user.id, device_key=b"key"))
        connection.commit()

    with store.reading() as connection:
        assert account_store.device_key(connection, user.username) == b"key"
        assert account_store.device_key(connection, "nobody") is None
