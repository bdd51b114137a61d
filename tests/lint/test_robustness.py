"""Claims about diagrams that nobody meant to draw: the check ends with findings, never with an exception."""

import random

import pytest
from lxml import etree

from engine.lint import check
from engine.lint.report import as_json, as_sarif, as_text
from tests.lint.examples import EXAMPLES

VALUES = (
    "",
    "x",
    "begin",
    "done",
    "work",
    "true",
    "-1",
    "²",
    "٣",
    "=",
    "=1+",
    "a:b",
    ":",
    "9" * 30,
    "{x}",
    "End",
)
TEXTS = (
    "",
    "=",
    "x y z",
    "${a}",
    "PT",
    "R/",
    "R//",
    "R3/P1D/P1D",
    "=" + "(" * 2_000,
    "begin-done",
    "{x}",
    "  ",
)
ATTRIBUTES = (
    "startQuantity",
    "completionQuantity",
    "default",
    "attachedToRef",
    "isForCompensation",
    "triggeredByEvent",
    "instantiate",
    "sourceRef",
    "targetRef",
    "loopMaximum",
    "gatewayDirection",
    "{http://camunda.org/schema/zeebe/1.0}x",
    "language",
    "id",
)
SOURCES = sorted(
    {
        content
        for example in EXAMPLES.values()
        for content in (*example.failing.values(), *example.passing.values())
    }
)


def damaged(content: bytes, chance: random.Random) -> bytes:
    """The document with a few things removed, renamed, repeated or overwritten."""
    root = etree.fromstring(content)
    elements = list(root.iter("*"))
    for _ in range(chance.randint(1, 5)):
        element = chance.choice(elements)
        parent = element.getparent()
        match chance.randrange(6):
            case 0 if element.attrib:
                del element.attrib[chance.choice(sorted(map(str, element.attrib)))]
            case 1:
                element.set(chance.choice(ATTRIBUTES), chance.choice(VALUES))
            case 2 if parent is not None:
                parent.remove(element)
            case 3:
                element.append(etree.fromstring(etree.tostring(chance.choice(elements))))
            case 4:
                element.tag = chance.choice(elements).tag
            case _:
                element.text = chance.choice(TEXTS)
    return etree.tostring(root)


@pytest.mark.parametrize("seed", range(8))
def test_a_damaged_diagram_gives_findings_and_no_exception(seed: int) -> None:
    chance = random.Random(seed)
    sources = [content for content in SOURCES if content.startswith(b"<definitions xmlns=")]

    for _ in range(60):
        report = check({"p.bpmn": damaged(chance.choice(sources), chance)})

        assert all(finding.line >= 1 for finding in report.findings)
        assert as_text(report)
        assert as_json(report)
        assert as_sarif(report)


@pytest.mark.parametrize("seed", range(4))
def test_bytes_cut_anywhere_give_findings_and_no_exception(seed: int) -> None:
    chance = random.Random(seed)

    for _ in range(60):
        content = chance.choice(SOURCES)
        report = check({"p.bpmn": content[: chance.randrange(len(content) + 1)]})

        assert all(finding.line >= 1 for finding in report.findings)
