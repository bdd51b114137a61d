"""The registry: another connector is one more line, from the check of an agency to the answer in the case."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from engine.bootstrap import build_in_memory
from engine.cases.queries import ShowCase
from engine.jobs.connectors import Connectors
from engine.jobs.connectors.address_rules import AddressRules
from engine.jobs.connectors.signatures import new_secret
from engine.jobs.connectors.webhook import WebhookConnector
from engine.jobs.worker import Worker
from engine.kernel.actor import SYSTEM
from engine.kernel.refusal import Invalid
from engine.organisation.registers import SaveAgency
from engine.service_tasks.deliveries import LeaseJobs
from tests.builders import NOON
from tests.jobs.connectors.file_drop import FileDropConnector
from tests.office import CONFIRMED, MovableClock, Office, an_office

CONNECTORS = Connectors(
    WebhookConnector(rules=AddressRules()),
    FileDropConnector(),
)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """An office whose municipality shares a folder with us."""
    clock = MovableClock(NOON)
    built = build_in_memory(clock=clock, zone=ZoneInfo("Europe/Athens"))
    engine = replace(built, check_agency=CONNECTORS.problems)
    return an_office(engine, clock=clock, endpoint=f"file-drop://{tmp_path}")


def test_an_agency_is_checked_by_the_connector_of_its_scheme(office: Office) -> None:
    refused = {}
    for endpoint in ("file-drop:elsewhere", "https://10.0.0.7/in", "queue://agency/in"):
        with pytest.raises(Invalid) as raised:
            office.does(SaveAgency(agency=replace(office.agency, endpoint=endpoint)), actor=SYSTEM)
        refused[endpoint] = raised.value.errors

    assert refused["file-drop:elsewhere"] == {"endpoint": ["Expected file-drop:///absolute/path."]}
    assert set(refused["https://10.0.0.7/in"]) == {"endpoint", "secrets"}
    assert refused["queue://agency/in"] == {
        "endpoint": ["Expected a URL of one of these kinds: file-drop, http, https."]
    }


def test_a_service_task_goes_to_the_agency_by_that_connector(office: Office, tmp_path: Path) -> None:
    state = office.sends_to_municipality()

    Worker(office.engine, CONNECTORS.deliver).run_once()

    [request] = tmp_path.glob("*.json")
    assert json.loads(request.read_text())["data"]["topic"] == "municipality.residence"
    actions = [entry.action for entry in office.journal(state)]
    assert actions[-1] == "service_task_accepted"


def test_what_the_agency_answers_at_once_moves_the_case_on(office: Office, tmp_path: Path) -> None:
    state = office.sends_to_municipality()
    [job] = office.does(LeaseJobs(worker="elsewhere", limit=10, lease=timedelta(0)), actor=SYSTEM)
    (tmp_path / f"{job.id}.answer.json").write_text(json.dumps({"data": dict(CONFIRMED)}))

    Worker(office.engine, CONNECTORS.deliver).run_once()

    view = office.engine.ask(ShowCase(case_id=state.case.id), actor=SYSTEM)
    assert [task.element_id for task in view.tasks] == ["hand_over"]


def test_without_an_endpoint_the_secrets_are_those_that_sign_answers() -> None:
    assert CONNECTORS.problems(None, (new_secret(),)) == {}
    assert list(CONNECTORS.problems(None, ("secret",))) == ["secrets"]
