"""Claims about signing in with a password, staying signed in, choosing a branch, and signing out."""

from datetime import timedelta

import pytest

from engine.kernel.actor import SYSTEM, Role
from engine.people.accounts import EndSessions
from engine.people.users import SaveUser
from tests.builders import a_branch, a_user
from tests.people.sign_in.browser import PASSWORD, Browser, Counter, a_counter, forms

ME = "/account"


def test_a_right_password_leads_to_the_page_that_was_wanted(browser: Browser) -> None:
    asked = browser.opens("/account?lang=en")
    browser.opens(asked.location)

    entered = browser.sends("/sign-in", username="maria", password=PASSWORD)

    assert asked.status_code == 303
    assert (entered.status_code, entered.location) == (303, "/account?lang=en")
    assert browser.opens(ME).status_code == 200


@pytest.mark.parametrize("username", ["maria", "nobody", ""])
def test_a_wrong_password_and_an_unknown_name_are_told_alike(browser: Browser, username: str) -> None:
    refused = browser.signs_in(username, "not the password")

    assert refused.status_code == 422
    assert "Το όνομα χρήστη ή ο κωδικός πρόσβασης δεν είναι σωστά." in refused.text
    assert browser.cookie("stoa_session") is None


def test_a_password_is_the_same_however_it_was_composed(counter: Counter) -> None:
    user = counter.engages("anna", a_branch(code="0301"), password="μία φράση πολύ καλή")
    assert user.username == "anna"

    decomposed = "μι\u0301α φρα\u0301ση πολυ\u0301 καλη\u0301"
    entered = counter.browser().signs_in("anna", decomposed)

    assert entered.status_code == 303


def test_names_are_taken_however_they_are_written(browser: Browser) -> None:
    assert browser.signs_in(" Maria ").status_code == 303


def test_an_inactive_user_is_not_let_in_and_is_signed_out_at_once(counter: Counter) -> None:
    browser = counter.browser()
    browser.signs_in()
    maria = a_user(id=counter.office.clerk.id, active=False)
    command = SaveUser(user=maria, branch_id=counter.office.branch.id, roles=counter.office.clerk.roles)

    counter.office.does(command, actor=SYSTEM)

    assert browser.opens(ME).status_code == 303
    assert counter.browser().signs_in().status_code == 422


def test_the_session_is_another_one_after_every_sign_in(browser: Browser) -> None:
    browser.signs_in()
    first = browser.cookie("stoa_session")
    browser.client.delete_cookie("stoa_session")
    browser.signs_in()

    assert first != browser.cookie("stoa_session")


def test_a_session_that_somebody_else_chose_is_never_taken_over(browser: Browser) -> None:
    browser.client.set_cookie("stoa_session", "chosen-by-somebody-else")

    browser.signs_in()

    assert browser.cookie("stoa_session") != "chosen-by-somebody-else"


def test_cookies_are_for_us_alone(counter: Counter) -> None:
    browser = counter.browser()

    entered = browser.signs_in()

    cookie = next(line for line in entered.headers.getlist("Set-Cookie") if line.startswith("stoa_session="))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Domain" not in cookie


def test_over_https_cookies_are_bound_to_this_host(counter: Counter) -> None:
    client = counter.app.test_client()

    shown = client.get("/sign-in", base_url="https://stoa.example")

    cookie = shown.headers["Set-Cookie"]
    assert cookie.startswith("__Host-stoa_visit=")
    assert "Secure" in cookie
    assert "Path=/" in cookie


def test_a_session_ends_when_nothing_is_asked_for_too_long(counter: Counter) -> None:
    browser = counter.browser()
    browser.signs_in()

    counter.office.clock.advance(timedelta(minutes=59))
    still_there = browser.opens(ME).status_code
    counter.office.clock.advance(timedelta(minutes=59))
    kept_up = browser.opens(ME).status_code
    counter.office.clock.advance(timedelta(minutes=61))
    gone = browser.opens(ME).status_code

    assert (still_there, kept_up, gone) == (200, 200, 303)


def test_a_session_ends_after_its_longest_time_however_busy_it_is(counter: Counter) -> None:
    browser = counter.browser()
    browser.signs_in()

    statuses = []
    for _ in range(13):
        counter.office.clock.advance(timedelta(minutes=58))
        statuses.append(browser.opens(ME).status_code)

    assert statuses == [200] * 12 + [303]


def test_sessions_can_be_ended_from_outside(counter: Counter) -> None:
    browser = counter.browser()
    browser.signs_in()
    assert counter.office.clerk.id is not None

    ended = counter.office.does(EndSessions(user_id=counter.office.clerk.id), actor=SYSTEM)

    assert ended == 1
    assert browser.opens(ME).status_code == 303


