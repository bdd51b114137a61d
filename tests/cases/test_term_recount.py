"""Claims about closures that are entered afterwards: shown before, and recounted in batches by jobs."""

from datetime import date, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from engine.cases.changeset import CaseState
from engine.cases.lifecycle import SuspendCase
from engine.cases.term_recount import BATCH, CloseBranch, PreviewClosure, RecountTerms
from engine.kernel.actor import SYSTEM, Actor, Role
from engine.kernel.refusal import Invalid, NotFound, NotPermitted
from engine.outbox.model import JobKind
from engine.service_tasks.deliveries import LeaseJobs
from engine.terms.term import TermKind
from tests.builders import a_clerk, a_user
from tests.cases.test_further_terms import day, decided, now, offers_licence
from tests.cases.test_term_ledgers import last_day, march, seen
from tests.messages.drawn import offer_drawn
from tests.messages.test_legal_clocks import a_licence
from tests.office import Office, an_office
from tests.runtime.diagrams import chain, end, start, user

CLOSED = (march(12), march(13))


def an_operator() -> Actor:
    return a_clerk(user=a_user(username="olga"), roles=frozenset({Role.OPERATOR}))


@pytest.fixture
def office() -> Office:
    """On Monday, 9 March 2026, at 14:00, with a procedure of five working days."""
    office = an_office()
    parts = (start(), user("judge"), end("done"), chain("start", "judge", "done"))
    offer_drawn(office, "opinion", *parts, term="{working_days: 5}")
    return office


def opens(office: Office) -> CaseState:
    return office.opens_case(procedure="opinion", data={})


def closes(office: Office, days: tuple[date, ...] = CLOSED) -> None:
    office.does(CloseBranch(branch="0009", days=days, reason="Απόφαση 12/2026"), actor=an_operator())


def recounts(office: Office) -> list[int]:
    """What the worker does: job after job, until none is left."""
    looked_at = []
    while True:
        command = LeaseJobs(worker="w", limit=10, lease=timedelta(minutes=1))
        jobs = [job for job in office.does(command, actor=SYSTEM) if job.kind is JobKind.RECOUNT_TERMS]
        if not jobs:
            return looked_at
        looked_at += [office.does(RecountTerms(job_id=job.id, worker="w"), actor=SYSTEM) for job in jobs]


def test_a_closure_moves_the_ends_that_it_was_shown_to_move(office: Office) -> None:
    state, decided = opens(office), opens(office)
    office.completes(decided.tasks[0], {})
    question = PreviewClosure(branch="0009", days=CLOSED)
    shown = office.engine.ask(question, actor=an_operator())

    closes(office)
    before = last_day(office, seen(office, state))
    looked_at = recounts(office)

    assert [(one.case.id, one.before, one.after) for one in shown] == [(state.case.id, march(16), march(18))]
    assert (before, looked_at, last_day(office, seen(office, state))) == (march(16), [1], march(18))
    assert office.journal(state)[-1].action == "term_recounted"
    assert office.journal(state)[-1].reason == "Απόφαση 12/2026"
    assert last_day(office, seen(office, decided)) == march(16)


def test_a_closure_of_the_last_day_moves_the_timer_of_silence(office: Office) -> None:
    licence = a_licence(office, "legal")

    closes(office, (date(2026, 5, 11),))
    recounts(office)

    moved = seen(office, licence).next_timer_at
    assert moved is not None
    assert moved.astimezone(office.engine.zone).strftime("%d/%m %H:%M") == "13/05 00:00"


def test_a_closure_moves_a_term_that_began_after_the_decision_as_it_was_shown(office: Office) -> None:
    offers_licence(office)
    told = decided(office)
    days = (march(24),)
    shown = office.engine.ask(PreviewClosure(branch="0009", days=days), actor=office.manager)

    closes(office, days)
    recounts(office)

    # 25 March is a holiday.
    assert [(one.term, one.before, one.after) for one in shown] == [(TermKind.APPEAL, march(24), march(26))]
    assert day(now(office, told).appealable_until, office) == "27/03 00:00"
    assert now(office, told).next_timer_at == now(office, told).appealable_until
    assert office.journal(told)[-1].action == "term_recounted"


def test_the_terms_of_a_branch_are_recounted_in_batches(office: Office) -> None:
    for _ in range(BATCH + 1):
        opens(office)

    closes(office)

    assert recounts(office) == [BATCH, 1]
    with office.engine.store.reading() as connection:
        ends = connection.execute(sa.text("SELECT DISTINCT due_at FROM cases")).all()
    assert len(ends) == 1


def test_what_rests_or_has_no_day_to_move_is_left_alone(office: Office) -> None:
    state = opens(office)
    office.does(SuspendCase(case_id=state.case.id, reason="Εκκρεμεί δίκη."))
    lines = len(office.journal(state))

    closes(office)
    recounts(office)

    assert len(office.journal(state)) == lines
    assert office.does(RecountTerms(job_id=UUID(int=1), worker="w"), actor=SYSTEM) == 0


def test_its_manager_or_an_operator_closes_a_branch_that_there_is_on_days_that_are_named(
    office: Office,
) -> None:
    for refusal, command, who in (
        (NotPermitted, CloseBranch(branch="0009", days=CLOSED, reason="x"), office.clerk),
        (NotFound, CloseBranch(branch="9999", days=CLOSED, reason="x"), an_operator()),
        (Invalid, CloseBranch(branch="0009", days=(), reason="x"), an_operator()),
        (Invalid, CloseBranch(branch="0009", days=CLOSED, reason=" "), an_operator()),
    ):
        with pytest.raises(refusal):
            office.does(command, actor=who)
