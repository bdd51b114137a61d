"""Which papers a citizen is asked for: as procedure.yaml names them, or as the procedure's decision says."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine import feel
from engine.bundle.procedure import Procedure
from engine.cases.reception import Checklist, decided_papers, papers_of
from engine.kernel.case_words import Channel


def known_at_reception(
    data: Mapping[str, Any],
    *,
    applicant: Mapping[str, Any],
    representative: Mapping[str, Any] | None,
    channel: Channel,
    now: datetime,
) -> dict[str, Any]:
    """What the decision on the papers may ask for, by name; `now` is local time.

    The fields of the start form, `applicant`, `representative` (null where nobody acts for them), and of
    `case` the entries `opened_on` and `channel`: the rest of a case is not known before it is filed.
    """
    case = {"opened_on": now.date().isoformat(), "channel": channel.value}
    return {**data, "applicant": applicant, "representative": representative, "case": case}


def checklist(procedure: Procedure, known: Mapping[str, Any], *, now: datetime) -> Checklist:
    """The papers for somebody of whom this is known (`known_at_reception`).

    Where procedure.yaml names a `papers_decision`, that is taken; it is settled once the decision lacks
    nothing.
    """
    declared = papers_of(procedure.metadata)
    decision = procedure.metadata.get("papers_decision")
    bundle = procedure.decisions
    if decision is None or bundle is None:
        return Checklist(papers=declared)
    needed = bundle.decisions[decision].requires_inputs
    inputs = {name: known[name] for name in needed if name in known}
    try:
        outcome = bundle.decide(decision, inputs, now=now)
    except feel.FeelLimitError:
        return Checklist(papers=(), is_settled=False)
    rows = feel.to_json(outcome.value)
    named = [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []
    return Checklist(
        papers=decided_papers(declared, named),
        is_settled=isinstance(rows, list) and not outcome.problems,
    )
