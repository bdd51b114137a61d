"""How points and ranges lie to each other (DMN 1.5, 10.3.4.7), and ranges from text (10.3.4.1).

An open end lies before, or after, everything.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import TypeVar

from engine.feel.builtins.table import BuiltinRow, row
from engine.feel.comparison import compare, in_range
from engine.feel.limits import FeelLimitError
from engine.feel.names import NameBook
from engine.feel.parser import parse_expression
from engine.feel.problems import FeelSyntaxError, FeelValueError
from engine.feel.syntax import AtLiteral, Call, Literal, Name, Negation, RangeLiteral, SyntaxNode
from engine.feel.temporal.text import parse_date, parse_datetime, parse_duration, parse_temporal, parse_time
from engine.feel.values import CONTEXT, Range, Value

Left = TypeVar("Left")
Right = TypeVar("Right")


def _starts(left: Range, right: Range) -> int:
    """How the starts lie, inclusion left aside; an open start is before every other."""
    if left.start is None or right.start is None:
        return (right.start is None) - (left.start is None)
    return compare(left.start, right.start)


def _ends(left: Range, right: Range) -> int:
    """How the ends lie, inclusion left aside; an open end is after every other."""
    if left.end is None or right.end is None:
        return (left.end is None) - (right.end is None)
    return compare(left.end, right.end)


def _end_to_start(left: Range, right: Range) -> int:
    """How the end of one lies to the start of the other."""
    if left.end is None or right.start is None:
        return 1
    return compare(left.end, right.start)


def point_before_point(left: Value, right: Value) -> bool:
    """The point is less."""
    return compare(left, right) < 0


def point_before_range(point: Value, bounds: Range) -> bool:
    """The point is less than all of the range."""
    if bounds.start is None:
        return False
    order = compare(point, bounds.start)
    return order < 0 or (order == 0 and not bounds.start_included)


def range_before_point(bounds: Range, point: Value) -> bool:
    """All of the range is less than the point."""
    if bounds.end is None:
        return False
    order = compare(bounds.end, point)
    return order < 0 or (order == 0 and not bounds.end_included)


def range_before_range(left: Range, right: Range) -> bool:
    """All of the one range is less than all of the other."""
    order = _end_to_start(left, right)
    return order < 0 or (order == 0 and not (left.end_included and right.start_included))


def meets(left: Range, right: Range) -> bool:
    """The one ends where the other starts, and both have that point."""
    return left.end_included and right.start_included and _end_to_start(left, right) == 0


def overlaps(left: Range, right: Range) -> bool:
    """They have a point in common."""
    return not range_before_range(left, right) and not range_before_range(right, left)


def overlaps_before(left: Range, right: Range) -> bool:
    """The one starts first, and ends inside the other."""
    start, end = _starts(left, right), _ends(left, right)
    starts_first = start < 0 or (start == 0 and left.start_included and not right.start_included)
    ends_inside = end < 0 or (end == 0 and (not left.end_included or right.end_included))
    return starts_first and ends_inside and not range_before_range(left, right)


def point_finishes(point: Value, bounds: Range) -> bool:
    """The point is the range's last."""
    return bounds.end_included and bounds.end is not None and compare(point, bounds.end) == 0


def range_finishes(left: Range, right: Range) -> bool:
    """Both end together, and the one starts no earlier."""
    start = _starts(left, right)
    return (
        left.end_included == right.end_included
        and _ends(left, right) == 0
        and (start > 0 or (start == 0 and (not left.start_included or right.start_included)))
    )


def range_includes(left: Range, right: Range) -> bool:
    """No point of the other lies outside the one."""
    start, end = _starts(left, right), _ends(left, right)
    starts_around = start < 0 or (start == 0 and (left.start_included or not right.start_included))
    ends_around = end > 0 or (end == 0 and (left.end_included or not right.end_included))
    return starts_around and ends_around


def point_starts(point: Value, bounds: Range) -> bool:
    """The point is the range's first."""
    return bounds.start_included and bounds.start is not None and compare(point, bounds.start) == 0


def range_starts(left: Range, right: Range) -> bool:
    """Both start together, and the one ends no later."""
    end = _ends(left, right)
    return (
        left.start_included == right.start_included
        and _starts(left, right) == 0
        and (end < 0 or (end == 0 and (not left.end_included or right.end_included)))
    )


def points_coincide(left: Value, right: Value) -> bool:
    return compare(left, right) == 0


def ranges_coincide(left: Range, right: Range) -> bool:
    """They have the same ends."""
    return (
        left.start_included == right.start_included
        and left.end_included == right.end_included
        and _starts(left, right) == 0
        and _ends(left, right) == 0
    )


def _swapped(function: Callable[[Left, Right], bool]) -> Callable[[Right, Left], bool]:
    return lambda left, right: function(right, left)


