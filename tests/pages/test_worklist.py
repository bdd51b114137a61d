"""Claims about the worklist: what is in it, in which words, and what a clerk can do from there."""

from datetime import timedelta

import pytest

from engine.cases.lifecycle import SuspendCase, WithdrawCase
from engine.people.pauses import PauseClerk
from engine.tasks.assign import ClaimTask
from tests.builders import a_person
from tests.office import PAPERS_COMPLETE
from tests.pages.visiting import OpenDesk, Visitor

TABS = "//nav[@id='tabs']//a"
ROWS = "//tr[starts-with(@id,'row-')]"


def test_the_desk_is_for_people_who_are_signed_in(desk: OpenDesk) -> None:
    visitor = desk.anybody()

    visitor.opens("/desk?tab=branch")

    assert visitor.page is not None
    assert visitor.page.request.path == "/sign-in"
    assert visitor.page.request.args["next"] == "/desk?tab=branch"


def test_a_clerk_begins_with_what_is_theirs(desk: OpenDesk, maria: Visitor) -> None:
    office = desk.desk.office
    office.claims(office.opens_case().tasks[0])
    office.opens_case()

    maria.opens("/desk")

    assert len(maria.sees(ROWS)) == 1
    assert maria.sees(TABS + "[@aria-current]") == ["Mine 1"]


def test_every_part_of_the_worklist_says_how_much_is_in_it(desk: OpenDesk, maria: Visitor) -> None:
    office = desk.desk.office
    office.claims(office.opens_case().tasks[0])
    office.sends_to_municipality()

    maria.opens("/desk")

    assert maria.sees(TABS) == [
        "Mine 1",
        "The whole branch 1",
        "Nobody's 0",
        "Late 0",
        "Waits for the agency 1",
        "Ready for pickup 0",
        "Decided 0",
    ]


@pytest.mark.parametrize(
    "tab", ["mine", "branch", "unassigned", "overdue", "awaiting_agency", "ready_for_pickup"]
)
def test_an_empty_part_says_so(maria: Visitor, tab: str) -> None:
    page = maria.opens(f"/desk?tab={tab}")

    assert page.status_code == 200
    assert maria.sees("//section[@id='rows']//p")


def test_what_waits_for_an_agency_names_the_agency(desk: OpenDesk, maria: Visitor) -> None:
    office = desk.desk.office
    office.sends_to_municipality()

    maria.opens("/desk?tab=awaiting_agency")

    assert office.agency.name_en in maria.text
    assert "since today" in maria.text


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("Δημητριου", True),
        ("dimitriou", True),
        ("094014201", True),
        ("0009-26-000001-6", True),
        ("Παπαδόπουλος", False),
    ],
)
def test_a_case_is_found_by_name_in_either_alphabet_and_by_its_numbers(
    desk: OpenDesk, maria: Visitor, asked: str, found: bool
) -> None:
    desk.desk.office.opens_case()

    maria.opens(f"/desk?tab=branch&q={asked}")

    assert bool(maria.sees(ROWS)) is found


def test_a_search_that_finds_nothing_offers_to_be_cleared(desk: OpenDesk, maria: Visitor) -> None:
    desk.desk.office.opens_case()

    maria.opens("/desk?tab=branch&q=nobody")

    assert "Nothing matches this search." in maria.text
    assert maria.sees("//a[text()='Clear the search']/@href") == ["/desk?tab=branch", "/desk?tab=branch"]


def test_a_search_finds_cases_that_nobody_has_work_in(desk: OpenDesk, maria: Visitor) -> None:
    office = desk.desk.office
    waiting = office.sends_to_municipality()
    closed = office.opens_case()
    office.does(WithdrawCase(case_id=closed.case.id, reason="Το ζήτησε."))
    shown = office.opens_case()

    maria.opens("/desk?tab=branch&q=dimitriou")

    found = maria.sees("//section[@aria-labelledby='cases']//a/@href")
    assert sorted(found) == sorted(f"/desk/cases/{state.case.id}" for state in (waiting, closed))
    assert maria.sees(ROWS + "/@id") == [f"row-{shown.tasks[0].id}"]


