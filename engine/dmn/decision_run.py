"""One evaluation on its way: its bounds and clock, the problems met, what is noted to explain it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
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


@dataclass(frozen=True, slots=True)
class Doubt:
    """Stands for true or false where a test met problems that it does not handle itself.

    passed: what the standard makes of it
    """

    site: ExpressionSite
    passed: bool
    problems: tuple[feel.FeelProblem, ...]

    @property
    def is_grave(self) -> bool:
        """Whether there is more to it than a null."""
        return any(problem.weight >= feel.Weight.UNDECIDED for problem in self.problems)


@dataclass(slots=True)
class Trace:
    """What is noted for an explanation; `tables` are those of the decision that is being evaluated."""

    decisions: list[DecisionTrace] = field(default_factory=list)
    tables: list[TableTrace] = field(default_factory=list)


class DecisionRun:
    """State of one run, never shared between threads; everything compiled is."""

    __slots__ = ("_reasons", "evaluator", "problems", "rules", "trace")

    def __init__(self, evaluator: feel.Evaluator, trace: Trace | None = None) -> None:
        self.evaluator = evaluator
        self.problems: list[DecisionProblem] = []
        self._reasons: set[str] = set()
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
            self.report(site, str(problem), problem.weight)
        return evaluation.value

    def decide_by(self, doubt: Doubt) -> None:
        """Notes the problems of a test on which it depends whether a rule matches."""
        for problem in doubt.problems:
            self.report(doubt.site, str(problem), _deciding(problem.weight))

    def weigh(self, mark: int, site: ExpressionSite) -> None:
        """Notes that what comes of the run depends on the problems met at a site since `mark`.

        mark: how many problems there were before
        """
        for index, problem in enumerate(self.problems[mark:], mark):
            place = (problem.decision, problem.element, problem.file, problem.line)
            if place == (site.decision, site.place.element, site.place.file, site.place.line):
                self.problems[index] = replace(problem, weight=_deciding(problem.weight))

    def absence(self, value: object, mark: int) -> feel.Absent | None:
        """Why a value is null, if problems met since `mark` made it so: for those who read it."""
        if value is not None or len(self.problems) == mark:
            return None
        reason = self.problems[mark].message
        self._reasons.add(reason)
        return feel.Absent(reason)

    def noted(self) -> tuple[DecisionProblem, ...]:
        """The problems in the order they were met; a value that is null for a reason has it said once.

        Only where something was decided by that value is the reason said again, there.
        """
        return tuple(
            problem
            for problem in self.problems
            if problem.weight > feel.Weight.ABSENT or problem.message.partition(": ")[2] not in self._reasons
        )

    def note_rule(self, rule: str) -> None:
        """Notes the id of a rule that decided, once; after `MAX_RULES` nothing more is noted."""
        if len(self.rules) < MAX_RULES:
            self.rules[rule] = None

    def report(self, site: ExpressionSite, message: str, weight: feel.Weight = feel.Weight.NULL) -> None:
        """Notes why something became null.

        After `MAX_PROBLEMS` nothing more is noted, but the heaviest take the place of the last.
        """
        place = site.place
        problem = DecisionProblem(
            decision=site.decision,
            element=place.element,
            file=place.file,
            line=place.line,
            message=message,
            weight=weight,
        )
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(problem)
        elif weight >= feel.Weight.UNDECIDED:
            self.problems[-1] = problem

    def outcome(self, value: object) -> Outcome:
        """What the evaluation gives back."""
        return Outcome(value=value, problems=self.noted(), rules=tuple(self.rules))

    def conform(self, value: object, type_: ItemType | None, site: ExpressionSite) -> object:
        """A value as one of a type; null, with a problem, where it is of another (DMN 1.5, 10.3.2.9.4)."""
        if type_ is None or value is None:
            return value
        conforming = type_.conform(value)
        if conforming is MISMATCH:
            self.report(site, f"expected a value of type {type_}, found {show(value)}")
            return None
        return conforming


def _deciding(weight: feel.Weight) -> feel.Weight:
    return weight if weight is feel.Weight.HANDLED else max(weight, feel.Weight.UNDECIDED)


CompiledExpression: TypeAlias = Callable[[NamedValues, DecisionRun], object]
"""A compiled expression."""


Test: TypeAlias = Callable[[object, NamedValues, DecisionRun], bool | Doubt]
"""Compiled unary tests: whether a value meets them in a scope."""
