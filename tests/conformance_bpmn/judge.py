"""Judges each case of each model: what it logged or how it was refused, against what is expected."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from engine.lint import Report, check
from engine.runtime.contract import DefinitionRefused, StepRefused, Workflow
from tests.conformance_bpmn.corpus import CONSTRAINTS, Case, Model
from tests.conformance_bpmn.translation import translated
from tests.conformance_bpmn.world import Endless, World

REFUSED_AT_DEPLOYMENT = "ERROR_deployment"
ANY_ERROR = "ERROR"


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What came of one case; `reason` is empty when the log was the expected one."""

    model: Model
    case: Case
    reason: str

    @property
    def passed(self) -> bool:
        """Whether the case logged what it should."""
        return not self.reason


def verdicts(model: Model, engine: Workflow) -> Iterator[Verdict]:
    """One verdict for each case: the linter's for models that break a rule, the engine's for others."""
    for case in model.cases:
        log, detail = refusal(model) if model.group == CONSTRAINTS else logged(model, case, engine)
        met = _meets(log, case.expected)
        found = f"expected {sorted(case.expected)}, found {sorted(log)}"
        yield Verdict(model=model, case=case, reason="" if met else f"{found} {detail}".strip())


def refusal(model: Model) -> tuple[list[str], str]:
    """The log of a model that is only checked: a refusal, or nothing."""
    report = linted(model)
    return ([REFUSED_AT_DEPLOYMENT] if report.errors else []), ""


def linted(model: Model) -> Report:
    """What the linter finds in the model as it is, untranslated."""
    return check({f"{model.name}.bpmn": model.content})


def logged(model: Model, case: Case, engine: Workflow) -> tuple[list[str], str]:
    """What the model logs, with what there is to say about it where it ends otherwise than by running."""
    world = World(engine, translated(model.content))
    given = {"test": case.test, "integerVariable": case.integer, "testCaseNumber": case.number}
    try:
        if case.beside_parallel:
            world.start("ParallelProcess", given)
            world.run(timedelta())
        world.start(model.name, given)
        world.run(case.allowed)
    except DefinitionRefused as refused:
        return [REFUSED_AT_DEPLOYMENT], f"({refused})"
    except (StepRefused, Endless) as stopped:
        return [*world.log, type(stopped).__name__], f"({stopped})"
    incidents = [instance.step.incident for instance in world.instances if instance.step.incident is not None]
    return world.log, f"({incidents[0].message})" if incidents else ""


def _meets(log: list[str], expected: tuple[str, ...]) -> bool:
    """Whether two logs have the same lines; an expected `ERROR` is met by any fault."""
    found = sorted(log)
    wanted = sorted(expected)
    if ANY_ERROR in expected:
        faults = ("ERROR_deployment", "ERROR_runtime")
        return any(
            found == sorted(fault if line == ANY_ERROR else line for line in expected) for fault in faults
        )
    return found == wanted
