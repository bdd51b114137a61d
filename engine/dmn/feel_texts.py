"""Compiles the FEEL texts of one file: expressions, unary tests, and what tables need of FEEL besides."""

import re
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from engine import feel
from engine.dmn.decision_run import CompiledExpression, DecisionRun, Doubt, ExpressionSite, NamedValues, Test
from engine.dmn.findings import DmnFindings
from engine.dmn.model import Aggregation
from engine.feel.checking import Signatures, mistakes
from engine.feel.syntax import Argument, Call, Literal

_WORD: Final = re.compile(r"\w+")


class Vocabulary:
    """Names of several words or with special characters, found by their first word.

    A FEEL text can use such a name only if it is announced; announcing all names of a big bundle to each of
    its texts would take longer the more there are of both.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._by_first_word: dict[str, set[str]] = {}
        self._without_word: set[str] = set()
        for name in names:
            first = _WORD.search(name)
            if first is None:
                self._without_word.add(name)
            elif first.group() != name:
                self._by_first_word.setdefault(first.group(), set()).add(name)

    def in_text(self, text: str) -> frozenset[str]:
        words = self._by_first_word.keys() & _WORD.findall(text)
        return frozenset(self._without_word.union(*(self._by_first_word[word] for word in words)))


Names = frozenset[str]
Functions = Mapping[str, Signatures]

_FOLDS: Final[Mapping[Aggregation, feel.FeelExpression]] = {
    Aggregation.SUM: feel.expression("sum(outputs)", names=["outputs"]),
    Aggregation.MIN: feel.expression("min(outputs)", names=["outputs"]),
    Aggregation.MAX: feel.expression("max(outputs)", names=["outputs"]),
    Aggregation.COUNT: feel.expression("count(outputs)", names=["outputs"]),
}


class FeelTexts:
    """Makes evaluators and tests of FEEL texts.

    `vocabulary` holds the names of components and columns that any text of the file may use after a dot. A
    text that is not FEEL is a finding; where the reader is not strict it is null, with a problem, when read.
    """

    def __init__(
        self, *, vocabulary: Vocabulary, findings: DmnFindings, functions: Functions = MappingProxyType({})
    ) -> None:
        self._vocabulary = vocabulary
        self._findings = findings
        self._functions = functions
        self._unexplained: dict[str, dict[str, None]] = {}
        self._read: dict[str, set[str]] = {}

    def calling(self, functions: Functions) -> "FeelTexts":
        """The same for texts that may call these functions, by name or by path below an import's name."""
        texts = FeelTexts(vocabulary=self._vocabulary, findings=self._findings, functions=functions)
        texts._unexplained, texts._read = self._unexplained, self._read
        return texts

    def expression(self, text: str, names: Names, site: ExpressionSite) -> CompiledExpression:
        """An evaluator of an expression that may use the given names."""
        try:
            expression = feel.expression(text, names=names | self._vocabulary.in_text(text))
        except (feel.FeelSyntaxError, feel.FeelLimitError) as error:
            return self._broken(error, site)
        self._note(expression, names, site)

        def evaluate(scope: NamedValues, run: DecisionRun) -> object:
            evaluation = run.evaluator.evaluate(expression, scope)
            return run.settle(evaluation, site) if evaluation.problems else evaluation.value

        return evaluate

    def unary_tests(self, text: str, names: Names, site: ExpressionSite) -> Test:
        """A test of a value against unary tests that may use the given names; null counts as not met.

        Where a problem was met that the tests do not handle themselves, a `Doubt`, whose problems are not yet
        noted. Constants of another kind than the value are such a problem too: the number 18 is not "18".
        """
        try:
            tests = feel.unary_tests(text, names=names | self._vocabulary.in_text(text))
        except (feel.FeelSyntaxError, feel.FeelLimitError) as error:
            broken = self._broken(error, site)
            return lambda _value, scope, run: broken(scope, run) is True
        kinds = tests.kinds
        self._note(tests, names, site)

        def test(value: object, scope: NamedValues, run: DecisionRun) -> bool | Doubt:
            found, problems = run.evaluator.matches(tests, value, scope)
            if kinds is not None and value is not None and feel.kind_of(value) not in kinds:
                problems = (*problems, _mismatch(kinds, value))
            if all(problem.weight is feel.Weight.HANDLED for problem in problems):
                return found is True
            return Doubt(site, found is True, problems)

        return test

    def handles_null(self, text: str, names: Names) -> bool:
        """Whether unary tests ask for null, as `null`, `not(null)` and `? = null or …` do."""
        try:
            return feel.unary_tests(text, names=names | self._vocabulary.in_text(text)).handles_null
        except (feel.FeelSyntaxError, feel.FeelLimitError):
            return False

    def aside(self) -> "FeelTexts":
        """The same, but names that its texts read are not noted: they may be entries of what is filtered."""
        texts = FeelTexts(vocabulary=self._vocabulary, findings=self._findings, functions=self._functions)
        texts._read = self._read
        return texts

    def check_invocation(
        self, function: str, parameters: Sequence[str], names: Names, site: ExpressionSite
    ) -> None:
        """Notes a finding where a boxed invocation binds parameters that its function does not have."""
        try:
            node = feel.expression(function, names=names | self._vocabulary.in_text(function)).node
        except (feel.FeelSyntaxError, feel.FeelLimitError):
            return  # noted where the text is compiled
        nothing = Literal(None, node.position)
        call = Call(node, tuple(Argument(nothing, name) for name in parameters), node.position)
        self._refuse(mistakes((call,), self._scope(names)), site)

    def _scope(self, names: Names) -> feel.Scope:
        return feel.Scope(self._functions, names - self._functions.keys())

    def _refuse(self, found: Iterable[feel.Mistake], site: ExpressionSite) -> None:
        for mistake in found:
            line, column = mistake.position
            self._findings.add_if_strict(site.place, f"line {line}, column {column}: {mistake}")

    def _note(self, text: feel.FeelExpression | feel.UnaryTests, known: Names, site: ExpressionSite) -> None:
        """Notes the names that a text reads, and a finding for each call that no values could make right."""
        found = text.mistakes(self._scope(known))
        self._refuse(found, site)
        names = text.free_names | text.hiding_names
        unexplained = names - known - {mistake.name for mistake in found}
        self._unexplained.setdefault(site.decision, {}).update(dict.fromkeys(sorted(unexplained)))
        self._read.setdefault(site.decision, set()).update(names, text.possible_names)

    def unexplained_names(self, owner: str) -> tuple[str, ...]:
        """The names that the texts of an element read although nothing in the model gives them to it."""
        return tuple(self._unexplained.get(owner, ()))

    def names_read(self, owner: str) -> Names:
        """The names that the texts of an element read, or may read inside filters."""
        return frozenset(self._read.get(owner, ()))

    def _broken(
        self, error: feel.FeelSyntaxError | feel.FeelLimitError, site: ExpressionSite
    ) -> CompiledExpression:
        message = f"expected FEEL, found a text that is not: {error}"
        self._findings.add_if_strict(site.place, message)

        def report(_scope: NamedValues, run: DecisionRun) -> object:
            run.report(site, message)
            return None

        return report


def _mismatch(kinds: frozenset[str], value: object) -> feel.FeelProblem:
    return feel.FeelProblem(f"expected a {' or '.join(sorted(kinds))}, found a {feel.kind_of(value)}", 1, 1)


def is_same(one: object, other: object, run: DecisionRun) -> bool:
    """FEEL's equality, nulls being equal (DMN 1.5, 10.3.2.13)."""
    return feel.equal(one, other, run.evaluator) is True


def fold(
    aggregation: Aggregation, outputs: Sequence[object], site: ExpressionSite, run: DecisionRun
) -> object:
    """The FEEL list function that an aggregation stands for (DMN 1.5, 8.2.10)."""
    return run.settle(run.evaluator.evaluate(_FOLDS[aggregation], {"outputs": list(outputs)}), site)
