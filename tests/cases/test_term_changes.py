"""Claims about terms that are changed by hand: extended by a decision, and corrected."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from engine.cases.changeset import CaseState
from engine.cases.term_changes import CorrectTerm, ExtendTerm
from engine.cases.term_queries import PreviewCorrection, ShowTerms, TermView
from engine.kernel.refusal import Conflict, Invalid, NotPermitted
from engine.terms.length import Length
from engine.terms.term import TermKind
from tests.cases.test_term_ledgers import A_DAY, BRINGS, entries, last_day, march, opens
from tests.messages.test_legal_clocks import a_licence, due
from tests.notices.telling import BY_SMS
from tests.office import Office, an_office
from tests.runtime.diagrams import chain, end, property_, start, user

TERM = "{days: 20, law: ν. 1/2026 άρθρο 2, supplement: pauses, extension: {days: 15}}"


@pytest.fixture
def office() -> Office:
    """On Monday, 9 March 2026, at 14:00."""
    return an_office()


def waiting(office: Office, term: str = TERM) -> CaseState:
    parts = (start(), user("bring", extensions=BRINGS), user("judge"), end("done"))
    return opens(office, *parts, chain("start", "bring", "judge", "done"), term=term)


def running(office: Office, term: str = TERM) -> CaseState:
    return office.completes(waiting(office, term).tasks[0], {})


def extends(office: Office, state: CaseState, by: int = 10, **changes: object) -> CaseState:
    command = {"law": "απόφαση 7/2026", "reason": "Πολύπλοκη υπόθεση.", **changes}
    return office.does(ExtendTerm(case_id=state.case.id, by=by, **command))  # type: ignore[arg-type]


def shown(office: Office, state: CaseState) -> TermView:
    return office.engine.ask(ShowTerms(case_id=state.case.id), actor=office.clerk)[0]


def test_a_decision_extends_the_term_and_all_that_is_due_with_it(office: Office) -> None:
    state = running(office)

    after = extends(office, state)

    lines = [(line.action, line.reason) for line in office.journal(state)]
    # Twenty days from Monday 9 March are over on Sunday the 29th; ten more on 8 April.
    assert (last_day(office, state.case), last_day(office, after.case)) == (march(30), date(2026, 4, 8))
    assert [task.due_at for task in after.tasks] == [after.case.due_at]
    assert lines[-1] == ("term_extended", "Πολύπλοκη υπόθεση.")
    assert shown(office, state).extension_left == Length(5)


def test_a_term_is_extended_within_the_limit_of_its_procedure_in_all(office: Office) -> None:
    state = running(office)
    extends(office, state)

    with pytest.raises(Invalid) as refused:
        extends(office, state, by=6, law=" ", reason="")

    assert sorted(refused.value.errors) == ["by", "law", "reason"]
    assert refused.value.errors["by"] == ["expected from 1 to 5 days, found 6"]


def test_a_term_without_a_limit_or_that_is_over_or_has_ended_is_not_extended(office: Office) -> None:
    endless = running(office, "{days: 20}")
    with pytest.raises(Conflict) as not_extendable:
        extends(office, endless)
    state = running(office)
    office.clock.advance(30 * A_DAY)
    with pytest.raises(Conflict) as over:
        extends(office, state)
    office.completes(state.tasks[0], {})
    with pytest.raises(Conflict) as ended:
        extends(office, state)

    codes = [refused.value.code for refused in (not_extendable, over, ended)]
    assert codes == ["term_not_extendable", "term_is_over", "term_has_ended"]


def test_only_the_terms_of_the_procedure_are_extended(office: Office) -> None:
    with pytest.raises(Invalid, match="no service term"):
        extends(office, running(office), term=TermKind.SERVICE)


def test_an_extension_moves_the_timer_of_silence(office: Office) -> None:
    opened = a_licence(office, "legal", extension="{days: 30}")

    after = extends(office, opened, by=30)

    # The two months end on Saturday 9 May; thirty days later is Monday 8 June.
    assert (due(opened, office), due(after, office)) == ("12/05 00:00", "09/06 00:00")


def test_the_citizen_is_told_that_the_term_is_extended(office: Office) -> None:
    parts = (start(), user("judge"), end("done"), chain("start", "judge", "done"))
    opens(office, *parts, term=TERM)
    told = office.opens_case(procedure="drawn", data={}, notify=BY_SMS)

    extends(office, told)

    kinds = [line.action for line in office.journal(told)]
    with office.engine.store.reading() as connection:
        occasions = [row.occasion for row in connection.execute(sa.text("SELECT occasion FROM notices"))]
    assert "term_extended" in kinds
    assert "term_extended" in occasions


def test_a_manager_sets_the_day_of_an_entry_right_and_sees_before_what_that_moves(office: Office) -> None:
    state = waiting(office)
    office.clock.advance(11 * A_DAY)
    brought = office.completes(state.tasks[0], {})
    question = PreviewCorrection(case_id=state.case.id, number=3, day=march(16))

    preview = office.engine.ask(question, actor=office.manager)
    after = office.does(
        CorrectTerm(case_id=state.case.id, number=3, day=march(16), reason="Ήρθε με το ταχυδρομείο."),
        actor=office.manager,
    )

    assert (preview.before, preview.after) == (last_day(office, brought.case), last_day(office, after.case))
    assert (preview.before, preview.after) == (date(2026, 4, 9), date(2026, 4, 6))
    assert preview.words.en == (
        "20 days from 9 March; rested 9–16 March while the citizen was awaited; ends on 6 April"
    )
    assert [event for event, _, _ in entries(office, state.case)][-1] == "corrected"
    assert [task.due_at for task in after.tasks] == [after.case.due_at]
    assert [line.action for line in office.journal(state)][-1] == "term_corrected"


@pytest.mark.parametrize(
    ("number", "day", "problem"),
    [(3, march(25), "until today"), (2, march(25), "until today"), (9, march(9), "number of an entry")],
)
def test_a_day_that_cannot_be_is_refused(office: Office, number: int, day: date, problem: str) -> None:
    state = waiting(office)
    office.clock.advance(11 * A_DAY)
    office.completes(state.tasks[0], {})
    command = CorrectTerm(case_id=state.case.id, number=number, day=day, reason="Λάθος.")
    question = PreviewCorrection(case_id=state.case.id, number=number, day=day)

    for act in (
        lambda: office.does(command, actor=office.manager),
        lambda: office.engine.ask(question, actor=office.manager),
    ):
        with pytest.raises((Invalid, Conflict), match=problem):
            act()


def test_a_clerk_corrects_no_term_and_nobody_that_of_a_closed_case(office: Office) -> None:
    state = running(office)
    command = CorrectTerm(case_id=state.case.id, number=1, day=march(9), reason="Λάθος.")
    with pytest.raises(NotPermitted):
        office.does(command)
    office.completes(state.tasks[0], {})

    with pytest.raises(Conflict) as refused:
        office.does(command, actor=office.manager)

    assert refused.value.code == "case_closed"


def test_an_end_that_is_corrected_to_the_last_day_was_in_time(office: Office) -> None:
    decided = property_("stoa:milestone", "decided")
    parts = (start(), user("decide", extensions=decided), user("collect"), end("done"))
    state = opens(office, *parts, chain("start", "decide", "collect", "done"), term="{days: 5}")
    office.clock.advance(10 * A_DAY)
    late = office.completes(state.tasks[0], {})

    after = office.does(
        CorrectTerm(case_id=state.case.id, number=2, day=march(16), reason="Υπογράφηκε τη Δευτέρα."),
        actor=office.manager,
    )

    assert (late.case.term_state, after.case.term_state) == ("late", "in_time")


def test_terms_are_explained_in_words(office: Office) -> None:
    state = waiting(office, "{working_days: 20, supplement: pauses}")
    resting = shown(office, state).words
    office.clock.advance(timedelta(days=2))
    office.completes(state.tasks[0], {})

    running_again = shown(office, state).words

    assert resting.en == (
        "20 working days from 9 March; rests since 9 March while the citizen was awaited; "
        "goes on when the rest is over"
    )
    assert running_again.en == (
        "20 working days from 9 March; rested 9–11 March while the citizen was awaited; ends on 9 April"
    )
    assert running_again.el == (
        "20 εργάσιμες ημέρες από 9 Μαρτίου · σε αναστολή 9–11 Μαρτίου όσο αναμενόταν ο πολίτης · "
        "λήγει στις 9 Απριλίου"
    )
