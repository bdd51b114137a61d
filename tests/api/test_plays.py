"""Plays over REST: a version or a draft played step by step, taken back, and saved as a scenario."""

from collections.abc import Mapping
from datetime import timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from engine.kernel.actor import SYSTEM, Role
from engine.operations.housekeeping import DiscardExpired
from engine.plays.model import KEPT, MOST_PLAYS
from engine.rehearsal.rehearsal import run
from tests.api.desk import APPLICANT, Desk
from tests.messages.drawn import drawn
from tests.office import APPLICATION
from tests.procedures.shipped import files_of
from tests.runtime.diagrams import chain, element, end, flow, start, timer, user

BEGIN: Mapping[str, Any] = {"begin": {"applicant": APPLICANT, "data": APPLICATION}}
CHECK: Mapping[str, Any] = {
    "complete": "check_papers",
    "data": {"identity_checked": True, "papers_verdict": "complete"},
}
ANSWER: Mapping[str, Any] = {
    "answer": "municipality.residence",
    "data": {"confirmed": True, "certificate_number": "2026/1"},
}
COLLECT: Mapping[str, Any] = {
    "complete": "hand_over",
    "data": {"handing_over": {"received_by": "applicant", "identity_checked": True}},
}


def analyst(desk: Desk, name: str = "daphne") -> str:
    desk.engages(name, desk.office.branch, Role.ANALYST)
    return name


def begins(desk: Desk, by: str) -> str:
    """The address of a new play of the residence certificate."""
    answer = desk.post("/plays", {"procedure": "residence-certificate", "version": 1}, by=by)
    assert answer.status_code == 201, answer.text
    assert answer.get_json()["state"]["start_form"]["id"] == "intake"
    return f"/plays/{answer.get_json()['play']['id']}"


def takes(desk: Desk, play: str, *acts: Mapping[str, Any], by: str = "daphne") -> dict[str, Any]:
    """The state after the last of the acts."""
    state: dict[str, Any] = {}
    for act in acts:
        answer = desk.post(f"{play}/acts", {"act": act}, by=by)
        assert answer.status_code == 200, answer.text
        state = answer.get_json()["state"]
    return state


def test_a_version_is_played_step_by_step(desk: Desk) -> None:
    play = begins(desk, analyst(desk))

    opened = takes(desk, play, BEGIN)
    sent = takes(desk, play, CHECK)

    assert opened["tokens"] == ["check_papers"]
    assert [task["form"]["id"] for task in opened["tasks"]] == ["check-papers"]
    assert opened["scopes"][0]["element"] == "residence_certificate"
    assert (
        opened["scopes"][0]["variables"]["register"]["municipality"]
        == APPLICATION["register"]["municipality"]
    )
    (service_task,) = sent["service_tasks"]
    assert service_task["topic"] == "municipality.residence"
    assert "afm" in service_task["sees"]
    assert list(service_task["errors"]) == ["NOT_RESIDENT"]
    assert service_task["form"]["id"] == "municipality-answer"
    assert [timer["element"] for timer in sent["timers"]] == ["municipality_late"]
    assert [term["term"] for term in sent["terms"]] == ["legal"]
    assert sent["terms"][0]["entries"][0]["event"] == "begun"
    assert sent["journal"][0]["action"] == "case_opened"


def test_the_clock_jumps_to_the_next_timer(desk: Desk) -> None:
    play = begins(desk, analyst(desk))
    sent = takes(desk, play, BEGIN, CHECK)

    late = takes(desk, play, {"advance": "next_timer"})

    assert late["at"] == sent["timers"][0]["due"]
    assert "remind_municipality" in late["tokens"]


def test_the_last_act_is_taken_back(desk: Desk) -> None:
    play = begins(desk, analyst(desk))
    before = takes(desk, play, BEGIN, CHECK)
    takes(desk, play, ANSWER)

    after = desk.post(f"{play}/undo", by="daphne").get_json()

    assert after["state"]["tokens"] == before["tokens"]
    assert after["play"]["acts"] == [dict(BEGIN), dict(CHECK)]
    for _ in range(2):
        assert desk.post(f"{play}/undo", by="daphne").status_code == 200
    assert desk.post(f"{play}/undo", by="daphne").get_json()["type"].endswith("nothing_to_undo")


