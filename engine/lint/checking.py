"""Checks the files of one procedure: reads each, builds the model and asks every rule."""

from collections.abc import Iterator, Mapping
from functools import lru_cache

from engine import dmn
from engine.bpmn.diagram import is_diagram
from engine.bpmn.shared_parts import divided, part_name
from engine.kernel.xml import Unreadable, XmlCause, XmlLimits
from engine.lint import file_index
from engine.lint.checked_bundle import CheckedBundle
from engine.lint.file_index import PartSignature, signature
from engine.lint.finding import Finding, Report, in_order
from engine.lint.folding import folded
from engine.lint.placing import Places
from engine.lint.rule import CheckedDiagram
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
    findings = folded(_found(own, limits, _signatures(parts), served))
    findings += _found_in_parts(tuple(_frozen(parts)), limits, served)
    return Report(in_order(findings))


_Part = tuple[str, tuple[tuple[str, bytes], ...]]
"""The name of a shared part, and its files by path."""


def _frozen(parts: Mapping[str, Files]) -> Iterator[_Part]:
    for name, inside in parts.items():
        yield name, tuple(sorted(inside.items()))


@lru_cache(maxsize=32)
def _found_in_parts(
    parts: tuple[_Part, ...], limits: XmlLimits, served: frozenset[str] | None
) -> tuple[Finding, ...]:
    """What is wrong with shared parts, which many procedures bring with the same files."""
    read = {name: dict(inside) for name, inside in parts}
    known = _signatures(read)
    return tuple(
        finding.moved(name)
        for name, inside in read.items()
        for finding in folded(_found(inside, limits, known, served))
    )


def _signatures(parts: Mapping[str, Files]) -> dict[str, PartSignature]:
    return {name: found for name, inside in parts.items() if (found := signature(inside, part_name(name)))}


def _found(
    files: Files, limits: XmlLimits, parts: Mapping[str, PartSignature], served: frozenset[str] | None
) -> Iterator[Finding]:
    bundle, unread = _read(files, limits, parts, served)
    yield from unread
    places = Places(files)
    for diagram in bundle.diagrams:
        for rule in RULES:
            if rule.find is not None:
                yield from (places.finding(rule, found, diagram.file) for found in rule.find(diagram))
    for rule in RULES:
        if rule.find_in_bundle is not None:
            yield from (places.finding(rule, found, found.file) for found in rule.find_in_bundle(bundle))


def checked_bundle(files: Files) -> CheckedBundle:
    """The files of a procedure that passed `check`, as rules see them; of its shared parts the signatures."""
    own, parts = divided(files)
    return _read(own, XmlLimits(), _signatures(parts), None)[0]


def _read(
    files: Files, limits: XmlLimits, parts: Mapping[str, PartSignature], served: frozenset[str] | None
) -> tuple[CheckedBundle, tuple[Finding, ...]]:
    """The files, and what of them cannot be read."""
    diagrams: list[CheckedDiagram] = []
    unread: list[Finding] = []
    for name in sorted(file for file in files if is_diagram(file)):
        try:
            diagrams.append(CheckedDiagram.read(name, files[name], limits))
        except Unreadable as refusal:
            unread.append(_unreadable(name, refusal, limits))
    decisions, refusals = _decisions(files)
    inputs = decisions.inputs_read if decisions is not None else {}
    index = file_index.of(files, diagrams, limits=limits, decision_inputs=inputs, parts=parts, served=served)
    for diagram in diagrams:
        diagram.files = index
    return CheckedBundle(files, index, tuple(diagrams), decisions), (*unread, *refusals)


def _decisions(files: Files) -> tuple[dmn.Bundle | None, tuple[Finding, ...]]:
    """The decisions, and what `engine.dmn` does not understand; the files are read together."""
    decisions = {name: content for name, content in files.items() if name.lower().endswith(".dmn")}
    if not decisions:
        return None, ()
    try:
        return dmn.read(decisions), ()
    except dmn.DmnReadError as refusal:
        return None, tuple(_refusal(found) for found in refusal.findings)


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
