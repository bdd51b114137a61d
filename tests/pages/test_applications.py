"""Claims about applications in the browser: filed once, for one's own organisation, seen by nobody else."""

from typing import Any

import orjson
import pytest

from engine.cases.open import OpenCase
from engine.kernel.actor import SYSTEM
from engine.kernel.refusal import Conflict, NotPermitted
from engine.kernel.vocabulary import Channel
from engine.operations.queries import ListJobs
from engine.organisation.organisation import OrganisationKind
from tests.applying import BRANCH, Applying, an_administrator, applying, decides_office
from tests.builders import a_person
from tests.organisations import save_organisation
from tests.pages.visiting import OpenDesk, Visitor

NEW = "/admin/applications/new/branch-authorisation"
PERSON = {"applicant-given_name": "Σταματία", "applicant-family_name": "Κρητικού"}


@pytest.fixture
def asked(desk: OpenDesk) -> Applying:
    return applying(desk.desk.office)


@pytest.fixture
def stamatia(desk: OpenDesk, asked: Applying) -> Visitor:
    return desk.visit(asked.administrator)


def files(visitor: Visitor, once: str = "a", **data: Any) -> None:
    visitor.opens(NEW)
    typed = orjson.dumps({**BRANCH, **data}).decode()
    visitor.sends(NEW, once=once, data=typed, **PERSON)


def test_an_application_is_filed_once_and_shown_with_its_code_and_the_way_to_follow_it(
    stamatia: Visitor,
) -> None:
    stamatia.opens(NEW)
    assert stamatia.sees("//input[@id='applicant-given_name']/@value") == ["Σταματία"]

    files(stamatia)
    first = stamatia.text
    files(stamatia)

    assert "Your application is filed." in first
    assert stamatia.text == first
    (way,) = stamatia.sees("//a[contains(@href, '/track?')]/@href")
    stamatia.opens("/track" + way.partition("/track")[2])
    assert "Authorisation of a branch" in stamatia.text
    listed = stamatia.opens("/admin/applications").text
    assert listed.count("0009-26-0000") == 1


def test_what_is_missing_is_named_by_field_and_nothing_is_filed(stamatia: Visitor) -> None:
    files(stamatia, council={"number": "118/2026", "ada": "wrong"})

    assert stamatia.page is not None
    assert stamatia.page.status_code == 422
    assert "One thing needs correcting" in stamatia.text
    assert "Nothing yet." in stamatia.opens("/admin/applications").text
    stamatia.opens(NEW)
    stamatia.sends(NEW, once="b", data="{}", **{"applicant-given_name": "Σταματία"})
    assert "Enter the applicant's family name." in stamatia.text


def test_until_the_ministry_has_decided_who_examines_nothing_is_filed(desk: OpenDesk) -> None:
    asked = applying(desk.desk.office, examined=False)
    visitor = desk.visit(asked.administrator)

    files(visitor)

    assert visitor.page is not None
    assert visitor.page.status_code == 409
    assert "The ministry has not decided yet" in visitor.text
    with pytest.raises(Conflict) as refused:
        asked.applies("branch-authorisation", BRANCH)
    assert refused.value.code == "no_examining_branch"
    decides_office(desk.desk.office, "0009")
    files(visitor, once="again")
    assert "Your application is filed." in visitor.text


def test_another_organisation_neither_sees_nor_opens_the_application(
    desk: OpenDesk, asked: Applying, stamatia: Visitor
) -> None:
    files(stamatia)
    (number,) = stamatia.sees("//dl[contains(@class, 'facts')]/dd[1]")
    state = asked.applies("branch-authorisation", BRANCH)
    with asked.office.engine.store.begin() as connection:
        other = save_organisation(
            connection, OrganisationKind.MUNICIPALITY, "elsewhere", parent_id=asked.ministry.id
        )
        connection.commit()
    stranger = desk.visit(an_administrator(asked.office, other, "fotis"))
    above = desk.visit(an_administrator(asked.office, asked.ministry, "zoe"))

    assert stranger.opens(f"/admin/applications/{state.case.id}").status_code == 404
    assert number not in stranger.opens("/admin/applications").text
    assert above.opens(f"/admin/applications/{state.case.id}").status_code == 200
    assert number in above.opens("/admin/applications").text


def test_a_citizens_case_is_no_application(asked: Applying, stamatia: Visitor) -> None:
    state = asked.office.opens_case()

    assert stamatia.opens(f"/admin/applications/{state.case.id}").status_code == 404


def test_clerks_neither_find_nor_open_what_organisations_apply_for(desk: OpenDesk, asked: Applying) -> None:
    clerk = desk.visit(asked.office.clerk)

    assert "Authorisation of a branch" not in clerk.opens("/desk/open?q=authorisation").text
    assert "Authorisation of a branch" not in clerk.opens("/desk/open").text
    assert clerk.opens("/desk/open/branch-authorisation").status_code == 404
    command = OpenCase(
        procedure="branch-authorisation", channel=Channel.WEB, applicant=a_person(), data=BRANCH
    )
    with pytest.raises(NotPermitted):
        asked.office.does(command)


def test_an_office_applies_for_nothing(desk: OpenDesk, asked: Applying) -> None:
    with asked.office.engine.store.begin() as connection:
        office = save_organisation(
            connection, OrganisationKind.BRANCH, "0777", parent_id=asked.municipality.id
        )
        connection.commit()
    actor = an_administrator(asked.office, office, "eirini")
    visitor = desk.visit(actor)

    assert "No procedure for organisations is on offer now." in visitor.opens("/admin/applications").text
    assert visitor.opens(NEW).status_code == 404
    command = OpenCase(
        procedure="branch-authorisation", channel=Channel.WEB, applicant=a_person(), data=BRANCH
    )
    with pytest.raises(NotPermitted):
        asked.office.does(command, actor=actor)


def test_what_the_system_does_itself_has_no_form_to_answer(desk: OpenDesk, asked: Applying) -> None:
    state = asked.applies("branch-authorisation", BRANCH)
    opened = asked.is_granted(state.case.id)
    clerk = desk.visit(asked.office.clerk)

    shown = clerk.opens(f"/desk/agency/{opened.service_tasks[0].id}")

    assert shown.request.path == f"/desk/cases/{state.case.id}"
    assert asked.office.engine.ask(ListJobs(), actor=SYSTEM).items
