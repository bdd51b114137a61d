"""Claims about forms: only those of our own pages are taken, and what is typed outlives the session."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Blueprint
from werkzeug.test import TestResponse

from api.app import create_app
from api.pages.frame.sessions import signed_in
from engine.kernel.actor import Role
from engine.people.sign_in.authenticator import Authenticator
from engine.settings import from_environment
from tests.builders import a_branch
from tests.people.sign_in.browser import ENVIRONMENT, PASSWORD, QUICK, Browser, Counter, forms

CHANGE = "/account/password"
FILES = "multipart/form-data; boundary=part"
TYPED = {
    "present_password": PASSWORD,
    "new_password": 'μία «φράση» & <πολύ> "καλή"',
    "repeated_password": "x",
}


def times_out(counter: Counter) -> None:
    counter.office.clock.advance(timedelta(hours=2))


def open_form(counter: Counter) -> Browser:
    """Maria has the page of her account open."""
    browser = counter.browser()
    browser.signs_in()
    browser.opens("/account")
    return browser


def test_a_form_without_a_token_is_refused(counter: Counter) -> None:
    browser = open_form(counter)

    refused = browser.client.post("/account/second-factor", data={})

    assert refused.status_code == 403


def test_a_sign_in_without_a_token_is_refused(counter: Counter) -> None:
    # Otherwise another site could sign people in as somebody else, to whom they then tell things.
    refused = counter.app.test_client().post("/sign-in", data={"username": "maria", "password": PASSWORD})

    assert refused.status_code == 403


@pytest.mark.parametrize("token", ["", "x", "-.-.", "a.b.c", "-.-." + "0" * 64, "é.é.é", "0" * 5000])
def test_a_made_up_token_is_refused(counter: Counter, token: str) -> None:
    browser = open_form(counter)

    refused = browser.client.post("/account/second-factor", data={"csrf": token})

    assert refused.status_code == 403


def test_the_token_of_another_browser_is_refused(counter: Counter) -> None:
    browser, other = open_form(counter), open_form(counter)
    assert other.shown is not None
    theirs = dict(forms(other.shown)["/account/second-factor"].fields)["csrf"]

    refused = browser.client.post("/account/second-factor", data={"csrf": theirs})

    assert refused.status_code == 403


def test_the_token_of_another_user_of_this_browser_is_refused(counter: Counter) -> None:
    browser = open_form(counter)
    page_of_maria = browser.shown
    browser.client.delete_cookie("stoa_session")
    browser.signs_in("petros")
    browser.shown = page_of_maria

    refused = browser.sends("/account/second-factor")

    assert refused.status_code == 403


def test_the_page_of_another_branch_is_refused(counter: Counter) -> None:
    first, second = a_branch(code="0301"), a_branch(code="0302")
    counter.engages("anna", first, second)
    browser = counter.browser()
    browser.signs_in("anna")
    browser.opens("/sign-in/branch")
    browser.sends("/sign-in/branch", workplace=str(first.id))
    page_of_first = browser.opens("/account")
    browser.opens("/sign-in/branch")
    browser.sends("/sign-in/branch", workplace=str(second.id))
    browser.shown = page_of_first

    refused = browser.sends("/account/second-factor")

    assert refused.status_code == 409


def test_a_form_whose_session_is_over_is_kept_until_its_owner_has_signed_in_again(counter: Counter) -> None:
    browser = open_form(counter)
    times_out(counter)

    asked = browser.sends(CHANGE, **TYPED)
    entered = browser.sends("/sign-in", username="maria", password=PASSWORD)
    done = browser.sends(CHANGE)

    assert asked.status_code == 401
    assert "<h1>Συνδεθείτε ξανά</h1>" in asked.text
    assert entered.status_code == 200
    # The form came through as it was typed: what is wrong is told field by field, as it would have been.
    assert done.status_code == 422
    assert 'id="repeated_password-error-1"' in done.text


def test_every_character_typed_survives(counter: Counter) -> None:
    browser = open_form(counter)
    times_out(counter)

    browser.sends(CHANGE, **TYPED)
    kept = browser.sends("/sign-in", username="maria", password=PASSWORD)

    fields = dict(forms(kept)[CHANGE].fields)
    assert {name: fields[name] for name in TYPED} == TYPED


def test_a_wrong_password_in_between_loses_nothing(counter: Counter) -> None:
    browser = open_form(counter)
    times_out(counter)
    browser.sends(CHANGE, **TYPED)

    refused = browser.sends("/sign-in", username="maria", password="not the password")
    kept = browser.sends("/sign-in", username="maria", password=PASSWORD)

    assert refused.status_code == 422
    assert dict(forms(kept)[CHANGE].fields)["new_password"] == TYPED["new_password"]


def test_somebody_else_does_not_send_what_another_had_typed(counter: Counter) -> None:
    browser = open_form(counter)
    times_out(counter)
    browser.sends(CHANGE, **TYPED)

    refused = browser.sends("/sign-in", username="petros", password=PASSWORD)

    assert refused.status_code == 422
    assert "συμπληρώθηκε από άλλον" in refused.text
    assert browser.cookie("stoa_session") is None or browser.opens("/account").status_code == 303


def test_a_form_that_is_kept_is_for_the_same_branch_afterwards(counter: Counter) -> None:
    first, second = a_branch(code="0301"), a_branch(code="0302")
    counter.engages("anna", first, second)
    browser = counter.browser()
    browser.signs_in("anna")
    browser.opens("/sign-in/branch")
    browser.sends("/sign-in/branch", workplace=str(second.id))
    browser.opens("/account")
    times_out(counter)

    browser.sends(CHANGE, **TYPED)
    browser.sends("/sign-in", username="anna", password=PASSWORD)
    done = browser.sends(CHANGE)

    assert done.status_code == 422
    assert 'id="repeated_password-error-1"' in done.text


def test_nothing_is_kept_of_a_form_that_was_not_ours(counter: Counter) -> None:
    refused = counter.app.test_client().post(CHANGE, data={"new_password": "<script>"})

    assert refused.status_code == 403
    assert "<script>" not in refused.text


def test_files_of_nobody_who_is_signed_in_are_not_read_and_lead_to_the_sign_in(counter: Counter) -> None:
    address = f"/desk/cases/{uuid4()}/documents"

    asked = counter.app.test_client().post(address, data=bytes(1_100_000), content_type=FILES)

    assert (asked.status_code, asked.headers["Location"]) == (303, "/sign-in")


def test_what_anybody_may_send_is_small(counter: Counter) -> None:
    refused = counter.app.test_client().post("/sign-in", data=bytes(1_100_000), content_type=FILES)

    assert refused.status_code == 413


def test_a_script_is_told_plainly_that_the_session_is_over(counter: Counter) -> None:
    browser = open_form(counter)
    assert browser.shown is not None
    token = dict(forms(browser.shown)[CHANGE].fields)["csrf"]
    times_out(counter)

    headers = {"HX-Request": "true", "X-CSRF-Token": token}
    answer = browser.client.post(CHANGE, data={}, headers=headers)

    assert answer.status_code == 401
    assert answer.text == ""


def in_place(browser: Browser, **typed: str) -> TestResponse:
    return browser.sends("/sign-in", accept="application/json", **typed)


def test_a_script_signs_in_again_in_place(counter: Counter) -> None:
    browser = open_form(counter)
    page_of_maria = browser.shown
    times_out(counter)
    browser.sends(CHANGE, **TYPED)

    refused = in_place(browser, username="maria", password="not the password")
    browser.shown = None
    browser.opens("/sign-in")
    entered = in_place(browser, username="maria", password=PASSWORD)
    browser.shown = page_of_maria

    assert refused.get_json()["state"] == "refused"
    assert entered.get_json() == {"state": "signed_in", "problem": None, "has_passkeys": False}
    # The tokens of the page that stayed open are still good.
    assert browser.sends(CHANGE, **TYPED).status_code == 422


def test_a_browser_that_is_signed_in_may_call_the_api(counter: Counter) -> None:
    browser = open_form(counter)
    assert browser.shown is not None
    token = dict(forms(browser.shown)[CHANGE].fields)["csrf"]
    case = counter.office.opens_case()
    claim = f"/api/v1/tasks/{case.tasks[0].id}/claim"

    looked = browser.client.get("/api/v1/tasks")
    without = browser.client.post(claim)
    with_token = browser.client.post(claim, headers={"X-CSRF-Token": token})

    assert looked.status_code == 200
    assert without.status_code == 403
    assert json.loads(without.text)["type"] == "/problems/form_token_refused"
    assert with_token.status_code == 200


def test_a_form_field_is_no_header_for_the_api(counter: Counter) -> None:
    browser = open_form(counter)
    assert browser.shown is not None
    token = dict(forms(browser.shown)[CHANGE].fields)["csrf"]
    case = counter.office.opens_case()

    refused = browser.client.post(f"/api/v1/tasks/{case.tasks[0].id}/claim", data={"csrf": token})

    assert refused.status_code == 403


def test_a_bearer_token_counts_even_where_a_browser_is_signed_in(counter: Counter) -> None:
    browser = open_form(counter)

    refused = browser.client.get("/api/v1/tasks", headers={"Authorization": "Bearer stoa_" + "x" * 43})

    assert refused.status_code == 401


def test_the_wrong_role_is_told_so(counter: Counter) -> None:
    room = Blueprint("managers", __name__)

    @room.get("/managers")
    @signed_in(Role.MANAGER)
    def managers() -> str:
        return "for managers"

    counter.app = create_app(
        counter.office.engine, from_environment(ENVIRONMENT), authenticator=Authenticator(passwords=QUICK)
    )
    counter.app.register_blueprint(room)
    clerk, manager = counter.browser(), counter.browser()
    clerk.signs_in("maria")
    manager.signs_in("nikos")

    assert clerk.opens("/managers").status_code == 403
    assert manager.opens("/managers").text == "for managers"
