"""Claims about correcting a value of a case that cannot go on."""

import pytest

from engine.cases.queries import ReadJournal
from engine.kernel.actor import SYSTEM
from tests.office import Office
from tests.pages.stuck import REASON, gets_stuck, of_incident, open_tasks
from tests.pages.visiting import Visitor


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
