"""Claims about files that cannot be read: each is refused with the line, and never with an exception."""

import pytest

from engine.kernel.xml import XmlLimits
from engine.lint import check

BOMB = b"""<?xml version="1.0"?>
<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;">]>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t">&lol2;</definitions>"""


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", "well-formed"),
        (b"\x00\xff", "well-formed"),
        (b"<definitions>", "well-formed"),
        (b'<?xml version="1.0" encoding="no-such"?><a/>', "well-formed"),
        (BOMB, "no-doctype"),
        (b"<a/>", "is-bpmn"),
        (b"<definitions/>", "is-bpmn"),
        (b" " * 1_001, "size-limit"),
        (b"<a>" * 60 + b"</a>" * 60, "size-limit"),
        (b"<a>" + b"<b/>" * 60 + b"</a>", "size-limit"),
    ],
)
def test_what_cannot_be_read_is_refused_by_a_rule(content: bytes, rule: str) -> None:
    report = check({"p.bpmn": content}, limits=XmlLimits(file_bytes=1_000, elements=50, depth=50))

    assert [finding.rule for finding in report.findings] == [rule]
    assert report.findings[0].line >= 1
    assert not report.passes


def test_a_file_that_cannot_be_read_does_not_hide_the_findings_of_another() -> None:
    empty = b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t"/>'

    report = check({"a.bpmn": b"<", "b.bpmn": empty})

    assert {finding.file for finding in report.errors} == {"a.bpmn", "b.bpmn"}


@pytest.mark.parametrize(
    "content", [b"a: [", b"\xff\xfe\x00", b"process: 2024-99-99", b"[" * 5_000, b"- 1", b""]
)
def test_metadata_and_forms_that_cannot_be_read_are_left_to_their_own_checks(content: bytes) -> None:
    report = check({"procedure.yaml": content, "forms/a.form": content})

    assert report.findings == ()


@pytest.mark.parametrize("content", [b"", b"<a/>", BOMB, b"<definitions>" * 3_000])
def test_decisions_that_cannot_be_read_are_refused_with_their_file_and_line(content: bytes) -> None:
    report = check({"fee.dmn": content})

    assert {(finding.rule, finding.file) for finding in report.findings} == {("decisions-read", "fee.dmn")}
    assert all(finding.line >= 1 for finding in report.findings)
