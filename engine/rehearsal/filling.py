"""Fills in forms so that they are taken: what is required gets a value, what is refused another or none."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from engine import feel
from engine.bundle.forms.filling import value_at
from engine.bundle.forms.form import ReadForm
from engine.bundle.forms.question import Field, Kind, Question, RepeatedPart
from engine.kernel.refusal import Invalid

ATTACHED: Final = "attached.pdf"
"""The name of the document that is put into file pickers."""

FILED: Final = {"document": ATTACHED}
"""How a scenario file names it."""

_REFERENCE: Final = "00000000-0000-7000-8000-000000000000"
"""What a form takes in its place."""

_ROUNDS: Final = 24
_TEXTS: Final = (
    "Δοκιμή",
    "1",
    "123456789",
    "2026/1",
    "ΑΒ 123456",
    "ΙΚΧ1234",
    "ΙΚΧ-1234",
    "a@example.gr",
    "AB",
)
_NUMBERS: Final = (1, 0, 2, 10, 100, 1000)
_DATES: Final = ("2026-03-01", "2026-04-01", "1990-05-01", "1940-05-01", "2015-05-01")
_CODES: Final = (
    "090000045",
    "094014201",
    "15018012342",
    "GR1601101250000000012300695",
    "105 63",
    "2101234567",
    "6900000000",
)
"""Codes whose check digits are right: of a tax number, of AMKA, of an account, of a place, of telephones."""


@dataclass(frozen=True, kw_only=True)
class Hints:
    """Values that have been taken before, or that something depends on.

    `by_field` are by form and path, as scenarios fill them in; `numbers` and `texts` stand in rules of
    decisions.
    """

    by_field: Mapping[tuple[str, str], Sequence[Any]] = field(default_factory=dict)
    numbers: Sequence[int] = ()
    texts: Sequence[str] = ()


def leaves(questions: Iterable[Question]) -> Iterator[Field]:
    """The fields that somebody fills in, but for those in lists."""
    for question in questions:
        if (
            isinstance(question, Field)
            and question.kind is not Kind.COMPUTED
            and question.read_only is not True
        ):
            yield question


def values_of(
    form_id: str, question: Field, hints: Hints, now: datetime, scope: Mapping[str, Any]
) -> list[Any]:
    """What a field may be tried with, the likeliest first."""
    known = list(hints.by_field.get((form_id, ".".join(question.path)), ()))
    return _without_repetition([*known, *_of_kind(question, hints, now, scope)])


def options_of(question: Field, now: datetime, scope: Mapping[str, Any]) -> Sequence[Any]:
    """What may be chosen, also where the options are worked out from what the form begins with."""
    options = question.options
    if options is None or options.values is not None:
        return (options.values or ()) if options else ()
    if options.expression is not None:
        try:
            offered = feel.to_json(options.expression.evaluate(scope, now=now).value)
        except feel.FeelLimitError:
            return ()
    else:
        offered = value_at(scope, options.key or ())
    listed = offered if isinstance(offered, list) else ()
    return [option.get("value") if isinstance(option, Mapping) else option for option in listed]


def _of_kind(question: Field, hints: Hints, now: datetime, scope: Mapping[str, Any]) -> Sequence[Any]:
    chosen = options_of(question, now, scope)
    match question.kind:
        case Kind.TICK:
            return (True, False)
        case Kind.CHOICE:
            return chosen
        case Kind.CHOICES:
            without_one = ([*chosen[:place], *chosen[place + 1 :]] for place in range(len(chosen)))
            return ([*chosen], *without_one, *([one] for one in chosen))
        case Kind.NUMBER:
            found = [*hints.numbers, *_NUMBERS]
            return [str(one) for one in found] if question.as_text else found
        case Kind.DATE:
            return (now.date().isoformat(), *_DATES)
        case Kind.TIME:
            return ("10:00",)
        case Kind.DATE_TIME:
            return (now.isoformat(timespec="minutes"),)
        case Kind.FILE:
            return (FILED, [FILED])
    if (check := question.constraints.check) is not None:
        return [code for code in _CODES if check.canonical(code) is not None]
    least = question.constraints.min_length or 0
    return [*hints.texts, *_TEXTS, "Δ" * max(least, 1)]


def filled(
    form: ReadForm, *, wanted: Mapping[str, Any], scope: Mapping[str, Any], hints: Hints, now: datetime
) -> dict[str, Any] | None:
    """Data that the form takes in which the `wanted` values stand, by path; None if none was found."""
    fields = {".".join(one.path): one for one in leaves(form.questions)}
    lists = {".".join(one.path) for one in form.questions if isinstance(one, RepeatedPart)}
    chosen: dict[str, Any] = dict(wanted)
    tried: dict[str, int] = {}
    for _ in range(_ROUNDS):
        problems = _problems(form, chosen, scope)
        if not problems:
            return nested(chosen)
        for path in problems:
            known = next(
                (one for one in (*fields, *lists) if path == one or path.startswith(f"{one}.")), None
            )
            if known is None or known in wanted or known in lists:
                return None
            values = values_of(form.id, fields[known], hints, now, scope)
            number = tried.get(known, 0)
            tried[known] = number + 1
            # A field that was left out is given a value; one that was refused gets the next, or is left out.
            if number < len(values):
                chosen[known] = values[number]
            else:
                chosen.pop(known, None)
    return None


def _problems(form: ReadForm, chosen: Mapping[str, Any], scope: Mapping[str, Any]) -> Sequence[str]:
    data = nested({path: _referred(value) for path, value in chosen.items()})
    try:
        form.accept(data, scope=scope, is_filed=lambda _reference: True)
    except Invalid as refusal:
        return list(refusal.errors)
    return ()


def _referred(value: Any) -> Any:
    if value == [FILED]:
        return [_REFERENCE]
    return _REFERENCE if value == FILED else value


def nested(flat: Mapping[str, Any]) -> dict[str, Any]:
    """Values by dotted path as objects inside each other."""
    whole: dict[str, Any] = {}
    for path, value in flat.items():
        level = whole
        *around, last = path.split(".")
        for key in around:
            level = level.setdefault(key, {})
        level[last] = value
    return whole


def flattened(data: Mapping[str, Any], paths: Iterable[str]) -> dict[str, Any]:
    """The values at these dotted paths, as far as they are there."""
    found = {}
    for path in paths:
        value: Any = data
        for key in path.split("."):
            value = value.get(key) if isinstance(value, Mapping) else None
        if value is not None:
            found[path] = value
    return found


def _without_repetition(values: Iterable[Any]) -> list[Any]:
    found: list[Any] = []
    for value in values:
        if not any(value == one and type(value) is type(one) for one in found):
            found.append(value)
    return found
