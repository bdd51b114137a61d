"""Claims about the conversion: what it writes means the same, what it cannot write is left and named."""

import random

import pytest

from engine import feel
from engine.kernel.xml import Unreadable, XmlLimits, read
from engine.lint import check
from engine.lint.conversion import convert
from engine.lint.conversion.juel import as_feel
from tests.lint.test_robustness import damaged

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<!-- drawn elsewhere -->
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
    xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="urn:test">
  <bpmn:process id="p" isExecutable="true">
    <bpmn:startEvent id="begin" />
    <bpmn:sequenceFlow id="f1" sourceRef="begin" targetRef="work" />
"""
TAIL = """    <bpmn:sequenceFlow id="f2" sourceRef="work" targetRef="done" />
    <bpmn:endEvent id="done" />
  </bpmn:process>
</bpmn:definitions>
"""


def drawn(*lines: str) -> bytes:
    """A process with `work` between start and end, in lines of their own."""
    return (HEAD + "".join(f"    {line}\n" for line in lines) + TAIL).encode()


def written(*lines: str) -> str:
    """What becomes of such a process, as text."""
    return convert(drawn(*lines)).content.decode()


@pytest.mark.parametrize(
    ("juel", "expected"),
    [
        ("${a == b}", "a = b"),
        ("#{a != 'x'}", 'a != "x"'),
        ("${a && !b || c}", "a and not(b) or c"),
        ("${a and (b or c)}", "a and (b or c)"),
        ("${order.total >= 10.5}", "order.total >= 10.5"),
        ("${amount gt 100 && amount le 200}", "amount > 100 and amount <= 200"),
        ("${(a > 1) == true}", "(a > 1) = true"),
        ("${!(a == null)}", "not(a = null)"),
        ("${x == -1}", "x = -1"),
        ('${name == "say \\"hi\\""}', 'name = "say \\"hi\\""'),
        ("${ approved }", "approved"),
        ("${nrOfCompletedInstances == nrOfInstances}", "numberOfCompletedInstances = numberOfInstances"),
    ],
)
def test_a_simple_condition_is_written_as_feel(juel: str, expected: str) -> None:
    assert as_feel(juel) == expected
    feel.expression(expected)


@pytest.mark.parametrize(
    "juel",
    [
        "${execution.getVariable('a') == 1}",
        "${task.assignee == 'x'}",
        "${bean.check(a)}",
        "${a + b > 3}",
        "${empty a}",
        "${a ? b : c}",
        "${list[0] == 1}",
        "${a} and ${b}",
        "a == b",
        "${}",
        "${a ==}",
        "${(a}",
        "${if == 1}",
        "${a b}",
        "${1e3 > a}",
    ],
)
def test_what_means_more_than_a_comparison_is_left_to_a_person(juel: str) -> None:
    assert as_feel(juel) is None


def test_a_user_task_is_converted_and_passes() -> None:
    task = (
        '<bpmn:userTask id="work" name="Check" camunda:assignee="${clerk}" camunda:candidateGroups="a, b" '
        'camunda:dueDate="2030-01-01T12:00:00Z" camunda:followUpDate="P2D" camunda:priority="70" '
        'camunda:formKey="intake" camunda:asyncBefore="true" />'
    )

    conversion = convert(drawn(task))
    text = conversion.content.decode()

    assert '<zeebe:assignmentDefinition assignee="=clerk" candidateGroups="a, b"/>' in text
    assert 'dueDate="2030-01-01T12:00:00Z" followUpDate="=now() + duration(&quot;P2D&quot;)"/>' in text
    assert '<zeebe:priorityDefinition priority="70"/>' in text
    assert '<zeebe:formDefinition formId="intake"/>' in text
    assert "camunda:" not in text
    assert check({"p.bpmn": conversion.content}).errors == ()
    assert {change.line for change in conversion.changes} == {9}
    assert {change.element_id for change in conversion.changes} == {"work"}


def test_the_rest_of_the_file_stays_as_it_was() -> None:
    before = drawn('<bpmn:userTask id="work" name="Check" camunda:assignee="kermit" />').decode()

    after = convert(before.encode()).content.decode()

    untouched = [line for line in before.splitlines()[5:] if "camunda" not in line]
    assert [line for line in untouched if line.replace(" />", "/>") not in after] == []
    assert after.startswith('<?xml version="1.0" encoding="UTF-8"?>\n<!-- drawn elsewhere -->\n')
    assert (
        '    <bpmn:userTask id="work" name="Check">\n'
        "      <bpmn:extensionElements>\n"
        '        <zeebe:assignmentDefinition assignee="kermit"/>\n'
        "      </bpmn:extensionElements>\n"
        "    </bpmn:userTask>\n"
    ) in after


def test_a_file_without_anything_to_rewrite_comes_back_byte_by_byte() -> None:
    content = drawn('<bpmn:task id="work" />')

    assert convert(content).content == content
    assert convert(content).changes == ()


def test_an_external_task_becomes_a_service_task_of_its_topic() -> None:
    text = written('<bpmn:serviceTask id="work" camunda:type="external" camunda:topic="send-mail" />')

    assert '<zeebe:taskDefinition type="send-mail"/>' in text
    assert check({"p.bpmn": text.encode()}).errors == ()


def test_an_external_message_end_becomes_work_of_the_event() -> None:
    content = (
        HEAD.replace('targetRef="work"', 'targetRef="done"')
        + """    <bpmn:endEvent id="done">
      <bpmn:messageEventDefinition camunda:type="external" camunda:topic="tell" />
    </bpmn:endEvent>
  </bpmn:process>
