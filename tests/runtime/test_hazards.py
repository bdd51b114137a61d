"""The hazards of SpiffWorkflow 3.2.0, by number: what the engine does, and what the bare library does."""

import gc
import inspect
import threading
import time
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine, TaskDataEnvironment
from SpiffWorkflow.bpmn.serializer.helpers.dictionary import DictionaryConverter
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.defaults import StartEvent
from SpiffWorkflow.bpmn.specs.event_definitions import NoneEventDefinition
from SpiffWorkflow.util.deep_merge import DeepMerge
from SpiffWorkflow.util.task import TaskIterator

from engine.runtime import RuntimeLimits, SpiffWorkflowEngine
from engine.runtime.contract import DefinitionRefused, Phase, StepRefused, Surroundings
from tests.runtime.diagrams import (
    NOON,
    Run,
    boundary,
    chain,
    definition,
    diagram,
    element,
    end,
    flow,
    message,
    on_error,
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


def test_the_library_is_the_version_that_was_measured() -> None:
    assert version("SpiffWorkflow") == "3.2.0"


def looping(*, task: str) -> tuple[str, ...]:
    """A loop of a task, an addition and a decision, until `n` reaches `rounds`."""
    return (
        start(),
        task,
        script("add", "n + 1", "n"),
        element("exclusiveGateway", "again", default="done"),
        end(),
        chain("start", "work", "add", "again"),
        flow("again", "work", "n < rounds"),
        flow("again", "end", flow_id="done"),
    )


def test_hazard_1_a_long_loop_in_one_step_loses_no_token() -> None:
    run = Run(simple(*looping(task=element("task", "work"))), {"n": 0, "rounds": 1500})

    assert run.step.phase is Phase.COMPLETED
    assert run.variables["n"] == 1500
    assert inspect.signature(TaskIterator.__init__).parameters["max_depth"].default == 1000


def test_hazard_1_two_thousand_rounds_neither_grow_the_snapshot_nor_slow_the_step() -> None:
    run = Run(simple(*looping(task=user("work"))), {"n": 0, "rounds": 2000})
    seconds, sizes = [], []

    gc.disable()
    for _ in range(2000):
        begun = time.process_time()
        run.complete("work")
        seconds.append(time.process_time() - begun)
        sizes.append(len(run.step.snapshot))
        del run.steps[:-1]
    gc.enable()

    assert run.step.phase is Phase.COMPLETED
    assert max(sizes[10:-1]) - min(sizes[10:-1]) < 40
    # A step that walked over all rounds would take ten times as long. The quickest are the least disturbed.
    assert sorted(seconds[-200:])[20] < 3 * sorted(seconds[:200])[20]
    assert run.engine.marks(run.definition, run.step.snapshot).completed == (
        "start",
        "work",
        "add",
        "again",
        "end",
    )


def test_hazard_1_a_case_that_nothing_can_move_is_stuck_and_says_so() -> None:
    parts = (
        start(),
        element("exclusiveGateway", "one", default="d"),
        element("parallelGateway", "join"),
        element("task", "a"),
        element("task", "b"),
        end(),
        flow("start", "one"),
        flow("one", "a", "true"),
        flow("one", "b", flow_id="d"),
        flow("a", "join"),
        flow("b", "join"),
        flow("join", "end"),
    )
    run = Run(simple(*parts))

    assert run.step.phase is Phase.STUCK
    assert run.step.incident is not None
    assert (run.step.incident.code, run.step.incident.element_id) == ("nothing_waits", "join")


def test_hazard_2_a_join_loses_no_change_and_brings_nothing_back() -> None:
    parts = (
        start(),
        element("parallelGateway", "fork"),
        user("a"),
        user("b"),
        element("parallelGateway", "join"),
        end(),
        chain("start", "fork", "a", "join", "end"),
        chain("fork", "b", "join"),
    )
    run = Run(simple(*parts), {"status": "new", "papers": [1, 2, 3]})

    run.complete("a", status="checked", papers=[1])
    run.complete("b")

    assert run.variables == {"status": "checked", "papers": [1]}
    assert DeepMerge.merge({"papers": [1]}, {"papers": [1, 2, 3]}) == {"papers": [1, 2, 3]}


def test_hazard_3_what_the_caller_does_with_its_values_later_changes_nothing() -> None:
    engine, what = (
        SpiffWorkflowEngine(),
        simple(start(), user("a"), user("b"), end(), chain("start", "a", "b", "end")),
    )
    papers = {"list": [1]}
    step = engine.start(what, variables={"papers": papers}, surroundings=Surroundings(now=NOON))

    papers["list"].append(2)
    again = engine.fire_timers(what, step.snapshot, surroundings=Surroundings(now=NOON))

    assert again.variables == {"papers": {"list": [1]}}


def test_hazard_3_what_was_told_before_does_not_change_when_a_value_is_written_inside() -> None:
    parts = (
        start(),
        element("parallelGateway", "fork"),
        service("a", extensions=OUTPUT),
        user("b"),
        end(),
        end("end2"),
        chain("start", "fork", "a", "end"),
        chain("fork", "b", "end2"),
    )
    run = Run(simple(*parts), {"person": {"name": "A"}})
    (b,) = run.step.opened_tasks

    run.complete("a", x=1)

    assert b.variables == {"person": {"name": "A"}}
    assert run.variables == {"person": {"name": "A", "age": 1}}


OUTPUT = '<zeebe:ioMapping><zeebe:output source="=x" target="person.age"/></zeebe:ioMapping>'


def test_hazard_4_a_key_named_typename_is_data() -> None:
    run = Run(simple(start(), user("a"), end(), chain("start", "a", "end")))
    value = {"typename": "Nothing", "$": ["decimal", "x"], "__class__": "y"}

    step = run.complete("a", value=value)

    assert step.variables == {"value": value}
    with pytest.raises(TypeError):
        DictionaryConverter().restore({"typename": "Nothing"})


@pytest.mark.parametrize(
    "text", ["().__class__.__base__", "__import__('os').system('true')", "open('x', 'w')"]
)
def test_hazard_5_python_in_a_diagram_is_refused(text: str) -> None:
    with pytest.raises(DefinitionRefused, match="is not FEEL"):
        SpiffWorkflowEngine().prepare(simple(start(), end(), flow("start", "end", text)))


def test_hazard_5_python_that_is_also_feel_finds_nothing_of_python() -> None:
    run = Run(simple(start(), end(), flow("start", "end", 'open("/etc/passwd").read')))

    assert run.step.incident is not None
    assert run.step.incident.code == "undecidable_expression"


def test_hazard_5_the_library_would_run_it() -> None:
    environment = TaskDataEnvironment()

    assert environment.evaluate("[].__class__.__name__", {}) == "list"
    with pytest.raises(NameError):
        PythonScriptEngine(environment).call_service(None)


def calling(caller: str, called: str) -> bytes:
    call = element(
        "callActivity", f"call_{called}", extensions=f'<zeebe:calledElement processId="{called}"/>'
    )
    parts = (
        start(f"s_{caller}"),
        call,
        end(f"e_{caller}"),
        chain(f"s_{caller}", f"call_{called}", f"e_{caller}"),
    )
    return diagram(process(*parts, process_id=caller))


@pytest.mark.parametrize(
    "bundle", [[("a", "a")], [("a", "b"), ("b", "a")], [("a", "b"), ("b", "c"), ("c", "b")]]
)
def test_hazard_6_a_call_cycle_is_refused(bundle: list[tuple[str, str]]) -> None:
    what = definition(*(calling(caller, called) for caller, called in bundle), process_id="a")

    with pytest.raises(DefinitionRefused, match="leads back to the process"):
        SpiffWorkflowEngine().prepare(what)


def test_hazard_6_a_loop_without_end_is_stopped() -> None:
    parts = (
        start(),
        element("task", "a"),
        element("exclusiveGateway", "b"),
        chain("start", "a"),
        flow("a", "b"),
        flow("b", "a"),
    )
    run = Run(simple(*parts), engine=SpiffWorkflowEngine(RuntimeLimits(moves=500)))

    assert run.step.incident is not None
    assert run.step.incident.code == "limit_passed"


def test_hazard_6_tokens_without_end_are_stopped() -> None:
    parts = (
        start(),
        element("task", "a"),
        element("task", "b"),
        flow("start", "a"),
        flow("a", "b"),
        flow("a", "b", flow_id="twice"),
        flow("b", "a"),
    )
    run = Run(simple(*parts), engine=SpiffWorkflowEngine(RuntimeLimits(tokens=100)))

    assert run.step.incident is not None
    assert run.step.incident.code == "limit_passed"


HANDLER = element(
    "subProcess",
    "handler",
    start("told", on_message("m")),
    user("handle"),
    end("handled"),
    chain("told", "handle", "handled"),
    triggeredByEvent="true",
)


def test_hazard_7_an_event_sub_process_of_one_case_changes_nothing_for_the_next() -> None:
    engine = SpiffWorkflowEngine()
    what = simple(
        start(), user("work"), end(), chain("start", "work", "end"), HANDLER, declares=message("m", "Told")
    )
    first = Run(what, engine=engine)
    first.deliver("told")
    assert first.waiting == ["handle"]

    second = Run(what, engine=engine)

    assert second.waiting == ["told", "work"]
    second.complete("work")
    assert second.step.phase is Phase.COMPLETED


def test_hazard_8_a_completed_task_cannot_be_completed_again() -> None:
    run = Run(simple(start(), user("a"), user("b"), end(), chain("start", "a", "b", "end")))
    token = run.token("a")
    run.complete("a")

    with pytest.raises(StepRefused, match="no waiting token"):
        run.engine.complete(
            run.definition, run.step.snapshot, token=token, variables={}, surroundings=run.surroundings
        )


def test_hazard_8_two_instances_cannot_both_answer_one_subscription() -> None:
    receive = element("receiveTask", "hear", messageRef="m")
    run = Run(
        simple(
            start(), receive, user("b"), end(), chain("start", "hear", "b", "end"), declares=message("m", "M")
        )
    )
    token = run.token("hear")
    run.deliver("hear")

    with pytest.raises(StepRefused):
        run.engine.deliver(
            run.definition, run.step.snapshot, token=token, variables={}, surroundings=run.surroundings
        )


@pytest.mark.parametrize(("minutes", "outcome"), [(30, "short_end"), (90, "short_end")])
def test_hazard_9_of_two_timers_behind_an_event_gateway_the_earlier_fires(minutes: int, outcome: str) -> None:
    parts = (
        start(),
        element("eventBasedGateway", "race"),
        element("intermediateCatchEvent", "long", timer(duration="PT1H")),
        element("intermediateCatchEvent", "short", timer(duration="PT10M")),
        end("long_end"),
        end("short_end"),
        chain("start", "race", "long", "long_end"),
        chain("race", "short", "short_end"),
    )
    run = Run(simple(*parts))
    assert run.step.next_timer_at == NOON + timedelta(minutes=10)

    step = run.later(minutes=minutes)

    assert step.outcome == outcome


def test_hazard_10_a_fault_in_the_middle_of_a_step_undoes_the_whole_step() -> None:
    parts = (
        start(),
        user("a"),
        script("b", "1", "x"),
        element("exclusiveGateway", "g"),
        end("e1"),
        end("e2"),
        chain("start", "a", "b", "g"),
        flow("g", "e1", "y = 1"),
        flow("g", "e2", "y = 2"),
    )
    run = Run(simple(*parts), {"y": 0})
    before = run.step.snapshot

    step = run.complete("a")

    assert (step.snapshot, step.passed, step.closed, step.variables) == (before, (), (), {"y": 0})
    run.complete("a", y=2)
    assert run.step.outcome == "e2"


def test_hazard_12_the_librarys_own_names_are_ordinary_ids() -> None:
    what = definition(
        diagram(
            process(
                start("Start"),
                user("procedure.EndJoin"),
                end("End"),
                chain("Start", "procedure.EndJoin", "End"),
            )
        )
    )

    run = Run(what)
    run.complete("procedure.EndJoin")

    assert (run.log, run.step.phase) == (["Start", "procedure.EndJoin", "End"], Phase.COMPLETED)
    with pytest.raises(KeyError):
        StartEvent(BpmnProcessSpec("p"), "Start", NoneEventDefinition())


def fingerprint(thing: Any, seen: set[int]) -> Any:
    """Everything that hangs on a spec, as text, to see that nothing changed."""
    if id(thing) in seen or isinstance(thing, str | int | float | bytes | type(None)):
        return repr(thing) if isinstance(thing, str | int | float | bytes | type(None)) else "seen"
    seen.add(id(thing))
    if isinstance(thing, dict):
        return {repr(key): fingerprint(value, seen) for key, value in thing.items()}
    if isinstance(thing, list | tuple):
        return [fingerprint(item, seen) for item in thing]
    if hasattr(thing, "__dict__") and type(thing).__module__.startswith(("engine.runtime", "SpiffWorkflow")):
        return {name: fingerprint(value, seen) for name, value in vars(thing).items() if name != "parsed"}
    return type(thing).__name__


def test_hazard_13_no_case_changes_the_shared_specification() -> None:
    engine = SpiffWorkflowEngine()
    loop = service("work", several("items", "item", output=("item", "all")))
    more = (boundary("event", "work", on_error()), user("repair"), flow("event", "repair"))
    what = simple(
        start(), loop, end(), chain("start", "work", "end"), *more, HANDLER, declares=message("m", "Told")
    )
    parsed = engine._definitions.get(what)
    before = fingerprint(parsed.containers, set())

    one, two, three = (Run(what, {"items": [1, 2]}, engine=engine) for _ in range(3))
    one.complete("work")
    one.complete("work")
    two.fail("work", "X")
    three.deliver("told")

    assert fingerprint(parsed.containers, set()) == before


def test_hazard_13_cases_of_one_definition_run_in_several_threads() -> None:
    engine = SpiffWorkflowEngine()
    what = simple(*looping(task=user("work")))
    finished: list[Any] = []

    def run_one(rounds: int) -> None:
        run = Run(what, {"n": 0, "rounds": rounds}, engine=engine)
        while run.step.phase is Phase.RUNNING:
            run.complete("work")
        finished.append((rounds, run.variables["n"]))

    threads = [threading.Thread(target=run_one, args=(rounds,)) for rounds in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(finished) == [(rounds, rounds) for rounds in range(1, 9)]


def test_hazard_14_an_undeclared_reference_is_refused_with_file_line_and_element() -> None:
    what = simple(
        start(),
        user("a"),
        boundary("b", "a", on_error("nowhere")),
        end(),
        chain("start", "a", "end"),
        flow("b", "end"),
    )

    with pytest.raises(DefinitionRefused, match=r"diagram0\.bpmn:7 b: errorRef names 'nowhere'"):
        SpiffWorkflowEngine().prepare(what)


@pytest.mark.parametrize("count", [600, 3000])
def test_hazard_14_a_long_chain_is_read_and_run(count: int) -> None:
    ids = [f"n{number}" for number in range(count)]
    what = simple(start(), *(element("task", each) for each in ids), end(), chain("start", *ids, "end"))

    run = Run(what)

    assert run.step.phase is Phase.COMPLETED
    assert len(run.step.passed) == count + 2


def test_hazard_14_many_gateways_links_and_data_objects_are_read_in_time() -> None:
    gateways = [f"g{number}" for number in range(300)]
    doubled = (
        flow(one, other, "true", flow_id=f"{one}_{n}") for one, other in pairwise(gateways) for n in "ab"
    )
    links = (
        element(kind, f"{kind}{n}", f'<linkEventDefinition name="{n}"/>')
        for n in range(500)
        for kind in ("intermediateThrowEvent", "intermediateCatchEvent")
    )
    data = (f'<dataObject id="d{n}" name="v{n}"/>' for n in range(500))
    what = simple(
        start(),
        *(element("inclusiveGateway", each) for each in gateways),
        *doubled,
        *links,
        *data,
        flow("start", gateways[0]),
    )

    begun = time.process_time()
    SpiffWorkflowEngine().prepare(what)

    assert time.process_time() - begun < 5


def test_hazard_15_the_moment_is_the_callers_and_never_the_machines() -> None:
    parts = (
        start(),
        element("intermediateCatchEvent", "wait", timer(duration="PT1H")),
        end(),
        chain("start", "wait", "end"),
    )
    engine, what = SpiffWorkflowEngine(), simple(*parts)
    long_ago = datetime(1999, 12, 31, 23, 30, tzinfo=UTC)

    step = engine.start(what, variables={}, surroundings=Surroundings(now=long_ago))
    assert step.next_timer_at == datetime(2000, 1, 1, 0, 30, tzinfo=UTC)
    waiting = engine.fire_timers(
        what, step.snapshot, surroundings=Surroundings(now=long_ago + timedelta(minutes=59))
    )
    fired = engine.fire_timers(
        what, waiting.snapshot, surroundings=Surroundings(now=long_ago + timedelta(hours=1))
    )

    assert (waiting.phase, fired.phase) == (Phase.RUNNING, Phase.COMPLETED)


def test_hazard_15_the_due_moment_is_fixed_when_the_wait_begins() -> None:
    parts = (
        start(),
        user("a"),
        boundary("b", "a", timer(duration="=pause")),
        end(),
        chain("start", "a", "end"),
        flow("b", "end"),
    )
    run = Run(simple(*parts), {"pause": "PT1H"})

    run.later(minutes=30)

    assert run.step.next_timer_at == NOON + timedelta(hours=1)


def test_hazard_15_a_local_time_is_meant_where_the_office_is() -> None:
    parts = (
        start(),
        element("intermediateCatchEvent", "wait", timer(date="=when")),
        end(),
        chain("start", "wait", "end"),
    )
    in_winter, in_summer = "2026-12-01T09:00:00", "2026-07-01T09:00:00"

    due = [
        Run(simple(*parts), {"when": when}, zone=ZoneInfo("Europe/Athens")).step.next_timer_at
        for when in (in_winter, in_summer)
    ]

    assert due == [datetime(2026, 12, 1, 7, tzinfo=UTC), datetime(2026, 7, 1, 6, tzinfo=UTC)]


def test_today_is_the_date_where_the_office_is() -> None:
    parts = (
        start(),
        script("note", "today()", "date"),
        user("work"),
        end(),
        chain("start", "note", "work", "end"),
    )
    run = Run(simple(*parts), {}, zone=ZoneInfo("Pacific/Kiritimati"))

    assert str(run.step.variables["date"]) == "2026-03-03"


def test_hazard_16_thrown_messages_leave_once_and_waiting_ones_say_their_key() -> None:
    parts = (
        start(),
        element("intermediateThrowEvent", "tell", on_message("m")),
        element("intermediateCatchEvent", "hear", on_message("m")),
        end(),
        chain("start", "tell", "hear", "end"),
    )
    run = Run(simple(*parts, declares=message("m", "Told", "number")), {"number": "A-1"})

    (thrown,), (waiting,) = run.step.thrown_messages, run.step.opened_subscriptions
    assert (
        (thrown.message, thrown.correlation_key)
        == (waiting.message, waiting.correlation_key)
        == ("Told", "A-1")
    )
    again = run.later(hours=1)

    assert (again.thrown_messages, again.opened_subscriptions) == ((), ())


def test_hazard_16_a_subscription_without_its_key_is_an_incident() -> None:
    receive = element("receiveTask", "hear", messageRef="m")
    declares = message("m", "Told", "case_number")
    what = simple(start(), receive, end(), chain("start", "hear", "end"), declares=declares)

    run, wrong = Run(what), Run(what, {"case_number": [1]})

    assert run.step.incident is not None
    assert (run.step.incident.code, run.step.incident.variable) == ("undecidable_expression", "case_number")
    assert wrong.step.incident is not None
    assert "found a list" in wrong.step.incident.message


ENTITIES = b'<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY x SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    "prolog", [b"<!DOCTYPE definitions>", ENTITIES, b'<!DOCTYPE d SYSTEM "http://example.org/x.dtd">']
)
def test_hazard_20_a_document_type_is_refused_whatever_it_says(prolog: bytes) -> None:
    content = diagram(process(start(), end("e", name="&b;"), chain("start", "e"))).replace(
        b"<definitions", prolog + b"<definitions", 1
    )

    with pytest.raises(DefinitionRefused, match=r"document type declaration|not well-formed"):
        SpiffWorkflowEngine().prepare(definition(content.replace(b"&amp;b;", b"&b;")))


def test_hazard_20_what_is_no_xml_is_refused_with_its_line() -> None:
    with pytest.raises(DefinitionRefused, match=r"diagram0\.bpmn:2: The file is not well-formed XML"):
        SpiffWorkflowEngine().prepare(definition(b"<a>\n<b></a>"))
