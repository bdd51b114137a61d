"""Claims about what the tokens of an identity provider have to say, and about the groups in them."""

import time
from collections.abc import Mapping
from typing import Any

import pytest

from engine.kernel.refusal import Unavailable
from engine.people.sign_in.oidc_claims import groups_in, problem_of_id_token, problem_of_logout_token

ISSUER, CLIENT = "https://id.example", "stoa"
LOGOUT = "http://schemas.openid.net/event/backchannel-logout"
NOBODY = object()
"""In place of a claim: it is not there."""


def problem(**changes: Any) -> str | None:
    """What is not right in an ID token that is as it should be, but for the changes."""
    now = time.time()
    claims = {"iss": ISSUER, "aud": CLIENT, "nonce": "n", "iat": now, "exp": now + 300, **changes}
    return problem_of_id_token(without_nobody(claims), issuer=ISSUER, client_id=CLIENT, nonce="n")


def logout_problem(**changes: Any) -> str | None:
    """The same of a logout token."""
    claims = {
        "iss": ISSUER,
        "aud": [CLIENT],
        "iat": time.time(),
        "sub": "7",
        "events": {LOGOUT: {}},
        **changes,
    }
    return problem_of_logout_token(without_nobody(claims), issuer=ISSUER, client_id=CLIENT)


def without_nobody(claims: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: value for name, value in claims.items() if value is not NOBODY}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, None),
        ({"iss": "https://id.example/"}, "the issuer"),
        ({"iss": NOBODY}, "the issuer"),
        ({"aud": "another"}, "the audience"),
        ({"aud": NOBODY}, "the audience"),
        ({"aud": [CLIENT]}, None),
        ({"aud": [CLIENT, "another"]}, "the authorised party"),
        ({"aud": [CLIENT, "another"], "azp": CLIENT}, None),
        ({"aud": [CLIENT, "another"], "azp": "another"}, "the authorised party"),
        ({"azp": "another"}, "the authorised party"),
        ({"azp": CLIENT}, None),
        ({"nonce": "m"}, "the nonce"),
        ({"nonce": NOBODY}, "the nonce"),
        ({"iat": NOBODY}, "the time"),
        ({"exp": NOBODY}, "the time"),
        ({"iat": "now"}, "the time"),
        ({"exp": "later"}, "the time"),
    ],
)
def test_an_id_token_is_for_us_and_answers_our_request(changes: Any, expected: str | None) -> None:
    assert problem(**changes) == expected


@pytest.mark.parametrize(("ahead", "expected"), [(59.5, None), (60.5, "the time")])
def test_clocks_may_differ_by_a_minute(ahead: float, expected: str | None) -> None:
    now = time.time()

    assert problem(iat=now + ahead, exp=now + 300) == expected
    assert problem(iat=now - 300, exp=now - ahead) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, None),
        ({"iss": "another"}, "the issuer"),
        ({"aud": ["another"]}, "the audience"),
        ({"events": NOBODY}, "the event"),
        ({"events": [LOGOUT]}, "the event"),
        ({"events": {"another": {}}}, "the event"),
        ({"events": {LOGOUT: True}}, "the event"),
        ({"nonce": "n"}, "the nonce, which ought not to be there,"),
        ({"sub": NOBODY}, "the subject"),
        ({"sub": 7}, "the subject"),
        ({"iat": NOBODY}, "the time"),
        ({"iat": "now"}, "the time"),
        ({"exp": 1}, "the time"),
    ],
)
def test_a_logout_token_says_who_has_signed_out(changes: Any, expected: str | None) -> None:
    assert logout_problem(**changes) == expected


@pytest.mark.parametrize(("ago", "expected"), [(359.5, None), (360.5, "the time")])
def test_a_logout_token_counts_for_five_minutes(ago: float, expected: str | None) -> None:
    assert logout_problem(iat=time.time() - ago) == expected


@pytest.mark.parametrize(
    ("claims", "name", "groups"),
    [
        ({"groups": ["a", "b", 7]}, "groups", {"a", "b"}),
        ({"groups": "a"}, "groups", {"a"}),
        ({"groups": []}, "groups", set()),
        ({"groups": 7}, "groups", None),
        ({}, "groups", None),
        ({"realm_access": {"roles": ["a"]}}, "realm_access.roles", {"a"}),
        ({"realm_access": ["roles"]}, "realm_access.roles", None),
        ({"a.b": ["c"], "a": {"b": ["d"]}}, "a.b", {"c"}),
        ({"groups": ["a"], "_claim_names": {"another": "src1"}}, "groups", {"a"}),
        ({"groups": ["a"], "_claim_names": None}, "groups", {"a"}),
    ],
)
def test_groups_are_found_by_a_name_or_a_path(
    claims: Mapping[str, Any], name: str, groups: set[str] | None
) -> None:
    assert groups_in(claims, name) == groups


def test_groups_that_are_too_many_to_tell_are_not_none() -> None:
    with pytest.raises(Unavailable):
        groups_in({"_claim_names": {"groups": "src1"}}, "groups")
