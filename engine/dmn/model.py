"""What stands in a DMN file: requirement graph, item definitions, boxed expressions, unresolved."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from engine.dmn.findings import DmnPlace


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
class DmnVariable:
    """An information item: a name and, where one is written, the text of its type reference."""

    name: str
    type_ref: str | None
    place: DmnPlace


@dataclass(frozen=True, slots=True)
class LiteralExpression:
    """FEEL text (DMN 1.5, 7.3.3)."""

    place: DmnPlace
    type_ref: str | None
    text: str


@dataclass(frozen=True, slots=True)
class ContextEntry:
    """One line of a boxed context; without a variable it is the context's result."""

    variable: DmnVariable | None
    value: "BoxedExpression"


@dataclass(frozen=True, slots=True)
class Context:
    """A boxed context (DMN 1.5, 10.2.1.4)."""

    place: DmnPlace
    type_ref: str | None
    entries: tuple[ContextEntry, ...]


@dataclass(frozen=True, slots=True)
class ListExpression:
    """A boxed list (DMN 1.5, 10.2.1.5)."""

    place: DmnPlace
    type_ref: str | None
    items: tuple["BoxedExpression", ...]


@dataclass(frozen=True, slots=True)
class Relation:
    """A boxed relation: a list of contexts written as a grid (DMN 1.5, 10.2.1.6)."""

    place: DmnPlace
    type_ref: str | None
    columns: tuple[DmnVariable, ...]
    rows: tuple[tuple["BoxedExpression", ...], ...]


@dataclass(frozen=True, slots=True)
class Binding:
    """One argument of a boxed invocation, by parameter name."""

    parameter: DmnVariable
    value: "BoxedExpression"


@dataclass(frozen=True, slots=True)
class Invocation:
    """A boxed invocation (DMN 1.5, 10.2.1.3)."""

    place: DmnPlace
    type_ref: str | None
    function: "BoxedExpression"
    bindings: tuple[Binding, ...]


@dataclass(frozen=True, slots=True)
class FunctionDefinition:
    """A boxed function (DMN 1.5, 10.2.1.7); a `kind` other than FEEL is code from outside, never run."""

    place: DmnPlace
    type_ref: str | None
    kind: str
    parameters: tuple[DmnVariable, ...]
    body: "BoxedExpression | None"


@dataclass(frozen=True, slots=True)
class Conditional:
    """A boxed conditional (DMN 1.5, 10.2.1.9)."""

    place: DmnPlace
    type_ref: str | None
    condition: "BoxedExpression"
    then: "BoxedExpression"
    otherwise: "BoxedExpression"


@dataclass(frozen=True, slots=True)
class BoxedFilter:
    """A boxed filter (DMN 1.5, 10.2.1.10)."""

    place: DmnPlace
    type_ref: str | None
    source: "BoxedExpression"
    match: "BoxedExpression"


@dataclass(frozen=True, slots=True)
class BoxedIterator:
    """A boxed for, some or every (DMN 1.5, 10.2.1.11 to 10.2.1.13)."""

    place: DmnPlace
    type_ref: str | None
    iteration: Iteration
    variable: str
    source: "BoxedExpression"
    body: "BoxedExpression"


@dataclass(frozen=True, slots=True)
class UnaryTestsText:
    """The text of an input entry or of a list of allowed values."""

    place: DmnPlace
    text: str


@dataclass(frozen=True, slots=True)
class InputClause:
    """One input column (DMN 1.5, 8.3.3)."""

    place: DmnPlace
    label: str
    expression: LiteralExpression
    allowed: UnaryTestsText | None


@dataclass(frozen=True, slots=True)
class OutputClause:
    """One output column (DMN 1.5, 8.3.3); its name is empty where the table has only one."""

    place: DmnPlace
    name: str
    label: str
    type_ref: str | None
    allowed: UnaryTestsText | None
    default: LiteralExpression | None


@dataclass(frozen=True, slots=True)
class DecisionRule:
    """One row: as many input entries as input columns, as many output entries as output columns.

    Rules are counted from 1; `id` is the number too where the file gives none.
    """

    place: DmnPlace
    id: str
    inputs: tuple[UnaryTestsText, ...]
    outputs: tuple[LiteralExpression, ...]
    annotations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DecisionTable:
    """A decision table (DMN 1.5, chapter 8), rules as rows."""

    place: DmnPlace
    type_ref: str | None
    hit_policy: HitPolicy
    aggregation: Aggregation | None
    inputs: tuple[InputClause, ...]
    outputs: tuple[OutputClause, ...]
    rules: tuple[DecisionRule, ...]


BoxedExpression = (
    LiteralExpression
    | Context
    | ListExpression
    | Relation
    | Invocation
    | FunctionDefinition
    | Conditional
    | BoxedFilter
    | BoxedIterator
    | DecisionTable
)


@dataclass(frozen=True, slots=True)
class ItemDefinition:
    """A named type or a component of one (DMN 1.5, 7.3.2)."""

    place: DmnPlace
    name: str
    type_ref: str | None
    is_collection: bool
    components: tuple["ItemDefinition", ...]
    function: "FunctionItem | None"
    allowed: UnaryTestsText | None
    constraint: UnaryTestsText | None


@dataclass(frozen=True, slots=True)
class FunctionItem:
    """The type of a function (DMN 1.5, 7.3.2)."""

    parameters: tuple[DmnVariable, ...]
    output_type_ref: str | None


@dataclass(frozen=True, slots=True)
class Reference:
    """An href to an element: the namespace it stands in (None: the same file) and its id."""

    place: DmnPlace
    namespace: str | None
    id: str

    def __str__(self) -> str:
        return f"{self.namespace or ''}#{self.id}"


@dataclass(frozen=True, slots=True)
class InputData:
    """Information from outside (DMN 1.5, 6.3.11)."""

    place: DmnPlace
    id: str
    name: str
    variable: DmnVariable


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision (DMN 1.5, 6.3.7) with what it requires and the boxed expression that decides."""

    place: DmnPlace
    id: str
    name: str
    variable: DmnVariable
    information: tuple[Reference, ...]
    knowledge: tuple[Reference, ...]
    logic: BoxedExpression | None


@dataclass(frozen=True, slots=True)
class BusinessKnowledgeModel:
    """A function by name that decisions may require (DMN 1.5, 6.3.9)."""

    place: DmnPlace
    id: str
    name: str
    variable: DmnVariable
    knowledge: tuple[Reference, ...]
    logic: FunctionDefinition | None


@dataclass(frozen=True, slots=True)
class DecisionService:
    """A part of the graph offered as a function (DMN 1.5, 6.3.10)."""

    place: DmnPlace
    id: str
    name: str
    variable: DmnVariable
    outputs: tuple[Reference, ...]
    encapsulated: tuple[Reference, ...]
    input_decisions: tuple[Reference, ...]
    input_data: tuple[Reference, ...]


DrgElement = InputData | Decision | BusinessKnowledgeModel | DecisionService


@dataclass(frozen=True, slots=True)
class Import:
    """Another file's definitions under a name of this file's choosing, maybe empty (DMN 1.5, 6.3.3)."""

    place: DmnPlace
    name: str
    namespace: str


@dataclass(frozen=True, slots=True)
class DmnDefinitions:
    """One file; `vocabulary` holds the names of components and columns that its texts may use after a dot."""

    place: DmnPlace
    namespace: str
    imports: tuple[Import, ...]
    item_definitions: tuple[ItemDefinition, ...]
    elements: Mapping[str, DrgElement]
    vocabulary: frozenset[str]
