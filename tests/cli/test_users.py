"""Claims about the commands with which an operator looks after users."""

from datetime import UTC, datetime

import pytest

from api.app import create_app
from engine.settings import from_environment
from tests.cli.conftest import Stoa
from tests.office import Office
from tests.people.sign_in.browser import ENVIRONMENT, Browser

GOOD = "correct horse battery staple"


@pytest.fixture
def browser(office: Office) -> Browser:
    """A browser over the office's database, with passwords as they are hashed in earnest."""
    return Browser(create_app(office.engine, from_environment(ENVIRONMENT)).test_client())


def add(stoa: Stoa, *options: str) -> str:
    made = stoa("user", "add", "anna", "--name", "Άννα", *options)
    assert made.exit_code == 0, made.output
    return made.output


def test_a_registered_person_signs_in_and_works_in_their_branch(
    stoa: Stoa, office: Office, browser: Browser
) -> None:
    registered = stoa(
        "user",
        "add",
        "anna",
        "--name",
        "Άννα",
        "--branch",
        "0009",
        "--role",
        "clerk",
        input=f"{GOOD}\n{GOOD}\n",
    )

    # The command goes by the clock of the machine: the post counts from today.
    office.clock.move_to(datetime.now(UTC))
    assert registered.exit_code == 0, registered.output
    assert GOOD not in registered.output
    assert browser.signs_in("anna", GOOD).location == "/home"
    assert "anna" in stoa("user", "list").output


@pytest.mark.parametrize(
    "arguments",
    [
        ("user", "add", "Anna!", "--name", "Άννα", "--no-password"),
        ("user", "add", "maria", "--name", "Μαρία", "--no-password"),
        ("user", "add", "anna", "--name", " ", "--no-password"),
        ("user", "add", "anna", "--name", "Άννα", "--branch", "7777", "--role", "clerk", "--no-password"),
        ("user", "add", "anna", "--name", "Άννα", "--agency", "nowhere", "--no-password"),
        ("user", "roles", "nobody", "--branch", "0009", "--role", "clerk"),
        ("user", "password", "nobody", "--password-stdin"),
        ("user", "unlink", "nobody"),
        ("user", "disable", "nobody"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(
    stoa: Stoa, office: Office, arguments: tuple[str, ...]
) -> None:
    refused = stoa(*arguments)

    assert refused.exit_code == 1
    assert "Traceback" not in refused.output


def test_a_password_that_is_guessed_first_registers_nobody(stoa: Stoa, office: Office) -> None:
    refused = stoa("user", "add", "anna", "--name", "Άννα", "--password-stdin", input="password\n")

    assert refused.exit_code == 1
    assert "anna" not in stoa("user", "list").output


def test_roles_are_exactly_those_given_last(stoa: Stoa, office: Office) -> None:
    add(stoa, "--no-password", "--branch", "0009", "--role", "clerk")

    stoa("user", "roles", "anna", "--branch", "0009", "--role", "manager", "--role", "auditor")
    given = stoa("user", "list").output
    stoa("user", "roles", "anna", "--branch", "0009")
    taken = stoa("user", "list").output

    assert "0009 (auditor manager)" in given
    assert "anna" in taken
    assert "0009 (auditor manager)" not in taken


def test_an_officer_works_for_an_agency_until_it_ends(stoa: Stoa, office: Office) -> None:
    add(stoa, "--no-password", "--agency", "municipality")

    appointed = stoa("user", "list").output
    stoa("user", "agency", "anna", "municipality", "--end")
    dismissed = stoa("user", "list").output

    assert "municipality (officer)" in appointed
    assert "municipality (officer)" not in dismissed


def test_another_password_signs_out_everywhere(stoa: Stoa, office: Office, browser: Browser) -> None:
    add(stoa, "--no-password", "--branch", "0009", "--role", "clerk")
    stoa("user", "password", "anna", "--password-stdin", input=f"{GOOD}\n")
    browser.signs_in("anna", GOOD)

    changed = stoa("user", "password", "anna", "--password-stdin", input=f"another {GOOD}\n")

    assert changed.exit_code == 0, changed.output
    assert browser.opens("/account").status_code == 303
    assert browser.signs_in("anna", f"another {GOOD}").status_code == 303


def test_who_is_disabled_is_out_until_enabled_again(stoa: Stoa, office: Office, browser: Browser) -> None:
    add(stoa, "--no-password", "--branch", "0009", "--role", "clerk")
    stoa("user", "password", "anna", "--password-stdin", input=f"{GOOD}\n")
    browser.signs_in("anna", GOOD)

    stoa("user", "disable", "anna")
    out = browser.opens("/account").status_code
    refused = browser.signs_in("anna", GOOD).status_code
    stoa("user", "enable", "anna")

    assert (out, refused) == (303, 422)
    assert browser.signs_in("anna", GOOD).status_code == 303


def test_an_operator_helps_people_in(stoa: Stoa, office: Office, browser: Browser) -> None:
    add(stoa, "--no-password", "--branch", "0009", "--role", "clerk")
    stoa("user", "password", "anna", "--password-stdin", input=f"{GOOD}\n")
    for _ in range(6):
        browser.signs_in("anna", "a wrong password")

    locked = browser.signs_in("anna", GOOD).status_code
    stoa("user", "unlock", "anna")
    unlocked = browser.signs_in("anna", GOOD).status_code

    assert (locked, unlocked) == (429, 303)
    assert "sessions ended: 1" in stoa("user", "sign-out", "anna").output
    assert "password alone" in stoa("user", "reset-second-factor", "anna").output
    assert "links removed: 0" in stoa("user", "unlink", "anna").output
