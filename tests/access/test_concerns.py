"""Claims about exceptional and unusual reading: a reason, a limit in time, and somebody who looks into it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from engine.access.exceptions import OpenExceptionally, ReviewConcern
from engine.access.model import AccessRules, Concern, ConcernKind
from engine.access.queries import ListAccess, ListConcerns
from engine.access.watch import DiscardAccess, WatchReading
from engine.bootstrap import build, build_worker
from engine.cases.case_page import ShowCaseFile
from engine.cases.notes import AddNote
from engine.cases.queries import FindCases, ReadJournal, ShowCase
from engine.documents.add import AddDocument
from engine.documents.queries import ListDocuments, ReadDocument
from engine.jobs.connectors import every_connector
from engine.jobs.worker import Worker
from engine.kernel.actor import CITIZEN, SYSTEM, Actor, Role
from engine.kernel.disclosure import Purpose
from engine.kernel.pages import Slice
from engine.kernel.refusal import Conflict, Invalid, NotFound, NotPermitted
from engine.operations.queries import CountEverything
from engine.settings import from_environment
from engine.supplements.tracking import TrackCase
from engine.tasks.queries import ShowTask
from tests.builders import NOON, a_branch, a_clerk, a_user, an_agency_actor
from tests.office import MovableClock, Office, an_office

LASTS = timedelta(hours=8)
ELSEWHERE = a_branch(code="0010")
LOOKING = {role: a_clerk(user=a_user(username=role), roles=frozenset({role})) for role in Role}


@pytest.fixture
def office() -> Office:
    return an_office()


def opens(office: Office, case: object, *, actor: Actor, reason: str = "Έλεγχος 14/2026.") -> Concern:
    return office.does(OpenExceptionally(case=case, reason=reason, lasts=LASTS), actor=actor)


def concerns(office: Office, *, are_open: bool | None = True) -> tuple[Concern, ...]:
    question = ListConcerns(are_open=are_open, part=Slice(limit=100))
    return office.engine.ask(question, actor=LOOKING[Role.AUDITOR]).page.items


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.SUPERVISOR])
def test_who_looks_at_everything_is_asked_for_a_reason(office: Office, role: Role) -> None:
    state, reader = office.opens_case(), LOOKING[role]
    case = state.case
    document = office.does(AddDocument(case_id=case.id, name="bill.pdf", content=b"%PDF-1.7 a bill"))
    questions = (
        ShowCase(case_id=case.id),
        ShowCaseFile(case_id=case.id),
        ReadJournal(case_id=case.id),
        ListDocuments(case_id=case.id),
        ReadDocument(document_id=document.id),
        ShowTask(task_id=state.tasks[0].id),
    )

    for question in questions:
        with pytest.raises(NotPermitted) as refused:
            office.engine.ask(question, actor=reader)
        assert refused.value.code == "reason_needed"
    concern = opens(office, case.number, actor=reader)
    for question in questions:
        office.engine.ask(question, actor=reader)

    read = office.engine.ask(ListAccess(part=Slice(limit=100)), actor=LOOKING[Role.AUDITOR]).page.items
    assert {(one.purpose, one.concern_id) for one in read} == {(Purpose.EXCEPTION, concern.id)}
    assert (concern.kind, concern.case_id, concern.reason) == (
        ConcernKind.EXCEPTION,
        case.id,
        "Έλεγχος 14/2026.",
    )


def test_a_clerk_of_another_branch_reads_a_case_for_which_they_gave_a_reason_and_no_other(
    office: Office,
) -> None:
    case, other = office.opens_case().case, office.opens_case().case
    clerk = a_clerk(ELSEWHERE, user=a_user(username="foteini"))

    office.does(AddNote(case_id=case.id, text="Για το κατάστημα."))
    opens(office, f" {case.number} ", actor=clerk)

    sheet = office.engine.ask(ShowCaseFile(case_id=case.id), actor=clerk)
    assert sheet.notes == ()
    assert case.id in sheet.labels
    with pytest.raises(NotFound):
        office.engine.ask(ShowCase(case_id=other.id), actor=clerk)
    with pytest.raises(NotFound):
        office.engine.ask(ShowCase(case_id=case.id), actor=replace(clerk, name="somebody-else"))
    assert office.engine.ask(FindCases(), actor=clerk).items == ()


def test_an_exceptional_access_ends_by_itself(office: Office) -> None:
    case, auditor = office.opens_case().case, LOOKING[Role.AUDITOR]
    opens(office, case.id, actor=auditor)

    office.clock.advance(LASTS - timedelta(seconds=1))
    office.engine.ask(ShowCase(case_id=case.id), actor=auditor)
    office.clock.advance(timedelta(seconds=1))

    with pytest.raises(NotPermitted):
        office.engine.ask(ShowCase(case_id=case.id), actor=auditor)


def test_no_reason_opens_a_case_to_those_who_have_nothing_to_do_with_any(office: Office) -> None:
    case = office.opens_case().case
    may = {Role.CLERK, Role.MANAGER, Role.SUPERVISOR, Role.AUDITOR}

    for actor in (*(LOOKING[role] for role in set(Role) - may), an_agency_actor(office.agency), CITIZEN):
        with pytest.raises(NotPermitted):
            opens(office, case.number, actor=actor)

    assert concerns(office) == ()


@pytest.mark.parametrize("reason", ["", "   ", "α" * 1001])
def test_a_reason_is_given_in_words(office: Office, reason: str) -> None:
    with pytest.raises(Invalid):
        opens(office, office.opens_case().case.number, actor=LOOKING[Role.AUDITOR], reason=reason)


@pytest.mark.parametrize("number", ["0009-26-000999-9", "nonsense"])
def test_no_reason_opens_a_case_that_is_not_there(office: Office, number: str) -> None:
    with pytest.raises(NotFound):
        opens(office, number, actor=LOOKING[Role.AUDITOR])


def test_the_data_protection_officer_alone_reviews_it_once_with_a_note(office: Office) -> None:
    concern = opens(office, office.opens_case().case.number, actor=LOOKING[Role.AUDITOR])
    officer = LOOKING[Role.DATA_PROTECTION_OFFICER]
    review = ReviewConcern(concern_id=concern.id, note=" Σύμφωνα με το πρόγραμμα. ")

    for role in set(Role) - {Role.DATA_PROTECTION_OFFICER, Role.AUDITOR}:
        with pytest.raises(NotPermitted):
            office.does(review, actor=LOOKING[role])
    with pytest.raises(Invalid):
        office.does(replace(review, note="  "), actor=officer)
    reviewed = office.does(review, actor=officer)
    with pytest.raises(Conflict):
        office.does(review, actor=officer)

    assert concerns(office) == ()
    assert concerns(office, are_open=False) == (reviewed,)
    assert (reviewed.reviewed_by, reviewed.note, reviewed.reviewed_at) == (
        officer.name,
        "Σύμφωνα με το πρόγραμμα.",
        NOON,
    )


def test_nobody_reviews_what_they_have_read_themselves(office: Office) -> None:
    both = replace(LOOKING[Role.AUDITOR], roles=frozenset({Role.AUDITOR, Role.DATA_PROTECTION_OFFICER}))
    concern = opens(office, office.opens_case().case.number, actor=both)

    with pytest.raises(NotPermitted) as refused:
        office.does(ReviewConcern(concern_id=concern.id, note="Όλα καλά."), actor=both)

    assert refused.value.code == "four_eyes"


def test_who_reads_unusually_many_cases_is_noticed_once_an_hour(database_url: str) -> None:
    clock = MovableClock(NOON)
    with build(from_environment({"STOA_DATABASE_URL": database_url}), clock=clock) as engine:
        office = an_office(engine, clock=clock)
        cases = [office.opens_case().case for _ in range(3)]
        for case in (*cases, cases[0]):
            engine.ask(ShowCase(case_id=case.id), actor=office.clerk)
            engine.ask(TrackCase(number=case.number, code=office.code_of(case)), actor=CITIZEN)
        for case in cases[:2]:
            engine.ask(ShowCase(case_id=case.id), actor=office.colleague)
        watch = WatchReading(rules=AccessRules(cases=2))

        raised = [office.does(watch, actor=SYSTEM) for _ in range(2)]
        clock.advance(timedelta(minutes=60))
        later = office.does(watch, actor=SYSTEM)

        (concern,) = concerns(office)
    assert (raised, later) == ([1, 0], 0)
    assert (concern.kind, concern.reader, concern.branch_code, concern.count) == (
        ConcernKind.MANY_CASES,
        "maria",
        "0009",
        3,
    )


def test_who_is_shown_unusually_many_people_in_lists_is_noticed(office: Office) -> None:
    for _ in range(2):
        office.opens_case()
    for question in (FindCases(), FindCases(), FindCases(text="Δημητρίου")):
        office.engine.ask(question, actor=office.clerk)

    office.does(WatchReading(rules=AccessRules(cases=0, people=5)), actor=SYSTEM)

    (concern,) = concerns(office)
    assert (concern.kind, concern.count) == (ConcernKind.MANY_LISTED, 6)


def test_only_the_system_watches_and_discards(office: Office) -> None:
    for command in (WatchReading(), DiscardAccess(kept=timedelta(0))):
        with pytest.raises(NotPermitted):
            office.does(command, actor=office.manager)


def test_what_is_older_than_it_is_kept_is_removed_but_nothing_that_nobody_looked_into(
    database_url: str,
) -> None:
    clock = MovableClock(NOON)
    with build(from_environment({"STOA_DATABASE_URL": database_url}), clock=clock) as engine:
        office = an_office(engine, clock=clock)
        cases = [office.opens_case().case for _ in range(3)]
        auditor, officer = LOOKING[Role.AUDITOR], LOOKING[Role.DATA_PROTECTION_OFFICER]
        reviewed, waiting = (opens(office, case.id, actor=auditor) for case in cases[:2])
        office.does(ReviewConcern(concern_id=reviewed.id, note="Όλα καλά."), actor=officer)
        for case in cases:
            engine.ask(ShowCase(case_id=case.id), actor=office.clerk)
        clock.advance(timedelta(days=30))
        engine.ask(ShowCase(case_id=cases[0].id), actor=office.clerk)
        clock.advance(timedelta(seconds=1))
        discard = DiscardAccess(kept=timedelta(days=30), limit=2)

        removed = [office.does(discard, actor=SYSTEM) for _ in range(3)]

        left = engine.ask(ListAccess(), actor=officer).page.items
        assert removed == [2, 1, 0]
        assert [one.at for one in left] == [NOON + timedelta(days=30)]
        assert [one.id for one in concerns(office, are_open=None)] == [waiting.id]


def test_a_worker_watches_and_removes_by_the_settings_and_tells_no_names(database_url: str) -> None:
    environment = {
        "STOA_DATABASE_URL": database_url,
        "STOA_ACCESS_ALERT_CASES": "1",
        "STOA_ACCESS_KEPT_YEARS": "1",
    }
    settings, clock = from_environment(environment), MovableClock(NOON - timedelta(days=367))
    with build(settings, clock=clock) as engine:
        office = an_office(engine, clock=clock)
        cases = [office.opens_case().case for _ in range(2)]
        engine.ask(ShowCase(case_id=cases[0].id), actor=office.clerk)
        clock.advance(timedelta(days=367))
        for case in cases:
            engine.ask(ShowCase(case_id=case.id), actor=office.clerk)
        worker = Worker(engine, every_connector(settings.private_endpoints).deliver)

        with capture_logs() as logs:
            worker.run_once()
            worker.run_once()

        left = engine.ask(ListAccess(), actor=LOOKING[Role.AUDITOR]).page.items
        told = [entry for entry in logs if entry["event"] == "unusual_reading"]
        assert [one.at for one in left] == [NOON, NOON]
        assert [concern.kind for concern in concerns(office)] == [ConcernKind.MANY_CASES]
        assert [entry["count"] for entry in told] == [1]
        assert "maria" not in str(told)
        assert engine.ask(CountEverything(), actor=SYSTEM).access_concerns == 1


def test_the_settings_of_a_worker_reach_it(sqlite_url: str) -> None:
    environment = {"STOA_DATABASE_URL": sqlite_url, "STOA_ACCESS_ALERT_PEOPLE": "7"}

    worker = build_worker(from_environment(environment))
    with worker.engine:
        rules = AccessRules.decided(worker.engine.decided(), NOON)

    assert rules == AccessRules(people=7)
