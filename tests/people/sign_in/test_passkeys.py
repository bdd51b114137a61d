"""Claims about passkeys as a second factor: who adds one, what it opens, and what it does not."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from engine.bootstrap import build
from engine.kernel.actor import SYSTEM
from engine.people.second_factor import ResetSecondFactor
from engine.settings import from_environment
from tests.builders import NOON
from tests.office import MovableClock, an_office
from tests.people.device import Device
from tests.people.sign_in.browser import PASSWORD, Browser, Counter, a_counter, forms
from tests.people.sign_in.test_proved_again import begun, signed_in_by_provider
from tests.people.sign_in.test_second_factor import ME, code

ORIGIN = "https://kep.example"
NEW = "/account/passkeys/new"
ASKED = "/sign-in/code?next=/home"


@pytest.fixture
def counter() -> Counter:
    """An office in memory that is reached by name, as passkeys need."""
    return a_counter(public_url=ORIGIN)


@pytest.fixture
def stored_counter(database_url: str) -> Iterator[Counter]:
    """The same in a database of each kind in turn."""
    clock = MovableClock(NOON)
    with build(from_environment({"STOA_DATABASE_URL": database_url}), clock=clock) as engine:
        yield a_counter(office=an_office(engine, clock=clock), public_url=ORIGIN)


@pytest.fixture
def device() -> Device:
    return Device(ORIGIN)


def asks(browser: Browser, address: str, **typed: str) -> TestResponse:
    """What a script of the page that is shown gets which asks for options."""
    assert browser.shown is not None
    sent = {"csrf": next(iter(forms(browser.shown).values())).filled()["csrf"], **typed}
    return browser.client.post(address, data=sent, headers={"Accept": "application/json"})


def options_to_add(browser: Browser, *, password: str = PASSWORD) -> dict[str, Any]:
    """The options with which a passkey is made in a browser that is signed in."""
    browser.opens(NEW)
    asked = asks(browser, "/account/passkeys/options", name="Telephone", present_password=password)
    assert asked.status_code == 200, asked.text
    return dict(asked.get_json()["options"])


def adds(browser: Browser, device: Device, **changes: Any) -> TestResponse:
    """Add a passkey of a device in a browser that is signed in."""
    made = device.makes(options_to_add(browser), **changes)
    return browser.sends("/account/passkeys", name="Telephone", credential=made)


def added(counter: Counter, device: Device, username: str = "maria") -> list[str]:
    """Somebody adds a passkey of a device; their recovery codes."""
    browser = counter.browser()
    browser.signs_in(username)
    shown = adds(browser, device)
    assert shown.status_code == 200, shown.text
    device.counts += 1
    return re.findall(r"<li><code>([a-z0-9-]+)</code>", shown.text)


def options_to_sign_in(browser: Browser, username: str = "maria") -> dict[str, Any]:
    """The options with which a passkey is asked for after name and password, or once more."""
    shown = browser.opens("/sign-in")
    browser.opens(shown.location or browser.signs_in(username).location)
    return dict(asks(browser, "/sign-in/passkey/options").get_json()["options"])


def uses(browser: Browser, device: Device, options: dict[str, Any], **changes: Any) -> TestResponse:
    """Answer with a passkey of a device."""
    answer = device.uses(options, **changes)
    device.counts += 1
    return browser.sends("/sign-in/passkey", credential=answer)


def test_password_and_passkey_open_the_desk_and_the_password_alone_nothing(
    stored_counter: Counter, device: Device
) -> None:
    codes = added(stored_counter, device)
    browser = stored_counter.browser()

    entered = browser.signs_in()
    before = browser.opens(ME)
    passed = uses(browser, device, options_to_sign_in(browser))

    assert len(codes) == 10
    assert entered.location == ASKED
    assert before.status_code == 303
    assert passed.location == "/home"
    assert "Telephone" in browser.opens(ME).text


def test_a_second_passkey_opens_it_too_and_the_first_goes_on(stored_counter: Counter, device: Device) -> None:
    added(stored_counter, device)
    browser, other = stored_counter.browser(), Device(ORIGIN, credential_id=b"d" * 32)
    uses(browser, device, options_to_sign_in(browser))
    told = adds(browser, other)
    other.counts += 1

    passed = [
        uses(fresh, one, options_to_sign_in(fresh))
        for one in (other, device)
        for fresh in [stored_counter.browser()]
    ]

    assert "recovery-codes" not in told.text
    assert [one.location for one in passed] == ["/home", "/home"]


@pytest.mark.parametrize("typed", ["", "wrong password"])
def test_a_passkey_is_not_added_without_the_password(counter: Counter, device: Device, typed: str) -> None:
    browser = counter.browser()
    browser.signs_in()
    browser.opens(NEW)

    refused = asks(browser, "/account/passkeys/options", name="Telephone", present_password=typed)
    unasked = device.makes({"rp": {"id": "kep.example"}, "challenge": "AAAA"})
    sent = browser.sends("/account/passkeys", name="Telephone", credential=unasked)

    assert (refused.status_code, refused.get_json()["field"]) == (422, "present_password")
    assert "options" not in refused.get_json()
    assert sent.status_code == 422
    assert counter.browser().signs_in().location == "/home"


def test_who_came_over_a_provider_adds_one_at_once_or_not_at_all(counter: Counter, device: Device) -> None:
    browser = signed_in_by_provider(counter)
    at_once = adds(browser, device)
    counter.office.clock.advance(timedelta(minutes=11))
    browser.opens(NEW)

    late = asks(browser, "/account/passkeys/options", name="Another")

    assert at_once.status_code == 200
    assert late.status_code == 422


@pytest.mark.parametrize("name", ["", " ", "x" * 61])
def test_a_passkey_needs_a_name(counter: Counter, name: str) -> None:
    browser = counter.browser()
    browser.signs_in()
    browser.opens(NEW)

    refused = asks(browser, "/account/passkeys/options", name=name, present_password=PASSWORD)

    assert (refused.status_code, refused.get_json()["field"]) == (422, "name")


def test_the_same_passkey_is_added_once(stored_counter: Counter, device: Device) -> None:
    added(stored_counter, device)
    browser = stored_counter.browser()
    browser.signs_in("petros")

    again = adds(browser, device)

    assert again.status_code == 422
    assert "υπάρχει ήδη" in again.text
    assert stored_counter.browser().signs_in("petros").location == "/home"


def test_a_challenge_is_answered_once_whatever_comes_of_it(stored_counter: Counter, device: Device) -> None:
    added(stored_counter, device)
    browser = stored_counter.browser()
    options = options_to_sign_in(browser)
    wrong = uses(browser, device, options, origin="https://elsewhere.example")

    right = uses(browser, device, options)

    assert (wrong.status_code, right.status_code) == (422, 422)
    assert "δεν έγινε δεκτό" in right.text
    assert browser.opens(ME).status_code == 303
    assert uses(browser, device, options_to_sign_in(browser)).location == "/home"


def test_a_challenge_is_for_the_session_in_which_it_was_put(counter: Counter, device: Device) -> None:
    added(counter, device)
    mine, theirs = counter.browser(), counter.browser()
    options = options_to_sign_in(mine)
    options_to_sign_in(theirs)

    refused = uses(theirs, device, options)

    assert refused.status_code == 422
    assert uses(mine, device, options).location == "/home"


def test_a_challenge_stands_for_five_minutes(counter: Counter, device: Device) -> None:
    added(counter, device)
    browser = counter.browser()
    options = options_to_sign_in(browser)
    counter.office.clock.advance(timedelta(minutes=5, seconds=-1))

    assert uses(browser, device, options).location == "/home"


def test_a_challenge_does_not_stand_for_ever(counter: Counter, device: Device) -> None:
    added(counter, device)
    browser = counter.browser()
    options = options_to_sign_in(browser)
    counter.office.clock.advance(timedelta(minutes=5))

    late = uses(browser, device, options)

    assert late.status_code == 422


def test_the_passkey_of_somebody_else_opens_nothing(stored_counter: Counter, device: Device) -> None:
    hers = Device(ORIGIN, credential_id=b"d" * 32)
    added(stored_counter, hers)
    added(stored_counter, device, "petros")
    browser = stored_counter.browser()

    refused = uses(browser, device, options_to_sign_in(browser))

    assert refused.status_code == 422
    assert browser.opens(ME).status_code == 303


def test_a_copied_key_is_found_by_its_count(stored_counter: Counter, device: Device) -> None:
    added(stored_counter, device)
    browser, copied = stored_counter.browser(), stored_counter.browser()
    count = device.counts
    uses(browser, device, options_to_sign_in(browser))

    refused = uses(copied, device, options_to_sign_in(copied), counts=count)

    assert refused.status_code == 422


def test_answers_cannot_be_tried_one_after_the_other(counter: Counter, device: Device) -> None:
    added(counter, device)
    browser = counter.browser()
    options = options_to_sign_in(browser)

    told = [uses(browser, device, options, origin="https://elsewhere.example").text for _ in range(8)]

    assert "πάρα πολλές" in told[-1].lower()


def test_it_satisfies_a_role_that_needs_a_second_factor(device: Device) -> None:
    strict = a_counter(public_url=ORIGIN, second_factor_roles="clerk")
    browser = strict.browser()
    browser.signs_in()
    led = browser.opens("/desk")

    offered = browser.opens(led.location)
    adds(browser, device)

    assert led.location == "/account/second-factor/needed"
    assert NEW in offered.text
    assert browser.opens("/desk").status_code == 200
    assert browser.client.get("/api/v1/cases").status_code == 200


def test_a_recovery_code_opens_once_where_there_is_only_a_passkey(counter: Counter, device: Device) -> None:
    codes = added(counter, device)
    first, second = counter.browser(), counter.browser()
    for browser in (first, second):
        browser.opens(browser.signs_in().location)

    passed = first.sends("/sign-in/code", code=codes[0])
    again = second.sends("/sign-in/code", code=codes[0])

    assert passed.location == "/home"
    assert again.status_code == 422


def test_the_code_of_a_telephone_that_was_not_confirmed_opens_nothing(
    counter: Counter, device: Device
) -> None:
    added(counter, device)
    browser, other = counter.browser(), counter.browser()
    uses(browser, device, options_to_sign_in(browser))
    secret = begun(browser)
    other.opens(other.signs_in().location)

    refused = other.sends("/sign-in/code", code=code(counter, secret))

    assert refused.status_code == 422
    assert other.opens(ME).status_code == 303


def test_any_digits_are_a_wrong_code_where_there_is_only_a_passkey(counter: Counter, device: Device) -> None:
    added(counter, device)
    browser = counter.browser()
    browser.opens(browser.signs_in().location)

    assert browser.sends("/sign-in/code", code="123456").status_code == 422


def removal(browser: Browser) -> str:
    """Where the first passkey of the account is removed."""
    found = re.search(r"/account/passkeys/[0-9a-f-]+/remove", browser.opens(ME).text)
    assert found is not None
    return found.group()


def test_a_passkey_is_removed_with_the_password_alone(stored_counter: Counter, device: Device) -> None:
    codes = added(stored_counter, device)
    browser = stored_counter.browser()
    uses(browser, device, options_to_sign_in(browser))
    address = removal(browser)
    browser.opens(address)

    refused = browser.sends(f"{address}d", present_password="wrong password")
    before = stored_counter.browser().signs_in().location
    browser.opens(address)
    removed = browser.sends(f"{address}d", present_password=PASSWORD)

    assert refused.status_code == 422
    assert before == ASKED
    assert removed.status_code == 200
    assert stored_counter.browser().signs_in().location == "/home"
    # The recovery codes went with it: a second factor that is set up later begins with others.
    browser.opens(NEW)
    assert len(re.findall(r"<li><code>", adds(browser, device).text)) == len(codes)


def test_nobody_removes_the_passkey_of_somebody_else(counter: Counter, device: Device) -> None:
    added(counter, device)
    mine, theirs = counter.browser(), counter.browser()
    uses(mine, device, options_to_sign_in(mine))
    address = removal(mine)
    theirs.signs_in("petros")
    theirs.opens(ME)

    shown = theirs.client.get(address)
    sent = asks(theirs, f"{address}d", present_password=PASSWORD)

    assert shown.status_code == 303
    assert sent.status_code == 404
    assert counter.browser().signs_in().location == ASKED


def test_without_codes_of_a_telephone_a_passkey_and_recovery_codes_stay(
    counter: Counter, device: Device
) -> None:
    added(counter, device)
    browser = counter.browser()
    uses(browser, device, options_to_sign_in(browser))
    secret = begun(browser)
    confirmed = browser.sends(
        "/account/second-factor/confirmed", code=code(counter, secret), present_password=PASSWORD
    )
    codes = re.findall(r"<li><code>([a-z0-9-]+)</code>", confirmed.text)
    counter.office.clock.advance(timedelta(seconds=90))
    browser.opens(ME)

    browser.sends("/account/second-factor/ended", code=code(counter, secret), present_password=PASSWORD)

    again = counter.browser()
    again.opens(again.signs_in().location)
    assert again.sends("/sign-in/code", code=codes[0]).location == "/home"


def test_an_operator_resets_passkeys_too_and_every_session_ends(
    stored_counter: Counter, device: Device
) -> None:
    added(stored_counter, device)
    browser = stored_counter.browser()
    uses(browser, device, options_to_sign_in(browser))
    maria = stored_counter.office.clerk.id
    assert maria is not None

    stored_counter.office.does(ResetSecondFactor(user_id=maria), actor=SYSTEM)

    assert browser.opens(ME).status_code == 303
    assert stored_counter.browser().signs_in().location == "/home"


@pytest.mark.parametrize("address", ["", "http://127.0.0.1:8080", "http://kep.example"])
def test_where_no_address_is_set_one_is_told_so(address: str) -> None:
    counter = a_counter(public_url=address)
    browser = counter.browser()
    browser.signs_in()

    account, form = browser.opens(ME), browser.opens(NEW)

    assert "δεν έχει οριστεί η διεύθυνση" in account.text
    assert NEW not in account.text
    assert form.status_code == 503
    assert "δεν έχει οριστεί η διεύθυνση" in form.text


def test_without_a_script_one_is_told_what_is_needed(counter: Counter) -> None:
    browser = counter.browser()
    browser.signs_in()
    browser.opens(NEW)

    told = browser.sends("/account/passkeys", name="Telephone", credential="")

    assert told.status_code == 422
    assert "JavaScript" in told.text


def test_a_script_is_told_that_a_passkey_will_do(counter: Counter, device: Device) -> None:
    added(counter, device)
    browser = counter.browser()
    browser.opens("/sign-in")

    answer = browser.sends("/sign-in", accept="application/json", username="maria", password=PASSWORD)

    assert json.loads(answer.text) == {"state": "code", "problem": None, "has_passkeys": True}
