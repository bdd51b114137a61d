"""Cases whose snapshots an earlier version wrote go on: their branches' variables become those of the scope.

`earlier_snapshots.json` holds what that version (format 1, in which every token had variables of its own)
wrote for the diagrams below, and which elements waited by which token.
"""

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from engine.runtime.contract import Phase
from engine.runtime.definition import Definition
from tests.runtime.diagrams import (
    Run,
    boundary,
    chain,
    diagram,
    element,
    end,
    flow,
    mapping,
    message,
    on_message,
    process,
    script,
    service,
    several,
    simple,
    start,
    timer,
    user,
)

WRITTEN: dict[str, dict[str, Any]] = json.loads(
    (Path(__file__).parent / "earlier_snapshots.json").read_text(encoding="utf-8")
)


def inner(*parts: str, extensions: str = "") -> str:
    return element("subProcess", "visit", *parts, extensions=extensions)


FORKED = simple(
    start(),
    element("parallelGateway", "fork"),
    user("left"),
    user("middle"),
    user("right"),
    user("further"),
    element("parallelGateway", "join"),
    user("after"),
    end(),
    chain("start", "fork", "left", "join", "after", "end"),
    chain("fork", "middle", "join"),
    chain("fork", "right", "further", "join"),
)
ENDED = simple(
    start(),
    element("parallelGateway", "fork"),
    user("left"),
    user("right"),
    end("one"),
    end("other"),
    chain("start", "fork", "left", "one"),
    chain("fork", "right", "other"),
)
INSIDE = simple(
    start(),
    inner(
        start("s"),
        user("look"),
        user("again"),
        end("e"),
        chain("s", "look", "again", "e"),
        extensions=mapping(inputs={"place": "address"}),
    ),
    boundary("late", "visit", timer(duration="P1D")),
    user("call"),
    end(),
    chain("start", "visit", "end"),
    chain("late", "call", "end"),
)
MAPPED = simple(
    start(),
    inner(
        start("s"),
        user("look"),
        user("again"),
        end("e"),
        chain("s", "look", "again", "e"),
        extensions=mapping(outputs={"found": "seen"}),
    ),
    user("after"),
    end(),
    chain("start", "visit", "after", "end"),
)
COLLECTING = simple(
    start(),
    element(
        "subProcess",
        "visit",
        several("items", "item", output=("found", "all")),
        start("s"),
        user("look"),
        user("again"),
        end("e"),
        chain("s", "look", "again", "e"),
    ),
    end(),
    chain("start", "visit", "end"),
)
GATHERING = simple(
    start(),
    user("each", several("items", "item")),
    user("after"),
    end(),
    chain("start", "each", "after", "end"),
)
AD_HOC = simple(
    start(),
    element("adHocSubProcess", "visit", user("a"), user("b"), user("c")),
    user("after"),
    end(),
    chain("start", "visit", "after", "end"),
)
UNDONE = simple(
    start(),
    user("pay"),
    user("change"),
    element("intermediateThrowEvent", "undo", "<compensateEventDefinition/>"),
    user("after"),
    end(),
    chain("start", "pay", "change", "undo", "after", "end"),
    boundary("undo_pay", "pay", "<compensateEventDefinition/>"),
    service("refund", topic="undo", extensions=mapping(inputs={"sum": "fee"})).replace(
        "<serviceTask", '<serviceTask isForCompensation="true"'
    ),
    '<association id="a_pay" sourceRef="undo_pay" targetRef="refund"/>',
)
BESIDE = simple(
    start(),
    user("work"),
    user("more"),
    end(),
    chain("start", "work", "more", "end"),
    element(
        "subProcess",
        "correction",
        start("said", on_message("m"), isInterrupting="false"),
        user("note"),
        end("noted"),
        chain("said", "note", "noted"),
        triggeredByEvent="true",
    ),
    declares=message("m", "corrected", "42"),
)
CALLED = Definition(
    sha256="called",
    process_id="procedure",
    files={
        "a.bpmn": diagram(
            process(
                start(),
                element("callActivity", "call", extensions='<zeebe:calledElement processId="other"/>'),
                end(),
                chain("start", "call", "end"),
            ),
            process(
                start("s"),
                user("inside"),
                user("more"),
                end("e"),
                chain("s", "inside", "more", "e"),
                process_id="other",
            ),
        )
    },
)
BRANCHED_OFF = simple(
    start(),
    user("work"),
    boundary("late", "work", timer(duration="P1D"), interrupting=False),
    script("remind", "1", "reminders"),
    user("call"),
    element("exclusiveGateway", "which"),
    end(),
    end("no"),
    chain("start", "work", "which"),
    flow("which", "end", "=called"),
    flow("which", "no", "=not(called)"),
    chain("late", "remind", "call"),
    end("reminded"),
    chain("call", "reminded"),
)
DIAGRAMS = {
    "forked": FORKED,
    "ended": ENDED,
    "inside": INSIDE,
    "mapped": MAPPED,
    "collecting": COLLECTING,
    "gathering": GATHERING,
    "ad hoc": AD_HOC,
    "undone": UNDONE,
    "beside": BESIDE,
    "called": CALLED,
    "branched off": BRANCHED_OFF,
}


