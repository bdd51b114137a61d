"""The types of FEEL (DMN 1.5, 10.3.2.9.1).

`engine.dmn` makes these from item definitions; `instance of` and typed parameters use them. A name that is
not built in stays a `NamedType` and is looked up, when it is needed, in the mapping given to the evaluation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class AnyType:
    """Every value conforms."""

    def __str__(self) -> str:
        return "Any"


@dataclass(frozen=True, slots=True)
class SimpleType:
    """A type without parts: number, string, boolean, date, time, the durations and Null."""

    kind: str

    def __str__(self) -> str:
        return self.kind


@dataclass(frozen=True, slots=True)
class ListType:
    """`list<element>`."""

    element: FeelType

    def __str__(self) -> str:
        return f"list<{self.element}>"


@dataclass(frozen=True, slots=True)
class ContextType:
    """`context<name: type, …>`: a context with at least these entries."""

    entries: tuple[tuple[str, FeelType], ...]

    def __str__(self) -> str:
        return f"context<{', '.join(f'{name}: {entry}' for name, entry in self.entries)}>"


@dataclass(frozen=True, slots=True)
class RangeType:
    """`range<element>`."""

    element: FeelType

    def __str__(self) -> str:
        return f"range<{self.element}>"


@dataclass(frozen=True, slots=True)
class FunctionType:
    """`function<parameters> -> result`."""

    parameters: tuple[FeelType, ...]
    result: FeelType

    def __str__(self) -> str:
        return f"function<{', '.join(str(each) for each in self.parameters)}> -> {self.result}"


@dataclass(frozen=True, slots=True)
class NamedType:
    """A type that the decision model defines."""

    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class ConstrainedType:
    """A type of which only some values are allowed; `instance of` asks for the base alone.

    accepts: whether a value that conforms to the base is allowed; it is not asked about null
    """

    name: str
    base: FeelType
    accepts: Callable[[object], bool]

    def __str__(self) -> str:
        return self.name


FeelType: TypeAlias = (
    AnyType | SimpleType | ListType | ContextType | RangeType | FunctionType | NamedType | ConstrainedType
)

ANY = AnyType()
_SIMPLE_NAMES = (
    "number",
    "string",
    "boolean",
    "date",
    "time",
    "date and time",
    "days and time duration",
    "years and months duration",
)
BUILT_IN_TYPES: Mapping[str, FeelType] = {
    "Any": ANY,
    "Null": SimpleType("null"),
    **{name: SimpleType(name) for name in _SIMPLE_NAMES},
    # Names that earlier versions of DMN used.
    "dateTime": SimpleType("date and time"),
    "dayTimeDuration": SimpleType("days and time duration"),
    "yearMonthDuration": SimpleType("years and months duration"),
}
"""Types by the names that `typeRef` and `instance of` use; list, context and range need their parts named."""

Types: TypeAlias = Mapping[str, FeelType]
"""What the names of `NamedType` stand for."""
