"""List functions (DMN 1.5, 10.3.4.4) and `sort` (10.3.4.9)."""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal
from functools import cmp_to_key
from itertools import chain
from typing import TYPE_CHECKING

from engine.feel.builtins.table import bounded, row
from engine.feel.comparison import compare, equal
from engine.feel.functions import FeelFunction
from engine.feel.invocation import invoke
from engine.feel.limits import FeelLimitError
from engine.feel.problems import FeelValueError
from engine.feel.python_values import MAX_DATA_DEPTH
from engine.feel.values import CONTEXT, ONE, ZERO, Value, is_whole, kind_of

if TYPE_CHECKING:
    from engine.feel.evaluator import Evaluator

Items = list[Value]


def _same(left: Value, right: Value, evaluator: Evaluator) -> bool:
    return equal(left, right, evaluator) is True


def _numbers(items: Items) -> list[Decimal]:
    numbers = [item for item in items if isinstance(item, Decimal)]
    if len(numbers) < len(items):
        odd = next(item for item in items if not isinstance(item, Decimal))
        raise FeelValueError(f"expected numbers, found {kind_of(odd)}")
    return numbers


def _some_numbers(items: Items) -> list[Decimal]:
    numbers = _numbers(items)
    if not numbers:
        raise FeelValueError("expected at least one number, found none")
    return numbers


def contains(evaluator: Evaluator, items: Items, element: Value) -> bool:
    """Whether an element is equal to the value, which may be null."""
    return any(_same(item, element, evaluator) for item in items)


def count(items: Items) -> Decimal:
    return Decimal(len(items))


def _extreme(items: Items, sign: int) -> Value:
    if not items:
        return None
    best = items[0]
    compare(best, best)
    for item in items[1:]:
        if compare(item, best) * sign > 0:
            best = item
    return best


def minimum(items: Items) -> Value:
    """The least of comparable elements, null of none."""
    return _extreme(items, -1)


def maximum(items: Items) -> Value:
    """The greatest of comparable elements, null of none."""
    return _extreme(items, 1)


def total(items: Items) -> Decimal | None:
    """The sum, null of none."""
    if not items:
        return None
    result = ZERO
    for number in _numbers(items):
        result = CONTEXT.add(result, number)
    return result


def product(items: Items) -> Decimal:
    result = ONE
    for number in _some_numbers(items):
        result = CONTEXT.multiply(result, number)
    return result


def mean(items: Items) -> Decimal:
    return CONTEXT.divide(total(list(_some_numbers(items))) or ZERO, Decimal(len(items)))


def median(items: Items) -> Decimal:
    """The middle one, or the mean of the two in the middle."""
    numbers = sorted(_some_numbers(items))
    half, odd = divmod(len(numbers), 2)
    if odd:
        return numbers[half]
    return CONTEXT.divide(CONTEXT.add(numbers[half - 1], numbers[half]), Decimal(2))


def standard_deviation(items: Items) -> Decimal:
    """Of a sample, which has at least two elements."""
    if len(_numbers(items)) < 2:
        raise FeelValueError("expected at least two numbers")
    middle = mean(items)
    deviations: Items = [
        CONTEXT.power(CONTEXT.subtract(number, middle), Decimal(2)) for number in _numbers(items)
    ]
    return CONTEXT.sqrt(CONTEXT.divide(total(deviations) or ZERO, Decimal(len(items) - 1)))


def mode(items: Items) -> Items:
    """The most frequent numbers in ascending order."""
    frequencies: dict[Decimal, int] = {}
    for number in _numbers(items):
        frequencies[number] = frequencies.get(number, 0) + 1
    most = max(frequencies.values(), default=0)
    return [*sorted(number for number, times in frequencies.items() if times == most)]


def all_true(items: Items) -> bool | None:
    """False when one is false, true when all are true or there is none, else null."""
    return _verdict(items, decisive=False)


def any_true(items: Items) -> bool | None:
    """True when one is true, false when all are false or there is none, else null."""
    return _verdict(items, decisive=True)


def _verdict(items: Items, *, decisive: bool) -> bool | None:
    if any(item is decisive for item in items):
        return decisive
    odd = next((item for item in items if not isinstance(item, bool)), True)
    if odd is not True:
        raise FeelValueError(f"expected booleans, found {kind_of(odd)}")
    return not decisive


def _index(items: Items, position: Decimal) -> int:
    """The Python index of a position from 1, or from -1 at the end."""
    if not is_whole(position) or not 1 <= position.copy_abs() <= len(items):
        raise FeelValueError(f"there is no position {position} in a list of {len(items)}")
    return int(position) - 1 if position > 0 else len(items) + int(position)


def sublist(items: Items, start: Decimal, length: Decimal | None = None) -> Items:
    """From a position, all or so many elements."""
    first = _index(items, start)
    if length is None:
        return items[first:]
    end = first + int(length)
    if length < 1 or end > len(items):
        raise FeelValueError(
            f"there are no {length} elements from position {start} in a list of {len(items)}"
        )
    return items[first:end]


def append(items: Items, added: Items) -> Items:
    return items + added


def concatenate(lists: Items) -> Items:
    return list(chain.from_iterable(_lists(lists)))


def _lists(lists: Items) -> list[Items]:
    """Every argument as a list; a value that is none stands for a list of one."""
    if any(each is None for each in lists):
        raise FeelValueError("expected lists, found null")
    return [each if isinstance(each, list) else [each] for each in lists]


def insert_before(items: Items, position: Decimal, item: Value) -> Items:
    index = _index(items, position)
    return [*items[:index], item, *items[index:]]


