"""Filling in a form: what is asked and required given the other answers, and what the answers come to.

What is known of the people of a case is taken over for fields that say so. Answers lie at paths of keys in
contexts inside each other.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from engine import feel
from engine.bundle import messages
from engine.bundle.contract import IsFiled
from engine.bundle.forms.answers import number_of
from engine.bundle.forms.question import Field, KeyPath, Kind, Question, RepeatedPart
from engine.bundle.messages import Say, Sentence
from engine.bundle.yaml_tree import Path


class Missing:
    """The type of `MISSING`."""


MISSING: Final = Missing()
"""What is found where nothing is; unlike None, which is a value."""

_UNANSWERED: Mapping[Kind, Any] = {Kind.TICK: False, Kind.CHOICES: []}
"""What form-js keeps for a field that was left alone; None for every other kind."""


@dataclass
class _Level:
    """The form itself or one entry of a list, while it is gone through."""

    given: Mapping[str, Any]
    scope: Mapping[str, Any]
    context: dict[str, Any]
    place: Path
    result: dict[str, Any]

    def keep(self, path: KeyPath, value: Any) -> None:
        """Take a value into the result, and let later questions see it."""
        put_at(self.result, path, value)
        put_at(self.context, path, value)


@dataclass
class Filling:
    """One filling in of a form, gathering problems by path.

    `errors` begins with what the schema found, and what has a problem there is not judged again. `now` is for
    the functions of FEEL, `today` is the local date. `is_filed` is asked only of files that were sent.
    """

    say: Say
    now: datetime
    today: date
    is_filed: IsFiled
    errors: dict[Path, list[str]] = field(default_factory=dict)

    def answers(
        self,
        questions: tuple[Question, ...],
        given: Mapping[str, Any],
        *,
        scope: Mapping[str, Any],
        names: Mapping[str, Any],
        place: Path = (),
    ) -> dict[str, Any]:
        """The values that the questions come to.

        `given` is what was sent at this level (`place`), `scope` what the level was prefilled from. `names`
        are the variables around an entry of a list, which its expressions see too.
        """
        context = {**names, **merged(scope, given)}
        level = _Level(given, scope, context, place, {})
        self._compute(questions, level)
        for question in questions:
            if question.hidden_when and self._is_hidden(question, level):
                self._skip(question, level)
            elif isinstance(question, RepeatedPart):
                self._repeat(question, level)
            else:
                self._ask(question, level)
        return level.result

    def _compute(self, questions: tuple[Question, ...], level: _Level) -> None:
        """Put what is computed in the place of what was sent for it, before any condition sees that."""
        for question in questions:
            if isinstance(question, Field) and question.formula is not None:
                put_at(level.context, question.path, self._json(question.formula, level))

    def _is_hidden(self, question: Question, level: _Level) -> bool:
        return any(self._value(condition, level) is True for condition in question.hidden_when)

    def _skip(self, question: Question, level: _Level) -> None:
        value = value_at(level.given, question.path)
        if not _is_empty(value, question):
            known = known_for(question, level.scope)
            if known is None or not same(value, known):
                self._refuse(question, level, messages.NOT_ASKED)
        before = value_at(level.scope, question.path)
        if before is not MISSING:
            put_at(level.context, question.path, before)
        else:
            drop_at(level.context, question.path)

    def _repeat(self, part: RepeatedPart, level: _Level) -> None:
        if self._is_refused(_path(level, part)):
            return
        entries = value_at(level.given, part.path)
        before = value_at(level.scope, part.path)
        filled = []
        for number, entry in enumerate(entries if isinstance(entries, list) else []):
            if not isinstance(entry, Mapping):
                continue
            prefilled = before[number] if isinstance(before, list) and number < len(before) else {}
            names = {**level.context, **entry, "this": entry, "parent": level.context, "i": number + 1}
            filled.append(
                self.answers(
                    part.questions,
                    entry,
                    scope=prefilled if isinstance(prefilled, Mapping) else {},
                    names=names,
                    place=(*_path(level, part), number),
                )
            )
        level.keep(part.path, filled)

    def _ask(self, asked: Field, level: _Level) -> None:
        if asked.formula is not None:
            level.keep(asked.path, self._json(asked.formula, level))
        elif asked.read_only and self._is_read_only(asked, level):
            self._compare(asked, level)
        elif not (self.errors and self._is_refused(_path(level, asked))):
            self._take(asked, level)

    def _is_refused(self, path: Path) -> bool:
        """Whether the value, or the part around it, has a problem already."""
        return any(path[:length] in self.errors for length in range(1, len(path) + 1))

    def _take(self, asked: Field, level: _Level) -> None:
        value = value_at(level.given, asked.path)
        if _is_empty(value, asked):
            if asked.required:
                ticked = asked.kind is Kind.TICK
                self._refuse(asked, level, messages.MUST_BE_TICKED if ticked else messages.REQUIRED)
            level.keep(asked.path, _unanswered(asked.kind) if value in (MISSING, None) else value)
            return
        known = known_for(asked, level.scope) if asked.taken_from is not None else None
        if known is not None and not same(value, known):
            self._refuse(asked, level, messages.GIVEN_OTHERWISE)
        self._judge(asked, level, value)
        level.keep(asked.path, value)

    def _is_read_only(self, asked: Field, level: _Level) -> bool:
        wanted = asked.read_only
        return wanted if isinstance(wanted, bool) else self._value(wanted, level) is True

    def _compare(self, asked: Field, level: _Level) -> None:
        value = value_at(level.given, asked.path)
        shown = value_at(level.scope, asked.path)
        if value is MISSING or (_is_empty(value, asked) and shown in (MISSING, None)):
            return
        if not same(value, None if shown is MISSING else shown):
            self._refuse(asked, level, messages.READ_ONLY)

    def _judge(self, asked: Field, level: _Level, value: Any) -> None:
        if asked.options is not None:
            self._judge_choice(asked, level, value)
        elif asked.kind is Kind.NUMBER:
            number = number_of(value, as_text=asked.as_text)
            if number is not None:
                self._judge_number(asked, level, number)
        elif asked.kind is Kind.FILE:
            self._judge_files(asked, level, value if isinstance(value, list) else [value])
        elif asked.constraints.not_past and asked.kind in (Kind.DATE, Kind.DATE_TIME):
            self._judge_day(asked, level, date.fromisoformat(value[:10]))

    def _judge_choice(self, asked: Field, level: _Level, value: Any) -> None:
        allowed = self._allowed(asked, level)
        if allowed is None:
            self._refuse(asked, level, messages.UNDECIDABLE)
            return
        for choice in value if asked.kind is Kind.CHOICES else [value]:
            if not any(same(choice, option) for option in allowed):
                self._refuse(asked, level, messages.NOT_AN_OPTION)

    def _allowed(self, asked: Field, level: _Level) -> list[Any] | None:
        options = asked.options
        if options is None or options.values is not None:
            return list(options.values or ()) if options else None
        if options.expression is not None:
            offered = self._json(options.expression, level)
        else:
            offered = value_at(level.context, options.key or ())
        if not isinstance(offered, list):
            return None
        return [option.get("value") if isinstance(option, Mapping) else option for option in offered]

    def _judge_number(self, asked: Field, level: _Level, number: Decimal) -> None:
        least = self._bound(asked.constraints.minimum, level)
        most = self._bound(asked.constraints.maximum, level)
        if least is MISSING or most is MISSING:
            self._refuse(asked, level, messages.UNDECIDABLE)
        if isinstance(least, Decimal) and number < least:
            self._refuse(asked, level, messages.TOO_SMALL, least=least, found=number)
        if isinstance(most, Decimal) and number > most:
            self._refuse(asked, level, messages.TOO_LARGE, most=most, found=number)

    def _judge_files(self, asked: Field, level: _Level, references: list[str]) -> None:
        # Of a document of another case the same is said as of none: nobody learns here that it exists.
        if not all(self.is_filed(reference) for reference in references):
            self._refuse(asked, level, messages.NOT_A_DOCUMENT)

    def _judge_day(self, asked: Field, level: _Level, day: date) -> None:
        if day < self.today:
            self._refuse(asked, level, messages.PAST_DATE)

    def _bound(self, bound: Decimal | feel.FeelExpression | None, level: _Level) -> Decimal | Missing | None:
        """The bound, None if there is none, `MISSING` if its expression gives no number."""
        if not isinstance(bound, feel.FeelExpression):
            return bound
        value = self._value(bound, level)
        return value if isinstance(value, Decimal) else MISSING

    def _value(self, expression: feel.FeelExpression, level: _Level) -> Any:
        """An expression's value; None where a limit of FEEL ends it, as where it cannot be computed."""
        try:
            return expression.evaluate(level.context, now=self.now).value
        except feel.FeelLimitError:
            return None

    def _json(self, expression: feel.FeelExpression, level: _Level) -> Any:
        value = self._value(expression, level)
        return None if isinstance(value, feel.FeelFunction) else feel.to_json(value)

    def _refuse(self, asked: Question, level: _Level, sentence: Sentence, **values: object) -> None:
        self.errors.setdefault(_path(level, asked), []).append(self.say(sentence, **values))


