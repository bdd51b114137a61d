"""Claims about the case file: what it tells, and what may be done to a case from there."""

from uuid import uuid4

import pytest

from api.pages.cases.application import applied_for
from api.pages.frame.answers import Fact
from engine.cases.application import Application
from engine.cases.changeset import CaseState
from engine.cases.lifecycle import SuspendCase
from engine.cases.queries import ShowCase
from engine.kernel.vocabulary import CaseStatus
from tests.builders import a_person
from tests.messages.drawn import offer_drawn
from tests.office import PAPERS_COMPLETE
from tests.pages.visiting import OpenDesk, Visitor
from tests.runtime.diagrams import chain, element, end, flow, start, user

STORY = "//ol[@class='timeline']/li/p[@class='told']"
APPLIED = "//section[@aria-labelledby='applied-for']"
ACTS = "//section[@aria-labelledby='acts']//summary"


def file_of(state: CaseState) -> str:
    return f"/desk/cases/{state.case.id}"


def status_of(desk: OpenDesk, state: CaseState) -> CaseStatus:
    office = desk.desk.office
    return office.engine.ask(ShowCase(case_id=state.case.id), actor=office.clerk).case.status


def test_a_case_file_says_who_what_and_where_it_stands(desk: OpenDesk, maria: Visitor) -> None:
    state = desk.desk.office.opens_case(applicant=a_person(patronymic="Γεώργιος"))

    maria.opens(file_of(state))

    assert maria.sees("//h1") == ["Permanent residence certificate"]
    for told in (state.case.number, "Ελένη Δημητρίου", "094014201", "Γεώργιος", "Under way"):
        assert told in maria.text
    assert "in 5 working days" in maria.text


def test_a_case_file_says_what_happens_next_and_who_has_it(desk: OpenDesk, maria: Visitor) -> None:
    office = desk.desk.office
    state = office.opens_case()
    office.claims(state.tasks[0])

    maria.opens(file_of(state))

    (step,) = maria.sees("//ul[@class='next-steps']/li")
    assert step.startswith("Check the papersYou have it")
    assert maria.sees("//ul[@class='next-steps']//a/@href") == [f"/desk/tasks/{state.tasks[0].id}"]


def test_the_story_is_told_in_sentences_newest_first(desk: OpenDesk, maria: Visitor) -> None:
    state = desk.desk.office.sends_to_municipality()

    maria.opens(file_of(state))

    assert maria.sees(STORY) == [
        "Asked Municipal registry: “Municipality certifies the residence”",
        "Completed the task “Check the papers”",
        "Took the task “Check the papers”",
        "New task: “Check the papers”",
        "Opened the case at the counter",
    ]


def test_what_is_to_be_done_is_called_in_the_readers_language(desk: OpenDesk) -> None:
    state = desk.desk.office.opens_case()
    maria = desk.visit(desk.desk.office.clerk, language="el")

    maria.opens(file_of(state))

    (step,) = maria.sees("//ul[@class='next-steps']/li")
    assert step.startswith("Έλεγχος δικαιολογητικών")


def test_people_are_told_by_their_names_and_not_by_their_user_names(desk: OpenDesk, maria: Visitor) -> None:
    state = desk.desk.office.opens_case()

    maria.opens(file_of(state))

    story = " ".join(maria.sees("//ol[@class='timeline']"))
    assert "Μαρία Παπαδοπούλου" in story
    assert "· maria" not in story


@pytest.mark.parametrize(
    ("change", "becomes", "said"),
    [("suspend", CaseStatus.SUSPENDED, "is suspended"), ("withdraw", CaseStatus.WITHDRAWN, "is withdrawn")],
)
def test_a_case_is_changed_with_a_reason_that_its_story_keeps(
    desk: OpenDesk, maria: Visitor, change: str, becomes: CaseStatus, said: str
) -> None:
    state = desk.desk.office.opens_case()
    maria.opens(file_of(state))

    maria.sends(f"{file_of(state)}/{change}", reason="Το ζήτησε ο πολίτης.", version=state.case.row_version)

    assert status_of(desk, state) is becomes
    assert said in maria.text
    assert "Το ζήτησε ο πολίτης." in maria.sees("//p[@class='reason']")


