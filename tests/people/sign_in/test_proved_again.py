"""Claims about what an open session alone does not change, and what a changed password ends."""

import base64
import re
from datetime import timedelta
from itertools import pairwise

import pytest

from engine.kernel.actor import SYSTEM, Scope
from engine.people.accounts import SetPassword
from engine.people.session import SignInMethod
from engine.people.signing_in import SignIn
from engine.people.tokens import IssueToken
from tests.pages.visiting import LIFE
from tests.people.sign_in.browser import PASSWORD, QUICK, Browser, Counter
from tests.people.sign_in.test_second_factor import ME, code, enrolled

NEW = "another good long sentence"


def token_of(counter: Counter, name: str = "maria") -> str:
    """An access token of somebody."""
    owner = counter.office.clerk if name == "maria" else counter.office.colleague
    command = IssueToken(
        label=name, scopes=frozenset(Scope), user_id=owner.id, branch_id=counter.office.branch.id
    )
    return counter.office.does(command, actor=SYSTEM).text


def opens_cases(counter: Counter, token: str) -> bool:
    """Whether a token still opens something."""
    headers = {"Authorization": f"Bearer {token}"}
    return counter.app.test_client().get("/api/v1/cases", headers=headers).status_code == 200


def begun(browser: Browser, *, at: str = ME) -> bytes:
    """Begin to set up a second factor in a browser that is signed in; the secret that is shown."""
    browser.opens(at)
    browser.sends("/account/second-factor")
    shown = browser.opens("/account/second-factor")
    typed = re.search(r'<code class="secret">([A-Z2-7 ]+)</code>', shown.text)
    assert typed is not None
    return base64.b32decode(typed.group(1).replace(" ", ""))


def signed_in_by_provider(counter: Counter) -> Browser:
    """A browser in which an identity provider has just said that this is Maria."""
    assert counter.office.clerk.id is not None
    command = SignIn(user_id=counter.office.clerk.id, method=SignInMethod.OIDC, life=LIFE)
    browser = counter.browser()
    browser.client.set_cookie("stoa_session", counter.office.does(command, actor=SYSTEM).text)
    return browser


def test_a_changed_password_revokes_the_tokens_of_its_owner_and_of_nobody_else(
    stored_counter: Counter,
) -> None:
    browser = stored_counter.browser()
    browser.signs_in()
    hers, his = token_of(stored_counter), token_of(stored_counter, "petros")
    before = opens_cases(stored_counter, hers)
    browser.opens(ME)

    told = browser.sends(
        "/account/password", present_password=PASSWORD, new_password=NEW, repeated_password=NEW
    )

    assert before
    assert not opens_cases(stored_counter, hers)
    assert opens_cases(stored_counter, his)
    assert "ανακλήθηκαν" in told.text


def test_a_password_that_an_operator_gives_ends_sessions_and_tokens(stored_counter: Counter) -> None:
    browser, token = stored_counter.browser(), token_of(stored_counter)
    browser.signs_in()
    assert stored_counter.office.clerk.id is not None
    hashed = QUICK.hashed(NEW, username="maria")

    stored_counter.office.does(
        SetPassword(user_id=stored_counter.office.clerk.id, password_hash=hashed), actor=SYSTEM
    )

    assert browser.opens(ME).status_code == 303
    assert not opens_cases(stored_counter, token)


@pytest.mark.parametrize("typed", ["", "wrong password"])
def test_a_second_factor_is_set_up_with_the_password_alone(stored_counter: Counter, typed: str) -> None:
    browser = stored_counter.browser()
    browser.signs_in()
    secret = begun(browser)

    refused = browser.sends(
        "/account/second-factor/confirmed", code=code(stored_counter, secret), present_password=typed
    )

    assert refused.status_code == 422
    assert 'id="present_password-error-1"' in refused.text
    assert stored_counter.browser().signs_in().location == "/home"


def test_a_second_factor_is_not_removed_without_the_password(stored_counter: Counter) -> None:
    secret, _ = enrolled(stored_counter)
    browser = stored_counter.browser()
    browser.opens(browser.signs_in().location)
    browser.sends("/sign-in/code", code=code(stored_counter, secret))
    browser.opens(ME)
    stored_counter.office.clock.advance(timedelta(seconds=90))

    refused = browser.sends(
        "/account/second-factor/ended", code=code(stored_counter, secret), present_password="wrong password"
    )

    assert refused.status_code == 422
    assert 'id="factor_password-error-1"' in refused.text
    assert stored_counter.browser().signs_in().location == "/sign-in/code?next=/home"


def test_an_open_session_is_no_way_to_guess_the_password(stored_counter: Counter) -> None:
    browser = stored_counter.browser()
    browser.signs_in()
    secret = begun(browser)

    for _ in range(6):
        refused = browser.sends(
            "/account/second-factor/confirmed", code=code(stored_counter, secret), present_password="wrong"
        )

    assert "πάρα πολλές προσπάθειες" in refused.text


def test_who_proves_who_they_are_again_and_again_is_not_made_to_wait(counter: Counter) -> None:
    browser = counter.browser()
    browser.signs_in()
    passwords = [PASSWORD, *(f"{NEW} {number}" for number in range(8))]

    for present, new in pairwise(passwords):
        browser.opens(ME)
        typed = {"present_password": present, "new_password": new, "repeated_password": new}
        changed = browser.sends("/account/password", **typed)
        assert changed.status_code == 200, changed.text


def test_who_has_come_over_a_provider_just_now_needs_no_password(counter: Counter) -> None:
    browser = signed_in_by_provider(counter)
    secret = begun(browser)
    asked = 'name="present_password"' in browser.opens("/account/second-factor").text

    shown = browser.sends("/account/second-factor/confirmed", code=code(counter, secret))

    assert not asked
    assert shown.status_code == 200


def test_who_came_over_a_provider_a_while_ago_comes_again_first(counter: Counter) -> None:
    browser = signed_in_by_provider(counter)
    secret = begun(browser)
    counter.office.clock.advance(timedelta(minutes=11))

    refused = browser.sends("/account/second-factor/confirmed", code=code(counter, secret))

    assert refused.status_code == 422
    assert "Αποσυνδεθείτε και συνδεθείτε ξανά" in refused.text
