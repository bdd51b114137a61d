"""Tokens: shown once, kept as digests, limited in scope and time, ended at once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from engine.kernel.actor import SYSTEM, ActorKind, Role, Scope
from engine.kernel.refusal import Invalid, NotFound, NotPermitted
from engine.people.session import PREFIX, digest
from engine.people.tokens import FindTokenOwner, IssuedToken, IssueToken, ListTokens, RevokeToken, TokenOwner
from tests.builders import an_id
from tests.office import Office, an_office


@pytest.fixture
def office() -> Office:
    return an_office()


def for_the_clerk(office: Office, **changes: object) -> IssueToken:
    command = IssueToken(
        label="desk",
        scopes=frozenset({Scope.CASES_READ}),
        user_id=office.clerk.id,
        branch_id=office.branch.id,
    )
    return replace(command, **changes)  # type: ignore[arg-type]  # the test says which field it changes


def issue(office: Office, **changes: object) -> IssuedToken:
    return office.does(for_the_clerk(office, **changes), actor=SYSTEM)


def test_a_token_says_who_acts_where_and_for_what(office: Office) -> None:
    issued = issue(office)

    actor = office.engine.identify(digest(issued.text))

    assert issued.text.startswith(PREFIX)
    assert issued.text.encode() not in issued.token.digest
    assert actor is not None
    assert (actor.name, actor.branch_code, actor.roles) == ("maria", "0009", {Role.CLERK})
    assert actor.scopes == {Scope.CASES_READ}


def test_an_agencys_token_acts_for_the_agency(office: Office) -> None:
    issued = issue(office, user_id=None, branch_id=None, agency_id=office.agency.id)

    actor = office.engine.identify(digest(issued.text))

    assert actor is not None
    assert (actor.kind, actor.name, actor.branch_id) == (ActorKind.AGENCY, "municipality", None)


def test_a_revoked_and_an_expired_token_open_nothing(office: Office) -> None:
    revoked = issue(office)
    expiring = issue(office, expires_at=office.clock.now() + timedelta(hours=1))
    office.does(RevokeToken(token_id=revoked.token.id), actor=SYSTEM)
    office.clock.advance(timedelta(hours=1))

    assert office.engine.identify(digest(revoked.text)) is None
    assert office.engine.identify(digest(expiring.text)) is None
    assert office.engine.identify(digest("stoa_made-up")) is None


def test_a_token_is_revoked_once(office: Office) -> None:
    issued = issue(office)
    office.does(RevokeToken(token_id=issued.token.id), actor=SYSTEM)

    with pytest.raises(NotFound):
        office.does(RevokeToken(token_id=issued.token.id), actor=SYSTEM)


def test_a_token_has_exactly_one_known_owner(office: Office) -> None:
    nobody: dict[str, object] = {"user_id": None, "branch_id": None}
    for wrong, problem in (
        ({"agency_id": office.agency.id}, "either a user or an agency"),
        (nobody, "either a user or an agency"),
        ({"branch_id": None}, "needs the branch"),
        ({"branch_id": an_id()}, "does not work in that branch"),
        ({"user_id": an_id()}, "does not work in that branch"),
        ({"user_id": None, "agency_id": office.agency.id}, "in no branch"),
        ({**nobody, "agency_id": an_id()}, "there is no agency"),
    ):
        with pytest.raises(Invalid, match=problem):
            issue(office, **wrong)


def test_only_an_operator_issues_lists_and_revokes_tokens(office: Office) -> None:
    issued = issue(office)

    for command in (for_the_clerk(office), RevokeToken(token_id=issued.token.id)):
        with pytest.raises(NotPermitted):
            office.does(command, actor=office.manager)
    for question in (ListTokens(), FindTokenOwner(user="maria", branch="0009")):
        with pytest.raises(NotPermitted):
            office.engine.ask(question, actor=office.manager)
    assert office.engine.ask(ListTokens(), actor=SYSTEM) == [issued.token]


def test_the_owner_of_a_token_is_found_by_the_names_that_people_know(office: Office) -> None:
    clerk = office.engine.ask(FindTokenOwner(user="maria", branch="0009"), actor=SYSTEM)
    agency = office.engine.ask(FindTokenOwner(agency="municipality"), actor=SYSTEM)

    assert clerk == TokenOwner(user_id=office.clerk.id, branch_id=office.branch.id)
    assert agency == TokenOwner(agency_id=office.agency.id)
    with pytest.raises(Invalid) as unknown:
        office.engine.ask(FindTokenOwner(user="x", branch="y", agency="z"), actor=SYSTEM)
    assert unknown.value.errors == {
        "user": ["there is no user x"],
        "branch": ["there is no branch y"],
        "agency": ["there is no agency z"],
    }
