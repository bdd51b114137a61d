"""Functions that the dialect's own engine adds to those of DMN (Camunda 8, "FEEL built-in functions")."""

from __future__ import annotations

import json
from base64 import b64encode
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from engine.feel.builtins.contexts import context_merge, context_put, context_put_at
from engine.feel.builtins.lists import distinct, string_join
from engine.feel.builtins.table import bounded, row
from engine.feel.comparison import equal
from engine.feel.functions import FeelFunction
from engine.feel.limits import FeelLimitError
from engine.feel.problems import FeelCallError, FeelValueError
from engine.feel.python_values import MAX_DATA_DEPTH, from_python, to_json
from engine.feel.regex import find_all
from engine.feel.temporal.parts import (
    AnyDate,
    AnyDateTime,
    make_date,
    make_datetime,
    split_date,
    split_time,
    zone_of,
)
from engine.feel.temporal.text import parse_datetime, temporal_text
from engine.feel.values import CONTEXT, Value, number_text
from engine.feel.wide import civil, day_number, days_in_month

if TYPE_CHECKING:
    from random import Random

    from engine.feel.evaluator import Evaluator

Items = list[Value]


# What is null, and what must not be


def is_defined(value: Value) -> bool:
    """Whether there is a value: of a name or an entry that is missing there is none."""
    return value is not None


def get_or_else(value: Value, default: Value) -> Value:
    return default if value is None else value


def from_ai(
    value: Value,
    description: Value = None,
    type: Value = None,  # noqa: A002 - the parameter's name there
    schema: Value = None,
    options: Value = None,
) -> Value:
    """The value: what is said of it beside is for a program that reads the diagram."""
    del description, type, schema, options
    return value


def asserted(value: Value, condition: Value, cause: str | None = None) -> Value:
    """The value where the condition is true; otherwise the whole expression fails, whatever is made of it."""
    if condition is not True:
        raise FeelCallError(cause or "the asserted condition is not true")
    return value


# Strings


def is_blank(string: str) -> bool:
    """Whether a string has no character but spaces."""
    return not string.strip()


def trim(string: str) -> str:
    """Without the spaces at its ends."""
    return string.strip()


def extract(evaluator: Evaluator, string: str, pattern: str) -> Items:
    """Every part of a string that matches, from left to right."""
    return [*find_all(evaluator, string, pattern)]


def to_base64(value: str) -> str:
    """The bytes of a string's UTF-8 in Base64 (RFC 4648, section 4)."""
    return b64encode(value.encode()).decode()


def joined(items: Items, delimiter: str | None, prefix: str | None, suffix: str | None) -> str:
    return (prefix or "") + string_join(items, delimiter) + (suffix or "")


# Lists


def is_empty(items: Items) -> bool:
    return not items


def partition(items: Items, size: Decimal) -> Items:
    """Lists of so many elements each, the last one of what is left."""
    step = int(size)
    if step < 1:
        raise FeelValueError(f"expected a size of at least 1, found {size}")
    return [items[start : start + step] for start in range(0, len(items), step)]


def duplicate_values(evaluator: Evaluator, items: Items) -> Items:
    """The elements that are there more than once, each once."""
    kept = []
    for candidate in distinct(evaluator, items):
        evaluator.charge(1 + len(items))
        if sum(equal(candidate, item, evaluator) is True for item in items) > 1:
            kept.append(candidate)
    return kept


# JSON


def from_json(evaluator: Evaluator, value: str) -> Value:
    """What a JSON text says; dates in it stay strings (RFC 8259)."""
    evaluator.charge_string(len(value))
    try:
        read = json.loads(
            value, parse_float=CONTEXT.create_decimal, parse_int=Decimal, parse_constant=_refuse_constant
        )
        return from_python(read)
    except (ValueError, TypeError, ArithmeticError) as error:
        raise FeelValueError(f"expected JSON, found '{value[:40]}'") from error
    except RecursionError as error:
        raise FeelLimitError("nesting of data", MAX_DATA_DEPTH) from error


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is no number of JSON")


