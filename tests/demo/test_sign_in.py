"""Claims about how the demonstration's people sign in at a browser."""

from zoneinfo import ZoneInfo

import pytest

from api.app import create_app
from demo.seed import seed, set_passwords
from engine.bootstrap import build_in_memory
from engine.dispatch import Engine
from engine.people.sign_in.authenticator import Authenticator
from engine.settings import from_environment
from tests.builders import NOON
from tests.office import MovableClock
from tests.people.sign_in.browser import QUICK, Browser


@pytest.fixture
def engine() -> Engine:
    """A system with the demonstration's people."""
    engine = build_in_memory(clock=MovableClock(NOON), zone=ZoneInfo("Europe/Athens"))
    seed(engine, agencies_at="https://agencies.example", known={})
    return engine


def browser(engine: Engine) -> Browser:
    return Browser(
        create_app(engine, from_environment({}), authenticator=Authenticator(passwords=QUICK)).test_client()
    )


@pytest.mark.parametrize(
    ("username", "leads_to"),
    [("maria", "/home"), ("katerina", "/home"), ("eleni", "/sign-in/branch?next=/home")],
)
def test_everybody_signs_in_with_the_password_that_is_told(
    engine: Engine, username: str, leads_to: str
) -> None:
    password = set_passwords(engine, QUICK, known=None)

    assert browser(engine).signs_in(username, password).location == leads_to


def test_starting_again_keeps_the_password_and_whoever_is_signed_in(engine: Engine) -> None:
    first = set_passwords(engine, QUICK, known=None)
    desk = browser(engine)
    desk.signs_in("maria", first)

    second = set_passwords(engine, QUICK, known=first)

    assert second == first
    assert desk.opens("/account").status_code == 200


def test_a_password_that_is_theirs_no_more_is_replaced(engine: Engine) -> None:
    set_passwords(engine, QUICK, known=None)

    assert set_passwords(engine, QUICK, known="some-other-password") != "some-other-password"