@pytest.mark.parametrize("wrong", ["tab=everything", "order=sideways", "procedure=none-such", "cursor="])
def test_an_address_that_somebody_made_up_shows_what_it_can(maria: Visitor, wrong: str) -> None:
    assert maria.opens(f"/desk?{wrong}").status_code == 200


def test_a_cursor_that_is_not_ours_is_told_as_a_page(maria: Visitor) -> None:
    page = maria.opens("/desk?cursor=x")

    assert (page.status_code, page.mimetype) == (422, "text/html")


def test_taking_a_task_leads_to_it(desk: OpenDesk, maria: Visitor) -> None:
    task = desk.desk.office.opens_case().tasks[0]

    answer = maria.sends("/desk/claim", claim=task.id, follow=False)

    assert (answer.status_code, answer.location) == (303, f"/desk/tasks/{task.id}")


def test_who_comes_second_is_told_who_was_first(desk: OpenDesk, maria: Visitor) -> None:
    office = desk.desk.office
    task = office.opens_case(applicant=a_person(family_name="Λάμπρου")).tasks[0]
    maria.opens("/desk?tab=branch")
    office.does(ClaimTask(task_id=task.id), actor=office.colleague)

    page = maria.sends("/desk/claim", claim=task.id, back="tab=branch")

    assert page.status_code == 409
    assert "has this task. She or he took it a moment before you." in maria.text
    assert maria.sees(TABS + "[@aria-current]") == ["The whole branch 1"]


def test_the_next_task_is_the_one_that_is_due_first(desk: OpenDesk, maria: Visitor) -> None:
    office = desk.desk.office
    first = office.opens_case().tasks[0]
    office.clock.advance(timedelta(minutes=5))
    office.opens_case()

    answer = maria.sends("/desk/claim-next", follow=False)

    assert answer.location == f"/desk/tasks/{first.id}"


def test_when_there_is_nothing_to_take_that_is_said(maria: Visitor) -> None:
    maria.sends("/desk/claim-next")

    assert "There is no task now that you could take." in maria.text


def test_a_paused_clerk_is_given_no_next_task(desk: OpenDesk, maria: Visitor) -> None:
    office = desk.desk.office
    office.opens_case()
    office.does(PauseClerk(username="maria", reason="Ασθένεια."), actor=office.manager)

    page = maria.sends("/desk/claim-next")

    assert page.status_code == 409
    assert "Your work is paused" in maria.text


def test_a_manager_gives_several_tasks_at_once_with_a_reason(desk: OpenDesk, nikos: Visitor) -> None:
    office = desk.desk.office
    tasks = [office.opens_case().tasks[0].id for _ in range(2)]

    nikos.sends("/desk/together", task=tasks, act="assign", to="petros", reason="Άδεια.", back="tab=branch")

    assert "2 tasks given." in nikos.text
    assert nikos.sees(TABS + "[contains(., 'Nobody')]") == ["Nobody's 0"]


def test_handing_out_without_a_reason_changes_nothing_and_says_so(desk: OpenDesk, nikos: Visitor) -> None:
    task = desk.desk.office.opens_case().tasks[0].id

    page = nikos.sends("/desk/together", task=[task], act="assign", to="petros", reason=" ")

    assert page.status_code == 422
    assert "Say why" in nikos.text


def test_nothing_chosen_is_nothing_done(nikos: Visitor) -> None:
    page = nikos.sends("/desk/together", act="release", reason="…")

    assert page.status_code == 422
    assert "Choose at least one task first." in nikos.text


def test_a_clerk_puts_back_what_is_theirs_and_not_what_is_a_colleagues(
    desk: OpenDesk, maria: Visitor
) -> None:
    office = desk.desk.office
    own, others = (office.opens_case().tasks[0] for _ in range(2))
    office.claims(own)
    office.does(ClaimTask(task_id=others.id), actor=office.colleague)

    page = maria.sends("/desk/together", task=[own.id, others.id], act="release", reason="Λήξη βάρδιας.")

    assert page.status_code == 409
    assert "1 of the chosen tasks went through. 1 stayed as they were" in maria.text


