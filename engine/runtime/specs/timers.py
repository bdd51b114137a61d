"""Timers that wait: when they fire next, by which clock they go, and how they follow it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from engine.bpmn.model import TimerTrigger
from engine.bpmn.timers import (
    Duration,
    NotATimer,
    Schedule,
    parse_duration,
    parse_interval,
    postponed,
    schedule,
)
from engine.kernel.legal_time import CLOCK, FIRST_TERM, TERM, Clock
from engine.runtime.contract import Surroundings
from engine.runtime.expressions import certain_value
from engine.runtime.faults import RuntimeFault
from engine.runtime.specs.flow_node import surroundings_of
from engine.runtime.tokens import RuntimeToken


def timer_registration(
    trigger: TimerTrigger, context: Mapping[str, Any], token: RuntimeToken
) -> dict[str, Any]:
    """When the timer fires next and, where it goes by a clock of the law, by which."""
    named = token.task_spec.node.properties.get(CLOCK)
    if named is None:
        return timer_facts(_opened_timer(trigger, context, token))
    surroundings = surroundings_of(token)
    clock: dict[str, Any] = {"clock": named}
    if named == Clock.LEGAL:
        return clock | _moment_of_term(token)
    timer = clock | timer_facts(_opened_timer(trigger, context, token))
    return _stopped(timer, surroundings.now) if _stands_still(named, surroundings) else timer


def follow(token: RuntimeToken, *, by: timedelta) -> None:
    """Move the timer that a token waits by: by `by`, or as its clock goes.

    One that stands still keeps what is `left` of it.
    """
    facts, surroundings = token.facts, surroundings_of(token)
    named, timer = facts.get("clock"), timer_of(token)
    if named is None:
        if timer is not None:
            facts.update(timer_facts(postponed(timer, by)))
    elif named == Clock.LEGAL:
        facts.pop("due", None)
        facts.update(_moment_of_term(token))
    elif _stands_still(named, surroundings):
        token.facts = _stopped(facts, surroundings.now)
    elif "left" in facts:
        left = parse_duration(facts.pop("left"))
        facts["due"] = left.after(surroundings.now).isoformat()


def _stands_still(clock: str, surroundings: Surroundings) -> bool:
    return clock == Clock.RESTS and surroundings.is_paused


def _moment_of_term(token: RuntimeToken) -> dict[str, Any]:
    """The end of the term that the timer names, the one of law where it names none; empty where it rests."""
    named, surroundings = token.task_spec.node.properties.get(TERM, FIRST_TERM), surroundings_of(token)
    end = surroundings.term_end if named == FIRST_TERM else surroundings.further_ends.get(named)
    return {"due": end.isoformat()} if end is not None else {}


def _stopped(facts: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    if "due" not in facts:
        return dict(facts)
    left = max(timedelta(), datetime.fromisoformat(facts["due"]) - now)
    others = {name: value for name, value in facts.items() if name != "due"}
    return {**others, "left": Duration(exact=left).text()}


def timer_facts(timer: Schedule) -> dict[str, Any]:
    facts: dict[str, Any] = {"due": timer.due.isoformat()}
    if timer.every is not None:
        facts |= {"count": timer.count, "every": timer.every.text()}
    return facts


def timer_of(token: RuntimeToken) -> Schedule | None:
    """The schedule that a token waits by; None where it waits for something else."""
    facts = token.facts
    if "due" not in facts:
        return None
    every = parse_interval(facts["every"]) if "every" in facts else None
    return Schedule(due=datetime.fromisoformat(facts["due"]), count=facts.get("count", 1), every=every)


def rescheduled(token: RuntimeToken) -> bool:
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


def _opened_timer(trigger: TimerTrigger, context: Mapping[str, Any], token: RuntimeToken) -> Schedule:
    surroundings = surroundings_of(token)
    text = trigger.text
    value = text if isinstance(text, str) else certain_value(text, context, surroundings)
    try:
        return schedule(trigger.kind, value, surroundings.now, zone=surroundings.zone)
    except NotATimer as problem:
        raise RuntimeFault(
            "undecidable_expression", f"{problem}", element_id=token.task_spec.node.id
        ) from problem
