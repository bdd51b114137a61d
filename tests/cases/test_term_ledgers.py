"""Claims about the ledgers of cases: every change of a term is an entry, and cases of before get theirs."""

from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa

from engine.bootstrap import build
from engine.cases.changeset import CaseState
from engine.cases.lifecycle import ResumeCase, SuspendCase, WithdrawCase
from engine.cases.model import Case
from engine.cases.queries import ShowCase
from engine.cases.term_store import ledgers_of
from engine.kernel.actor import SYSTEM
from engine.kernel.vocabulary import Flag
from engine.operations.housekeeping import MarkOverdue
from engine.settings import from_environment
from engine.storage import migrate
from engine.storage.connecting import open_engine
from engine.terms.ledger import TermCause, TermEvent
from engine.terms.term import TermKind, TermState
from tests.messages.drawn import offer_drawn
from tests.office import Office, an_office
from tests.runtime.diagrams import chain, end, property_, start, user

A_DAY = timedelta(days=1)
each_database = pytest.mark.parametrize("bare_url", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def office() -> Office:
    """On Monday, 9 March 2026, at 14:00."""
    return an_office()


BRINGS = property_("stoa:flag", "awaiting_citizen")


def opens(office: Office, *parts: str, term: str) -> CaseState:
    offer_drawn(office, "drawn", *parts, term=term)
    return office.opens_case(procedure="drawn", data={})


def entries(office: Office, case: Case, kind: TermKind = TermKind.LEGAL) -> list[tuple[str, str, date]]:
    with office.engine.store.reading() as connection:
        ledger = ledgers_of(connection, case.id)[kind]
    return [(entry.event.value, entry.cause.value, entry.day) for entry in ledger.entries]


def seen(office: Office, state: CaseState) -> Case:
    return office.engine.ask(ShowCase(case_id=state.case.id), actor=office.clerk).case


def last_day(office: Office, case: Case) -> date:
    assert case.due_at is not None
    return (case.due_at.astimezone(office.engine.zone) - timedelta(seconds=1)).date()


def march(day: int) -> date:
    return date(2026, 3, day)


def test_everything_that_happens_to_a_term_is_an_entry(office: Office) -> None:
    parts = (start(), user("bring", extensions=BRINGS), user("judge"), end("done"))
    state = opens(
        office, *parts, chain("start", "bring", "judge", "done"), term="{days: 20, supplement: pauses}"
    )
    office.clock.advance(2 * A_DAY)
    after = office.completes(state.tasks[0], {})
    office.does(SuspendCase(case_id=state.case.id, reason="Εκκρεμεί δίκη."))
    office.clock.advance(A_DAY)
    office.does(ResumeCase(case_id=state.case.id, reason="Η δίκη έγινε."))
    office.completes(after.tasks[0], {})

    assert entries(office, state.case) == [
        (TermEvent.BEGUN, TermCause.OPENED, march(9)),
        (TermEvent.RESTED, TermCause.CITIZEN_AWAITED, march(9)),
        (TermEvent.RESUMED, TermCause.CITIZEN_AWAITED, march(11)),
        (TermEvent.RESTED, TermCause.SUSPENDED, march(11)),
        (TermEvent.RESUMED, TermCause.SUSPENDED, march(12)),
        (TermEvent.ENDED, TermCause.CLOSED, march(12)),
    ]


def test_the_service_norm_has_a_ledger_of_its_own(office: Office) -> None:
    parts = (start(), user("bring", extensions=BRINGS), end("done"), chain("start", "bring", "done"))
    term = "{days: 20}\n        service_term: {working_days: 5, supplement: pauses}"
    state = opens(office, *parts, term=term)

    assert [event for event, _, _ in entries(office, state.case)] == ["begun"]
    assert [event for event, _, _ in entries(office, state.case, TermKind.SERVICE)] == ["begun", "rested"]
    assert state.case.term_rests_since is None


def test_a_term_begins_when_the_file_is_complete_and_anew_when_it_is_so_again(office: Office) -> None:
    complete = property_("stoa:milestone", "complete_file")
    parts = (
        start(),
        user("check", extensions=complete),
        user("again", extensions=complete),
        user("judge"),
        end("done"),
        chain("start", "check", "again", "judge", "done"),
    )
    state = opens(office, *parts, term="{days: 8}")
    office.clock.advance(A_DAY)
    begun = office.completes(state.tasks[0], {})
    office.clock.advance(A_DAY)
    anew = office.completes(begun.tasks[0], {})

    assert (state.case.due_at, state.tasks[0].due_at) == (None, None)
    assert (last_day(office, begun.case), begun.tasks[0].due_at) == (march(18), begun.case.due_at)
    assert (last_day(office, anew.case), anew.tasks[0].due_at) == (march(19), anew.case.due_at)
    assert [event for event, _, _ in entries(office, anew.case)] == ["begun", "restarted"]


def test_a_case_that_only_waits_after_its_decision_is_not_overdue(office: Office) -> None:
    decided = property_("stoa:milestone", "decided")
    parts = (start(), user("decide", extensions=decided), user("collect"), end("done"))
    state = opens(office, *parts, chain("start", "decide", "collect", "done"), term="{days: 5}")

    waiting = office.completes(state.tasks[0], {})
    office.clock.advance(30 * A_DAY)
    marked = office.does(MarkOverdue(), actor=SYSTEM)

    assert (marked, waiting.tasks[0].due_at, waiting.case.expected_at) == (0, None, None)
    assert waiting.case.due_at == state.case.due_at
    assert waiting.case.term_state is TermState.IN_TIME


def test_a_decision_after_the_end_is_late_and_no_longer_overdue(office: Office) -> None:
    decided = property_("stoa:milestone", "decided")
    parts = (start(), user("decide", extensions=decided), user("collect"), end("done"))
    state = opens(office, *parts, chain("start", "decide", "collect", "done"), term="{days: 5}")
    office.clock.advance(30 * A_DAY)
    office.does(MarkOverdue(), actor=SYSTEM)
    was_overdue = Flag.OVERDUE in seen(office, state).flags

    late = office.completes(state.tasks[0], {})

    assert (was_overdue, Flag.OVERDUE in late.case.flags, late.case.term_state) == (True, False, "late")


def test_a_case_that_is_withdrawn_while_its_term_rests_is_not_late(office: Office) -> None:
    parts = (start(), user("bring", extensions=BRINGS), end("done"), chain("start", "bring", "done"))
    state = opens(office, *parts, term="{days: 5, supplement: pauses}")
    office.clock.advance(60 * A_DAY)

    after = office.does(WithdrawCase(case_id=state.case.id, reason="Δεν τη θέλει πια."))

    assert after.case.term_state is TermState.IN_TIME


@each_database
@pytest.mark.parametrize("moved", [0, 3])
def test_a_case_of_before_there_were_ledgers_goes_on_from_where_it_stood(bare_url: str, moved: int) -> None:
    migrate.upgrade(bare_url)
    with build(from_environment({"STOA_DATABASE_URL": bare_url})) as engine:
        office = an_office(engine)
        opened = office.opens_case()
        migrate.downgrade(bare_url, "0019_traffic")
        assert opened.case.due_at is not None
        due_at = opened.case.due_at + moved * A_DAY
        as_it_was(bare_url, {"due_at": due_at, "status": "suspended", "suspended_at": office.clock.now()})
        migrate.upgrade(bare_url)

        before = seen(office, opened)
        after = office.does(ResumeCase(case_id=opened.case.id, reason="Συνεχίζεται."))

        assert before.due_at == due_at
        assert after.case.due_at == due_at
        assert [event for event, _, _ in entries(office, after.case)] == ["begun", "rested", "resumed"]


def as_it_was(url: str, columns: dict[str, object]) -> None:
    """Write columns of the cases as an earlier version of the project has left them."""
    database = open_engine(url, pool_size=1)
    with database.begin() as connection:
        cases = sa.Table("cases", sa.MetaData(), autoload_with=connection)
        moments = {
            name: value.astimezone(tz=None).replace(tzinfo=None)
            if isinstance(value, datetime) and connection.dialect.name == "sqlite"
            else value
            for name, value in columns.items()
        }
        connection.execute(cases.update().values(moments))
    database.dispose()
