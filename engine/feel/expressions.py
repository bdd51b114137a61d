"""Expressions and unary tests ready to evaluate, and the cache that keeps them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from random import Random
from threading import Lock
from typing import Generic, TypeVar

from engine.feel.builtins import FUNCTION_NAMES, FUNCTIONS
from engine.feel.checking import BUILT_IN_ONLY, Mistake, Scope, mistakes
from engine.feel.compiler import compile_expression, compile_tests
from engine.feel.evaluator import NO_ENTRIES, Compiled, Evaluation, Evaluator
from engine.feel.lexer import is_plain_name, name_words
from engine.feel.limits import DEFAULT_LIMITS, FeelLimits
from engine.feel.parser import parse_expression, parse_unary_tests
from engine.feel.reads import NamesRead, asks_for_null, kinds_tested, reads_of
from engine.feel.syntax import SyntaxNode, Tests

_BUILT_IN = frozenset(FUNCTIONS)
_CACHE_SIZE = 2_048
_LONGEST_KEPT = 4_000
"""A longer text is read anew each time, so that the cache cannot grow large."""


@dataclass(frozen=True)
class FeelExpression:
    """A FEEL expression; it holds no state of its evaluations and may be used by several threads at once.

    text: what it was read from
    node: its syntax tree, for those who check it
    compiled: for `Evaluator`
    """

    text: str
    node: SyntaxNode = field(repr=False)
    compiled: Compiled = field(repr=False, compare=False)

    def evaluate(
        self,
        context: Mapping[str, object] = NO_ENTRIES,
        *,
        limits: FeelLimits = DEFAULT_LIMITS,
        now: datetime | None = None,
        chance: Random | None = None,
    ) -> Evaluation:
        """The expression's value for the names in the context; raises FeelLimitError.

        What cannot be computed is null, with the reasons in `problems`. `now` is for `now()` and `today()`,
        `chance` for `uuid()` and `random number()`.
        """
        evaluator = Evaluator(limits, now=now)
        if chance is not None:
            evaluator.chance = chance
        return evaluator.run(self.compiled, context)

    def mistakes(self, scope: Scope = BUILT_IN_ONLY) -> tuple[Mistake, ...]:
        """The calls that are wrong whatever the values are: of unknown functions, or with wrong arguments."""
        return mistakes((self.node,), scope)

    @cached_property
    def _reads(self) -> NamesRead:
        return reads_of((self.node,), _BUILT_IN)

    @property
    def free_names(self) -> frozenset[str]:
        """The root names that the expression surely reads from its context, without built-in functions."""
        return frozenset(self._reads.names)

    @property
    def free_paths(self) -> frozenset[str]:
        """The same with the entries read from them, such as `applicant.afm`."""
        return frozenset(self._reads.paths)

    @property
    def hiding_names(self) -> frozenset[str]:
        """Names of built-in functions that are read as values: a variable of that name would be meant."""
        return frozenset(self._reads.hiding)

    @property
    def possible_names(self) -> frozenset[str]:
        """Names inside filters: of the context only where the filtered elements have no such entry."""
        return frozenset(self._reads.possible)


@dataclass(frozen=True)
class UnaryTests:
    """The tests of a decision table's cell (DMN 1.5, 10.3.2.10); for several threads at once too."""

    text: str
    tests: Tests = field(repr=False)
    compiled: Compiled = field(repr=False, compare=False)

    def matches(
        self,
        value: object,
        context: Mapping[str, object] = NO_ENTRIES,
        *,
        limits: FeelLimits = DEFAULT_LIMITS,
        now: datetime | None = None,
    ) -> Evaluation:
        """Whether the value, which is `?` in the tests, passes: True, False, or null if neither."""
        return Evaluator(limits, now=now).matches(self, value, context)

    def mistakes(self, scope: Scope = BUILT_IN_ONLY) -> tuple[Mistake, ...]:
        """As `FeelExpression.mistakes`."""
        return mistakes(self.tests.tests, scope)

    @cached_property
    def kinds(self) -> frozenset[str] | None:
        """The kinds of values that can pass; None where the tests are not all constants or ranges of them."""
        return kinds_tested(self.tests.tests)

    @cached_property
    def handles_null(self) -> bool:
        """Whether the tests ask for null, so that a null is an answer that their author thought of."""
        return any(asks_for_null(test) for test in self.tests.tests)

    @property
    def is_any(self) -> bool:
        """Whether this is `-`, which every value passes."""
        return not self.tests.tests

    @cached_property
    def _reads(self) -> NamesRead:
        return reads_of(self.tests.tests, _BUILT_IN)

    @property
    def free_names(self) -> frozenset[str]:
        """As `FeelExpression.free_names`; `?` is not among them."""
        return frozenset(self._reads.names)

    @property
    def free_paths(self) -> frozenset[str]:
        """As `FeelExpression.free_paths`."""
        return frozenset(self._reads.paths)

    @property
    def hiding_names(self) -> frozenset[str]:
        """As `FeelExpression.hiding_names`."""
        return frozenset(self._reads.hiding)

    @property
    def possible_names(self) -> frozenset[str]:
        """As `FeelExpression.possible_names`."""
        return frozenset(self._reads.possible)


