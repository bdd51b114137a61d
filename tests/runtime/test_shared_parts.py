"""A shared part runs inside the case that calls it, knows what it is given, and gives what is asked for."""

import gc
import weakref
from dataclasses import replace
from hashlib import sha256

import pytest

from engine.runtime import RuntimeLimits, SpiffWorkflowEngine
from engine.runtime.contract import DefinitionRefused, Phase
from engine.runtime.definition import Definition
from engine.runtime.workflow import Definitions
from tests.runtime.diagrams import (
    Run,
    boundary,
    chain,
    definition,
    diagram,
    element,
    end,
    flow,
    mapping,
    on_error,
    process,
    service,
    start,
    timer,
    user,
)

PICKUP = "shared/pickup@1"
INPUTS = mapping(inputs={"document": "paper"}, outputs={"outcome": "result"})


def call(called: str, *inner: str, extensions: str = INPUTS, element_id: str = "call") -> str:
    named = f"<zeebe:calledElement processId='{called}'/>"
    return element("callActivity", element_id, *inner, extensions=named + extensions)


def with_parts(caller: str, declares: str = "", **parts: str) -> Definition:
    """A procedure, with parts by name and version (`pickup_1`), each the inside of its process."""
    what = definition(diagram(caller, declares=declares))
    files = dict(what.files)
    for name, inside in parts.items():
        key, _, version = name.rpartition("_")
        content = diagram(process(inside, process_id=key), declares=declares)
        files[f"shared/{key}@{version}/{key}.bpmn"] = content
    digest = sha256(repr(sorted(files.items())).encode()).hexdigest()
    return replace(what, files=files, sha256=digest)


HANDING_OVER = "\n".join(
    [start("p_begin"), user("p_task"), end("p_done"), chain("p_begin", "p_task", "p_done")]
)
CALLER = process(start(), call(PICKUP), user("after"), end(), chain("start", "call", "after", "end"))


def test_a_part_is_called_by_the_name_of_its_folder() -> None:
    run = Run(with_parts(CALLER, pickup_1=HANDING_OVER), {"paper": "licence"})

    run.complete("p_task", result="collected")

    assert run.waiting == ["after"]
    assert run.log == ["start", "p_begin", "p_task", "p_done", "call"]


def test_a_part_sees_what_it_is_given_and_the_case_and_nothing_else() -> None:
    known = {"paper": "licence", "secret": 1, "applicant": {"afm": "1"}, "case": {"number": "7"}}
    inside = "\n".join(
        [
            start("p_begin"),
            service("p_asks", extensions=mapping(inputs={name: name for name in known | {"document": 1}})),
            end("p_done"),
            chain("p_begin", "p_asks", "p_done"),
        ]
    )
    run = Run(with_parts(CALLER, pickup_1=inside), known)

    assert run.step.opened_service_tasks[0].variables == {
        "document": "licence",
        "applicant": {"afm": "1"},
        "case": {"number": "7"},
        "paper": None,
        "secret": None,
    }


@pytest.mark.parametrize("taken", [mapping(inputs={"document": "paper"}), INPUTS])
def test_only_what_is_mapped_comes_back(taken: str) -> None:
    caller = process(start(), call(PICKUP, extensions=taken), end(), chain("start", "call", "end"))
    run = Run(with_parts(caller, pickup_1=HANDING_OVER), {"paper": "licence"})

    run.complete("p_task", result="collected", paper="changed", inner=1)

    outcome = {"outcome": "collected"} if taken == INPUTS else {}
    assert run.variables == {"paper": "licence", **outcome}


def test_errors_and_timers_of_the_caller_and_the_part_work_as_in_one_process() -> None:
    error = element("error", "refused", errorCode="REFUSED")
    inside = "\n".join(
        [
            start("p_begin"),
            service("p_asks"),
            boundary("p_late", "p_asks", timer(duration="P1D"), interrupting=False),
            user("p_press"),
            end("p_pressed"),
            end("p_done"),
            chain("p_begin", "p_asks", "p_done"),
            chain("p_late", "p_press", "p_pressed"),
        ]
    )
    caller = process(
        start(),
        call(PICKUP),
        boundary("stopped", "call", on_error("refused")),
        user("told"),
        end(),
        end("over"),
        chain("start", "call", "end"),
        chain("stopped", "told", "over"),
    )
    run = Run(with_parts(caller, error, pickup_1=inside), {"paper": "licence"})

    run.later(days=1)
    pressed = run.waiting
    run.fail("p_asks", "REFUSED")

    assert pressed == ["p_asks", "p_press"]
    assert run.waiting == ["told"]


def test_parts_call_parts_and_another_process_of_the_engine_goes_on_from_the_snapshot() -> None:
    inside = "\n".join(
        [
            start("d_begin"),
            call(
                PICKUP,
                extensions=mapping(inputs={"document": "document"}, outputs={"result": "result"}),
                element_id="d_calls",
            ),
            end("d_done"),
            chain("d_begin", "d_calls", "d_done"),
        ]
    )
    caller = process(start(), call("shared/deliver@3"), end(), chain("start", "call", "end"))
    run = Run(with_parts(caller, deliver_3=inside, pickup_1=HANDING_OVER), {"paper": "licence"})

    run.engine = SpiffWorkflowEngine()
    run.complete("p_task", result="collected")

    assert run.step.phase is Phase.COMPLETED
    assert run.variables == {"paper": "licence", "outcome": "collected"}


