"""Claims about one incident: what happened is told, and who may is offered what can be done about it."""

import pytest

from engine.cases.lifecycle import SuspendCase
from engine.incidents.queries import ListIncidents
from engine.incidents.repair import CorrectVariable, MoveToken
from engine.jobs.worker import Worker
from engine.kernel.actor import SYSTEM
from engine.service_tasks.connector import DeliveryOutcome, DeliveryResult
from tests.messages.drawn import offer_drawn
from tests.office import Office
from tests.pages.stuck import REASON, gets_stuck, is_refused, of_incident, open_tasks
from tests.pages.visiting import Visitor
from tests.runtime.diagrams import chain, end, mapping, service, start


def test_an_incident_says_what_happened_and_folds_the_technical_away(office: Office, nikos: Visitor) -> None:
    incident = is_refused(office)

    nikos.opens(of_incident(incident))

    facts = dict(zip(nikos.sees("//dl/dt"), nikos.sees("//dl/dd"), strict=True))
    assert facts["Where"] == facts["Open meanwhile"] == "Municipality certifies the residence"
    assert facts["What had happened"] == "The agency refused, with the code METEOR"
    assert nikos.sees("//details[not(@open)]//code")[0] == "uncaught_error · municipality_certifies"
    assert nikos.sees("//section[@aria-labelledby='repairs']//h3") == [
        "Try again",
        "Correct a value",
        "Take the case to another step",
    ]
    assert "Ελένη" not in nikos.text


def test_what_the_registers_refused_is_put_right_and_tried_again(office: Office, olga: Visitor) -> None:
    headers = '<zeebe:taskHeaders><zeebe:header key="act" value="invite"/></zeebe:taskHeaders>'
    values = mapping(inputs={"code": '"0777"', "role": '"manager"', "name": '"Άννα"', "email": '"a@b.gr"'})
    task = service("ask", topic="stoa:organisation", extensions=headers + values)
    offer_drawn(office, "acting", start(), task, end("done"), chain("start", "ask", "done"))
    office.opens_case(procedure="acting", data={})
    Worker(office.engine, lambda _delivery: DeliveryOutcome(result=DeliveryResult.ACCEPTED)).run_once()
    (incident,) = office.engine.ask(ListIncidents(), actor=SYSTEM).items

    olga.opens(of_incident(incident))

    facts = dict(zip(olga.sees("//dl/dt"), olga.sees("//dl/dd"), strict=True))
    assert facts["What had happened"].startswith("A change of the registers was refused, with the code ")
    assert "try again: the change is asked for anew." in olga.text
    assert "agency" not in " ".join(olga.sees("//section[@aria-labelledby='what']//p"))
    assert olga.sees("//button[@class='button']") == ["Try again"]


def test_an_operator_repairs_without_the_case_file(office: Office, nikos: Visitor, olga: Visitor) -> None:
    incident = gets_stuck(office)

    nikos.opens(of_incident(incident))
    olga.opens(of_incident(incident))

    link = f"//a[contains(@href, '/desk/cases/{incident.case_id}')]"
    assert nikos.sees(link) == ["To the case file"]
    assert olga.sees(link) == []


def test_what_stops_again_is_counted_and_said(office: Office, nikos: Visitor) -> None:
    incident = gets_stuck(office)

    nikos.sends(of_incident(incident, "/retry"))

    assert "It did not help: the case still cannot go on." in nikos.text
    assert "2 times, last on" in nikos.text


def test_a_settled_incident_says_who_settled_it_and_offers_nothing(office: Office, nikos: Visitor) -> None:
    incident = gets_stuck(office)
    correction = CorrectVariable(
        case_id=incident.case_id,
        path="measured",
        value={"area": 1},
        reason=REASON,
        and_retry=incident.id,
    )
    office.does(correction, actor=office.manager)

    nikos.opens(of_incident(incident))
    refused = nikos.sends(of_incident(incident, "/retry"))

    assert "by Νίκος Γεωργίου." in nikos.text
    assert nikos.sees("//section[@aria-labelledby='repairs']") == []
    assert refused.status_code == 409
    assert "Somebody changed or repaired the case meanwhile." in nikos.text


@pytest.mark.parametrize("page", ["/values", "/move"])
def test_a_settled_incident_has_nothing_to_correct_and_to_move(
    office: Office, nikos: Visitor, page: str
) -> None:
    incident = is_refused(office)
    away = MoveToken(
        case_id=incident.case_id, source="municipality_certifies", target="hand_over", reason=REASON
    )
    office.does(away, actor=office.manager)

    nikos.opens(of_incident(incident, page))

    assert nikos.page is not None
    assert nikos.page.request.path == of_incident(incident)


def test_a_suspended_case_is_resumed_before_it_is_repaired(office: Office, nikos: Visitor) -> None:
    incident = gets_stuck(office)
    office.does(SuspendCase(case_id=incident.case_id, reason="Λείπει έγγραφο."))

    nikos.opens(of_incident(incident))

    assert "It can be repaired once it is resumed." in nikos.text
    assert nikos.sees("//section[@aria-labelledby='repairs']") == []
    assert nikos.sends(of_incident(incident, "/retry")).status_code == 409


@pytest.mark.parametrize(
    ("page", "typed"),
    [
        ("/retry", {}),
        ("/values", {"path": "measured", "kind": "json", "value": "{}", "reason": REASON}),
        ("/move", {"source": "measure", "target": "inspect", "reason": REASON}),
    ],
)
def test_a_repair_of_what_somebody_changed_meanwhile_is_not_made(
    office: Office, nikos: Visitor, page: str, typed: dict[str, str]
) -> None:
    incident = gets_stuck(office)

    response = nikos.sends(of_incident(incident, page), version="1", **typed)

    assert response.status_code == 409
    assert "Somebody changed or repaired the case meanwhile." in nikos.text
    assert open_tasks(office, incident) == ["measure"]


def test_the_case_file_leads_to_the_repair(office: Office, nikos: Visitor) -> None:
    incident = gets_stuck(office)

    nikos.opens(f"/desk/cases/{incident.case_id}")

    section = "//section[@aria-labelledby='incidents']"
    assert nikos.sees(f"{section}//a/@href") == [of_incident(incident)]
    assert "A value is missing or does not fit" in nikos.sees(section)[0]
