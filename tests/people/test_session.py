"""Claims about sessions: until when they open something, where their owner works, and as whom."""

from base64 import urlsafe_b64decode
from dataclasses import replace
from datetime import timedelta

import pytest

from engine.kernel.actor import ActorKind, Role
from engine.people.session import (
    Session,
    SignedIn,
    SignInMethod,
    Workplace,
    new_session_text,
    new_token,
)
from tests.builders import NOON, a_user, an_id

HOUR = timedelta(hours=1)
MARIA = a_user(username="maria")
BRANCH = Workplace(
    branch_id=an_id(), code="0009", name="ΚΕΠ", name_en="CSC", roles=frozenset({Role.CLERK, Role.AUDITOR})
)
AGENCY = Workplace(
    agency_id=an_id(), code="municipality", name="Δήμος", name_en="City", roles=frozenset({Role.OFFICER})
)
SESSION = Session(
    id=an_id(),
    digest=b"d",
    user_id=MARIA.id,
    method=SignInMethod.PASSWORD,
    created_at=NOON,
    idle_until=NOON + HOUR,
    expires_at=NOON + 3 * HOUR,
)


def at(*places: Workplace, session: Session = SESSION, has_second_factor: bool = False) -> SignedIn:
    return SignedIn(session=session, user=MARIA, workplaces=places, has_second_factor=has_second_factor)


def test_a_session_opens_something_until_one_of_its_times_is_over_or_it_was_ended() -> None:
    assert SESSION.is_open(NOON)
    assert not SESSION.is_open(NOON + HOUR)
    assert not replace(SESSION, idle_until=NOON + 4 * HOUR).is_open(NOON + 3 * HOUR)
    assert not replace(SESSION, ended_at=NOON).is_open(NOON)


def test_a_session_is_kept_up_no_longer_than_it_lasts() -> None:
    assert SESSION.kept_up(NOON + HOUR, HOUR).idle_until == NOON + 2 * HOUR
    assert SESSION.kept_up(NOON + 2.5 * HOUR, HOUR).idle_until == NOON + 3 * HOUR


def test_a_session_is_written_again_after_a_tenth_of_its_idle_time() -> None:
    tenth, second = timedelta(minutes=6), timedelta(seconds=1)
    waiting = replace(SESSION, awaits_code=True)

    assert not SESSION.wants_keeping_up(NOON + tenth, HOUR)
    assert SESSION.wants_keeping_up(NOON + tenth + second, HOUR)
    assert not waiting.wants_keeping_up(NOON + tenth + second, HOUR)


def test_a_session_is_at_one_workplace() -> None:
    assert SESSION.workplace_id is None
    assert SESSION.at(AGENCY).workplace_id == AGENCY.id == AGENCY.agency_id
    assert SESSION.at(AGENCY).at(BRANCH).workplace_id == BRANCH.id == BRANCH.branch_id
    assert SESSION.at(AGENCY).at(BRANCH).agency_id is None


def test_a_workplace_is_an_organisation() -> None:
    with pytest.raises(ValueError, match="0009 is none"):
        assert replace(BRANCH, branch_id=None).id


def test_who_works_in_a_branch_acts_there() -> None:
    actor = at(AGENCY, BRANCH, session=SESSION.at(BRANCH)).actor

    assert (actor.kind, actor.id, actor.name) == (ActorKind.USER, MARIA.id, "maria")
    assert (actor.branch_id, actor.branch_code) == (BRANCH.branch_id, "0009")
    assert (actor.agency_id, actor.agency_key) == (None, None)
    assert actor.roles == BRANCH.roles


def test_who_works_for_an_agency_acts_for_it() -> None:
    actor = at(AGENCY, BRANCH, session=SESSION.at(AGENCY)).actor

    assert (actor.agency_id, actor.agency_key) == (AGENCY.agency_id, "municipality")
    assert (actor.branch_id, actor.branch_code) == (None, None)
    assert actor.roles == AGENCY.roles


def test_who_chose_no_workplace_or_lost_it_may_do_nothing() -> None:
    for signed_in in (at(AGENCY, BRANCH), at(AGENCY, session=SESSION.at(BRANCH))):
        actor = signed_in.actor

        assert signed_in.workplace is None
        assert (actor.roles, actor.branch_id, actor.agency_id) == (frozenset(), None, None)
        assert (actor.branch_code, actor.agency_key) == (None, None)


def test_a_role_anywhere_needs_a_second_factor_everywhere() -> None:
    auditors = frozenset({Role.AUDITOR})
    over_provider = replace(SESSION, method=SignInMethod.OIDC)

    assert at(AGENCY, BRANCH).needs_second_factor(auditors)
    assert not at(AGENCY).needs_second_factor(auditors)
    assert not at(BRANCH).needs_second_factor(frozenset())
    assert not at(BRANCH, has_second_factor=True).needs_second_factor(auditors)
    assert not at(BRANCH, session=over_provider).needs_second_factor(auditors)


def test_what_opens_a_session_or_a_call_has_256_random_bits() -> None:
    for text in (new_session_text(), new_token().removeprefix("stoa_")):
        assert len(urlsafe_b64decode(text + "=")) == 32