Prepared = TypeVar("Prepared")


class _Cache(Generic[Prepared]):
    """What was prepared last, by text and the names that were known; safe for several threads."""

    def __init__(self, prepare: Callable[[str, tuple[str, ...]], Prepared]) -> None:
        self._prepare = prepare
        self._lock = Lock()
        self._entries: OrderedDict[tuple[str, tuple[str, ...]], Prepared] = OrderedDict()

    def get(self, text: str, names: Iterable[str]) -> Prepared:
        key = (text, names_that_matter(text, names) if names else ())
        with self._lock:
            found = self._entries.get(key)
            if found is not None:
                self._entries.move_to_end(key)
                return found
        prepared = self._prepare(*key)
        if len(text) > _LONGEST_KEPT:
            return prepared
        with self._lock:
            self._entries[key] = prepared
            if len(self._entries) > _CACHE_SIZE:
                self._entries.popitem(last=False)
        return prepared


def names_that_matter(text: str, names: Iterable[str]) -> tuple[str, ...]:
    """Those of the names that change how the text is read: not one plain word, and perhaps in the text."""
    return tuple(sorted({name for name in names if not is_plain_name(name) and _may_be_in(text, name)}))


def _may_be_in(text: str, name: str) -> bool:
    return name in text or all(word in text for word in name_words(name))


def _prepare_expression(text: str, names: tuple[str, ...]) -> FeelExpression:
    node = parse_expression(text, names, FUNCTION_NAMES)
    return FeelExpression(text, node, compile_expression(node, FUNCTIONS))


def _prepare_tests(text: str, names: tuple[str, ...]) -> UnaryTests:
    tests = parse_unary_tests(text, names, FUNCTION_NAMES)
    return UnaryTests(text, tests, compile_tests(tests, FUNCTIONS))


_EXPRESSIONS = _Cache(_prepare_expression)
_UNARY_TESTS = _Cache(_prepare_tests)


def expression(text: str, names: Iterable[str] = ()) -> FeelExpression:
    """Reads an expression; the last two thousand are kept.

    names: those of variables and of their entries; only those of several words or with special characters
    matter Raises FeelSyntaxError, saying what was expected and found and where, or FeelLimitError for what
    is too long or nests too deep.
    """
    return _EXPRESSIONS.get(text, names)


def unary_tests(text: str, names: Iterable[str] = ()) -> UnaryTests:
    """Reads unary tests such as `< 18, [65..70]`, `not("A")` or `count(?) > 2`; raises as `expression`."""
    return _UNARY_TESTS.get(text, names)