def remove(items: Items, position: Decimal) -> Items:
    index = _index(items, position)
    return items[:index] + items[index + 1 :]


def replace_at(items: Items, position: Decimal, item: Value) -> Items:
    """With another element at a position, whose fraction is cut off: there is no element between two."""
    index = _index(items, position.to_integral_value(ROUND_DOWN))
    return [*items[:index], item, *items[index + 1 :]]


def replace_matching(evaluator: Evaluator, items: Items, match: FeelFunction, item: Value) -> Items:
    """With another element wherever `match(element, new element)` is true."""
    replaced: Items = []
    for each in items:
        verdict = invoke(evaluator, match, [each, item], None)
        if not isinstance(verdict, bool):
            raise FeelValueError(f"expected a function that gives a boolean, found {kind_of(verdict)}")
        replaced.append(item if verdict else each)
    return replaced


def reverse(items: Items) -> Items:
    return items[::-1]


def index_of(evaluator: Evaluator, items: Items, match: Value) -> Items:
    """The positions of the elements equal to a value."""
    return [Decimal(index) for index, item in enumerate(items, 1) if _same(item, match, evaluator)]


def distinct(evaluator: Evaluator, items: Items) -> Items:
    """Without repetitions; the first of equal elements stays."""
    kept: Items = []
    seen: set[tuple[type, Value]] = set()
    for item in items:
        if isinstance(item, Decimal | str | bool) or item is None:
            key = (type(item), item)
            if key not in seen:
                seen.add(key)
                kept.append(item)
        elif not any(_same(item, each, evaluator) for each in kept):
            kept.append(item)
    return kept


def union(evaluator: Evaluator, lists: Items) -> Items:
    """All lists as one without repetitions."""
    return distinct(evaluator, concatenate(lists))


def flatten(evaluator: Evaluator, items: Items) -> Items:
    """Nested lists unfolded."""
    flat: Items = []
    _unfold(items, flat, evaluator, 0)
    return flat


def _unfold(items: Items, flat: Items, evaluator: Evaluator, depth: int) -> None:
    if depth > MAX_DATA_DEPTH:
        raise FeelLimitError("nesting of data", MAX_DATA_DEPTH)
    evaluator.charge(1 + len(items))
    for item in items:
        if isinstance(item, list):
            _unfold(item, flat, evaluator, depth + 1)
        else:
            flat.append(item)
            if len(flat) > evaluator.limits.list_length:
                raise FeelLimitError("list_length", evaluator.limits.list_length)


def sort(evaluator: Evaluator, items: Items, precedes: FeelFunction) -> Items:
    """In the order of a function that says whether its first argument comes before its second; stable."""

    def order(left: Value, right: Value) -> int:
        if _precedes(left, right):
            return -1
        return 1 if _precedes(right, left) else 0

    def _precedes(left: Value, right: Value) -> bool:
        verdict = invoke(evaluator, precedes, [left, right], None)
        if not isinstance(verdict, bool):
            raise FeelValueError(f"expected a function that gives a boolean, found {kind_of(verdict)}")
        return verdict

    return sorted(items, key=cmp_to_key(order))


def sort_naturally(items: Items) -> Items:
    """In ascending order; the elements must be comparable."""
    return sorted(items, key=cmp_to_key(compare))


def string_join(items: Items, delimiter: str | None) -> str:
    """The strings in a row, nulls left out, with a delimiter between."""
    parts = [item for item in items if isinstance(item, str)]
    odd = next((item for item in items if not isinstance(item, str) and item is not None), None)
    if odd is not None:
        raise FeelValueError(f"expected strings, found {kind_of(odd)}")
    return (delimiter or "").join(parts)


FUNCTIONS = (
    bounded("list contains(list: list, element) -> boolean", contains),
    row("count(list: list) -> number", count),
    row("min(list: list)", minimum),
    row("min(c...)", minimum),
    row("max(list: list)", maximum),
    row("max(c...)", maximum),
    row("sum(list: list) -> number", total),
    row("sum(n...) -> number", total),
    row("mean(list: list) -> number", mean),
    row("mean(n...) -> number", mean),
    row("all(list: list) -> boolean", all_true),
    row("all(b...) -> boolean", all_true),
    row("any(list: list) -> boolean", any_true),
    row("any(b...) -> boolean", any_true),
    row("sublist(list: list, start position: number)", sublist),
    row("sublist(list: list, start position: number, length: number)", sublist),
    row("append(list: list, item...)", append),
    row("concatenate(list...)", concatenate),
    row("insert before(list: list, position: number, newItem)", insert_before),
    row("remove(list: list, position: number)", remove),
    row("list replace(list: list, position: number, newItem)", replace_at),
    bounded("list replace(list: list, match: function, newItem)", replace_matching),
    row("reverse(list: list)", reverse),
    bounded("index of(list: list, match)", index_of),
    bounded("union(list...)", union),
    bounded("distinct values(list: list)", distinct),
    bounded("flatten(list: list)", flatten),
    row("product(list: list) -> number", product),
    row("product(n...) -> number", product),
    row("median(list: list) -> number", median),
    row("median(n...) -> number", median),
    row("stddev(list: list) -> number", standard_deviation),
    row("stddev(n...) -> number", standard_deviation),
    row("mode(list: list)", mode),
    row("mode(n...)", mode),
    bounded("sort(list: list, precedes: function)", sort),
    row("sort(list: list)", sort_naturally),
    row("string join(list: list, delimiter?: string) -> string", string_join),
)
