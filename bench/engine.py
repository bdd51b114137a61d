"""What a step of the residence certificate costs: CPU time by part, and the bytes of a case.

python -m bench.engine
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from bench.figures import Sample, measured, table
from engine.bundle import Catalogue, folder
from engine.bundle.procedure import Procedure
from engine.kernel.clock import SystemClock
from engine.runtime import RuntimeLimits, SpiffWorkflowEngine
from engine.runtime.contract import Step, Surroundings, Variables
from engine.runtime.definition import Definition
from engine.runtime.definitions import ParsedDefinition
from engine.runtime.snapshot import dump, load
from engine.runtime.workflow import Definitions
from tests.office import APPLICATION, CONFIRMED, HANDED_OVER, PAPERS_COMPLETE, ROOT

ROUNDS = 300
GIVEN: Variables = {
    **APPLICATION,
    "applicant": {
        "given_name": "Ελένη",
        "family_name": "Δημητρίου",
        "patronymic": "Νίκος",
        "afm": "094014201",
    },
    "case": {"number": "0009-26-000123-1", "branch": "0009"},
}


@dataclass(frozen=True)
class Bench:
    """The engine with the procedure prepared."""

    engine: SpiffWorkflowEngine
    definition: Definition
    surroundings: Surroundings

    def start(self) -> Step:
        """Open a case."""
        return self.engine.start(self.definition, variables=GIVEN, surroundings=self.surroundings)

    def complete(self, step: Step, token: UUID, data: Variables) -> Step:
        """Answer what waits."""
        return self.engine.complete(
            self.definition, step.snapshot, token=token, variables=data, surroundings=self.surroundings
        )


def main() -> None:
    """Measure and print."""
    clock = SystemClock()
    catalogue = Catalogue(clock, zone=ZoneInfo("Europe/Athens"))
    procedure = catalogue.check(folder(ROOT / "processes", ROOT / "forms", "residence-certificate"))
    bench = Bench(SpiffWorkflowEngine(), procedure.definition, Surroundings(now=clock.now()))
    bench.engine.prepare(procedure.definition)
    rows = [(part, sample.median_ms, sample.p95_ms, size) for part, sample, size in _parts(bench, procedure)]
    title = f"Residence certificate, CPU milliseconds of {ROUNDS} rounds"
    print(table(title, ("part", "median", "p95", "snapshot bytes"), rows))


def _parts(bench: Bench, procedure: Procedure) -> list[tuple[str, Sample, int]]:
    opened = bench.start()
    sent = bench.complete(opened, opened.opened_tasks[0].token, PAPERS_COMPLETE)
    answered = bench.complete(sent, sent.opened_service_tasks[0].token, CONFIRMED)
    parsed = Definitions(RuntimeLimits()).get(procedure.definition)
    case = load(sent.snapshot, parsed, surroundings=bench.surroundings, limits=RuntimeLimits())
    size = len(sent.snapshot)
    return [
        ("prepare the definition", _cpu(lambda: Definitions(RuntimeLimits()).get(procedure.definition)), 0),
        ("open a case", _cpu(bench.start), len(opened.snapshot)),
        (
            "complete the first task",
            _cpu(lambda: bench.complete(opened, opened.opened_tasks[0].token, PAPERS_COMPLETE)),
            size,
        ),
        (
            "take the agency's answer",
            _cpu(lambda: bench.complete(sent, sent.opened_service_tasks[0].token, CONFIRMED)),
            len(answered.snapshot),
        ),
        (
            "complete the last task",
            _cpu(lambda: bench.complete(answered, answered.opened_tasks[0].token, HANDED_OVER)),
            0,
        ),
        ("  of which reading the snapshot", _cpu(lambda: _load(sent, parsed, bench)), size),
        ("  of which writing the snapshot", _cpu(lambda: dump(case)), size),
    ]


def _load(step: Step, parsed: ParsedDefinition, bench: Bench) -> object:
    return load(step.snapshot, parsed, surroundings=bench.surroundings, limits=RuntimeLimits())


def _cpu(work: Callable[[], object]) -> Sample:
    return measured(work, rounds=ROUNDS, clock=time.process_time)


if __name__ == "__main__":
    main()
