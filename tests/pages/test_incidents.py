"""Claims about the incidents' room: what holds cases up is found by cause, and repaired by those who may."""

from dataclasses import replace
from datetime import timedelta

import pytest

from engine.commands.case_file import CaseState
from engine.commands.deliveries import LeaseJobs, RecordDelivery
from engine.commands.fail_service_task import FailServiceTask
from engine.commands.fire_timer import RestTimers
from engine.commands.housekeeping import Beat
from engine.commands.incidents import CorrectVariable, MoveToken
from engine.commands.people import SaveAgency, SaveBranch, SaveUser
from engine.commands.suspend_case import SuspendCase
from engine.domain.actor import SYSTEM, Role
from engine.domain.incident import Incident
from engine.domain.job import RETRY_DELAYS
from engine.ports.connector import DeliveryOutcome, DeliveryResult
from engine.queries.cases import ReadJournal, ShowCase
from tests.builders import a_branch, a_manager, a_user, an_agency_actor
from tests.commands.drawn import offer_drawn
from tests.commands.test_incidents import judged
from tests.office import CONFIRMED, Office
from tests.pages.visiting import OpenDesk, Visitor
from tests.spiff.diagrams import chain, element, end, flow, start, timer, user

ROOM = "/desk/incidents"
REASON = "Το επιβεβαίωσε ο δήμος τηλεφωνικά."


@pytest.fixture
def office(desk: OpenDesk) -> Office:
    """The office, which also offers a procedure that gets stuck."""
    office = desk.desk.office
    offer_drawn(office, "measuring", *judged(user("measure", name="Μέτρηση")))
    return office


@pytest.fixture
def olga(desk: OpenDesk) -> Visitor:
    """Olga, an operator, at her browser."""
    return desk.visit(desk.person("olga"))


def gets_stuck(office: Office) -> Incident:
    """A case that cannot go on, because nobody has measured the area."""
    opened = office.opens_case(procedure="measuring", data={})
    return incident_of(office, office.completes(opened.tasks[0], {}))


def is_refused(office: Office, code: str = "METEOR") -> Incident:
    """A case that cannot go on, because the municipality refused with a code that nobody drew."""
    (asked,) = office.sends_to_municipality().service_tasks
    refusal = FailServiceTask(service_task_id=asked.id, code=code, message="Η Ελένη δεν βρέθηκε.")
    return incident_of(office, office.does(refusal, actor=an_agency_actor(office.agency)))


def incident_of(office: Office, state: CaseState) -> Incident:
    (incident,) = office.engine.ask(ShowCase(case_id=state.case.id), actor=office.manager).incidents
    return incident


def incident_now(office: Office, incident: Incident) -> Incident:
    """The incident as it is by now."""
    with office.engine.read_store.reading() as reads:
        found = reads.incidents.incident(incident.id)
    assert found is not None
    return found


def manager_elsewhere(desk: OpenDesk) -> Visitor:
    """The manager of another branch, at her browser."""
    branch = a_branch(code="0011", name="ΚΕΠ Πύργου", name_en="Pyrgos")
    lena = a_user(username="lena")
    desk.desk.office.does(SaveBranch(branch=branch), actor=SYSTEM)
    employed = SaveUser(user=lena, branch_id=branch.id, roles=frozenset({Role.MANAGER}))
    desk.desk.office.does(employed, actor=SYSTEM)
    return desk.visit(a_manager(branch, user=lena))


def of_incident(incident: Incident, page: str = "") -> str:
    return f"{ROOM}/{incident.id}{page}"


def open_tasks(office: Office, incident: Incident) -> list[str]:
    view = office.engine.ask(ShowCase(case_id=incident.case_id), actor=office.manager)
    return [task.element_id for task in (*view.tasks, *view.service_tasks)]


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


# One incident


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


# Correcting a value


def test_values_are_a_table_and_the_missing_one_stands_first(office: Office, nikos: Visitor) -> None:
    incident = gets_stuck(office)

    nikos.opens(of_incident(incident, "/values"))

    rows = nikos.sees("//table[1]//tbody/tr")
    assert rows[0] == "measured missing Give it measured"
    assert "applicant.family_name Δημητρίου Correct applicant.family_name" in rows


