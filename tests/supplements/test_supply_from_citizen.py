"""Supplies: what a citizen brings from home, to whom it goes, and what stands in its way."""

from dataclasses import replace

import pytest

from engine.cases.case_details import ListNotes, ShowNextSteps
from engine.cases.changeset import CaseState
from engine.cases.expectations import WaitsFor
from engine.cases.lifecycle import SuspendCase, WithdrawCase
from engine.dispatch import Once
from engine.documents.add import AddDocument
from engine.documents.model import MOST_BYTES, Document
from engine.documents.queries import ListDocuments
from engine.jobs.connectors.signatures import new_secret
from engine.kernel.actor import CITIZEN, SYSTEM, ActorKind
from engine.kernel.refusal import Conflict, Invalid, NotFound
from engine.kernel.vocabulary import Flag
from engine.operations.queries import ListJobs
from engine.service_tasks.answer import AnswerServiceTask
from engine.supplements.model import MOST_DOCUMENTS, MOST_FILES, BroughtFile, Supply
from engine.supplements.supplement import AskSupplement
from engine.supplements.supply import SupplyFromCitizen
from engine.tasks.queries import ShowServiceTask
from tests.builders import an_agency_actor, an_id
from tests.messages.drawn import offer_drawn
from tests.office import CONFIRMED, Office, an_office
from tests.runtime.diagrams import chain, end, start, user

BILL = BroughtFile(name="Λογαριασμός Ελένης.pdf", content=b"%PDF-1.7 a bill")
PHOTO = BroughtFile(name="photo.jpg", content=b"\xff\xd8\xff\xe0 a photo")
WANTED = "Λογαριασμός των τελευταίων τριών μηνών."


@pytest.fixture
def office() -> Office:
    return an_office()


def asked(office: Office) -> CaseState:
    """A case in which the municipality wants something more."""
    task = office.sends_to_municipality().service_tasks[0]
    command = AskSupplement(service_task_id=task.id, wanted=WANTED)
    return office.does(command, actor=an_agency_actor(office.agency))


def awaiting_task(office: Office) -> CaseState:
    """A case with a user task that awaits its citizen."""
    flag = '<zeebe:property name="stoa:flag" value="awaiting_citizen"/>'
    extensions = f"<zeebe:properties>{flag}</zeebe:properties>"
    parts = (start(), user("bring", extensions=extensions), end("done"), chain("start", "bring", "done"))
    offer_drawn(office, "to-be-brought", *parts)
    return office.opens_case(procedure="to-be-brought", data={})


def bringing(office: Office, state: CaseState, *files: BroughtFile, note: str = "") -> SupplyFromCitizen:
    """The command by which the holder of the receipt brings files."""
    (awaited,) = state.service_tasks or state.tasks
    case = state.case
    return SupplyFromCitizen(
        number=case.number,
        code=office.code_of(case),
        awaited_id=awaited.id,
        files=files or (BILL,),
        note=note,
    )


def brings(office: Office, state: CaseState, *files: BroughtFile, note: str = "") -> Supply:
    """What comes of bringing files."""
    return office.does(bringing(office, state, *files, note=note), actor=CITIZEN)


def again(state: CaseState) -> AskSupplement:
    """The command by which the municipality wants something more."""
    return AskSupplement(service_task_id=state.service_tasks[0].id, wanted=WANTED)


def files(count: int, *, first: int = 0) -> tuple[BroughtFile, ...]:
    """So many files, no two of them alike."""
    numbers = range(first, first + count)
    return tuple(BroughtFile(name="x.pdf", content=b"%PDF-" + bytes([number])) for number in numbers)


def kept(office: Office, state: CaseState) -> set[Document]:
    return set(office.engine.ask(ListDocuments(case_id=state.case.id), actor=office.clerk))


# Where it goes


def test_what_is_brought_is_kept_and_goes_to_the_agency_that_wanted_it(office: Office) -> None:
    state = asked(office)

    brought = brings(office, state, BILL, PHOTO, note="Το παλιό είναι σε άλλη διεύθυνση.")

    task = office.engine.ask(ShowServiceTask(service_task_id=state.service_tasks[0].id), actor=office.clerk)
    told = task.variables["supplement"]
    assert kept(office, state) == set(brought.documents)
    assert [(one["document"], one["sha256"]) for one in told["documents"]] == [
        (str(document.id), document.sha256) for document in brought.documents
    ]
    assert (told["note"], task.supplement_wanted) == ("Το παλιό είναι σε άλλη διεύθυνση.", None)
    assert {document.added_by for document in brought.documents} == {CITIZEN.name}


def test_a_connected_agency_is_told_once_more() -> None:
    office = an_office(endpoint="https://agency.example/hooks", secrets=(new_secret(),))
    state = asked(office)
    before = len(office.engine.ask(ListJobs(), actor=SYSTEM).items)

    brings(office, state)

    assert len(office.engine.ask(ListJobs(), actor=SYSTEM).items) == before + 1


def test_a_task_that_awaited_the_citizen_is_the_clerks_turn_again(office: Office) -> None:
    state = awaiting_task(office)

    brings(office, state)

    (step,) = office.engine.ask(ShowNextSteps(case_id=state.case.id), actor=office.clerk)
    assert (step.waits_for, step.flag, step.task_id) == (WaitsFor.CLERK, None, state.tasks[0].id)


def test_the_journal_tells_that_the_citizen_did_it_and_not_what_the_files_are_called(office: Office) -> None:
    state = asked(office)

    brought = brings(office, state, note="Συγγνώμη για την αργοπορία.")

    lines = office.journal(state)[-4:]
    told = ["document_added", "note_added", "supplement_brought", "term_goes_on"]
    assert [line.action for line in lines] == told
    assert {line.actor_kind for line in lines} == {ActorKind.CITIZEN}
    assert lines[0].detail["sha256"] == brought.documents[0].sha256
    assert "Ελένης" not in str(lines)
    assert "αργοπορία" not in str(lines)