_UNBOUNDED = re.compile(r"\s*(?:(\()\s*\.\.(.*)|(.*)\.\.\s*(\)))\s*", re.DOTALL)
_MAKERS: dict[str, Callable[[str], Value]] = {
    "date": parse_date,
    "time": parse_time,
    "date and time": parse_datetime,
    "duration": parse_duration,
}
_MAKER_NAMES = NameBook(_MAKERS)


def range_from_text(text: str) -> Range:
    """The range that a text is, its ends literals or temporal values; an open end may be left out."""
    try:
        if (match := _UNBOUNDED.fullmatch(text)) is not None:
            return _one_sided(match)
        node = parse_expression(text, (), _MAKER_NAMES)
    except (FeelSyntaxError, FeelLimitError) as error:
        raise FeelValueError(f"expected a range such as [1..10), found '{text[:40]}'") from error
    if not isinstance(node, RangeLiteral):
        raise FeelValueError(f"expected a range such as [1..10), found '{text[:40]}'")
    start, end = _end(node.start), _end(node.end)
    if compare(start, end) > 0:
        raise FeelValueError("a range starts no later than it ends")
    return Range(start, end, node.start_included, node.end_included)


def _one_sided(match: re.Match[str]) -> Range:
    """`(..10]` or `[1..)`."""
    if match[1]:
        closing = match[2].rstrip()[-1:]
        if closing not in ("]", ")"):
            raise FeelValueError("expected ']' or ')' at the end of the range")
        end = _end(parse_expression(match[2].rstrip()[:-1], (), _MAKER_NAMES))
        return Range(None, end, start_included=False, end_included=closing == "]")
    opening = match[3].lstrip()[:1]
    if opening not in ("[", "(", "]"):
        raise FeelValueError("expected '[' or '(' at the start of the range")
    start = _end(parse_expression(match[3].lstrip()[1:], (), _MAKER_NAMES))
    return Range(start, None, start_included=opening == "[", end_included=False)


def _end(node: SyntaxNode) -> Value:
    """An end that is a literal, or a call that makes a temporal value from one."""
    match node:
        case Literal(value=Decimal() | str() as value):
            return value
        case Negation(operand=Literal(value=Decimal() as number)):
            return CONTEXT.minus(number)
        case AtLiteral(text=text):
            return parse_temporal(text)
        case Call(function=Name(name=name), arguments=(argument,)) if name in _MAKERS:
            if isinstance(argument.value, Literal) and isinstance(argument.value.value, str):
                return _MAKERS[name](argument.value.value)
    raise FeelValueError("expected a literal at the end of a range")


def _point_and_range_rows(
    name: str,
    points: Callable[[Value, Value], bool] | None,
    point_first: Callable[[Value, Range], bool] | None,
    range_first: Callable[[Range, Value], bool] | None,
    ranges: Callable[[Range, Range], bool],
) -> tuple[BuiltinRow, ...]:
    """The signatures of a function that takes points as well as ranges, as far as it does."""
    rows = []
    if points is not None:
        rows.append(row(f"{name}(point1: point, point2: point) -> boolean", points))
    if point_first is not None:
        rows.append(row(f"{name}(point: point, range: range) -> boolean", point_first))
    if range_first is not None:
        rows.append(row(f"{name}(range: range, point: point) -> boolean", range_first))
    rows.append(row(f"{name}(range1: range, range2: range) -> boolean", ranges))
    return tuple(rows)


FUNCTIONS = (
    *_point_and_range_rows(
        "before", point_before_point, point_before_range, range_before_point, range_before_range
    ),
    *_point_and_range_rows(
        "after",
        _swapped(point_before_point),
        _swapped(range_before_point),
        _swapped(point_before_range),
        _swapped(range_before_range),
    ),
    *_point_and_range_rows("meets", None, None, None, meets),
    *_point_and_range_rows("met by", None, None, None, _swapped(meets)),
    *_point_and_range_rows("overlaps", None, None, None, overlaps),
    *_point_and_range_rows("overlaps before", None, None, None, overlaps_before),
    *_point_and_range_rows("overlaps after", None, None, None, _swapped(overlaps_before)),
    *_point_and_range_rows("finishes", None, point_finishes, None, range_finishes),
    *_point_and_range_rows("finished by", None, None, _swapped(point_finishes), _swapped(range_finishes)),
    *_point_and_range_rows("includes", None, None, _swapped(in_range), range_includes),
    *_point_and_range_rows("during", None, in_range, None, _swapped(range_includes)),
    *_point_and_range_rows("starts", None, point_starts, None, range_starts),
    *_point_and_range_rows("started by", None, None, _swapped(point_starts), _swapped(range_starts)),
    *_point_and_range_rows("coincides", points_coincide, None, None, ranges_coincide),
    row("range(from: string)", range_from_text),
)
