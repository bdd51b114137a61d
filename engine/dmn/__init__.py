"""DMN 1.5 decisions on top of FEEL: read DMN files, take decisions, explain them.

    bundle = dmn.read({"fees.dmn": content})
    outcome = bundle.decide("Fee", {"engine size": 1600})
    outcome.value, outcome.problems

A bundle is read and compiled once and may be shared by threads. Nothing outside the inputs is ever looked at,
no function of another language is ever run, and every evaluation is bounded by `feel.FeelLimits`.
"""

from engine.dmn.bundle import Bundle, read
from engine.dmn.explanation import Explanation
from engine.dmn.findings import DmnFinding, DmnReadError
from engine.dmn.lookup import UnknownElement
from engine.dmn.outcome import (
    CellTrace,
    DecisionProblem,
    DecisionTrace,
    InputTrace,
    Outcome,
    RuleTrace,
    TableTrace,
    as_json,
)
from engine.dmn.summaries import DecisionSummary, RuleSummary, WrittenResults

__all__ = [
    "Bundle",
    "CellTrace",
    "DecisionProblem",
    "DecisionSummary",
    "DecisionTrace",
    "DmnFinding",
    "DmnReadError",
    "Explanation",
    "InputTrace",
    "Outcome",
    "RuleSummary",
    "RuleTrace",
    "TableTrace",
    "UnknownElement",
    "WrittenResults",
    "as_json",
    "read",
]