@pytest.mark.parametrize(
    ("path", "kind"),
    [("applicant.afm", "text"), ("case.opened_on", "date"), ("measured", "text"), ("made.up", "text")],
)
def test_a_value_is_corrected_in_its_own_kind(office: Office, nikos: Visitor, path: str, kind: str) -> None:
    incident = gets_stuck(office)

    nikos.opens(of_incident(incident, f"/values?path={path}"))

    assert nikos.sees("//input[@name='kind']/@value") == [kind]
    assert nikos.sees("//nav[@aria-label='Kind of the value']//a") == [
        "Text",
        "Number",
        "Yes or no",
        "Date",
        "List (JSON)",
    ]


def test_a_value_is_corrected_and_the_case_goes_on(office: Office, nikos: Visitor) -> None:
    incident = gets_stuck(office)
    nikos.opens(of_incident(incident, "/values?path=measured.area&kind=number"))

    nikos.sends(
        of_incident(incident, "/values"),
        path="measured.area",
        kind="number",
        value="140,5",
        reason=REASON,
        version=nikos.sees("//input[@name='version']/@value")[0],
        then="retry",
    )

    assert "The case goes on." in nikos.text
    assert open_tasks(office, incident) == ["inspect"]
    lines = office.engine.ask(ReadJournal(case_id=incident.case_id), actor=SYSTEM).items
    (line,) = (line for line in lines if line.action == "variable_corrected")
    assert (line.detail, line.reason, line.actor_name) == ({"path": "measured.area"}, REASON, "nikos")


def test_a_value_can_be_corrected_without_trying_again(office: Office, nikos: Visitor) -> None:
    incident = gets_stuck(office)

    nikos.sends(
        of_incident(incident, "/values"),
        path="measured.area",
        kind="number",
        value="1",
        reason=REASON,
        then="stay",
    )

    assert "Try again when everything is right." in nikos.text
    assert open_tasks(office, incident) == ["measure"]


def test_a_correction_that_does_not_help_stays_and_says_so(office: Office, nikos: Visitor) -> None:
    incident = gets_stuck(office)

    nikos.sends(
        of_incident(incident, "/values"), path="hall", kind="yes_no", value="yes", reason=REASON, then="retry"
    )

    assert "The value is corrected, but the case still cannot go on." in nikos.text
    nikos.opens(of_incident(incident, "/values"))
    assert "hall yes Correct hall" in nikos.sees("//table[1]//tbody/tr")


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"kind": "number", "value": "πολλά"}, "value", "Write a number"),
        ({"kind": "date", "value": "2026-02-30"}, "value", "There is no such day."),
        ({"kind": "date", "value": "αύριο"}, "value", "Write the day as"),
        ({"kind": "yes_no", "value": ""}, "value", "Choose yes or no."),
        ({"kind": "json", "value": "[1,"}, "value", "That is not JSON."),
        ({"kind": "json", "value": "[" * 99}, "value", "That is not JSON."),
        ({"kind": "text", "value": "α\x00"}, "value", "Write at most"),
        ({"kind": "text", "value": "α" * 10_001}, "value", "Write at most"),
        ({"kind": "text", "value": "α", "reason": " "}, "reason", "Say why"),
        ({"kind": "text", "value": "α", "path": "applicant.afm.digits"}, "value", "There can be no value"),
    ],
)
def test_what_is_wrong_with_a_correction_is_told_at_its_field(
    office: Office, nikos: Visitor, typed: dict[str, str], field: str, said: str
) -> None:
    incident = gets_stuck(office)
    sent = {"path": "measured", "reason": REASON, "then": "stay", **typed}

    response = nikos.sends(of_incident(incident, "/values"), **sent)

    assert response.status_code == 422
    (link,) = nikos.sees("//div[@id='errors']//a")
    assert said in link
    assert nikos.sees("//div[@id='errors']//a/@href") == [f"#{field}"]
    assert nikos.sees(f"//*[@id='{field}']")


def test_no_value_of_a_case_is_logged(
    office: Office, nikos: Visitor, capsys: pytest.CaptureFixture[str]
) -> None:
    incident = gets_stuck(office)

    nikos.opens(of_incident(incident, "/values?path=applicant.family_name"))
    nikos.sends(
        of_incident(incident, "/values"),
        path="applicant.family_name",
        kind="text",
        value="Παπαδιαμάντη",
        reason=REASON,
        then="retry",
    )

    logged = capsys.readouterr()
    assert "request" in logged.out + logged.err
    assert "Παπαδιαμάντη" not in logged.out + logged.err
    assert "Δημητρίου" not in logged.out + logged.err
    assert "family_name" not in logged.out + logged.err


