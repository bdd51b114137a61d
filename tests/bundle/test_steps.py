"""Claims about the steps of a diagram, as a list."""

import pytest

from engine.bundle.steps import elements_of, steps_among
from tests.office import ROOT
from tests.procedures.shipped import EVERY, diagram_of


def drawn(key: str) -> str:
    return (ROOT / "processes" / key / f"{key}.bpmn").read_text()


def test_steps_come_in_the_order_in_which_a_case_meets_them() -> None:
    names = [step.element_id for step in steps_among(elements_of(drawn("residence-certificate")))]

    assert names.index("check_papers") < names.index("hand_over")


@pytest.mark.parametrize("key", EVERY)
def test_every_step_of_our_procedures_has_a_name_in_both_languages(key: str) -> None:
    steps = steps_among(elements_of(diagram_of(key).decode()))

    assert steps
    assert all(step.name and step.name_en for step in steps)
    assert any(step.is_end for step in steps)


def test_a_step_that_no_flow_leads_to_is_told_last() -> None:
    model = "http://www.omg.org/spec/BPMN/20100524/MODEL"
    bpmn = f"""<definitions xmlns="{model}"><process id="p">
      <userTask id="apart" name="Apart"/><userTask id="first" name="First"/><startEvent id="begin"/>
      <sequenceFlow id="f" sourceRef="begin" targetRef="first"/></process></definitions>"""

    assert [step.name for step in steps_among(elements_of(bpmn))] == ["First", "Apart"]


def test_nodes_come_before_flows_and_a_flow_tells_where_it_leads() -> None:
    elements = elements_of(drawn("residence-certificate"))
    by_id = {element.element_id: element for element in elements}

    flow = by_id["papers_complete__not_filed"]

    assert (flow.is_flow, flow.source, flow.target) == (True, "papers_complete", "not_filed")
    assert (by_id["papers_complete"].kind, by_id["papers_complete"].name_en) == (
        "exclusiveGateway",
        "Are the papers complete?",
    )
    assert [element.is_flow for element in elements] == sorted(element.is_flow for element in elements)
