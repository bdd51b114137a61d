"""A decision of a version taken once more for cases of the past: which of them it would decide otherwise."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from engine import dmn, feel
from engine.bundle.procedure import Procedure
from engine.cases.past_store import PastCase, count_of_period, newest_of_period
from engine.context import QueryContext
from engine.kernel.disclosure import Disclosure, listed
from engine.kernel.procedure_rights import require_replays
from engine.kernel.refusal import Invalid, NotFound
from engine.procedures.model import ProcedureVersion
from engine.procedures.queries import version_numbered
from engine.runtime.contract import StepRefused, Surroundings

MOST_CASES: Final = 1_000
"""How many cases one question looks at: about a second."""
_MOST_COUNTED: Final = 100_000
_LONGEST_PERIOD: Final = timedelta(days=366)


@dataclass(frozen=True, kw_only=True)
class OtherwiseDecided:
    """A case of which the decision comes out otherwise; nothing of what is in it."""

    case_id: UUID
    number: str


@dataclass(frozen=True, kw_only=True)
class ResultChange:
    """A result that becomes another one, both as JSON, and in how many cases."""

    before: str
    after: str
    cases: int


@dataclass(frozen=True, kw_only=True)
class Replay:
    """What came of it, the newest cases first.

    `total` is how many were opened in the period, `looked` how many of these were looked at, `untaken` those
    of them whose own version has no such decision, or whose data it cannot be taken with.
    """

    version: ProcedureVersion
    summary: dmn.DecisionSummary
    since: date
    until: date
    total: int
    looked: int
    untaken: int
    changes: tuple[ResultChange, ...]
    otherwise: tuple[OtherwiseDecided, ...]


@dataclass(frozen=True, kw_only=True)
class ReplayDecision:
    """Take a decision as a version has it for the cases that were opened on the days from `since` to `until`.

    It is compared with what the version of each case makes of the same data: what the case knows now, on the
    day on which it was opened. What was decided by hand meanwhile is in that data.
    """

    key: str
    number: int
    decision: str
    since: date
    until: date

    def answer(self, context: QueryContext) -> Replay:
        """The newest `MOST_CASES` cases of the period; `Invalid` for a period that is none or too long."""
        require_replays(context.actor)
        if not timedelta(0) <= self.until - self.since < _LONGEST_PERIOD:
            raise Invalid.field("until", "expected a day within a year after the first one")
        version = version_numbered(self.key, self.number, context)
        tried = context.procedure(version.id)
        summary = tried.decisions.decisions.get(self.decision) if tried.decisions is not None else None
        if summary is None:
            raise NotFound.of("decision", self.decision)
        begin, end = (
            datetime.combine(day, time(0), tzinfo=context.zone)
            for day in (self.since, self.until + timedelta(days=1))
        )
        found = list(newest_of_period(context.connection, self.key, begin=begin, end=end, limit=MOST_CASES))
        total = len(found)
        if total == MOST_CASES:
            total = count_of_period(context.connection, self.key, begin=begin, end=end, most=_MOST_COUNTED)
        changes: Counter[tuple[str, str]] = Counter()
        otherwise, untaken = [], 0
        for case in found:
            results = self._results(case, tried, context)
            if results is None:
                untaken += 1
            elif results[0] != results[1]:
                changes[results] += 1
                otherwise.append(OtherwiseDecided(case_id=case.id, number=case.number))
        return Replay(
            version=version,
            summary=summary,
            since=self.since,
            until=self.until,
            total=total,
            looked=len(found),
            untaken=untaken,
            changes=tuple(
                ResultChange(before=before, after=after, cases=count)
                for (before, after), count in changes.most_common()
            ),
            otherwise=tuple(otherwise),
        )

    def disclosed(self, answer: Replay) -> Iterable[Disclosure]:
        return listed(answer.otherwise)

    def _results(self, case: PastCase, tried: Procedure, context: QueryContext) -> tuple[str, str] | None:
        """What the case's own version and the tried one make of it; None where one takes no decision."""
        own = context.procedure(case.version_id)
        if own.decisions is None or self.decision not in own.decisions.decisions:
            return None
        try:
            known = context.workflow.decision_inputs(
                own.definition,
                case.snapshot,
                decision_id=self.decision,
                surroundings=Surroundings(now=case.opened_at, zone=context.zone),
            )
        except StepRefused:
            return None
        opened = case.opened_at.astimezone(context.zone)
        before, after = (_taken(one, self.decision, known, opened) for one in (own, tried))
        return None if before is None or after is None else (before, after)


def _taken(procedure: Procedure, decision: str, known: Mapping[str, object], now: datetime) -> str | None:
    bundle = procedure.decisions
    if bundle is None:
        return None
    needed = bundle.decisions[decision].requires_inputs
    inputs = {name: known[name] for name in needed if name in known}
    try:
        value = bundle.decide(decision, inputs, now=now).value
    except feel.FeelLimitError:
        return None
    return json.dumps(dmn.as_json(value), ensure_ascii=False)
