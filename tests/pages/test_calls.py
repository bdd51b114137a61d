"""Claims about the call centre: a caller is recognised before anything is told."""

from datetime import timedelta
from uuid import UUID

import pytest

from engine.cases.queries import ShowCase
from engine.documents.add import AddDocument
from engine.kernel.vocabulary import CaseStatus
from tests.builders import a_person
from tests.pages.visiting import OpenDesk, Visitor

KNOWN = {"afm": "094014201", "patronymic": "Γεώργιος"}


@pytest.fixture
def dimitra(desk: OpenDesk) -> Visitor:
    """Dimitra, a call-centre agent."""
    return desk.visit(desk.person("dimitra"))


@pytest.fixture
def case(desk: OpenDesk) -> tuple[str, str]:
    """The id and the number of Eleni's case."""
    person = a_person(patronymic="Γεώργιος", phone="+306912345678")
    state = desk.desk.office.opens_case(applicant=person)
    assert state.case.status is CaseStatus.OPEN
    return str(state.case.id), state.case.number


def test_only_agents_come_in(maria: Visitor) -> None:
    assert maria.opens("/desk/calls").status_code == 403


@pytest.mark.parametrize("asked", ["dimitriou eleni", "number", "6912345678"])
def test_a_case_is_found_by_name_number_or_telephone(
    dimitra: Visitor, case: tuple[str, str], asked: str
) -> None:
    dimitra.opens(f"/desk/calls?q={case[1] if asked == 'number' else asked}")

    assert dimitra.sees("//main//a[contains(., 'Ask the caller')]/@href") == [f"/desk/calls/{case[0]}"]


def test_what_is_found_gives_nothing_away(dimitra: Visitor, case: tuple[str, str]) -> None:
    dimitra.opens(f"/desk/calls?q={case[1]}")
    listed = dimitra.text
    dimitra.opens(f"/desk/calls/{case[0]}")

    for page in (listed, dimitra.text):
        assert "094014201" not in page
        assert "residence" not in page
        assert "Under way" not in page


def test_the_questions_are_those_that_the_case_can_judge(dimitra: Visitor, case: tuple[str, str]) -> None:
    dimitra.opens(f"/desk/calls/{case[0]}")

    assert dimitra.sees("//form//label") == [
        "The code on the receipt",
        "AFM",
        "Father's name",
        "Telephone number in the case",
    ]


def test_a_caller_who_knows_is_told_how_it_stands(dimitra: Visitor, case: tuple[str, str]) -> None:
    dimitra.opens(f"/desk/calls/{case[0]}")

    page = dimitra.sends(f"/desk/calls/{case[0]}", **KNOWN)

    assert page.status_code == 200
    assert "It is the caller's own case." in dimitra.text
    assert "Your case is under way." in dimitra.text
    assert "Documents" not in dimitra.text
    assert "The code on the receipt" not in dimitra.text


def test_documents_are_told_of_to_who_named_the_code_of_the_receipt(
    desk: OpenDesk, dimitra: Visitor, case: tuple[str, str]
) -> None:
    office = desk.desk.office
    office.does(AddDocument(case_id=UUID(case[0]), name="λογαριασμός.pdf", content=b"%PDF-1.7 a bill"))
    code = office.code_of(office.engine.ask(ShowCase(case_id=UUID(case[0])), actor=office.clerk).case)
    dimitra.opens(f"/desk/calls/{case[0]}")

    dimitra.sends(f"/desk/calls/{case[0]}", tracking_code=code, afm=KNOWN["afm"])

    assert "λογαριασμός.pdf" in dimitra.text


def test_once_the_call_is_ended_the_case_is_closed_again(dimitra: Visitor, case: tuple[str, str]) -> None:
    dimitra.opens(f"/desk/calls/{case[0]}")
    dimitra.sends(f"/desk/calls/{case[0]}", **KNOWN)

    dimitra.sends("/desk/calls/end")
    page = dimitra.opens(f"/desk/calls/{case[0]}/status")

    assert page.status_code == 403
    assert "The call is over." in dimitra.text
    assert "under way" not in dimitra.text


def test_one_wrong_fact_is_enough_to_be_told_nothing(dimitra: Visitor, case: tuple[str, str]) -> None:
    dimitra.opens(f"/desk/calls/{case[0]}")

    page = dimitra.sends(f"/desk/calls/{case[0]}", **{**KNOWN, "patronymic": "Πέτρος"})

    assert page.status_code == 403
    assert "Tell the caller nothing about the case." in dimitra.text
    assert "under way" not in dimitra.text


def test_one_fact_is_too_few(dimitra: Visitor, case: tuple[str, str]) -> None:
    dimitra.opens(f"/desk/calls/{case[0]}")

    page = dimitra.sends(f"/desk/calls/{case[0]}", afm="094014201")

    assert page.status_code == 422


def test_trying_facts_one_after_the_other_is_stopped(
    desk: OpenDesk, dimitra: Visitor, case: tuple[str, str]
) -> None:
    address = f"/desk/calls/{case[0]}"
    dimitra.opens(address)

    tries = [dimitra.sends(address, **{**KNOWN, "afm": f"00000000{n}"}).status_code for n in range(5)]
    right_but_closed = dimitra.sends(address, **KNOWN)
    told = dimitra.text
    desk.desk.office.clock.advance(timedelta(minutes=15))
    right_in_time = dimitra.sends(address, **KNOWN)

    assert tries == [403] * 5
    assert right_but_closed.status_code == 429
    assert "They can be asked again in 15 minutes" in told
    assert right_in_time.status_code == 200


def test_a_search_for_nothing_is_told(dimitra: Visitor) -> None:
    page = dimitra.opens("/desk/calls?q=...")

    assert page.status_code == 422
    assert "Give a case number, a name or a telephone number." in dimitra.text
