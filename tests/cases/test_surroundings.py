"""What FEEL in a procedure can name: the working calendar of the case's own branch."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from engine import feel
from engine.cases.surroundings import surroundings, surroundings_at
from engine.context import Transaction
from engine.kernel.actor import SYSTEM
from engine.kernel.noticing import Noticing
from engine.organisation.registers import EnterBranch
from tests.builders import a_case, an_id
from tests.office import Office, an_office


def asked(office: Office, text: str, **case: Any) -> feel.Evaluation:
    engine = office.engine
    with engine.store.begin() as connection:
        transaction = Transaction(
            actor=SYSTEM,
            now=office.clock.now(),
            today=office.clock.now().astimezone(engine.zone).date(),
            zone=engine.zone,
            connection=connection,
            workflow=engine.workflow,
            catalogue=engine.catalogue,
            procedure=lambda version_id: engine.catalogue.procedure(version_id, dict),
            check_agency=engine.check_agency,
            noticing=Noticing(),
            evidence_of=engine.evidence_of,
            seals=engine.seals,
            journal_keys=engine.journal_keys,
            new_id=an_id,
        )
        names = surroundings(transaction, a_case(branch_id=office.branch.id, **case)).names
        return feel.expression(text).evaluate(names)


def test_working_days_end_with_the_day_in_the_branchs_zone() -> None:
    found = asked(an_office(), "string(stoa.working_days(3))")

    # From Monday 9 March: over when Thursday the 12th is, at midnight in Athens.
    assert found.value == "2026-03-13T00:00:00@Europe/Athens"


def test_months_end_on_the_same_number_or_the_next_day_that_is_worked() -> None:
    # Two months from Monday 9 March are over on Saturday 9 May.
    found = asked(an_office(), "string(stoa.months(2))")

    assert found.value == "2026-05-12T00:00:00@Europe/Athens"


def test_the_end_of_the_term_is_known_while_it_runs() -> None:
    office = an_office()
    due_at = office.clock.now() + timedelta(days=1)
    text = "if stoa.term_end() = null then null else string(stoa.term_end())"

    found = asked(office, text, due_at=due_at)
    resting = asked(office, text, due_at=due_at, term_rests_since=office.clock.now())

    assert (found.value, resting.value) == ("2026-03-10T14:00:00@Europe/Athens", None)


def test_working_days_skip_the_branchs_own_holidays() -> None:
    office = an_office()
    office.does(EnterBranch(branch=replace(office.branch, local_holidays=("03-10",))), actor=SYSTEM)

    found = asked(office, "string(date(stoa.working_days(1)))")

    assert found.value == "2026-03-12"


@pytest.mark.parametrize(
    ("days", "reason"), [('"three"', "whole number"), ("1.5", "whole number"), ("9999", "3650")]
)
def test_an_impossible_term_is_null_with_the_reason(days: str, reason: str) -> None:
    found = asked(an_office(), f"stoa.working_days({days})")

    assert found.value is None
    assert reason in found.problems[0].message


DESCRIBED = {
    "papers": [
        {"id": "bill", "title": {"el": "Λογαριασμός", "en": "Bill"}, "obligatory": True, "any_of": "x"}
    ],
    "conditions": [{"el": "Κατοικείτε εδώ.", "en": "You live here."}],
}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("stoa.papers()[1].el", "Λογαριασμός"),
        ('stoa.paper("bill").en', "Bill"),
        ('stoa.paper("bill").any_of', "x"),
        ("stoa.conditions()[1].id + stoa.conditions()[1].el", "condition-1Κατοικείτε εδώ."),
        ('stoa.paper("other")', None),
        ("stoa.paper(null)", None),
    ],
)
def test_papers_and_conditions_are_read_from_procedure_yaml(text: str, value: object) -> None:
    office = an_office()
    known = surroundings_at(
        office.clock.now(), zone=office.engine.zone, branch=lambda: None, described=lambda: DESCRIBED
    )

    found = feel.expression(text).evaluate(known.names)

    assert found.value == value
    assert bool(found.problems) == (value is None)
