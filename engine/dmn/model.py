"""What stands in a DMN file: requirement graph, item definitions, boxed expressions, unresolved."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from engine.dmn.findings import Place


class HitPolicy(StrEnum):
    """How a decision table chooses among the rules that match (DMN 1.5, 8.2.10)."""

    UNIQUE = "UNIQUE"
    ANY = "ANY"
    PRIORITY = "PRIORITY"
    FIRST = "FIRST"
    RULE_ORDER = "RULE ORDER"
    OUTPUT_ORDER = "OUTPUT ORDER"
    COLLECT = "COLLECT"


class Aggregation(StrEnum):
    """What a collecting table makes of its outputs (DMN 1.5, 8.2.10)."""

    SUM = "SUM"
    MIN = "MIN"
    MAX = "MAX"
    COUNT = "COUNT"


class Iteration(StrEnum):
    """The three boxed iterators (DMN 1.5, 10.2.1.11 to 10.2.1.13)."""

    FOR = "for"
    SOME = "some"
    EVERY = "every"


@dataclass(frozen=True, slots=True)
class Variable:
    """An information item: a name and, where one is written, the text of its type reference."""

    name: str
    type_ref: str | None
    place: Place


@dataclass(frozen=True, slots=True)
class LiteralExpression:
    """FEEL text (DMN 1.5, 7.3.3)."""

    place: Place
    type_ref: str | None
    text: str


@dataclass(frozen=True, slots=True)
class ContextEntry:
    """One line of a boxed context; without a variable it is the context's result."""

    variable: Variable | None
    value: "BoxedExpression"


@dataclass(frozen=True, slots=True)
class Context:
    """A boxed context (DMN 1.5, 10.2.1.4)."""

    place: Place
    type_ref: str | None
    entries: tuple[ContextEntry, ...]


@dataclass(frozen=True, slots=True)
class ListExpression:
    """A boxed list (DMN 1.5, 10.2.1.5)."""

    place: Place
    type_ref: str | None
    items: tuple["BoxedExpression", ...]


@dataclass(frozen=True, slots=True)
class Relation:
    """A boxed relation: a list of contexts written as a grid (DMN 1.5, 10.2.1.6)."""

    place: Place
    type_ref: str | None
    columns: tuple[Variable, ...]
    rows: tuple[tuple["BoxedExpression", ...], ...]


@dataclass(frozen=True, slots=True)
class Binding:
    """One argument of a boxed invocation, by parameter name."""

    parameter: Variable
    value: "BoxedExpression"


@dataclass(frozen=True, slots=True)
class Invocation:
    """A boxed invocation (DMN 1.5, 10.2.1.3)."""

    place: Place
    type_ref: str | None
    function: "BoxedExpression"
    bindings: tuple[Binding, ...]


@dataclass(frozen=True, slots=True)
class FunctionDefinition:
    """A boxed function (DMN 1.5, 10.2.1.7); a `kind` other than FEEL is code from outside, never run."""

    place: Place
    type_ref: str | None
    kind: str
    parameters: tuple[Variable, ...]
    body: "BoxedExpression | None"


@dataclass(frozen=True, slots=True)
class Conditional:
    """A boxed conditional (DMN 1.5, 10.2.1.9)."""

    place: Place
    type_ref: str | None
    condition: "BoxedExpression"
    then: "BoxedExpression"
    otherwise: "BoxedExpression"


@dataclass(frozen=True, slots=True)
class Filter:
    """A boxed filter (DMN 1.5, 10.2.1.10)."""

    place: Place
    type_ref: str | None
    source: "BoxedExpression"
    match: "BoxedExpression"


@dataclass(frozen=True, slots=True)
class Iterator:
    """A boxed for, some or every (DMN 1.5, 10.2.1.11 to 10.2.1.13)."""

    place: Place
    type_ref: str | None
    iteration: Iteration
    variable: str
    source: "BoxedExpression"
    body: "BoxedExpression"


@dataclass(frozen=True, slots=True)
class UnaryTests:
    """The text of an input entry or of a list of allowed values."""

    place: Place
    text: str


