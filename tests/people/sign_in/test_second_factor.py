"""Claims about signing in with a second factor, and about losing it."""

import base64
import re
from datetime import timedelta

import pytest

from engine.kernel.actor import SYSTEM
from engine.people import one_time_code
from engine.people.second_factor import EnrolSecondFactor, ResetSecondFactor
from tests.people.sign_in.browser import PASSWORD, Browser, Counter

ME = "/account"


def code(counter: Counter, secret: bytes) -> str:
    return one_time_code.code_of(secret, one_time_code.step_at(counter.office.clock.now()))


def enrolled(counter: Counter) -> tuple[bytes, list[str]]:
    """Maria sets up the second factor in her browser; its secret and her recovery codes."""
    browser = counter.browser()
    browser.signs_in()
    browser.opens(ME)
    browser.sends("/account/second-factor")
    browser.opens("/account/second-factor")
    assert browser.shown is not None
    typed = re.search(r'<code class="secret">([A-Z2-7 ]+)</code>', browser.shown.text)
    assert typed is not None
    secret = base64.b32decode(typed.group(1).replace(" ", ""))
    typed_now = {"code": code(counter, secret), "present_password": PASSWORD}
    shown = browser.sends("/account/second-factor/confirmed", **typed_now)
    assert shown.status_code == 200, shown.text
    counter.office.clock.advance(timedelta(seconds=90))
    return secret, re.findall(r"<li><code>([a-z0-9-]+)</code>", shown.text)


def test_the_password_alone_opens_nothing_any_more(counter: Counter) -> None:
    enrolled(counter)
    browser = counter.browser()

    entered = browser.signs_in()

    assert entered.location == "/sign-in/code?next=/home"
    assert browser.opens(ME).status_code == 303
    assert browser.client.get("/api/v1/tasks").status_code == 401


def test_password_and_code_open_the_desk_in_another_session(counter: Counter) -> None:
    secret, _ = enrolled(counter)
    browser = counter.browser()
    entered = browser.signs_in()
    waiting = browser.cookie("stoa_session")
    browser.opens(entered.location)

    passed = browser.sends("/sign-in/code", code=code(counter, secret))

    assert passed.location == "/home"
    assert browser.opens(ME).status_code == 200
    assert browser.cookie("stoa_session") != waiting
    assert waiting is not None
    thief = counter.browser()
    thief.client.set_cookie("stoa_session", waiting)
    assert thief.opens(ME).status_code == 303


def test_a_wrong_code_asks_again(counter: Counter) -> None:
    secret, _ = enrolled(counter)
    browser = counter.browser()
    browser.opens(browser.signs_in().location)

    refused = browser.sends("/sign-in/code", code="000000")
    passed = browser.sends("/sign-in/code", code=code(counter, secret))

    assert refused.status_code == 422
    assert passed.status_code == 303


def test_codes_cannot_be_guessed_one_after_the_other(counter: Counter) -> None:
    enrolled(counter)
    browser = counter.browser()
    browser.opens(browser.signs_in().location)

    answers = [browser.sends("/sign-in/code", code=f"{number:06}").text for number in range(6)]

    assert "πάρα πολλές προσπάθειες" not in answers[0]
    assert "πάρα πολλές προσπάθειες" in answers[-1]


def test_the_question_for_the_code_does_not_stand_for_ever(counter: Counter) -> None:
    secret, _ = enrolled(counter)
    browser = counter.browser()
    browser.opens(browser.signs_in().location)

    counter.office.clock.advance(timedelta(minutes=11))
    late = browser.sends("/sign-in/code", code=code(counter, secret))

    assert late.status_code == 422
    assert browser.opens(ME).status_code == 303


def test_a_recovery_code_opens_once(counter: Counter) -> None:
    _, codes = enrolled(counter)
    assert len(codes) == 10
    statuses = []
    for _ in range(2):
        browser = counter.browser()
        browser.opens(browser.signs_in().location)
        statuses.append(browser.sends("/sign-in/code", code=codes[0].upper()).status_code)

    assert statuses == [303, 422]


def test_a_second_factor_is_ended_by_its_owner_with_a_code(counter: Counter) -> None:
    _, codes = enrolled(counter)
    browser = counter.browser()
    browser.opens(browser.signs_in().location)
    browser.sends("/sign-in/code", code=codes[0])
    browser.opens(ME)

    refused = browser.sends("/account/second-factor/ended", code="000000", present_password=PASSWORD)
    ended = browser.sends("/account/second-factor/ended", code=codes[1], present_password=PASSWORD)

    assert (refused.status_code, ended.status_code) == (422, 200)
    assert counter.browser().signs_in().location == "/home"


def test_an_operator_resets_what_was_lost_and_every_session_ends(counter: Counter) -> None:
    _, codes = enrolled(counter)
    browser = counter.browser()
    browser.opens(browser.signs_in().location)
    browser.sends("/sign-in/code", code=codes[0])
    assert counter.office.clerk.id is not None

    counter.office.does(ResetSecondFactor(user_id=counter.office.clerk.id), actor=SYSTEM)

    assert browser.opens(ME).status_code == 303
    assert counter.browser().signs_in().location == "/home"


def test_an_enrolment_that_was_not_confirmed_keeps_nobody_out(counter: Counter) -> None:
    counter.office.does(EnrolSecondFactor())

    assert counter.browser().signs_in().location == "/home"


def test_the_picture_of_the_secret_needs_no_style_of_its_own(counter: Counter) -> None:
    browser = counter.browser()
    browser.signs_in()
    browser.opens(ME)
    browser.sends("/account/second-factor")

    shown = browser.opens("/account/second-factor")

    assert "<svg" in shown.text
    assert "style=" not in shown.text


@pytest.mark.parametrize("address", ["/account/second-factor"])
def test_there_is_nothing_to_confirm_before_it_was_begun(browser: Browser, address: str) -> None:
    browser.signs_in()

    assert browser.opens(address).location == ME
