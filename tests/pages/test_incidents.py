"""Claims about the incidents' room: what holds cases up is found by cause, and tried again all at once."""

from dataclasses import replace
from datetime import timedelta

from engine.cases.queries import ShowCase
from engine.incidents.repair import CorrectVariable
from engine.kernel.actor import SYSTEM
from engine.messages.timers import RestTimers
from engine.operations.housekeeping import Beat
from engine.organisation.registers import SaveAgency
from engine.outbox.model import RETRY_DELAYS
from engine.service_tasks.connector import DeliveryOutcome, DeliveryResult
from engine.service_tasks.deliveries import LeaseJobs, RecordDelivery
from tests.messages.drawn import offer_drawn
from tests.office import CONFIRMED, Office
from tests.pages.stuck import (
    REASON,
    ROOM,
    gets_stuck,
    incident_now,
    incident_of,
    is_refused,
    manager_elsewhere,
    of_incident,
    open_tasks,
)
from tests.pages.visiting import OpenDesk, Visitor
from tests.runtime.diagrams import chain, element, end, flow, start, timer, user

# The room


def test_only_managers_and_operators_come_in(maria: Visitor, nikos: Visitor, olga: Visitor) -> None:
    assert maria.opens(ROOM).status_code == 403
    assert nikos.opens(ROOM).status_code == olga.opens(ROOM).status_code == 200
    assert nikos.sees("//nav[@aria-label='Main']//a[@aria-current]") == ["Incidents"]
    assert maria.sees(f"//a[@href='{ROOM}']") == []


def test_one_cause_that_hit_many_cases_is_one_line(office: Office, nikos: Visitor) -> None:
    for _ in range(3):
        gets_stuck(office)
    office.clock.advance(timedelta(minutes=5))
    alone = is_refused(office)

    nikos.opens(ROOM)

    rows = "//table//tbody/tr"
    assert nikos.sees(f"{rows}/td[1]") == ["1", "3"]
    assert nikos.sees(f"{rows}/td[2]/a") == [
        "A refusal that the procedure does not know",
        "A value is missing or does not fit",
    ]
    assert nikos.sees(f"{rows}[1]/td[2]/a/@href") == [of_incident(alone)]
    assert "the way from “branching size” to “task inspect”" in nikos.text


def test_the_causes_are_searched_in_the_address(office: Office, nikos: Visitor) -> None:
    gets_stuck(office)
    is_refused(office)

    def found(query: str) -> list[str]:
        nikos.opens(f"{ROOM}?{query}")
        return nikos.sees("//table//tbody/tr/td[3]/span")

    assert found("procedure=measuring") == ["Test, version 1"]
    assert found("agency=municipality") == ["Permanent residence certificate, version 1"]
    assert found("code=uncaught_error") == ["Permanent residence certificate, version 1"]
    assert found("code=uncaught_error&procedure=measuring") == []
    assert "Nothing matches this search." in nikos.text


def test_a_manager_of_another_branch_sees_nothing(desk: OpenDesk, office: Office) -> None:
    incident = gets_stuck(office)
    visitor = manager_elsewhere(desk)

    visitor.opens(ROOM)

    assert "No case is held up." in visitor.text
    for page in ("", "/values", "/move"):
        assert visitor.opens(of_incident(incident, page)).status_code == 404
    assert visitor.sends(of_incident(incident, "/retry")).status_code == 404


def test_a_page_that_never_was_is_refused(nikos: Visitor) -> None:
    assert nikos.opens(f"{ROOM}?cursor=nonsense").status_code == 422
    assert nikos.opens(f"{ROOM}/cause?version=nonsense&code=fault").status_code == 404
    nikos.opens(f"{ROOM}/cause")
    assert nikos.sees("//h1") == ["Incidents"]


def test_an_operator_sees_whether_everything_runs_and_a_manager_does_not(
    office: Office, nikos: Visitor, olga: Visitor
) -> None:
    gets_stuck(office)
    office.does(Beat(worker="w-1"), actor=SYSTEM)

    olga.opens(ROOM)
    nikos.opens(ROOM)

    signs = olga.sees("//dl[contains(@class, 'signs')]/div")
    assert signs[0] == "Worker runs Last sign of life 0 seconds ago"
    assert signs[3] == "Cases held up 1 They wait for a repair"
    assert nikos.sees("//dl[contains(@class, 'signs')]") == []