def to_json_text(evaluator: Evaluator, value: Value) -> str:
    """A value as JSON without spaces; numbers keep all their digits, dates and durations are their texts."""
    return "".join(_json_parts(value, evaluator, 0))


def _json_parts(value: Value, evaluator: Evaluator, depth: int) -> list[str]:
    if depth > MAX_DATA_DEPTH:
        raise FeelLimitError("nesting of data", MAX_DATA_DEPTH)
    evaluator.charge(1)
    if isinstance(value, Decimal):
        return [number_text(value)]
    if isinstance(value, list):
        return ["[", *_with_commas([_json_parts(item, evaluator, depth + 1) for item in value]), "]"]
    if isinstance(value, dict):
        entries = [
            [f"{_json_string(key)}:", *_json_parts(entry, evaluator, depth + 1)]
            for key, entry in value.items()
        ]
        return ["{", *_with_commas(entries), "}"]
    if value is None or isinstance(value, bool | str):
        return [_json_string(value)]
    if isinstance(value, FeelFunction):
        raise FeelValueError("a function has no JSON form")
    return [_json_string(to_json(value))]


def _json_string(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _with_commas(groups: list[list[str]]) -> list[str]:
    parts: list[str] = []
    for group in groups:
        parts.extend([",", *group] if parts else group)
    return parts


# Dates


def last_day_of_month(date: AnyDate | AnyDateTime) -> AnyDate:
    year, month, _ = civil(split_date(date))
    return make_date(day_number(year, month, days_in_month(year, month)))


def in_zone(date: AnyDateTime, timezone: str) -> AnyDateTime:
    """A date and time as clocks in a zone show it; one without a zone is taken to be of that zone."""
    if zone_of(date) is None:
        suffix = timezone if timezone[:1] in "Zz+-" else f"@{timezone}"
        return parse_datetime(temporal_text(date) + suffix)
    zone = zone_of(in_zone(make_datetime(split_date(date), split_time(date), None), timezone))
    if not hasattr(date, "astimezone"):
        raise FeelValueError("expected a year from 1 to 9999")
    return date.astimezone(zone)


# Chance


def uuid(evaluator: Evaluator) -> str:
    """A random UUID (RFC 9562, version 4)."""
    return str(UUID(int=_chance(evaluator).getrandbits(128), version=4))


def random_number(evaluator: Evaluator) -> Decimal:
    """A random number from 0 to below 1, of 16 digits."""
    return Decimal(_chance(evaluator).randrange(10**16)).scaleb(-16)


def _chance(evaluator: Evaluator) -> Random:
    if evaluator.chance is None:
        raise FeelCallError("nothing may be left to chance here: the same values must give the same result")
    return evaluator.chance


FUNCTIONS = (
    row("is defined(value) -> boolean", is_defined, handles_null=True),
    row("get or else(value, default)", get_or_else, handles_null=True),
    row(
        "fromAi(value, description?: string, type?: string, schema?: context, options?: context)",
        from_ai,
        handles_null=True,
    ),
    row("assert(value, condition)", asserted),
    row("assert(value, condition, cause: string)", asserted),
    row("is blank(string: string) -> boolean", is_blank),
    row("trim(string: string) -> string", trim),
    bounded("extract(string: string, pattern: string)", extract),
    row("to base64(value: string) -> string", to_base64),
    row(
        "string join(list: list, delimiter: string | null, prefix: string | null, suffix: string | null)",
        joined,
    ),
    row("is empty(list: list) -> boolean", is_empty),
    row("partition(list: list, size: number)", partition),
    bounded("duplicate values(list: list)", duplicate_values),
    bounded("from json(value: string)", from_json),
    bounded("to json(value) -> string", to_json_text),
    row("last day of month(date: date | date and time) -> date", last_day_of_month),
    row("date and time(date: date and time, timezone: string) -> date and time", in_zone),
    bounded("uuid() -> string", uuid),
    bounded("random number() -> number", random_number),
    row("put(context: context, key: string, value)", context_put),
    row("put(context: context, keys: list, value)", context_put_at),
    row("put all(contexts...)", context_merge),
)
