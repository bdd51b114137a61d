"""Every scenario of every procedure comes out as told, and together they go everywhere."""

import pytest
from lxml import etree

from engine.bundle.yaml_tree import read_yaml
from engine.rehearsal import report
from tests.procedures.shipped import (
    BPMN,
    EVERY_SCENARIO,
    KEYS,
    diagram_of,
    files_of,
    result_of,
    scenario_names,
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


@pytest.mark.parametrize("key", KEYS)
def test_every_flow_node_is_passed_by_a_scenario(key: str) -> None:
    root = etree.fromstring(diagram_of(key))
    nodes = {element.get("id") for element in root.iter(*(f"{BPMN}{name}" for name in FLOW_NODES))}

    passed = {element for name in scenario_names(key) for element in result_of(key, name).passed}

    assert nodes == passed
