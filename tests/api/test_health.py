"""Claims about health and metrics."""

from datetime import timedelta

import pytest

from api.app import create_app
from api.observability.metrics import RecentGauges
from engine.bootstrap import build
from engine.kernel.actor import SYSTEM
from engine.operations.housekeeping import Beat
from engine.operations.queries import CountEverything
from engine.settings import from_environment
from tests.api.desk import Desk, a_desk, settings_of
from tests.office import an_office


def test_the_process_is_alive_whatever_else_is_broken(desk: Desk) -> None:
    assert desk.client.get("/healthz").get_json() == {"status": "ok"}


def test_it_is_ready_with_a_database_at_the_right_migration_and_a_worker(desk: Desk) -> None:
    desk.office.does(Beat(worker="w1"), actor=SYSTEM)

    response = desk.client.get("/readyz")

    assert response.status_code == 200
    assert response.get_json() == {
        "status": "ok",
        "checks": {"database": "ok", "migrations": "ok", "worker": "ok"},
    }


def test_a_silent_worker_makes_it_degraded_but_ready(desk: Desk) -> None:
    desk.office.does(Beat(worker="w1"), actor=SYSTEM)
    desk.office.clock.advance(timedelta(minutes=2))

    response = desk.client.get("/readyz")

    assert response.status_code == 200
    assert response.get_json()["status"] == "degraded"
    assert response.get_json()["checks"]["worker"] == "silent for 120 seconds"


def test_another_migration_makes_it_unready(desk: Desk) -> None:
    app = create_app(desk.office.engine, settings_of(desk), schema_head="0099")

    response = app.test_client().get("/readyz")

    assert response.status_code == 503
    assert response.get_json()["checks"]["migrations"] == "run `stoa migrate upgrade`"


def test_without_a_database_it_is_unready_and_says_no_more() -> None:
    settings = from_environment({"STOA_DATABASE_URL": "sqlite:////nowhere/at/all/stoa.db"})
    app = create_app(build(settings), settings)

    response = app.test_client().get("/readyz")

    assert response.status_code == 503
    assert response.get_json() == {"status": "unavailable", "checks": {"database": "unreachable"}}


def test_the_metrics_count_cases_and_requests(desk: Desk) -> None:
    desk.sends_to_municipality()

    text = desk.client.get("/metrics").text

    assert "stoa_cases_started_total 1.0" in text
    assert "stoa_tasks_completed_total 1.0" in text
    assert 'stoa_cases{status="open"} 1.0' in text
    assert 'stoa_http_requests_total{method="POST",route="/api/v1/cases",status="201"} 1.0' in text
    assert 'stoa_http_request_seconds_count{method="POST",route="/api/v1/cases"} 1.0' in text
    assert "Δημητρίου" not in text


def test_the_counts_are_looked_up_again_after_a_while(desk: Desk) -> None:
    desk.client.get("/metrics")
    desk.opens_case()

    at_once = desk.client.get("/metrics").text
    desk.office.clock.advance(timedelta(seconds=11))
    later = desk.client.get("/metrics").text

    assert "stoa_cases_started_total 0.0" in at_once
    assert "stoa_cases_started_total 1.0" in later


TO_AND_FRO = (timedelta(minutes=30), timedelta(seconds=11), timedelta(hours=-1), timedelta(hours=2))


def test_counts_that_build_on_earlier_ones_are_right_even_when_the_clock_is_set_back() -> None:
    office = an_office()
    recent = RecentGauges(office.engine)

    for step in TO_AND_FRO:
        office.sends_to_municipality()
        office.clock.advance(step)

        assert recent.now() == office.engine.ask(CountEverything(), actor=SYSTEM)
    assert (recent.now().cases_started, recent.now().tasks_completed) == (4, 4)


@pytest.mark.parametrize(
    ("headers", "address", "status"),
    [
        ({}, "127.0.0.1", 200),
        ({}, "192.0.2.7", 401),
        ({"X-Forwarded-For": "192.0.2.7"}, "127.0.0.1", 401),
    ],
)
def test_metrics_are_open_to_this_machine_alone(
    desk: Desk, headers: dict[str, str], address: str, status: int
) -> None:
    response = desk.client.get("/metrics", headers=headers, environ_overrides={"REMOTE_ADDR": address})

    assert response.status_code == status


def test_an_operator_reads_the_metrics_from_anywhere(desk: Desk) -> None:
    answers = {
        name: desk.client.get(
            "/metrics",
            headers={"Authorization": f"Bearer {desk.tokens[name]}"},
            environ_overrides={"REMOTE_ADDR": "192.0.2.7"},
        ).status_code
        for name in ("olga", "maria")
    }

    assert answers == {"olga": 200, "maria": 401}


def test_with_a_token_of_their_own_the_metrics_open_to_nothing_else() -> None:
    desk = a_desk(STOA_METRICS_TOKEN="scrape-me")

    assert desk.client.get("/metrics").status_code == 401
    assert desk.client.get("/metrics", headers={"Authorization": "Bearer scrape-me"}).status_code == 200
