"""What a step may cost: a bound far above what is measured, so that only a change of order breaks it."""

import time
from statistics import median
from typing import Any

from tests.runtime.diagrams import (
    Run,
    boundary,
    chain,
    element,
    end,
    flow,
    mapping,
    script,
    service,
    simple,
    start,
    timer,
    user,
)

MOST_SECONDS = 0.0015
"""CPU time of one completion in a procedure of some twenty nodes, its snapshot read and written."""


def the_procedure() -> tuple[str, ...]:
    """A round trip: papers checked, two agencies asked at once, a decision, a hand-over."""
    asked = mapping(inputs={"afm": "applicant.afm"}, outputs={"police": "answer"})
    return (
        start(),
        user("receive", extensions=mapping(inputs={"name": "applicant.name"})),
        script("check", "count(papers)", "n"),
        element("exclusiveGateway", "complete", default="missing"),
        user("supplement"),
        element("parallelGateway", "fork"),
        service("police", extensions=asked),
        service("tax", extensions=mapping(inputs={"afm": "applicant.afm"})),
        boundary("late", "police", timer(duration="P5D"), interrupting=False),
        user("remind"),
        end("reminded"),
        element("parallelGateway", "join"),
        user("decide"),
        element("exclusiveGateway", "granted", default="refused"),
        service("issue"),
        service("tell"),
        user("hand_over"),
        end("done"),
        user("refuse"),
        end("rejected"),
        chain("start", "receive", "check", "complete"),
        flow("complete", "fork", "n >= 2"),
        flow("complete", "supplement", flow_id="missing"),
        flow("supplement", "check"),
        chain("fork", "police", "join", "decide", "granted"),
        chain("fork", "tax", "join"),
        chain("late", "remind", "reminded"),
        flow("granted", "issue", "ok"),
        flow("granted", "refuse", flow_id="refused"),
        chain("issue", "tell", "hand_over", "done"),
        flow("refuse", "rejected"),
    )


def test_completing_a_task_costs_little() -> None:
    what = simple(*the_procedure())
    given = {"applicant": {"name": "Ελένη", "afm": "094014201"}, "papers": ["a", "b"]}
    given |= {f"field{number}": "x" * 40 for number in range(25)}
    answers: dict[str, dict[str, Any]] = {
        "receive": {},
        "police": {"answer": 1},
        "tax": {"debt": 0},
        "decide": {"ok": True},
        "issue": {},
    }
    seconds = []

    for _ in range(20):
        run = Run(what, given)
        for element_id, variables in answers.items():
            begun = time.process_time()
            run.complete(element_id, **variables)
            seconds.append(time.process_time() - begun)

    assert run.waiting == ["tell"]
    assert median(seconds) < MOST_SECONDS
