"""Parsed definitions: read and built once, shared by all their cases and threads, and never changed."""

import weakref
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from engine import dmn, feel
from engine.bpmn.diagram import is_diagram
from engine.bpmn.expressions import Findings, Place
from engine.bpmn.flow_graph import message_starts
from engine.bpmn.model import (
    CallWork,
    DecisionWork,
    MessageTrigger,
    Model,
    Node,
    SignalTrigger,
    TimerTrigger,
    Trigger,
)
from engine.bpmn.reader import ReadDiagram, read_model
from engine.bpmn.reading import version_tags
from engine.bpmn.shared_parts import home_of
from engine.bpmn.timers import FOREVER, NotATimer, Schedule, parse_interval, schedule
from engine.runtime.building import build, built
from engine.runtime.contract import (
    DefinitionRefused,
    MessageEvent,
    StartEvent,
    StartTimer,
    Surroundings,
)
from engine.runtime.definition import Definition
from engine.runtime.expressions import resolve, resolve_certain
from engine.runtime.faults import RuntimeFault, RuntimeLimits
from engine.runtime.specs.sub_processes import ContainerSpec


class Decisions:
    """The decisions of one definition, read once."""

    def __init__(self, bundle: dmn.Bundle | None, files: Mapping[str, bytes] | None = None) -> None:
        self._bundle = bundle
        self._files = files or {}

    @cached_property
    def _version_tags(self) -> Mapping[str, str]:
        """The version tags by decision, read when a diagram first asks for one."""
        return version_tags({name: self._files[name] for name in self._files if name.endswith(".dmn")})

    def has(self, decision_id: str) -> bool:
        """Whether there is a decision of that id."""
        return self._bundle is not None and decision_id in self._bundle.decisions

    def provides(self, decision_id: str, version_tag: str | None) -> bool:
        """Whether there is a decision of that id, with that version tag if one is asked for."""
        if version_tag is None:
            return self.has(decision_id)
        return self.has(decision_id) and self._version_tags.get(decision_id) == version_tag

    def decide(
        self,
        decision_id: str,
        inputs: Mapping[str, Any],
        *,
        element_id: str,
        now: datetime,
        version_tag: str | None = None,
    ) -> dmn.Outcome:
        """The decision's value, and the rules it comes from.

        Null for a reason is a `RuntimeFault` `undecidable_decision`, null without one (no rule) is an answer.
        So is any value that rests on a problem met while deciding: a cell that could not be tested is not one
        that is not met.
        """
        if self._bundle is None or not self.provides(decision_id, version_tag):
            tagged = f" with the version tag {version_tag!r}" if version_tag is not None else ""
            message = f"Expected the id of a decision of the bundle{tagged}, found {decision_id!r}"
            raise RuntimeFault("unknown_decision", message, element_id=element_id)
        needed = self._bundle.decisions[decision_id].requires_inputs
        try:
            outcome = self._bundle.decide(
                decision_id, {name: inputs[name] for name in needed if name in inputs}, now=now
            )
        except feel.FeelLimitError as error:
            raise RuntimeFault(
                "limit_passed", f"The decision {decision_id}: {error}", element_id=element_id
            ) from error
        undecided = outcome.undecided
        if undecided:
            reasons = "; ".join(str(problem) for problem in undecided[:3])
            message = f"The decision {decision_id} rests on a problem: {reasons}"
            raise RuntimeFault("undecidable_decision", message, element_id=element_id)
        if outcome.value is None and outcome.problems:
            reasons = "; ".join(str(problem) for problem in outcome.problems[:3])
            message = f"The decision {decision_id} came to nothing: {reasons}"
            raise RuntimeFault("undecidable_decision", message, element_id=element_id)
        return outcome


def read_decisions(definition: Definition, findings: Findings) -> Decisions:
    """The decisions of every `.dmn` file; what is wrong with a file is noted."""
    try:
        return Decisions(definition.decisions, definition.files)
    except dmn.DmnReadError as refused:
        for finding in refused.findings:
            place = Place(file=finding.file, line=finding.line)
            findings.add(place, f"{finding.element}: {finding.message}.", remedy="Correct the decision.")
        return Decisions(None)


@dataclass(frozen=True, kw_only=True)
class ParsedDefinition:
    """What a definition's files hold, ready to run: `process` is the one that cases start.

    Its own specs are taken apart when nobody holds it any more, so whoever uses them holds it too.
    """

    sha256: str
    process: ContainerSpec
    containers: dict[str, ContainerSpec]
    process_ids: tuple[str, ...]
    decisions: Decisions
    message_starts: dict[str, list[tuple[str, str]]]


@dataclass(frozen=True, kw_only=True)
class SharedDiagram:
    """A diagram of a shared part, the same in all definitions that have it."""

    read: ReadDiagram

    @cached_property
    def specs(self) -> Mapping[str, ContainerSpec]:
        """The specs of its containers, by id; only for a diagram of a definition that can be run."""
        return built({container.id: container for container in self.read.containers})


SharedDiagrams = Callable[[str, bytes], SharedDiagram]
"""The diagram of a shared part, by the name and content of its file."""


