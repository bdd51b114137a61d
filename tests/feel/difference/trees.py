"""Expressions as trees that know how they are written, for who makes them up and who evaluates them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True)
class Constant:
    """A value as it is written: a number's text, a string's characters, or the text of a temporal kind."""

    kind: str
    text: str

    def __str__(self) -> str:
        if self.kind == "string":
            return '"' + self.text.replace("\\", "\\\\").replace('"', '\\"') + '"'
        return self.text if self.kind in {"number", "boolean", "null"} else f'@"{self.text}"'


@dataclass(frozen=True)
class Variable:
    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Minus:
    operand: Tree

    def __str__(self) -> str:
        return f"-({self.operand})"


@dataclass(frozen=True)
class Binary:
    """Arithmetic, comparison, `and` and `or`."""

    operator: str
    left: Tree
    right: Tree

    def __str__(self) -> str:
        return f"({self.left}) {self.operator} ({self.right})"


@dataclass(frozen=True)
class Between:
    value: Tree
    low: Tree
    high: Tree

    def __str__(self) -> str:
        return f"({self.value}) between ({self.low}) and ({self.high})"


@dataclass(frozen=True)
class Test:
    """A unary test: `operator bound`, or a value or range where there is no operator."""

    __test__ = False

    operator: str
    bound: Tree

    def __str__(self) -> str:
        return f"{self.operator} ({self.bound})" if self.operator else str(self.bound)


@dataclass(frozen=True)
class In:
    value: Tree
    tests: tuple[Test, ...]

    def __str__(self) -> str:
        return f"({self.value}) in ({', '.join(map(str, self.tests))})"


@dataclass(frozen=True)
class Interval:
    start: Tree
    end: Tree
    start_included: bool
    end_included: bool

    def __str__(self) -> str:
        opening, closing = "[" if self.start_included else "(", "]" if self.end_included else ")"
        return f"{opening}({self.start})..({self.end}){closing}"


@dataclass(frozen=True)
class If:
    condition: Tree
    consequence: Tree
    alternative: Tree

    def __str__(self) -> str:
        return f"if {self.condition} then {self.consequence} else ({self.alternative})"


@dataclass(frozen=True)
class Iteration:
    """`for`, `some` or `every` over one domain; `end` stands where it counts from one number to another."""

    word: str
    variable: str
    source: Tree
    end: Tree | None
    body: Tree

    def __str__(self) -> str:
        domain = f"({self.source})" + (f"..({self.end})" if self.end is not None else "")
        then = "return" if self.word == "for" else "satisfies"
        return f"{self.word} {self.variable} in {domain} {then} ({self.body})"


@dataclass(frozen=True)
class Filter:
    source: Tree
    condition: Tree

    def __str__(self) -> str:
        return f"({self.source})[{self.condition}]"


@dataclass(frozen=True)
class Path:
    source: Tree
    member: str

    def __str__(self) -> str:
        return f"({self.source}).{self.member}"


@dataclass(frozen=True)
class Items:
    items: tuple[Tree, ...]

    def __str__(self) -> str:
        return f"[{', '.join(map(str, self.items))}]"


@dataclass(frozen=True)
class Entries:
    entries: tuple[tuple[str, Tree], ...]

    def __str__(self) -> str:
        return "{" + ", ".join(f"{name}: {value}" for name, value in self.entries) + "}"


@dataclass(frozen=True)
class Function:
    parameters: tuple[str, ...]
    body: Tree

    def __str__(self) -> str:
        return f"function({', '.join(self.parameters)}) ({self.body})"


@dataclass(frozen=True)
class Invocation:
    """A call of what a tree gives, by position, or by name where `names` is given."""

    function: Tree
    arguments: tuple[Tree, ...]
    names: tuple[str, ...] | None = None

    def __str__(self) -> str:
        values = [str(argument) for argument in self.arguments]
        if self.names is not None:
            values = [f"{name}: {value}" for name, value in zip(self.names, values, strict=True)]
        return f"({self.function})({', '.join(values)})"


@dataclass(frozen=True)
class BuiltIn:
    name: str
    arguments: tuple[Tree, ...]

    def __str__(self) -> str:
        return f"{self.name}({', '.join(map(str, self.arguments))})"


@dataclass(frozen=True)
class InstanceOf:
    value: Tree
    type: str

    def __str__(self) -> str:
        return f"({self.value}) instance of {self.type}"


Tree: TypeAlias = (
    Constant
    | Variable
    | Minus
    | Binary
    | Between
    | In
    | Interval
    | If
    | Iteration
    | Filter
    | Path
    | Items
    | Entries
    | Function
    | Invocation
    | BuiltIn
    | InstanceOf
)

Scope: TypeAlias = Mapping[str, object]
