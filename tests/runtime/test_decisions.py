"""Business rule tasks: decisions of the same definition, made within the step."""

from decimal import Decimal

from engine.runtime.contract import Phase, Surroundings, TakenDecision
from engine.runtime.workflow import SpiffWorkflowEngine
from tests.runtime.diagrams import NOON, Run, chain, definition, diagram, element, end, process, start

DECLARED = (
    b'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="urn:d">'
    b'<inputData id="i" name="engine"><variable id="iv" name="engine" typeRef="number"/></inputData>'
    b'<decision id="fee" name="Fee"><variable id="v" name="Fee"/>'
    b'<informationRequirement id="r"><requiredInput href="#i"/></informationRequirement>'
)
TABLE = (
    b'<decisionTable id="t" hitPolicy="UNIQUE"><input id="c"><inputExpression id="e"><text>engine</text>'
    b'</inputExpression></input><output id="o"/>'
    b'<rule id="r1"><inputEntry id="a1"><text>&lt;= 1600</text></inputEntry><outputEntry id="b1">'
    b"<text>30</text></outputEntry></rule></decisionTable></decision></definitions>"
)
BROKEN = b'<literalExpression id="l"><text>engine + "x"</text></literalExpression></decision></definitions>'


def decided(dmn: bytes, **variables: object) -> Run:
    held = '<zeebe:calledDecision decisionId="fee" resultVariable="due"/>'
    rule = element("businessRuleTask", "rule", extensions=held)
    return Run(
        definition(diagram(process(start(), rule, end(), chain("start", "rule", "end"))), fees_dmn=dmn),
        variables,
    )


def test_a_decision_sets_its_result_variable() -> None:
    assert decided(DECLARED + TABLE, engine=1400).variables == {"engine": 1400, "due": Decimal(30)}


def test_a_table_without_a_matching_rule_says_null() -> None:
    run = decided(DECLARED + TABLE, engine=2000)

    assert (run.step.phase, run.variables["due"]) == (Phase.COMPLETED, None)


def test_a_decision_that_cannot_be_made_is_an_incident() -> None:
    run = decided(DECLARED + BROKEN, engine=1)

    assert run.step.incident is not None
    assert (run.step.incident.code, run.step.incident.element_id) == ("undecidable_decision", "rule")


def test_a_decision_sees_the_moment_of_the_step() -> None:
    today = (
        b'<literalExpression id="l"><text>string(today())</text></literalExpression></decision></definitions>'
    )

    assert decided(DECLARED + today, engine=1).variables["due"] == NOON.date().isoformat()


def test_a_step_tells_which_rules_decided_and_nothing_of_what_they_were_given() -> None:
    run = decided(DECLARED + TABLE, engine=1400)

    assert run.step.decisions == (TakenDecision(element_id="rule", decision_id="fee", rules=("r1",)),)


def test_a_decision_would_be_given_the_variables_under_the_input_mapping_of_its_task() -> None:
    held = (
        '<zeebe:calledDecision decisionId="fee" resultVariable="due"/>'
        '<zeebe:ioMapping><zeebe:input source="=car.engine" target="engine"/></zeebe:ioMapping>'
    )
    flow = process(
        start(),
        element("userTask", "ask"),
        element("businessRuleTask", "rule", extensions=held),
        end(),
        chain("start", "ask", "rule", "end"),
    )
    files = definition(diagram(flow), fees_dmn=DECLARED + TABLE)
    waiting = Run(files, {"car": {"engine": 1400}}).step

    known = SpiffWorkflowEngine().decision_inputs(
        files, waiting.snapshot, decision_id="fee", surroundings=Surroundings(now=NOON)
    )

    assert known == {"car": {"engine": 1400}, "engine": 1400}


def test_a_decision_that_no_task_takes_would_be_given_the_variables() -> None:
    flow = process(start(), element("userTask", "ask"), end(), chain("start", "ask", "end"))
    files = definition(diagram(flow), fees_dmn=DECLARED + TABLE)
    waiting = Run(files, {"engine": 1400}).step

    known = SpiffWorkflowEngine().decision_inputs(
        files, waiting.snapshot, decision_id="fee", surroundings=Surroundings(now=NOON)
    )

    assert known == {"engine": 1400}


def test_a_cell_that_cannot_be_tested_is_an_incident_and_never_the_catch_all() -> None:
    run = decided(DECLARED + TABLE, engine="1400")

    assert run.step.incident is not None
    assert run.step.incident.code == "undecidable_decision"
    assert 'expected a value of type number, found "1400"' in run.step.incident.message
