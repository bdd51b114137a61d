"""Claims about every "no": problem details from one table, and never a traceback."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from structlog.testing import capture_logs

from api.app import create_app
from api.http.problems import KINDS
from engine.context import QueryContext
from engine.kernel import refusal
from engine.kernel.refusal import Unavailable
from tests.api.desk import BASE, NEW_CASE, Desk, a_desk, settings_of
from tests.office import ROOT

STATE_CODES = ("case_", "incident_", "task_", "service_task_", "version_", "job_")
"""Codes that begin so name a state, and are of the kind `conflict`."""


REFUSALS = {name for name, found in vars(refusal).items() if isinstance(found, type)}


def codes_in_use() -> Iterator[str]:
    """Every code that a refusal is given somewhere in the engine."""
    for file in (ROOT / "engine").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in REFUSALS:
                given = (word.value for word in node.keywords if word.arg == "code")
                yield from (str(value.value) for value in given if isinstance(value, ast.Constant))


@dataclass
class Exploding:
    """A question that nobody can answer."""

    def answer(self, context: QueryContext) -> None:
        """Fail, with a name in the message."""
        raise ZeroDivisionError("Ελένη Δημητρίου")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing", 404),
        ("GET", "/cases/17", 404),
        ("GET", "/procedures/No%00such", 404),
        ("DELETE", "/cases", 405),
        ("GET", "/tasks/019cd277-ea00-7345-8cbd-63be74cc6cc4/claim", 405),
        ("GET", "/cases?limit=0", 422),
        ("GET", "/cases?limit=many", 422),
        ("GET", "/cases?limit=١٠", 422),
        ("GET", "/cases?colour=blue", 422),
        ("GET", "/cases?limit=1&limit=2", 422),
        ("GET", "/cases?q=%00", 422),
        ("GET", "/cases?number=17", 422),
        ("GET", "/cases/019cd277-ea00-7345-8cbd-63be74cc6cc4?colour=blue", 422),
        ("GET", "/tasks?due_before=tomorrow", 422),
        ("GET", "/tasks?due_before=2026-12-01T09:00:00", 422),
        ("GET", "/procedures/residence-certificate/versions/99999999999999999999", 404),
    ],
)
def test_every_no_is_problem_details(desk: Desk, method: str, path: str, status: int) -> None:
    response = desk.call(method, path)

    problem = response.get_json()
    assert response.status_code == status
    assert response.content_type == "application/problem+json"
    assert problem.keys() >= {"type", "title", "status", "detail"}
    assert problem["status"] == status


def test_a_wrong_method_is_told_which_ones_there_are(desk: Desk) -> None:
    response = desk.call("DELETE", "/cases")

    assert {"GET", "POST"} <= set(response.headers["Allow"].split(", "))


def test_every_type_leads_to_a_page(desk: Desk) -> None:
    for code in {*KINDS, *codes_in_use()}:
        assert desk.client.get(f"/problems/{code}").status_code == 200


def test_every_code_of_the_engine_is_in_the_table_or_names_a_state() -> None:
    strangers = {code for code in codes_in_use() if code not in KINDS and not code.startswith(STATE_CODES)}

    assert strangers == set()


def test_a_fault_is_answered_with_the_request_id_and_nothing_else() -> None:
    desk = a_desk()
    desk.app = create_app(desk.office.engine, settings_of(desk))

    def explode() -> str:
        desk.office.engine.ask(Exploding(), actor=desk.office.clerk)
        return "unharmed"

    desk.app.add_url_rule("/explode", view_func=explode)

    with capture_logs() as logs:
        response = desk.client.get("/explode", headers={"X-Request-Id": "request-17"})

    assert response.status_code == 500
    assert "request-17" in response.get_json()["detail"]
    fault = next(line for line in logs if line["event"] == "fault")
    assert fault["error"] == "ZeroDivisionError"
    assert any("test_problems.py" in place for place in fault["where"])
    assert "Δημητρίου" not in str(logs) + response.text


def test_what_is_not_available_now_says_when_to_try_again(desk: Desk) -> None:
    desk.app = create_app(desk.office.engine, settings_of(desk))

    def wait() -> str:
        raise Unavailable("The database is busy.")

    desk.app.add_url_rule("/wait", view_func=wait)

    response = desk.client.get("/wait")

    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0


def test_a_request_id_that_makes_sense_is_kept_and_others_are_replaced(desk: Desk) -> None:
    kept = desk.get("/cases", headers={"X-Request-Id": "gate-7.request_1"})
    replaced = desk.get("/cases", headers={"X-Request-Id": "<script>"})

    assert kept.headers["X-Request-Id"] == "gate-7.request_1"
    assert re.fullmatch(r"[0-9a-f-]{36}", replaced.headers["X-Request-Id"])


def test_every_response_carries_the_security_headers(desk: Desk) -> None:
    for path in (f"{BASE}/cases", "/", "/nothing", "/healthz", f"{BASE}/openapi.json"):
        headers = desk.client.get(path).headers

        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "Permissions-Policy" in headers
        assert "Access-Control-Allow-Origin" not in headers
        assert "Strict-Transport-Security" not in headers


def test_what_the_api_answers_is_stored_nowhere(desk: Desk) -> None:
    assert desk.get("/cases").headers["Cache-Control"] == "no-store"


def test_browsers_are_held_to_https_where_it_is_used(desk: Desk) -> None:
    strict = a_desk(STOA_HTTPS_ONLY="yes")

    assert "Strict-Transport-Security" in strict.client.get("/healthz").headers
    assert "Strict-Transport-Security" in desk.client.get("/healthz", base_url="https://stoa.gr").headers


def test_the_log_names_route_status_and_case_and_nobody(desk: Desk) -> None:
    with capture_logs() as logs:
        case = desk.post("/cases", NEW_CASE).get_json()
        desk.get(f"/cases/{case['id']}?q=Δημητρίου")
        desk.get("/cases?q=Δημητρίου")
        desk.get(f"/track/{case['number']}?code={case['tracking_code']}", by=None)

    assert [line["status"] for line in logs] == [201, 422, 200, 200]
    assert logs[1]["case_id"] == case["id"]
    assert logs[3]["route"] == "/api/v1/track/<number>"
    for secret in ("Δημητρίου", "094014201", case["tracking_code"], case["number"], desk.tokens["maria"]):
        assert secret not in str(logs)