def test_an_act_that_cannot_be_taken_changes_nothing_and_is_explained(desk: Desk) -> None:
    play = begins(desk, analyst(desk))
    takes(desk, play, BEGIN)

    wrong = desk.post(f"{play}/acts", {"act": ANSWER}, by="daphne")
    gaps = desk.post(f"{play}/acts", {"act": {"complete": "check_papers"}}, by="daphne")
    unknown = desk.post(f"{play}/acts", {"act": {"dance": "x"}}, by="daphne")

    assert wrong.status_code == 409
    assert wrong.get_json()["detail"].startswith("Expected an open service task municipality.residence")
    assert gaps.status_code == 422
    assert "papers_verdict" in gaps.get_json()["errors"]
    assert unknown.status_code == 422
    assert desk.get(play, by="daphne").get_json()["play"]["changes"] == 1


def test_what_was_played_is_a_scenario_that_passes(desk: Desk) -> None:
    play = begins(desk, analyst(desk))
    takes(desk, play, BEGIN, CHECK, ANSWER, COLLECT)

    saved = desk.post(f"{play}/scenario", {"title": "Όλα καλά"}, by="daphne").get_json()["content"]

    files = {name: one for name, one in files_of("residence-certificate").items() if "scenarios/" not in name}
    (result,) = run({**files, "scenarios/saved.yaml": saved.encode()})
    assert result.problem is None
    assert (result.scenario.title, result.outcome) == ("Όλα καλά", "handed_over")


def zipped(files: Mapping[str, bytes]) -> bytes:
    archive = BytesIO()
    with ZipFile(archive, "w") as held:
        for name, content in files.items():
            held.writestr(name, content)
    return archive.getvalue()


def plays_draft(desk: Desk, files: Mapping[str, bytes]) -> Any:
    return desk.call("POST", "/plays/drafts", by="daphne", data=zipped(files), content_type="application/zip")


def test_a_draft_is_played_that_was_never_deployed(desk: Desk) -> None:
    analyst(desk)
    files = drawn("sketch", start(), user("look"), end("done"), chain("start", "look", "done"))

    begun = plays_draft(desk, files).get_json()["play"]
    state = takes(desk, f"/plays/{begun['id']}", {"begin": {"applicant": APPLICANT}}, {"complete": "look"})

    assert (begun["procedure"], begun["version"]) == ("sketch", None)
    assert state["status"] == "completed"
    assert desk.get("/procedures/sketch", by="daphne").status_code == 404


def test_a_loop_without_an_end_is_a_clear_refusal(desk: Desk) -> None:
    analyst(desk)
    loops = drawn(
        "loops",
        start(),
        element("exclusiveGateway", "again"),
        element("scriptTask", "turn", extensions='<zeebe:script expression="=1" resultVariable="n"/>'),
        flow("start", "again"),
        flow("again", "turn"),
        flow("turn", "again"),
    )
    ticks = drawn(
        "ticks",
        start(),
        element("exclusiveGateway", "again"),
        element("intermediateCatchEvent", "tick", timer(duration="PT1S")),
        user("look"),
        end("done"),
        flow("start", "again"),
        flow("again", "tick", "true"),
        flow("again", "look", "false"),
        flow("tick", "again"),
        flow("look", "done"),
    )

    endless = plays_draft(desk, loops)
    ticking = plays_draft(desk, ticks)

    assert endless.status_code in (409, 422)
    if ticking.status_code == 201:
        play = f"/plays/{ticking.get_json()['play']['id']}"
        takes(desk, play, {"begin": {"applicant": APPLICANT}})
        refused = desk.post(f"{play}/acts", {"act": {"advance": "P365D"}}, by="daphne")
        assert refused.status_code == 409
        assert "timers" in refused.get_json()["detail"]


def test_nobody_sees_the_play_of_another(desk: Desk) -> None:
    play = begins(desk, analyst(desk))
    analyst(desk, "thalia")

    assert desk.get(play, by="thalia").status_code == 404
    assert desk.post(f"{play}/acts", {"act": BEGIN}, by="thalia").status_code == 404
    assert desk.call("DELETE", play, by="thalia").status_code == 404
    assert desk.get("/plays", by="thalia").get_json() == {"items": []}


def test_a_play_is_ended_by_its_owner_or_by_time(desk: Desk) -> None:
    first, second = begins(desk, analyst(desk)), begins(desk, "daphne")

    ended = desk.call("DELETE", first, by="daphne")
    desk.office.clock.advance(KEPT + timedelta(seconds=1))
    desk.office.does(DiscardExpired(), actor=SYSTEM)

    assert ended.status_code == 204
    assert [desk.get(play, by="daphne").status_code for play in (first, second)] == [404, 404]


def test_nobody_keeps_more_plays_than_they_need(desk: Desk) -> None:
    analyst(desk)
    for _ in range(MOST_PLAYS):
        begins(desk, "daphne")

    refused = desk.post("/plays", {"procedure": "residence-certificate", "version": 1}, by="daphne")

    assert refused.get_json()["type"].endswith("too_many_plays")
