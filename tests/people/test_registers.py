"""Tokens: shown once, kept as digests, limited in scope and time, ended at once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from engine.kernel.actor import SYSTEM, ActorKind, Role, Scope
from engine.kernel.refusal import Invalid, NotFound, NotPermitted
from engine.people.session import PREFIX, digest
from engine.people.tokens import IssuedToken, IssueToken, RevokeToken
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
    for wrong in (
        {"agency_id": office.agency.id},
        {"user_id": None, "branch_id": None},
        {"branch_id": None},
        {"branch_id": an_id()},
        {"user_id": None, "branch_id": None, "agency_id": an_id()},
    ):
        with pytest.raises(Invalid):
            issue(office, **wrong)


def test_only_an_operator_issues_tokens(office: Office) -> None:
    with pytest.raises(NotPermitted):
        office.does(for_the_clerk(office), actor=office.manager)
