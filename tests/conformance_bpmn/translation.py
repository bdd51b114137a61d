"""Puts a model of the suite into the dialect.

Script tokens become service tasks that the runner answers, and conditions become FEEL; the suite leaves these
two to each engine's adapter. Nothing else of a model is touched.
"""

import re

from lxml import etree

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
ZEEBE = "http://camunda.org/schema/zeebe/1.0"
CONDITIONS = (
    "conditionExpression",
    "condition",
    "loopCondition",
    "completionCondition",
    "activationCondition",
    "loopCardinality",
)
CONTAINS = re.compile(r"""(!?)\s*(\w+)\.contains\((["'])(.*?)\3\)""")
NO_TOKEN = "NOTHING"


def translated(content: bytes) -> bytes:
    """The model as the engine reads it."""
    root = etree.fromstring(content)
    for task in root.iter(f"{{{BPMN}}}scriptTask"):
        _hand_out(task)
    for name in CONDITIONS:
        for condition in root.iter(f"{{{BPMN}}}{name}"):
            condition.text = in_feel(condition.text or "")
    return etree.tostring(root)


def in_feel(condition: str) -> str:
    """A condition in FEEL: `test.contains("a")`, its negation, booleans and comparisons of integers."""
    text = condition.strip()
    if text.startswith("${") and text.endswith("}"):
        text = text[2:-1]
    text = CONTAINS.sub(
        lambda found: f'{"not" if found[1] else ""}(contains({found[2]}, "{found[4]}"))', text
    )
    return text.replace("==", "=").replace("&&", " and ").replace("||", " or ")


def _hand_out(task: etree._Element) -> None:
    """Let a task's script be somebody's work: its token becomes the topic of a service task."""
    script = task.find(f"{{{BPMN}}}script")
    token = "" if script is None else (script.text or "").strip()
    if script is not None:
        task.remove(script)
    around = task.find(f"{{{BPMN}}}extensionElements")
    if around is None:
        around = etree.Element(f"{{{BPMN}}}extensionElements")
        task.insert(sum(1 for part in task if etree.QName(part).localname == "documentation"), around)
    etree.SubElement(around, f"{{{ZEEBE}}}taskDefinition", {"type": token or NO_TOKEN})
