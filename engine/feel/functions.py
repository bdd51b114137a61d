"""Functions as values: built in, defined in FEEL, or wrapped from Python (DMN 1.5, 10.3.2.13)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from engine.feel.types import FeelType
from engine.feel.values import KINDS, Value

if TYPE_CHECKING:
    from engine.feel.evaluator import Evaluator

Implementation: TypeAlias = "Callable[[Evaluator, Sequence[Value]], Value]"
"""What computes a call, from the evaluator and a value for each parameter; FeelValueError makes it null."""

Classes: TypeAlias = frozenset[type]


@dataclass(frozen=True, slots=True)
class FormalParameter:
    """A parameter: its name, what it takes, and whether it may be left out or takes all that remain.

    type: what a caller's value must conform to, after the implicit conversions; None takes anything
    accepts: for built-in functions, the Python classes that are taken as they are; None leaves it to `type`
    """

    name: str
    type: FeelType | None = None
    accepts: Classes | None = None
    optional: bool = False
    rest: bool = False

    def __str__(self) -> str:
        kinds = str(self.type) if self.type is not None else _kinds(self.accepts or frozenset())
        suffix = f": {kinds}" if kinds else ""
        return f"{self.name}{'...' if self.rest else ''}{'?' if self.optional else ''}{suffix}"


def _kinds(classes: Classes) -> str:
    return " or ".join(sorted({KINDS.get(each, "function") for each in classes} - {"null"}))


@lru_cache(maxsize=1000)
def formal_parameters(parameters: tuple[str | tuple[str, FeelType], ...]) -> tuple[FormalParameter, ...]:
    """Parameters from their names, or from pairs of a name and a type."""
    return tuple(
        FormalParameter(each) if isinstance(each, str) else FormalParameter(each[0], each[1])
        for each in parameters
    )


_formal = lru_cache(maxsize=256)(formal_parameters)
"""The same, remembered: what a case gives its expressions has the same few parameters each time."""


@dataclass(frozen=True, slots=True)
class Signature:
    """One way to call a function; a parameter that is left out is given as null.

    result: what the call's value is converted to; inferred: what it is known to be without that
    foreign: the implementation may return any Python value, which is then converted
    names_all: a call by name must name every parameter that is not optional, as with nearly all built-in
    functions; elsewhere what is not named is null
    """

    parameters: tuple[FormalParameter, ...]
    implementation: Implementation
    result: FeelType | None = None
    foreign: bool = False
    inferred: FeelType | None = None
    names_all: bool = False

    @property
    def fewest(self) -> int:
        """How many arguments a call needs."""
        return sum(not parameter.optional for parameter in self.parameters)

    @property
    def takes_rest(self) -> bool:
        """Whether the last parameter takes all remaining arguments as a list."""
        return bool(self.parameters) and self.parameters[-1].rest

    def __str__(self) -> str:
        return f"({', '.join(str(parameter) for parameter in self.parameters)})"


@dataclass(frozen=True, slots=True, eq=False)
class FeelFunction:
    """A function value; `name` is for messages. Several signatures are tried in their order.

    handles_null: it asks whether its first argument is null, so that such a null is no problem
    """

    name: str
    signatures: tuple[Signature, ...]
    handles_null: bool = False

    @staticmethod
    def native(
        name: str,
        parameters: Sequence[str | tuple[str, FeelType]],
        function: Callable[..., object],
        result: FeelType | None = None,
    ) -> FeelFunction:
        """A Python callable as a FEEL function.

        The callable gets one FEEL value for each parameter, in their order, already converted to the
        parameter's type where one is given. What it returns is converted as the values of a context are.
        `feel.Fault("why")` makes null of the call and a problem of the reason; any other exception passes
        through to who evaluates.
        """
        formal = formal_parameters(tuple(parameters))

        def implementation(_: Evaluator, arguments: Sequence[Value]) -> Value:
            return function(*arguments)

        return FeelFunction(name, (Signature(formal, implementation, result, foreign=True),))

    def __repr__(self) -> str:
        return f"FeelFunction({self.name}{self.signatures[0]})"
