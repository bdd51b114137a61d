"""Built-in functions for the literal evaluator (DMN 1.5, 10.3.4), and implicit conversions (10.3.2.9.4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Context,
    Decimal,
)
from fractions import Fraction
from functools import cmp_to_key
from typing import TypeAlias, TypeVar

from tests.feel.difference.values import (
    Clock,
    Closure,
    Day,
    Moment,
    Months,
    Range,
    Span,
    Undefined,
    equal,
    includes,
    order,
    within,
)

Call: TypeAlias = Callable[[Closure, list[object]], object]
BuiltInFunction: TypeAlias = Callable[[list[object], Call], object]
Kind = TypeVar("Kind")

_NUMBERS = Context(prec=34, rounding=ROUND_HALF_EVEN)


def _taken(value: object, *kinds: type[Kind]) -> Kind:
    """An argument as one of some kinds; a list of one value stands for the value. Raises Undefined."""
    if isinstance(value, list) and list not in kinds and len(value) == 1:
        value = value[0]
    if kinds == (Moment,) and isinstance(value, Day):
        value = Moment(value.number, Fraction(0), 0)
    if isinstance(value, kinds) and (bool in kinds or not isinstance(value, bool)):
        return value
    raise Undefined


def _number(value: object) -> Decimal:
    return _taken(value, Decimal)


def _string(value: object) -> str:
    return _taken(value, str)


def _whole(value: object) -> int:
    number = _number(value)
    if number != int(number):
        raise Undefined
    return int(number)


def _list(value: object) -> list[object]:
    """An argument as a list: any other value but null stands for the list of it."""
    if value is None:
        raise Undefined
    return value if isinstance(value, list) else [value]


def _numbers_of(value: object) -> list[Decimal]:
    items = _list(value)
    numbers = [item for item in items if isinstance(item, Decimal)]
    if len(numbers) < len(items):
        raise Undefined
    return numbers


def _index(items: Sequence[object], position: object) -> int:
    number = _whole(position)
    if not 1 <= abs(number) <= len(items):
        raise Undefined
    return number - 1 if number > 0 else len(items) + number


# Numbers


def _rounded(mode: str, *, optional: bool = False) -> BuiltInFunction:
    def compute(arguments: list[object], _: Call) -> Decimal:
        number = _number(arguments[0])
        scale = _whole(arguments[1]) if len(arguments) > 1 or not optional else 0
        return number.quantize(Decimal(1).scaleb(-scale), rounding=mode, context=_NUMBERS)

    return compute


def _absolute(arguments: list[object], _: Call) -> object:
    match _taken(arguments[0], Decimal, Span, Months):
        case Decimal() as number:
            return number.copy_abs()
        case Span(seconds):
            return Span(abs(seconds))
        case Months(count):
            return Months(abs(count))
    raise Undefined


def _modulo(arguments: list[object], _: Call) -> Decimal:
    """`dividend - divisor * floor(dividend / divisor)`."""
    dividend, divisor = (Fraction(_number(argument)) for argument in arguments)
    if not divisor:
        raise Undefined
    found = dividend - divisor * (dividend // divisor)
    return _NUMBERS.divide(Decimal(found.numerator), Decimal(found.denominator))


def _odd(arguments: list[object], _: Call) -> bool:
    """A fraction is neither odd nor even."""
    return Fraction(_number(arguments[0])) % 2 == 1


def _even(arguments: list[object], _: Call) -> bool:
    return Fraction(_number(arguments[0])) % 2 == 0


# Strings


def _substring(arguments: list[object], _: Call) -> str:
    text, start = _string(arguments[0]), int(_number(arguments[1]))
    if not 1 <= abs(start) <= len(text):
        raise Undefined
    first = start - 1 if start > 0 else len(text) + start
    if len(arguments) < 3:
        return text[first:]
    length = _number(arguments[2])
    if length < 1:
        raise Undefined
    return text[first : first + int(length)]


def _of_strings(compute: Callable[..., object]) -> BuiltInFunction:
    return lambda arguments, _: compute(*(_string(argument) for argument in arguments))


def _before(text: str, match: str) -> str:
    return text[: text.index(match)] if match in text and match else ""


def _after(text: str, match: str) -> str:
    return text[text.index(match) + len(match) :] if match in text else ""


def _join(arguments: list[object], _: Call) -> str:
    items = [item for item in _list(arguments[0]) if item is not None]
    texts = [item for item in items if isinstance(item, str)]
    if len(texts) < len(items):
        raise Undefined
    delimiter = arguments[1] if len(arguments) > 1 else None
    return ("" if delimiter is None else _string(delimiter)).join(texts)


def _parsed(arguments: list[object], _: Call) -> Decimal:
    return _NUMBERS.create_decimal(_string(arguments[0]))


# Lists


def _of_numbers(compute: Callable[[list[Decimal]], object], *, empty: object = Undefined) -> BuiltInFunction:
    def run(arguments: list[object], _: Call) -> object:
        numbers = _numbers_of(arguments[0] if len(arguments) == 1 else arguments)
        if not numbers:
            if empty is Undefined:
                raise Undefined
            return empty
        return compute(numbers)

    return run


def _sum(numbers: list[Decimal]) -> Decimal:
    total = Decimal(0)
    for number in numbers:
        total = _NUMBERS.add(total, number)
    return total


def _product(numbers: list[Decimal]) -> Decimal:
    found = Decimal(1)
    for number in numbers:
        found = _NUMBERS.multiply(found, number)
    return found


def _mean(numbers: list[Decimal]) -> Decimal:
    return _NUMBERS.divide(_sum(numbers), Decimal(len(numbers)))


def _median(numbers: list[Decimal]) -> Decimal:
    numbers, half = sorted(numbers), len(numbers) // 2
    if len(numbers) % 2:
        return numbers[half]
    return _NUMBERS.divide(_NUMBERS.add(numbers[half - 1], numbers[half]), Decimal(2))


def _mode(numbers: list[Decimal]) -> list[object]:
    most = max(numbers.count(number) for number in numbers)
    return [*sorted({number for number in numbers if numbers.count(number) == most})]


def _extreme(sign: int) -> BuiltInFunction:
    def compute(arguments: list[object], _: Call) -> object:
        items = _list(arguments[0]) if len(arguments) == 1 else arguments
        if not items:
            return None
        best = items[0]
        order(best, best)
        for item in items[1:]:
            if order(item, best) * sign > 0:
                best = item
        return best

    return compute


def _verdict(*, decisive: bool) -> BuiltInFunction:
    def compute(arguments: list[object], _: Call) -> bool | None:
        items = _list(arguments[0]) if len(arguments) == 1 else arguments
        if any(item is decisive for item in items):
            return decisive
        return (not decisive) if all(isinstance(item, bool) for item in items) else None

    return compute


def _contains(arguments: list[object], _: Call) -> bool:
    return includes(_list(arguments[0]), arguments[1])


def _count(arguments: list[object], _: Call) -> Decimal:
    return Decimal(len(_list(arguments[0])))


def _sublist(arguments: list[object], _: Call) -> list[object]:
    items = _list(arguments[0])
    first = _index(items, arguments[1])
    if len(arguments) < 3:
        return items[first:]
    length = int(_number(arguments[2]))
    if length < 1 or first + length > len(items):
        raise Undefined
    return items[first : first + length]


def _append(arguments: list[object], _: Call) -> list[object]:
    return [*_list(arguments[0]), *arguments[1:]]


def _concatenate(arguments: list[object], _: Call) -> list[object]:
    return [item for argument in arguments for item in _list(argument)]


def _insert(arguments: list[object], _: Call) -> list[object]:
    items = _list(arguments[0])
    at = _index(items, arguments[1])
    return [*items[:at], arguments[2], *items[at:]]


def _remove(arguments: list[object], _: Call) -> list[object]:
    items = _list(arguments[0])
    at = _index(items, arguments[1])
    return [*items[:at], *items[at + 1 :]]


def _reverse(arguments: list[object], _: Call) -> list[object]:
    return _list(arguments[0])[::-1]


def _index_of(arguments: list[object], _: Call) -> list[object]:
    items = _list(arguments[0])
    return [Decimal(at) for at, item in enumerate(items, 1) if equal(item, arguments[1]) is True]


def _distinct(items: Sequence[object]) -> list[object]:
    kept: list[object] = []
    for item in items:
        if not includes(kept, item):
            kept.append(item)
    return kept


def _flatten(items: Sequence[object]) -> list[object]:
    return [inner for item in items for inner in (_flatten(item) if isinstance(item, list) else [item])]


def _sort(arguments: list[object], call: Call) -> list[object]:
    items, precedes = _list(arguments[0]), _taken(arguments[1], Closure)

    def before(left: object, right: object) -> bool:
        verdict = call(precedes, [left, right])
        if not isinstance(verdict, bool):
            raise Undefined
        return verdict

    def compare(left: object, right: object) -> int:
        return -1 if before(left, right) else 1 if before(right, left) else 0

    return sorted(items, key=cmp_to_key(compare))


# Contexts


def _context(value: object) -> dict[str, object]:
    found = _taken(value, dict)
    return {str(key): entry for key, entry in found.items()}


def _get_value(arguments: list[object], _: Call) -> object:
    return _context(arguments[0]).get(_string(arguments[1]))


def _get_entries(arguments: list[object], _: Call) -> list[object]:
    return [{"key": key, "value": value} for key, value in _context(arguments[0]).items()]


def _put(arguments: list[object], _: Call) -> dict[str, object]:
    return {**_context(arguments[0]), _string(arguments[1]): arguments[2]}


def _merge(arguments: list[object], _: Call) -> dict[str, object]:
    merged: dict[str, object] = {}
    for each in _list(arguments[0]):
        if not isinstance(each, dict):
            raise Undefined
        merged.update(each)
    return merged


# Dates

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def _of_day(compute: Callable[[date], object]) -> BuiltInFunction:
    def run(arguments: list[object], _: Call) -> object:
        value = _taken(arguments[0], Day, Moment)
        return compute(date.fromordinal(value.number if isinstance(value, Day) else value.day))

    return run


def _date(arguments: list[object], _: Call) -> object:
    if len(arguments) == 3:
        year, month, day = (_whole(argument) for argument in arguments)
        try:
            return Day(date(year, month, day).toordinal())
        except ValueError as error:
            raise Undefined from error
    value = _taken(arguments[0], Day, Moment)
    return value if isinstance(value, Day) else Day(value.day)


def _time(arguments: list[object], _: Call) -> Clock:
    value = _taken(arguments[0], Clock, Moment, Day)
    if isinstance(value, Day):
        return Clock(Fraction(0), 0)
    return value if isinstance(value, Clock) else Clock(value.seconds, value.offset)


def _date_and_time(arguments: list[object], _: Call) -> Moment:
    value, clock = _taken(arguments[0], Day, Moment), _taken(arguments[1], Clock)
    return Moment(value.number if isinstance(value, Day) else value.day, clock.seconds, clock.offset)


def _months_between(arguments: list[object], _: Call) -> Months:
    start, end = (
        date.fromordinal(value.number if isinstance(value, Day) else value.day)
        for value in (_taken(argument, Day, Moment) for argument in arguments)
    )
    count = (end.year - start.year) * 12 + end.month - start.month
    if count > 0 and end.day < start.day:
        count -= 1
    elif count < 0 and end.day > start.day:
        count += 1
    return Months(count)


# Ranges (table 78)


def _side(value: object) -> object:
    """A point or a range; a list of one of them stands for it."""
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _before_range(arguments: list[object], _: Call) -> bool:
    left, right = (_side(argument) for argument in arguments)
    end = left.end if isinstance(left, Range) else left
    start = right.start if isinstance(right, Range) else right
    reaches = (not isinstance(left, Range) or left.end_included) and (
        not isinstance(right, Range) or right.start_included
    )
    found = order(end, start)
    return found < 0 or (found == 0 and not reaches)


def _after_range(arguments: list[object], call: Call) -> bool:
    return _before_range([arguments[1], arguments[0]], call)


def _includes(arguments: list[object], _: Call) -> bool:
    outer, inner = _taken(arguments[0], Range), _side(arguments[1])
    if not isinstance(inner, Range):
        return within(inner, outer)
    low, high = order(outer.start, inner.start), order(outer.end, inner.end)
    starts = low < 0 or (low == 0 and (outer.start_included or not inner.start_included))
    return starts and (high > 0 or (high == 0 and (outer.end_included or not inner.end_included)))


def _during(arguments: list[object], call: Call) -> bool:
    return _includes([arguments[1], arguments[0]], call)


def _coincides(arguments: list[object], _: Call) -> bool:
    left, right = (_side(argument) for argument in arguments)
    if isinstance(left, Range) and isinstance(right, Range):
        return (
            order(left.start, right.start) == 0
            and order(left.end, right.end) == 0
            and (left.start_included, left.end_included) == (right.start_included, right.end_included)
        )
    if isinstance(left, Range) or isinstance(right, Range):
        raise Undefined
    return order(left, right) == 0


def _meets(arguments: list[object], _: Call) -> bool:
    left, right = (_taken(argument, Range) for argument in arguments)
    return left.end_included and right.start_included and order(left.end, right.start) == 0


def _not(arguments: list[object], _: Call) -> bool:
    if not isinstance(arguments[0], bool):
        raise Undefined
    return not arguments[0]


FUNCTIONS: Mapping[str, BuiltInFunction] = {
    "not": _not,
    "abs": _absolute,
    "floor": _rounded(ROUND_FLOOR, optional=True),
    "ceiling": _rounded(ROUND_CEILING, optional=True),
    "decimal": _rounded(ROUND_HALF_EVEN),
    "round up": _rounded(ROUND_UP),
    "round down": _rounded(ROUND_DOWN),
    "round half up": _rounded(ROUND_HALF_UP),
    "round half down": _rounded(ROUND_HALF_DOWN),
    "modulo": _modulo,
    "odd": _odd,
    "even": _even,
    "number": _parsed,
    "substring": _substring,
    "string length": _of_strings(lambda text: Decimal(len(text))),
    "upper case": _of_strings(str.upper),
    "lower case": _of_strings(str.lower),
    "substring before": _of_strings(_before),
    "substring after": _of_strings(_after),
    "contains": _of_strings(lambda text, match: match in text),
    "starts with": _of_strings(str.startswith),
    "ends with": _of_strings(str.endswith),
    "string join": _join,
    "list contains": _contains,
    "count": _count,
    "min": _extreme(-1),
    "max": _extreme(1),
    "sum": _of_numbers(_sum, empty=None),
    "product": _of_numbers(_product),
    "mean": _of_numbers(_mean),
    "median": _of_numbers(_median),
    "mode": _of_numbers(_mode, empty=[]),
    "all": _verdict(decisive=False),
    "any": _verdict(decisive=True),
    "sublist": _sublist,
    "append": _append,
    "concatenate": _concatenate,
    "insert before": _insert,
    "remove": _remove,
    "reverse": _reverse,
    "index of": _index_of,
    "union": lambda arguments, call: _distinct(_concatenate(arguments, call)),
    "distinct values": lambda arguments, _: _distinct(_list(arguments[0])),
    "flatten": lambda arguments, _: _flatten(_list(arguments[0])),
    "sort": _sort,
    "get value": _get_value,
    "get entries": _get_entries,
    "context put": _put,
    "context merge": _merge,
    "date": _date,
    "time": _time,
    "date and time": _date_and_time,
    "years and months duration": _months_between,
    "day of week": _of_day(lambda day: _WEEKDAYS[day.weekday()]),
    "month of year": _of_day(lambda day: _MONTHS[day.month - 1]),
    "day of year": _of_day(lambda day: Decimal(day.timetuple().tm_yday)),
    "week of year": _of_day(lambda day: Decimal(day.isocalendar()[1])),
    "before": _before_range,
    "after": _after_range,
    "includes": _includes,
    "during": _during,
    "coincides": _coincides,
    "meets": _meets,
}
