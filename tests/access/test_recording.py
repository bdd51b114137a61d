"""Claims about the record of reading: what is shown is on it before it is shown, and nothing else is."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from sqlalchemy.engine import Connection

from engine.access.model import AccessRecord
from engine.access.queries import ListAccess, ShowReaders
from engine.bootstrap import build
from engine.cases.callers import AskCaller
from engine.cases.case_page import ShowCaseFile
from engine.cases.queries import FindCases, ReadJournal, ShowCase
from engine.documents.add import AddDocument
from engine.documents.queries import ReadDocument
from engine.kernel.actor import CITIZEN, SYSTEM, Actor, ActorKind, Role
from engine.kernel.disclosure import Purpose, Shown, disclosed_by
from engine.kernel.pages import Slice
from engine.kernel.refusal import NotFound, NotPermitted, Unavailable
from engine.sealing.parts import Span
from engine.service_tasks.requests import ShowAnswerForm
from engine.settings import from_environment
from engine.storage.prepared import observing
from engine.supplements.tracking import TrackCase
from engine.tasks.queries import ListTasks, ShowTask
from tests.builders import NOON, a_branch, a_clerk, an_agency_actor
from tests.office import PAPERS_COMPLETE, MovableClock, Office, an_office


@pytest.fixture
def office() -> Office:
    return an_office()


def officer_of_protection(office: Office) -> Actor:
    return replace(office.clerk, name="danai", roles=frozenset({Role.DATA_PROTECTION_OFFICER}))


def records(office: Office) -> tuple[AccessRecord, ...]:
    """Everything on record, newest first; this look at it is not among it yet."""
    question = ListAccess(part=Slice(limit=100))
    return office.engine.ask(question, actor=officer_of_protection(office)).page.items


def test_who_reads_a_case_is_on_record(office: Office) -> None:
    case = office.opens_case().case

    office.engine.ask(ShowCase(case_id=case.id), actor=office.clerk)

    (record,) = records(office)
    assert replace(record, id=case.id) == AccessRecord(
        id=case.id,
        at=NOON,
        reader_kind=ActorKind.USER,
        reader="maria",
        role=Role.CLERK,
        branch_code="0009",
        agency_key=None,
        shown=Shown.CASE,
        case_id=case.id,
        object_id=None,
        people=1,
        purpose=Purpose.CASEWORK,
        concern_id=None,
    )


def test_the_purpose_is_the_task_in_hand_for_whoever_has_it(office: Office) -> None:
    opened = office.opens_case()
    task = office.claims(opened.tasks[0])

    for reader in (office.clerk, office.colleague):
        office.engine.ask(ShowCaseFile(case_id=opened.case.id), actor=reader)
        office.engine.ask(ShowTask(task_id=task.id), actor=reader)

    purposes = {(one.reader, one.shown): one.purpose for one in records(office)}
    assert purposes == {
        ("maria", Shown.CASE): Purpose.TASK,
        ("maria", Shown.TASK): Purpose.TASK,
        ("petros", Shown.CASE): Purpose.CASEWORK,
        ("petros", Shown.TASK): Purpose.CASEWORK,
    }


def test_everybody_reads_for_the_purpose_of_their_work(office: Office) -> None:
    sent = office.sends_to_municipality()
    case, service_task = sent.case, sent.service_tasks[0]
    agent = replace(office.clerk, name="dimitra", roles=frozenset({Role.AGENT}))
    machine = Actor(kind=ActorKind.SYSTEM, id=None, name="cli:root")

    office.engine.ask(AskCaller(case_id=case.id), actor=agent)
    office.engine.ask(ShowCase(case_id=case.id), actor=machine)
    office.engine.ask(TrackCase(number=case.number, code=office.code_of(case)), actor=CITIZEN)
    municipality = an_agency_actor(office.agency)
    office.engine.ask(ShowAnswerForm(service_task_id=service_task.id), actor=municipality)

    found = {one.reader: (one.shown, one.purpose, one.case_id) for one in records(office)}
    assert found == {
        "dimitra": (Shown.QUESTIONS, Purpose.CALL, case.id),
        "cli:root": (Shown.CASE, Purpose.OPERATION, case.id),
        "the citizen": (Shown.TRACKING, Purpose.OWN_CASE, case.id),
        "municipality": (Shown.REQUEST, Purpose.REQUEST, case.id),
    }


def test_a_document_is_on_record_by_itself(office: Office) -> None:
    case = office.opens_case().case
    document = office.does(AddDocument(case_id=case.id, name="bill.pdf", content=b"%PDF-1.7 a bill"))

    office.engine.ask(ReadDocument(document_id=document.id), actor=office.clerk)

    (record,) = records(office)
    assert (record.shown, record.case_id, record.object_id) == (Shown.DOCUMENT, case.id, document.id)


def test_a_file_that_is_read_piece_by_piece_is_on_record_once(office: Office) -> None:
    case = office.opens_case().case
    document = office.does(AddDocument(case_id=case.id, name="bill.pdf", content=b"%PDF-1.7 a bill"))

    for start in (0, 4, 8):
        piece = ReadDocument(document_id=document.id, span=Span(start, start + 4))
        office.engine.ask(piece, actor=office.clerk)

    assert [record.shown for record in records(office)] == [Shown.DOCUMENT]


def test_a_search_records_each_case_that_it_finds_and_a_list_only_how_many(office: Office) -> None:
    cases = {office.opens_case().case.id for _ in range(3)}

    office.engine.ask(FindCases(text="Δημητρίου"), actor=office.clerk)
    office.engine.ask(ListTasks(), actor=office.clerk)
    office.engine.ask(ListTasks(mine=True), actor=office.clerk)

    found = records(office)
    assert {one.case_id for one in found if one.shown is Shown.FOUND} == cases
    assert [(one.case_id, one.people) for one in found if one.shown is Shown.LIST] == [(None, 3)]


def test_what_is_refused_and_what_the_engine_itself_reads_is_not_on_record(office: Office) -> None:
    case = office.opens_case().case
    stranger = a_clerk(a_branch(code="0010"))

    with pytest.raises(NotFound):
        office.engine.ask(ShowCase(case_id=case.id), actor=stranger)
    office.engine.ask(ReadJournal(case_id=case.id), actor=SYSTEM)

    assert records(office) == ()


def test_reading_the_records_is_on_record(office: Office) -> None:
    office.engine.ask(ShowCase(case_id=office.opens_case().case.id), actor=office.clerk)
    records(office)
    office.clock.advance(timedelta(seconds=1))
    records(office)

    newest = next(one for one in records(office) if one.at > NOON)

    assert (newest.reader, newest.shown, newest.purpose) == ("danai", Shown.READERS, Purpose.PROTECTION)


def test_only_auditors_and_the_data_protection_officer_read_the_records(office: Office) -> None:
    for role in set(Role) - {Role.AUDITOR, Role.DATA_PROTECTION_OFFICER}:
        with pytest.raises(NotPermitted):
            office.engine.ask(ListAccess(), actor=replace(office.clerk, roles=frozenset({role})))

    auditor = replace(office.clerk, roles=frozenset({Role.AUDITOR}))
    assert office.engine.ask(ListAccess(), actor=auditor).page.items == ()


def test_the_records_are_narrowed_and_turned_page_by_page(office: Office) -> None:
    first, second = (office.opens_case().case for _ in range(2))
    for case in (first, second, first):
        office.engine.ask(ShowCase(case_id=case.id), actor=office.clerk)
        office.clock.advance(timedelta(minutes=1))
    reader = officer_of_protection(office)

    of_first = ListAccess(number=first.number, part=Slice(limit=1))
    page = office.engine.ask(of_first, actor=reader).page
    rest = office.engine.ask(replace(of_first, part=Slice(limit=1, cursor=page.next)), actor=reader).page

    assert [one.case_id for one in (*page.items, *rest.items)] == [first.id, first.id]
    assert page.items[0].at > rest.items[0].at
    assert rest.next is None


@contextmanager
def writes_of(office: Office) -> Iterator[list[str]]:
    """The statements that write, as they are executed."""
    found: list[str] = []

    def note(_connection: Connection, statement: str, _parameters: Any) -> None:
        if statement.startswith(("INSERT", "UPDATE", "DELETE", "WITH")):
            found.append(statement)

    with observing(note):
        yield found


def test_a_read_writes_at_most_one_batch_and_a_refused_one_nothing(office: Office) -> None:
    for _ in range(3):
        office.opens_case()
    stranger = a_clerk(a_branch(code="0010"))

    with writes_of(office) as written:
        office.engine.ask(FindCases(text="Δημητρίου"), actor=office.clerk)
        office.engine.ask(FindCases(text="Δημητρίου"), actor=stranger)

    assert len(written) == 1
    assert len(records(office)) == 3


def test_completing_a_task_writes_nothing_into_the_record(office: Office) -> None:
    task = office.claims(office.opens_case().tasks[0])
    with writes_of(office) as written:
        office.completes_claimed(task, PAPERS_COMPLETE)

    assert not any("access_" in statement for statement in written)
    assert records(office) == ()


@contextmanager
def record_cannot_be_written(url: str) -> Iterator[None]:
    """Somebody else holds what the record is written to."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
            other.execute("ROLLBACK")
        return
    with psycopg.connect(url) as connection:
        connection.execute("LOCK TABLE access_records IN ACCESS EXCLUSIVE MODE")
        yield
        connection.rollback()


