"""Says what a step did: what it opened and closed, and how it left the case."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from engine.bpmn.expressions import Text
from engine.bpmn.timers import NotATimer, read_moment
from engine.runtime.branches import view
from engine.runtime.contract import Marks, OpenedServiceTask, OpenedSubscription, OpenedTask, Phase, Step
from engine.runtime.expressions import resolve, resolve_certain, resolve_spoken, spoken
from engine.runtime.faults import Fault
from engine.runtime.limits import Limits
from engine.runtime.scopes import Case
from engine.runtime.snapshot import dump
from engine.runtime.specs.activities import PersonTask, ServiceTask
from engine.runtime.specs.catching import Catching
from engine.runtime.specs.flow_node import spec_of, surroundings_of
from engine.runtime.specs.waiting import timer_of
from engine.runtime.tokens import Token

_DEFAULT_PRIORITY = 50


def open_tokens(case: Case) -> dict[UUID, Token]:
    """The tokens that somebody outside can answer, in the order they were opened."""
    standing = sorted(case.index.standing.values(), key=lambda token: token.serial)
    return {
        token.id: token
        for token in standing
        if is_task(token) or is_service_task(token) or is_subscription(token)
    }


def is_task(token: Token) -> bool:
    """Whether a token waits for a person."""
    return isinstance(token.task_spec, PersonTask)


def is_service_task(token: Token) -> bool:
    """Whether a token waits for an agency or a system."""
    return isinstance(token.task_spec, ServiceTask) and not token.waiting


def is_subscription(token: Token) -> bool:
    """Whether a token waits for a message or a signal."""
    return (
        isinstance(token.task_spec, Catching)
        and token.waiting
        and ("message" in token.facts or "signal" in token.facts)
    )


def next_timer(case: Case) -> datetime | None:
    """The moment of the earliest waiting timer."""
    timers = [timer_of(token) for token in case.index.standing.values()]
    return min((timer.due for timer in timers if timer is not None), default=None)


def check_somebody_waits(case: Case) -> None:
    """A case that is not completed and that nothing can wake again is stuck: `Fault` `nothing_waits`."""
    if case.completed:
        return
    for token in case.index.standing.values():
        if (
            is_task(token)
            or is_service_task(token)
            or token.facts.keys() & {"message", "signal", "due", "condition"}
        ):
            return
    standing = [
        token.task_spec.node.id for token in case.index.standing.values() if not token.task_spec.passive
    ]
    where = f"tokens stand at {', '.join(standing)}" if standing else "no token is left"
    message = f"The case is not completed, and nothing outside can move it: {where}"
    raise Fault("nothing_waits", message, element_id=standing[0] if standing else None)


def report(case: Case, *, before: Iterable[UUID], refreshing: bool = False) -> Step:
    """The step that turned a case in which the tokens `before` were open into this one.

    With `refreshing` it tells what was open before once more, as it is seen now.
    """
    known, now_open = set(before), open_tokens(case)
    opened = [token for token in now_open.values() if token.id not in known]
    still_open = [token for token in now_open.values() if refreshing and token.id in known]
    return Step(
        snapshot=_bounded(dump(case), case.limits),
        phase=Phase.COMPLETED if case.completed else Phase.RUNNING,
        opened_tasks=tuple(_task(token) for token in opened if is_task(token)),
        opened_service_tasks=tuple(_service_task(token) for token in opened if is_service_task(token)),
        opened_subscriptions=tuple(_subscription(token) for token in opened if is_subscription(token)),
        closed=tuple(token_id for token_id in before if token_id not in now_open),
        thrown_messages=tuple(case.thrown_messages),
        thrown_signals=tuple(case.thrown_signals),
        next_timer_at=next_timer(case),
        passed=tuple(case.passed),
        decisions=tuple(case.decisions),
        variables=dict(case.final_data if case.final_data is not None else view(case).data),
        outcome=case.outcome if case.completed else None,
        outcome_name=_outcome_name(case) if case.completed else None,
        refreshed_tasks=tuple(_task(token) for token in still_open if is_task(token)),
        refreshed_service_tasks=tuple(_service_task(token) for token in still_open if is_service_task(token)),
    )


def _bounded(snapshot: bytes, limits: Limits) -> bytes:
    if len(snapshot) > limits.snapshot_bytes:
        message = f"The case would take {len(snapshot):,} bytes; at most {limits.snapshot_bytes:,} are kept"
        raise Fault("limit_passed", message)
    return snapshot


def _outcome_name(case: Case) -> str | None:
    return case.spec.task_specs[case.outcome].node.name if case.outcome is not None else None


def marks(case: Case) -> Marks:
    """The completed and the active elements of a case."""
    active = dict.fromkeys(
        token.task_spec.node.id for token in case.index.standing.values() if not token.task_spec.passive
    )
    return Marks(completed=tuple(case.completed_elements), active=tuple(active))


def _task(token: Token) -> OpenedTask:
    node, work = token.task_spec.node, spec_of(token, PersonTask).work
    return OpenedTask(
        token=token.id,
        element_id=node.id,
        name=node.name,
        form_id=work.form_id,
        assignee=resolve_spoken(work.assignee, token.context, surroundings_of(token)),
        candidate_groups=_texts(_value(work.candidate_groups, token)),
        candidate_users=_texts(_value(work.candidate_users, token)),
        priority=_priority(_value(work.priority, token), token),
        due_at=_moment(_value(work.due_at, token), token),
        follow_up_at=_moment(_value(work.follow_up_at, token), token),
        variables=dict(token.local if node.inputs else token.context),
        properties=node.properties,
    )


def _service_task(token: Token) -> OpenedServiceTask:
    node, work = token.task_spec.node, spec_of(token, ServiceTask).work
    retries = _value(work.retries, token)
    return OpenedServiceTask(
        token=token.id,
        element_id=node.id,
        name=node.name,
        topic=resolve_certain(work.topic, token.context, surroundings_of(token)),
        retries=_whole(retries, "retries", token) if retries is not None else None,
        headers=work.headers,
        variables=_named(token),
    )


def _named(token: Token) -> Mapping[str, Any]:
    """What the input mapping names, and nothing else."""
    return {mapping.target[0]: token.local[mapping.target[0]] for mapping in token.task_spec.node.inputs}


def _subscription(token: Token) -> OpenedSubscription:
    kind: Literal["message", "signal"] = "message" if "message" in token.facts else "signal"
    return OpenedSubscription(
        token=token.id,
        element_id=token.task_spec.node.id,
        message=token.facts[kind],
        correlation_key=token.facts.get("key"),
        kind=kind,
    )


def _value(text: Text | None, token: Token) -> Any:
    return resolve(text, token.context, surroundings_of(token))


def _texts(value: Any) -> tuple[str, ...]:
    """Candidates: a list, or text with commas between them."""
    parts = value if isinstance(value, list) else value.split(",") if isinstance(value, str) else []
    return tuple(text.strip() for part in parts if (text := spoken(part)) and text.strip())


def _priority(value: Any, token: Token) -> int:
    if value is None:
        return _DEFAULT_PRIORITY
    return min(100, max(0, _whole(value, "priority", token)))


def _whole(value: Any, what: str, token: Token) -> int:
    text = spoken(value) or ""
    try:
        return int(Decimal(text))
    except ArithmeticError as error:
        message = f"Expected a whole number as {what}, found {text!r}"
        raise Fault("undecidable_expression", message, element_id=token.task_spec.node.id) from error


def _moment(value: Any, token: Token) -> datetime | None:
    if value is None:
        return None
    try:
        return read_moment(value, surroundings_of(token).zone)
    except NotATimer as problem:
        raise Fault("undecidable_expression", f"{problem}", element_id=token.task_spec.node.id) from problem