def parse(definition: Definition, *, limits: RuntimeLimits, shared: SharedDiagrams) -> ParsedDefinition:
    """Read and build a definition; `DefinitionRefused` with every finding where it cannot be run."""
    findings = Findings()
    files = definition.files
    parts = {file: shared(file, files[file]) for file in files if home_of(file) and is_diagram(file)}
    known = {file: part.read for file, part in parts.items()}
    model = read_model(files, limits=limits.reading, findings=findings, known=known)
    decisions = read_decisions(definition, findings)
    if not findings.lines:
        _check_bundle(definition, model, decisions, findings)
    if findings.lines:
        raise DefinitionRefused(tuple(findings.lines))
    specs = {name: spec for part in parts.values() for name, spec in part.specs.items()}
    containers = build(model, process_id=definition.process_id, known=specs)
    parsed = ParsedDefinition(
        sha256=definition.sha256,
        process=containers[definition.process_id],
        containers=containers,
        process_ids=model.process_ids,
        decisions=decisions,
        message_starts=message_starts(model, process_id=definition.process_id),
    )
    own = [spec for name, spec in containers.items() if specs.get(name) is not spec]
    weakref.finalize(parsed, _untie, own).atexit = False
    return parsed


def _untie(specs: Iterable[ContainerSpec]) -> None:
    """Let go of the specs of a definition that nobody has any more.

    A container and the specs in it hold each other: they would stay until the collector of garbage comes,
    which a server lets come rarely.
    """
    for spec in specs:
        spec.__dict__.clear()


def _check_bundle(definition: Definition, model: Model, decisions: Decisions, findings: Findings) -> None:
    if definition.process_id not in model.process_ids:
        place = Place(file=", ".join(sorted(definition.files)) or "no file", line=1)
        there = ", ".join(model.process_ids) or "none"
        reason = f"The process {definition.process_id!r} is in none of the files; there are {there}."
        findings.add(place, reason, remedy="Name the process that cases start.")
    for container in model.containers.values():
        for node in container.nodes.values():
            _check_called(node, model, decisions, findings)


def _check_called(node: Node, model: Model, decisions: Decisions, findings: Findings) -> None:
    """Note a decision, or a version of a decision or process, that none of the files provides."""
    work = node.work
    if isinstance(work, DecisionWork) and isinstance(work.decision, str):
        if not decisions.provides(work.decision, work.version_tag):
            reason = f"The decision {_tagged(work.decision, work.version_tag)} is in none of the files."
            findings.add(node.place, reason, remedy="Add its file to the bundle, or correct the id.")
    elif isinstance(work, CallWork) and isinstance(work.process, str):
        called = model.containers.get(work.process)
        if called is not None and work.version_tag not in {None, called.version_tag}:
            reason = f"The process {_tagged(called.id, work.version_tag)} is in none of the files."
            findings.add(node.place, reason, remedy="Give the process that zeebe:versionTag.")


def _tagged(called: str, version_tag: str | None) -> str:
    return f"{called!r} with the version tag {version_tag!r}" if version_tag is not None else f"{called!r}"


def start_events(parsed: ParsedDefinition, surroundings: Surroundings) -> tuple[StartEvent, ...]:
    """The start events of the definition's process that wait for a message, a signal or a moment.

    A receive task that instantiates the process is one of them: it waits for its message.
    No variables are there yet, so a name or a moment that needs one is refused.
    """
    found: list[StartEvent] = []
    findings: list[str] = []
    for node in parsed.process.container.nodes.values():
        for trigger in node.triggers if node.is_start else ():
            try:
                event = _start_event(node, trigger, surroundings)
            except (RuntimeFault, NotATimer) as fault:
                findings.append(f"{node.place}: {fault}")
            else:
                found += [event] if event is not None else []
    if findings:
        raise DefinitionRefused(tuple(findings))
    return tuple(found)


def message_events(parsed: ParsedDefinition, surroundings: Surroundings) -> tuple[MessageEvent, ...]:
    """The elements for which the diagram says who may send their message, and whose name is certain."""
    found: list[MessageEvent] = []
    for container in parsed.containers.values():
        for node in container.container.nodes.values():
            for trigger in node.triggers if node.message_senders is not None else ():
                if not isinstance(trigger, MessageTrigger):
                    continue
                # A name that needs variables is known only once a case waits for it.
                with suppress(RuntimeFault):
                    name = resolve_certain(trigger.name, {}, surroundings)
                    senders = node.message_senders or ()
                    found.append(MessageEvent(element_id=node.id, name=name, senders=senders))
    return tuple(found)


def _start_event(node: Node, trigger: Trigger, surroundings: Surroundings) -> StartEvent | None:
    if isinstance(trigger, MessageTrigger):
        name = resolve_certain(trigger.name, {}, surroundings)
        return StartEvent(
            element_id=node.id,
            kind="message",
            name=name,
            properties=node.properties,
            senders=node.message_senders,
        )
    if isinstance(trigger, SignalTrigger):
        name = resolve_certain(trigger.name, {}, surroundings)
        return StartEvent(element_id=node.id, kind="signal", name=name, properties=node.properties)
    if isinstance(trigger, TimerTrigger):
        value = resolve(trigger.text, {}, surroundings)
        timer = _timer_of(schedule(trigger.kind, value, surroundings.now, zone=surroundings.zone))
        return StartEvent(element_id=node.id, kind="timer", timer=timer, properties=node.properties)
    return None


def following(timer: StartTimer, now: datetime) -> StartTimer | None:
    """The timer after it has fired at `now`; None when it fires no more."""
    every = parse_interval(timer.every) if timer.every is not None else None
    count = FOREVER if timer.times is None else timer.times
    after = Schedule(due=timer.due_at, count=count, every=every).following(now)
    return _timer_of(after) if after is not None else None


def _timer_of(found: Schedule) -> StartTimer:
    return StartTimer(
        due_at=found.due,
        times=None if found.count == FOREVER else found.count,
        every=found.every.text() if found.every is not None else None,
    )