def test_a_worker_that_is_silent_is_missed(office: Office, olga: Visitor) -> None:
    office.does(Beat(worker="w-1"), actor=SYSTEM)
    office.clock.advance(timedelta(minutes=7))

    olga.opens(ROOM)

    (late,) = olga.sees("//dl[contains(@class, 'signs')]/div[contains(@class, 'late')]")
    assert late == "Worker 7 minutes No sign of life: nothing is sent and no date is kept."


# Everything of one cause


def tries_all_again(visitor: Visitor) -> None:
    """Press the button of the only cause there is."""
    visitor.opens(ROOM)
    (address,) = visitor.sees("//table//a/@href")
    visitor.opens(address)
    form = "//form[@method='post'][contains(@action, 'retry')]//input[@type='hidden'][@name != 'csrf']"
    fields = dict(zip(visitor.sees(f"{form}/@name"), visitor.sees(f"{form}/@value"), strict=True))
    visitor.sends(f"{ROOM}/retry", **fields)


def test_everything_of_a_cause_is_tried_again_and_goes_on(office: Office, nikos: Visitor) -> None:
    offer_drawn(
        office,
        "waiting",
        start("opened"),
        element("intermediateCatchEvent", "rest", timer(duration="PT1H")),
        user("greet"),
        end("done"),
        chain("opened", "rest", "greet", "done"),
    )
    waiting = [office.opens_case(procedure="waiting", data={}).case for _ in range(50)]
    office.clock.advance(timedelta(hours=2))
    for case in waiting:
        office.does(RestTimers(case_id=case.id, fault="TimeoutError"), actor=SYSTEM)

    tries_all_again(nikos)

    assert "50 of 50 cases go on." in nikos.text
    assert "No case is held up." in nikos.text


def test_what_stops_again_is_told_and_keeps_none_of_the_others_back(office: Office, nikos: Visitor) -> None:
    stuck = [gets_stuck(office) for _ in range(3)]
    repaired = CorrectVariable(case_id=stuck[1].case_id, path="measured", value={"area": 140}, reason=REASON)
    office.does(repaired, actor=office.manager)

    tries_all_again(nikos)

    assert "1 of 3 cases go on. 2 stopped there again." in nikos.text
    assert [open_tasks(office, one) for one in stuck] == [["measure"], ["inspect"], ["measure"]]


def test_a_manager_tries_again_only_what_is_in_sight(desk: OpenDesk, office: Office) -> None:
    incident = gets_stuck(office)
    version = office.engine.ask(ShowCase(case_id=incident.case_id), actor=office.manager).case.version_id
    other = manager_elsewhere(desk)

    other.sends(f"{ROOM}/retry", version=str(version), code=incident.code, element=incident.element_id)

    assert "0 of 0 cases go on." in other.text
    assert incident_now(office, incident).attempts == 1


# Agencies that could not be reached


def gives_up(office: Office) -> None:
    """Every delivery that is due is attempted, and the agency has closed its door for good."""
    leased = office.does(LeaseJobs(worker="w-1", limit=100, lease=timedelta(minutes=1)), actor=SYSTEM)
    for job in leased:
        outcome = DeliveryOutcome(result=DeliveryResult.FAILED, detail="HTTP 503")
        office.does(RecordDelivery(job_id=job.id, worker="w-1", outcome=outcome), actor=SYSTEM)


