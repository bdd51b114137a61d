"""Claims about tracking: the receipt shows where the case is, nothing personal, and takes what is missing."""

from collections.abc import Sequence
from datetime import timedelta
from io import BytesIO

import pytest
from werkzeug.test import TestResponse

from engine.cases.changeset import CaseState
from engine.cases.lifecycle import SuspendCase, WithdrawCase
from engine.cases.tracking_code import PASS_LIFE
from engine.documents.model import MOST_BYTES
from engine.documents.queries import ListDocuments
from engine.kernel.actor import SYSTEM
from engine.service_tasks.answer import AnswerServiceTask
from engine.service_tasks.fail import FailServiceTask
from engine.supplements.model import MOST_FILES
from engine.supplements.supplement import AskSupplement
from tests.api.desk import a_desk
from tests.builders import an_agency_actor
from tests.office import CONFIRMED, HANDED_OVER, Office
from tests.pages.visiting import OpenDesk, Visitor

PDF = b"%PDF-1.7 a bill"
REASONED = {
    "rejection_reason": "Δεν βρέθηκε κατοικία στη διεύθυνση.",
    "informed_by": "phone",
    "appeal_explained": True,
}
WANTED = "Λογαριασμός των τελευταίων τριών μηνών."


def receipt(desk: OpenDesk, state: CaseState) -> str:
    return f"/track?number={state.case.number}&code={desk.desk.office.code_of(state.case)}"


def asked(office: Office) -> CaseState:
    """A case in which the municipality wants something more of the citizen."""
    task = office.sends_to_municipality().service_tasks[0]
    command = AskSupplement(service_task_id=task.id, wanted=WANTED)
    return office.does(command, actor=an_agency_actor(office.agency))


def sends(
    citizen: Visitor, *contents: bytes, names: Sequence[str] = (), follow: bool = True, **fields: str
) -> TestResponse:
    """Press the button of the page's form, with such files."""
    named = [*names, *("bill.pdf" for _ in contents)][: len(contents)]
    files = [(BytesIO(content), name) for content, name in zip(contents, named, strict=True)]
    (address,) = citizen.sees("//form[@data-upload]/@action")
    once = citizen.sees("//input[@name='once']/@value")[0]
    page = citizen.sends(address, follow=follow, files=files, **{"once": once, **fields})
    # The client of the tests keeps a large body in a file of its own, which it leaves open.
    page.request.environ["wsgi.input"].close()
    return page


def documents(desk: OpenDesk, state: CaseState) -> list[str]:
    """The names of the documents of a case."""
    office = desk.desk.office
    found = office.engine.ask(ListDocuments(case_id=state.case.id), actor=office.clerk)
    return [document.name for document in found]


# Where the case is


def test_the_receipt_tells_where_the_case_is_and_by_when(desk: OpenDesk) -> None:
    state = desk.desk.office.opens_case()
    citizen = desk.anybody()

    citizen.opens(receipt(desk, state))

    assert "Your case is under way. You need not do anything." in citizen.text
    assert "by Monday, March 16, 2026" in citizen.text


def test_number_and_code_are_typed_into_a_form_that_puts_them_into_no_address(desk: OpenDesk) -> None:
    state = desk.desk.office.opens_case()
    citizen = desk.anybody()
    citizen.opens("/track")

    page = citizen.sends("/track", number=state.case.number, code=desk.desk.office.code_of(state.case))

    assert page.request.path == "/track/case"
    assert desk.desk.office.code_of(state.case) not in page.request.url
    assert citizen.sees("//p[contains(@class, 'case-number')]") == [state.case.number]


def test_the_receipts_address_is_left_at_once_and_the_code_kept_nowhere(desk: OpenDesk) -> None:
    state = desk.desk.office.opens_case()
    citizen = desk.anybody()

    led = citizen.client.get(receipt(desk, state))

    cookie = next(one for one in led.headers.getlist("Set-Cookie") if one.startswith("stoa_tracking="))
    assert (led.status_code, led.headers["Location"]) == (303, "/track/case")
    assert "HttpOnly" in cookie
    assert "SameSite" in cookie
    assert desk.desk.office.code_of(state.case) not in cookie
    assert led.headers["Referrer-Policy"] == "no-referrer"


