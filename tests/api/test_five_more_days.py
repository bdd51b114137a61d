"""The walk of a version over REST: drawn, certified by decree, published, running cases taken to it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from engine.cases.queries import ReadJournal
from engine.jobs.connectors import Connectors
from engine.jobs.worker import Worker
from engine.kernel.actor import SYSTEM
from engine.kernel.pages import Slice
from engine.messages.timers import FireTimer
from engine.sealing.chain import first_broken_line
from tests.api.desk import Desk
from tests.api.test_procedures import ZIP, zipped
from tests.case_migration.renewed import renewed
from tests.case_migration.versions import KEY
from tests.office import CONFIRMED, HANDED_OVER, PAPERS_COMPLETE
from tests.officials import passes_gate, recovery_codes

PAIR = f"/procedures/{KEY}/migrations/1/2"
VERSION = f"/procedures/{KEY}/versions/2"


def test_from_the_published_certificate_to_a_certified_version_with_its_cases(desk: Desk) -> None:
    passes_gate(desk.office)
    codes = recovery_codes(desk.office.engine, desk.actor("kostas"))
    late = reminded(desk)
    at_papers, (at_municipality, _) = desk.opens_case(), desk.sends_to_municipality()
    ends = shown(desk, at_municipality)["due_at"]

    deployed = desk.call("POST", "/procedures", by="anna", data=zipped(renewed()), content_type=ZIP)
    submitted = desk.post(f"{VERSION}/submit", by="anna").get_json()
    certified = desk.post(f"{VERSION}/certify", decree(submitted["sha256"], codes[0]), by="kostas")
    published = desk.post(f"{VERSION}/publish", {}, by="kostas")
    kept = desk.call("PUT", PAIR, json={"elements": {"remind_municipality": None}}, by="anna")
    decided = desk.post(f"{PAIR}/decide", {"decree": "ΔΟΛΚΕΠ 1234/2026"}, by="kostas")
    tried, told = migrated(desk, "dry_run")
    moved, became = migrated(desk, "move")

    answers = (deployed, certified, published, kept, decided)
    assert [one.status_code for one in answers] == [201, 200, 200, 200, 200]
    assert published.get_json()["status"] == "published"
    for run in (tried, moved):
        assert (run["state"], run["looked"], run["moved"], run["refused"]) == ("done", 3, 2, 1)
    assert told == became
    verdict, findings = became[late["number"]]
    assert verdict == "refused"
    assert "“Υπενθύμιση προς τον δήμο” (remind_municipality)" in findings[0]["text"]
    assert shown(desk, late)["version"] == 1
    assert shown(desk, at_municipality)["due_at"] > ends
    for case in (at_papers, at_municipality):
        assert ended_on(desk, case) == ("completed", "handed_over", 2)
        assert moved_by(desk, case) == ("olga", "ΔΟΛΚΕΠ 1234/2026")
    assert ended_on(desk, late) == ("completed", "handed_over", 1)
    assert desk.opens_case()["version"] == 2


def reminded(desk: Desk) -> dict[str, Any]:
    """A case of which the municipality is late, so that somebody has to remind it."""
    case, _ = desk.sends_to_municipality()
    desk.office.clock.advance(timedelta(days=6))
    desk.office.does(FireTimer(case_id=UUID(case["id"])), actor=SYSTEM)
    return case


def decree(sha256: str, code: str) -> dict[str, Any]:
    return {
        "sha256": sha256,
        "decree": "ΔΟΛΚΕΠ 1234/2026",
        "gazette": "Β΄ 512/2026",
        "ada": "Ψ8Ν246ΜΤΛ6-7ΘΞ",
        "second_factor": code,
    }


def migrated(desk: Desk, kind: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """A run that the worker has done, and the verdict and findings of each case by its number."""
    desk.office.clock.advance(timedelta(minutes=1))
    begun = desk.post(f"{PAIR}/runs", {"kind": kind}, by="olga")
    assert begun.status_code == 201, begun.text
    Worker(desk.office.engine, Connectors().deliver).run_once()
    run = f"/procedures/{KEY}/migrations/runs/{begun.get_json()['id']}"
    results = desk.get(f"{run}/cases", by="olga").get_json()["items"]
    by_number = {one["case_number"]: (one["verdict"], one["findings"]) for one in results}
    return dict(desk.get(run, by="olga").get_json()), by_number


def ended_on(desk: Desk, case: dict[str, Any]) -> tuple[str, str | None, int]:
    """Carry a case to its end, as clerk and municipality: its status, outcome and version then."""
    for _ in range(3):
        now = shown(desk, case)
        for task in now["service_tasks"]:
            answered = desk.post(
                f"/service-tasks/{task['id']}/complete", {"data": CONFIRMED}, by="municipality"
            )
            assert answered.status_code == 200, answered.text
        for task in now["tasks"]:
            if task["element"] in FILLED_IN:
                desk.post(f"/tasks/{task['id']}/claim")
                data = FILLED_IN[task["element"]]
                done = desk.post(f"/tasks/{task['id']}/complete", {"data": data})
                assert done.status_code == 200, done.text
    ended = shown(desk, case)
    return ended["status"], ended["outcome"], ended["version"]


FILLED_IN = {"check_papers": PAPERS_COMPLETE, "hand_over": HANDED_OVER}


def shown(desk: Desk, case: dict[str, Any]) -> dict[str, Any]:
    """A case as it is now."""
    return dict(desk.get(f"/cases/{case['id']}").get_json())


def moved_by(desk: Desk, case: dict[str, Any]) -> tuple[str, str | None]:
    """Who took a case to the other version, and by which act; its journal is intact."""
    question = ReadJournal(case_id=UUID(case["id"]), part=Slice(limit=100))
    journal = desk.office.engine.ask(question, actor=SYSTEM).items
    assert first_broken_line(journal, desk.office.engine.journal_keys) is None
    (line,) = (line for line in journal if line.action == "case_migrated")
    return line.actor_name, line.reason
