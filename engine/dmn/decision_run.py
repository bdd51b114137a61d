"""One evaluation on its way: its bounds and clock, the problems met, what is noted to explain it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from engine import feel
from engine.dmn.findings import DmnPlace
from engine.dmn.item_types import MISMATCH, ItemType
from engine.dmn.outcome import DecisionProblem, DecisionTrace, Outcome, TableTrace, show
from engine.feel.types import Types

MAX_PROBLEMS: Final = 500
"""Of one evaluation; a loop over many values would otherwise note the same thing for each of them."""

MAX_RULES: Final = 500
"""Of one evaluation, whose ids are kept."""

NamedValues: TypeAlias = dict[str, object]
"""The names an expression sees and their values."""


@dataclass(frozen=True, slots=True)
class ExpressionSite:
    """Where an expression stands: in which decision, function or input, and at which place of the file."""

    decision: str
    place: DmnPlace


@dataclass(slots=True)
class Trace:
    """What is noted for an explanation; `tables` are those of the decision that is being evaluated."""

    decisions: list[DecisionTrace] = field(default_factory=list)
    tables: list[TableTrace] = field(default_factory=list)


class DecisionRun:
    """State of one run, never shared between threads; everything compiled is."""

    __slots__ = ("evaluator", "problems", "rules", "trace")

    def __init__(self, evaluator: feel.Evaluator, trace: Trace | None = None) -> None:
        self.evaluator = evaluator
        self.problems: list[DecisionProblem] = []
        self.rules: dict[str, None] = {}
        self.trace = trace

    def enter_file(self, types: Types) -> Types:
        """Lets FEEL texts name the types of a file; returns those of the file before, for `leave_file`."""
        outer, self.evaluator.types = self.evaluator.types, types
        return outer

    def leave_file(self, outer: Types) -> None:
        self.evaluator.types = outer

    def invoke(
        self, function: feel.FeelFunction, arguments: Mapping[str, object], site: ExpressionSite
    ) -> object:
        """A function's result for arguments by parameter name."""
        return self.settle(self.evaluator.call(function, arguments), site)

    def settle(self, evaluation: feel.Evaluation, site: ExpressionSite) -> object:
        """The value of an evaluation; what FEEL reports becomes problems of the site."""
        for problem in evaluation.problems:
            self.report(site, str(problem))
        return evaluation.value

    def note_rule(self, rule: str) -> None:
        """Notes the id of a rule that decided, once; after `MAX_RULES` nothing more is noted."""
        if len(self.rules) < MAX_RULES:
            self.rules[rule] = None

    def report(self, site: ExpressionSite, message: str) -> None:
        """Notes why something became null; after `MAX_PROBLEMS` nothing more is noted."""
        if len(self.problems) >= MAX_PROBLEMS:
            return
        place = site.place
        self.problems.append(
            DecisionProblem(
                decision=site.decision,
                element=place.element,
                file=place.file,
                line=place.line,
                message=message,
            )
        )

    def outcome(self, value: object) -> Outcome:
        """What the evaluation gives back."""
        return Outcome(value=value, problems=tuple(self.problems), rules=tuple(self.rules))

    def conform(self, value: object, type_: ItemType | None, site: ExpressionSite) -> object:
        """A value as one of a type; null, with a problem, where it is of another (DMN 1.5, 10.3.2.9.4)."""
        if type_ is None or value is None:
            return value
        conforming = type_.conform(value)
        if conforming is MISMATCH:
            self.report(site, f"expected a value of type {type_}, found {show(value)}")
            return None
        return conforming


CompiledExpression: TypeAlias = Callable[[NamedValues, DecisionRun], object]
"""A compiled expression."""

Test: TypeAlias = Callable[[object, NamedValues, DecisionRun], bool]
"""Compiled unary tests: whether a value meets them in a scope."""
