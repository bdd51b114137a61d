"""What is to be known of a decision before it is taken."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.dmn.graph import CompiledFile
from engine.dmn.model import Decision, InputData


@dataclass(frozen=True, slots=True)
class DecisionSummary:
    """A decision's names, its file and what it needs.

    `requires_inputs` are the names of the inputs that it needs, directly or through other decisions, in the
    order in which they are met; `requires_decisions` the names of the decisions it needs directly.
    """

    id: str
    name: str
    file: str
    requires_inputs: tuple[str, ...]
    requires_decisions: tuple[str, ...]


class Summaries:
    def __init__(self, files: Mapping[str, CompiledFile]) -> None:
        self._files = files
        self._inputs: dict[tuple[str, str], dict[str, None]] = {}

    def by_id(self) -> dict[str, DecisionSummary]:
        """Every decision's summary by its id; of decisions with one id in two files, the first file's."""
        summaries: dict[str, DecisionSummary] = {}
        for file in self._files.values():
            for decision_id in file.decisions:
                summaries.setdefault(decision_id, self._summary(file, decision_id))
        return summaries

    def _summary(self, file: CompiledFile, decision_id: str) -> DecisionSummary:
        decision = file.decisions[decision_id]
        required = (requirement.element for requirement in decision.information)
        return DecisionSummary(
            id=decision_id,
            name=decision.element.name,
            file=decision.element.place.file,
            requires_inputs=tuple(self._required_inputs(file.namespace, decision_id)),
            requires_decisions=tuple(element.name for element in required if isinstance(element, Decision)),
        )

    def _required_inputs(self, namespace: str, decision_id: str) -> Mapping[str, None]:
        """The names in the order in which they are met, each once."""
        key = (namespace, decision_id)
        if key not in self._inputs:
            decision = self._files[namespace].decisions[decision_id]
            names = dict.fromkeys(decision.undeclared)
            for requirement in decision.information:
                if isinstance(requirement.element, InputData):
                    names[requirement.element.name] = None
                else:
                    names |= self._required_inputs(requirement.definitions.namespace, requirement.element.id)
            self._inputs[key] = names
        return self._inputs[key]
