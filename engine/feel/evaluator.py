"""One evaluation, or several that share their limits: what is left of the budget, and the problems met."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from time import monotonic
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from engine.feel.functions import FeelFunction, Signature, formal_parameters
from engine.feel.invocation import invoke
from engine.feel.limits import DEFAULT_LIMITS, FeelLimitError, FeelLimits
from engine.feel.problems import FeelProblem, FeelValueError, Position, Weight
from engine.feel.python_values import FINAL, deep
from engine.feel.types import FeelType, Types
from engine.feel.values import Value

if TYPE_CHECKING:
    from random import Random

    from engine.feel.expressions import FeelExpression, UnaryTests

_STEPS_BETWEEN_CHECKS = 1_000
_MAX_PROBLEMS = 100
_MAX_HANDLED = 50
"""Problems that the expression handles never take the room of the others."""
_NESTED_EVALUATION = 8
"""How many Python calls an evaluation inside an evaluation costs, about."""

NO_ENTRIES: Mapping[str, object] = MappingProxyType({})
NO_TYPES: Types = MappingProxyType({})


class Evaluation(NamedTuple):
    """What came out: a FEEL value, and in order the problems that made null of it or of a part of it."""

    value: Value
    problems: tuple[FeelProblem, ...] = ()


class Frame:
    """The names visible at a point of an evaluation: some entries, and the frame around them."""

    __slots__ = ("entries", "evaluator", "outer")

    def __init__(self, entries: Mapping[str, object], outer: Frame | None, evaluator: Evaluator) -> None:
        self.entries = entries
        self.outer = outer
        self.evaluator = evaluator


Compiled: TypeAlias = Callable[[Frame], Value]
"""A piece of an expression made ready to run."""


class Evaluator:
    """Evaluates expressions and tests and calls functions, all on one budget; for one thread at a time.

    limits: bounds for everything this evaluator does in its life
    now: what `now()` and `today()` answer; None makes them null, with a problem
    chance: where `uuid()` and `random number()` come from; None makes them null, with a problem
    types: what type names that are not built in stand for, as in `instance of tPerson`
    """

    __slots__ = (
        "_deadline",
        "_slack",
        "_steps_left",
        "chance",
        "depth",
        "limits",
        "now",
        "problems",
        "types",
    )

    def __init__(
        self,
        limits: FeelLimits = DEFAULT_LIMITS,
        *,
        now: datetime | None = None,
        chance: Random | None = None,
        types: Types = NO_TYPES,
    ) -> None:
        self.limits = limits
        self.now = now
        self.chance = chance
        self.types = types
        self.problems: list[FeelProblem] = []
        self.depth = 0
        # No call of min() here: an evaluator is made for every evaluation of a gateway's condition.
        steps = limits.steps
        self._slack = slack = steps if steps < _STEPS_BETWEEN_CHECKS else _STEPS_BETWEEN_CHECKS
        self._steps_left = steps - slack
        self._deadline: float | None = None

    def evaluate(self, expression: FeelExpression, context: Mapping[str, object] = NO_ENTRIES) -> Evaluation:
        """The value of an expression; raises FeelLimitError."""
        return self.run(expression.compiled, context)

    def matches(
        self, tests: UnaryTests, value: object, context: Mapping[str, object] = NO_ENTRIES
    ) -> Evaluation:
        """Whether a value passes unary tests: True, False or null; raises FeelLimitError."""

        def run(frame: Frame) -> Value:
            given = value if type(value) in FINAL else deep(value, self.charge)
            return tests.compiled(Frame({"?": given}, frame, self))

        return self.run(run, context)

    def call(self, function: FeelFunction, arguments: Sequence[object] | Mapping[str, object]) -> Evaluation:
        """A function's result for arguments by position or by name; raises FeelLimitError."""

        def run(_: Frame) -> Value:
            if isinstance(arguments, Mapping):
                named = {name: deep(argument, self.charge) for name, argument in arguments.items()}
                return invoke(self, function, list(named.values()), list(named))
            return invoke(self, function, [deep(argument, self.charge) for argument in arguments], None)

        return self.run(run)

    def function(
        self,
        name: str,
        parameters: Sequence[str | tuple[str, FeelType]],
        body: FeelExpression,
        context: Mapping[str, object] = NO_ENTRIES,
        result: FeelType | None = None,
    ) -> FeelFunction:
        """A function whose body sees its parameters and, around them, the context.

        It may be called by any evaluator, and then runs on the budget of that one.
        """

        def implementation(evaluator: Evaluator, arguments: Sequence[Value]) -> Value:
            entries = dict(zip(names, arguments, strict=True))
            return body.compiled(Frame(entries, Frame(context, None, evaluator), evaluator))

        formal = formal_parameters(tuple(parameters))
        names = [parameter.name for parameter in formal]
        return FeelFunction(name, (Signature(formal, implementation, result, foreign=True),))

    def run(self, compiled: Compiled, context: Mapping[str, object] = NO_ENTRIES) -> Evaluation:
        """What a compiled expression comes to for the names in the context; raises FeelLimitError."""
        if type(context) is not dict and isinstance(context, defaultdict):
            context = dict(context)  # for it would grow an entry for every name that is asked for
        problems: list[FeelProblem] = []
        outer_problems, self.problems = self.problems, problems
        outer_depth = self.depth
        self.depth = depth = outer_depth + _NESTED_EVALUATION
        try:
            if depth > self.limits.depth:
                raise FeelLimitError("depth", self.limits.depth)
            value = compiled(Frame(context, None, self))
            if type(value) not in FINAL:
                value = deep(value, self.charge)
            return Evaluation(value, tuple(problems)) if problems else Evaluation(value)
        except FeelValueError as error:
            return Evaluation(None, (*problems, FeelProblem(str(error), 1, 1, error.weight)))
        except RecursionError as error:
            # The caller had already used most of Python's stack: the last net under the depth limit.
            raise FeelLimitError("depth", self.limits.depth) from error
        finally:
            self.depth = outer_depth
            self.problems = outer_problems

    def charge(self, steps: int) -> None:
        """Takes steps off the budget; raises FeelLimitError when steps or time are used up."""
        self._slack -= steps
        if self._slack < 0:
            self._check()

    def _check(self) -> None:
        self._steps_left += self._slack
        self._slack = 0
        if self._steps_left < 0:
            raise FeelLimitError("steps", self.limits.steps)
        now = monotonic()
        if self._deadline is None:
            self._deadline = now + self.limits.seconds
        elif now > self._deadline:
            raise FeelLimitError("seconds", self.limits.seconds)
        granted = min(_STEPS_BETWEEN_CHECKS, self._steps_left)
        self._slack = granted
        self._steps_left -= granted

    def charge_string(self, length: int) -> None:
        """Takes a string's characters off the budget before it is made."""
        if length > self.limits.string_length:
            raise FeelLimitError("string_length", self.limits.string_length)
        self.charge(1 + length // 64)

    def charge_list(self, length: int) -> None:
        """Takes a list's elements off the budget before it is made."""
        if length > self.limits.list_length:
            raise FeelLimitError("list_length", self.limits.list_length)
        self.charge(1 + length // 16)

    def enter(self, levels: int) -> None:
        """Goes down some Python calls; raises FeelLimitError where that is too deep. Pair it with `leave`."""
        self.depth += levels
        if self.depth > self.limits.depth:
            self.depth -= levels
            raise FeelLimitError("depth", self.limits.depth)

    def leave(self, levels: int) -> None:
        self.depth -= levels

    def report(self, message: str, position: Position, weight: Weight = Weight.NULL) -> Value:
        """Notes why something becomes null, and gives null.

        Beyond a hundred problems no more are noted, but the heaviest take the place of the last.
        """
        problem = FeelProblem(message, position.line, position.column, weight)
        if len(self.problems) < _MAX_PROBLEMS:
            self.problems.append(problem)
        elif weight > Weight.NULL:
            self.problems[-1] = problem
        return None

    def handle(self, mark: int) -> None:
        """Notes that the expression itself says what becomes of the nulls met since `mark`.

        mark: how many problems there were before
        """
        heavy = [problem for problem in self.problems[mark:] if problem.weight > Weight.NULL]
        light = [problem for problem in self.problems[mark:] if problem.weight <= Weight.NULL]
        room = max(0, _MAX_HANDLED - mark)
        handled = [problem._replace(weight=Weight.HANDLED) for problem in light[:room]]
        self.problems[mark:] = heavy + handled

    def weigh(self, mark: int, weight: Weight) -> None:
        """Gives at least this weight to the problems met since `mark` that the expression does not handle."""
        self.problems[mark:] = [
            problem._replace(weight=weight) if Weight.HANDLED < problem.weight < weight else problem
            for problem in self.problems[mark:]
        ]