def _path(level: _Level, question: Question) -> Path:
    return (*level.place, *question.path)


def _is_empty(value: Any, asked: Question) -> bool:
    """Whether a value is what form-js has for a field that was left alone; a choice may well be false."""
    unticked = value is False and isinstance(asked, Field) and asked.kind is Kind.TICK
    return unticked or value is MISSING or value is None or value in ("", [])


def _unanswered(kind: Kind) -> Any:
    value = _UNANSWERED.get(kind)
    return list(value) if isinstance(value, list) else value


def taken_over(
    questions: tuple[Question, ...], data: Mapping[str, Any], scope: Mapping[str, Any]
) -> dict[str, Any]:
    """The data with what `scope` knows of the people of a case, for fields that are taken over from there.

    Only fields that were left alone are filled.
    """
    filled = dict(data)
    for question in questions:
        if not isinstance(question, Field) or question.taken_from is None:
            continue
        known = known_for(question, scope)
        around = value_at(filled, question.path[:-1])
        is_open = isinstance(around, Mapping) or around in (MISSING, None)
        if known is not None and is_open and value_at(filled, question.path) in (MISSING, None, ""):
            put_at(filled, question.path, known)
    return filled


def known_for(question: Question, scope: Mapping[str, Any]) -> Any:
    """What is taken over for a field, as it is kept; None where it is not, or nothing is known."""
    if not isinstance(question, Field) or question.taken_from is None:
        return None
    known = value_at(scope, question.taken_from)
    if known in (MISSING, None, ""):
        return None
    check = question.constraints.check
    return (check.canonical(known) if check and isinstance(known, str) else None) or known


