"""Compiled iteration: `for` (DMN 1.5, 10.3.2.14), `some` and `every` (10.3.2.15)."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from engine.feel.comparison import compare
from engine.feel.evaluator import Compiled, Evaluator, Frame
from engine.feel.limits import FeelLimitError
from engine.feel.problems import FeelValueError, Position
from engine.feel.python_values import deep
from engine.feel.temporal.parts import is_date, make_date, split_date
from engine.feel.values import CONTEXT, MINUS_ONE, ONE, Range, Value, kind_of


@dataclass(frozen=True, slots=True)
class Domain:
    """A variable and what it runs over: a list or range, or from `source` to `end` where that is given."""

    name: str
    source: Compiled
    end: Compiled | None
    position: Position


def loop(domains: Sequence[Domain], body: Compiled, *, with_partial: bool) -> Compiled:
    """`for … return`: the list of the body's values; `partial` holds those so far, if the body reads it."""

    def run(frame: Frame) -> Value:
        evaluator = frame.evaluator
        results: list[Value] = []
        longest = evaluator.limits.list_length
        try:
            for inner in _frames(domains, 0, frame):
                scope = inner
                if with_partial:
                    evaluator.charge_list(len(results))
                    scope = Frame({"partial": results.copy()}, inner, evaluator)
                results.append(body(scope))
                if len(results) > longest:
                    raise FeelLimitError("list_length", longest)
        except _Unbounded as refusal:
            return evaluator.report(str(refusal), refusal.position)
        return results

    return run


def quantifier(domains: Sequence[Domain], condition: Compiled, *, every: bool) -> Compiled:
    """`every` is an `and` over all combinations, `some` an `or`; what is no boolean makes null of them."""
    decisive = not every

    def run(frame: Frame) -> Value:
        problems = frame.evaluator.problems
        result: bool | None = every
        try:
            mark = len(problems)
            for inner in _frames(domains, 0, frame):
                value = condition(inner)
                if value is decisive:
                    if len(problems) != mark:
                        frame.evaluator.handle(mark)  # whatever the others are, this one decides
                    return decisive
                if value is not every:
                    result = None
        except _Unbounded as refusal:
            return frame.evaluator.report(str(refusal), refusal.position)
        return result

    return run


class _Unbounded(Exception):
    """A domain that cannot be run over."""

    def __init__(self, message: str, position: Position) -> None:
        super().__init__(message)
        self.position = position


def _frames(domains: Sequence[Domain], index: int, frame: Frame) -> Generator[Frame, None, None]:
    """A frame for each combination; a later domain sees the variables of those before it."""
    domain = domains[index]
    evaluator = frame.evaluator
    last = index + 1 == len(domains)
    try:
        elements = _elements(domain, frame)
    except FeelValueError as error:
        raise _Unbounded(str(error), domain.position) from error
    for element in elements:
        evaluator.charge(1)
        inner = Frame({domain.name: element}, frame, evaluator)
        if last:
            yield inner
        else:
            yield from _frames(domains, index + 1, inner)


def _elements(domain: Domain, frame: Frame) -> Iterable[Value]:
    source = domain.source(frame)
    if domain.end is not None:
        return _counted(source, domain.end(frame), frame.evaluator)
    if isinstance(source, list):
        return source
    if isinstance(source, Range):
        return _range_elements(source, frame.evaluator)
    if source is None:
        raise FeelValueError("expected a list or a range, found null")
    return [deep(source, frame.evaluator.charge)]


def _range_elements(bounds: Range, evaluator: Evaluator) -> Iterator[Value]:
    if bounds.start is None or bounds.end is None or compare(bounds.start, bounds.end) > 0:
        raise FeelValueError("expected a range from a lower to a higher end")
    elements = _counted(bounds.start, bounds.end, evaluator)
    if not bounds.start_included:
        next(elements, None)
    return (element for element in elements if bounds.end_included or compare(element, bounds.end) < 0)


def _counted(start: Value, end: Value, evaluator: Evaluator) -> Iterator[Value]:
    """From one number or date to another in steps of one, up or down."""
    if isinstance(start, Decimal) and isinstance(end, Decimal):
        distance = CONTEXT.subtract(end, start).copy_abs()
        _check_length(distance, evaluator)
        return _numbers(start, ONE if start <= end else MINUS_ONE, int(distance))
    if is_date(start) and is_date(end):
        first, last = split_date(start), split_date(end)
        _check_length(abs(last - first), evaluator)
        days = range(first, last + 1) if first <= last else range(first, last - 1, -1)
        return (make_date(day) for day in days)
    raise FeelValueError(f"expected two numbers or two dates, found {kind_of(start)} and {kind_of(end)}")


def _numbers(start: Decimal, step: Decimal, steps: int) -> Iterator[Decimal]:
    number = start
    for _ in range(steps + 1):
        yield number
        number = CONTEXT.add(number, step)


def _check_length(steps: Decimal | int, evaluator: Evaluator) -> None:
    if steps >= evaluator.limits.range_length:
        raise FeelLimitError("range_length", evaluator.limits.range_length)