def test_a_part_that_an_expression_names_is_an_incident() -> None:
    caller = process(start(), call("=which"), end(), chain("start", "call", "end"))

    run = Run(with_parts(caller, pickup_1=HANDING_OVER), {"which": PICKUP, "paper": 1})

    assert run.step.incident is not None
    assert run.step.incident.code == "unknown_process"


BACK = "\n".join(
    [
        start("p_begin"),
        call("procedure", element_id="p_back"),
        end("p_done"),
        chain("p_begin", "p_back", "p_done"),
    ]
)


@pytest.mark.parametrize(
    ("called", "said"),
    [
        ("shared/pickup@2", "'shared/pickup@2' is in none of the files"),
        ("shared/../procedure@1", "is in none of the files"),
        (PICKUP, "leads back"),
    ],
)
def test_what_cannot_be_called_is_refused_before_it_runs(called: str, said: str) -> None:
    caller = process(start(), call(called), end(), chain("start", "call", "end"))

    with pytest.raises(DefinitionRefused, match=said):
        SpiffWorkflowEngine().prepare(with_parts(caller, pickup_1=BACK))


def test_the_ways_out_of_a_part_are_chosen_by_what_it_knows() -> None:
    inside = "\n".join(
        [
            start("p_begin"),
            element("exclusiveGateway", "p_which", default="p_other"),
            user("p_task"),
            end("p_done"),
            end("p_end"),
            flow("p_begin", "p_which"),
            flow("p_which", "p_task", '=document = "licence"'),
            flow("p_which", "p_done", flow_id="p_other"),
            flow("p_task", "p_end"),
        ]
    )

    assert Run(with_parts(CALLER, pickup_1=inside), {"paper": "licence"}).waiting == ["p_task"]
    assert Run(with_parts(CALLER, pickup_1=inside), {"paper": "permit"}).waiting == ["after"]


def test_definitions_share_what_was_built_of_the_same_part_and_nothing_else() -> None:
    limits = RuntimeLimits()
    definitions = Definitions(limits)
    other = CALLER.replace("after", "afterwards")
    changed = HANDING_OVER.replace("p_task", "p_other_task")

    one, two, three = (
        definitions.get(with_parts(caller, pickup_1=inside))
        for caller, inside in ((CALLER, HANDING_OVER), (other, HANDING_OVER), (other, changed))
    )

    assert one.containers[PICKUP] is two.containers[PICKUP]
    assert one.containers[PICKUP] is not three.containers[PICKUP]
    assert one.process is not two.process
    assert "p_other_task" in three.containers[PICKUP].task_specs


def test_a_part_that_cases_start_by_itself_leaves_what_is_shared_as_it_is() -> None:
    definitions = Definitions(RuntimeLimits())
    called = definitions.get(with_parts(CALLER, pickup_1=HANDING_OVER)).containers[PICKUP]
    names = set(called.task_specs)

    alone = definitions.get(replace(with_parts(CALLER, pickup_1=HANDING_OVER), process_id=PICKUP))

    assert alone.process is not called
    assert set(called.task_specs) == names


def test_what_is_wrong_with_a_part_is_said_of_every_definition_that_has_it() -> None:
    engine = SpiffWorkflowEngine()
    broken = HANDING_OVER.replace('<endEvent id="p_done">', '<endEvent id="p_begin">')

    for caller in (CALLER, CALLER.replace("after", "afterwards")):
        with pytest.raises(DefinitionRefused) as refusal:
            engine.prepare(with_parts(caller, pickup_1=broken))
        assert "The id 'p_begin' is already used" in "".join(refusal.value.findings)


def test_the_definitions_used_last_are_kept_and_one_that_is_dropped_runs_on() -> None:
    engine = SpiffWorkflowEngine(RuntimeLimits(cached_definitions=2))
    first = with_parts(CALLER, pickup_1=HANDING_OVER)
    run = Run(first, {"paper": "licence"}, engine=engine)

    for number in range(2):
        engine.prepare(with_parts(CALLER.replace("after", f"after{number}"), pickup_1=HANDING_OVER))
    run.complete("p_task", result="collected")

    assert run.waiting == ["after"]


def test_no_more_definitions_are_kept_than_the_limit_says() -> None:
    definitions = Definitions(RuntimeLimits(cached_definitions=2))
    known = [with_parts(CALLER.replace("after", f"after{n}"), pickup_1=HANDING_OVER) for n in range(3)]
    parsed = [definitions.get(one) for one in known]

    assert all(definitions.get(one) is kept for one, kept in zip(known[1:], parsed[1:], strict=True))
    assert definitions.get(known[0]) is not parsed[0]


def test_what_is_dropped_is_freed_without_the_collector_of_garbage() -> None:
    definitions = Definitions(RuntimeLimits(cached_definitions=1))
    dropped = weakref.ref(definitions.get(with_parts(CALLER, pickup_1=HANDING_OVER)).process)
    gc.collect()
    gc.disable()
    try:
        definitions.get(with_parts(CALLER.replace("after", "afterwards"), pickup_1=HANDING_OVER))
        assert dropped() is None
    finally:
        gc.enable()


def test_a_part_outlives_the_definitions_that_had_it() -> None:
    engine = SpiffWorkflowEngine(RuntimeLimits(cached_definitions=1))
    engine.prepare(with_parts(CALLER, pickup_1=HANDING_OVER))

    run = Run(
        with_parts(CALLER.replace("after", "later"), pickup_1=HANDING_OVER), {"paper": "x"}, engine=engine
    )
    run.complete("p_task", result="collected")

    assert run.waiting == ["later"]
