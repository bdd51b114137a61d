"""Writes a report: as text for people, as JSON, and as SARIF 2.1.0 for editors and code review."""

import sys
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import orjson

from engine.bpmn.foreign_names import ENGINES, Engine
from engine.lint.finding import Finding, Report, Severity, Text
from engine.lint.foreign_texts import FOREIGN_TEXTS
from engine.lint.rule import Rule
from engine.lint.rules import RULES, SUBJECTS

COLOURS = {Severity.ERROR: "\x1b[31m", Severity.WARNING: "\x1b[33m", Severity.HINT: "\x1b[36m"}
PLAIN = "\x1b[0m"
SARIF_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.HINT: "note"}
SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
SHOWN = 110
"""How many characters of a line are shown."""

GIVEN = Text(el="με", en="with")
ALSO = Text(el="μαζί:", en="with it:")
COUNTED = {
    Severity.ERROR: Text(el="σφάλματα: {count}", en="errors: {count}"),
    Severity.WARNING: Text(el="προειδοποιήσεις: {count}", en="warnings: {count}"),
    Severity.HINT: Text(el="υποδείξεις: {count}", en="hints: {count}"),
}


def as_text(report: Report, *, language: str = "en", remedies: bool = False, colours: bool = False) -> str:
    """Each finding with its place, message and rule, and the line with what is wrong underlined.

    With `remedies` what to do follows; a counter-example is shown as the ids on its path and the values on
    the way. What goes away with a finding is told below it. The last line counts.
    """
    lines: list[str] = []
    for _file, findings in report.by_file():
        for finding in findings:
            lines.extend(_lines(finding, language=language, remedies=remedies, colours=colours))
            lines.append("")
    counts = ((severity, len(report.of(severity))) for severity in Severity)
    lines.append(
        ", ".join(
            COUNTED[severity].filled({"count": str(count)}).in_language(language)
            for severity, count in counts
        )
    )
    return "\n".join(lines) + "\n"


def _lines(finding: Finding, *, language: str, remedies: bool, colours: bool) -> Iterator[str]:
    colour, plain = (COLOURS[finding.severity], PLAIN) if colours else ("", "")
    severity = f"{colour}{finding.severity.value}{plain}"
    yield f"{_place(finding)}: {severity}: {finding.message.in_language(language)}  [{finding.rule}]"
    yield from _underlined(finding, colour, plain)
    if finding.path:
        yield f"    {' → '.join(finding.path)}"
    if finding.given:
        yield f"    {GIVEN.in_language(language)} {', '.join(finding.given)}"
    if remedies:
        yield f"    {finding.remedy.in_language(language)}"
    for also in finding.consequences:
        yield f"    {ALSO.in_language(language)} {_place(also)}: {also.message.in_language(language)}"


def _place(finding: Finding) -> str:
    return f"{finding.file}:{finding.line}:{finding.column or 1}"


def _underlined(finding: Finding, colour: str, plain: str) -> Iterator[str]:
    """The line of the finding, as much of it as fits, with marks under what is wrong."""
    if not finding.excerpt.strip() or not finding.column:
        return
    text = finding.excerpt.replace("\t", " ")
    begins, ends = finding.column - 1, max(finding.end_column - 1, finding.column)
    left = max(0, min(begins - 20, ends - SHOWN))
    if ends <= SHOWN:
        left = min(left, len(text) - len(text.lstrip()))
    shown = text[left : left + SHOWN].rstrip()
    if left > 0 and text[:left].strip():
        shown = f"…{shown[1:]}"
    number = str(finding.line)
    marks = "^" * max(1, min(ends, left + SHOWN) - begins)
    yield f"    {number} | {shown}"
    yield f"    {' ' * len(number)} | {' ' * (begins - left)}{colour}{marks}{plain}"


def as_json(report: Report) -> bytes:
    """The report as `{"passes": bool, "findings": [...]}`.

    Each finding has `rule`, `severity`, `file`, `line`, `column`, `end_column`, `excerpt`, `element_id`,
    `message` and `remedy` as `{"el": str, "en": str}`, `path` and `given`, and `consequences`, findings too.
    """
    found = {"passes": report.passes, "findings": [as_object(finding) for finding in report.findings]}
    return orjson.dumps(found, option=orjson.OPT_INDENT_2)


def as_object(finding: Finding) -> dict[str, Any]:
    """A finding as JSON writes it."""
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "file": finding.file,
        "line": finding.line,
        "column": finding.column,
        "end_column": finding.end_column,
        "excerpt": finding.excerpt,
        "element_id": finding.element_id,
        "message": {"el": finding.message.el, "en": finding.message.en},
        "remedy": {"el": finding.remedy.el, "en": finding.remedy.en},
        "path": list(finding.path),
        "given": list(finding.given),
        "consequences": [as_object(consequence) for consequence in finding.consequences],
    }


