"""Checks the files of one procedure: reads each, builds the model and asks every rule."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from engine import dmn
from engine.bpmn.diagram import is_diagram, nearest_id
from engine.bpmn.shared_parts import divided, part_name
from engine.kernel.xml import Unreadable, XmlCause, XmlLimits
from engine.lint import file_index
from engine.lint.file_index import PartSignature, signature
from engine.lint.finding import Finding, Report, Text, in_order, shortened
from engine.lint.places import Source
from engine.lint.rule import CheckedDiagram, Rule, Violation, described
from engine.lint.rules import READING_RULES, RULES

Files = Mapping[str, bytes]
"""The files of a procedure by path: `*.bpmn`, `*.dmn`, `forms/*.form`, `procedure.yaml`."""


def check(files: Files, *, limits: XmlLimits | None = None, served: frozenset[str] | None = None) -> Report:
    """Everything that is wrong with the files of one procedure; never an exception, whatever is in them.

    The shared parts among them (`shared/pickup@1/…`) are checked each by itself. `served` are the topics that
    agencies serve; without it nobody is asked for.
    """
    limits = limits or XmlLimits()
    own, parts = divided(files)
    known = {name: found for name, inside in parts.items() if (found := signature(inside, part_name(name)))}
    findings = list(_found(own, limits, known, served))
    for name, inside in parts.items():
        found_inside = _found(inside, limits, known, served)
        findings += (replace(finding, file=f"{name}/{finding.file}") for finding in found_inside)
    return Report(in_order(iter(findings)))


def _found(
    files: Files, limits: XmlLimits, parts: Mapping[str, PartSignature], served: frozenset[str] | None
) -> Iterator[Finding]:
    diagrams: list[CheckedDiagram] = []
    for name in sorted(file for file in files if is_diagram(file)):
        try:
            diagrams.append(CheckedDiagram.read(name, files[name], limits))
        except Unreadable as refusal:
            yield _unreadable(name, refusal, limits)
    inputs, refusals = _decision_inputs(files)
    yield from refusals
    index = file_index.of(files, diagrams, limits=limits, decision_inputs=inputs, parts=parts, served=served)
    for diagram in diagrams:
        diagram.files = index
        source = Source.of(files[diagram.file])
        for rule in RULES:
            if rule.find is not None:
                yield from (_finding(rule, found, diagram.file, source) for found in rule.find(diagram))


def _decision_inputs(files: Files) -> tuple[Mapping[str, tuple[str, ...]], tuple[Finding, ...]]:
    """What each decision reads, and what `engine.dmn` does not understand; the files are read together."""
    decisions = {name: content for name, content in files.items() if name.lower().endswith(".dmn")}
    if not decisions:
        return {}, ()
    try:
        return dmn.read(decisions).inputs_read, ()
    except dmn.DmnReadError as refusal:
        return {}, tuple(_refusal(found) for found in refusal.findings)


def _refusal(found: dmn.DmnFinding) -> Finding:
    rule = READING_RULES["decisions-read"]
    return Finding(
        rule=rule.id,
        severity=rule.severity,
        file=found.file,
        line=found.line,
        message=rule.says.filled({"element": found.element, "detail": found.message}),
        remedy=rule.remedy,
    )


def _unreadable(file: str, refusal: Unreadable, limits: XmlLimits) -> Finding:
    rule_id, detail = {
        XmlCause.SYNTAX: ("well-formed", refusal.detail),
        XmlCause.DOCTYPE: ("no-doctype", refusal.detail),
        XmlCause.BYTES: ("size-limit", f"{refusal.detail} bytes > {limits.file_bytes}"),
        XmlCause.ELEMENTS: ("size-limit", f"elements > {limits.elements}"),
        XmlCause.DEPTH: ("size-limit", f"depth {refusal.detail} > {limits.depth}"),
        XmlCause.ROOT: ("is-bpmn", f"<{refusal.detail}>"),
    }[refusal.cause]
    rule = READING_RULES[rule_id]
    return Finding(
        rule=rule.id,
        severity=rule.severity,
        file=file,
        line=refusal.line,
        message=rule.says.filled({"detail": detail}),
        remedy=rule.remedy,
    )


def _finding(rule: Rule, violation: Violation, file: str, source: Source) -> Finding:
    values: dict[str, str | Text] = {
        name: shortened(value) if isinstance(value, str) else value
        for name, value in violation.values.items()
    }
    values["what"] = described(violation.element)
    line, column = source.place(violation.element) if violation.line is None else (violation.line, 0)
    return Finding(
        rule=rule.id,
        severity=rule.severity,
        file=file,
        line=line,
        column=column,
        element_id=nearest_id(violation.element),
        message=rule.says.filled(values),
        remedy=violation.remedy or rule.remedy.filled(values),
        path=violation.path,
    )
