"""Claims about signing in over an identity provider, against a real one."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest

from engine.kernel.actor import SYSTEM, Role
from engine.organisation.registers import EnterBranch
from engine.people.external_identities import ForgetIdentities
from engine.people.posts import ConfirmPost
from engine.people.queries import ShowUser
from engine.people.register import ShowPerson
from engine.people.role_mapping import GroupRule, group_pattern
from engine.people.sign_in.authenticator import Authenticator, RoleMapping
from engine.people.sign_in.oidc import OidcProvider
from tests.builders import a_branch
from tests.people.sign_in.browser import QUICK, Browser, Counter, a_counter
from tests.people.sign_in.identity_provider import (
    CLIENT_ID,
    CLIENT_SECRET,
    RunningProvider,
    a_browser,
    running_provider,
)
from tests.servers import an_address_of

RETURN = "/sign-in/provider/return"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProvider]:
    """The identity provider."""
    folder = tmp_path_factory.mktemp("provider")
    with running_provider(folder, authentication="client_secret_basic") as found:
        yield found


@dataclass
class Town:
    """An office whose people sign in over the provider."""

    counter: Counter
    provider: RunningProvider

    def leaves(
        self, browser: Browser, account: str, wanted: str = "/account", *, there: httpx.Client | None = None
    ) -> str:
        """Leave for the provider and sign in there; where it sends the browser, as path and query."""
        left = browser.opens(f"/sign-in/provider?next={wanted}")
        assert left.status_code == 303, left.text
        back = urlsplit(self.provider.lets_in(left.location, account, browser=there))
        return f"{back.path}?{back.query}"


def a_town(running: RunningProvider, *, role_mapping: RoleMapping | None = None, **changes: str) -> Town:
    known = {"issuer": running.issuer, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    provider = OidcProvider(**{**known, **changes}, username_claim="preferred_username", ca_file="")
    running.knows({"subject-1": "maria", "subject-2": "maria", "subject-3": "stranger"})
    authenticator = Authenticator(
        passwords=QUICK, provider=provider, role_mapping=role_mapping or RoleMapping()
    )
    return Town(a_counter(authenticator=authenticator), running)


def works(town: Town, username: str) -> list[tuple[str, frozenset[Role]]]:
    found = town.counter.office.engine.ask(ShowUser(username=username), actor=SYSTEM)
    return [(place.code, place.roles) for place in found.workplaces]


@pytest.fixture
def town(running: RunningProvider) -> Town:
    """The office; `subject-1` is called as Maria is here."""
    return a_town(running)


def test_a_person_of_the_provider_is_let_in(town: Town) -> None:
    browser = town.counter.browser()

    entered = browser.opens(town.leaves(browser, "subject-1"))

    assert (entered.status_code, entered.location) == (303, "/account")
    assert "maria" in browser.opens("/account").text


def test_the_page_for_signing_in_shows_the_way_to_the_provider(town: Town) -> None:
    assert "/sign-in/provider?next=/home" in town.counter.browser().opens("/sign-in").text
    assert "/sign-in/provider" not in a_counter().browser().opens("/sign-in").text


def test_without_a_provider_there_is_no_way_to_it() -> None:
    assert a_counter().browser().opens("/sign-in/provider").status_code == 404


def test_who_was_let_in_once_is_known_by_subject_and_not_by_name(town: Town) -> None:
    first = town.counter.browser()
    first.opens(town.leaves(first, "subject-1"))
    town.provider.knows({"subject-1": "renamed", "subject-2": "maria"})

    again, impostor = town.counter.browser(), town.counter.browser()
    entered = again.opens(town.leaves(again, "subject-1"))
    refused = impostor.opens(town.leaves(impostor, "subject-2"))

    assert entered.status_code == 303
    assert refused.status_code == 403


def test_an_operator_lets_another_person_of_the_provider_be_a_user(town: Town) -> None:
    first, second = town.counter.browser(), town.counter.browser()
    first.opens(town.leaves(first, "subject-1"))
    assert town.counter.office.clerk.id is not None

    town.counter.office.does(ForgetIdentities(user_id=town.counter.office.clerk.id), actor=SYSTEM)

    assert first.opens("/account").status_code == 303
    assert second.opens(town.leaves(second, "subject-2")).status_code == 303


def test_a_stranger_is_told_so(town: Town) -> None:
    browser = town.counter.browser()

    refused = browser.opens(town.leaves(browser, "subject-3"))

    assert refused.status_code == 403
    assert "Δεν είστε γνωστοί εδώ" in refused.text


def test_who_works_in_several_branches_chooses_one(town: Town) -> None:
    town.counter.engages("anna", a_branch(code="0301"), a_branch(code="0302"), password=None)
    town.provider.knows({"subject-9": "anna"})
    browser = town.counter.browser()

    entered = browser.opens(town.leaves(browser, "subject-9"))

    assert entered.location == "/sign-in/branch?next=/account"


def test_the_answer_to_one_browser_is_worth_nothing_in_another(town: Town) -> None:
    victim, thief = town.counter.browser(), town.counter.browser()
    answer = town.leaves(thief, "subject-1")
    town.leaves(victim, "subject-2")

    without_departure = town.counter.browser().opens(answer)
    with_own_departure = victim.opens(answer)

    assert without_departure.status_code == 403
    assert with_own_departure.status_code == 403


def test_an_answer_is_taken_once(town: Town) -> None:
    browser = town.counter.browser()
    answer = town.leaves(browser, "subject-1")
    kept = browser.cookie("stoa_departure")
    assert kept is not None
    browser.opens(answer)

    browser.client.set_cookie("stoa_departure", kept)
    again = browser.opens(answer)

    assert again.status_code == 403


@pytest.mark.parametrize("part", [0, 1, 2])
def test_an_answer_counts_only_with_the_secrets_of_its_departure(town: Town, part: int) -> None:
    browser = town.counter.browser()
    answer = town.leaves(browser, "subject-1")
    kept = browser.client.get_cookie("stoa_departure")
    assert kept is not None
    secrets = json.loads(kept.decoded_value)
    secrets[part] = "x" * 43
    browser.client.set_cookie("stoa_departure", json.dumps(secrets))

    assert browser.opens(answer).status_code == 403


@pytest.mark.parametrize(
    "changes", [{"iss": "https://other.example"}, {"code": "made-up"}, {"code": None}, {"state": None}]
)
def test_a_changed_answer_is_refused(town: Town, changes: dict[str, str | None]) -> None:
    browser = town.counter.browser()
    answer = urlsplit(town.leaves(browser, "subject-1"))
    query = {name: values[0] for name, values in parse_qs(answer.query).items()} | changes
    changed = urlencode({name: value for name, value in query.items() if value is not None})

    refused = browser.opens(f"{answer.path}?{changed}")

    assert refused.status_code == 403
    assert browser.cookie("stoa_session") is None


def test_a_refusal_of_the_provider_is_told(town: Town) -> None:
    browser = town.counter.browser()
    left = browser.opens("/sign-in/provider")
    state = parse_qs(urlsplit(left.location).query)["state"][0]

    refused = browser.opens(f"{RETURN}?error=access_denied&state={state}&iss={town.provider.issuer}")

    assert refused.status_code == 403


def test_a_client_that_the_provider_does_not_know_gets_nobody_in(running: RunningProvider) -> None:
    town = a_town(running, client_secret="another one")
    browser = town.counter.browser()

    refused = browser.opens(town.leaves(browser, "subject-1"))

    assert refused.status_code == 403


def test_a_provider_that_calls_itself_otherwise_is_not_asked(running: RunningProvider) -> None:
    town = a_town(running, issuer=running.issuer.replace("127.0.0.1", "localhost"))

    refused = town.counter.browser().opens("/sign-in/provider")

    assert refused.status_code == 403
    assert "δεν απαντά" in refused.text


def test_a_provider_that_is_down_is_told_as_such(running: RunningProvider) -> None:
    town = a_town(running, issuer="http://127.0.0.1:1")

    refused = town.counter.browser().opens("/sign-in/provider")

    assert refused.status_code == 403
    assert "δεν απαντά" in refused.text


def test_who_signs_out_is_shown_how_to_sign_out_at_the_provider(town: Town) -> None:
    browser = town.counter.browser()
    browser.opens(town.leaves(browser, "subject-1"))
    browser.opens("/account")

    out = browser.sends("/sign-out")

    assert f"{town.provider.issuer}/session/end?client_id=stoa" in out.text
    assert browser.opens("/account").status_code == 303


def test_a_provider_may_want_the_secret_in_the_form(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("provider")
    with running_provider(folder, authentication="client_secret_post") as running:
        town = a_town(running)
        browser = town.counter.browser()

        entered = browser.opens(town.leaves(browser, "subject-1"))

    assert entered.location == "/account"


RULE = GroupRule(patterns=(group_pattern("stoa-{branch}-{role}"),))
STAFF = ["stoa-0301-clerk", "stoa-0301-manager", "vpn-users"]


@pytest.mark.parametrize(
    ("claim", "claims"),
    [("groups", {"groups": STAFF}), ("realm_access.roles", {"realm_access": {"roles": STAFF}})],
)
def test_groups_of_the_provider_let_a_new_person_work(
    running: RunningProvider, claim: str, claims: dict[str, object]
) -> None:
    town = a_town(running, role_mapping=RoleMapping(rule=RULE, registers=True), groups_claim=claim)
    town.counter.office.does(EnterBranch(branch=a_branch(code="0301")), actor=SYSTEM)
    town.provider.knows({"subject-5": "eleni"}, name="Ελένη Δημητρίου", **claims)
    browser = town.counter.browser()

    entered = browser.opens(town.leaves(browser, "subject-5"))

    assert entered.location == "/account"
    assert "Ελένη Δημητρίου" in browser.opens("/account").text
    assert works(town, "eleni") == [("0301", frozenset({Role.CLERK, Role.MANAGER}))]


def test_who_leaves_a_group_loses_its_role_at_the_next_sign_in(running: RunningProvider) -> None:
    town = a_town(running, role_mapping=RoleMapping(rule=RULE), groups_claim="groups")
    town.counter.office.does(EnterBranch(branch=a_branch(code="0301")), actor=SYSTEM)
    town.provider.knows({"subject-1": "maria"}, groups=STAFF)
    first, second = town.counter.browser(), town.counter.browser()
    first.opens(town.leaves(first, "subject-1"))
    before = works(town, "maria")

    town.provider.knows({"subject-1": "maria"})
    second.opens(town.leaves(second, "subject-1"))

    assert ("0301", frozenset({Role.CLERK, Role.MANAGER})) in before
    assert works(town, "maria") == [("0009", frozenset({Role.CLERK}))]


def test_groups_that_are_not_in_the_id_token_are_asked_for(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with running_provider(tmp_path_factory.mktemp("provider"), claims_in="userinfo") as running:
        town = a_town(running, role_mapping=RoleMapping(rule=RULE), groups_claim="groups")
        town.counter.office.does(EnterBranch(branch=a_branch(code="0301")), actor=SYSTEM)
        town.provider.knows({"subject-1": "maria"}, groups=STAFF)
        browser = town.counter.browser()

        browser.opens(town.leaves(browser, "subject-1"))

    assert ("0301", frozenset({Role.CLERK, Role.MANAGER})) in works(town, "maria")


def test_the_provider_knows_who_signs_out_and_sends_them_back(town: Town) -> None:
    browser = town.counter.browser()
    with a_browser() as there:
        browser.opens(town.leaves(browser, "subject-1", there=there))
        browser.opens("/account")
        out = browser.sends("/sign-out")
        link = re.search(rf'href="({town.provider.issuer}/session/end[^"]*)"', out.text)
        assert link is not None

        back = town.provider.lets_out(unescape(link.group(1)), browser=there)
        asked_again = there.get(browser.opens("/sign-in/provider").location, follow_redirects=True)

    assert "id_token_hint" in parse_qs(urlsplit(unescape(link.group(1))).query)
    assert back == "http://localhost/sign-in"
    assert 'name="login"' in asked_again.text
    assert browser.client.get_cookie("stoa_sign_out_hint", path="/sign-out") is None


def test_who_signs_out_at_the_provider_is_signed_out_here(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("provider")
    with (
        an_address_of(lambda *call: town.counter.app(*call)) as ours,
        running_provider(folder, departures=f"{ours}/sign-in/provider/signed-out") as running,
    ):
        town = a_town(running)
        browser, unconcerned = town.counter.browser(), town.counter.browser()
        unconcerned.signs_in("petros")
        with a_browser() as there:
            browser.opens(town.leaves(browser, "subject-1", there=there))
            before = browser.opens("/account").status_code
            town.provider.lets_out(f"{running.issuer}/session/end", browser=there)

    assert (before, browser.opens("/account").status_code) == (200, 303)
    assert unconcerned.opens("/account").status_code == 200


def test_a_provider_alone_makes_nobody_an_operator(running: RunningProvider) -> None:
    rule = GroupRule(patterns=(group_pattern("stoa-{branch}-{role}"),))
    town = a_town(running, role_mapping=RoleMapping(rule=rule), groups_claim="groups")
    running.knows({"subject-1": "maria"}, groups=["stoa-0009-operator"])
    browser = town.counter.browser()

    entered = browser.opens(town.leaves(browser, "subject-1"))
    refused = browser.opens("/admin/organisations")

    assert entered.status_code == 303
    assert refused.status_code == 403
    assert works(town, "maria") == [("0009", frozenset({Role.CLERK}))]
    posts = town.counter.office.engine.ask(ShowPerson(username="maria"), actor=SYSTEM).member.posts
    (waiting,) = [one.post for one in posts if one.post.awaits_confirmation]
    town.counter.office.does(ConfirmPost(post_id=waiting.id), actor=SYSTEM)
    assert works(town, "maria") == [("0009", frozenset({Role.CLERK, Role.OPERATOR}))]
