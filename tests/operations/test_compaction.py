"""Claims about closed cases kept in few bytes: they show what they did, and older ones follow in batches."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from engine.bootstrap import build
from engine.cases.case_page import ShowCaseFile
from engine.cases.changeset import CaseState
from engine.cases.lifecycle import WithdrawCase
from engine.cases.queries import DrawCase
from engine.cases.store import cases
from engine.incidents.queries import PreviewMove, ShowVariables
from engine.jobs.connectors import Connectors
from engine.jobs.worker import Worker
from engine.kernel.actor import CITIZEN, SYSTEM
from engine.kernel.refusal import Conflict
from engine.kernel.vocabulary import CaseStatus
from engine.operations.housekeeping import BeginCompaction, CompactClosed, Compacted
from engine.runtime.closed_snapshots import COMPACT
from engine.service_tasks.answer import AnswerServiceTask
from engine.settings import from_environment
from engine.storage import migrate
from engine.supplements.tracking import TrackCase
from tests.builders import NOON, an_agency_actor
from tests.office import CONFIRMED, HANDED_OVER, MovableClock, Office, an_office
from tests.storage.test_databases_alike import statements_of

each_database = pytest.mark.parametrize("bare_url", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def office(bare_url: str) -> Iterator[Office]:
    """An office on each database in turn."""
    migrate.upgrade(bare_url)
    clock = MovableClock(NOON)
    with build(from_environment({"STOA_DATABASE_URL": bare_url}), clock=clock) as engine:
        yield an_office(engine, clock=clock)


@dataclass(frozen=True)
class Shown:
    """What people see of a case that has ended."""

    diagram: Any
    variables: Any
    tracking: Any
    steps: int


def shown(office: Office, state: CaseState) -> Shown:
    case, ask = state.case, office.engine.ask
    tracked = ask(TrackCase(number=case.number, code=office.code_of(case)), actor=CITIZEN)
    ask(ShowCaseFile(case_id=case.id), actor=office.clerk)
    return Shown(
        diagram=ask(DrawCase(case_id=case.id), actor=office.clerk),
        variables=ask(ShowVariables(case_id=case.id), actor=office.manager),
        tracking=tracked,
        steps=len(office.journal(state)),
    )


def snapshot_of(office: Office, case_id: UUID) -> bytes:
    with office.engine.store.reading() as connection:
        found: bytes = connection.execute(
            sa.select(cases.c.snapshot).where(cases.c.id == case_id)
        ).scalar_one()
    return found


def withdrawn(office: Office, state: CaseState) -> CaseState:
    return office.does(WithdrawCase(case_id=state.case.id, reason="Δεν το χρειάζεται."))


def withdrawn_by_an_earlier_version(office: Office) -> CaseState:
    """A case whose snapshot stayed as it was when it ended, younger than those before."""
    office.clock.advance(timedelta(minutes=1))
    sent = office.sends_to_municipality()
    ended = withdrawn(office, sent)
    with office.engine.store.begin() as connection:
        connection.execute(
            cases.update().where(cases.c.id == sent.case.id).values(snapshot=sent.case.snapshot)
        )
        connection.commit()
    return ended


def compact(office: Office, limit: int) -> Compacted:
    return office.does(CompactClosed(limit=limit), actor=SYSTEM)


@each_database
def test_a_case_is_compacted_when_it_ends_and_shows_what_it_did(office: Office) -> None:
    sent = office.sends_to_municipality()
    answer = AnswerServiceTask(service_task_id=sent.service_tasks[0].id, data=CONFIRMED)
    answered = office.does(answer, actor=an_agency_actor(office.agency))
    ended = office.completes(answered.tasks[0], HANDED_OVER)

    found = shown(office, ended)

    assert snapshot_of(office, ended.case.id).startswith(COMPACT)
    assert found.diagram.marks.active == ()
    assert found.diagram.marks.completed == (
        "application_received",
        "check_papers",
        "papers_complete",
        "municipality_certifies",
        "residence_confirmed",
        "hand_over",
        "handed_over",
    )
    assert found.variables["certificate_number"] == CONFIRMED["certificate_number"]
    assert found.tracking.status is CaseStatus.COMPLETED


@each_database
def test_a_withdrawn_case_is_compacted_without_another_statement_and_shows_where_it_stopped(
    office: Office,
) -> None:
    withdrawn(office, office.sends_to_municipality())
    sent = office.sends_to_municipality()

    with statements_of(office.engine.store) as sent_to_database:
        ended = withdrawn(office, sent)

    assert snapshot_of(office, ended.case.id).startswith(COMPACT)
    assert len(snapshot_of(office, ended.case.id)) < len(sent.case.snapshot) / 3
    assert shown(office, ended).diagram.marks.active == ("municipality_certifies",)
    assert sum(statement.count("UPDATE cases") for statement in sent_to_database) == 1
    preview = PreviewMove(case_id=ended.case.id, source="municipality_certifies", target="hand_over")
    with pytest.raises(Conflict):
        office.engine.ask(preview, actor=office.manager)


@each_database
def test_cases_that_an_earlier_version_closed_follow_in_batches_and_show_the_same(
    office: Office, bare_url: str
) -> None:
    ended = [withdrawn_by_an_earlier_version(office) for _ in range(3)]
    office.clock.advance(timedelta(minutes=1))
    under_way = office.sends_to_municipality()
    before = [shown(office, state) for state in ended]
    migrate.downgrade(bare_url, BEFORE)
    migrate.upgrade(bare_url)

    first = compact(office, limit=2)
    half = [snapshot_of(office, state.case.id).startswith(COMPACT) for state in ended]
    rest = compact(office, limit=3)
    afterwards = compact(office, limit=3)

    assert (first.cases, first.is_last, half) == (2, False, [True, True, False])
    assert (rest.cases, rest.is_last) == (1, True)
    assert afterwards == Compacted(cases=0, saved=0, is_last=True)
    assert first.saved > 2 * 1000
    assert [shown(office, state) for state in ended] == before
    assert snapshot_of(office, under_way.case.id) == under_way.case.snapshot


BEFORE = "0028_compaction-1"


@each_database
def test_what_is_compact_stays_so_when_all_is_gone_through_once_more(office: Office) -> None:
    ended = withdrawn_by_an_earlier_version(office)
    office.does(BeginCompaction(), actor=SYSTEM)
    first = compact(office, limit=10)
    kept = snapshot_of(office, ended.case.id)

    office.does(BeginCompaction(), actor=SYSTEM)
    again = compact(office, limit=10)

    assert (first.cases, again.cases, again.is_last) == (1, 0, True)
    assert snapshot_of(office, ended.case.id) == kept


@pytest.mark.parametrize("bare_url", ["sqlite"], indirect=True)
def test_the_worker_compacts_what_is_left(office: Office) -> None:
    ended = withdrawn_by_an_earlier_version(office)
    office.does(BeginCompaction(), actor=SYSTEM)

    Worker(office.engine, Connectors().deliver).run_once()

    assert snapshot_of(office, ended.case.id).startswith(COMPACT)
