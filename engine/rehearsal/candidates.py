"""What could happen next in a play: forms filled in one way or another, answers, errors, messages, timers."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from engine.bundle.contract import Form
from engine.bundle.forms.form import ReadForm
from engine.bundle.forms.question import Field
from engine.dmn import RuleSummary
from engine.kernel.actor import Role
from engine.kernel.money import FEE_HEADER
from engine.kernel.signing import SIGNATURE
from engine.kernel.topics import APPOINTMENT_TOPIC
from engine.rehearsal.filling import ATTACHED, Hints, filled, flattened, leaves, options_of, values_of
from engine.rehearsal.player import Play
from engine.service_tasks.model import ServiceTask
from engine.tasks.model import Task

Act = Mapping[str, Any]
"""A step as a scenario file has it."""

_MOST_OF_FORM: Final = 60
"""How many ways of filling in one form are tried."""

_MOST_OF_FIELD: Final = 8
"""And how many values of one field."""

_GET_VALUE: Final = re.compile(r'get value\(\s*([\w.]+)\s*,\s*"(\w+)"\s*\)')
_NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?")
_TEXT: Final = re.compile(r'"([^"]*)"')


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is looked for: rules that should decide, and fields that should be filled in, by form and path."""

    rules: Sequence[RuleSummary] = ()
    fields: frozenset[tuple[str, str]] = frozenset()


def fillings(
    form: ReadForm, *, scope: Mapping[str, Any], hints: Hints, wanted: Wanted, now: datetime
) -> Iterator[dict[str, Any]]:
    """Ways to fill in a form: as a wanted rule asks, then each field with each of its values."""
    asked = {".".join(one.path): one for one in leaves(form.questions)}
    plain = filled(form, wanted={}, scope=scope, hints=hints, now=now)
    base = flattened(plain or {}, asked)
    given: list[dict[str, Any]] = []
    for rule in wanted.rules:
        cells = dict(asked_by(rule, asked, now, scope))
        if cells:
            given.append(cells)
    paths = sorted(asked, key=lambda path: (form.id, path) not in wanted.fields)
    ways = (
        {path: value}
        for path in paths
        for value in values_of(form.id, asked[path], hints, now, scope)[:_MOST_OF_FIELD]
    )
    seen: list[dict[str, Any]] = [] if plain is None else [plain]
    yield from seen
    for way in (*given, *ways):
        if len(seen) >= _MOST_OF_FORM:
            return
        for start in (base, {}):
            data = filled(form, wanted={**_apart(start, way), **way}, scope=scope, hints=hints, now=now)
            data = data or filled(form, wanted=way, scope=scope, hints=hints, now=now)
            if data is not None:
                break
        if data is not None and data not in seen:
            seen.append(data)
            yield data


def _apart(base: Mapping[str, Any], way: Mapping[str, Any]) -> dict[str, Any]:
    return {path: value for path, value in base.items() if path not in way}


def asked_by(
    rule: RuleSummary, asked: Mapping[str, Field], now: datetime, scope: Mapping[str, Any]
) -> Iterator[tuple[str, Any]]:
    """The values that the cells of a rule ask for, by the paths of the fields that their columns read."""
    known = list(asked)
    for column, cell in zip(rule.columns, rule.inputs, strict=True):
        path = _GET_VALUE.sub(r"\1.\2", column).strip()
        last = path.rpartition(".")[2]
        match = (
            path if path in known else next((one for one in known if one.rpartition(".")[2] == last), None)
        )
        value = value_in(cell)
        if match is not None and value is None:
            value = _other_than(cell, options_of(asked[match], now, scope))
        if match is not None and value is not None:
            yield match, value


def _other_than(cell: str, options: Sequence[Any]) -> Any:
    """The first option that a cell `not("a", "b")` does not exclude; None for any other cell."""
    if not cell.strip().startswith("not("):
        return None
    excluded = _TEXT.findall(cell)
    return next((one for one in options if one not in excluded), None) if excluded else None


