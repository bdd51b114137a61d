"""Where a process begins that something other than a person sets off."""

from datetime import datetime

from engine.bpmn.model import MessageTrigger, Node, SignalTrigger, TimerTrigger, Trigger
from engine.bpmn.timers import FOREVER, NotATimer, Schedule, parse_duration, schedule
from engine.runtime.contract import DefinitionRefused, StartEvent, StartTimer, Surroundings
from engine.runtime.definitions import ParsedDefinition
from engine.runtime.expressions import resolve, resolve_certain
from engine.runtime.faults import Fault


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
            except (Fault, NotATimer) as fault:
                findings.append(f"{node.place}: {fault}")
            else:
                found += [event] if event is not None else []
    if findings:
        raise DefinitionRefused(tuple(findings))
    return tuple(found)


def _start_event(node: Node, trigger: Trigger, surroundings: Surroundings) -> StartEvent | None:
    if isinstance(trigger, MessageTrigger):
        name = resolve_certain(trigger.name, {}, surroundings)
        return StartEvent(element_id=node.id, kind="message", name=name, properties=node.properties)
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
    every = parse_duration(timer.every) if timer.every is not None else None
    count = FOREVER if timer.times is None else timer.times
    after = Schedule(due=timer.due_at, count=count, every=every).following(now)
    return _timer_of(after) if after is not None else None


def _timer_of(found: Schedule) -> StartTimer:
    return StartTimer(
        due_at=found.due,
        times=None if found.count == FOREVER else found.count,
        every=found.every.text() if found.every is not None else None,
    )
