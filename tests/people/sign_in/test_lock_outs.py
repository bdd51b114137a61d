"""Claims about who has to wait after failed sign-ins: whoever failed, where they failed, and nobody else."""

from datetime import timedelta

import pytest

from engine.kernel.actor import SYSTEM
from engine.people.accounts import ForgiveAttempts, SetPassword
from engine.people.queries import ListLockedOut
from engine.people.sign_in.authenticator import Authenticator
from engine.people.sign_in.passwords import Passwords
from tests.people.sign_in.browser import PASSWORD, QUICK, Browser, Counter, a_counter
from tests.people.sign_in.test_second_factor import code, enrolled

DEVICE = "stoa_device"
HERE = "192.0.2.10"
WRONG = "wrong password"


def fails_from_many_networks(counter: Counter, username: str, *, times: int = 40) -> list[int]:
    """Fail to sign in as somebody, each time from another network."""
    return [
        counter.browser(f"198.51.100.{number}").signs_in(username, WRONG).status_code
        for number in range(times)
    ]


def known_browser(counter: Counter, username: str = "maria", address: str = HERE) -> Browser:
    """A browser at which somebody signed in once, and out again."""
    browser = counter.browser(address)
    assert browser.signs_in(username).status_code == 303
    signs_out(browser)
    return browser


def signs_out(browser: Browser) -> None:
    browser.opens("/account")
    assert browser.sends("/sign-out").status_code == 200


def test_strangers_lock_nobody_out_of_a_browser_at_which_they_signed_in_before(
    stored_counter: Counter,
) -> None:
    browser = known_browser(stored_counter)

    statuses = fails_from_many_networks(stored_counter, "maria")

    assert statuses[-1] == 429
    assert browser.signs_in().status_code == 303


def test_not_even_strangers_at_the_same_address_do(stored_counter: Counter) -> None:
    browser = known_browser(stored_counter)
    stranger = stored_counter.browser(HERE)

    statuses = [stranger.signs_in(password=WRONG).status_code for _ in range(7)]

    assert statuses == [422] * 5 + [429] * 2
    assert browser.signs_in().status_code == 303


def test_failures_in_one_network_make_nobody_wait_in_another(stored_counter: Counter) -> None:
    stranger = stored_counter.browser("198.51.100.1")
    as_soon_as_possible = [timedelta(minutes=14)] * 14 + [timedelta(minutes=15)] * 20
    statuses = []
    for wait in as_soon_as_possible:
        stored_counter.office.clock.advance(wait)
        statuses.append(stranger.signs_in(password=WRONG).status_code)
    too_early = stranger.signs_in(password=WRONG).status_code

    entered = stored_counter.browser(HERE).signs_in()

    assert statuses == [422] * 34
    assert (too_early, entered.status_code) == (429, 303)


def test_whoever_fails_from_many_networks_waits_in_all_of_them(stored_counter: Counter) -> None:
    statuses = fails_from_many_networks(stored_counter, "maria")

    assert statuses == [422] * 20 + [429] * 20
    assert stored_counter.browser(HERE).signs_in("petros").status_code == 303


def test_a_name_that_nobody_has_is_locked_like_any_other(stored_counter: Counter) -> None:
    assert fails_from_many_networks(stored_counter, "nobody") == [422] * 20 + [429] * 20


def test_who_tries_many_names_locks_nobody_else_at_their_address(stored_counter: Counter) -> None:
    stranger = stored_counter.browser(HERE)

    statuses = [stranger.signs_in(f"user{number}", WRONG).status_code for number in range(60)]

    assert statuses == [422] * 60
    assert stored_counter.browser(HERE).signs_in().status_code == 303


def test_a_known_browser_is_no_way_to_guess(stored_counter: Counter) -> None:
    browser = known_browser(stored_counter)

    statuses = [browser.signs_in(password=WRONG).status_code for _ in range(6)]
    early = browser.signs_in().status_code
    elsewhere = stored_counter.browser("203.0.113.9").signs_in().status_code
    stored_counter.office.clock.advance(timedelta(seconds=5))

    assert statuses == [422] * 5 + [429]
    assert (early, elsewhere) == (429, 303)
    assert browser.signs_in().status_code == 303


