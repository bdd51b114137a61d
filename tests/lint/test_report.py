"""Claims about how a report is written."""

import orjson
import pytest

from engine.lint import RULES, Severity, check
from engine.lint.report import as_json, as_sarif, as_text
from tests.lint.drawing import condition, end, file, flow, node, path, process, start, task

CHOICE = file(
    process(
        start(),
        node("exclusiveGateway", "choose", name="Complete?"),
        end("a"),
        end("b"),
        *path("begin", "choose"),
        flow("choose", "a", condition("x >")),
        flow("choose", "b", condition("not(x)")),
    )
)
DEADLOCK = file(
    process(
        start(),
        node("exclusiveGateway", "part", default="part-b"),
        task("a"),
        task("b"),
        node("parallelGateway", "join"),
        end(),
        *path("begin", "part", "b", "join", "done"),
        flow("part", "a", condition("x")),
        *path("a", "join"),
    )
)


def test_text_tells_findings_by_file_and_counts_them() -> None:
    text = as_text(check({"b.bpmn": CHOICE, "a.bpmn": b"<"}))

    lines = text.splitlines()
    assert lines[0].startswith("a.bpmn:1:1: error: The file is not well-formed XML")
    assert any(line.startswith("b.bpmn:19:") and "The expression x > is not FEEL" in line for line in lines)
    assert lines[-1] == "errors: 2, warnings: 1, hints: 0"
    assert "\x1b" not in text


def test_text_underlines_what_is_wrong() -> None:
    lines = as_text(check({"p.bpmn": CHOICE})).splitlines()

    told = next(number for number, line in enumerate(lines) if "[feel-syntax]" in line)
    shown, marks = lines[told + 1 : told + 3]
    assert shown[marks.index("^") : marks.rindex("^") + 1] == "x &gt;"


def test_a_long_line_is_shown_around_what_is_wrong() -> None:
    padded = CHOICE.replace(b"<conditionExpression", b" " * 10 + b"<conditionExpression " + b" " * 300, 1)

    lines = as_text(check({"p.bpmn": padded})).splitlines()

    marks = [(lines[number - 1], line) for number, line in enumerate(lines) if "^" in line]
    assert all(len(line) <= 130 for pair in marks for line in pair)
    assert any(shown[under.index("^") : under.rindex("^") + 1] == "x &gt;" for shown, under in marks)


def test_what_follows_from_a_mistake_is_told_below_it() -> None:
    lost = CHOICE.replace(b'targetRef="b"', b'targetRef="nowhere"', 1)

    report = check({"p.bpmn": lost})

    (head,) = (finding for finding in report.findings if finding.rule == "flow-ends-known")
    below = {finding.rule for finding in head.consequences}
    assert {"no-orphan", "flow-lists-agree"} <= below
    assert below.isdisjoint(finding.rule for finding in report.findings)
    assert as_text(report).count("with it: ") >= len(below)


def test_text_speaks_greek_and_shows_remedies_and_colours_when_asked() -> None:
    text = as_text(check({"p.bpmn": CHOICE}), language="el", remedies=True, colours=True)

    assert "δεν είναι FEEL" in text
    assert "Γράψτε την σε FEEL" in text
    assert "\x1b[31merror" in text


def test_text_shows_the_way_into_a_deadlock() -> None:
    assert "begin → part → b → join" in as_text(check({"p.bpmn": DEADLOCK}))


def test_json_holds_every_finding_with_both_languages() -> None:
    found = orjson.loads(as_json(check({"p.bpmn": CHOICE})))

    assert found["passes"] is False
    first = next(each for each in found["findings"] if each["rule"] == "feel-syntax")
    assert (first["severity"], first["file"], first["line"]) == ("error", "p.bpmn", 19)
    assert first["element_id"] == "choose-a"
    assert set(first["message"]) == set(first["remedy"]) == {"el", "en"}


def test_sarif_describes_every_rule_and_points_results_at_them() -> None:
    run = orjson.loads(as_sarif(check({"p.bpmn": DEADLOCK})))["runs"][0]

    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [rule.id for rule in RULES]
    result = next(each for each in run["results"] if each["ruleId"] == "no-deadlock")
    assert rules[result["ruleIndex"]]["id"] == "no-deadlock"
    assert result["level"] == "error"
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "p.bpmn"
    assert place["region"]["startLine"] >= 1
    steps = result["codeFlows"][0]["threadFlows"][0]["locations"]
    assert [step["location"]["logicalLocations"][0]["name"] for step in steps] == [
        "begin",
        "part",
        "b",
        "join",
    ]


def test_a_report_without_errors_passes_whatever_else_it_has() -> None:
    content = file(process(start(), node("userTask", "ask"), end(), *path("begin", "ask", "done")))

    report = check({"p.bpmn": content})

    assert report.passes
    assert [finding.rule for finding in report.of(Severity.HINT)] == ["name-for-people"]


@pytest.mark.parametrize("name", ["Α{x}Β", "100 %", "<b>", "{", "}"])
def test_names_with_odd_characters_are_quoted_as_they_are(name: str) -> None:
    content = file(process(start(), task("work", name=name), end(), *path("begin", "done")))

    text = as_text(check({"p.bpmn": content}))

    assert f'task "{name}" (work)' in text