# Taking the case to another step


def test_the_steps_are_listed_in_the_order_of_the_procedure(office: Office, olga: Visitor) -> None:
    incident = is_refused(office)

    olga.opens(of_incident(incident, "/move"))

    names = olga.sees("//fieldset//label/span/text()[1]")
    assert names.index("Check the papers") < names.index("Hand over the certificate")
    here = olga.sees("//fieldset//label[contains(., 'it stands here')]//input/@value")
    assert here == ["municipality_certifies"]
    assert not {"municipality_late", "not_resident"} & set(olga.sees("//fieldset//input/@value"))


def test_what_a_move_would_do_is_told_before(office: Office, olga: Visitor) -> None:
    incident = is_refused(office)

    olga.opens(of_incident(incident, "/move?target=hand_over"))

    assert olga.sees("//ul[@class='changes']/li") == [
        "Municipality certifies the residence is cancelled",
        "Hand over the certificate begins",
    ]
    assert open_tasks(office, incident) == ["municipality_certifies"]


def test_a_move_that_would_end_the_case_says_how(office: Office, olga: Visitor) -> None:
    incident = is_refused(office)

    olga.opens(of_incident(incident, "/move?target=rejected"))

    assert olga.sees("//ul[@class='changes']/li/span") == ["is cancelled", "ends the case"]


def test_a_move_to_where_the_case_would_stop_again_is_not_offered_to_be_confirmed(
    office: Office, olga: Visitor
) -> None:
    incident = gets_stuck(office)

    olga.opens(of_incident(incident, "/move?target=size"))

    assert "That does not help: the case would stop again." in olga.text
    assert olga.sees("//textarea[@name='reason']") == []


def test_a_case_is_taken_to_another_step_with_a_reason(office: Office, olga: Visitor) -> None:
    incident = is_refused(office)
    olga.opens(of_incident(incident, "/move?target=hand_over"))
    hidden = "//section[@aria-labelledby='preview']//input[@type='hidden'][@name != 'csrf']"
    fields = dict(zip(olga.sees(f"{hidden}/@name"), olga.sees(f"{hidden}/@value"), strict=True))

    unsaid = olga.sends(of_incident(incident, "/move"), **fields, reason="")
    preview = olga.sees("//ul[@class='changes']/li/span")
    olga.sends(of_incident(incident, "/move"), **fields, reason=REASON)

    assert unsaid.status_code == 422
    assert preview == ["is cancelled", "begins"]
    assert "The case goes on from the other step." in olga.text
    assert open_tasks(office, incident) == ["hand_over"]


def test_a_case_at_several_steps_is_taken_from_the_one_that_is_chosen(office: Office, nikos: Visitor) -> None:
    offer_drawn(
        office,
        "forked",
        start("opened"),
        element("parallelGateway", "fork"),
        user("measure", name="Μέτρηση"),
        user("greet", name="Υποδοχή"),
        element("exclusiveGateway", "size"),
        user("after"),
        end("done"),
        chain("opened", "fork", "measure", "size"),
        flow("size", "done", "=measured > 100"),
        flow("size", "measure", "=measured <= 100"),
        chain("fork", "greet", "after", "done"),
    )
    tasks = {task.element_id: task for task in office.opens_case(procedure="forked", data={}).tasks}
    incident = incident_of(office, office.completes(tasks["measure"], {}))

    nikos.opens(of_incident(incident, "/move"))
    first = nikos.sees("//select[@name='source']/option[@selected]/@value")
    nikos.opens(of_incident(incident, "/move?source=greet&target=after"))

    assert first == ["measure"]
    assert nikos.sees("//ul[@class='changes']/li") == ["Υποδοχή is cancelled", "task after begins"]


def test_the_case_file_leads_to_the_repair(office: Office, nikos: Visitor) -> None:
    incident = gets_stuck(office)

    nikos.opens(f"/desk/cases/{incident.case_id}")

    section = "//section[@aria-labelledby='incidents']"
    assert nikos.sees(f"{section}//a/@href") == [of_incident(incident)]
    assert "A value is missing or does not fit" in nikos.sees(section)[0]
