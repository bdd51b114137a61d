"""Fillings of the workflow's and the catalogue's ports in which nothing happens, except faults on demand."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from engine import dmn
from engine.bundle.contract import Files, Form, OutcomeRule
from engine.bundle.procedure import Procedure
from engine.runtime.contract import (
    Marks,
    Phase,
    StartEvent,
    StartTimer,
    Step,
    Surroundings,
    Variables,
)
from engine.runtime.definition import Definition
from engine.terms.term import STATUTORY, Term, TermKind

_DEFINITION = Definition(sha256="5e" * 32, process_id="quiet", files={})


@dataclass(frozen=True, kw_only=True)
class QuietWorkflow:
    """Every step leaves the snapshot as it was, unless `fault` gives something to raise for the snapshot."""

    fault: Callable[[bytes], Exception | None] = lambda snapshot: None

    def prepare(self, definition: Definition) -> None:
        """Nothing to parse."""

    def start_events(self, definition: Definition, *, surroundings: Surroundings) -> tuple[StartEvent, ...]:
        return ()

    def following_start(self, timer: StartTimer, *, now: datetime) -> StartTimer | None:
        return None

    def start(
        self,
        definition: Definition,
        *,
        variables: Variables,
        surroundings: Surroundings,
        at: str | None = None,
    ) -> Step:
        return self._step(b"quiet")

    def complete(
        self,
        definition: Definition,
        snapshot: bytes,
        *,
        token: UUID,
        variables: Variables,
        surroundings: Surroundings,
    ) -> Step:
        return self._step(snapshot)

    def fail(
        self,
        definition: Definition,
        snapshot: bytes,
        *,
        token: UUID,
        code: str,
        variables: Variables,
        surroundings: Surroundings,
    ) -> Step:
        return self._step(snapshot)

    def deliver(
        self,
        definition: Definition,
        snapshot: bytes,
        *,
        token: UUID,
        variables: Variables,
        surroundings: Surroundings,
        only_mapped: bool = False,
    ) -> Step:
        return self._step(snapshot)

    def fire_timers(self, definition: Definition, snapshot: bytes, *, surroundings: Surroundings) -> Step:
        return self._step(snapshot)

    def postpone_timers(
        self, definition: Definition, snapshot: bytes, *, by: timedelta, surroundings: Surroundings
    ) -> Step:
        return self._step(snapshot)

    def decision_inputs(
        self, definition: Definition, snapshot: bytes, *, decision_id: str, surroundings: Surroundings
    ) -> Variables:
        return {}

    def correct(
        self,
        definition: Definition,
        snapshot: bytes,
        *,
        path: tuple[str, ...],
        value: Any,
        surroundings: Surroundings,
    ) -> Step:
        return self._step(snapshot)

    def move(
        self,
        definition: Definition,
        snapshot: bytes,
        *,
        source: str,
        target: str,
        surroundings: Surroundings,
    ) -> Step:
        return self._step(snapshot)

    def variables(self, definition: Definition, snapshot: bytes) -> Variables:
        return {}

    def marks(self, definition: Definition, snapshot: bytes) -> Marks:
        return Marks(completed=(), active=())

    def _step(self, snapshot: bytes) -> Step:
        fault = self.fault(snapshot)
        if fault is not None:
            raise fault
        return Step(snapshot=snapshot, phase=Phase.RUNNING)


@dataclass(frozen=True, kw_only=True)
class QuietProcedure:
    """A procedure without forms, whose every end completes the case."""

    key: str = "quiet"
    title: str = "Ήσυχη"
    title_en: str = "Quiet"
    metadata: Mapping[str, Any] = field(default_factory=dict)
    terms: Mapping[TermKind, Term] = field(default_factory=lambda: {TermKind.LEGAL: STATUTORY})
    milestones: frozenset[str] = frozenset()
    has_clocks: bool = False
    start_form: Form | None = None
    definition: Definition = _DEFINITION
    main_file: str = "quiet.bpmn"
    decisions: dmn.Bundle | None = None

    @property
    def term(self) -> Term:
        return self.terms[TermKind.LEGAL]

    @property
    def forms(self) -> Mapping[str, Form]:
        return {}

    def answer_form(self, element_id: str) -> Form | None:
        return None

    def form(self, form_id: str) -> Form:
        raise KeyError(form_id)

    def outcome(self, end_event_id: str) -> OutcomeRule:
        return OutcomeRule(status="completed", text="", text_en="")


class QuietCatalogue:
    """Every version is the quiet procedure."""

    def procedure(self, version_id: UUID, load: Callable[[], Files]) -> Procedure:
        return QuietProcedure()

    def check(self, files: Files) -> Procedure:
        return QuietProcedure()