def as_sarif(report: Report, *, language: str = "en") -> bytes:
    """The report as one run of a SARIF log, with every rule described (OASIS SARIF 2.1.0, 3.14 and 3.27)."""
    indices = {rule.id: index for index, rule in enumerate(RULES)}
    driver = {"name": "stoa", "language": language, "rules": [_sarif_rule(rule, language) for rule in RULES]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_sarif_result(finding, indices[finding.rule], language) for finding in report.findings],
    }
    return orjson.dumps(
        {"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}, option=orjson.OPT_INDENT_2
    )


def _sarif_rule(rule: Rule, language: str) -> dict[str, Any]:
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.why.in_language(language)},
        "help": {"text": rule.remedy.in_language(language)},
        "defaultConfiguration": {"level": SARIF_LEVELS[rule.severity]},
        "properties": {"source": rule.source},
    }


def _sarif_result(finding: Finding, index: int, language: str) -> dict[str, Any]:
    region: dict[str, Any] = {"startLine": finding.line}
    region |= {"startColumn": finding.column} if finding.column else {}
    region |= {"endColumn": finding.end_column} if finding.end_column else {}
    region |= {"snippet": {"text": finding.excerpt}} if finding.excerpt else {}
    location: dict[str, Any] = {
        "physicalLocation": {"artifactLocation": {"uri": quote(finding.file)}, "region": region},
    }
    if finding.element_id:
        location["logicalLocations"] = [{"name": finding.element_id, "kind": "element"}]
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": SARIF_LEVELS[finding.severity],
        "message": {"text": finding.message.in_language(language)},
        "locations": [location],
    }
    if finding.path:
        steps = [
            {"location": {"logicalLocations": [{"name": step, "kind": "element"}]}} for step in finding.path
        ]
        result["codeFlows"] = [{"threadFlows": [{"locations": steps}]}]
    return result


_TITLE = "# What the linter checks"

_PREFACE = """Written by `python -m engine.lint.report`; change `engine/lint/rules`, not this page.

An **error** keeps a version from being certified; a **warning** is shown to the certifying official; a
**hint** is for the analyst. *Source* names the section of BPMN 2.0.2 that a rule comes from, with the
numbers by which its constraints are known (EXT.001 to EXT.152), or what the engine needs. First stands what
a finding says, with what was found in braces, then why, and what to do."""

_FOREIGN_PREFACE = (
    "Each of these on an element is an error of the rule `foreign-behaviour`. So is any other name in the "
    "namespace of one of these engines that is not known to be a note for people or tools."
)


def rules_page() -> str:
    """The whole page, as Markdown."""
    return "\n".join(_page_lines()) + "\n"


def _page_lines() -> Iterator[str]:
    grave = sum(rule.grave for rule in RULES)
    yield from (_TITLE, "", _PREFACE, "", f"{len(RULES)} rules, {grave} of them errors.")
    for subject, rules in SUBJECTS.items():
        yield from ("", f"## {subject}")
        for rule in rules:
            yield from _entry(rule)
    yield from _foreign_table()


def _entry(rule: Rule) -> Iterator[str]:
    yield from ("", f"### `{rule.id}` ({rule.severity.value})")
    yield from ("", f"> {rule.says.en}")
    yield from ("", f"{rule.why.en} {rule.remedy.en}")
    yield from ("", f"{rule.why.el} {rule.remedy.el}")
    yield from ("", f"Source: {rule.source}.")


def _foreign_table() -> Iterator[str]:
    """What the extensions of other engines are about, by the engines that have the same."""
    yield from ("", "## Extensions of other engines, and their counterparts", "", _FOREIGN_PREFACE, "")
    yield from ("| names | what they do there | here |", "|---|---|---|")
    engines: dict[int, tuple[Engine, list[str]]] = {}
    for engine in ENGINES.values():
        names = engines.setdefault(id(engine.names), (engine, []))[1]
        names += [engine.name] if engine.name not in names else []
    for meaning, text in FOREIGN_TEXTS.items():
        listed = [
            f"{', '.join(titles)}: {', '.join(names)}"
            for engine, titles in engines.values()
            if (names := [f"`{name}`" for name, means in engine.names.items() if means is meaning])
        ]
        if listed:
            yield f"| {'<br>'.join(listed)} | {text.does.en} | {text.here.en} |"


if __name__ == "__main__":
    sys.stdout.write(rules_page())
