"""Claims about what is kept of the snapshot of a closed case: its marks and variables, in fewer bytes."""

import json
from datetime import date
from decimal import Decimal

import pytest

from engine.runtime.closed_snapshots import compacted
from engine.runtime.contract import Marks, StepRefused
from engine.runtime.definition import Definition
from tests.runtime.diagrams import (
    Run,
    boundary,
    chain,
    definition,
    diagram,
    element,
    end,
    mapping,
    process,
    service,
    several,
    simple,
    start,
    timer,
    user,
)
from tests.runtime.test_earlier_snapshots import ENDED, WRITTEN

FACTS = {"cents": 1250, "share": Decimal("0.1"), "born": date(1980, 1, 1), "$": "dollar", "name": "Ελένη"}

WITH_EDGES = simple(
    start(),
    service("ask", extensions=mapping(inputs={"who": "name"})),
    boundary("late", "ask", timer(duration="P5D"), interrupting=False),
    user("remind"),
    user("hand_over"),
    end(),
    end("reminded"),
    chain("start", "ask", "hand_over", "end"),
    chain("late", "remind", "reminded"),
)
KEPT_ONCE = bytes.fromhex(
    "7a23689d692a6510c5b940771495805c87e22060724b4e4d292d02a945729c0eaa0c30c92a6814"
    "03bd8b535a49c7d8085d38079480742c62d143041a9be7a69edb7d6eedb9bde7b62bd5d60200"
)
"""A case that waited at `ask` of `WITH_EDGES`, as the first version wrote it that compacted."""

WITH_INNER = simple(
    start(),
    element(
        "subProcess",
        "visit",
        several("items", "item", output=("found", "all")),
        start("s"),
        user("look"),
        end("e"),
        chain("s", "look", "e"),
    ),
    element("parallelGateway", "fork"),
    user("one"),
    user("other"),
    end(),
    end("aside"),
    chain("start", "fork", "visit", "end"),
    chain("fork", "one", "aside"),
)
CALLING = definition(
    diagram(
        process(
            start(),
            element(
                "callActivity",
                "call",
                extensions='<zeebe:calledElement processId="called" propagateAllChildVariables="true"/>',
            ),
            end(),
            chain("start", "call", "end"),
        ),
        process(start("s"), user("inside"), end("e"), chain("s", "inside", "e"), process_id="called"),
    )
)


def late(run: Run) -> Run:
    run.later(days=6)
    return run


def finished(run: Run) -> Run:
    run.complete("ask")
    run.complete("hand_over", ended=True)
    return run


STOPPED = {
    "before an answer": Run(WITH_EDGES, FACTS),
    "after a timer": late(Run(WITH_EDGES, FACTS)),
    "at its end": finished(Run(WITH_EDGES, FACTS)),
    "in the rounds of a sub-process": Run(WITH_INNER, {**FACTS, "items": ["a", "b"]}),
    "in a called process": Run(CALLING, FACTS),
}


def seen(run: Run, snapshot: bytes) -> tuple[Marks, object]:
    return run.engine.marks(run.definition, snapshot), run.engine.variables(run.definition, snapshot)


@pytest.mark.parametrize("where", STOPPED)
def test_a_closed_case_shows_what_it_passed_where_it_stopped_and_what_it_knew(where: str) -> None:
    run = STOPPED[where]

    kept = compacted(run.step.snapshot)

    assert seen(run, kept) == seen(run, run.step.snapshot)
    assert len(kept) <= len(run.step.snapshot) / 2
    assert compacted(kept) is kept


def test_what_was_compacted_once_is_read_for_ever() -> None:
    run = Run(
        Definition(sha256="5e" * 32, process_id=WITH_EDGES.process_id, files=WITH_EDGES.files),
        {"name": "Ελένη"},
    )

    marks, variables = seen(run, KEPT_ONCE)

    assert marks == Marks(completed=("start",), active=("ask",))
    assert variables == {"name": "Ελένη"}


def test_a_closed_case_cannot_move() -> None:
    run = STOPPED["before an answer"]
    kept, around = compacted(run.step.snapshot), run.surroundings

    with pytest.raises(StepRefused, match="closed"):
        run.engine.complete(run.definition, kept, token=run.token("ask"), variables={}, surroundings=around)
    with pytest.raises(StepRefused, match="closed"):
        run.engine.move(run.definition, kept, source="ask", target="hand_over", surroundings=around)
    assert run.engine.ways(run.definition, kept) == {}


def test_a_snapshot_of_an_earlier_format_is_read_as_before() -> None:
    run = Run(ENDED)
    earlier = json.dumps({**WRITTEN["ended"]["snapshot"], "definition": run.definition.sha256}).encode()

    kept = compacted(earlier)

    assert seen(run, kept) == seen(run, earlier)
    assert len(kept) < len(earlier)


@pytest.mark.parametrize("broken", [b"", b"bad", b"[]", b"{}", b"\xff"])
def test_bytes_that_are_no_snapshot_stay_as_they_are_for_their_reader_to_refuse(broken: bytes) -> None:
    run = STOPPED["before an answer"]

    assert compacted(broken) == broken
    with pytest.raises(StepRefused):
        run.engine.marks(run.definition, compacted(broken))


@pytest.mark.parametrize("cut", [1, 2, 40])
def test_a_damaged_compact_snapshot_is_refused(cut: int) -> None:
    run = STOPPED["before an answer"]
    kept = compacted(run.step.snapshot)

    with pytest.raises(StepRefused):
        run.engine.marks(run.definition, kept[:cut])


def test_a_compact_snapshot_of_another_definition_is_refused() -> None:
    kept = compacted(STOPPED["before an answer"].step.snapshot)

    with pytest.raises(StepRefused, match="of definition"):
        STOPPED["in a called process"].engine.marks(CALLING, kept)
