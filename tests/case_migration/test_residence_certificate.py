"""Claims about the residence certificate: cases move to a version in which the municipality has more days."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from engine.case_migration.model import RunKind, RunState, Verdict
from engine.case_migration.restore_store import rows_of
from engine.cases.changeset import CaseState
from engine.cases.queries import ShowCase
from engine.kernel.actor import SYSTEM
from engine.messages.timers import FireTimer
from engine.sealing.chain import first_broken_line
from engine.service_tasks.answer import AnswerServiceTask
from engine.tasks.complete import SaveDraft
from tests.case_migration.versions import changed, files_of, plans, publish, results, runs
from tests.office import CONFIRMED, HANDED_OVER, PAPERS_COMPLETE, Office, an_office

DIAGRAM = "residence-certificate.bpmn"


@pytest.fixture
def office() -> Office:
    return an_office()


def with_five_more_days() -> dict[str, bytes]:
    """The next version: ten days instead of five, and another reminder than the one of before."""
    files = changed(
        files_of(),
        DIAGRAM,
        ("P5D</bpmn:timeDuration>", "P10D</bpmn:timeDuration>"),
        ("remind_municipality", "warn_municipality"),
        ("Υπενθύμιση προς τον δήμο", "Όχληση του δήμου"),
        ('name="Παράδοση βεβαίωσης"', 'name="Παράδοση της βεβαίωσης"'),
    )
    return changed(files, "procedure.yaml", ("term:\n  days: 5", "term:\n  days: 10"))


def seen(office: Office, state: CaseState) -> CaseState:
    view = office.engine.ask(ShowCase(case_id=state.case.id), actor=SYSTEM)
    return CaseState(case=view.case, tasks=view.tasks, service_tasks=view.service_tasks)


def due_on(office: Office, state: CaseState) -> date:
    due_at = seen(office, state).case.due_at
    assert due_at is not None
    return (due_at.astimezone(office.engine.zone) - timedelta(seconds=1)).date()


def reminded(office: Office) -> CaseState:
    """A case of which the municipality is late, so that the clerk has to remind it."""
    state = office.sends_to_municipality()
    office.clock.advance(timedelta(days=6))
    office.does(FireTimer(case_id=state.case.id), actor=SYSTEM)
    return state


def test_two_cases_are_finished_on_the_new_version_and_one_is_refused(office: Office) -> None:
    late = reminded(office)
    at_papers, at_municipality = office.opens_case(), office.sends_to_municipality()
    publish(office, with_five_more_days())
    plans(office, {"remind_municipality": None})

    run = runs(office, RunKind.MOVE)

    assert (run.state, run.looked, run.moved, run.refused) == (RunState.DONE, 3, 2, 1)
    found = results(office, run)
    assert found[late.case.number].verdict is Verdict.REFUSED
    (reason,) = found[late.case.number].findings
    assert "“Υπενθύμιση προς τον δήμο” (remind_municipality)" in reason.text
    assert seen(office, late).case.version_number == 1
    first = seen(office, at_papers)
    assert first.case.version_number == 2
    office.completes(first.tasks[0], PAPERS_COMPLETE)
    for state in (at_papers, at_municipality):
        asked = seen(office, state).service_tasks[0]
        office.does(AnswerServiceTask(service_task_id=asked.id, data=CONFIRMED), actor=SYSTEM)
        handing_over = seen(office, state).tasks[0]
        assert handing_over.name == "Παράδοση της βεβαίωσης"
        office.completes(handing_over, HANDED_OVER)
        ended = seen(office, state).case
        assert (ended.status, ended.outcome, ended.version_number) == ("completed", "handed_over", 2)
        journal = office.journal(state)
        assert first_broken_line(journal, office.engine.journal_keys) is None
        line = next(line for line in journal if line.action == "case_migrated")
        assert (line.actor_name, line.reason) == ("olga", "ΥΑ 1234/2026")
        assert (line.detail["from"], line.detail["to"]) == (1, 2)


def test_the_term_and_the_timer_keep_what_has_passed_of_them(office: Office) -> None:
    state = office.sends_to_municipality()
    before, timer = due_on(office, state), state.case.next_timer_at
    office.clock.advance(timedelta(days=3))
    publish(office, with_five_more_days())
    plans(office)

    run = runs(office, RunKind.MOVE)

    assert run.with_consequences == 1
    after = seen(office, state).case
    assert before == date(2026, 3, 16)
    assert due_on(office, state) == date(2026, 3, 19)
    assert timer is not None
    assert after.next_timer_at == timer + timedelta(days=5)
    codes = {finding.code for finding in results(office, run)[state.case.number].findings}
    assert codes == {"wait_changed", "term_moves"}
    assert [task.due_at for task in seen(office, state).tasks] == []


def test_a_dry_run_says_what_the_run_then_does_and_changes_nothing(office: Office) -> None:
    states = [reminded(office), office.opens_case(), office.sends_to_municipality()]
    publish(office, with_five_more_days())
    plans(office, {"remind_municipality": None})
    before = [stored(office, state) for state in states]

    tried = runs(office, RunKind.DRY_RUN)

    assert [stored(office, state) for state in states] == before
    done = runs(office, RunKind.MOVE)
    told, became = results(office, tried), results(office, done)
    assert {number: (one.verdict, one.findings) for number, one in told.items()} == {
        number: (one.verdict, one.findings) for number, one in became.items()
    }


def test_a_case_that_is_taken_back_has_the_rows_that_it_had(office: Office) -> None:
    states = [office.opens_case(), office.sends_to_municipality()]
    draft = office.claims(states[0].tasks[0])
    office.does(SaveDraft(task_id=draft.id, data={"identity_checked": True}))
    publish(office, with_five_more_days())
    plans(office, {"remind_municipality": None})
    before = [stored(office, state) for state in states]
    runs(office, RunKind.MOVE)
    assert [stored(office, state) for state in states] != before
    office.clock.advance(timedelta(hours=1))

    back = runs(office, RunKind.BACK)

    assert (back.moved, back.refused) == (2, 0)
    assert [stored(office, state) for state in states] == before
    for state in states:
        assert office.journal(state)[-1].action == "case_migrated_back"
    again = runs(office, RunKind.MOVE)
    assert again.moved == 2


def test_a_case_in_which_something_has_happened_is_not_taken_back(office: Office) -> None:
    state, other = office.opens_case(), office.opens_case()
    publish(office, with_five_more_days())
    plans(office)
    runs(office, RunKind.MOVE)
    office.completes(seen(office, state).tasks[0], PAPERS_COMPLETE)

    back = runs(office, RunKind.BACK)

    assert (back.moved, back.refused) == (1, 1)
    assert [one.code for one in results(office, back)[state.case.number].findings] == ["moved_on"]
    assert seen(office, other).case.version_number == 1
    assert seen(office, state).case.version_number == 2


def stored(office: Office, state: CaseState) -> Mapping[str, Any]:
    """Every row of a case, but for journal and stamps."""
    with office.engine.store.reading() as connection:
        rows = rows_of(connection, state.case.id)
        jobs = connection.execute(
            sa.text("SELECT count(*) FROM jobs WHERE case_id = :id"), {"id": state.case.id.hex}
        ).scalar_one()
    return {**rows, "jobs": jobs}


def test_the_figures_of_both_versions_follow_a_case_there_and_back(office: Office) -> None:
    office.opens_case()
    publish(office, with_five_more_days())
    plans(office)
    counted = []
    for kind in (RunKind.MOVE, RunKind.BACK):
        runs(office, kind)
        with office.engine.store.reading() as connection:
            sums = sa.text("SELECT version_number, sum(opened) FROM case_tallies GROUP BY 1 ORDER BY 1")
            counted.append([tuple(row) for row in connection.execute(sums)])

    assert counted == [[(1, 0), (2, 1)], [(1, 1), (2, 0)]]
