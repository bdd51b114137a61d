"""Fills the workflow port with SpiffWorkflow: every method is load, do one thing, move on, report."""

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from threading import Lock
from types import MappingProxyType
from typing import Any
from uuid import UUID

from engine.bpmn.reader import read_diagram
from engine.kernel.recently_used import RecentlyUsed
from engine.runtime.catching import bring_error, due_timers, fire
from engine.runtime.closed_snapshots import ClosedCase
from engine.runtime.contract import (
    Marks,
    MessageEvent,
    Phase,
    StartEvent,
    StartTimer,
    Step,
    StepRefused,
    Surroundings,
    Variables,
)
from engine.runtime.definition import Definition
from engine.runtime.definitions import (
    ParsedDefinition,
    SharedDiagram,
    following,
    message_events,
    parse,
    start_events,
)
from engine.runtime.element_map import ElementMap, propose
from engine.runtime.faults import RuntimeFault, RuntimeLimits
from engine.runtime.migration import migrate
from engine.runtime.migration_contract import Elements, Migration, ProposedElement
from engine.runtime.repair import correct, move, ways
from engine.runtime.snapshot import dump, load, look
from engine.runtime.specs.activities import Activity, DecisionTask, PersonTask, ServiceTaskSpec
from engine.runtime.specs.events import (
    Catching,
    ThrownError,
    begun_with,
    declared,
)
from engine.runtime.specs.flow_node import FlowNode, mapped, spec_of
from engine.runtime.specs.timers import follow
from engine.runtime.standing import Standing, standing
from engine.runtime.step import after, is_open, marks, marks_of_closed, next_timer, open_tokens, report, run
from engine.runtime.tokens import RunningCase, RuntimeToken
from engine.runtime.values import NotAValue, take_in

_SHARED_DIAGRAMS = 256
"""How many diagrams of shared parts are kept: far more than a country has in use."""

_TO_LOOK_ONLY = Surroundings(now=datetime.max.replace(tzinfo=UTC))
"""What a case is loaded with when nothing in it is going to move."""


class Definitions:
    """The definitions parsed so far, the least recently used forgotten first. Safe for threads.

    A case holds what it runs by, so one that is forgotten while a step is under way does not end that step.
    """

    def __init__(self, limits: RuntimeLimits) -> None:
        self._limits = limits
        self._shared = RecentlyUsed[tuple[str, bytes], SharedDiagram](_SHARED_DIAGRAMS)
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
        parsed = parse(definition, limits=self._limits, shared=self._shared_diagram)
        with self._lock:
            self._parsed[key] = parsed
            while len(self._parsed) > self._limits.cached_definitions:
                self._parsed.popitem(last=False)
        return parsed

    def _shared_diagram(self, file: str, content: bytes) -> SharedDiagram:
        key = (file, hashlib.sha256(content).digest())
        return self._shared.get(
            key, lambda: SharedDiagram(read=read_diagram(file, content, self._limits.reading))
        )