def value_in(cell: str) -> Any:
    """A value that meets the unary tests of a cell, as far as it can be read off; None otherwise."""
    text = cell.strip()
    if text in ("true", "false"):
        return text == "true"
    if found := _TEXT.search(text):
        return None if text.startswith("not(") else found.group(1)
    numbers = [float(one) if "." in one else int(one) for one in _NUMBER.findall(text)]
    if not numbers:
        return None
    if text.startswith(">"):
        return numbers[0] if text.startswith(">=") else numbers[0] + 1
    if text.startswith("<"):
        return numbers[0] if text.startswith("<=") else numbers[0] - 1
    return numbers[-1] if text.endswith("]") else numbers[0]


def next_acts(play: Play, *, hints: Hints, wanted: Wanted) -> Iterator[tuple[Act, ...]]:
    """What could happen next, in a fixed order; several acts belong together where a file comes first."""
    view, now = play.view, play.office.clock.now().astimezone(play.office.engine.zone)
    for task in view.tasks:
        yield from _completions(play, task, hints=hints, wanted=wanted, now=now)
    for service_task in view.service_tasks:
        yield from _answers(play, service_task, hints=hints, wanted=wanted, now=now)
    standing = play.office.standing(play.procedure.definition, view.case.snapshot)
    waiting = {event.element_id: event for event in standing.events}
    for element, action in play.procedure.actions.items():
        if element in waiting:
            actor = next(iter(action.roles), Role.CLERK.value)
            act = {"act": action.name, "as": f"agency:{play.procedure.key}" if actor == "agency" else actor}
            if action.needs_reason:
                act["reason"] = "Δοκιμή"
            yield from _with_forms(play, act, action.form_id, hints=hints, wanted=wanted, now=now)
    for event in standing.events:
        if event.kind == "message" and event.element_id not in play.procedure.actions:
            sent: dict[str, Any] = {"message": event.message, "key": event.correlation_key or ""}
            if event.senders:
                sent["from"] = event.senders[0]
            yield (sent,)
    if view.case.next_timer_at is not None:
        yield ({"advance": view.case.next_timer_at.isoformat()},)


def _completions(
    play: Play, task: Task, *, hints: Hints, wanted: Wanted, now: datetime
) -> Iterator[tuple[Act, ...]]:
    roles = [one for one in task.candidate_groups if one in list(Role)]
    act: dict[str, Any] = {"complete": task.element_id}
    if roles and Role.CLERK not in roles:
        act["as"] = roles[0]
    yield from _with_forms(play, act, task.form_id, hints=hints, wanted=wanted, now=now, scope=task.prefill)


def _answers(
    play: Play, task: ServiceTask, *, hints: Hints, wanted: Wanted, now: datetime
) -> Iterator[tuple[Act, ...]]:
    element, topic = task.element_id, task.topic
    if topic == APPOINTMENT_TOPIC:
        yield ({"book": element}, {"attend": element})
        yield ({"book": element}, {"miss": element})
        return
    if topic == SIGNATURE:
        for rule in play.procedure.parties:
            yield from _with_forms(
                play, {"sign": rule.role}, rule.form_id, hints=hints, wanted=wanted, now=now
            )
            yield ({"refuse": rule.role},)
        return
    if FEE_HEADER in task.headers or FEE_HEADER in task.variables:
        yield from (({"pay": fee},) for fee in play.due())
        return
    form = play.procedure.answer_form(element)
    yield from _with_forms(
        play, {"answer": element}, form.id if form else None, hints=hints, wanted=wanted, now=now
    )
    for code in (*play.procedure.answer_sheet(element).refusals, "REFUSED"):
        yield ({"fail": element, "code": code},)


def _with_forms(
    play: Play,
    act: Act,
    form_id: str | None,
    *,
    hints: Hints,
    wanted: Wanted,
    now: datetime,
    scope: Mapping[str, Any] | None = None,
) -> Iterator[tuple[Act, ...]]:
    form: Form | None = play.procedure.forms.get(form_id or "")
    if not isinstance(form, ReadForm):
        yield (act,)
        return
    for data in fillings(form, scope=scope or {}, hints=hints, wanted=wanted, now=now):
        filed: tuple[Act, ...] = ()
        if ATTACHED not in play.documents and _names_a_document(data):
            filed = ({"file": ATTACHED},)
        yield (*filed, {**act, "data": data} if data else act)


def _names_a_document(value: Any) -> bool:
    if isinstance(value, Mapping):
        return value == {"document": ATTACHED} or any(_names_a_document(one) for one in value.values())
    return isinstance(value, list) and any(_names_a_document(one) for one in value)