def read(name: str) -> Run:
    """The case as the earlier version left it, before the first step of this one."""
    run = Run(DIAGRAMS[name], {"items": []})
    written = WRITTEN[name]
    snapshot = {**written["snapshot"], "definition": run.definition.sha256}
    run.open = {UUID(token): waiting for token, waiting in written["open"].items()}
    step = run.engine.postpone_timers(
        run.definition, json.dumps(snapshot).encode(), by=run.now - run.now, surroundings=run.surroundings
    )
    run.steps = [step]
    return run


def complete_all(run: Run, *element_ids: str, **variables: Any) -> Run:
    for element_id in element_ids:
        run.complete(element_id, **variables)
    return run


@pytest.mark.parametrize("name", DIAGRAMS)
def test_an_earlier_snapshot_is_read_and_written_as_a_present_one(name: str) -> None:
    run = read(name)

    assert run.step.phase is Phase.RUNNING
    assert json.loads(run.step.snapshot)["format"] == 2
    assert run.step.closed == run.step.opened_tasks == ()


def test_of_two_values_on_two_branches_the_one_written_later_stays() -> None:
    run = read("forked")

    assert run.variables == {"fee": 2, "who": "left", "address": {"city": "Αθήνα", "street": "Ερμού"}}
    complete_all(run, "middle", "further")
    assert run.waiting == ["after"]


def test_what_an_ended_branch_wrote_stays() -> None:
    run = complete_all(read("ended"), "right")

    assert run.step.phase is Phase.COMPLETED
    assert run.variables == {"fee": 2, "mine": "left"}


def test_a_sub_process_keeps_its_own_variables_and_has_written_the_others() -> None:
    run = read("inside")

    assert run.variables == {"address": "Α", "seen": True, "fee": 2}
    assert "Β".encode() in run.step.snapshot
    run.complete("again")
    assert (run.step.phase, run.variables) == (Phase.COMPLETED, {"address": "Α", "seen": True, "fee": 2})


def test_a_sub_process_with_an_output_mapping_keeps_what_was_written_inside() -> None:
    run = read("mapped")

    assert run.variables == {"fee": 1}
    run.complete("again")
    assert run.variables == {"fee": 1, "found": 3}


def test_instances_whose_results_are_collected_keep_theirs() -> None:
    run = read("collecting")
    assert run.variables == {"items": [1, 2], "fee": 1}

    run.complete("look", found=10)
    complete_all(run, "again", "again")

    assert run.variables == {"items": [1, 2], "fee": 1, "all": [10, 20]}


def test_a_loop_without_a_collection_goes_on_with_what_was_written_last() -> None:
    run = read("gathering")
    assert run.variables["last"] == "first"

    run.complete("each")

    assert (run.waiting, run.variables["last"]) == (["after"], "first")


def test_an_ad_hoc_sub_process_goes_on() -> None:
    run = complete_all(read("ad hoc"), "c")

    assert (run.waiting, run.variables) == (["after"], {"fee": 2, "last": "a"})


def test_what_is_being_undone_is_undone() -> None:
    run = complete_all(read("undone"), "refund", refunded=10)

    assert (run.waiting, run.variables) == (["after"], {"fee": 30, "refunded": 10})


def test_an_event_sub_process_goes_on_beside_its_scope() -> None:
    run = read("beside")
    assert run.variables == {"text": "σωστό", "done": 1}

    complete_all(run, "note", "more")

    assert run.step.phase is Phase.COMPLETED


def test_a_called_process_gives_back_what_it_wrote_before_too() -> None:
    run = read("called")
    assert run.variables == {"fee": 1}

    run.complete("more")

    assert (run.step.phase, run.variables) == (Phase.COMPLETED, {"fee": 2, "within": True})


def test_an_event_that_branched_off_goes_on() -> None:
    run = complete_all(read("branched off"), "call", called=True)
    run.complete("work")

    assert (run.step.phase, run.step.outcome) == (Phase.COMPLETED, "end")
