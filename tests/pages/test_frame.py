"""Claims about what every page has: its language, its landmarks, its headers, and a page for every no."""

import json
from pathlib import Path

import pytest

from api.http.problems import KINDS, Kind
from api.pages.frame import bundles
from api.pages.frame.error_pages import error_text_of
from tests.pages.visiting import OpenDesk, Visitor

ADDRESSES = ["/desk", "/desk?tab=branch", "/desk/branch", "/track", "/desk/nowhere", "/sign-in"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_has_one_heading_one_main_part_and_a_way_past_the_rest(
    desk: OpenDesk, nikos: Visitor, address: str
) -> None:
    visitor = nikos if address != "/sign-in" else desk.anybody()

    visitor.opens(address)

    assert len(visitor.sees("//h1")) == 1
    assert visitor.sees("//body/a[1]/@href") == ["#main"]
    assert visitor.sees("//main/@id") == ["main"]
    assert visitor.sees("//html/@lang") == ["en"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_holds_nothing_that_its_policy_forbids(nikos: Visitor, address: str) -> None:
    page = nikos.opens(address)

    assert nikos.sees("//style | //script[not(@src)] | //@style | //@onclick") == []
    assert all(source.startswith("/bundles/") for source in nikos.sees("//script/@src | //link/@href"))
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_greek_is_spoken_to_whoever_asks_for_nothing_we_speak(desk: OpenDesk) -> None:
    page = desk.anybody(language="de,fr;q=0.5").opens("/track")

    assert page.headers["Content-Language"] == "el"


def test_a_choice_of_language_is_kept(desk: OpenDesk) -> None:
    visitor = desk.anybody(language="el")

    visitor.opens("/track?lang=en")
    page = visitor.opens("/track")

    assert page.headers["Content-Language"] == "en"


def test_the_other_language_is_one_link_away_and_keeps_the_place(desk: OpenDesk, maria: Visitor) -> None:
    maria.opens("/desk?tab=branch&q=x")

    assert maria.sees("//header//a[@hreflang='el']/@href") == ["/desk?tab=branch&q=x&lang=el"]


@pytest.mark.parametrize("language", ["el", "en"])
@pytest.mark.parametrize(("code", "kind"), KINDS.items())
def test_every_kind_of_problem_has_words(still: OpenDesk, language: str, code: str, kind: Kind) -> None:
    with still.desk.app.test_request_context(headers={"Accept-Language": language}):
        fault = error_text_of(kind.status, code)

    assert all(fault)
    is_greek = any("α" <= letter <= "ω" for letter in fault.heading)
    assert is_greek is (language == "el")


def test_a_no_is_a_page_for_people_and_a_problem_for_programs(desk: OpenDesk, maria: Visitor) -> None:
    page = maria.opens("/desk/nowhere")
    problem = maria.client.get("/desk/nowhere", headers={"Accept": "application/json"})
    of_the_api = maria.client.get("/api/v1/nowhere", headers={"Accept": "text/html"})

    assert (page.status_code, page.mimetype) == (404, "text/html")
    assert (problem.status_code, problem.mimetype) == (404, "application/problem+json")
    assert of_the_api.mimetype == "application/problem+json"


def test_a_page_for_a_no_names_the_request(maria: Visitor) -> None:
    page = maria.opens("/desk/nowhere")

    assert page.headers["X-Request-Id"] in maria.text


def test_a_form_that_was_not_on_a_page_of_ours_is_refused(maria: Visitor) -> None:
    maria.opens("/desk")

    page = maria.sends("/desk/claim-next", csrf="made up")

    assert (page.status_code, page.mimetype) == (403, "text/html")


def test_bundles_are_kept_for_ever_because_their_names_change_with_them(maria: Visitor) -> None:
    maria.opens("/desk")
    (sheet,) = maria.sees("//link[@rel='stylesheet'][contains(@href, 'desk-')]/@href")

    with maria.client.get(sheet) as served:
        status = served.status_code

    assert status == 200
    assert "immutable" in served.headers["Cache-Control"]


@pytest.mark.parametrize("name", ["manifest.json", "nothing.js", "..%2fbundles.py", "%2e%2e/bundles.py"])
def test_nothing_but_bundles_is_served(maria: Visitor, name: str) -> None:
    assert maria.client.get(f"/bundles/{name}").status_code == 404


def test_what_the_manifest_names_is_there() -> None:
    named = json.loads((Path(bundles.BUILT) / "manifest.json").read_text())

    assert {"desk.css", "desk.js", "icon.svg"} <= named.keys()
    assert all((Path(bundles.BUILT) / name).is_file() for name in named.values())


@pytest.mark.parametrize(
    ("who", "doors"),
    [
        ("maria", ["Worklist", "New case", "Appointments", "Calendar"]),
        (
            "nikos",
            ["Worklist", "New case", "Appointments", "Branch", "Payments", "Calendar", "Incidents", "People"],
        ),
        ("dimitra", ["Calls", "New case"]),
        ("thanos", ["Worklist", "Payments", "Topics", "Settings", "Access"]),
        ("danai", ["Settings", "Access"]),
        ("olga", ["Incidents", "Agencies", "Topics", "Migrations", "Settings", "Organisations", "People"]),
    ],
)
def test_everybody_is_shown_the_doors_that_their_role_opens(
    still: OpenDesk, who: str, doors: list[str]
) -> None:
    visitor = still.visit(still.person(who))

    visitor.opens("/track")
    shown = visitor.sees("//nav[@aria-label='Main']//a")
    opened = [visitor.opens(address).status_code for address in visitor.sees("//nav//ul/li/a/@href")]

    assert shown == doors
    assert set(opened) <= {200}
