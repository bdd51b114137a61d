"""Claims about accounts, sessions, failed sign-ins and links to identity providers."""

from dataclasses import replace
from datetime import timedelta

import pytest

from engine.kernel.actor import Role
from engine.kernel.refusal import Conflict
from engine.organisation.model import Branch, User
from engine.people.account import Account, digest_of_recovery_code
from engine.people.attempts import Attempts
from engine.people.ports_accounts import Grant, LinkedIdentity
from engine.people.session import SignedIn, digest_of
from tests.builders import NOON, a_branch, a_session, a_user, an_agency, an_id, minutes_later
from tests.databases import AnyStore

ISSUER = "https://id.example"


def keep(store: AnyStore, user: User, *branches: Branch) -> None:
    with store.begin() as work:
        work.save_user(user)
        for branch in branches:
            work.save_branch(branch)
            work.save_member(user.id, branch.id, frozenset({"clerk"}))
        work.commit()


def signed_in(store: AnyStore, text: str, minutes: float = 0) -> SignedIn | None:
    with store.reading() as reads:
        return reads.accounts.signed_in(digest_of(text), minutes_later(minutes))


def open_session(store: AnyStore, user: User, text: str = "secret", **changes: object) -> None:
    with store.begin() as work:
        work.accounts.add_session(a_session(user, text=text, **changes))
        work.commit()


def test_an_account_is_found_as_it_was_written_last(store: AnyStore) -> None:
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

    with store.begin() as work:
        work.accounts.save_account(Account(user_id=user.id))
        work.accounts.save_account(account)
        work.commit()

    with store.begin() as work:
        assert work.accounts.account(user.id) == account
        assert work.accounts.account(an_id()) is None


def test_a_session_shows_its_user_and_all_their_branches_by_code(store: AnyStore) -> None:
    user, athens, patras = a_user(), a_branch(code="0009"), a_branch(code="0182", name_en="Patras")
    keep(store, user, patras, athens)
    open_session(store, user, branch_id=patras.id)

    found = signed_in(store, "secret")

    assert found is not None
    assert found.user == user
    assert [place.code for place in found.workplaces] == ["0009", "0182"]
    assert found.actor.branch_id == patras.id
    assert found.actor.roles == {Role.CLERK}


def test_an_officer_works_for_an_agency_after_their_branches(store: AnyStore) -> None:
    user, branch, agency = a_user(), a_branch(), an_agency(key="alpha")
    keep(store, user, branch)
    with store.begin() as work:
        work.save_agency(agency)
        work.officers.appoint(user.id, agency.id)
        work.commit()
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
    with store.begin() as work:
        assert work.accounts.workplaces(user.id) == found.workplaces


def test_an_officer_without_a_branch_is_found_too(store: AnyStore) -> None:
    user, agency = a_user(), an_agency()
    keep(store, user)
    with store.begin() as work:
        work.save_agency(agency)
        work.officers.appoint(user.id, agency.id)
        work.commit()

    with store.reading() as reads:
        found = reads.accounts.colleague("maria")

    assert found is not None
    assert [place.agency_id for place in found.workplaces] == [agency.id]


def test_a_session_of_somebody_who_works_nowhere_has_no_rights(store: AnyStore) -> None:
    user = a_user()
    keep(store, user)
    open_session(store, user)

    found = signed_in(store, "secret")

    assert found is not None
    assert found.workplaces == ()
    assert found.actor.roles == frozenset()


def test_a_session_of_a_branch_that_was_left_has_no_rights(store: AnyStore) -> None:
    user, left, kept = a_user(), a_branch(code="0009"), a_branch(code="0182")
    keep(store, user, left, kept)
    open_session(store, user, branch_id=left.id)

    with store.begin() as work:
        work.save_member(user.id, left.id, frozenset())
        work.commit()

    found = signed_in(store, "secret")
    assert found is not None
    assert found.actor.branch_id is None
    assert found.actor.roles == frozenset()


def test_only_an_open_session_of_an_active_user_is_found(store: AnyStore) -> None:
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


def test_a_session_is_found_by_id_as_it_was_written_last(store: AnyStore) -> None:
    user, branch = a_user(), a_branch()
    keep(store, user, branch)
    session = a_session(user, awaits_code=True)
    with store.begin() as work:
        work.accounts.add_session(session)
        changed = replace(session, branch_id=branch.id, awaits_code=False, idle_until=minutes_later(90))
        work.accounts.save_session(changed)
        work.commit()

    with store.begin() as work:
        assert work.accounts.session(session.id) == changed
        assert work.accounts.session(an_id()) is None


def test_ending_all_sessions_of_a_user_leaves_those_of_others(store: AnyStore) -> None:
    user, other = a_user(), a_user(username="petros")
    keep(store, user)
    keep(store, other)
    for owner, text in ((user, "one"), (user, "two"), (other, "three")):
        open_session(store, owner, text)
    open_session(store, user, "ended", ended_at=NOON)

    with store.begin() as work:
        ended = work.accounts.end_sessions(user.id, minutes_later(1))
        work.commit()

    assert ended == 2
    assert [signed_in(store, text) is None for text in ("one", "two", "three")] == [True, True, False]


def test_attempts_come_in_the_order_asked_and_are_zero_at_first(store: AnyStore) -> None:
    zeta, alpha = b"z" * 32, b"a" * 32
    counted = Attempts(digest=zeta, failures=7, last_at=minutes_later(3))
    with store.begin() as work:
        work.accounts.save_attempts([counted])
        work.commit()

    with store.begin() as work:
        found = work.accounts.attempts([zeta, alpha], NOON)

    assert found == [counted, Attempts(digest=alpha, failures=0, last_at=NOON)]


