"""Moves the tokens of a case until every one waits for somebody outside, and says what that step did.

What is ready is taken from an index, and nobody looks through the finished part of a case, so a step costs
what happens in it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from operator import attrgetter
from typing import Any, Literal
from uuid import UUID

from engine.bpmn.model import ConditionalTrigger, Node
from engine.bpmn.timers import NotATimer, read_moment
from engine.kernel.vocabulary import FLAG
from engine.runtime.branches import clear, trim
from engine.runtime.catching import CANCELLED, bring, go_on_after_cancel
from engine.runtime.closed_snapshots import ClosedCase
from engine.runtime.contract import (
    Marks,
    OpenedServiceTask,
    OpenedSubscription,
    OpenedTask,
    Phase,
    SeenAgain,
    Step,
    Surroundings,
)
from engine.runtime.expressions import holds_by_now, resolve, resolve_certain, resolve_spoken, spoken
from engine.runtime.faults import RuntimeFault, RuntimeLimits
from engine.runtime.snapshot import dump
from engine.runtime.specs.activities import PersonTask, ServiceTaskSpec
from engine.runtime.specs.compensation import note_compensation
from engine.runtime.specs.events import Catching, Split, close_boundaries
from engine.runtime.specs.flow_node import Join, spec_of, surroundings_of
from engine.runtime.specs.listeners import ListenerTask
from engine.runtime.specs.loops import ParentActivity
from engine.runtime.specs.sub_processes import ContainerSpec, ScopeActivity, SubProcess
from engine.runtime.specs.timers import timer_of
from engine.runtime.tokens import RunningCase, RuntimeScope, RuntimeToken, is_standing

_DEFAULT_PRIORITY = 50
_HEARD = "heard"
"""The fact by which the first token of a process knows that the listeners after it have their turn."""


def run(case: RunningCase) -> None:
    """Move everything that can move.

    A `RuntimeFault` means that the case cannot go on, and that this instance must be thrown away.
    """
    index, moves = case.index, 0
    while not case.completed:
        if case.thrown:
            bring(case, case.thrown.popleft())
        elif case.arrivals:
            _join(case.arrivals.popleft())
        elif index.opening or index.ready:
            # What opens events comes before what may throw them.
            _pass(next(iter((index.opening or index.ready).values())))
        elif index.quiet:
            scope = index.quiet.popleft()
            if not scope.busy and scope.is_open:
                _end_scope(case, scope)
        elif not (_fire_condition(case) or _join_inclusive(case)):
            return
        moves += 1
        if moves > case.limits.moves:
            last = case.passed[-1].element_id if case.passed else None
            message = f"More than {case.limits.moves} moves in one step; the last element passed is {last}"
            raise RuntimeFault("limit_passed", message, element_id=last)


def _pass(token: RuntimeToken) -> None:
    """Let an element do its part, and send tokens on if it is done."""
    if token.task_spec.perform(token):
        token.complete()
        after(token)
    else:
        token.start()


def after(token: RuntimeToken) -> None:
    """Follow a token that has left its element: trim what it leaves behind, and tell whose part it was."""
    if token.task_spec.compensated_by is not None or "inside" in token.facts:
        note_compensation(token)
    if token.parent is not None and isinstance(token.parent.task_spec, Split):
        close_boundaries(token)
    ended = trim(token)
    if ended is not None and ended.parent is not None and isinstance(ended.parent.task_spec, ParentActivity):
        ended.parent.task_spec.child_done(ended.parent, ended)


def _join(arrival: RuntimeToken) -> None:
    gateway = arrival.task_spec
    if not arrival.present or not arrival.waiting or not isinstance(gateway, Join) or gateway.patient:
        return
    arrived = gateway.arrived(arrival)
    if gateway.may_fire(arrived):
        gateway.fire(list(arrived.values()))


def _fire_condition(case: RunningCase) -> bool:
    """Fire one conditional event whose condition has become true; True when one was."""
    for token in list(case.index.standing.values()):
        spec = token.task_spec
        if not isinstance(spec, Catching) or not isinstance(spec.trigger, ConditionalTrigger):
            continue
        context = spec.seen_by(token)
        held = token.facts["condition"]
        token.facts["condition"] = holds_by_now(spec.trigger.condition, context, surroundings_of(token))
        if token.facts["condition"] and not held:
            spec.happen(token, {})
            return True
    return False


def _join_inclusive(case: RunningCase) -> bool:
    """Fire one inclusive gateway that no other token can still come to.

    Asked only when nothing else moves.
    """
    for token in list(case.index.standing.values()):
        gateway = token.task_spec
        if isinstance(gateway, Join) and gateway.patient and token.waiting:
            arrived = gateway.arrived(token)
            if gateway.may_fire(arrived):
                gateway.fire(list(arrived.values()))
                return True
    return False


def _end_scope(case: RunningCase, scope: RuntimeScope) -> None:
    """Close a scope in which nothing is left to do, and go on around it."""
    host = scope.parent_token
    if scope.root.facts.get(CANCELLED):
        go_on_after_cancel(scope)
        return
    listens_after = scope.spec.start.listens_after
    if listens_after is not None and not scope.root.facts.get(_HEARD):
        scope.root.facts[_HEARD] = True
        clear(scope)
        RuntimeToken(scope, scope.spec.task_specs[listens_after], scope.root).enter()
        return
    clear(scope)
    if host is None:
        case.completed = True
        return
    del case.subprocesses[host.id]
    activity = spec_of(host, ScopeActivity)
    # What a called process has done is its own affair: only a handler on the call undoes it.
    if scope.compensations and isinstance(activity, SubProcess):
        host.facts["inside"] = scope.compensations
    activity.scope_ended(host, scope)
    after(host)


def is_open(token: RuntimeToken) -> bool:
    """Whether somebody outside can answer a standing token: as a task, with a message or with a signal."""
    spec = token.task_spec
    if isinstance(spec, Catching):
        return token.waiting and ("message" in token.facts or "signal" in token.facts)
    return isinstance(spec, PersonTask) or (isinstance(spec, ServiceTaskSpec) and not token.waiting)


def open_tokens(case: RunningCase) -> dict[UUID, RuntimeToken]:
    """The tokens that somebody outside can answer, in the order they were opened."""
    standing = sorted(case.index.standing.values(), key=attrgetter("serial"))
    return {token.id: token for token in standing if is_open(token)}


def next_timer(case: RunningCase) -> datetime | None:
    """The moment of the earliest waiting timer."""
    standing = case.index.standing.values()
    return min(
        (timer.due for token in standing if "due" in token.facts and (timer := timer_of(token))), default=None
    )


def report(case: RunningCase, *, before: Iterable[UUID], refreshing: bool = False) -> Step:
    """The step that turned a case in which the tokens `before` were open into this one.

    Tasks that were open before are told once more where variables around them were set; with `refreshing`
    all tasks and service tasks are. A case that is not completed and that nothing can wake again is stuck:
    `RuntimeFault` `nothing_waits`.
    """
    known, now_open = set(before), open_tokens(case)
    still_open = [token for token in now_open.values() if token.id in known]
    if not case.completed and not now_open:
        _check_something_happens(case)
    opened = _described(token for token in now_open.values() if token.id not in known)
    return Step(
        snapshot=_bounded(dump(case), case.limits),
        phase=Phase.COMPLETED if case.completed else Phase.RUNNING,
        opened_tasks=tuple(opened.tasks),
        opened_service_tasks=tuple(opened.service_tasks),
        opened_subscriptions=tuple(opened.subscriptions),
        closed=tuple(token_id for token_id in before if token_id not in now_open),
        thrown_messages=tuple(case.thrown_messages),
        thrown_signals=tuple(case.thrown_signals),
        next_timer_at=next_timer(case),
        passed=tuple(case.passed),
        flows=tuple(case.flows),
        decisions=tuple(case.decisions),
        variables=dict(case.variables),
        outcome=case.outcome if case.completed else None,
        outcome_name=_outcome_name(case) if case.completed else None,
        refreshed_tasks=tuple(
            SeenAgain(token=token.id, element_id=token.task_spec.node.id, variables=_shown(token))
            for token in still_open
            if isinstance(token.task_spec, PersonTask)
            and (refreshing or (case.has_written and not token.task_spec.node.inputs))
        ),
        refreshed_service_tasks=tuple(
            SeenAgain(token=token.id, element_id=token.task_spec.node.id, variables=_sent(token))
            for token in still_open
            if refreshing and isinstance(token.task_spec, ServiceTaskSpec)
        ),
        flags=_flags(case) if case.subprocesses else frozenset(),
    )


def _flags(case: RunningCase) -> frozenset[str]:
    """The flags that the open sub-processes and calls put on the case."""
    hosts = (scope.parent_token.task_spec.node for scope in case.subprocesses.values() if scope.parent_token)
    return frozenset(node.properties[FLAG] for node in hosts if FLAG in node.properties)


def _check_something_happens(case: RunningCase) -> None:
    """Without anybody who answers, a timer or a condition must be able to move the case."""
    standing = case.index.standing.values()
    if any(token.facts.keys() & {"due", "clock", "condition"} for token in standing):
        return
    elements = [token.task_spec.node.id for token in standing if not token.task_spec.passive]
    where = f"tokens stand at {', '.join(elements)}" if elements else "no token is left"
    message = f"The case is not completed, and nothing outside can move it: {where}"
    raise RuntimeFault("nothing_waits", message, element_id=elements[0] if elements else None)


@dataclass
class _Described:
    """Open tokens as the caller sees them."""

    tasks: list[OpenedTask] = field(default_factory=list)
    service_tasks: list[OpenedServiceTask] = field(default_factory=list)
    subscriptions: list[OpenedSubscription] = field(default_factory=list)


def _described(tokens: Iterable[RuntimeToken]) -> _Described:
    found = _Described()
    for token in tokens:
        spec = token.task_spec
        if isinstance(spec, PersonTask):
            found.tasks.append(_task(token, spec))
        elif isinstance(spec, ServiceTaskSpec):
            found.service_tasks.append(_service_task(token, spec))
        else:
            found.subscriptions.append(_subscription(token))
    return found


def _bounded(snapshot: bytes, limits: RuntimeLimits) -> bytes:
    if len(snapshot) > limits.snapshot_bytes:
        message = f"The case would take {len(snapshot):,} bytes; at most {limits.snapshot_bytes:,} are kept"
        raise RuntimeFault("limit_passed", message)
    return snapshot


def _outcome_name(case: RunningCase) -> str | None:
    return case.spec.task_specs[case.outcome].node.name if case.outcome is not None else None


def marks(case: RunningCase) -> Marks:
    """The completed and the active elements of a case."""
    active = dict.fromkeys(
        token.task_spec.node.id for token in case.index.standing.values() if not token.task_spec.passive
    )
    return Marks(completed=tuple(case.completed_elements), active=tuple(active))


def marks_of_closed(case: ClosedCase, containers: Mapping[str, ContainerSpec]) -> Marks:
    """The elements that a closed case completed, and those at which it stopped."""
    specs = ((containers[body].task_specs[element], state) for body, element, state in case.standing)
    stopped = dict.fromkeys(
        spec.node.id for spec, state in specs if is_standing(spec, state) and not spec.passive
    )
    return Marks(completed=case.passed, active=tuple(stopped))


def _task(token: RuntimeToken, spec: PersonTask) -> OpenedTask:
    node, work, context, surroundings = spec.node, spec.work, token.context, surroundings_of(token)
    return OpenedTask(
        token=token.id,
        element_id=node.id,
        name=node.name,
        form_id=work.form_id,
        assignee=resolve_spoken(work.assignee, context, surroundings),
        candidate_groups=_texts(resolve(work.candidate_groups, context, surroundings)),
        candidate_users=_texts(resolve(work.candidate_users, context, surroundings)),
        priority=_priority(resolve(work.priority, context, surroundings), node),
        due_at=_moment(resolve(work.due_at, context, surroundings), node, surroundings),
        follow_up_at=_moment(resolve(work.follow_up_at, context, surroundings), node, surroundings),
        variables=_shown(token),
        properties=node.properties,
    )


def _service_task(token: RuntimeToken, spec: ServiceTaskSpec) -> OpenedServiceTask:
    node, work, context, surroundings = spec.node, spec.work, token.context, surroundings_of(token)
    retries = resolve(work.retries, context, surroundings)
    return OpenedServiceTask(
        token=token.id,
        element_id=spec.name if isinstance(spec, ListenerTask) else node.id,
        name=node.name,
        topic=resolve_certain(work.topic, context, surroundings),
        retries=_whole(retries, "retries", node) if retries is not None else None,
        headers=work.headers,
        variables=_sent(token),
    )


def _shown(token: RuntimeToken) -> dict[str, Any]:
    """What the form of a task begins with."""
    return dict(token.local if token.task_spec.node.inputs else token.context)


def _sent(token: RuntimeToken) -> dict[str, Any]:
    """What an agency or a system is told."""
    return {name: token.local[name] for mapping in token.task_spec.node.inputs for name in mapping.target[:1]}


def opened_subscriptions(case: RunningCase) -> tuple[OpenedSubscription, ...]:
    """Every message and signal that the case waits for."""
    return tuple(_described(open_tokens(case).values()).subscriptions)


def _subscription(token: RuntimeToken) -> OpenedSubscription:
    kind: Literal["message", "signal"] = "message" if "message" in token.facts else "signal"
    return OpenedSubscription(
        token=token.id,
        element_id=token.task_spec.node.id,
        message=token.facts[kind],
        correlation_key=token.facts.get("key"),
        kind=kind,
        senders=token.task_spec.node.message_senders if kind == "message" else None,
    )


def _texts(value: Any) -> tuple[str, ...]:
    """Candidates: a list, or text with commas between them."""
    parts = value if isinstance(value, list) else value.split(",") if isinstance(value, str) else []
    return tuple(text.strip() for part in parts if (text := spoken(part)) and text.strip())


def _priority(value: Any, node: Node) -> int:
    if value is None:
        return _DEFAULT_PRIORITY
    return min(100, max(0, _whole(value, "priority", node)))


def _whole(value: Any, what: str, node: Node) -> int:
    text = spoken(value) or ""
    try:
        return int(Decimal(text))
    except ArithmeticError as error:
        message = f"Expected a whole number as {what}, found {text!r}"
        raise RuntimeFault("undecidable_expression", message, element_id=node.id) from error


def _moment(value: Any, node: Node, surroundings: Surroundings) -> datetime | None:
    if value is None:
        return None
    try:
        return read_moment(value, surroundings.zone)
    except NotATimer as problem:
        raise RuntimeFault("undecidable_expression", f"{problem}", element_id=node.id) from problem
