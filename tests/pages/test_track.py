"""Claims about tracking: anybody with the receipt learns where the case is, and nothing personal."""

from datetime import timedelta

from engine.commands.answer_service_task import AnswerServiceTask
from engine.commands.case_file import CaseState
from engine.commands.suspend_case import SuspendCase
from engine.domain.actor import SYSTEM
from tests.api.desk import a_desk
from tests.office import CONFIRMED, HANDED_OVER
from tests.pages.visiting import OpenDesk


def receipt(state: CaseState) -> str:
    return f"/track?number={state.case.number}&code={state.case.tracking_code}"


def test_the_receipt_tells_where_the_case_is_and_by_when(desk: OpenDesk) -> None:
    state = desk.desk.office.opens_case()
    citizen = desk.anybody()

    citizen.opens(receipt(state))

    assert "Your case is under way. You need not do anything." in citizen.text
    assert "by Mar 16" in citizen.text


def test_tracking_speaks_greek_to_whoever_does_not_ask_otherwise(desk: OpenDesk) -> None:
    state = desk.desk.office.opens_case()
    citizen = desk.anybody(language="fr")

    citizen.opens(receipt(state))

    assert citizen.sees("//h1") == ["Βεβαίωση μόνιμης κατοικίας"]
    assert "Δεν χρειάζεται να κάνετε κάτι." in citizen.text


def test_nothing_personal_is_shown(desk: OpenDesk) -> None:
    state = desk.desk.office.sends_to_municipality()
    citizen = desk.anybody()

    page = citizen.opens(receipt(state))

    for personal in ("Ελένη", "Δημητρίου", "094014201", "Μαρία", "maria"):
        assert personal not in page.text


def test_a_citizen_is_told_whose_turn_it_is(desk: OpenDesk) -> None:
    office = desk.desk.office
    state = office.sends_to_municipality()
    citizen = desk.anybody()
    citizen.opens(receipt(state))
    waiting = citizen.text
    ready = office.does(
        AnswerServiceTask(service_task_id=state.service_tasks[0].id, data=CONFIRMED), actor=SYSTEM
    )
    citizen.opens(receipt(state))
    to_collect = citizen.text
    office.completes(ready.tasks[0], HANDED_OVER)
    citizen.opens(receipt(state))

    assert "We wait for the agency's answer." in waiting
    assert "Your document is ready." in to_collect
    assert citizen.sees("//li[@aria-current='step']")[0].startswith("Closed")


def test_a_case_on_hold_is_told_without_its_reason(desk: OpenDesk) -> None:
    state = desk.desk.office.opens_case()
    desk.desk.office.does(SuspendCase(case_id=state.case.id, reason="Η Ελένη λείπει."))
    citizen = desk.anybody()

    citizen.opens(receipt(state))

    assert "Your case is on hold." in citizen.text
    assert "λείπει" not in citizen.text


def test_a_wrong_code_and_an_unknown_number_are_told_alike(desk: OpenDesk) -> None:
    state = desk.desk.office.opens_case()
    citizen = desk.anybody()

    wrong_code = citizen.opens(f"/track?number={state.case.number}&code=AAAAAAAA")
    told = citizen.sees("//div[@role='alert']")
    unknown = citizen.opens("/track?number=0009-26-000999-9&code=AAAAAAAA")

    assert (wrong_code.status_code, unknown.status_code) == (404, 404)
    assert citizen.sees("//div[@role='alert']") == told
    assert citizen.sees("//input[@name='code']/@value") == ["AAAAAAAA"]


def test_who_asks_too_often_waits() -> None:
    desk = OpenDesk(desk=a_desk(STOA_PUBLIC_RATE_LIMIT="2"))
    citizen = desk.anybody()

    answers = [citizen.opens("/track?number=1&code=2") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [404, 404, 429]
    assert answers[-1].mimetype == "text/html"
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert "Too many requests" in citizen.text


def test_the_empty_form_costs_nothing_of_the_limit() -> None:
    desk = OpenDesk(desk=a_desk(STOA_PUBLIC_RATE_LIMIT="1"))
    citizen = desk.anybody()

    answers = [citizen.opens("/track").status_code for _ in range(3)]

    assert answers == [200, 200, 200]


def test_the_term_on_the_page_is_its_last_day(desk: OpenDesk) -> None:
    office = desk.desk.office
    state = office.opens_case()
    assert state.case.due_at is not None
    last = state.case.due_at - timedelta(seconds=1)
    citizen = desk.anybody()

    citizen.opens(receipt(state))

    assert (
        f"by {last.astimezone(office.engine.zone):%b} {last.astimezone(office.engine.zone).day}"
        in citizen.text
    )
