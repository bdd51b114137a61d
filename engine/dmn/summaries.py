"""What is to be known of a decision before it is taken."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass

from engine.dmn.graph import CompiledFile
from engine.dmn.model import (
    BoxedExpression,
    Decision,
    DecisionTable,
    DmnDefinitions,
    HitPolicy,
    InputData,
    LiteralExpression,
)


@dataclass(frozen=True, slots=True)
class DecisionSummary:
    """A decision's names, its file and what it needs; `variable` is how FEEL reads its value.

    `requires_inputs` are the names of the inputs that it needs, directly or through other decisions, in the
    order in which they are met; `requires_decisions` the names of the decisions it needs directly.
    """

    id: str
    name: str
    variable: str
    file: str
    requires_inputs: tuple[str, ...]
    requires_decisions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WrittenResults:
    """What the file says of a decision's result before it is taken.

    `types` are the type references that it declares; `texts` the FEEL texts of which one is the result, none
    where the decision is written in another way; `is_single` is false for a list, or a context of columns.
    """

    types: tuple[str, ...]
    texts: tuple[str, ...]
    is_single: bool = True


@dataclass(frozen=True, slots=True)
class RuleSummary:
    """A rule of a table: its id, the decision or function it belongs to, its number there, and its cells.

    `columns` are the texts of its input expressions, `inputs` and `outputs` those of its cells. The rules of
    an element are counted from 1.
    """

    id: str
    element: str
    number: int
    file: str
    line: int
    columns: tuple[str, ...]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]


def rules_of(definitions: DmnDefinitions) -> Iterator[RuleSummary]:
    """Every rule of every table in a file, wherever in a decision or a function the table stands."""
    for element in definitions.elements.values():
        number = 0
        for table in _tables_within(element):
            columns = tuple(column.expression.text for column in table.inputs)
            for rule in table.rules:
                number += 1
                yield RuleSummary(
                    id=rule.id,
                    element=element.name,
                    number=number,
                    file=rule.place.file,
                    line=rule.place.line,
                    columns=columns,
                    inputs=tuple(cell.text for cell in rule.inputs),
                    outputs=tuple(cell.text for cell in rule.outputs),
                )


def _tables_within(part: object) -> Iterator[DecisionTable]:
    if isinstance(part, DecisionTable):
        yield part
    elif isinstance(part, tuple):
        for one in part:
            yield from _tables_within(one)
    elif is_dataclass(part):
        for field in fields(part):
            yield from _tables_within(getattr(part, field.name))


class Summaries:
    def __init__(self, files: Mapping[str, CompiledFile]) -> None:
        self._files = files
        self._inputs: dict[tuple[str, str], dict[str, bool]] = {}

    def by_id(self) -> dict[str, DecisionSummary]:
        """Every decision's summary by its id; of decisions with one id in two files, the first file's."""
        summaries: dict[str, DecisionSummary] = {}
        for file in self._files.values():
            for decision_id in file.decisions:
                summaries.setdefault(decision_id, self._summary(file, decision_id))
        return summaries

    def inputs_read(self) -> dict[str, tuple[str, ...]]:
        """The inputs that the texts of a decision, and of those it requires, read, by its id as in `by_id`.

        Modelers also draw input data that no text reads.
        """
        found: dict[str, tuple[str, ...]] = {}
        for file in self._files.values():
            for decision_id in file.decisions:
                inputs = self._required_inputs(file.namespace, decision_id)
                found.setdefault(decision_id, tuple(name for name, is_read in inputs.items() if is_read))
        return found

    def results(self) -> dict[str, WrittenResults]:
        """What is written of every decision's result, by its id as in `by_id`."""
        found: dict[str, WrittenResults] = {}
        for file in self._files.values():
            for decision_id, decision in file.decisions.items():
                found.setdefault(decision_id, _written(decision.element))
        return found

    def _summary(self, file: CompiledFile, decision_id: str) -> DecisionSummary:
        decision = file.decisions[decision_id]
        required = (requirement.element for requirement in decision.information)
        return DecisionSummary(
            id=decision_id,
            name=decision.element.name,
            variable=decision.element.variable.name,
            file=decision.element.place.file,
            requires_inputs=tuple(self._required_inputs(file.namespace, decision_id)),
            requires_decisions=tuple(element.name for element in required if isinstance(element, Decision)),
        )

    def _required_inputs(self, namespace: str, decision_id: str) -> Mapping[str, bool]:
        """The names in the order in which they are met, each once, and whether one of the texts reads it."""
        key = (namespace, decision_id)
        if key not in self._inputs:
            decision = self._files[namespace].decisions[decision_id]
            names = dict.fromkeys(decision.undeclared, True)
            for requirement in decision.information:
                element = requirement.element
                if isinstance(element, InputData):
                    own = {element.name, element.variable.name, element.id, requirement.import_name}
                    needed = {element.name: not own.isdisjoint(decision.read)}
                else:
                    needed = dict(self._required_inputs(requirement.definitions.namespace, element.id))
                for name, is_read in needed.items():
                    names[name] = is_read or names.get(name, False)
            self._inputs[key] = names
        return self._inputs[key]


_LISTING = (HitPolicy.COLLECT, HitPolicy.RULE_ORDER, HitPolicy.OUTPUT_ORDER)


def _written(decision: Decision) -> WrittenResults:
    logic = decision.logic
    types, texts, is_single = _written_logic(logic)
    declared = (decision.variable.type_ref, *types)
    return WrittenResults(
        types=tuple(one for one in declared if one is not None), texts=texts, is_single=is_single
    )


def _written_logic(logic: BoxedExpression | None) -> tuple[tuple[str | None, ...], tuple[str, ...], bool]:
    match logic:
        case LiteralExpression():
            return (logic.type_ref,), (logic.text,), True
        case DecisionTable():
            cells = tuple(cell.text for rule in logic.rules for cell in rule.outputs)
            defaults = tuple(one.default.text for one in logic.outputs if one.default is not None)
            lists = logic.hit_policy in _LISTING and logic.aggregation is None
            types = tuple(one.type_ref for one in logic.outputs)
            return types, (*cells, *defaults), len(logic.outputs) == 1 and not lists
        case _:
            return (), (), True
