"""The marshmallow fields of a form: what each kind of answer must be by itself to be taken and stored."""

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final, TypeAlias

from marshmallow import ValidationError, fields

from engine.bundle import messages
from engine.bundle.forms.checks import Check
from engine.bundle.forms.question import Constraints, Field, Kind, Offset
from engine.bundle.messages import Say

MAX_LINE = 1_000
MAX_TEXT = 20_000
MAX_CHOICES = 500
MAX_REFERENCE = 255
MAX_DIGITS = 34

_LARGEST: Final = Decimal(10) ** MAX_DIGITS
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
"""Control characters, and halves of surrogate pairs, which have no UTF-8 form."""

_DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_CLOCK = r"[0-9]{2}:[0-9]{2}(?::[0-9]{2})?"
_ZONES: Final = {Offset.OFFSET: r"(?:Z|[+-][0-9]{2}:[0-9]{2})", Offset.UTC: "Z", Offset.NONE: ""}
_EXAMPLES: Final = {Offset.OFFSET: "09:30+02:00", Offset.UTC: "09:30Z", Offset.NONE: "09:30"}


def text_problem(text: str, *, wraps: bool, most: int, say: Say) -> str | None:
    """What is wrong with any text, whatever it is for; None if it can be kept."""
    if len(text) > most:
        return say(messages.TOO_LONG, most=most, found=len(text))
    if _UNWRITABLE.search(text):
        return say(messages.UNREADABLE_CHARACTER)
    if not wraps and len(text.splitlines()) > 1:
        return say(messages.ONE_LINE)
    return None


Judge: TypeAlias = Callable[[Any], str | None]
"""Says what is wrong with an answer that is not null; None if nothing is."""


class Answer(fields.Field[Any]):
    """An answer that may be missing or null: whether it is required depends on the other answers."""

    def __init__(self, key: str, judge: Judge, kept: Callable[[Any], Any] | None = None) -> None:
        super().__init__(allow_none=True, data_key=key, attribute=key)
        self.judge = judge
        self.kept = kept

    def _deserialize(self, value: Any, *_around: Any, **_options: Any) -> Any:
        problem = self.judge(value)
        if problem is not None:
            raise ValidationError(problem)
        return self.kept(value) if self.kept is not None else value


def answer(field: Field, say: Say) -> Answer:
    """The marshmallow field for a field of a form."""
    key = field.path[-1]
    match field.kind:
        case Kind.TEXT | Kind.LONG_TEXT:
            return Answer(key, _text_judge(field, say), _canonical(field.constraints.check))
        case Kind.NUMBER:
            return Answer(key, _number_judge(field, say))
        case Kind.DATE | Kind.TIME | Kind.DATE_TIME:
            return Answer(key, _moment_judge(field, say))
        case Kind.TICK:
            return Answer(key, lambda value: None if isinstance(value, bool) else say(messages.EXPECTED_TICK))
        case Kind.CHOICE:
            return Answer(key, lambda value: _first_text_problem([value], MAX_TEXT, say))
        case Kind.CHOICES:
            return Answer(key, _choices_judge(say))
        case Kind.FILE:
            return Answer(key, _file_judge(say))
        case Kind.COMPUTED:
            # It is computed again here, so whatever a browser sends for it does not count.
            return Answer(key, lambda _value: None)


def _text_judge(field: Field, say: Say) -> Judge:
    wraps, wanted = field.kind is Kind.LONG_TEXT, field.constraints
    allowed = MAX_TEXT if wraps else MAX_LINE
    most = allowed if wanted.max_length is None else min(wanted.max_length, MAX_TEXT)

    def judge(value: Any) -> str | None:
        if not isinstance(value, str):
            return say(messages.EXPECTED_TEXT)
        problem = text_problem(value, wraps=wraps, most=most, say=say)
        return problem if problem or not value else _look_problem(value, wanted, say)

    return judge


def _look_problem(value: str, wanted: Constraints, say: Say) -> str | None:
    if wanted.min_length is not None and len(value) < wanted.min_length:
        return say(messages.TOO_SHORT, least=wanted.min_length, found=len(value))
    if wanted.pattern is not None and not wanted.pattern.search(value):
        return say(messages.PATTERN)
    if wanted.check is not None and wanted.check.canonical(value) is None:
        return say(wanted.check.expected)
    return None


def _canonical(check: Check | None) -> Callable[[Any], Any] | None:
    return None if check is None else lambda value: check.canonical(value) if value else value


def _number_judge(field: Field, say: Say) -> Judge:
    digits = field.constraints.decimal_digits

    def judge(value: Any) -> str | None:
        number = number_of(value, as_text=field.as_text)
        if number is None:
            return say(messages.EXPECTED_NUMBER)
        if abs(number) >= _LARGEST or len(number.as_tuple().digits) > MAX_DIGITS:
            return say(messages.NUMBER_OUT_OF_BOUNDS)
        if digits is not None and -int(number.normalize().as_tuple().exponent) > digits:
            return say(messages.TOO_PRECISE, most=digits)
        return None

    return judge


def number_of(value: Any, *, as_text: bool) -> Decimal | None:
    """A JSON number exactly as it is written; None if it is none, or not finite.

    `as_text` expects the text of a number instead, which form-js can be told to hand over.
    """
    if as_text:
        plain = isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,40}(\.[0-9]{1,40})?", value, re.ASCII)
        return Decimal(value) if plain else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    number = Decimal(value) if isinstance(value, int) else Decimal(repr(value))
    return number if number.is_finite() else None


def _moment_judge(field: Field, say: Say) -> Judge:
    clock, example = _CLOCK + _ZONES[field.offset], _EXAMPLES[field.offset]
    read: Callable[[str], object] = datetime.fromisoformat
    shape, problem = f"{_DATE}T{clock}", say(messages.EXPECTED_DATE_TIME, example=f"2026-03-09T{example}")
    if field.kind is Kind.DATE:
        read, shape, problem = date.fromisoformat, _DATE, say(messages.EXPECTED_DATE)
    elif field.kind is Kind.TIME:
        read, shape, problem = time.fromisoformat, clock, say(messages.EXPECTED_TIME, example=example)

    def judge(value: Any) -> str | None:
        if value == "":
            return None
        if not isinstance(value, str) or not re.fullmatch(shape, value, re.ASCII):
            return problem
        try:
            read(value)
        except ValueError:
            return problem
        return None

    return judge


def _choices_judge(say: Say) -> Judge:
    def judge(value: Any) -> str | None:
        if not isinstance(value, list):
            return say(messages.EXPECTED_LIST)
        if len(value) > MAX_CHOICES:
            return say(messages.TOO_MANY, most=MAX_CHOICES, found=len(value))
        if any(value.index(item) != place for place, item in enumerate(value)):
            return say(messages.REPEATED)
        return _first_text_problem(value, MAX_TEXT, say)

    return judge


def _file_judge(say: Say) -> Judge:
    def judge(value: Any) -> str | None:
        references = value if isinstance(value, list) else [value]
        if len(references) > MAX_CHOICES:
            return say(messages.TOO_MANY, most=MAX_CHOICES, found=len(references))
        if not all(isinstance(reference, str) for reference in references):
            return say(messages.EXPECTED_FILE)
        return _first_text_problem(references, MAX_REFERENCE, say)

    return judge


def _first_text_problem(values: Iterable[Any], most: int, say: Say) -> str | None:
    texts = (value for value in values if isinstance(value, str))
    problems = (text_problem(text, wraps=True, most=most, say=say) for text in texts)
    return next((problem for problem in problems if problem), None)
