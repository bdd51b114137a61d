"""A workflow that runs another one and remembers which elements its steps passed."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, TypeAlias
from uuid import UUID

from engine.runtime.contract import (
    Marks,
    MessageEvent,
    Phase,
    StartEvent,
    StartTimer,
    Step,
    Surroundings,
    Variables,
)
from engine.runtime.definition import Definition
from engine.runtime.migration_contract import Elements, MigratingWorkflow, Migration, ProposedElement

Place: TypeAlias = tuple[str, str]
"""A diagram's file, and the id of an element in it."""


class RecordingWorkflow:
    """Fills the port `MigratingWorkflow` by handing everything on; for one case at a time."""

    def __init__(self, workflow: MigratingWorkflow) -> None:
        self._workflow = workflow
        self._passed: list[str] = []
        self._nodes: set[Place] = set()
        self._flows: set[Place] = set()
        self._rules: set[str] = set()
        self._data: Variables = {}
        self._incident: str | None = None

    def forked(self) -> "RecordingWorkflow":
        """Another one that remembers the same, and goes its own way from here."""
        other = RecordingWorkflow(self._workflow)
        other._passed, other._nodes = list(self._passed), set(self._nodes)
        other._flows, other._rules = set(self._flows), set(self._rules)
        other._data, other._incident = self._data, self._incident
        return other

    @property
    def passed(self) -> Sequence[str]:
        """The ids of the elements that were entered and left so far, in order."""
        return tuple(self._passed)

    @property
    def nodes(self) -> frozenset[Place]:
        """The elements that were left, each with its diagram."""
        return frozenset(self._nodes)

    @property
    def flows(self) -> frozenset[Place]:
        """The sequence flows that were taken, each with its diagram."""
        return frozenset(self._flows)

    @property
    def rules(self) -> frozenset[str]:
        """The ids of the rules by which business rule tasks decided."""
        return frozenset(self._rules)

    @property
    def data(self) -> Variables:
        """The variables of the process as the last step left them."""
        return self._data

    @property
    def incident(self) -> str | None:
        """Why the last step left the case stuck; None if it did not."""
        return self._incident

    def prepare(self, definition: Definition) -> None:
        """As the port has it."""
        self._workflow.prepare(definition)

    def start_events(self, definition: Definition, *, surroundings: Surroundings) -> tuple[StartEvent, ...]:
        """As the port has it."""
        return self._workflow.start_events(definition, surroundings=surroundings)

    def message_events(
        self, definition: Definition, *, surroundings: Surroundings
    ) -> tuple[MessageEvent, ...]:
        """As the port has it."""
        return self._workflow.message_events(definition, surroundings=surroundings)

    def following_start(self, timer: StartTimer, *, now: datetime) -> StartTimer | None:
        """As the port has it."""
        return self._workflow.following_start(timer, now=now)

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
        """As the port has it."""
        return self._seen(
            self._workflow.start(
                definition,
                variables=variables,
                surroundings=surroundings,
                at=at,
                brought=brought,
                only_mapped=only_mapped,
            )
        )

    def complete(
        self,
        definition: Definition,
        snapshot: bytes,
        *,
        token: UUID,
        variables: Variables,
        surroundings: Surroundings,
    ) -> Step:
        """As the port has it."""
        return self._seen(
            self._workflow.complete(
                definition, snapshot, token=token, variables=variables, surroundings=surroundings
            )
        )

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
        """As the port has it."""
        return self._seen(
            self._workflow.fail(
                definition, snapshot, token=token, code=code, variables=variables, surroundings=surroundings
            )
        )

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
        """As the port has it."""
        return self._seen(
            self._workflow.deliver(
                definition,
                snapshot,
                token=token,
                variables=variables,
                surroundings=surroundings,
                only_mapped=only_mapped,
            )
        )

    def fire_timers(self, definition: Definition, snapshot: bytes, *, surroundings: Surroundings) -> Step:
        """As the port has it."""
        return self._seen(self._workflow.fire_timers(definition, snapshot, surroundings=surroundings))

    def postpone_timers(
        self, definition: Definition, snapshot: bytes, *, by: timedelta, surroundings: Surroundings
    ) -> Step:
        """As the port has it."""
        return self._seen(
            self._workflow.postpone_timers(definition, snapshot, by=by, surroundings=surroundings)
        )

    def decision_inputs(
        self, definition: Definition, snapshot: bytes, *, decision_id: str, surroundings: Surroundings
    ) -> Variables:
        """As the port has it."""
        return self._workflow.decision_inputs(
            definition, snapshot, decision_id=decision_id, surroundings=surroundings
        )

    def correct(
        self,
        definition: Definition,
        snapshot: bytes,
        *,
        path: tuple[str, ...],
        value: Any,
        surroundings: Surroundings,
    ) -> Step:
        """As the port has it."""
        return self._seen(
            self._workflow.correct(definition, snapshot, path=path, value=value, surroundings=surroundings)
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
        """As the port has it."""
        return self._seen(
            self._workflow.move(definition, snapshot, source=source, target=target, surroundings=surroundings)
        )

    def propose_migration(self, old: Definition, new: Definition) -> tuple[ProposedElement, ...]:
        """As the port has it."""
        return self._workflow.propose_migration(old, new)

    def check_migration(
        self, old: Definition, new: Definition, elements: Elements
    ) -> Mapping[str, Sequence[str]]:
        """As the port has it."""
        return self._workflow.check_migration(old, new, elements)

    def migrate(
        self,
        old: Definition,
        new: Definition,
        snapshot: bytes,
        *,
        elements: Elements,
        surroundings: Surroundings,
    ) -> Migration:
        """As the port has it; no token moves, so nothing is passed."""
        return self._workflow.migrate(old, new, snapshot, elements=elements, surroundings=surroundings)

    def ways(self, definition: Definition, snapshot: bytes) -> Mapping[str, tuple[str, ...]]:
        """As the port has it."""
        return self._workflow.ways(definition, snapshot)

    def variables(self, definition: Definition, snapshot: bytes) -> Variables:
        """As the port has it."""
        return self._workflow.variables(definition, snapshot)

    def marks(self, definition: Definition, snapshot: bytes) -> Marks:
        """As the port has it."""
        return self._workflow.marks(definition, snapshot)

    def _seen(self, step: Step) -> Step:
        if step.phase is Phase.STUCK:
            found = step.incident
            self._incident = (
                f"{found.code} at {found.element_id}: {found.message}" if found else "no reason given"
            )
        else:
            self._incident = None
            self._passed.extend(passed.element_id for passed in step.passed)
            self._nodes.update((passed.file, passed.element_id) for passed in step.passed)
            self._flows.update((flow.file, flow.flow_id) for flow in step.flows)
            self._rules.update(rule for decision in step.decisions for rule in decision.rules)
            self._data = step.variables
        return step