def test_signing_out_ends_the_session_for_good(browser: Browser) -> None:
    browser.signs_in()
    kept = browser.cookie("stoa_session")
    assert kept is not None
    browser.opens(ME)

    out = browser.sends("/sign-out")

    browser.client.set_cookie("stoa_session", kept)
    assert out.status_code == 200
    assert browser.opens(ME).status_code == 303


def test_who_works_in_several_branches_chooses_one_and_may_choose_another(counter: Counter) -> None:
    athens, patras = a_branch(code="0301", name="ΚΕΠ Α"), a_branch(code="0302", name="ΚΕΠ Β")
    counter.engages("anna", athens, patras)
    browser = counter.browser()

    entered = browser.signs_in("anna")
    before = browser.opens(ME)
    browser.opens("/sign-in/branch?next=/account")
    chosen = browser.sends("/sign-in/branch", workplace=str(patras.id))

    assert entered.location == "/sign-in/branch?next=/home"
    assert before.location == "/sign-in/branch?next=/account"
    assert chosen.location == "/account"
    assert "ΚΕΠ Β" in browser.opens(ME).text
    browser.opens("/sign-in/branch")
    assert browser.sends("/sign-in/branch", workplace=str(athens.id)).status_code == 303


@pytest.mark.parametrize(
    ("role", "home"),
    [
        (Role.CLERK, "/desk"),
        (Role.MANAGER, "/desk"),
        (Role.AGENT, "/desk/calls"),
        (Role.ANALYST, "/studio"),
    ],
)
def test_everybody_begins_where_they_work(counter: Counter, role: Role, home: str) -> None:
    branch = a_branch(code="0305")
    user = counter.engages("anna", branch)
    counter.office.does(SaveUser(user=user, branch_id=branch.id, roles=frozenset({role})), actor=SYSTEM)
    browser = counter.browser()

    entered = browser.signs_in("anna")

    assert browser.opens(entered.location).location == home


def test_nobody_chooses_a_branch_in_which_they_do_not_work(counter: Counter) -> None:
    elsewhere = a_branch(code="0303")
    counter.engages("petra", elsewhere)
    browser = counter.browser()
    browser.signs_in()
    browser.opens("/sign-in/branch")

    refused = browser.sends("/sign-in/branch", workplace=str(elsewhere.id))

    assert refused.status_code == 403


def test_who_works_nowhere_is_told_so_on_their_account(counter: Counter) -> None:
    branch = a_branch(code="0304")
    user = counter.engages("zoe", branch)
    leave = SaveUser(user=user, branch_id=branch.id, roles=frozenset())
    counter.office.does(leave, actor=SYSTEM)

    browser = counter.browser()

    entered = browser.signs_in("zoe")
    chosen = browser.opens(entered.location)
    told = browser.opens(chosen.location)

    assert (chosen.location, told.status_code) == (ME, 200)
    assert "δεν εργάζεστε σε κάποιο ΚΕΠ" in told.text
    assert browser.opens("/desk").location == "/sign-in/branch?next=/desk"


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "/a\tb",
        "\n//e",
        "",
    ],
)
def test_nobody_is_sent_on_to_another_site(browser: Browser, wanted: str) -> None:
    browser.opens("/sign-in")

    entered = browser.sends("/sign-in", username="maria", password=PASSWORD, next=wanted)

    assert entered.location == "/home"


def test_attempts_that_fail_make_the_next_ones_wait_longer(counter: Counter) -> None:
    browser = counter.browser()

    failures = [browser.signs_in(password="wrong password").status_code for _ in range(6)]
    right_but_early = browser.signs_in()
    counter.office.clock.advance(timedelta(seconds=5))
    right_in_time = browser.signs_in()

    assert failures == [422] * 5 + [429]
    assert right_but_early.status_code == 429
    assert "δευτερόλεπτα" in right_but_early.text
    assert right_in_time.status_code == 303


def test_a_name_that_nobody_has_is_made_to_wait_like_any_other(counter: Counter) -> None:
    browser = counter.browser()

    statuses = [browser.signs_in("nobody", "wrong password").status_code for _ in range(6)]

    assert statuses == [422] * 5 + [429]


def test_a_success_forgets_the_failures_of_the_account(counter: Counter) -> None:
    browser = counter.browser()
    for _ in range(4):
        browser.signs_in(password="wrong password")
    browser.signs_in()

    other = counter.browser()
    statuses = [other.signs_in(password="wrong password").status_code for _ in range(5)]

    assert statuses == [422] * 5