</bpmn:definitions>
"""
    ).encode()

    after = convert(content).content

    assert b'<zeebe:taskDefinition type="tell"/>' in after
    assert check({"p.bpmn": after}).errors == ()


def test_a_multi_instance_task_goes_through_the_same_list() -> None:
    text = written(
        '<bpmn:task id="work">',
        "  <bpmn:multiInstanceLoopCharacteristics",
        '    camunda:collection="papers" camunda:elementVariable="paper">',
        '    <bpmn:completionCondition xsi:type="bpmn:tFormalExpression">${nrOfCompletedInstances == 2}'
        "</bpmn:completionCondition>",
        "  </bpmn:multiInstanceLoopCharacteristics>",
        "</bpmn:task>",
    )

    assert '<zeebe:loopCharacteristics inputCollection="=papers" inputElement="paper"/>' in text
    assert ">=numberOfCompletedInstances = 2</bpmn:completionCondition>" in text
    assert check({"p.bpmn": text.encode()}).errors == ()


def test_a_decision_is_called_where_its_result_has_the_same_shape() -> None:
    task = '<bpmn:businessRuleTask id="work" camunda:decisionRef="fee" camunda:resultVariable="fee"'

    same = written(f'{task} camunda:mapDecisionResult="singleEntry" />')
    other = written(f"{task} />")

    assert '<zeebe:calledDecision decisionId="fee" resultVariable="fee"/>' in same
    assert "camunda:decisionRef" in other


@pytest.mark.parametrize(
    ("handed", "parent", "child"),
    [
        ((), "false", "false"),
        (('<camunda:in variables="all" />',), "true", "false"),
        (('<camunda:in variables="all" />', '<camunda:out variables="all" />'), "true", "true"),
    ],
)
def test_a_call_hands_over_what_it_did(handed: tuple[str, ...], parent: str, child: str) -> None:
    inside = f"<bpmn:extensionElements>{''.join(handed)}</bpmn:extensionElements>" if handed else ""

    text = written(f'<bpmn:callActivity id="work" calledElement="q">{inside}</bpmn:callActivity>')

    assert (
        f'<zeebe:calledElement processId="q" propagateAllParentVariables="{parent}" '
        f'propagateAllChildVariables="{child}"/>'
    ) in text
    assert "camunda:" not in text


def test_a_call_maps_what_it_named() -> None:
    text = written(
        '<bpmn:callActivity id="work" calledElement="q">',
        "  <bpmn:extensionElements>",
        '    <camunda:in source="a" target="b" />',
        '    <camunda:out source="c" target="d" />',
        "  </bpmn:extensionElements>",
        "</bpmn:callActivity>",
    )

    assert '<zeebe:input source="=a" target="b"/>' in text
    assert '<zeebe:output source="=c" target="d"/>' in text
    assert "camunda:in" not in text


def test_a_call_with_a_business_key_is_left_to_a_person() -> None:
    content = drawn(
        '<bpmn:callActivity id="work" calledElement="q">',
        '  <bpmn:extensionElements><camunda:in businessKey="${k}" /></bpmn:extensionElements>',
        "</bpmn:callActivity>",
    )

    assert convert(content).content == content


def test_a_condition_keeps_its_place_and_what_is_around_it() -> None:
    content = drawn('<bpmn:exclusiveGateway id="work" default="f2" />').replace(
        b"    <bpmn:endEvent",
        b'    <bpmn:endEvent id="other" />\n'
        b'    <bpmn:sequenceFlow id="f3" sourceRef="work" targetRef="other">\n'
        b'      <bpmn:conditionExpression xsi:type="bpmn:tFormalExpression"><![CDATA[${a < 3}]]>'
        b"</bpmn:conditionExpression>\n"
        b"    </bpmn:sequenceFlow>\n"
        b"    <bpmn:endEvent",
        1,
    )

    conversion = convert(content)

    assert [change.after for change in conversion.changes] == ["=a < 3"]
    assert b">=a &lt; 3</bpmn:conditionExpression>" in conversion.content
    assert check({"p.bpmn": conversion.content}).errors == ()


@pytest.mark.parametrize(
    "task",
    [
        '<bpmn:userTask id="work" name="W" camunda:assignee="${bean.find()}" />',
        '<bpmn:userTask id="work" name="W" camunda:formKey="embedded:app:forms/x.html" />',
        '<bpmn:userTask id="work" name="W" camunda:priority="500" />',
        '<bpmn:userTask id="work" name="W" camunda:dueDate="tomorrow" />',
        '<bpmn:serviceTask id="work" camunda:class="org.Delegate" />',
        (
            '<bpmn:task id="work"><bpmn:extensionElements><camunda:executionListener event="start" />'
            "</bpmn:extensionElements></bpmn:task>"
        ),
    ],
)
def test_what_has_no_counterpart_is_left_and_named_at_its_line(task: str) -> None:
    content = drawn(task)

    conversion = convert(content)
    (left, *_) = (
        finding
        for finding in check({"p.bpmn": conversion.content}).errors
        if finding.rule == "foreign-behaviour"
    )

    assert conversion.content == content
    assert (left.line, left.element_id) == (9, "work")


def test_what_the_root_says_is_left_as_it_is() -> None:
    content = drawn('<bpmn:userTask id="work" name="W" camunda:assignee="kermit" />').replace(
        b'targetNamespace="', b'camunda:async="true" targetNamespace="'
    )

    converted = convert(content).content

    assert b'camunda:async="true" targetNamespace="' in converted
    assert b'xmlns:camunda="' in converted
    read(converted, XmlLimits())


def test_what_is_converted_once_is_not_changed_again() -> None:
    once = convert(drawn('<bpmn:userTask id="work" name="W" camunda:assignee="kermit" />')).content

    assert convert(once).content == once


def test_a_file_that_is_no_xml_is_refused() -> None:
    with pytest.raises(Unreadable):
        convert(b"<definitions")


FOREIGN = drawn(
    '<bpmn:userTask id="ask" camunda:assignee="${a}" camunda:priority="7" camunda:asyncBefore="true" />',
    '<bpmn:callActivity id="work" calledElement="q">',
    '  <bpmn:extensionElements><camunda:in source="a" target="b" /></bpmn:extensionElements>',
    '  <bpmn:multiInstanceLoopCharacteristics camunda:collection="${l}" camunda:elementVariable="e" />',
    "</bpmn:callActivity>",
    '<bpmn:intermediateThrowEvent id="tell">',
    '  <bpmn:messageEventDefinition camunda:type="external" camunda:topic="t" />',
    "</bpmn:intermediateThrowEvent>",
)


@pytest.mark.parametrize("seed", range(3))
def test_a_damaged_file_is_converted_into_one_that_can_be_read_and_stays_as_it_is(seed: int) -> None:
    chance = random.Random(seed)

    for _ in range(100):
        once = convert(damaged(FOREIGN, chance)).content

        assert convert(once).content == once
        read(once, XmlLimits())


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"", b""),
        (b"\xef\xbb\xbf", b"\n<!-- > end -->\n"),
        (b"<?xml version='1.0' encoding='ISO-8859-7'?>\n", b"<?done?>"),
    ],
)
def test_what_stands_around_the_root_is_kept(before: bytes, after: bytes) -> None:
    body = drawn('<bpmn:userTask id="work" camunda:assignee="kermit" />').split(b"?>\n", 1)[1].rstrip()
    content = before + body + after

    converted = convert(content).content

    assert converted.startswith(before + b"<!-- drawn elsewhere -->\n<bpmn:definitions xmlns:zeebe=")
    assert converted.endswith(b"</bpmn:definitions>" + after)
    read(converted, XmlLimits())