def test_a_flood_of_strangers_leaves_a_turn_to_known_browsers() -> None:
    passwords = Passwords(memory_kib=64, rounds=1, lanes=1, at_once=2, turn_seconds=0.01)
    counter = a_counter(authenticator=Authenticator(passwords=passwords))
    browser = known_browser(counter)

    with passwords._turn(is_known=False):
        stranger = counter.browser(HERE).signs_in()
        entered = browser.signs_in()

    assert (stranger.status_code, entered.status_code) == (422, 303)


def test_colleagues_at_one_computer_are_each_known_there(stored_counter: Counter) -> None:
    browser = known_browser(stored_counter)
    browser.signs_in("petros")
    signs_out(browser)
    fails_from_many_networks(stored_counter, "maria")
    fails_from_many_networks(stored_counter, "petros")

    assert browser.signs_in("petros").status_code == 303
    signs_out(browser)
    assert browser.signs_in("maria").status_code == 303


@pytest.mark.parametrize("forged", ["", ".", "x", "a" * 22, "a" * 4000, "ά.ά", "a.b.c", "\x00."])
def test_what_this_system_did_not_sign_makes_no_browser_known(counter: Counter, forged: str) -> None:
    fails_from_many_networks(counter, "maria")
    browser = counter.browser(HERE)
    browser.client.set_cookie(DEVICE, forged)

    assert browser.signs_in().status_code == 429


def test_what_makes_a_browser_known_to_one_person_does_so_to_nobody_else(stored_counter: Counter) -> None:
    browser = known_browser(stored_counter, "petros")
    fails_from_many_networks(stored_counter, "maria")

    assert browser.signs_in("maria").status_code == 429


def test_the_cookie_is_for_us_alone_and_says_nothing_of_whose_it_is(counter: Counter) -> None:
    entered = counter.browser().signs_in()

    cookie = next(line for line in entered.headers.getlist("Set-Cookie") if line.startswith(DEVICE))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Max-Age=31536000" in cookie
    assert "maria" not in cookie
    assert str(counter.office.clerk.id) not in cookie


def test_the_cookie_does_not_grow_with_every_sign_in(counter: Counter) -> None:
    browser = known_browser(counter)
    first = browser.cookie(DEVICE)
    for _ in range(3):
        browser.signs_in()
        signs_out(browser)

    assert browser.cookie(DEVICE) == first


def test_a_password_without_its_code_makes_no_browser_known(counter: Counter) -> None:
    secret, _ = enrolled(counter)
    browser = counter.browser(HERE)
    browser.opens(browser.signs_in().location)
    after_password = browser.cookie(DEVICE)

    browser.sends("/sign-in/code", code=code(counter, secret))

    assert after_password is None
    assert browser.cookie(DEVICE) is not None


def test_a_password_that_an_operator_gives_makes_every_browser_unknown(stored_counter: Counter) -> None:
    browser = known_browser(stored_counter)
    maria = stored_counter.office.clerk.id
    assert maria is not None
    hashed = QUICK.hashed(PASSWORD, username="maria")
    stored_counter.office.does(SetPassword(user_id=maria, password_hash=hashed), actor=SYSTEM)

    fails_from_many_networks(stored_counter, "maria")

    assert browser.signs_in().status_code == 429


@pytest.mark.parametrize("is_known", [True, False])
def test_who_is_let_in_again_may_try_at_once_wherever_they_failed(
    stored_counter: Counter, is_known: bool
) -> None:
    office = stored_counter.office
    browser = known_browser(stored_counter) if is_known else stored_counter.browser(HERE)
    for _ in range(12):
        office.clock.advance(timedelta(minutes=5))
        browser.signs_in(password=WRONG)
    question = ListLockedOut(usernames=["maria", "petros"])
    before = office.engine.ask(question, actor=office.manager)

    office.does(ForgiveAttempts(username="maria"), actor=office.manager)

    assert set(before) == {"maria"}
    assert office.engine.ask(question, actor=office.manager) == {}
    assert browser.signs_in().status_code == 303


def test_a_subscriber_is_one_network_whatever_address_they_take_of_it(stored_counter: Counter) -> None:
    def fails(address: str) -> int:
        return stored_counter.browser(address).signs_in(password=WRONG).status_code

    in_one = [fails(f"2001:db8:1:2::{number}") for number in range(6)]
    in_the_next = fails("2001:db8:1:3::1")
    as_ipv4 = [fails(address) for address in ("192.0.2.1", "::ffff:192.0.2.1") * 3]

    assert in_one == [422] * 5 + [429]
    assert in_the_next == 422
    assert as_ipv4 == [422] * 5 + [429]