def test_what_an_agency_missed_while_it_was_down_is_sent_again_at_once(desk: OpenDesk) -> None:
    office = desk.desk.office
    agency = replace(office.agency, endpoint="https://municipality.example/stoa")
    office.does(SaveAgency(agency=agency), actor=SYSTEM)
    asked = [office.sends_to_municipality().service_tasks[0] for _ in range(50)]
    for _ in range(len(RETRY_DELAYS)):
        gives_up(office)
        office.clock.advance(timedelta(days=2))
    olga = desk.visit(desk.person("olga"))

    olga.opens(ROOM)
    (told,) = olga.sees("//section[@aria-labelledby='unreached']//li/div/span[1]")
    olga.sends(f"{ROOM}/undelivered/municipality/send-again")
    sent = office.does(LeaseJobs(worker="w-1", limit=100, lease=timedelta(minutes=1)), actor=SYSTEM)
    for job in sent:
        answer = DeliveryOutcome(result=DeliveryResult.ANSWERED, data=dict(CONFIRMED))
        office.does(RecordDelivery(job_id=job.id, worker="w-1", outcome=answer), actor=SYSTEM)

    assert told == "50 requests were given up"
    assert "50 requests are sent again." in olga.text
    assert {job.service_task_id for job in sent} == {task.id for task in asked}
    olga.opens(ROOM)
    assert olga.sees("//section[@aria-labelledby='unreached']") == []


def test_only_operators_send_again(nikos: Visitor) -> None:
    assert nikos.sends(f"{ROOM}/undelivered/municipality/send-again").status_code == 403


# Agencies that are paused


def is_gone(office: Office) -> None:
    """The municipality takes webhooks, and says that it takes none any more."""
    agency = replace(office.agency, endpoint="https://municipality.example/stoa")
    office.does(SaveAgency(agency=agency), actor=SYSTEM)
    office.sends_to_municipality()
    for job in office.does(LeaseJobs(worker="w-1", limit=9, lease=timedelta(minutes=1)), actor=SYSTEM):
        gone = DeliveryOutcome(result=DeliveryResult.GONE, detail="The endpoint is gone (HTTP 410).")
        office.does(RecordDelivery(job_id=job.id, worker="w-1", outcome=gone), actor=SYSTEM)


PAUSED = "//section[@aria-labelledby='paused']"


def test_a_paused_agency_is_shown_and_switched_on_again(desk: OpenDesk, olga: Visitor) -> None:
    office = desk.desk.office
    is_gone(office)

    olga.opens(ROOM)
    shown = olga.sees(f"{PAUSED}//li/div/span[1]")
    reason = olga.sees(f"{PAUSED}//li//code")
    indicator = olga.sees("//dl//div[@class='late']/dt")
    olga.sends(f"{ROOM}/paused/municipality/switch-on")
    sent = office.does(LeaseJobs(worker="w-1", limit=9, lease=timedelta(minutes=1)), actor=SYSTEM)

    assert shown == ["1 request waits for it"]
    assert reason == ["The endpoint is gone (HTTP 410)."]
    assert "Paused agencies" in indicator
    assert "1 request is sent again." in olga.text
    assert olga.sees(PAUSED) == []
    assert len(sent) == 1


def test_a_branch_is_told_which_agencies_are_paused_and_does_not_switch_them(
    desk: OpenDesk, nikos: Visitor
) -> None:
    is_gone(desk.desk.office)

    told = []
    for address in (ROOM, "/desk/branch"):
        nikos.opens(address)
        told.append((nikos.sees(f"{PAUSED}//li//strong"), nikos.sees(f"{PAUSED}//button")))
    elsewhere = manager_elsewhere(desk)
    elsewhere.opens("/desk/branch")

    assert told == [([desk.desk.office.agency.name_en], [])] * 2
    assert elsewhere.sees(PAUSED) == []
    assert nikos.sends(f"{ROOM}/paused/municipality/switch-on").status_code == 403


def test_an_error_that_the_diagram_throws_itself_is_not_laid_at_an_agencys_door(
    office: Office, olga: Visitor
) -> None:
    gate = element("exclusiveGateway", "which", default="which_to_done")
    ends = (end("given_up", '<errorEventDefinition errorRef="gone"/>'), end("done"))
    ways = (
        chain("start", "look", "which", "done"),
        flow("which", "given_up", '=case.channel = "counter"'),
    )
    declared = '<error id="gone" name="Gone" errorCode="GONE"/>'
    offer_drawn(office, "throwing", start(), user("look"), gate, *ends, *ways, declares=declared)
    opened = office.opens_case(procedure="throwing", data={})
    incident = incident_of(office, office.completes(opened.tasks[0], {}))

    olga.opens(of_incident(incident))

    assert incident.code == "uncaught_error"
    assert "An error that the procedure throws and does not catch" in olga.text
    assert "with the agency" not in olga.text
