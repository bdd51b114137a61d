"""Makes up expressions: of the kinds that the constructs ask for most of the time, of others now and then."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from tests.feel.difference.trees import (
    Between,
    Binary,
    BuiltIn,
    Constant,
    Entries,
    Filter,
    Function,
    If,
    In,
    InstanceOf,
    Interval,
    Invocation,
    Items,
    Iteration,
    Minus,
    Path,
    Test,
    Tree,
    Variable,
)

POINTS = (
    *("number", "string", "date", "time", "date and time"),
    *("days and time duration", "years and months duration"),
)
KINDS = (*POINTS, "boolean", "numbers", "strings", "contexts", "context", "range")
_CONSTANTS: Mapping[str, tuple[str, ...]] = {
    "number": ("0", "1", "2", "3", "5", "10", "2.5", "0.1", "1.25", "7", "100"),
    "string": ("", "a", "b", "ab", "abc", "Ωμέγα", "10", "2.50"),
    "boolean": ("true", "false"),
    "date": ("2026-01-31", "2026-02-28", "2028-02-29", "1999-12-31", "2026-11-30"),
    "time": ("00:30:00+01:00", "23:30:00Z", "10:00:00", "01:30:00@Europe/Athens", "02:30:00@Europe/Athens"),
    "date and time": (
        *("2026-01-31T10:00:00", "2026-01-31T23:30:00Z", "2026-02-01T00:30:00+01:00"),
        *("2026-03-29T03:30:00-05:00", "1999-12-31T23:59:59"),
    ),
    "days and time duration": ("P1D", "PT36H", "-PT1H", "PT0S", "P10DT30M"),
    "years and months duration": ("P1Y", "P1M", "-P14M", "P0M", "P2Y3M"),
}
_TO_NUMBER = ("floor", "ceiling", "abs")
_SCALED = ("decimal", "round up", "round down", "round half up", "round half down")
_OF_NUMBERS = ("sum", "min", "max", "mean", "median", "product")
_DAY_PARTS = ("year", "month", "day", "weekday")
_CLOCK_PARTS = ("hour", "minute", "second")
_SPAN_PARTS = ("days", "hours", "minutes", "seconds")


class Generator:
    """Expressions from one source of chance."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._count = 0

    def tree(self, depth: int, scope: Mapping[str, str]) -> Tree:
        """An expression of any kind; `scope` names the variables and their kinds."""
        return self._of(self._random.choice(KINDS), depth, scope)

    def _of(self, kind: str, depth: int, scope: Mapping[str, str]) -> Tree:
        random = self._random
        draw = random.random()
        if draw < 0.03:
            return Constant("null", "null")
        if draw < 0.08:
            kind = random.choice(KINDS)
        known = [name for name, its in scope.items() if its == kind]
        if known and random.random() < 0.3:
            return Variable(random.choice(known))
        if depth > 0 and random.random() < 0.25:
            return self._anything(kind, depth - 1, scope)
        if kind in _CONSTANTS and (depth <= 0 or random.random() < 0.2):
            return Constant(kind, random.choice(_CONSTANTS[kind]))
        made: Tree = getattr(self, f"_{kind.replace(' ', '_')}")(depth - 1, scope)
        return made

    def _anything(self, kind: str, depth: int, scope: Mapping[str, str]) -> Tree:
        """A construct that gives a value of whatever kind its parts have."""
        random = self._random
        match random.randrange(6):
            case 0:
                parts = self._of("boolean", depth, scope), self._of(kind, depth, scope)
                return If(parts[0], parts[1], self._of(kind, depth, scope))
            case 1:
                items = tuple(self._of(kind, depth, scope) for _ in range(random.randrange(1, 4)))
                return Filter(Items(items), Constant("number", random.choice(("1", "2", "4"))))
            case 2:
                entries = (("p", self._of(kind, depth, scope)), ("q", self._of("number", depth, scope)))
                return Path(Entries(entries), random.choice(("p", "p", "p", "q", "r")))
            case 3:
                function, argument = self._function(kind, depth, scope)
                return Invocation(function, (argument,))
            case 4:
                function, argument = self._function(kind, depth, scope)
                name = function.parameters[0] if random.random() < 0.9 else "other"
                return Invocation(function, (argument,), (name,))
            case _:
                return Filter(self._of(kind, depth, scope), self._of("boolean", depth, scope))

    def _function(self, kind: str, depth: int, scope: Mapping[str, str]) -> tuple[Function, Tree]:
        given, name = self._random.choice(POINTS), self._name()
        body = self._of(kind, depth, {**scope, name: given})
        return Function((name,), body), self._of(given, depth, scope)

    def _name(self) -> str:
        self._count += 1
        return f"v{self._count}"

    def _number(self, depth: int, scope: Mapping[str, str]) -> Tree:
        random = self._random
        number = self._of("number", depth, scope)
        match random.randrange(14):
            case 0 | 1 | 2:
                return Binary(random.choice("+-*/"), number, self._of("number", depth, scope))
            case 3:
                return Minus(number)
            case 4:
                return BuiltIn(random.choice(_TO_NUMBER), (number,))
            case 5:
                return BuiltIn(random.choice(_SCALED), (number, Constant("number", random.choice("012"))))
            case 6:
                return BuiltIn("modulo", (number, self._of("number", depth, scope)))
            case 7:
                return BuiltIn(random.choice(_OF_NUMBERS), (self._of("numbers", depth, scope),))
            case 8:
                return BuiltIn("count", (self._of(random.choice(KINDS), depth, scope),))
            case 9:
                return Path(
                    self._of(random.choice(("date", "date and time")), depth, scope),
                    random.choice(_DAY_PARTS),
                )
            case 10:
                return Path(
                    self._of(random.choice(("time", "date and time")), depth, scope),
                    random.choice(_CLOCK_PARTS),
                )
            case 11:
                return Path(self._of("days and time duration", depth, scope), random.choice(_SPAN_PARTS))
            case 12:
                text = self._of("string", depth, scope)
                return BuiltIn(random.choice(("string length", "number")), (text,))
            case _:
                named = random.choice(("day of year", "week of year"))
                return BuiltIn(named, (self._of("date", depth, scope),))

    def _string(self, depth: int, scope: Mapping[str, str]) -> Tree:
        random = self._random
        text = self._of("string", depth, scope)
        match random.randrange(6):
            case 0:
                return Binary("+", text, self._of("string", depth, scope))
            case 1:
                length = (self._of("number", depth, scope),) if random.random() < 0.5 else ()
                return BuiltIn("substring", (text, self._of("number", depth, scope), *length))
            case 2:
                return BuiltIn(random.choice(("upper case", "lower case")), (text,))
            case 3:
                named = random.choice(("substring before", "substring after"))
                return BuiltIn(named, (text, self._of("string", depth, scope)))
            case 4:
                return BuiltIn("string join", (self._of("strings", depth, scope), text))
            case _:
                named = random.choice(("day of week", "month of year"))
                return BuiltIn(named, (self._of("date", depth, scope),))

    def _boolean(self, depth: int, scope: Mapping[str, str]) -> Tree:
        random = self._random
        kind = random.choice(POINTS)
        value = self._of(kind, depth, scope)
        match random.randrange(13):
            case 0 | 1:
                operator = random.choice(("=", "!=", "<", "<=", ">", ">="))
                return Binary(operator, value, self._of(kind, depth, scope))
            case 2 | 3:
                condition = self._of("boolean", depth, scope)
                return Binary(random.choice(("and", "or")), condition, self._of("boolean", depth, scope))
            case 4:
                return BuiltIn("not", (self._of("boolean", depth, scope),))
            case 5:
                return Between(value, self._of(kind, depth, scope), self._of(kind, depth, scope))
            case 6:
                return In(value, tuple(self._test(kind, depth, scope) for _ in range(random.randrange(2, 4))))
            case 7:
                return InstanceOf(value, random.choice((*POINTS, "boolean", "Any", "Null")))
            case 8:
                return self._quantified(depth, scope)
            case 9:
                return BuiltIn(
                    "list contains", (self._of("numbers", depth, scope), self._of("number", depth, scope))
                )
            case 10:
                named = random.choice(("contains", "starts with", "ends with"))
                return BuiltIn(named, (self._of("string", depth, scope), self._of("string", depth, scope)))
            case 11:
                named = random.choice(("before", "after", "coincides"))
                sides = [self._side(kind, depth, scope) for _ in range(2)]
                return BuiltIn(named, tuple(sides))
            case _:
                ranges = self._interval(kind, depth, scope), self._side(kind, depth, scope)
                return random.choice(
                    (
                        BuiltIn("includes", ranges),
                        BuiltIn("during", ranges[::-1]),
                        BuiltIn("meets", (ranges[0], self._interval(kind, depth, scope))),
                        BuiltIn("odd", (self._of("number", depth, scope),)),
                        BuiltIn("all", (Items((self._of("boolean", depth, scope),) * 2),)),
                        BuiltIn(
                            "any", (Items((self._of("boolean", depth, scope), Constant("boolean", "false"))),)
                        ),
                    )
                )

    def _side(self, kind: str, depth: int, scope: Mapping[str, str]) -> Tree:
        if self._random.random() < 0.5:
            return self._interval(kind, depth, scope)
        return self._of(kind, depth, scope)

    def _test(self, kind: str, depth: int, scope: Mapping[str, str]) -> Test:
        draw = self._random.randrange(3)
        if draw == 0:
            return Test(self._random.choice(("<", "<=", ">", ">=")), self._of(kind, depth, scope))
        if draw == 1:
            return Test("", self._interval(kind, depth, scope))
        return Test("", self._of(kind, depth, scope))

    def _quantified(self, depth: int, scope: Mapping[str, str]) -> Tree:
        name = self._name()
        body = self._of("boolean", depth, {**scope, name: "number"})
        word = self._random.choice(("some", "every"))
        return Iteration(word, name, self._of("numbers", depth, scope), None, body)

    def _interval(self, kind: str, depth: int, scope: Mapping[str, str]) -> Interval:
        ends = self._of(kind, depth, scope), self._of(kind, depth, scope)
        included = self._random.random() < 0.5, self._random.random() < 0.5
        return Interval(*ends, *included)

    def _range(self, depth: int, scope: Mapping[str, str]) -> Tree:
        return self._interval(self._random.choice(POINTS), depth, scope)

    def _numbers(self, depth: int, scope: Mapping[str, str]) -> Tree:
        return self._list("number", "numbers", depth, scope)

    def _strings(self, depth: int, scope: Mapping[str, str]) -> Tree:
        return self._list("string", "strings", depth, scope)

    def _contexts(self, depth: int, scope: Mapping[str, str]) -> Tree:
        return self._list("context", "contexts", depth, scope)

    def _list(self, kind: str, kinds: str, depth: int, scope: Mapping[str, str]) -> Tree:
        random = self._random
        if depth <= 0 or random.random() < 0.35:
            return Items(tuple(self._of(kind, depth, scope) for _ in range(random.randrange(4))))
        items, item = self._of(kinds, depth, scope), self._of(kind, depth, scope)
        position = Constant("number", random.choice(("1", "2", "3")))
        match random.randrange(9):
            case 0:
                return BuiltIn("append", (items, item))
            case 1:
                named = random.choice(("concatenate", "union"))
                return BuiltIn(named, (items, self._of(kinds, depth, scope)))
            case 2:
                return BuiltIn("insert before", (items, position, item))
            case 3:
                named = random.choice(("reverse", "distinct values", "flatten"))
                return BuiltIn(named, (items,))
            case 4:
                named = random.choice(("remove", "sublist", "index of"))
                return BuiltIn(named, (items, position))
            case 5:
                name = self._name()
                body = self._of(kind, depth, {**scope, name: kind})
                return Iteration("for", name, items, None, body)
            case 6:
                name = self._name()
                body = self._of(kind, depth, {**scope, name: "number"})
                return Iteration("for", name, position, Constant("number", random.choice("135")), body)
            case 7:
                known = {"p": "number", "s": "string"} if kind == "context" else {"item": kind}
                return Filter(items, self._of("boolean", depth, {**scope, **known}))
            case _:
                left, right = Variable("x"), Variable("y")
                by = Function(("x", "y"), Binary(random.choice("<>"), left, right))
                return BuiltIn("sort", (items, by))

    def _context(self, depth: int, scope: Mapping[str, str]) -> Tree:
        random = self._random
        entries = Entries(
            (
                ("p", self._of("number", depth, scope)),
                ("s", self._of("string", depth, {**scope, "p": "number"})),
            )
        )
        if random.random() < 0.7:
            return entries
        named = Constant("string", random.choice("psr"))
        return random.choice(
            (
                BuiltIn("context put", (entries, named, self._of("number", depth, scope))),
                BuiltIn("context merge", (Items((entries, Entries((("q", named),)))),)),
                Filter(BuiltIn("get entries", (entries,)), Constant("number", "1")),
            )
        )

    def _date(self, depth: int, scope: Mapping[str, str]) -> Tree:
        random = self._random
        match random.randrange(3):
            case 0:
                return BuiltIn("date", (self._of(random.choice(("date", "date and time")), depth, scope),))
            case 1:
                parts = ("2026", random.choice(("2", "12", "13")), random.choice(("1", "29", "31")))
                return BuiltIn("date", tuple(Constant("number", part) for part in parts))
            case _:
                return self._moved("date", depth, scope)

    def _time(self, depth: int, scope: Mapping[str, str]) -> Tree:
        if self._random.random() < 0.5:
            return BuiltIn("time", (self._of("date and time", depth, scope),))
        return Binary("+", self._of("time", depth, scope), self._of("days and time duration", depth, scope))

    def _date_and_time(self, depth: int, scope: Mapping[str, str]) -> Tree:
        if self._random.random() < 0.5:
            zoned = Constant("time", self._random.choice(("10:00:00", "23:30:00Z", "00:30:00+01:00")))
            return BuiltIn("date and time", (self._of("date", depth, scope), zoned))
        return self._moved("date and time", depth, scope)

    def _moved(self, kind: str, depth: int, scope: Mapping[str, str]) -> Tree:
        by = self._random.choice(("days and time duration", "years and months duration"))
        return Binary(self._random.choice("+-"), self._of(kind, depth, scope), self._of(by, depth, scope))

    def _days_and_time_duration(self, depth: int, scope: Mapping[str, str]) -> Tree:
        random = self._random
        kind = random.choice(("date", "time", "date and time"))
        span = self._of("days and time duration", depth, scope)
        match random.randrange(5):
            case 0 | 1:
                return Binary("-", self._of(kind, depth, scope), self._of(kind, depth, scope))
            case 2:
                return Binary(random.choice("+-"), span, self._of("days and time duration", depth, scope))
            case 3:
                return Minus(span)
            case _:
                return BuiltIn("abs", (span,))

    def _years_and_months_duration(self, depth: int, scope: Mapping[str, str]) -> Tree:
        random = self._random
        months = self._of("years and months duration", depth, scope)
        match random.randrange(4):
            case 0:
                dates = self._of("date", depth, scope), self._of("date", depth, scope)
                return BuiltIn("years and months duration", dates)
            case 1:
                return Binary(
                    random.choice("+-"), months, self._of("years and months duration", depth, scope)
                )
            case 2:
                return Binary("*", months, Constant("number", random.choice(("2", "3", "0"))))
            case _:
                return BuiltIn("abs", (Minus(months),))