def test_a_suspended_case_can_be_resumed(desk: OpenDesk, maria: Visitor) -> None:
    state = desk.desk.office.opens_case()
    desk.desk.office.does(SuspendCase(case_id=state.case.id, reason="Λείπει έγγραφο."))
    maria.opens(file_of(state))
    offered = maria.sees(ACTS)

    maria.sends(f"{file_of(state)}/resume", reason="Ήρθε.")

    assert offered == ["Resume the case", "Withdraw the case"]
    assert status_of(desk, state) is CaseStatus.OPEN


def test_a_change_without_a_reason_keeps_its_form_open_and_says_why(desk: OpenDesk, maria: Visitor) -> None:
    state = desk.desk.office.opens_case()
    maria.opens(file_of(state))

    page = maria.sends(f"{file_of(state)}/withdraw", reason="  ")

    assert page.status_code == 422
    assert maria.sees("//details[@open]/summary") == ["Withdraw the case"]
    assert maria.sees("//textarea[@aria-invalid='true']/@id") == ["withdraw-reason"]
    assert status_of(desk, state) is CaseStatus.OPEN


def test_what_was_decided_on_an_old_page_is_not_done(desk: OpenDesk, maria: Visitor) -> None:
    office = desk.desk.office
    state = office.opens_case()
    maria.opens(file_of(state))
    office.claims(state.tasks[0])

    page = maria.sends(f"{file_of(state)}/withdraw", reason="Έτσι.", version=state.case.row_version)

    assert page.status_code == 409
    assert "Somebody changed the case meanwhile." in maria.text
    assert status_of(desk, state) is CaseStatus.OPEN


def test_a_manager_hands_a_task_on(desk: OpenDesk, nikos: Visitor) -> None:
    state = desk.desk.office.opens_case()
    nikos.opens(file_of(state))

    nikos.sends(f"{file_of(state)}/tasks/{state.tasks[0].id}/assign", to="petros", reason="Άδεια.")

    assert "The task is in your colleague's hands." in nikos.text
    assert any(line.startswith("Gave the task") for line in nikos.sees(STORY))


def test_a_clerk_is_not_offered_to_hand_on_the_work_of_others(desk: OpenDesk, maria: Visitor) -> None:
    state = desk.desk.office.opens_case()

    maria.opens(file_of(state))

    assert maria.sees(ACTS) == ["Suspend the case", "Withdraw the case"]


def test_a_note_is_for_the_branch_and_its_text_stays_out_of_the_story(desk: OpenDesk, maria: Visitor) -> None:
    state = desk.desk.office.opens_case()
    maria.opens(file_of(state))

    maria.sends(f"{file_of(state)}/notes", text="Θα φέρει τον λογαριασμό αύριο.")

    assert maria.sees("//ul[@class='notes']/li/p[1]") == ["Θα φέρει τον λογαριασμό αύριο."]
    assert "Wrote a note for the branch" in maria.sees(STORY)
    assert "λογαριασμό" not in " ".join(maria.sees("//ol[@class='timeline']"))


def test_an_empty_note_is_refused(desk: OpenDesk, maria: Visitor) -> None:
    state = desk.desk.office.opens_case()
    maria.opens(file_of(state))

    page = maria.sends(f"{file_of(state)}/notes", text=" ")

    assert page.status_code == 422
    assert "A note needs a text" in maria.text


def test_other_cases_of_the_same_citizen_are_shown(desk: OpenDesk, maria: Visitor) -> None:
    first, second = (desk.desk.office.opens_case() for _ in range(2))
    desk.desk.office.opens_case(applicant=a_person(family_name="Άλλος", afm="100000013"))

    maria.opens(file_of(first))

    assert maria.sees("//ul[@class='related']//a/@href") == [file_of(second)]


def test_a_closed_case_is_only_read(desk: OpenDesk, maria: Visitor) -> None:
    state = desk.desk.office.opens_case()
    maria.opens(file_of(state))
    maria.sends(f"{file_of(state)}/withdraw", reason="Το ζήτησε.")

    maria.opens(file_of(state))

    assert maria.sees(ACTS) == []
    assert "The case is closed: nothing is left to do." in maria.text


def test_an_auditor_reads_and_changes_nothing(desk: OpenDesk) -> None:
    state = desk.desk.office.completes(desk.desk.office.opens_case().tasks[0], PAPERS_COMPLETE)
    thanos = desk.visit(desk.person("thanos"))
    thanos.sends("/desk/access/reason", number=state.case.number, reason="Έλεγχος 14/2026.")

    page = thanos.opens(file_of(state))

    assert page.status_code == 200
    assert thanos.sees(ACTS) == []
    assert thanos.sees("//textarea") == []


