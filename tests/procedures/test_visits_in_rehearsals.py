"""Claims about scenarios with appointments: the citizen books, comes, stays away or cancels, by the clock."""

from textwrap import dedent

import pytest

from engine.rehearsal import ScenarioResult, run
from tests.appointments.planned import pick_time
from tests.messages.drawn import drawn
from tests.runtime.diagrams import chain, element, end, flow, mapping, start, user


def files(steps: str, *, end_in: str = "through: [pick_time]") -> dict[str, bytes]:
    """A procedure that hands something over to who comes, and asks for another time if nobody does."""
    parts = drawn(
        "photo",
        start(),
        element("exclusiveGateway", "again"),
        pick_time(more=mapping(outputs={"came": "appointment"})),
        element("exclusiveGateway", "came_to", default="came_to_to_done"),
        user("hand_over"),
        end("done"),
        chain("start", "again", "pick_time", "came_to"),
        flow("came_to", "hand_over", '=came.state = "served"'),
        flow("came_to", "again", '=came.state = "no_show"'),
        chain("came_to", "done"),
        chain("hand_over", "done"),
    )
    scenario = f"""\
title: Ραντεβού
given: {{applicant: {{given_name: Ελένη, family_name: Δημητρίου}}}}
steps:
{dedent(steps)}
expect: {{status: completed, outcome: done, {end_in}}}
"""
    return {**parts, "scenarios/a.yaml": scenario.encode()}


def played(steps: str, *, end_in: str = "through: [pick_time]") -> ScenarioResult:
    (result,) = run(files(steps, end_in=end_in))
    return result


def test_the_citizen_books_the_first_time_comes_and_is_served() -> None:
    result = played(
        """\
        - {book: pick_time}
        - {attend: pick_time}
        - {complete: hand_over}
        """
    )

    assert result.problem is None


def test_who_does_not_come_chooses_again_and_may_cancel() -> None:
    result = played(
        """\
        - {book: pick_time, at: "2026-03-12T10:00:00+02:00"}
        - {miss: pick_time}
        - {expect: {service_tasks: ["stoa:appointment"], flags: []}}
        - {book: "stoa:appointment"}
        - {cancel: pick_time}
        """
    )

    assert result.problem is None
    assert "hand_over" not in result.passed


@pytest.mark.parametrize(
    ("steps", "problem"),
    [
        ("- {attend: pick_time}", "Expected an appointment for pick_time, found none."),
        ('- {book: pick_time, at: "2026-03-15T10:00:00+02:00"}', "is taken"),
        ('- {book: pick_time, at: "2026-03-08T10:00:00+02:00"}', "expected a time that has not begun"),
    ],
    ids=["nothing booked", "a Sunday", "gone by"],
)
def test_what_cannot_be_is_told(steps: str, problem: str) -> None:
    result = played(steps)

    assert result.problem is not None
    assert problem in (result.problem.problem or "")
