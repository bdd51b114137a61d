"""Runs the instances of one deployment against each other, on a clock of its own, and keeps their log.

Everything goes through the workflow port. The world is what stands around the engine: it answers the service
tasks that the scripts became, carries messages and signals from one instance to another, and lets time pass
until nothing is due.
"""

import heapq
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import count
from uuid import UUID

from lxml import etree

from engine.runtime.contract import (
    OpenedServiceTask,
    OpenedSubscription,
    Phase,
    Step,
    Surroundings,
    Workflow,
)
from engine.runtime.definition import Definition
from tests.conformance_bpmn.translation import BPMN

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
FILE = "model.bpmn"
MOST_STEPS = 500
WAITED = timedelta(seconds=10)
ERROR_CODE = "ERR_CODE"


class Endless(Exception):
    """The instances keep each other busy for ever."""


@dataclass
class Instance:
    """A process that runs: where it stands, and what it waits for."""

    definition: Definition
    step: Step
    tasks: dict[UUID, OpenedServiceTask] = field(default_factory=dict)
    subscriptions: dict[UUID, OpenedSubscription] = field(default_factory=dict)


class World:
    """A deployment of one file, its instances, its clock and its log."""

    def __init__(self, engine: Workflow, content: bytes) -> None:
        self.engine = engine
        self.content = content
        self.now = NOON
        self.log: list[str] = []
        self.instances: list[Instance] = []
        self._agenda: list[tuple[datetime, int, Instance, UUID]] = []
        self._order = count()
        self._measured: dict[UUID, tuple[str, datetime]] = {}
        self._spans: list[tuple[str, datetime, datetime]] = []
        self._processes = tuple(_process_ids(content))

    def start(self, process_id: str, variables: Mapping[str, object]) -> None:
        """Start an instance of a process; `DefinitionRefused` if the file cannot be deployed."""
        self._begin(process_id, variables)

    def run(self, allowed: timedelta) -> None:
        """Let everything happen that is due now, and later within the time allowed."""
        for _ in range(MOST_STEPS):
            moment = self._next_moment()
            if moment is None or (moment > NOON + allowed and not self._agenda):
                self._note_overlaps()
                return
            self.now = max(self.now, moment)
            self._happen()
        raise Endless(", ".join(self.log[:10]))

    def _begin(self, process_id: str, variables: Mapping[str, object], at: str | None = None) -> None:
        definition = self._definition(process_id)
        step = self.engine.start(definition, variables=variables, surroundings=self._surroundings(), at=at)
        instance = Instance(definition=definition, step=step)
        self.instances.append(instance)
        self._take(instance, step)

    def _definition(self, process_id: str) -> Definition:
        digest = sha256(self.content + process_id.encode()).hexdigest()
        return Definition(sha256=digest, process_id=process_id, files={FILE: self.content})

    def _surroundings(self) -> Surroundings:
        return Surroundings(now=self.now)

    def _next_moment(self) -> datetime | None:
        timers = [
            instance.step.next_timer_at
            for instance in self.instances
            if instance.step.phase is Phase.RUNNING and instance.step.next_timer_at is not None
        ]
        due = [entry[0] for entry in self._agenda[:1]]
        return min(timers + due, default=None)

    def _happen(self) -> None:
        """Do the first thing of this moment: fire a due timer, or finish a script."""
        for instance in self.instances:
            due = instance.step.next_timer_at
            if instance.step.phase is Phase.RUNNING and due is not None and due <= self.now:
                step = self.engine.fire_timers(
                    instance.definition, instance.step.snapshot, surroundings=self._surroundings()
                )
                self._take(instance, step)
                return
        _, _, instance, token = heapq.heappop(self._agenda)
        task = instance.tasks.pop(token, None)
        if task is not None and instance.step.phase is Phase.RUNNING:
            self._answer(instance, task)

    def _answer(self, instance: Instance, task: OpenedServiceTask) -> None:
        """Do what the token of a script says."""
        results: dict[str, object] = {}
        match task.topic:
            case "INCREMENT_INTEGER_VARIABLE" | "INCREMENT_INTEGER_VARIABLE_AND_LOG":
                results["integerVariable"] = int(str(instance.step.variables["integerVariable"])) + 1
                if task.topic.endswith("LOG"):
                    self.log.append("INCREMENT_correct")
            case "SET_STRING_DATA":
                results["data"] = "String"
            case "LOG_DATA":
                self.log.append(
                    "DATA_correct" if instance.step.variables.get("data") == "String" else "DATA_wrong"
                )
            case "CREATE_MARKER_FILE":
                self.log.append("MARKER_exists")
            case "THROW_ERROR":
                self._fail(instance, task)
                return
            case token if token.startswith("SCRIPT_task"):
                self.log.append(token)
            case token if token.startswith("CREATE_TIMESTAMP_LOG"):
                begun = self._measured.pop(task.token, (token, self.now))[1]
                self._spans.append((token, begun, self.now))
        step = self.engine.complete(
            instance.definition,
            instance.step.snapshot,
            token=task.token,
            variables=results,
            surroundings=self._surroundings(),
        )
        self._take(instance, step)

    def _fail(self, instance: Instance, task: OpenedServiceTask) -> None:
        step = self.engine.fail(
            instance.definition,
            instance.step.snapshot,
            token=task.token,
            code=ERROR_CODE,
            variables={},
            surroundings=self._surroundings(),
        )
        self._take(instance, step)

    def _take(self, instance: Instance, step: Step) -> None:
        """Note what a step opened and closed, and carry out what it sent."""
        instance.step = step
        for token in step.closed:
            instance.tasks.pop(token, None)
            instance.subscriptions.pop(token, None)
        instance.subscriptions |= {opened.token: opened for opened in step.opened_subscriptions}
        for task in step.opened_service_tasks:
            instance.tasks[task.token] = task
            self._schedule(instance, task)
        if step.phase is Phase.STUCK and step.incident is not None:
            uncaught = step.incident.code == "uncaught_error"
            self.log.append("ERROR_thrownErrorEvent" if uncaught else "ERROR_runtime")
        for message in step.thrown_messages:
            self._carry("message", message.message, message.correlation_key, message.variables)
        for signal in step.thrown_signals:
            self._carry("signal", signal.signal, None, signal.variables, thrower=instance)

    def _schedule(self, instance: Instance, task: OpenedServiceTask) -> None:
        """A script takes no time, unless it says that it waits; one that is measured takes a moment."""
        ends = self.now
        if task.topic == "WAIT_TEN_SECONDS":
            ends += WAITED
        if task.topic.startswith("CREATE_TIMESTAMP_LOG"):
            self._measured[task.token] = (task.topic, self.now)
            ends += timedelta(milliseconds=1)
        heapq.heappush(self._agenda, (ends, next(self._order), instance, task.token))

    def _carry(
        self,
        kind: str,
        name: str,
        key: str | None,
        variables: Mapping[str, object],
        thrower: Instance | None = None,
    ) -> None:
        """Give a message to one that waits and a signal to all but the thrower, and begin what it starts."""
        for instance in list(self.instances):
            waiting = [
                opened
                for opened in instance.subscriptions.values()
                if opened.kind == kind and opened.message == name and opened.correlation_key in {key, None}
            ]
            for opened in waiting if instance is not thrower and instance.step.phase is Phase.RUNNING else ():
                if opened.token in instance.subscriptions:
                    del instance.subscriptions[opened.token]
                    self._deliver(instance, opened, variables)
                    if kind == "message":
                        return
        for process_id in self._processes:
            events = self.engine.start_events(self._definition(process_id), surroundings=self._surroundings())
            for event in events:
                if (event.kind, event.name) == (kind, name):
                    self._begin(process_id, {**NOTHING_GIVEN, **variables}, at=event.element_id)

    def _deliver(
        self, instance: Instance, opened: OpenedSubscription, variables: Mapping[str, object]
    ) -> None:
        step = self.engine.deliver(
            instance.definition,
            instance.step.snapshot,
            token=opened.token,
            variables=variables,
            surroundings=self._surroundings(),
        )
        self._take(instance, step)

    def _note_overlaps(self) -> None:
        spans = sorted(self._spans, key=lambda span: span[1])
        overlapping = any(
            later[1] < span[2] for index, span in enumerate(spans) for later in spans[index + 1 :]
        )
        if overlapping:
            self.log.append("EXECUTION_parallel")


NOTHING_GIVEN: Mapping[str, object] = {"test": "", "integerVariable": 0}
"""What an instance has that nobody gave anything."""


def _process_ids(content: bytes) -> Iterator[str]:
    return (process.get("id", "") for process in etree.fromstring(content).iter(f"{{{BPMN}}}process"))
