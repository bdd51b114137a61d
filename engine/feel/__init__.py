"""FEEL, the expression language of DMN 1.5 (chapter 10), complete, on Python's standard library alone.

    from engine import feel

    feel.expression("amount > 100 and age >= 18").evaluate({"amount": 120, "age": 44}).value  # True
    feel.expression("monthly fee * 2", ["monthly fee"]).evaluate({"monthly fee": 3}).value  # Decimal("6")
    feel.unary_tests("< 18, [65..70]").matches(66).value  # True

**Values** are Python's own: None, bool, Decimal, str, date, time, datetime, timedelta, list, dict, and
besides these `YearsMonthsDuration`, `Range` and `FeelFunction`; for years outside 1 to 9999 and for
nanoseconds `WideDate`, `WideTime`, `WideDateTime` and `WideDuration`. Contexts may hold plain ints, floats,
tuples and mappings: they are converted where they are read. `from_python` converts at once and refuses what
FEEL has no value for; `to_json` goes the other way.

**Names.** A name of one word needs no announcement. Names with spaces or special characters (`Applicant's
age`, `loan-to-value`), of variables and of their entries alike, are surely found only if `names` holds
them; words side by side that nothing explains are taken as one name (`first name` is one, `a-b` a
difference).

**Errors.** Text that is no FEEL raises `FeelSyntaxError`. What cannot be computed becomes null, and the
reason with its place in the text is in `Evaluation.problems`. Each has a `Weight`: `HANDLED` where the
expression says itself what becomes of the null (`x = null`, `get or else(x, 0)`, `x instance of number`, a
term of `and` or `or` that another one overrules), `WRONG` where no values could make the text right. Who
decides by a value looks at the weights: `1 > null or missing = 2` is no false to go by. A spent limit raises
`FeelLimitError`.

**Checking.** `FeelExpression.mistakes(scope)` says which calls of a text are wrong whatever the values are;
`free_names`, `free_paths` and `possible_names` which names it reads.

**Composition**, as `engine.dmn` needs it:

- `Evaluator(limits, now=…, types=…)` evaluates any number of expressions and tests on one budget:
  `.evaluate(expression, context)`, `.matches(tests, value, context)`, `.call(function, arguments)` with
  arguments in a list or by parameter name in a mapping. Each gives an `Evaluation` with its own problems.
  `FeelExpression.evaluate` is the same with an evaluator of its own. One evaluator serves one thread at a
  time.
- A context is any mapping, a `collections.ChainMap` for layers; a plain dict is fastest.
- `Evaluator.function(name, parameters, body, context)` makes a function of a parsed body that sees its
  parameters and, around them, the context. `FeelFunction.native(name, parameters, callable)` wraps
  Python; the callable may close over an evaluator and go on on its budget. Parameters are names, or pairs
  of a name and a type.
- Types: `parse_type("list<tPerson>")`, the classes of `feel.types`, `conforms`, `is_instance`, `coerce`.
  Names of a model's own types stay `NamedType` and are looked up in the evaluator's `types`.

**Choices**, where the specification leaves room or contradicts itself:

- `instance of` binds more loosely than arithmetic: `1 + 1 instance of number` is true and not null.
- Of a local and a zoned time the local one takes the other's offset, for `=` as for `<`; `is` tells them
  apart.
- A time in a named zone has no day, and so the zone's standard offset. Times in zones are instants of one
  and the same day, and never round the clock: `00:30+01:00` is before `23:30Z`.
- A day that a month has not becomes its last: 31 January and a month is the last of February.
- The test `-` is passed by every value, null included.
- A context's entries see those before them, and a function among them sees itself.
- A function of which no result type is known is taken to give what a function type asks for.
- Functions in other languages (Java, PMML) can be written down, and give null when they are called.
- Time zones are those of the machine (`zoneinfo`); where it has none, install the package `tzdata`.
"""

from engine.feel import types
from engine.feel.builtins import FUNCTIONS
from engine.feel.checking import Mistake, MistakeKind, Scope, Signatures, nearest, signatures_of
from engine.feel.comparison import belongs, compare, equal
from engine.feel.conformance import coerce, conforms, is_instance, type_conforms
from engine.feel.evaluator import Evaluation, Evaluator
from engine.feel.expressions import FeelExpression, UnaryTests, expression, unary_tests
from engine.feel.functions import FeelFunction
from engine.feel.limits import DEFAULT_LIMITS, FeelLimitError, FeelLimits
from engine.feel.problems import FeelCallError, FeelProblem, FeelSyntaxError, FeelValueError, Position, Weight
from engine.feel.python_values import from_python, to_json
from engine.feel.temporal.text import parse_date, parse_datetime, parse_duration, parse_time, temporal_text
from engine.feel.type_parser import parse_type
from engine.feel.types import FeelType
from engine.feel.values import Absent, Range, Value, YearsMonthsDuration, kind_of
from engine.feel.wide import WideDate, WideDateTime, WideDuration, WideTime

__all__ = [
    "DEFAULT_LIMITS",
    "FUNCTIONS",
    "Absent",
    "Evaluation",
    "Evaluator",
    "FeelCallError",
    "FeelExpression",
    "FeelFunction",
    "FeelLimitError",
    "FeelLimits",
    "FeelProblem",
    "FeelSyntaxError",
    "FeelType",
    "FeelValueError",
    "Mistake",
    "MistakeKind",
    "Position",
    "Range",
    "Scope",
    "Signatures",
    "UnaryTests",
    "Value",
    "Weight",
    "WideDate",
    "WideDateTime",
    "WideDuration",
    "WideTime",
    "YearsMonthsDuration",
    "belongs",
    "coerce",
    "compare",
    "conforms",
    "equal",
    "expression",
    "from_python",
    "is_instance",
    "kind_of",
    "nearest",
    "parse_date",
    "parse_datetime",
    "parse_duration",
    "parse_time",
    "parse_type",
    "signatures_of",
    "temporal_text",
    "to_json",
    "type_conforms",
    "types",
    "unary_tests",
]