def test_an_agent_opens_no_case_file(desk: OpenDesk) -> None:
    state = desk.desk.office.opens_case()

    assert desk.visit(desk.person("dimitra")).opens(file_of(state)).status_code == 403


@pytest.mark.parametrize("who", ["foteini", "maria"])
def test_what_one_may_not_see_is_not_there(desk: OpenDesk, who: str) -> None:
    state = desk.desk.office.opens_case()
    visitor = desk.visit(desk.person(who))
    address = file_of(state) if who == "foteini" else f"/desk/cases/{uuid4()}"

    page = visitor.opens(address)

    assert (page.status_code, page.mimetype) == (404, "text/html")
    assert "There is nothing here" in visitor.text


def test_what_holds_a_case_up_is_shown_and_the_manager_tries_again(
    desk: OpenDesk, maria: Visitor, nikos: Visitor
) -> None:
    office = desk.desk.office
    offer_drawn(
        office,
        "judged",
        start("opened"),
        user("measure"),
        element("exclusiveGateway", "size"),
        user("inspect"),
        end("done"),
        chain("opened", "measure", "size"),
        flow("size", "inspect", "=measured.area > 100"),
        flow("size", "done", "=measured.area <= 100"),
        chain("inspect", "done"),
    )
    state = office.opens_case(procedure="judged", data={})
    office.completes(state.tasks[0], {})

    maria.opens(file_of(state))
    offered_to_maria = maria.sees("//section[@aria-labelledby='incidents']//button")
    nikos.opens(file_of(state))
    (address,) = nikos.sees("//section[@aria-labelledby='incidents']//form/@action")
    nikos.sends(address)

    assert maria.sees("//section[@aria-labelledby='incidents']/h2") == ["What holds the case up"]
    assert offered_to_maria == []
    assert "It did not help: the case still cannot go on." in nikos.text
    assert "Tried again what had held the case up" in nikos.sees(STORY)


def test_what_was_applied_for_stands_by_label_in_the_forms_order(desk: OpenDesk, maria: Visitor) -> None:
    state = desk.desk.office.opens_case()

    maria.opens(file_of(state))

    assert maria.sees(f"{APPLIED}/h3") == [
        "Municipal register entry",
        "Permanent residence",
        "Proof of residence",
    ]
    assert maria.sees(f"{APPLIED}//dt[.='Municipality']/following-sibling::dd[1]") == ["Αθηναίων"]


def test_who_only_reads_a_case_does_not_read_what_was_applied_for(desk: OpenDesk) -> None:
    office = desk.desk.office
    state = office.opens_case()
    reader = desk.visit(desk.person("thanos"))

    reader.sends("/desk/access/reason", number=state.case.number, reason="Έλεγχος 14/2026.")

    assert state.case.number in reader.text
    assert reader.sees(APPLIED) == []


def test_of_sensitive_answers_it_is_only_said_that_there_are_some(desk: OpenDesk) -> None:
    marked = {"stoa:sensitive": "true"}
    form = {
        "components": [
            {"type": "number", "key": "degree", "label": "Βαθμός", "properties": marked},
            {"type": "textfield", "key": "place", "label": "Τόπος"},
            {"type": "dynamiclist", "path": "stays", "label": "Νοσηλείες"}
            | {"components": [{"type": "textfield", "key": "why", "label": "Αιτία", "properties": marked}]},
            {"type": "textfield", "key": "empty", "label": "Κενό", "properties": marked},
        ]
    }
    values = {"degree": 67, "place": "Πάτρα", "stays": [{"why": "επέμβαση"}], "empty": None}

    with desk.desk.app.test_request_context(headers={"Accept-Language": "el"}):
        facts = applied_for(Application(form=form, values=values), {})

    hidden = "ευαίσθητα δεδομένα, δεν εμφανίζονται εδώ"
    *single, stays = facts
    assert [(fact.name, fact.value) for fact in single] == [("Βαθμός", hidden), ("Τόπος", "Πάτρα")]
    assert [(entry.name, entry.parts) for entry in stays.parts] == [("1", [Fact("Αιτία", hidden, [])])]
