"""Built-in functions from rows of a signature, written as in the specification, and what computes it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from types import NoneType
from typing import TYPE_CHECKING

from engine.feel.functions import FeelFunction, FormalParameter, Implementation, Signature
from engine.feel.types import BUILT_IN_TYPES
from engine.feel.values import Range, Value, YearsMonthsDuration
from engine.feel.wide import WideDate, WideDateTime, WideDuration, WideTime

if TYPE_CHECKING:
    from engine.feel.evaluator import Evaluator

_CLASSES: dict[str, frozenset[type]] = {
    "number": frozenset({Decimal}),
    "string": frozenset({str}),
    "boolean": frozenset({bool}),
    "date": frozenset({date, WideDate}),
    "time": frozenset({time, WideTime}),
    "date and time": frozenset({datetime, WideDateTime}),
    "days and time duration": frozenset({timedelta, WideDuration}),
    "years and months duration": frozenset({YearsMonthsDuration}),
    "list": frozenset({list}),
    "context": frozenset({dict}),
    "range": frozenset({Range}),
    "function": frozenset({FeelFunction}),
    "null": frozenset({NoneType}),
}
_POINTS = (
    "number",
    "string",
    "date",
    "time",
    "date and time",
    "days and time duration",
    "years and months duration",
)
_CLASSES["point"] = frozenset().union(*(_CLASSES[kind] for kind in _POINTS))

_SIGNATURE = re.compile(r"(?P<name>[^(]+)\((?P<parameters>.*)\)(?: -> (?P<result>.+))?")


@dataclass(frozen=True, slots=True)
class BuiltinRow:
    """One signature of a function and its implementation; `handles_null` as in `FeelFunction`."""

    name: str
    signature: Signature
    handles_null: bool = False


def row(signature: str, compute: Callable[..., Value], *, handles_null: bool = False) -> BuiltinRow:
    """A function that needs nothing but its arguments.

    A signature reads `substring(string: string, start position: number, length?: number)`: kinds have `|`
    between, none means any; a parameter with `?` may be null or left out, one with `...` takes all that
    remain.
    """

    def implementation(evaluator: Evaluator, arguments: Sequence[Value]) -> Value:
        _charge(evaluator, arguments)
        return _charged(evaluator, compute(*arguments))

    return replace(_row(signature, implementation), handles_null=handles_null)


def bounded(signature: str, compute: Callable[..., Value], *, names_all: bool = True) -> BuiltinRow:
    """A function that also gets the evaluator, as its first argument, to charge for its work.

    names_all: whether a call by name must name every parameter; otherwise what it does not name is null
    """

    def implementation(evaluator: Evaluator, arguments: Sequence[Value]) -> Value:
        _charge(evaluator, arguments)
        return _charged(evaluator, compute(evaluator, *arguments))

    return _row(signature, implementation, names_all=names_all)


def _charge(evaluator: Evaluator, arguments: Sequence[Value]) -> None:
    for argument in arguments:
        if isinstance(argument, list | str):
            evaluator.charge(1 + len(argument) // 16)


def _charged(evaluator: Evaluator, result: Value) -> Value:
    if isinstance(result, str):
        evaluator.charge_string(len(result))
    elif isinstance(result, list):
        evaluator.charge_list(len(result))
    return result


def _row(text: str, implementation: Implementation, *, names_all: bool = True) -> BuiltinRow:
    match = _SIGNATURE.fullmatch(text)
    if match is None:
        raise ValueError(f"expected a signature such as 'abs(n: number)', found '{text}'")
    parameters = tuple(_parameter(each) for each in match["parameters"].split(", ") if each)
    result = BUILT_IN_TYPES[match["result"]] if match["result"] else None
    return BuiltinRow(
        match["name"], Signature(parameters, implementation, inferred=result, names_all=names_all)
    )


def _parameter(text: str) -> FormalParameter:
    name, _, kinds = text.partition(": ")
    optional, rest = name.endswith("?"), name.endswith("...")
    name = name.rstrip("?.")
    accepts = frozenset().union(*(_CLASSES[kind] for kind in kinds.split(" | "))) if kinds else None
    if accepts is not None and optional:
        accepts |= _CLASSES["null"]
    declared = BUILT_IN_TYPES.get(kinds)
    return FormalParameter(name, declared, accepts, optional, rest)


def assemble(rows: Iterable[BuiltinRow]) -> dict[str, FeelFunction]:
    """The functions by their names; rows of one name are its signatures, tried in their order."""
    by_name: dict[str, list[BuiltinRow]] = {}
    for each in rows:
        by_name.setdefault(each.name, []).append(each)
    return {
        name: FeelFunction(
            name, tuple(each.signature for each in own), handles_null=any(each.handles_null for each in own)
        )
        for name, own in by_name.items()
    }
