"""What a play went through: elements, flows and rules, fields that were filled in, errors answered."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

from engine import feel
from engine.bundle.procedure import Procedure
from engine.bundle.scenario import Given
from engine.cases.reception import known_at_reception
from engine.payments.model import Payment
from engine.rehearsal.recording_workflow import Place, RecordingWorkflow

FieldPlace: TypeAlias = tuple[str, str]
"""A form's id, and the path of a field in it: `evidence.kind`; within a list `lines.sum`."""

AnsweredError: TypeAlias = tuple[str, str]
"""A service task's element, and the error code that its agency answered."""


@dataclass(frozen=True, kw_only=True)
class Trace:
    """What was gone through; rules are by their ids."""

    nodes: frozenset[Place] = frozenset()
    flows: frozenset[Place] = frozenset()
    rules: frozenset[str] = frozenset()
    fields: frozenset[FieldPlace] = frozenset()
    errors: frozenset[AnsweredError] = frozenset()

    def beyond(self, other: "Trace") -> bool:
        """Whether there is anything that the other does not have."""
        return any(not getattr(self, name) <= getattr(other, name) for name in _PARTS)

    def inside(self, folder: str) -> "Trace":
        """The same, with the diagrams in a folder as they are called in there; rules and forms go by ids."""
        start = f"{folder}/"
        return replace(
            self,
            nodes=frozenset((file.removeprefix(start), node) for file, node in self.nodes),
            flows=frozenset((file.removeprefix(start), flow) for file, flow in self.flows),
        )

    def __or__(self, other: "Trace") -> "Trace":
        return Trace(**{name: getattr(self, name) | getattr(other, name) for name in _PARTS})


_PARTS = ("nodes", "flows", "rules", "fields", "errors")


class Tracing:
    """Gathers, beside the recorder, what the workflow does not know of; for one play of a procedure."""

    def __init__(self, procedure: Procedure) -> None:
        self._procedure = procedure
        self._rules: set[str] = set()
        self._fields: set[FieldPlace] = set()
        self._fees: set[UUID] = set()
        self.errors: set[AnsweredError] = set()

    def forked(self) -> "Tracing":
        """Another one that knows the same, and goes its own way from here."""
        other = Tracing(self._procedure)
        other._rules, other._fields = set(self._rules), set(self._fields)
        other._fees, other.errors = set(self._fees), set(self.errors)
        return other

    def received(self, given: Given, now: datetime) -> None:
        """A case was opened, `now` in local time: its form was filled in, its papers were decided on."""
        form = self._procedure.start_form
        applicant = asdict(given.applicant)
        representative = asdict(given.representative) if given.representative else None
        data: Mapping[str, Any] = {}
        if form is not None:
            self.filled_in(form.id, given.data)
            data = form.draft(given.data, scope={"applicant": applicant, "representative": representative})
        known = known_at_reception(
            data, applicant=applicant, representative=representative, channel=given.channel, now=now
        )
        self._decided(self._procedure.outline.papers_decision, known, now)

    def filled_in(self, form_id: str | None, data: Mapping[str, Any]) -> None:
        """A form was taken with these data."""
        if form_id is not None:
            self._fields.update((form_id, path) for path in _paths(data))

    def decided_fee(self, payment: Payment, known: Mapping[str, Any], *, now: datetime) -> None:
        """A fee was worked out from these variables of the case; only the first time counts."""
        fee = self._procedure.fees.get(payment.fee_id)
        if payment.id not in self._fees and fee is not None:
            self._decided(fee.decision, known, now)
        self._fees.add(payment.id)

    def _decided(self, decision: str | None, known: Mapping[str, Any], now: datetime) -> None:
        bundle = self._procedure.decisions
        if decision is None or bundle is None or decision not in bundle.decisions:
            return
        inputs = {name: known[name] for name in bundle.decisions[decision].requires_inputs if name in known}
        with suppress(feel.FeelLimitError):
            self._rules.update(bundle.decide(decision, inputs, now=now).rules)

    def trace(self, recorder: RecordingWorkflow) -> Trace:
        """All of it, with what the workflow passed."""
        return Trace(
            nodes=recorder.nodes,
            flows=recorder.flows,
            rules=recorder.rules | self._rules,
            fields=frozenset(self._fields),
            errors=frozenset(self.errors),
        )


def _paths(value: Any, around: str = "") -> Iterator[str]:
    if isinstance(value, Mapping) and value.keys() != {"document"}:
        for name, inner in value.items():
            yield from _paths(inner, f"{around}.{name}" if around else str(name))
    elif isinstance(value, list) and any(isinstance(one, Mapping) for one in value):
        yield around
        for one in value:
            yield from _paths(one, around)
    elif value is not None:
        yield around