def test_nothing_is_shown_whose_record_cannot_be_written(database_url: str) -> None:
    clock = MovableClock(NOON)
    settings = from_environment({"STOA_DATABASE_URL": database_url, "STOA_DATABASE_LOCK_SECONDS": "0.1"})
    with build(settings, clock=clock) as engine:
        office = an_office(engine, clock=clock)
        case = office.opens_case().case

        with record_cannot_be_written(database_url), pytest.raises(Unavailable):
            engine.ask(ShowCase(case_id=case.id), actor=office.clerk)
        engine.ask(ShowCase(case_id=case.id), actor=office.clerk)

        assert [one.case_id for one in records(office)] == [case.id]


def test_the_citizen_is_told_which_office_read_what_for_and_nobody_by_name(office: Office) -> None:
    opened = office.opens_case()
    case, other = opened.case, office.opens_case().case
    office.claims(opened.tasks[0])
    office.engine.ask(ShowCase(case_id=case.id), actor=office.clerk)
    office.engine.ask(ShowCase(case_id=other.id), actor=office.clerk)
    office.clock.advance(timedelta(minutes=5))
    office.engine.ask(TrackCase(number=case.number, code=office.code_of(case)), actor=CITIZEN)

    told = office.engine.ask(ShowReaders(number=case.number, code=office.code_of(case)), actor=CITIZEN)

    own, clerks = told.page.items
    assert (own.office, own.purpose, own.shown) == (None, Purpose.OWN_CASE, Shown.TRACKING)
    assert (clerks.at, clerks.role, clerks.purpose) == (NOON, Role.CLERK, Purpose.TASK)
    assert clerks.office is not None
    assert (clerks.office.el, clerks.office.en) == ("ΚΕΠ Αθηναίων", "Athens")
    assert "maria" not in repr(told)


def test_nobody_is_told_without_the_code(office: Office) -> None:
    case = office.opens_case().case

    for number, code in ((case.number, "WRONG"), ("0009-26-999999-9", office.code_of(case))):
        with pytest.raises(NotFound, match="no case with this number and code"):
            office.engine.ask(ShowReaders(number=number, code=code), actor=CITIZEN)


def test_records_are_alike_on_both_databases(database_url: str) -> None:
    clock = MovableClock(NOON)
    with build(from_environment({"STOA_DATABASE_URL": database_url}), clock=clock) as engine:
        office = an_office(engine, clock=clock)
        ids: list[UUID] = [office.opens_case().case.id for _ in range(2)]

        engine.ask(FindCases(text="Δημητρίου"), actor=office.clerk)
        shown = records(office)

        assert {one.case_id for one in shown} == set(ids)
        assert {one.at for one in shown} == {NOON}


def test_a_question_that_says_nothing_of_cases_discloses_none() -> None:
    assert disclosed_by(Slice(limit=1), None) == ()