def test_a_search_is_kept_under_a_name_and_forgotten_again(maria: Visitor) -> None:
    maria.opens("/desk?tab=branch&q=Αθήνα")

    maria.sends("/desk/searches", name="Αθήνα", query="tab=branch&q=Αθήνα")
    kept = maria.sees("//ul[@aria-label='Saved searches']//a")
    (address,) = maria.sees("//ul[@aria-label='Saved searches']//form/@action")
    maria.sends(address)

    assert kept == ["Αθήνα"]
    assert maria.sees("//ul[@aria-label='Saved searches']//a") == []


def test_the_pulse_is_an_event_that_changes_when_the_branch_does(desk: OpenDesk, maria: Visitor) -> None:
    def pulse() -> str:
        return maria.client.get("/desk/changes").text

    before, again = pulse(), pulse()
    desk.desk.office.opens_case()
    after = pulse()

    assert before == again != after
    assert after.startswith("retry: 8000\nevent: pulse\ndata: ")
    assert after.endswith("\n\n")


def test_the_pulse_on_the_page_is_the_one_of_the_stream(desk: OpenDesk, maria: Visitor) -> None:
    desk.desk.office.opens_case()

    maria.opens("/desk")

    (shown,) = maria.sees("//section[@id='rows']/@data-pulse")
    assert f"data: {shown}\n" in maria.client.get("/desk/changes").text


def test_a_long_list_goes_on_on_the_next_page(desk: OpenDesk, maria: Visitor) -> None:
    for _ in range(52):
        desk.desk.office.opens_case()

    maria.opens("/desk?tab=branch")
    first = maria.sees(ROWS + "/@id")
    (following,) = maria.sees("//a[@rel='next']/@href")
    maria.opens(following)
    second = maria.sees(ROWS + "/@id")

    assert (len(first), len(second)) == (50, 2)
    assert not set(first) & set(second)


def test_an_auditor_looks_at_everything_and_takes_nothing(desk: OpenDesk) -> None:
    desk.desk.office.opens_case()
    thanos = desk.visit(desk.person("thanos"))

    thanos.opens("/desk")

    assert thanos.sees(TABS + "[@aria-current]") == ["The whole branch 1"]
    assert thanos.sees("//button[@name='claim']") == []


def test_work_of_another_office_stays_there(desk: OpenDesk) -> None:
    desk.desk.office.completes(desk.desk.office.opens_case().tasks[0], PAPERS_COMPLETE)
    foteini = desk.visit(desk.person("foteini"))

    foteini.opens("/desk?tab=branch")

    assert foteini.sees(ROWS) == []


def test_the_task_of_a_suspended_case_cannot_be_taken(desk: OpenDesk, maria: Visitor) -> None:
    office = desk.desk.office
    state = office.opens_case()
    office.does(SuspendCase(case_id=state.case.id, reason="Λείπει έγγραφο από το εξωτερικό."))

    maria.opens("/desk?tab=unassigned")
    in_list = maria.sees("//button[@name='claim']")
    maria.opens(f"/desk/tasks/{state.tasks[0].id}")

    assert in_list == []
    assert maria.sees(f"//form[@action='/desk/tasks/{state.tasks[0].id}/claim']") == []


def test_the_task_of_a_case_whose_term_is_over_is_late(desk: OpenDesk, maria: Visitor) -> None:
    office = desk.desk.office
    state = office.opens_case()
    office.clock.advance(timedelta(days=12))
    maria = desk.visit(office.clerk)

    maria.opens("/desk?tab=overdue")

    assert state.tasks[0].due_at == state.case.due_at
    assert maria.sees("//section[@id='rows']//span[@class='under digits']") == [state.case.number]


def test_a_paused_clerk_is_told_so_and_offered_no_next_task(desk: OpenDesk, maria: Visitor) -> None:
    office = desk.desk.office
    office.opens_case()
    back_on = (office.clock.now() + timedelta(days=7)).date()
    office.does(PauseClerk(username="maria", until=back_on, reason="Άδεια."), actor=office.manager)

    maria.opens("/desk")

    assert "it comes again from Mar 16" in maria.text
    assert maria.sees("//form[@action='/desk/claim-next']//button") == []
