"""Claims about the way of a case: what its steps are called, and how far it came."""

import json
from typing import Any

from engine.cases.lifecycle import WithdrawCase
from tests.bundle.samples import procedure_files
from tests.bundle.shared import CALLER, part_files
from tests.office import offer_files
from tests.pages.visiting import OpenDesk, Visitor

NAMED_CALLER = CALLER.replace('id="hand_over"', 'id="hand_over" name="Παραλαβή"')
STEPS = "//ol[@class='steps']/li"


def sheet(visitor: Visitor) -> dict[str, Any]:
    """What the drawing is given."""
    (text,) = visitor.sees("//div[@data-island='diagram']/script")
    found: dict[str, Any] = json.loads(text)
    return found


def test_steps_are_told_in_the_order_in_which_a_case_meets_them(desk: OpenDesk, maria: Visitor) -> None:
    state = desk.desk.office.sends_to_municipality()

    maria.opens(f"/desk/cases/{state.case.id}/diagram")

    assert maria.sees(STEPS)[:3] == [
        "Check the papers (done)",
        "Municipality certifies the residence (under way)",
        "Hand over the certificate (may still come)",
    ]


def test_a_case_that_was_ended_is_under_way_nowhere(desk: OpenDesk, maria: Visitor) -> None:
    office = desk.desk.office
    state = office.sends_to_municipality()
    office.does(WithdrawCase(case_id=state.case.id, reason="Δεν τη χρειάζεται πια."))

    maria.opens(f"/desk/cases/{state.case.id}/diagram")

    assert maria.sees(STEPS) == [
        "Check the papers (done)",
        "Municipality certifies the residence (the case was ended here)",
    ]
    drawn = sheet(maria)
    assert (drawn["active"], drawn["stopped"]) == ([], ["municipality_certifies"])


def test_everything_in_the_drawing_is_called_in_the_readers_language(desk: OpenDesk, maria: Visitor) -> None:
    state = desk.desk.office.opens_case()

    maria.opens(f"/desk/cases/{state.case.id}/diagram")
    english = sheet(maria)["names"]["residence_confirmed"]
    maria.opens(f"/desk/cases/{state.case.id}/diagram?lang=el")
    greek = sheet(maria)["names"]["residence_confirmed"]

    assert (english, greek) == ("Is the residence confirmed?", "Βεβαιώνεται η κατοικία;")


def test_a_step_within_a_called_process_stands_after_its_call(desk: OpenDesk, maria: Visitor) -> None:
    office = desk.desk.office
    offer_files(office.engine, procedure_files(part_files(), diagram=NAMED_CALLER))
    state = office.opens_case(procedure="certificate", data={"name": "Άδεια"})

    maria.opens(f"/desk/cases/{state.case.id}/diagram")

    assert maria.sees(STEPS) == ["Παραλαβή (under way)", "Παράδοση (under way)"]
    assert maria.sees("//li[@class='now inside']") == ["Παράδοση (under way)"]
    assert sheet(maria)["active"] == ["hand_over", "pickup_task"]
