"""What every connector promises, tried on each with a real agency at the far end."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from engine.service_tasks.connector import DeliveryResult
from tests.jobs.connectors.conftest import Certificates
from tests.jobs.connectors.connections import EVERY_CONNECTION, Connect, Connection
from tests.jobs.connectors.deliveries import a_connected_agency, a_delivery


@pytest.fixture(params=EVERY_CONNECTION, ids=lambda connect: connect.__name__)
def connection(
    request: pytest.FixtureRequest, certificates: Certificates, tmp_path: Path
) -> Iterator[Connection]:
    connect: Connect = request.param
    with connect(certificates, tmp_path) as connection:
        yield connection


def test_an_agency_that_it_reaches_may_be_saved(connection: Connection) -> None:
    connector, endpoint = connection.connector, connection.agency.endpoint
    assert endpoint is not None

    problem, problems = (
        connector.endpoint_problem(endpoint),
        connector.secret_problems(connection.agency.secrets),
    )

    assert urlsplit(endpoint).scheme in connector.schemes
    assert (problem, list(problems)) == (None, [])


def test_a_bare_scheme_is_no_endpoint(connection: Connection) -> None:
    problems = [
        connection.connector.endpoint_problem(f"{scheme}:") for scheme in connection.connector.schemes
    ]

    assert all(problem and problem.startswith("Expected") for problem in problems)


def test_an_agency_that_will_call_back_has_accepted(connection: Connection) -> None:
    connection.far_end.accepts()

    outcome = connection.deliver(a_delivery(connection.agency))

    assert outcome.result is DeliveryResult.ACCEPTED
    assert len(connection.far_end.arrived()) == 1


def test_an_agency_that_answers_at_once_has_answered(connection: Connection) -> None:
    delivery = a_delivery(connection.agency)
    connection.far_end.answers(delivery, {"δήμος": "Αθηναίων"})

    outcome = connection.deliver(delivery)

    assert outcome.result is DeliveryResult.ANSWERED
    assert outcome.data == {"δήμος": "Αθηναίων"}


def test_an_agency_that_says_no_at_once_has_refused(connection: Connection) -> None:
    delivery = a_delivery(connection.agency)
    connection.far_end.says_no(delivery, "NOT_RESIDENT", "not in the register")

    outcome = connection.deliver(delivery)

    assert (outcome.result, outcome.error_code) == (DeliveryResult.REFUSED, "NOT_RESIDENT")
    assert outcome.detail == "not in the register"


def test_an_endpoint_that_is_gone_is_reported_as_gone(connection: Connection) -> None:
    connection.far_end.is_gone()

    outcome = connection.deliver(a_delivery(connection.agency))

    assert outcome.result is DeliveryResult.GONE


def test_an_agency_that_breaks_is_a_failure_and_is_not_quoted(connection: Connection) -> None:
    connection.far_end.breaks("Papadopoulou lives elsewhere")

    outcome = connection.deliver(a_delivery(connection.agency))

    assert outcome.result is DeliveryResult.FAILED
    assert outcome.detail
    assert "Papadopoulou" not in outcome.detail


def test_every_attempt_of_a_job_bears_the_same_id(connection: Connection) -> None:
    connection.far_end.accepts()
    delivery = a_delivery(connection.agency)

    connection.deliver(delivery)
    connection.deliver(delivery)

    assert set(connection.far_end.arrived()) == {str(delivery.job_id)}


def test_an_agency_without_an_endpoint_is_gone(connection: Connection) -> None:
    outcome = connection.deliver(a_delivery(a_connected_agency(None)))

    assert outcome.result is DeliveryResult.GONE
