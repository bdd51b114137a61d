"""Claims about migrations over REST: planned, decided, tried, begun, done by the worker, and taken back."""

from datetime import timedelta
from typing import Any

import pytest

from engine.jobs.connectors import Connectors
from engine.jobs.worker import Worker
from engine.kernel.actor import Role
from tests.api.desk import Desk, a_desk
from tests.case_migration.test_residence_certificate import with_five_more_days
from tests.case_migration.versions import KEY, publish

PAIR = f"/procedures/{KEY}/migrations/1/2"


@pytest.fixture
def desk() -> Desk:
    desk = a_desk()
    desk.sends_to_municipality()
    desk.opens_case()
    publish(desk.office, with_five_more_days())
    people = {"thalia": Role.ANALYST, "kosmas": Role.CERTIFIER, "omiros": Role.OPERATOR}
    for name, role in people.items():
        desk.engages(name, desk.office.branch, role)
    return desk


def puts(desk: Desk, elements: dict[str, str | None], *, by: str) -> Any:
    return desk.call("PUT", PAIR, json={"elements": elements}, by=by)


def begins(desk: Desk, kind: str) -> dict[str, Any]:
    """A run that the worker has done, a minute after the one before."""
    desk.office.clock.advance(timedelta(minutes=1))
    begun = desk.post(f"{PAIR}/runs", {"kind": kind}, by="omiros")
    assert begun.status_code == 201, begun.text
    Worker(desk.office.engine, Connectors().deliver).run_once()
    found = desk.get(f"/procedures/{KEY}/migrations/runs/{begun.get_json()['id']}", by="kosmas")
    return dict(found.get_json())


def test_cases_are_moved_by_three_people_and_the_worker(desk: Desk) -> None:
    shown = desk.get(PAIR, by="thalia").get_json()
    kept = puts(desk, {"remind_municipality": "warn_municipality"}, by="thalia").get_json()
    decided = desk.post(f"{PAIR}/decide", {"decree": "ΥΑ 1234/2026"}, by="kosmas").get_json()

    tried, moved, back = (begins(desk, kind) for kind in ("dry_run", "move", "back"))
    results = desk.get(f"/procedures/{KEY}/migrations/runs/{moved['id']}/cases", by="thalia").get_json()
    listed = desk.get(f"{PAIR}/runs", by="thalia").get_json()["items"]

    proposed = {one["old"]: (one["new"], one["by"]) for one in shown["proposed"]}
    assert (shown["cases"], shown["kept"]) == (2, None)
    assert proposed["check_papers"] == ("check_papers", "id")
    assert proposed["remind_municipality"] == ("warn_municipality", "position")
    assert (kept["author"], kept["decided_by"]) == ("thalia", None)
    assert (decided["decided_by"], decided["decree"]) == ("kosmas", "ΥΑ 1234/2026")
    figures = [(run["state"], run["looked"], run["moved"], run["refused"]) for run in (tried, moved, back)]
    assert figures == [("done", 2, 2, 0)] * 3
    assert [run["kind"] for run in listed] == ["back", "move", "dry_run"]
    assert {one["verdict"] for one in results["items"]} == {"consequences"}
    assert "Δημητρίου" not in str(results)


def test_a_plan_that_cannot_be_is_refused_with_every_element(desk: Desk) -> None:
    refused = puts(desk, {"check_papers": "handed_over", "none": "hand_over"}, by="thalia")

    assert refused.status_code == 422
    assert set(refused.get_json()["errors"]) == {"elements.check_papers", "elements.none"}


def test_whoever_edited_the_plan_does_not_decide_it(desk: Desk) -> None:
    puts(desk, {"remind_municipality": None}, by="kosmas")

    refused = desk.post(f"{PAIR}/decide", {"decree": "ΥΑ 1"}, by="kosmas")

    assert (refused.status_code, refused.get_json()["type"]) == (409, "/problems/four_eyes")


def test_a_run_is_paused_goes_on_and_is_stopped(desk: Desk) -> None:
    puts(desk, {"remind_municipality": None}, by="thalia")
    desk.post(f"{PAIR}/decide", {"decree": "ΥΑ 1"}, by="kosmas")
    run = desk.post(f"{PAIR}/runs", {"kind": "move"}, by="omiros").get_json()
    address = f"/procedures/{KEY}/migrations/runs/{run['id']}"

    states = [
        desk.post(f"{address}/{act}", by="omiros").get_json()["state"]
        for act in ("pause", "continue", "stop")
    ]
    again = desk.post(f"{address}/continue", by="omiros")
    elsewhere = desk.post(f"/procedures/amka-issue/migrations/runs/{run['id']}/stop", by="omiros")

    assert states == ["paused", "running", "stopped"]
    assert (again.status_code, elsewhere.status_code) == (409, 404)
