"""The DMN decisions of a definition, as its business rule tasks call them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine import dmn, feel
from engine.bpmn.expressions import Findings, Place
from engine.runtime.faults import Fault


class Decisions:
    """The decisions of one definition, read once."""

    def __init__(self, bundle: dmn.Bundle | None) -> None:
        self._bundle = bundle

    def has(self, decision_id: str) -> bool:
        """Whether there is a decision of that id."""
        return self._bundle is not None and decision_id in self._bundle.decisions

    def decide(
        self, decision_id: str, inputs: Mapping[str, Any], *, element_id: str, now: datetime
    ) -> dmn.Outcome:
        """The decision's value, and the rules it comes from.

        Null for a reason is a `Fault` `undecidable_decision`, null without one (no rule) is an answer.
        """
        if self._bundle is None or not self.has(decision_id):
            message = f"Expected the id of a decision of the bundle, found {decision_id!r}"
            raise Fault("unknown_decision", message, element_id=element_id)
        needed = self._bundle.decisions[decision_id].requires_inputs
        try:
            outcome = self._bundle.decide(
                decision_id, {name: inputs[name] for name in needed if name in inputs}, now=now
            )
        except feel.FeelLimitError as error:
            raise Fault(
                "limit_passed", f"The decision {decision_id}: {error}", element_id=element_id
            ) from error
        if outcome.value is None and outcome.problems:
            reasons = "; ".join(str(problem) for problem in outcome.problems[:3])
            message = f"The decision {decision_id} came to nothing: {reasons}"
            raise Fault("undecidable_decision", message, element_id=element_id)
        return outcome


def read_decisions(files: Mapping[str, bytes], findings: Findings) -> Decisions:
    """The decisions of every `.dmn` file; what is wrong with a file is noted."""
    tables = {name: content for name, content in files.items() if name.endswith(".dmn")}
    if not tables:
        return Decisions(None)
    try:
        return Decisions(dmn.read(tables))
    except dmn.DmnReadError as refused:
        for finding in refused.findings:
            place = Place(file=finding.file, line=finding.line)
            findings.add(place, f"{finding.element}: {finding.message}.", remedy="Correct the decision.")
        return Decisions(None)
