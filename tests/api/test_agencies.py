"""Claims about agencies that are paused, and the calls that show them and switch them on."""

from dataclasses import replace
from datetime import timedelta

import pytest

from engine.jobs.connectors.signatures import new_secret
from engine.kernel.actor import SYSTEM
from engine.organisation.registers import SaveAgency
from engine.service_tasks.connector import DeliveryOutcome, DeliveryResult
from engine.service_tasks.deliveries import LeaseJobs, RecordDelivery
from tests.api.desk import Desk

ON = "/agencies/municipality/switch-on"


@pytest.fixture
def paused(desk: Desk) -> Desk:
    """A desk whose municipality has answered 410."""
    office = desk.office
    connected = replace(office.agency, endpoint="https://municipality.example/stoa", secrets=(new_secret(),))
    office.does(SaveAgency(agency=connected), actor=SYSTEM)
    desk.sends_to_municipality()
    (job,) = office.does(LeaseJobs(worker="w", limit=9, lease=timedelta(minutes=1)), actor=SYSTEM)
    gone = DeliveryOutcome(result=DeliveryResult.GONE, detail="The endpoint is gone (HTTP 410).")
    office.does(RecordDelivery(job_id=job.id, worker="w", outcome=gone), actor=SYSTEM)
    return desk


def test_an_operator_switches_a_paused_agency_on(paused: Desk) -> None:
    (listed,) = paused.get("/agencies/paused", by="olga").get_json()["items"]

    answer = paused.post(ON, {"reason": "New server."}, by="olga")

    assert (listed["key"], listed["waiting"]) == ("municipality", 1)
    assert listed["reason"] == "The endpoint is gone (HTTP 410)."
    assert (answer.status_code, answer.get_json()) == (200, {"deliveries": 1})
    assert paused.get("/agencies/paused", by="olga").get_json() == {"items": []}
    leased = paused.office.does(LeaseJobs(worker="w", limit=9, lease=timedelta(minutes=1)), actor=SYSTEM)
    assert len(leased) == 1


def test_who_switched_it_is_told_to_operators_and_auditors(paused: Desk) -> None:
    paused.office.clock.advance(timedelta(hours=1))
    paused.post(ON, {"reason": "New server."}, by="olga")

    switches = paused.get("/agencies/municipality/switches", by="thanos").get_json()["items"]

    assert [(one["is_on"], one["by"], one["reason"]) for one in switches] == [
        (True, "olga", "New server."),
        (False, "stoa", "The endpoint is gone (HTTP 410)."),
    ]
    assert paused.get("/agencies/municipality/switches", by="nikos").status_code == 403


def test_an_agency_that_is_on_or_unknown_is_not_switched_on(desk: Desk) -> None:
    on = desk.post(ON, {}, by="olga")
    unknown = desk.post("/agencies/nobody/switch-on", {}, by="olga")

    assert (on.status_code, on.get_json()["type"]) == (409, "/problems/agency_not_paused")
    assert unknown.status_code == 404


@pytest.mark.parametrize("name", ["maria", "nikos", "foteini", "dimitra", "thanos", "municipality"])
def test_nobody_but_an_operator_switches_an_agency_on(paused: Desk, name: str) -> None:
    assert paused.post(ON, {}, by=name).status_code == 404


@pytest.mark.parametrize(("name", "seen"), [("nikos", 1), ("maria", 1), ("foteini", 0), ("registry", 0)])
def test_a_branch_sees_the_paused_agencies_that_it_waits_for(paused: Desk, name: str, seen: int) -> None:
    assert len(paused.get("/agencies/paused", by=name).get_json()["items"]) == seen


def test_saving_an_agency_does_not_switch_it_on(paused: Desk) -> None:
    saved = replace(paused.office.agency, endpoint="https://new.example/stoa", secrets=(new_secret(),))

    paused.office.does(SaveAgency(agency=saved), actor=SYSTEM)

    (listed,) = paused.get("/agencies/paused", by="olga").get_json()["items"]
    assert listed["key"] == "municipality"
