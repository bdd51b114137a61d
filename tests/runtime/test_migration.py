"""Claims about cases that are taken to another definition: what follows, what is said, what is refused."""

from collections.abc import Mapping
from datetime import timedelta

import pytest

from engine.runtime.contract import Phase
from engine.runtime.definition import Definition
from engine.runtime.migration_contract import Migration, MigrationRefused
from tests.runtime.diagrams import (
    NOON,
    Run,
    boundary,
    chain,
    element,
    end,
    flow,
    message,
    on_message,
    several,
    simple,
    start,
    timer,
    user,
)

PLAIN = simple(start(), user("check"), user("decide"), end(), chain("start", "check", "decide", "end"))


def migrated(run: Run, new: Definition, elements: Mapping[str, str | None] | None = None) -> Migration:
    """The case in another definition, in which the run then goes on."""
    migration = run.engine.migrate(
        run.definition, new, run.step.snapshot, elements=elements or {}, surroundings=run.surroundings
    )
    run.definition, run.open = new, {}
    run._take(migration.after)
    return migration


def codes(migration: Migration) -> list[tuple[str, str | None]]:
    return [(one.code, one.element_id) for one in migration.consequences]


def refusals(run: Run, new: Definition, elements: Mapping[str, str | None] | None = None) -> list[str]:
    with pytest.raises(MigrationRefused) as refused:
        migrated(run, new, elements)
    return [reason.code for reason in refused.value.reasons]


def test_elements_are_proposed_by_id_then_by_name_then_by_their_place() -> None:
    old = simple(
        start(),
        user("check", name="Έλεγχος"),
        user("look", name="Ματιά"),
        user("gone", name="Παλιό"),
        end(),
        chain("start", "check", "look", "gone", "end"),
    )
    new = simple(
        start(),
        user("control", name="Έλεγχος"),
        user("view", name="Εξέταση"),
        end(),
        chain("start", "control", "view", "end"),
    )

    proposed = {one.old: (one.new, one.by) for one in Run(old).engine.propose_migration(old, new)}

    assert proposed["start"] == ("start", "id")
    assert proposed["check"] == ("control", "name")
    assert proposed["look"] == ("view", "position")
    assert proposed["gone"] == (None, None)


@pytest.mark.parametrize(
    ("elements", "said"),
    [
        ({"nothing": "check"}, "old version"),
        ({"check": "nothing"}, "new version"),
        ({"check": "end"}, "a task for a person"),
        ({"check": "decide", "decide": "decide"}, "for check too"),
    ],
)
def test_a_plan_that_cannot_be_is_refused_element_by_element(elements: dict[str, str], said: str) -> None:
    problems = Run(PLAIN).engine.check_migration(PLAIN, PLAIN, elements)

    assert [said in sentence for sentences in problems.values() for sentence in sentences] == [True]


def test_a_case_at_an_element_without_a_target_stays_where_it_is() -> None:
    new = simple(start(), user("decide"), end(), chain("start", "decide", "end"))

    assert refusals(Run(PLAIN), new) == ["no_target"]


def test_a_case_inside_instances_of_what_is_done_once_now_stays_where_it_is() -> None:
    many = user("ask", several("people", "person"))
    old = simple(start(), many, end(), chain("start", "ask", "end"))
    new = simple(start(), user("ask"), end(), chain("start", "ask", "end"))

    assert "loop_gone" in refusals(Run(old, {"people": ["a", "b"]}), new)


def test_the_instances_of_a_loop_go_on_and_its_results_are_gathered() -> None:
    def asking(element_id: str) -> Definition:
        asked = user(element_id, several("people", "person", output=("answer", "answers")))
        return simple(start(), asked, user("after"), end(), chain("start", element_id, "after", "end"))

    run = Run(asking("ask"), {"people": ["a", "b", "c"]})
    run.complete("ask", answer=1)

    migrated(run, asking("question"), {"ask": "question"})
    run.complete("question", answer=2)
    run.complete("question", answer=3)

    assert run.waiting == ["after"]
    assert run.variables["answers"] == [1, 2, 3]