def test_a_visit_ends_by_itself(desk: OpenDesk) -> None:
    state = desk.desk.office.opens_case()
    citizen = desk.anybody()
    citizen.opens(receipt(desk, state))

    desk.desk.office.clock.advance(PASS_LIFE)
    citizen.opens("/track/case")

    assert "Your time on the page of your case is over." in citizen.text
    assert state.case.number not in citizen.text


def test_who_finishes_leaves_nothing_for_the_next_one_at_the_screen(desk: OpenDesk) -> None:
    state = desk.desk.office.opens_case()
    citizen = desk.anybody()
    citizen.opens(receipt(desk, state))

    citizen.sends("/track/finish")
    left = citizen.text
    citizen.opens("/track/case")

    assert "You have left your case." in left
    assert state.case.number not in citizen.text


def test_a_visit_that_was_tampered_with_opens_nothing(desk: OpenDesk) -> None:
    mine, other = desk.desk.office.opens_case(), desk.desk.office.opens_case()
    citizen = desk.anybody()
    citizen.opens(receipt(desk, mine))
    cookie = citizen.client.get_cookie("stoa_tracking")
    assert cookie is not None

    for forged in (cookie.value.replace(mine.case.number, other.case.number), "x", "a.b.c", "a.9.ü"):
        citizen.client.set_cookie("stoa_tracking", forged)
        citizen.opens("/track/case")

        assert citizen.sees("//p[contains(@class, 'case-number')]") == []


def test_tracking_speaks_greek_to_whoever_does_not_ask_otherwise(desk: OpenDesk) -> None:
    state = desk.desk.office.opens_case()
    citizen = desk.anybody(language="fr")

    citizen.opens(receipt(desk, state))

    assert citizen.sees("//h1") == ["Βεβαίωση μόνιμης κατοικίας"]
    assert "Δεν χρειάζεται να κάνετε κάτι." in citizen.text


def test_nothing_personal_is_shown(desk: OpenDesk) -> None:
    state = desk.desk.office.sends_to_municipality()
    citizen = desk.anybody()

    page = citizen.opens(receipt(desk, state))

    for personal in ("Ελένη", "Δημητρίου", "094014201", "Μαρία", "maria"):
        assert personal not in page.text


def test_a_citizen_is_told_whose_turn_it_is(desk: OpenDesk) -> None:
    office = desk.desk.office
    state = office.sends_to_municipality()
    citizen = desk.anybody()
    citizen.opens(receipt(desk, state))
    waiting = citizen.text
    ready = office.does(
        AnswerServiceTask(service_task_id=state.service_tasks[0].id, data=CONFIRMED), actor=SYSTEM
    )
    citizen.opens(receipt(desk, state))
    to_collect = citizen.text
    office.completes(ready.tasks[0], HANDED_OVER)
    citizen.opens(receipt(desk, state))

    assert "We wait for the agency's answer." in waiting
    assert "Your document is ready." in to_collect
    assert citizen.sees("//li[@aria-current='step']")[0].startswith("Closed")


def test_a_citizen_is_told_where_to_go(desk: OpenDesk) -> None:
    state = desk.desk.office.opens_case()
    citizen = desk.anybody()

    citizen.opens(receipt(desk, state))

    assert f"Your service centre: {desk.desk.office.branch.name_en}" in citizen.text


def test_a_withdrawn_case_has_no_more_way_to_go(desk: OpenDesk) -> None:
    state = desk.desk.office.opens_case()
    desk.desk.office.does(WithdrawCase(case_id=state.case.id, reason="Το ζήτησε η πολίτης."))
    citizen = desk.anybody()

    citizen.opens(receipt(desk, state))

    (filed, withdrawn) = citizen.sees("//ol[@class='steps']/li")
    assert (filed.startswith("Filed (done)"), withdrawn.startswith("Withdrawn")) == (True, True)
    assert "under way" not in citizen.text


def test_a_rejected_case_ends_with_its_rejection_and_how_to_object(desk: OpenDesk) -> None:
    office = desk.desk.office
    task = office.sends_to_municipality().service_tasks[0]
    command = FailServiceTask(service_task_id=task.id, code="NOT_RESIDENT", message="Δεν βρέθηκε.")
    rejected = office.completes(office.does(command, actor=SYSTEM).tasks[0], REASONED)
    citizen = desk.anybody()

    citizen.opens(receipt(desk, rejected))

    assert citizen.sees("//li[@aria-current='step']")[0].startswith("Rejected")
    assert "how to object" in citizen.text


