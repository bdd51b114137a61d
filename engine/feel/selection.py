"""Compiled values: constants, names, paths and filters (DMN 1.5, 10.3.2.5 and 10.3.2.6)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from types import NoneType

from engine.feel.evaluator import Compiled, Evaluator, Frame
from engine.feel.functions import FeelFunction
from engine.feel.limits import FeelLimitError
from engine.feel.problems import FeelValueError, Position, Weight
from engine.feel.properties import property_of
from engine.feel.python_values import MAX_DATA_DEPTH, deep, shallow
from engine.feel.values import Absent, Value, is_whole, kind_of

_AS_THEY_ARE = frozenset({NoneType, bool, str, list, dict, date, datetime, time, timedelta, FeelFunction})


def constant(value: Value) -> Compiled:
    """A value that stands in the text."""
    return lambda _: value


def deep_value(compiled: Compiled, position: Position) -> Compiled:
    """What `compiled` gives, as FEEL's through and through."""

    def run(frame: Frame) -> Value:
        value = compiled(frame)
        if type(value) is not list and type(value) is not dict:
            return value
        try:
            return deep(value, frame.evaluator.charge)
        except FeelValueError as error:
            return frame.evaluator.report(str(error), position)

    return run


def name(name: str, built_in: FeelFunction | None, position: Position) -> Compiled:
    """A name's value in the innermost frame that has it, else the built-in function of that name."""

    def run(frame: Frame) -> Value:
        try:
            value = frame.entries[name]
        except KeyError:
            return _outer_value(frame)
        kind = type(value)
        if kind in _AS_THEY_ARE or (kind is Decimal and value.is_finite()):  # type: ignore[attr-defined]  # is Decimal
            return value
        return _converted(value, frame)

    def _outer_value(frame: Frame) -> Value:
        outer = frame.outer
        while outer is not None:
            if name in outer.entries:
                return _converted(outer.entries[name], frame)
            outer = outer.outer
        if built_in is not None:
            return built_in
        return frame.evaluator.report(f"there is no '{name}' here", position, Weight.ABSENT)

    def _converted(value: object, frame: Frame) -> Value:
        if type(value) is Absent:
            return frame.evaluator.report(value.reason, position, Weight.ABSENT)
        try:
            return shallow(value)
        except FeelValueError as error:
            return frame.evaluator.report(f"'{name}': {error}", position)

    return run


def path(source: Compiled, member: str, position: Position) -> Compiled:
    """`source.member`."""

    def run(frame: Frame) -> Value:
        value = source(frame)
        try:
            if type(value) is dict and member in value:
                found = value[member]
                return found if type(found) in _AS_THEY_ARE else shallow(found)
            return _member(value, member, frame.evaluator, position, 0)
        except FeelValueError as error:
            return frame.evaluator.report(str(error), position)

    return run


def _member(value: Value, member: str, evaluator: Evaluator, position: Position, depth: int) -> Value:
    """The entry or property of a value; of a list, those of its elements."""
    if isinstance(value, dict):
        if member not in value:
            raise FeelValueError(f"there is no entry '{member}' in the context")
        return shallow(value[member])
    if not isinstance(value, list):
        return property_of(value, member)
    if depth > MAX_DATA_DEPTH:
        raise FeelLimitError("nesting of data", MAX_DATA_DEPTH)
    evaluator.charge(1 + len(value))
    found: list[Value] = []
    for item in value:
        try:
            found.append(_member(shallow(item), member, evaluator, position, depth + 1))
        except FeelValueError as error:
            evaluator.report(str(error), position)
            found.append(None)
    return found


def selected(source: Compiled, condition: Compiled, position: Position, *, reads_item: bool) -> Compiled:
    """`source[condition]`: by position when the condition is a number, else those for which it is true.

    reads_item: whether the condition names `item`
    """

    def run(frame: Frame) -> Value:
        value = source(frame)
        if value is None:
            return None
        items = value if isinstance(value, list) else [value]
        evaluator = frame.evaluator
        if not items:
            position_in_list = condition(frame)
            return None if isinstance(position_in_list, Decimal) else []
        evaluator.charge(len(items))
        kept: list[Value] = []
        for index, raw in enumerate(items):
            try:
                item = raw if type(raw) in _AS_THEY_ARE else shallow(raw)
            except FeelValueError as error:
                evaluator.report(str(error), position)
                continue
            # A context's own entries hide `item` and what lies around the filter.
            around = frame if not reads_item else Frame({"item": item}, frame, evaluator)
            verdict = condition(Frame(item, around, evaluator) if type(item) is dict else around)
            if verdict is True:
                kept.append(item)
            elif index == 0 and isinstance(verdict, Decimal):
                return _at(items, verdict, evaluator, position)
            elif verdict is not False and verdict is not None:
                evaluator.report(f"expected a condition, found a {kind_of(verdict)}", position)
        return kept

    return run


def _at(items: list[Value], number: Decimal, evaluator: Evaluator, position: Position) -> Value:
    """The element at a position from 1, or from -1 at the end."""
    if not is_whole(number) or not 1 <= number.copy_abs() <= len(items):
        return evaluator.report(f"there is no element {number} in a list of {len(items)}", position)
    index = int(number)
    try:
        return shallow(items[index - 1 if index > 0 else index])
    except FeelValueError as error:
        return evaluator.report(str(error), position)