def test_an_event_that_only_the_new_version_has_is_opened_around_a_task() -> None:
    new = simple(
        start(),
        user("check"),
        user("decide"),
        user("remind"),
        boundary("late", "check", timer(duration="PT2H")),
        end(),
        chain("start", "check", "decide", "end"),
        chain("late", "remind", "end"),
    )
    run, other = Run(PLAIN), Run(PLAIN)

    migration = migrated(run, new)
    migrated(other, new)
    run.later(hours=3)
    other.complete("check")

    assert codes(migration) == [("event_added", "late")]
    assert migration.after.next_timer_at == NOON + timedelta(hours=2)
    assert run.waiting == ["remind"]
    assert other.waiting == ["decide"]
    assert other.step.next_timer_at is None


def test_an_event_that_the_new_version_has_not_is_waited_for_no_more() -> None:
    old = simple(
        start(),
        user("check"),
        user("decide"),
        boundary("late", "check", timer(duration="PT2H")),
        end(),
        chain("start", "check", "decide", "end"),
        chain("late", "decide"),
    )
    run = Run(old)

    migration = migrated(run, PLAIN)
    run.complete("check")

    assert codes(migration) == [("event_dropped", "late")]
    assert migration.after.next_timer_at is None
    assert run.waiting == ["decide"]


def test_a_timer_of_another_length_keeps_what_has_passed() -> None:
    def waiting(hours: int) -> Definition:
        wait = element("intermediateCatchEvent", "wait", timer(duration=f"PT{hours}H"))
        return simple(start(), wait, end(), chain("start", "wait", "end"))

    run = Run(waiting(5))
    run.later(hours=3)

    migration = migrated(run, waiting(8))

    assert migration.after.next_timer_at == NOON + timedelta(hours=8)
    assert codes(migration) == [("wait_changed", "wait")]


def test_a_case_waits_for_the_message_that_the_new_version_names() -> None:
    def waiting(name: str) -> Definition:
        wait = element("intermediateCatchEvent", "wait", on_message("m"))
        return simple(start(), wait, end(), chain("start", "wait", "end"), declares=message("m", name))

    run = Run(waiting("paid"))

    migration = migrated(run, waiting("settled"))

    assert [one.message for one in migration.after.opened_subscriptions] == ["settled"]
    run.deliver("wait")
    assert run.step.phase is Phase.COMPLETED


def test_steps_that_are_left_out_and_that_come_again_are_named() -> None:
    new = simple(
        start(),
        user("prepare"),
        user("decide"),
        user("check"),
        end(),
        chain("start", "prepare", "decide", "check", "end"),
    )
    run = Run(PLAIN)
    run.complete("check")

    migration = migrated(run, new)

    assert codes(migration) == [("step_skipped", "prepare"), ("step_repeated", "check")]


def forked(*branches: str) -> Definition:
    parts = [user(branch) for branch in branches]
    ways = [chain("fork", branch, "join") for branch in branches]
    gateways = (element("parallelGateway", "fork"), element("parallelGateway", "join"))
    return simple(
        start(), *gateways, *parts, *ways, user("after"), end(), chain("start", "fork"), *_after_join()
    )


def _after_join() -> tuple[str, str]:
    return flow("join", "after"), flow("after", "end")


def test_a_join_that_would_wait_for_a_branch_that_never_began_is_a_reason_against_it() -> None:
    run = Run(forked("a", "b"))
    run.complete("a")

    assert refusals(run, forked("a", "b", "c")) == ["waits_for_ever"]


def test_a_join_that_would_fire_at_once_is_a_reason_against_it() -> None:
    run = Run(forked("a", "b"))
    run.complete("a")

    assert "would_go_on" in refusals(run, forked("a"), {"b": "after"})


def test_what_is_open_inside_a_sub_process_moves_with_it() -> None:
    def nested(outer: str, inner: str) -> Definition:
        parts = (start("begin"), user(inner), end("finish"), chain("begin", inner, "finish"))
        body = element("subProcess", outer, *parts)
        return simple(start(), body, end(), chain("start", outer, "end"))

    run = Run(nested("review", "read"))
    token = run.token("read")

    migrated(run, nested("examination", "study"), {"review": "examination", "read": "study"})

    assert run.token("study") == token
    run.complete("study")
    assert run.step.phase is Phase.COMPLETED


def test_an_element_does_not_move_into_another_scope() -> None:
    inside = (start("begin"), user("check"), end("finish"), chain("begin", "check", "finish"))
    new = simple(start(), element("subProcess", "review", *inside), end(), chain("start", "review", "end"))

    assert refusals(Run(PLAIN), new) == ["no_target"]
    problems = Run(PLAIN).engine.check_migration(PLAIN, new, {"check": "check"})
    assert "another process, sub-process" in problems["check"][0]