class SpiffWorkflowEngine:
    """Runs cases with SpiffWorkflow.

    Keeps parsed definitions and nothing else; one instance serves all threads.
    """

    def __init__(self, limits: RuntimeLimits | None = None) -> None:
        self._limits = limits or RuntimeLimits()
        self._definitions = Definitions(self._limits)

    def prepare(self, definition: Definition) -> None:
        """Parse the definition and keep it; `DefinitionRefused` with every finding if it cannot be run."""
        self._definitions.get(definition)

    def start_events(self, definition: Definition, *, surroundings: Surroundings) -> tuple[StartEvent, ...]:
        """The start events that something other than a person sets off."""
        return start_events(self._definitions.get(definition), surroundings)

    def message_events(
        self, definition: Definition, *, surroundings: Surroundings
    ) -> tuple[MessageEvent, ...]:
        """The elements for which the diagram says who may send their message."""
        return message_events(self._definitions.get(definition), surroundings)

    def following_start(self, timer: StartTimer, *, now: datetime) -> StartTimer | None:
        """The timer after it has fired, None when it fires no more."""
        return following(timer, now)

    def start(
        self,
        definition: Definition,
        *,
        variables: Variables,
        surroundings: Surroundings,
        at: str | None = None,
        brought: Variables = MappingProxyType({}),
        only_mapped: bool = False,
    ) -> Step:
        """Start a case at the process's start event, or at the one of `start_events` that is named.

        Stuck, its snapshot is that of a case which has not moved yet.
        """
        payload = self._taken_in(brought)

        def act(case: RunningCase) -> None:
            if at is not None:
                node = parsed.process.task_specs[at].node
                taken = begun_with(node, payload, case.variables, surroundings, only_mapped=only_mapped)
                case.variables = {**case.variables, **taken}
            _begin(case, at)

        parsed = self._definitions.get(definition)
        case = RunningCase(parsed, surroundings=surroundings, limits=self._limits)
        case.plant(parsed.process.start)
        case.variables = self._taken_in(variables)
        return self._step(parsed, dump(case), surroundings, act)

    def complete(
        self,
        definition: Definition,
        snapshot: bytes,
        *,
        token: UUID,
        variables: Variables,
        surroundings: Surroundings,
    ) -> Step:
        """Complete a waiting task or service task; `StepRefused` if it does not wait."""
        results = self._taken_in(variables)

        def act(case: RunningCase) -> None:
            waiting = _waiting(case, token, "a task or service task", PersonTask, ServiceTaskSpec)
            spec_of(waiting, Activity).finish(waiting, results)
            after(waiting)

        return self._step(self._definitions.get(definition), snapshot, surroundings, act)

    def fail(
        self,
        definition: Definition,
        snapshot: bytes,
        *,
        token: UUID,
        code: str,
        variables: Variables,
        surroundings: Surroundings,
    ) -> Step:
        """Raise a BPMN error at a waiting task or service task.

        Uncaught, the case is stuck and the task as it was.
        """
        payload = self._taken_in(variables)

        def act(case: RunningCase) -> None:
            waiting = _waiting(case, token, "a task or service task", PersonTask, ServiceTaskSpec)
            bring_error(ThrownError(token=waiting, code=code, payload=payload))

        return self._step(self._definitions.get(definition), snapshot, surroundings, act)

    def deliver(
        self,
        definition: Definition,
        snapshot: bytes,
        *,
        token: UUID,
        variables: Variables,
        surroundings: Surroundings,
        only_mapped: bool = False,
    ) -> Step:
        """Give a waiting subscription its message or signal; `StepRefused` if it does not wait.

        With `only_mapped`, nothing of it becomes a variable that the element does not declare.
        """
        payload = self._taken_in(variables)

        def act(case: RunningCase) -> None:
            waiting = _waiting(case, token, "a message or signal", Catching)
            fire(waiting, declared(waiting.task_spec.node, payload) if only_mapped else payload)

        return self._step(self._definitions.get(definition), snapshot, surroundings, act)

    def fire_timers(self, definition: Definition, snapshot: bytes, *, surroundings: Surroundings) -> Step:
        """Fire every due timer.

        Also how a case that was stuck at its start is tried again: whatever is ready moves.
        """
        return self._step(self._definitions.get(definition), snapshot, surroundings, _fire_due)

    def postpone_timers(
        self, definition: Definition, snapshot: bytes, *, by: timedelta, surroundings: Surroundings
    ) -> Step:
        """Move every waiting timer by `by`, and those that go by a clock of the law as that goes."""

        def act(case: RunningCase) -> None:
            for token in case.index.standing.values():
                if "due" in token.facts or "clock" in token.facts:
                    follow(token, by=by)

        return self._step(self._definitions.get(definition), snapshot, surroundings, act)

    def decision_inputs(
        self, definition: Definition, snapshot: bytes, *, decision_id: str, surroundings: Surroundings
    ) -> Variables:
        """The data of the process, and over it the input mapping of the task that takes the decision.

        `StepRefused` if the mapping asks for too much.
        """
        parsed = self._definitions.get(definition)
        data = self.variables(definition, snapshot)
        takers = (task for container in parsed.containers.values() for task in container.task_specs.values())
        for task in takers:
            if isinstance(task, DecisionTask) and task.work.decision == decision_id:
                try:
                    return {**data, **mapped(task.node.inputs, data, surroundings)}
                except RuntimeFault as fault:
                    raise StepRefused(fault.message) from fault
        return data

    def correct(
        self,
        definition: Definition,
        snapshot: bytes,
        *,
        path: tuple[str, ...],
        value: Any,
        surroundings: Surroundings,
    ) -> Step:
        """Set a variable wherever the case holds it."""
        if not path or not all(path):
            raise StepRefused("Expected the names that lead to a variable, found an empty one")
        corrected = self._taken_in({path[0]: value})[path[0]]
        return self._step(
            self._definitions.get(definition),
            snapshot,
            surroundings,
            lambda case: correct(case, path, corrected),
            refreshing=True,
        )

    def move(
        self,
        definition: Definition,
        snapshot: bytes,
        *,
        source: str,
        target: str,
        surroundings: Surroundings,
    ) -> Step:
        """Take the token that stands at one element to another beside it."""
        return self._step(
            self._definitions.get(definition),
            snapshot,
            surroundings,
            lambda case: move(case, source=source, target=target),
        )

    def propose_migration(self, old: Definition, new: Definition) -> tuple[ProposedElement, ...]:
        """What stands in `new` for each element of `old`, as far as ids, names and places tell."""
        return propose(self._definitions.get(old), self._definitions.get(new))

    def check_migration(
        self, old: Definition, new: Definition, elements: Elements
    ) -> Mapping[str, Sequence[str]]:
        """What is wrong with a plan, in sentences by old element."""
        return ElementMap(self._definitions.get(old), self._definitions.get(new), elements).problems()

    def migrate(
        self,
        old: Definition,
        new: Definition,
        snapshot: bytes,
        *,
        elements: Elements,
        surroundings: Surroundings,
    ) -> Migration:
        """The case of `old` as it stands in `new`; `MigrationRefused` with every reason."""
        mapping = ElementMap(self._definitions.get(old), self._definitions.get(new), elements)
        return migrate(snapshot, mapping, surroundings=surroundings, limits=self._limits)

    def ways(self, definition: Definition, snapshot: bytes) -> Mapping[str, tuple[str, ...]]:
        """Where tokens stand that can be moved, each place with the elements that can be begun instead."""
        case = self._looked_at(definition, snapshot)
        return {} if isinstance(case, ClosedCase) else ways(case)

    def variables(self, definition: Definition, snapshot: bytes) -> Variables:
        """The variables of the process as they are now."""
        return dict(self._looked_at(definition, snapshot).variables)

    def marks(self, definition: Definition, snapshot: bytes) -> Marks:
        """Which elements are completed and which active, or were when the case ended."""
        case = self._looked_at(definition, snapshot)
        if isinstance(case, ClosedCase):
            parsed = self._definitions.get(definition)
            return marks_of_closed(case, parsed.containers)
        return marks(case)

    def standing(self, definition: Definition, snapshot: bytes) -> Standing:
        """Where a running case stands; of a closed one nothing stands anywhere."""
        case = self._looked_at(definition, snapshot)
        return Standing() if isinstance(case, ClosedCase) else standing(case)

    def _looked_at(self, definition: Definition, snapshot: bytes) -> RunningCase | ClosedCase:
        parsed = self._definitions.get(definition)
        return look(snapshot, parsed, surroundings=_TO_LOOK_ONLY, limits=self._limits)

    def _taken_in(self, variables: Variables) -> dict[str, object]:
        try:
            return take_in(variables, depth=self._limits.data_depth)
        except NotAValue as found:
            raise StepRefused(str(found)) from found

    def _step(
        self,
        parsed: ParsedDefinition,
        raw: bytes,
        surroundings: Surroundings,
        act: Callable[[RunningCase], None],
        *,
        refreshing: bool = False,
    ) -> Step:
        case = load(raw, parsed, surroundings=surroundings, limits=self._limits)
        before = list(open_tokens(case))
        try:
            act(case)
            run(case)
            return report(case, before=before, refreshing=refreshing)
        except RuntimeFault as fault:
            return self._stuck(parsed, raw, surroundings, fault)

    def _stuck(
        self, parsed: ParsedDefinition, raw: bytes, surroundings: Surroundings, fault: RuntimeFault
    ) -> Step:
        """The step that did not happen: the snapshot is the one before, so nothing is lost."""
        case = load(raw, parsed, surroundings=surroundings, limits=self._limits)
        return Step(
            snapshot=raw,
            phase=Phase.STUCK,
            next_timer_at=next_timer(case),
            variables=dict(case.variables),
            incident=fault.incident(),
        )


def _begin(case: RunningCase, entrance: str | None = None) -> None:
    """Send the first tokens, unless that was done."""
    if not case.root.completed:
        case.spec.start.begin(case.root, entrance)


def _fire_due(case: RunningCase) -> None:
    """Fire what is due, the earliest first, until nothing is: one timer may open another."""
    _begin(case)
    run(case)
    for _ in range(case.limits.moves):
        due = due_timers(case)
        if case.completed or not due:
            return
        fire(due[0], {})
        run(case)
    raise RuntimeFault("limit_passed", f"More than {case.limits.moves} timers fired in one step")


def _waiting(case: RunningCase, token_id: UUID, expected: str, *kinds: type[FlowNode]) -> RuntimeToken:
    token = case.index.standing.get(token_id)
    if token is None:
        raise StepRefused(f"Expected {expected} that waits, found no waiting token {token_id}")
    if not (isinstance(token.task_spec, kinds) and is_open(token)):
        raise StepRefused(
            f"Expected {expected}, found the {token.task_spec.node.kind} {token.task_spec.node.id}"
        )
    return token