def value_at(values: object, path: KeyPath) -> Any:
    """The value at a path, `MISSING` where a key is not there."""
    for key in path:
        if type(values) is not dict and not isinstance(values, Mapping):
            return MISSING
        if key not in values:
            return MISSING
        values = values[key]
    return values


def put_at(values: dict[str, Any], path: KeyPath, value: Any) -> None:
    """Write a value at a path, in contexts of its own: those that were there are copied, never changed."""
    for key in path[:-1]:
        inner = values.get(key)
        values[key] = dict(inner) if isinstance(inner, Mapping) else {}
        values = values[key]
    values[path[-1]] = value


def drop_at(values: dict[str, Any], path: KeyPath) -> None:
    """Take the value at a path out, if it is there."""
    if value_at(values, path) is not MISSING:
        *around, last = path
        for key in around:
            values[key] = dict(values[key])
            values = values[key]
        del values[last]


def merged(around: Any, inner: Any) -> Any:
    """`inner` over `around`: contexts are merged key by key, and of anything else `inner` stays."""
    if not (isinstance(around, Mapping) and isinstance(inner, Mapping)):
        return inner
    return {**around, **{key: merged(around.get(key), value) for key, value in inner.items()}}


def same(one: Any, other: Any) -> bool:
    """Whether two values are the same JSON; 1 and 1.0 are, true and 1 are not."""
    if type(one) is str and type(other) is str:
        return one == other
    try:
        return _written(one) == _written(other)
    except (TypeError, feel.FeelLimitError):
        return False


def _written(value: Any) -> str:
    return json.dumps(feel.to_json(feel.from_python(value)), sort_keys=True)
