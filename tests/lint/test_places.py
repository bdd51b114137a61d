"""Claims about where a finding is said to be."""

from engine.kernel.xml import XmlLimits, read
from engine.lint import check
from engine.lint.places import Source

CONTENT = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t">
  <process id="p" isExecutable="true"><startEvent id="s"/><task id="lost"/>
    <task
      name="Έλεγχος"
      id="far">
    </task>
    <endEvent id="e"/>
    <sequenceFlow id="f" sourceRef="s" targetRef="e"/>
  </process>
</definitions>
""".encode()


def test_a_finding_is_where_the_tag_begins() -> None:
    found = [finding for finding in check({"p.bpmn": CONTENT}).findings if finding.rule == "no-orphan"]

    assert [(finding.element_id, finding.line, finding.column) for finding in found] == [
        ("lost", 3, 59),
        ("far", 4, 5),
    ]


def test_an_element_without_an_id_is_found_by_its_name() -> None:
    content = b"<a>\n  <b/>\n  <b/>\n</a>"

    second = read(content, XmlLimits())[1]

    assert Source.of(content).place(second) == (3, 3)


def test_lines_that_no_person_wrote_are_told_without_a_column() -> None:
    content = b"<a>" + b"<b/>" * 1_000 + b"</a>"

    last = read(content, XmlLimits())[999]

    assert Source.of(content).place(last) == (1, 0)


def test_another_encoding_keeps_its_lines() -> None:
    content = CONTENT.decode().replace("UTF-8", "UTF-16").encode("utf-16")

    found = [finding for finding in check({"p.bpmn": content}).findings if finding.rule == "no-orphan"]

    assert [finding.element_id for finding in found] == ["lost", "far"]
    assert all(finding.line >= 1 for finding in found)
