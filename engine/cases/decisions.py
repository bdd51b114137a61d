"""Questions about decisions: which there are, and why one comes out so, tried by hand or for a case."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from engine import dmn, feel
from engine.bundle.procedure import Procedure
from engine.cases.queries import ShowCase
from engine.context import QueryContext
from engine.kernel.disclosure import Disclosure, Shown
from engine.kernel.refusal import Conflict, Invalid, NotFound
from engine.procedures.queries import version_numbered
from engine.runtime.contract import StepRefused, Surroundings, Variables


@dataclass(frozen=True, kw_only=True)
class ListDecisions:
    """The decisions of a version."""

    key: str
    number: int

    def answer(self, context: QueryContext) -> tuple[dmn.DecisionSummary, ...]:
        """What each is called and needs, by id; none where the version decides nothing by DMN."""
        version = version_numbered(self.key, self.number, context)
        bundle = context.procedure(version.id).decisions
        summaries = bundle.decisions.values() if bundle is not None else ()
        return tuple(sorted(summaries, key=lambda summary: summary.id))


@dataclass(frozen=True, kw_only=True)
class ExplainDecision:
    """A decision of a version, tried with `inputs` by name."""

    key: str
    number: int
    decision: str
    inputs: Mapping[str, Any]

    def answer(self, context: QueryContext) -> dmn.Explanation:
        """Why it comes out so; `Invalid` for an input that the decision does not need."""
        version = version_numbered(self.key, self.number, context)
        decision = _decision(context.procedure(version.id), self.decision)
        needed = decision.summary.requires_inputs
        unknown = [name for name in self.inputs if name not in needed]
        if unknown:
            expected = f"Expected an input of the decision ({', '.join(needed) or 'it has none'})."
            raise Invalid(
                f"The decision {self.decision} does not need: {', '.join(unknown)}.",
                {f"inputs.{name}": [expected] for name in unknown},
            )
        return decision.explained(self.inputs, context)


@dataclass(frozen=True, kw_only=True)
class ExplainCaseDecision:
    """A decision of the version that a case runs, taken with what the case knows now."""

    case_id: UUID
    decision: str

    def answer(self, context: QueryContext) -> dmn.Explanation:
        """Why it would come out so now, whatever was decided before; whoever sees the case sees this."""
        case = ShowCase(case_id=self.case_id).answer(context).case
        procedure = context.procedure(case.version_id)
        decision = _decision(procedure, self.decision)
        try:
            known = context.workflow.decision_inputs(
                procedure.definition,
                case.snapshot,
                decision_id=decision.summary.id,
                surroundings=_surroundings(context),
            )
        except StepRefused as refusal:
            raise Conflict(f"The decision cannot be tried with what the case knows: {refusal}.") from refusal
        return decision.explained(known, context)

    def disclosed(self, _answer: dmn.Explanation) -> Iterable[Disclosure]:
        return (Disclosure(shown=Shown.DECISION, case_id=self.case_id),)


@dataclass(frozen=True, kw_only=True)
class _Decision:
    bundle: dmn.Bundle
    summary: dmn.DecisionSummary

    def explained(self, known: Variables, context: QueryContext) -> dmn.Explanation:
        """The explanation with the inputs among what is known; what is not known is null."""
        inputs = {name: known[name] for name in self.summary.requires_inputs if name in known}
        try:
            return self.bundle.explain(
                self.summary.id, inputs, now=_surroundings(context).local_now, file=self.summary.file
            )
        except feel.FeelLimitError as limit:
            raise Invalid.field("inputs", f"The decision asks for too much with them: {limit}.") from limit


def _surroundings(context: QueryContext) -> Surroundings:
    return Surroundings(now=context.now, zone=context.zone)


def _decision(procedure: Procedure, wanted: str) -> _Decision:
    bundle = procedure.decisions
    summary = bundle.decisions.get(wanted) if bundle is not None else None
    if bundle is None or summary is None:
        raise NotFound.of("decision", wanted)
    return _Decision(bundle=bundle, summary=summary)
