"""Claims about roles that need a second factor: who has none sets one up before anything else opens."""

import re

import pytest

from engine.bootstrap import build
from engine.kernel.actor import SYSTEM, Role, Scope
from engine.people.second_factor import ResetSecondFactor
from engine.people.session import SignInMethod
from engine.people.signing_in import SignIn
from engine.people.tokens import IssueToken
from engine.people.users import SaveUser
from engine.settings import SettingsRefused, from_environment
from tests.builders import NOON, a_branch
from tests.office import MovableClock, an_office
from tests.pages.visiting import LIFE
from tests.people.sign_in.browser import PASSWORD, Browser, Counter, a_counter
from tests.people.sign_in.test_proved_again import begun
from tests.people.sign_in.test_second_factor import code

NEEDED = "/account/second-factor/needed"


@pytest.fixture
def strict() -> Counter:
    """An office in memory whose clerks and auditors need a second factor."""
    return a_counter(second_factor_roles="clerk, auditor")


def sets_up(counter: Counter, browser: Browser) -> None:
    """Set up the second factor that is asked for."""
    secret = begun(browser, at=NEEDED)
    sent = {"code": code(counter, secret), "present_password": PASSWORD}
    assert browser.sends("/account/second-factor/confirmed", **sent).status_code == 200


@pytest.mark.parametrize(
    "address", ["/desk", "/account", "/desk/open", "/desk/branch", "/desk/incidents", "/home", "/desk/calls"]
)
def test_who_has_none_is_led_to_set_one_up_wherever_they_go(strict: Counter, address: str) -> None:
    browser = strict.browser()
    browser.signs_in()

    response = browser.opens(address)
    while response.status_code == 303 and response.location != NEEDED:
        response = browser.opens(response.location)

    assert response.location == NEEDED
    assert "χρειάζεται δεύτερο βήμα" in browser.opens(NEEDED).text


def test_no_page_and_no_call_opens_before_it_is_set_up(database_url: str) -> None:
    clock = MovableClock(NOON)
    with build(from_environment({"STOA_DATABASE_URL": database_url}), clock=clock) as engine:
        counter = a_counter(office=an_office(engine, clock=clock), second_factor_roles="clerk")
        browser = counter.browser()
        browser.signs_in()
        opened = []
        for rule in counter.app.url_map.iter_rules():
            if rule.arguments or "GET" not in (rule.methods or ()) or not rule.rule.startswith("/desk"):
                continue
            opened += [rule.rule] if browser.opens(rule.rule).status_code == 200 else []
        cases = browser.client.get("/api/v1/cases")

        assert opened == []
        assert cases.status_code == 403
        assert cases.get_json()["type"] == "/problems/second_factor_needed"


def test_a_script_and_a_form_are_refused_too(strict: Counter) -> None:
    browser = strict.browser()
    browser.signs_in()
    browser.opens(NEEDED)

    script = browser.opens("/desk", **{"HX-Request": "true"})
    browser.opens(NEEDED)
    sent = browser.client.post(
        "/account/password",
        data={"csrf": re.findall(r'name="csrf" value="([^"]*)"', browser.shown.text)[0]},  # type: ignore[union-attr]
    )

    assert script.status_code == 303
    assert sent.location == NEEDED


def test_everything_opens_once_it_is_set_up(strict: Counter) -> None:
    browser = strict.browser()
    browser.signs_in()

    sets_up(strict, browser)

    assert browser.opens("/desk").status_code == 200
    assert browser.client.get("/api/v1/cases").status_code == 200
    assert browser.opens(NEEDED).location == "/account"
    assert strict.browser().signs_in().location == "/sign-in/code?next=/home"


def test_other_roles_need_none(strict: Counter) -> None:
    browser = strict.browser()
    browser.signs_in("nikos")

    assert browser.opens("/desk").status_code == 200


def test_a_role_in_another_branch_needs_it_here_too(strict: Counter) -> None:
    branch = a_branch(code="0301")
    user = strict.engages("anna", branch)
    as_manager = SaveUser(user=user, branch_id=branch.id, roles=frozenset({Role.MANAGER}))
    strict.office.does(as_manager, actor=SYSTEM)
    as_auditor = SaveUser(user=user, branch_id=strict.office.branch.id, roles=frozenset({Role.AUDITOR}))
    strict.office.does(as_auditor, actor=SYSTEM)
    browser = strict.browser()
    browser.signs_in("anna")
    browser.opens("/sign-in/branch")
    browser.sends("/sign-in/branch", workplace=str(branch.id))

    assert browser.opens("/desk").location == NEEDED


def test_whose_second_factor_is_reset_sets_up_another(strict: Counter) -> None:
    browser = strict.browser()
    browser.signs_in()
    sets_up(strict, browser)
    assert strict.office.clerk.id is not None
    strict.office.does(ResetSecondFactor(user_id=strict.office.clerk.id), actor=SYSTEM)

    again = strict.browser()
    again.signs_in()

    assert again.opens("/desk").location == NEEDED


def test_who_comes_over_a_provider_has_proved_it_there(strict: Counter) -> None:
    assert strict.office.clerk.id is not None
    command = SignIn(user_id=strict.office.clerk.id, method=SignInMethod.OIDC, life=LIFE)
    browser = strict.browser()
    browser.client.set_cookie("stoa_session", strict.office.does(command, actor=SYSTEM).text)

    assert browser.opens("/desk").status_code == 200


def test_access_tokens_are_not_concerned(strict: Counter) -> None:
    clerk, branch = strict.office.clerk, strict.office.branch
    command = IssueToken(label="x", scopes=frozenset(Scope), user_id=clerk.id, branch_id=branch.id)
    token = strict.office.does(command, actor=SYSTEM).text

    answer = strict.app.test_client().get("/api/v1/cases", headers={"Authorization": f"Bearer {token}"})

    assert answer.status_code == 200


def test_one_can_sign_out_instead(strict: Counter) -> None:
    browser = strict.browser()
    browser.signs_in()
    browser.opens(NEEDED)

    assert browser.sends("/sign-out").status_code == 200


@pytest.mark.parametrize("roles", ["boss", "clerk;auditor", "Clerk"])
def test_a_role_that_there_is_not_stops_the_start(roles: str) -> None:
    with pytest.raises(SettingsRefused, match="STOA_SECOND_FACTOR_ROLES"):
        from_environment({"STOA_SECOND_FACTOR_ROLES": roles})
