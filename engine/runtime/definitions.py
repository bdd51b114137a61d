"""Parsed definitions: read and built once, shared by all their cases and threads, and never changed."""

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

from engine.bpmn.expressions import Findings, Place
from engine.bpmn.flow_graph import message_starts
from engine.bpmn.model import DecisionWork, Model
from engine.bpmn.reader import read_model
from engine.runtime.building import build
from engine.runtime.contract import Definition, DefinitionRefused
from engine.runtime.decisions import Decisions, read_decisions
from engine.runtime.limits import Limits
from engine.runtime.specs.container import ContainerSpec


@dataclass(frozen=True, kw_only=True)
class ParsedDefinition:
    """What a definition's files hold, ready to run: `process` is the one that cases start."""

    sha256: str
    process: ContainerSpec
    containers: dict[str, ContainerSpec]
    process_ids: tuple[str, ...]
    decisions: Decisions
    message_starts: dict[str, list[tuple[str, str]]]


def parse(definition: Definition, *, limits: Limits) -> ParsedDefinition:
    """Read and build a definition; `DefinitionRefused` with every finding where it cannot be run."""
    findings = Findings()
    model = read_model(definition.files, limits=limits.reading, findings=findings)
    decisions = read_decisions(definition.files, findings)
    if not findings.lines:
        _check_bundle(definition, model, decisions, findings)
    if findings.lines:
        raise DefinitionRefused(tuple(findings.lines))
    containers = build(model, process_id=definition.process_id)
    return ParsedDefinition(
        sha256=definition.sha256,
        process=containers[definition.process_id],
        containers=containers,
        process_ids=model.process_ids,
        decisions=decisions,
        message_starts=message_starts(model, process_id=definition.process_id),
    )


def _check_bundle(definition: Definition, model: Model, decisions: Decisions, findings: Findings) -> None:
    if definition.process_id not in model.process_ids:
        place = Place(file=", ".join(sorted(definition.files)) or "no file", line=1)
        there = ", ".join(model.process_ids) or "none"
        reason = f"The process {definition.process_id!r} is in none of the files; there are {there}."
        findings.add(place, reason, remedy="Name the process that cases start.")
    for container in model.containers.values():
        for node in container.nodes.values():
            work = node.work
            if (
                isinstance(work, DecisionWork)
                and isinstance(work.decision, str)
                and not decisions.has(work.decision)
            ):
                reason = f"The decision {work.decision!r} is in none of the files."
                findings.add(node.place, reason, remedy="Add its file to the bundle, or correct the id.")


class Definitions:
    """The definitions parsed so far, the least recently used forgotten first. Safe for threads."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._lock = Lock()
        self._parsed: OrderedDict[tuple[str, str], ParsedDefinition] = OrderedDict()

    def get(self, definition: Definition) -> ParsedDefinition:
        """The parsed definition; `DefinitionRefused` where it cannot be run."""
        key = (definition.sha256, definition.process_id)
        with self._lock:
            known = self._parsed.get(key)
            if known is not None:
                self._parsed.move_to_end(key)
                return known
        parsed = parse(definition, limits=self._limits)
        with self._lock:
            self._parsed[key] = parsed
            while len(self._parsed) > self._limits.cached_definitions:
                self._parsed.popitem(last=False)
        return parsed
