"""Every scenario of every procedure comes out as told, and together they go everywhere."""

from itertools import pairwise

import pytest
from lxml import etree

from engine.bpmn.shared_parts import home_of
from engine.bundle.yaml_tree import read_yaml
from engine.rehearsal import report
from tests.procedures.shipped import (
    BPMN,
    EVERY,
    EVERY_SCENARIO,
    KEYS,
    PARTS,
    diagram_of,
    files_of,
    result_of,
    scenario_names,
    scenario_of,
)

FLOW_NODES = (
    "startEvent",
    "endEvent",
    "boundaryEvent",
    "userTask",
    "serviceTask",
    "businessRuleTask",
    "scriptTask",
    "sendTask",
    "receiveTask",
    "subProcess",
    "callActivity",
    "intermediateCatchEvent",
    "intermediateThrowEvent",
    "exclusiveGateway",
    "inclusiveGateway",
    "parallelGateway",
    "eventBasedGateway",
)


@pytest.mark.parametrize(("key", "name"), EVERY_SCENARIO, ids=lambda part: part)
def test_a_scenario_comes_out_as_it_is_told(key: str, name: str) -> None:
    result = result_of(key, name)

    assert result.problem is None, "\n" + report(key, [result])


@pytest.mark.parametrize("key", KEYS)
def test_every_declared_outcome_is_reached_by_a_scenario(key: str) -> None:
    declared = set(read_yaml(files_of(key)["procedure.yaml"]).value["outcomes"])

    reached = {result_of(key, name).outcome for name in scenario_names(key)}

    assert declared <= reached


@pytest.mark.parametrize("key", PARTS)
def test_every_declared_value_of_an_output_is_reached_by_a_scenario(key: str) -> None:
    declared = read_yaml(files_of(key)["shared.yaml"]).value["outputs"]

    ends = [scenario_of(key, name).end.outputs or {} for name in scenario_names(key)]

    for name, output in declared.items():
        assert set(output.get("one_of", ())) <= {end.get(name) for end in ends if "one_of" in output}
        assert any(name in end for end in ends)


@pytest.mark.parametrize("key", EVERY)
def test_every_flow_node_is_passed_by_a_scenario(key: str) -> None:
    nodes = nodes_of(key)

    passed = {element for name in scenario_names(key) for element in result_of(key, name).passed}

    assert nodes == passed - nodes_of_parts(key)


@pytest.mark.parametrize("key", EVERY)
def test_every_flow_is_taken_by_a_scenario(key: str) -> None:
    flows = [
        (flow.get("id"), flow.get("sourceRef"), flow.get("targetRef"))
        for flow in etree.fromstring(diagram_of(key)).iter(f"{BPMN}sequenceFlow")
    ]
    taken: set[str] = set()
    for name in scenario_names(key):
        passed = result_of(key, name).passed
        following = set(pairwise(passed))
        for flow, source, target in flows:
            others = {other for _, other, led_to in flows if led_to == target and other != source}
            is_only_way = {source, target} <= set(passed) and not others & set(passed)
            if is_only_way or (source, target) in following:
                taken.add(flow)

    assert {flow for flow, _, _ in flows} == taken


def nodes_of(key: str) -> set[str]:
    """The ids of the flow nodes in the diagram of a procedure or part."""
    root = etree.fromstring(diagram_of(key))
    return {element.get("id") for element in root.iter(*(f"{BPMN}{name}" for name in FLOW_NODES))}


def nodes_of_parts(key: str) -> set[str]:
    """The ids of the flow nodes in the parts that are called: their own scenarios pass all of them."""
    called = {home for name in files_of(key) if (home := home_of(name)) is not None}
    return {node for part in called for node in nodes_of(part)}