def test_a_case_on_hold_is_told_without_its_reason(desk: OpenDesk) -> None:
    state = desk.desk.office.opens_case()
    desk.desk.office.does(SuspendCase(case_id=state.case.id, reason="Η Ελένη λείπει."))
    citizen = desk.anybody()

    citizen.opens(receipt(desk, state))

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


def test_whoever_guesses_a_visit_waits_like_whoever_guesses_a_code() -> None:
    desk = OpenDesk(desk=a_desk(STOA_PUBLIC_RATE_LIMIT="2"))
    citizen = desk.anybody()
    answers = []

    for guess in range(3):
        citizen.client.set_cookie("stoa_tracking", f"0009-26-000001-6.1.{guess}")
        answers.append(citizen.client.get("/track/case").status_code)

    assert answers == [303, 303, 429]


def test_the_empty_form_costs_nothing_of_the_limit() -> None:
    desk = OpenDesk(desk=a_desk(STOA_PUBLIC_RATE_LIMIT="1"))
    citizen = desk.anybody()

    answers = [citizen.opens("/track").status_code for _ in range(3)]

    assert answers == [200, 200, 200]


def test_the_term_on_the_page_is_its_last_day(desk: OpenDesk) -> None:
    office = desk.desk.office
    state = office.opens_case()
    assert state.case.due_at is not None
    last = (state.case.due_at - timedelta(seconds=1)).astimezone(office.engine.zone)
    citizen = desk.anybody()

    citizen.opens(receipt(desk, state))

    assert f"by {last:%A, %B} {last.day}, {last.year}" in citizen.text


# Sending what is missing


def test_what_is_wanted_can_be_sent_from_the_page(desk: OpenDesk) -> None:
    state = asked(desk.desk.office)
    citizen = desk.anybody()
    citizen.opens(receipt(desk, state))
    wanted = citizen.sees("//blockquote")

    page = sends(citizen, PDF, names=["Λογαριασμός.pdf"], note="Ο νέος λογαριασμός.")

    assert wanted == [WANTED]
    assert page.request.path == "/track/case/sent"
    assert "1 file arrived on March 9, 2026" in citizen.text
    assert "Λογαριασμός.pdf" in citizen.text
    assert "We wait for the agency's answer. You need not do anything." in citizen.text
    assert documents(desk, state) == ["Λογαριασμός.pdf"]


def test_nothing_is_asked_for_again_once_it_came(desk: OpenDesk) -> None:
    state = asked(desk.desk.office)
    citizen = desk.anybody()
    citizen.opens(receipt(desk, state))
    sends(citizen, PDF)

    citizen.opens("/track/case")

    assert citizen.sees("//form[@data-upload]") == []
    assert "What you sent us" in citizen.text


def test_pressing_twice_sends_once(desk: OpenDesk) -> None:
    state = asked(desk.desk.office)
    citizen = desk.anybody()
    form = citizen.opens(receipt(desk, state))

    first = sends(citizen, PDF, follow=False)
    citizen.page = form
    second = sends(citizen, PDF, follow=False)

    assert (first.status_code, first.headers["Location"]) == (second.status_code, second.headers["Location"])
    assert len(documents(desk, state)) == 1


def test_the_names_of_files_are_for_the_visit_that_sent_them(desk: OpenDesk) -> None:
    state = asked(desk.desk.office)
    citizen, later = desk.anybody(), desk.anybody()
    citizen.opens(receipt(desk, state))
    sends(citizen, PDF, names=["Δημητρίου Ελένη.pdf"])
    desk.desk.office.clock.advance(timedelta(minutes=1))

    later.opens(receipt(desk, state))
    citizen.opens("/track/case")

    assert "Δημητρίου" in citizen.text
    assert "Δημητρίου" not in later.text
    assert "PDF" in later.text