@dataclass(frozen=True, slots=True)
class InputClause:
    """One input column (DMN 1.5, 8.3.3)."""

    place: Place
    label: str
    expression: LiteralExpression
    allowed: UnaryTests | None


@dataclass(frozen=True, slots=True)
class OutputClause:
    """One output column (DMN 1.5, 8.3.3); its name is empty where the table has only one."""

    place: Place
    name: str
    label: str
    type_ref: str | None
    allowed: UnaryTests | None
    default: LiteralExpression | None


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: as many input entries as input columns, as many output entries as output columns.

    Rules are counted from 1; `id` is the number too where the file gives none.
    """

    place: Place
    id: str
    inputs: tuple[UnaryTests, ...]
    outputs: tuple[LiteralExpression, ...]
    annotations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DecisionTable:
    """A decision table (DMN 1.5, chapter 8), rules as rows."""

    place: Place
    type_ref: str | None
    hit_policy: HitPolicy
    aggregation: Aggregation | None
    inputs: tuple[InputClause, ...]
    outputs: tuple[OutputClause, ...]
    rules: tuple[Rule, ...]


BoxedExpression = (
    LiteralExpression
    | Context
    | ListExpression
    | Relation
    | Invocation
    | FunctionDefinition
    | Conditional
    | Filter
    | Iterator
    | DecisionTable
)


@dataclass(frozen=True, slots=True)
class ItemDefinition:
    """A named type or a component of one (DMN 1.5, 7.3.2)."""

    place: Place
    name: str
    type_ref: str | None
    is_collection: bool
    components: tuple["ItemDefinition", ...]
    function: "FunctionItem | None"
    allowed: UnaryTests | None
    constraint: UnaryTests | None


@dataclass(frozen=True, slots=True)
class FunctionItem:
    """The type of a function (DMN 1.5, 7.3.2)."""

    parameters: tuple[Variable, ...]
    output_type_ref: str | None


@dataclass(frozen=True, slots=True)
class Reference:
    """An href to an element: the namespace it stands in (None: the same file) and its id."""

    place: Place
    namespace: str | None
    id: str

    def __str__(self) -> str:
        return f"{self.namespace or ''}#{self.id}"


@dataclass(frozen=True, slots=True)
class InputData:
    """Information from outside (DMN 1.5, 6.3.11)."""

    place: Place
    id: str
    name: str
    variable: Variable


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision (DMN 1.5, 6.3.7) with what it requires and the boxed expression that decides."""

    place: Place
    id: str
    name: str
    variable: Variable
    information: tuple[Reference, ...]
    knowledge: tuple[Reference, ...]
    logic: BoxedExpression | None


@dataclass(frozen=True, slots=True)
class BusinessKnowledgeModel:
    """A function by name that decisions may require (DMN 1.5, 6.3.9)."""

    place: Place
    id: str
    name: str
    variable: Variable
    knowledge: tuple[Reference, ...]
    logic: FunctionDefinition | None


@dataclass(frozen=True, slots=True)
class DecisionService:
    """A part of the graph offered as a function (DMN 1.5, 6.3.10)."""

    place: Place
    id: str
    name: str
    variable: Variable
    outputs: tuple[Reference, ...]
    encapsulated: tuple[Reference, ...]
    input_decisions: tuple[Reference, ...]
    input_data: tuple[Reference, ...]


DrgElement = InputData | Decision | BusinessKnowledgeModel | DecisionService


@dataclass(frozen=True, slots=True)
class Import:
    """Another file's definitions under a name of this file's choosing, maybe empty (DMN 1.5, 6.3.3)."""

    place: Place
    name: str
    namespace: str


@dataclass(frozen=True, slots=True)
class Definitions:
    """One file; `vocabulary` holds the names of components and columns that its texts may use after a dot."""

    place: Place
    namespace: str
    imports: tuple[Import, ...]
    item_definitions: tuple[ItemDefinition, ...]
    elements: Mapping[str, DrgElement]
    vocabulary: frozenset[str]
