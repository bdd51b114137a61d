"""Checks the files of one procedure: reads each, builds the model and asks every rule."""

from collections.abc import Collection, Iterator, Mapping

from engine import dmn
from engine.lint import building, neighbourhood, xml
from engine.lint.finding import Finding, Report, in_order, shortened
from engine.lint.model import Diagram
from engine.lint.places import Source
from engine.lint.rule import Rule, Spot
from engine.lint.rules import READING_RULES, RULES
from engine.lint.xml import Limits, Unreadable

Files = Mapping[str, bytes]
"""The files of a procedure by path: `*.bpmn`, `*.dmn`, `forms/*.form`, `procedure.yaml`."""


def check(files: Files, *, shared: Collection[str] = (), limits: Limits | None = None) -> Report:
    """Everything that is wrong with the files of one procedure; never an exception, whatever is in them.

    `shared` are the ids of processes outside these files that call activities may call.
    """
    return Report(in_order(_found(files, frozenset(shared), limits or Limits())))


def _found(files: Files, shared: frozenset[str], limits: Limits) -> Iterator[Finding]:
    drawn: list[Diagram] = []
    for name in sorted(file for file in files if file.lower().endswith((".bpmn", ".bpmn20.xml", ".bpmn2"))):
        try:
            root = xml.read(files[name], limits=limits)
            if xml.local(root) != "definitions" or not xml.is_bpmn(root):
                raise Unreadable("is-bpmn", line=xml.line(root), detail=f"<{root.tag}>")
            drawn.append(building.diagram(name, root))
        except Unreadable as refusal:
            yield _unreadable(name, refusal)
    yield from _decisions(files)
    around = neighbourhood.of(files, drawn, shared=shared, limits=limits)
    for diagram in (building.placed(each, around) for each in drawn):
        source = Source.of(files[diagram.file])
        for rule in RULES:
            if rule.find is not None:
                yield from (_finding(rule, spot, diagram.file, source) for spot in rule.find(diagram))


def _decisions(files: Files) -> Iterator[Finding]:
    """What `engine.dmn` does not understand in the decision files, which must be understood together."""
    decisions = {name: content for name, content in files.items() if name.lower().endswith(".dmn")}
    if not decisions:
        return
    try:
        dmn.read(decisions)
    except dmn.DmnReadError as refusal:
        rule = READING_RULES["decisions-read"]
        for found in refusal.findings:
            values = {"element": found.element, "detail": found.message}
            yield Finding(
                rule=rule.id,
                severity=rule.severity,
                file=found.file,
                line=found.line,
                message=rule.says.filled(values),
                remedy=rule.remedy,
            )


def _unreadable(file: str, refusal: Unreadable) -> Finding:
    rule = READING_RULES[refusal.rule]
    return Finding(
        rule=rule.id,
        severity=rule.severity,
        file=file,
        line=refusal.line,
        message=rule.says.filled({"detail": refusal.detail}),
        remedy=rule.remedy,
    )


def _finding(rule: Rule, spot: Spot, file: str, source: Source) -> Finding:
    values = {name: shortened(value) for name, value in spot.values.items()}
    values["what"] = xml.described(spot.element)
    line, column = source.place(spot.element) if spot.line is None else (spot.line, 0)
    return Finding(
        rule=rule.id,
        severity=rule.severity,
        file=file,
        line=line,
        column=column,
        element_id=xml.nearest_id(spot.element),
        message=rule.says.filled(values),
        remedy=rule.remedy.filled(values),
        path=spot.path,
    )