def test_the_office_reads_the_citizens_word_as_a_note(office: Office) -> None:
    state = awaiting_task(office)

    brings(office, state, note="  Θα περάσω αύριο.  ")

    (note,) = office.engine.ask(ListNotes(case_id=state.case.id), actor=office.clerk).items
    assert (note.text, note.author_name, note.author_id) == ("Θα περάσω αύριο.", CITIZEN.name, None)


def test_the_case_no_longer_awaits_its_citizen(office: Office) -> None:
    at_agency, at_clerk = asked(office), awaiting_task(office)

    for state in (at_agency, at_clerk):
        brings(office, state)

    flags = [
        office.engine.ask(ShowNextSteps(case_id=one.case.id), actor=SYSTEM) for one in (at_agency, at_clerk)
    ]
    assert [step.flag for steps in flags for step in steps if step.flag] == [Flag.AWAITING_AGENCY]


# Once


def test_the_same_file_is_one_document_however_often_it_is_brought(office: Office) -> None:
    state = asked(office)
    first = brings(office, state, BILL, replace(BILL, name="again.pdf"))
    office.does(again(state), actor=an_agency_actor(office.agency))

    second = brings(office, state, BILL, PHOTO)

    assert len(first.documents) == 1
    assert second.documents[0] == first.documents[0]
    assert kept(office, state) == set(second.documents)


def test_a_form_sent_twice_brings_once_and_tells_the_same(office: Office) -> None:
    state = asked(office)
    once = Once(owner="receipt", key="1", fingerprint=b"same")

    first, second = (office.does(bringing(office, state), actor=CITIZEN, once=once) for _ in range(2))

    assert first == second
    assert len(kept(office, state)) == 1


def test_a_clerks_copy_of_the_same_paper_stays_the_clerks(office: Office) -> None:
    state = asked(office)
    office.does(AddDocument(case_id=state.case.id, name="bill.pdf", content=BILL.content))

    brings(office, state)

    assert {document.added_by for document in kept(office, state)} == {"maria", CITIZEN.name}


# What stands in its way


@pytest.mark.parametrize(
    "wrong", [{"code": "AAAAAAAA"}, {"number": "0009-26-000999-9"}, {"number": "x"}, {"awaited_id": an_id()}]
)
def test_without_the_receipt_nothing_is_brought(office: Office, wrong: dict[str, object]) -> None:
    state = asked(office)

    with pytest.raises(NotFound, match="no case with this number and code"):
        office.does(replace(bringing(office, state), **wrong), actor=CITIZEN)  # type: ignore[arg-type]  # by name

    assert kept(office, state) == set()


def test_the_receipt_of_another_case_opens_nothing(office: Office) -> None:
    state, other = asked(office), office.opens_case()
    command = bringing(office, state)

    code = office.code_of(other.case)

    with pytest.raises(NotFound):
        office.does(replace(command, number=other.case.number, code=code), actor=CITIZEN)


def test_what_is_no_longer_awaited_is_not_taken(office: Office) -> None:
    state = asked(office)
    brings(office, state)

    with pytest.raises(Conflict) as again:
        brings(office, state, PHOTO)
    task_id = state.service_tasks[0].id
    office.does(AnswerServiceTask(service_task_id=task_id, data=CONFIRMED), actor=SYSTEM)
    with pytest.raises(Conflict) as too_late:
        brings(office, state, PHOTO)

    assert (again.value.code, too_late.value.code) == ("not_awaited", "not_awaited")


@pytest.mark.parametrize(
    ("verb", "code"), [(SuspendCase, "case_suspended"), (WithdrawCase, "case_withdrawn")]
)
def test_a_case_that_rests_or_is_closed_takes_nothing(
    office: Office, verb: type[SuspendCase | WithdrawCase], code: str
) -> None:
    state = asked(office)
    office.does(verb(case_id=state.case.id, reason="Το ζήτησε η πολίτης."))

    with pytest.raises(Conflict) as refused:
        brings(office, state)

    assert refused.value.code == code


def test_everything_that_is_wrong_is_told_at_once_and_nothing_is_kept(office: Office) -> None:
    state = asked(office)
    empty, program = BroughtFile(name="a.pdf", content=b""), BroughtFile(name="b.pdf", content=b"MZ\x90")
    huge = BroughtFile(name="c.pdf", content=b"%PDF-" + bytes(MOST_BYTES))

    with pytest.raises(Invalid) as refused:
        brings(office, state, BILL, empty, program, huge, note="α" * 1001)

    assert sorted(refused.value.errors) == ["files.1", "files.2", "files.3", "note"]
    assert kept(office, state) == set()


@pytest.mark.parametrize("count", [0, MOST_FILES + 1])
def test_from_one_file_to_a_handful_are_brought_at_once(office: Office, count: int) -> None:
    state = asked(office)

    with pytest.raises(Invalid, match="cannot be taken") as refused:
        office.does(replace(bringing(office, state), files=files(count)), actor=CITIZEN)

    assert list(refused.value.errors) == ["files"]


def test_a_case_takes_only_so_much_from_home(office: Office) -> None:
    state = asked(office)
    for first in range(0, MOST_DOCUMENTS, MOST_FILES):
        brings(office, state, *files(MOST_FILES, first=first))
        office.does(again(state), actor=an_agency_actor(office.agency))

    with pytest.raises(Conflict) as refused:
        brings(office, state, PHOTO)

    assert refused.value.code == "supply_full"
    assert len(kept(office, state)) == MOST_DOCUMENTS
