"""The hazards of SpiffWorkflow that bite less often, each by its number: the engine does the right thing."""

import subprocess
import sys
from datetime import timedelta

import pytest

from engine.runtime.contract import DefinitionRefused
from tests.runtime.diagrams import (
    Run,
    boundary,
    chain,
    definition,
    diagram,
    element,
    end,
    flow,
    on_signal,
    process,
    simple,
    start,
    timer,
    user,
)

SIGNAL = '<signal id="alarm" name="alarm"/>'


def test_hazard_11_a_link_leads_on_and_is_no_pass_through() -> None:
    throwing = element("intermediateThrowEvent", "out", '<linkEventDefinition name="page 2"/>')
    catching = element("intermediateCatchEvent", "in", '<linkEventDefinition name="page 2"/>')
    parts = (
        start(),
        throwing,
        catching,
        user("work"),
        end(),
        chain("start", "out"),
        chain("in", "work", "end"),
    )

    run = Run(simple(*parts))

    assert run.waiting == ["work"]


def test_hazard_11_a_signal_end_is_told() -> None:
    parts = (start(), end("end", on_signal("alarm")), chain("start", "end"))

    run = Run(simple(*parts, declares=SIGNAL))

    assert [thrown.signal for thrown in run.step.thrown_signals] == ["alarm"]


def test_hazard_11_a_condition_on_a_flow_that_leaves_a_task_decides() -> None:
    parts = (
        start(),
        user("work"),
        user("more"),
        end(),
        chain("start", "work"),
        flow("work", "more", "=again"),
        flow("work", "end", "=not(again)"),
        chain("more", "end"),
    )
    run = Run(simple(*parts))

    run.complete("work", again=False)

    assert (run.waiting, "more" in run.log) == ([], False)


@pytest.mark.parametrize(
    "wrong",
    [
        element("intermediateCatchEvent", "wrong"),
        boundary("wrong", "nowhere", timer(duration="PT1H")),
        '<sequenceFlow id="wrong" targetRef="end"/>',
    ],
)
def test_hazard_11_what_the_library_would_pass_over_is_refused_by_name(wrong: str) -> None:
    parts = (start(), user("work"), wrong, end(), chain("start", "work", "end"))

    with pytest.raises(DefinitionRefused) as refusal:
        Run(simple(*parts))

    assert any("wrong" in finding for finding in refusal.value.findings)


def test_hazard_17_moving_a_token_keeps_the_data_and_the_clocks_of_the_others() -> None:
    parts = (
        start(),
        element("parallelGateway", "fork"),
        user("left"),
        user("other"),
        element("intermediateCatchEvent", "wait", timer(duration="PT2H")),
        element("parallelGateway", "join"),
        end(),
        chain("start", "fork", "left", "join"),
        chain("fork", "wait", "join"),
        chain("other", "join"),
        chain("join", "end"),
    )
    run = Run(simple(*parts, flow("left", "other", "=false", flow_id="sideways")), {"kept": 1})
    due = run.step.next_timer_at
    run.now += timedelta(hours=1)

    moved = run._take(
        run.engine.move(
            run.definition,
            run.step.snapshot,
            source="left",
            target="other",
            surroundings=run.surroundings,
        )
    )

    assert run.waiting == ["other"]
    assert (moved.next_timer_at, moved.variables["kept"]) == (due, 1)


def test_hazard_18_an_interrupting_signal_on_a_sub_process_stops_it_before_anything_more_runs() -> None:
    inside = element(
        "subProcess",
        "inside",
        start("begin"),
        element("intermediateThrowEvent", "alert", on_signal("alarm")),
        element("task", "after"),
        end("done"),
        chain("begin", "alert", "after", "done"),
    )
    parts = (
        start(),
        inside,
        boundary("stopped", "inside", on_signal("alarm")),
        user("handle"),
        end(),
        chain("start", "inside", "end"),
        chain("stopped", "handle", "end"),
    )

    run = Run(simple(*parts, declares=SIGNAL))

    assert run.waiting == ["handle"]
    assert "after" not in run.log


def test_hazard_19_decisions_honour_their_hit_policy() -> None:
    table = """\
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="urn:d">
  <decision id="fee" name="Fee"><variable id="v" name="Fee"/>
    <decisionTable id="t" hitPolicy="COLLECT" aggregation="SUM">
      <input id="c"><inputExpression id="e"><text>engine</text></inputExpression></input><output id="o"/>
      <rule id="r1"><inputEntry id="a1"><text>&gt; 0</text></inputEntry>
        <outputEntry id="b1"><text>30</text></outputEntry></rule>
      <rule id="r2"><inputEntry id="a2"><text>&gt; 1000</text></inputEntry>
        <outputEntry id="b2"><text>75</text></outputEntry></rule>
    </decisionTable>
  </decision>
</definitions>"""
    held = '<zeebe:calledDecision decisionId="fee" resultVariable="due"/>'
    rule = element("businessRuleTask", "rule", extensions=held)
    parts = (start(), rule, end(), chain("start", "rule", "end"))

    run = Run(definition(diagram(process(*parts)), fees_dmn=table.encode()), {"engine": 1400})

    assert run.variables["due"] == 105


def test_hazard_19_the_librarys_decisions_are_never_loaded() -> None:
    script = (
        "import sys, engine.runtime\n"
        "sys.exit(any(name.startswith('SpiffWorkflow.dmn') for name in sys.modules))"
    )

    done = subprocess.run([sys.executable, "-c", script], check=False)

    assert done.returncode == 0