def test_an_identity_is_one_user_here_until_it_is_unlinked(store: AnyStore) -> None:
    user, other = a_user(), a_user(username="petros")
    keep(store, user)
    keep(store, other)
    link = LinkedIdentity(issuer=ISSUER, subject="248289761001", user_id=user.id)
    with store.begin() as work:
        work.accounts.link(link)
        work.commit()

    with store.begin() as work:
        assert work.accounts.linked(ISSUER, "248289761001") == link
        assert work.accounts.linked("https://other.example", "248289761001") is None
        assert work.accounts.identities(user.id) == [link]
        assert work.accounts.identities(other.id) == []
    with pytest.raises(Conflict), store.begin() as work:
        work.accounts.link(replace(link, user_id=other.id))
    with store.begin() as work:
        assert work.accounts.unlink(user.id) == 1
        assert work.accounts.linked(ISSUER, "248289761001") is None


def test_a_colleague_is_found_by_name_with_account_and_branches(store: AnyStore) -> None:
    maria, petros, branch = a_user(username="maria"), a_user(username="petros", active=False), a_branch()
    keep(store, petros)
    keep(store, maria, branch)
    account = Account(user_id=maria.id, password_hash="$argon2id$…", password_set_at=NOON)
    with store.begin() as work:
        work.accounts.save_account(account)
        work.commit()

    with store.reading() as reads:
        found = reads.accounts.colleague("maria")
        everybody = reads.accounts.colleagues()
        nobody = reads.accounts.colleague("MARIA")

    assert found is not None
    assert (found.user, found.account) == (maria, account)
    assert [place.branch_id for place in found.workplaces] == [branch.id]
    assert [one.user for one in everybody] == [maria, petros]
    assert everybody[1].account is None
    assert everybody[1].workplaces == ()
    assert nobody is None


def test_what_ended_long_ago_is_discarded(store: AnyStore) -> None:
    user = a_user()
    keep(store, user)
    long = minutes_later(10_000)
    open_session(store, user, "lasting", idle_until=long, expires_at=long)
    open_session(store, user, "ended", ended_at=NOON, idle_until=long, expires_at=long)
    open_session(store, user, "idle", idle_until=minutes_later(5), expires_at=long)
    with store.begin() as work:
        late = Attempts(digest=b"l" * 32, failures=1, last_at=minutes_later(60))
        work.accounts.save_attempts([Attempts(digest=b"e" * 32, failures=1, last_at=NOON), late])
        work.commit()

    with store.begin() as work:
        discarded = work.accounts.discard_ended(NOON + timedelta(minutes=30))
        work.commit()

    assert discarded == 3
    assert signed_in(store, "lasting", 31) is not None
    with store.begin() as work:
        assert work.accounts.attempts([late.digest], NOON) == [late]


def test_a_persons_grants_are_kept_as_they_were_written_last(store: AnyStore) -> None:
    user, place = a_user(), an_id()
    grants = frozenset({Grant(place, Role.CLERK), Grant(place, Role.MANAGER)})
    with store.begin() as work:
        work.save_user(user)
        work.accounts.save_granted(user.id, frozenset({Grant(an_id(), Role.OFFICER)}))
        work.accounts.save_granted(user.id, grants)
        work.commit()

    with store.begin() as work:
        assert work.accounts.granted(user.id) == grants
        assert work.accounts.granted(an_id()) == frozenset()


def test_branches_and_agencies_are_found_by_what_they_are_called(store: AnyStore) -> None:
    athens, patras, agency = a_branch(code="0009"), a_branch(code="0182"), an_agency(key="alpha")
    keep(store, a_user(), athens, patras)
    with store.begin() as work:
        work.save_agency(agency)
        work.commit()

    with store.begin() as work:
        assert work.accounts.branch_ids({"0009", "9999"}) == {"0009": athens.id}
        assert work.accounts.agency_ids({"alpha", "beta"}) == {"alpha": agency.id}
        assert work.accounts.branch_ids(set()) == work.accounts.agency_ids(set()) == {}


def test_only_accounts_with_a_secret_are_found_to_be_sealed_anew(store: AnyStore) -> None:
    with_one, without = a_user(), a_user(username="petros")
    keep(store, with_one)
    keep(store, without)
    sealed = Account(user_id=with_one.id, sealed_secret=b"sealed")
    with store.begin() as work:
        work.accounts.save_account(sealed)
        work.accounts.save_account(Account(user_id=without.id, password_hash="$argon2id$…"))
        work.commit()

    with store.begin() as work:
        assert work.accounts.with_secrets() == [sealed]


def test_the_open_sessions_of_a_user_are_found_newest_first(store: AnyStore) -> None:
    user, other = a_user(), a_user(username="petros")
    keep(store, user)
    keep(store, other)
    open_session(store, user, "first")
    open_session(store, user, "second", created_at=minutes_later(5))
    open_session(store, user, "ended", ended_at=NOON)
    open_session(store, user, "waiting", awaits_code=True)
    open_session(store, user, "idle", idle_until=minutes_later(1))
    open_session(store, other, "another's")

    with store.reading() as reads:
        found = reads.accounts.sessions(user.id, minutes_later(10))

    assert [session.digest for session in found] == [digest_of("second"), digest_of("first")]


def test_attempts_are_looked_up_for_several_at_once(store: AnyStore) -> None:
    known = Attempts(digest=b"known", failures=3, last_at=NOON)
    with store.begin() as work:
        work.accounts.save_attempts([known])
        work.commit()

    with store.reading() as reads:
        assert reads.accounts.attempts([b"known", b"unknown"]) == {b"known": known}
