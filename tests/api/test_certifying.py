"""The walk over REST: from the certificate on offer to a certified version with five more days, on offer."""

from collections.abc import Callable
from datetime import timedelta

from werkzeug.test import TestResponse

from engine.bundle import folder
from engine.people import one_time_code
from engine.people.second_factor import ConfirmSecondFactor, EnrolSecondFactor
from tests.api.desk import Desk
from tests.api.test_procedures import ZIP, zipped
from tests.office import ROOT
from tests.officials import passes_gate, recovery_codes

KEY = "residence-certificate"
_DAYS = {
    "scenarios/municipality-late.yaml": [(b"2026-03-16", b"2026-03-19")],
    "scenarios/supplement.yaml": [(b"2026-03-16", b"2026-03-19"), (b"2026-03-18", b"2026-03-23")],
}


def with_five_more_days(*, scenarios: bool) -> dict[str, bytes]:
    """The files with a term of ten days; the scenarios say so too, or still the old days."""
    files = dict(folder(ROOT / "processes", ROOT / "forms", KEY))
    files["procedure.yaml"] = files["procedure.yaml"].replace(b"days: 5", b"days: 10")
    for name, changes in _DAYS.items() if scenarios else ():
        for old, new in changes:
            assert old in files[name]
            files[name] = files[name].replace(old, new)
    return files


def test_the_municipality_gets_five_more_days(desk: Desk) -> None:
    passes_gate(desk.office)
    codes = list(recovery_codes(desk.office.engine, desk.actor("kostas")))
    running = desk.opens_case()

    def deployed(*, scenarios: bool) -> str:
        content = zipped(with_five_more_days(scenarios=scenarios))
        answer = desk.call("POST", "/procedures", by="anna", data=content, content_type=ZIP)
        return answer.headers["Location"].removeprefix("/api/v1")

    first, second = deployed(scenarios=False), deployed(scenarios=True)
    lacking = desk.post(f"{first}/submit", by="anna")
    difference = desk.get(f"/procedures/{KEY}/versions/1/changes/3", by="kostas").get_json()
    submitted = desk.post(f"{second}/submit", by="anna")
    comment = desk.post(f"{second}/comments", {"text": "Γιατί δέκα;", "file": "procedure.yaml"}, by="kostas")
    decree = {
        "sha256": submitted.get_json()["sha256"],
        "decree": "ΔΟΛΚΕΠ 1234/2026",
        "gazette": "Β΄ 512/2026",
        "ada": "Ψ8Ν246ΜΤΛ6-7ΘΞ",
        "second_factor": codes.pop(),
    }
    waiting = desk.post(f"{second}/certify", decree, by="kostas")
    thread = f"/procedures/comments/{comment.get_json()['id']}"
    desk.post(f"{thread}/answers", {"text": "Το ορίζει ο νόμος."}, by="anna")
    desk.post(f"{thread}/resolution", {"resolved": True}, by="kostas")
    other = desk.post(f"{second}/certify", {**decree, "sha256": "0" * 64}, by="kostas")
    certified = desk.post(f"{second}/certify", decree, by="kostas")
    published = desk.post(f"{second}/publish", {}, by="kostas")
    opened = desk.opens_case()

    assert (lacking.status_code, lacking.get_json()["type"]) == (422, "/problems/gate_refused")
    assert "scenarios/supplement.yaml:26:3" in lacking.get_json()["errors"]
    terms = [change for change in difference["changes"] if change["part"] == "term"]
    assert [change["text"]["en"] for change in terms] == [
        "Changed: term “term of law” (term), days: from “5” to “10”."
    ]
    assert difference["running"] == 1
    assert waiting.get_json()["type"] == "/problems/comments_open"
    assert other.get_json()["type"] == "/problems/version_altered"
    assert [one.get_json()["status"] for one in (submitted, certified, published)] == [
        "submitted",
        "certified",
        "published",
    ]
    assert (running["version"], opened["version"]) == (1, 3)
    assert desk.get(f"{second}/evidence").get_json()["evidence"]["sha256"] == decree["sha256"]
    assert len(desk.get(f"{second}/comments", by="anna").get_json()["items"]) == 2


def test_certifying_asks_for_a_second_factor_that_is_fresh_and_ones_own(desk: Desk) -> None:
    passes_gate(desk.office)
    deployed = desk.call(
        "POST", "/procedures", by="anna", data=zipped(with_five_more_days(scenarios=True)), content_type=ZIP
    )
    version = deployed.headers["Location"].removeprefix("/api/v1")
    decree = {
        "sha256": desk.post(f"{version}/submit", by="anna").get_json()["sha256"],
        "decree": "ΔΟΛΚΕΠ 1234/2026",
        "gazette": "Β΄ 512/2026",
        "ada": "Ψ8Ν246ΜΤΛ6-7ΘΞ",
    }

    def certifies(code: str) -> TestResponse:
        return desk.post(f"{version}/certify", {**decree, "second_factor": code}, by="kostas")

    without_field = desk.post(f"{version}/certify", decree, by="kostas")
    without = certifies("123456")
    used, olgas = enrolled(desk, "kostas"), enrolled(desk, "olga")
    earlier = used()
    desk.office.clock.advance(timedelta(minutes=10))
    refused = [certifies(code) for code in (earlier, olgas(), "000000")]
    status = desk.get(version).get_json()["status"]
    certified = certifies(used())

    assert without_field.status_code == 422
    assert "second_factor" in without_field.get_json()["errors"]
    assert (without.status_code, without.get_json()["type"]) == (403, "/problems/second_factor_needed")
    assert "set one up in your account first" in without.get_json()["detail"]
    assert {(one.status_code, one.get_json()["type"]) for one in refused} == {(422, "/problems/wrong_code")}
    assert status == "submitted"
    assert (certified.status_code, certified.get_json()["status"]) == (200, "certified")
    assert certifies(used()).get_json()["type"] == "/problems/version_certified"


def enrolled(desk: Desk, name: str) -> Callable[[], str]:
    """What somebody's telephone shows from now on: its first code is taken."""
    person = desk.actor(name)
    secret = desk.office.does(EnrolSecondFactor(), actor=person)

    def shown() -> str:
        return one_time_code.code_of(secret, one_time_code.step_at(desk.office.clock.now()))

    desk.office.does(ConfirmSecondFactor(code=shown()), actor=person)
    return shown
