"""What a token waits for, worked out once when the wait opens, and kept among its facts."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine.bpmn.model import (
    ConditionalTrigger,
    ErrorTrigger,
    EscalationTrigger,
    MessageTrigger,
    SignalTrigger,
    TimerTrigger,
    Trigger,
)
from engine.bpmn.timers import NotATimer, Schedule, parse_duration, schedule
from engine.runtime.expressions import certain_value, resolve_certain, resolve_spoken
from engine.runtime.faults import Fault
from engine.runtime.specs.flow_node import surroundings_of
from engine.runtime.tokens import Token


def registration(trigger: Trigger, context: Mapping[str, Any], token: Token) -> dict[str, Any]:
    """What a waiting token must remember: the due moment, the message and its key, the error code."""
    surroundings = surroundings_of(token)
    if isinstance(trigger, TimerTrigger):
        return timer_facts(_opened_timer(trigger, context, token))
    if isinstance(trigger, MessageTrigger):
        key = resolve_certain(trigger.key, context, surroundings) if trigger.key is not None else None
        return {"message": resolve_certain(trigger.name, context, surroundings), "key": key}
    if isinstance(trigger, SignalTrigger):
        return {"signal": resolve_certain(trigger.name, context, surroundings)}
    if isinstance(trigger, ErrorTrigger):
        return {"error": resolve_spoken(trigger.code, context, surroundings)}
    if isinstance(trigger, EscalationTrigger):
        return {"escalation": resolve_spoken(trigger.code, context, surroundings)}
    if isinstance(trigger, ConditionalTrigger):
        return {"condition": False}
    return {}


def _opened_timer(trigger: TimerTrigger, context: Mapping[str, Any], token: Token) -> Schedule:
    surroundings = surroundings_of(token)
    text = trigger.text
    value = text if isinstance(text, str) else certain_value(text, context, surroundings)
    try:
        return schedule(trigger.kind, value, surroundings.now, zone=surroundings.zone)
    except NotATimer as problem:
        raise Fault("undecidable_expression", f"{problem}", element_id=token.task_spec.node.id) from problem


def timer_facts(timer: Schedule) -> dict[str, Any]:
    """A schedule as facts of a token."""
    facts: dict[str, Any] = {"due": timer.due.isoformat()}
    if timer.every is not None:
        facts |= {"count": timer.count, "every": timer.every.text()}
    return facts


def timer_of(token: Token) -> Schedule | None:
    """The schedule that a token waits by; None where it waits for something else."""
    facts = token.facts
    if "due" not in facts:
        return None
    every = parse_duration(facts["every"]) if "every" in facts else None
    return Schedule(due=datetime.fromisoformat(facts["due"]), count=facts.get("count", 1), every=every)


def rescheduled(token: Token) -> bool:
    """Set a timer that has fired to its next moment; False when it fires no more."""
    timer = timer_of(token)
    try:
        following = timer.following(surroundings_of(token).now) if timer is not None else None
    except NotATimer:  # the next time lies beyond the calendar, so there is none
        return False
    if following is None:
        return False
    token.facts.update(timer_facts(following))
    return True