@pytest.mark.parametrize(
    ("contents", "told"),
    [
        ((), "Choose at least one file."),
        ((PDF, b""), "“b.pdf” is empty."),
        ((PDF, b"MZ\x90"), "“b.pdf” is no PDF and no picture. Take a photograph of the paper."),
        ((PDF, b"%PDF-" + bytes(MOST_BYTES)), "“b.pdf” is too large: at most 10 MB."),
        (tuple(PDF + bytes([n]) for n in range(MOST_FILES + 1)), "Send at most 5 files at once."),
    ],
)
def test_what_cannot_be_taken_is_told_on_the_field(
    desk: OpenDesk, contents: tuple[bytes, ...], told: str
) -> None:
    state = asked(desk.desk.office)
    citizen = desk.anybody()
    citizen.opens(receipt(desk, state))

    page = sends(citizen, *contents, names=["a.pdf", "b.pdf"], note="Δύο λόγια.")

    assert page.status_code == 422
    assert citizen.sees("//*[@id='errors']//a[@href='#files-1']") == [told]
    assert citizen.sees("//input[@id='files-1']/@aria-invalid") == ["true"]
    assert citizen.sees("//textarea") == ["Δύο λόγια."]
    assert documents(desk, state) == []


def test_more_than_all_files_at_their_largest_is_not_even_read(desk: OpenDesk) -> None:
    state = asked(desk.desk.office)
    citizen = desk.anybody()
    citizen.opens(receipt(desk, state))
    (address,) = citizen.sees("//form[@data-upload]/@action")

    page = citizen.client.post(
        address,
        environ_overrides={"CONTENT_LENGTH": "60000000"},
        content_type="multipart/form-data; boundary=x",
        headers={"Accept": "text/html", "Accept-Language": "en"},
    )

    assert page.status_code == 413
    assert "Together the files are too large: at most 50 MB." in page.text


def test_only_a_visit_may_send_more_than_other_forms(desk: OpenDesk) -> None:
    state = asked(desk.desk.office)
    address = f"/track/case/supplies/{state.service_tasks[0].id}"

    page = desk.anybody().client.post(
        address,
        environ_overrides={"CONTENT_LENGTH": "20000000"},
        content_type="multipart/form-data; boundary=x",
        headers={"Accept": "text/html", "Accept-Language": "en"},
    )

    assert (page.status_code, page.headers["Location"]) == (303, "/track?said=over")


def test_a_wait_that_is_over_meanwhile_is_told_in_words(desk: OpenDesk) -> None:
    office = desk.desk.office
    state = asked(office)
    citizen = desk.anybody()
    citizen.opens(receipt(desk, state))
    office.does(AnswerServiceTask(service_task_id=state.service_tasks[0].id, data=CONFIRMED), actor=SYSTEM)

    page = sends(citizen, PDF)

    assert page.status_code == 409
    assert "We no longer wait for this, and took nothing." in page.text
    assert documents(desk, state) == []


def test_nothing_is_sent_without_a_visit_or_from_another_page(desk: OpenDesk) -> None:
    state = asked(desk.desk.office)
    citizen, stranger = desk.anybody(), desk.anybody()
    citizen.opens(receipt(desk, state))
    (address,) = citizen.sees("//form[@data-upload]/@action")
    stranger.opens("/track")

    without_visit = stranger.sends(address, files=[(BytesIO(PDF), "a.pdf")])
    without_token = citizen.client.post(address, data={"files": [(BytesIO(PDF), "a.pdf")]})

    assert without_visit.request.path == "/track"
    assert without_token.status_code == 403
    assert documents(desk, state) == []


def test_who_sends_too_often_waits() -> None:
    desk = OpenDesk(desk=a_desk(STOA_PUBLIC_RATE_LIMIT="4"))
    state = asked(desk.desk.office)
    citizen = desk.anybody()
    form = citizen.opens(receipt(desk, state))
    answers = []

    for _ in range(3):
        citizen.page = form
        answers.append(sends(citizen, follow=False).status_code)
    citizen.page = form
    answers.append(sends(citizen, follow=False).status_code)

    assert answers == [422, 422, 422, 429]


def test_a_clerk_sees_who_sent_a_document(desk: OpenDesk) -> None:
    state = asked(desk.desk.office)
    citizen, maria = desk.anybody(), desk.visit(desk.desk.office.clerk)
    citizen.opens(receipt(desk, state))
    sends(citizen, PDF, note="Δύο λόγια.")

    maria.opens(f"/desk/cases/{state.case.id}")

    assert "bill.pdf" in maria.text
    assert "Δύο λόγια." in maria.text
    assert maria.text.count("The citizen") >= len(("document", "note", "timeline"))