def test_a_changed_password_ends_every_other_session(counter: Counter) -> None:
    browser, other = counter.browser(), counter.browser()
    browser.signs_in()
    other.signs_in()
    browser.opens(ME)
    new = "another good long sentence"

    changed = browser.sends(
        "/account/password", present_password=PASSWORD, new_password=new, repeated_password=new
    )

    assert changed.status_code == 200
    assert browser.opens(ME).status_code == 200
    assert other.opens(ME).status_code == 303
    assert counter.browser().signs_in(password=PASSWORD).status_code == 422
    assert counter.browser().signs_in(password=new).status_code == 303


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"present_password": "wrong"}, "present_password"),
        ({"repeated_password": "something else"}, "repeated_password"),
        ({"new_password": "short", "repeated_password": "short"}, "new_password"),
        ({"new_password": "maria maria maria", "repeated_password": "maria maria maria"}, "new_password"),
        ({"new_password": "password1234", "repeated_password": "password1234"}, "new_password"),
        ({"new_password": "a" * 300, "repeated_password": "a" * 300}, "new_password"),
    ],
)
def test_a_password_that_is_not_good_changes_nothing(
    counter: Counter, typed: dict[str, str], field: str
) -> None:
    browser = counter.browser()
    browser.signs_in()
    browser.opens(ME)
    new = "another good long sentence"
    sent = {"present_password": PASSWORD, "new_password": new, "repeated_password": new, **typed}

    refused = browser.sends("/account/password", **sent)

    assert refused.status_code == 422
    assert f'id="{field}-error-1"' in refused.text
    assert counter.browser().signs_in().status_code == 303


def test_the_page_for_signing_in_is_passed_by_who_is_signed_in(browser: Browser) -> None:
    browser.signs_in()

    assert browser.opens("/sign-in?next=/account").location == "/account"


def test_the_sign_in_can_be_read_in_both_languages() -> None:
    browser = a_counter().browser()

    assert "<h1>Σύνδεση</h1>" in browser.opens("/sign-in").text
    assert "<h1>Sign in</h1>" in browser.opens("/sign-in?lang=en").text
    assert "/sign-in" in forms(browser.opens("/sign-in"))


def test_among_many_branches_one_is_looked_for_however_it_is_written(counter: Counter) -> None:
    names = (
        "Αθηναίων",
        "Θεσσαλονίκης",
        "Πατρέων",
        "Βόλου",
        "Ιωαννίνων",
        "Λαρισαίων",
        "Κέρκυρας",
        "Ρόδου",
        "Ήλιδας",
    )
    branches = [a_branch(code=f"{400 + at:04}", name=f"ΚΕΠ {name}") for at, name in enumerate(names)]
    counter.engages("anna", *branches)
    browser = counter.browser()
    browser.signs_in("anna")

    offered = {
        asked: browser.opens(f"/sign-in/branch?q={asked}").text for asked in ("", "ilidas", "0401", "xyz")
    }

    assert all(branch.name in offered[""] for branch in branches)
    assert [branch.code for branch in branches if branch.name in offered["ilidas"]] == ["0408"]
    assert "ΚΕΠ Θεσσαλονίκης" in offered["0401"]
    assert "Δεν εργάζεστε σε κάποιο με αυτό το όνομα." in offered["xyz"]
    browser.opens("/sign-in/branch?q=ilidas&next=/account")
    assert browser.sends("/sign-in/branch", workplace=str(branches[8].id)).location == "/account"


def test_one_sees_where_one_is_signed_in_and_ends_all_but_this(counter: Counter) -> None:
    here, elsewhere, petros = counter.browser(), counter.browser(), counter.browser()
    elsewhere.signs_in()
    here.signs_in()
    petros.signs_in("petros")
    listed = here.opens(ME).text

    told = here.sends("/account/sessions/others/ended")

    assert listed.count("με τον κωδικό πρόσβασης του Stoa") == 2
    assert listed.count("αυτός ο περιηγητής") == 1
    assert "Αποσυνδεθήκατε από ένα άλλο σημείο." in told.text
    assert [one.opens(ME).status_code for one in (here, elsewhere, petros)] == [200, 303, 200]


def test_who_waits_long_is_told_the_minutes(counter: Counter) -> None:
    browser = counter.browser()
    for _ in range(13):
        browser.signs_in(password="wrong password")
        counter.office.clock.advance(timedelta(minutes=14))
    browser.signs_in(password="wrong password")

    told = browser.signs_in()

    assert told.status_code == 429
    assert "Δοκιμάστε ξανά σε 15 λεπτά." in told.text
