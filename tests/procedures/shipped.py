"""The shipped procedures and shared parts, as tests look at them."""

from functools import cache
from types import MappingProxyType

from engine.bpmn.shared_parts import home_of
from engine.bundle import folder, keys, part_folder, part_keys
from engine.bundle.contract import Files
from engine.rehearsal import Scenario, ScenarioResult, read_scenarios, rehearse
from tests.office import ROOT

KEYS = keys(ROOT / "processes")
PARTS = tuple(f"shared/{name}" for name in part_keys(ROOT / "processes"))
EVERY = (*KEYS, *PARTS)
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"


@cache
def files_of(key: str) -> Files:
    """The files of a procedure as they are deployed, or those of a shared part (`shared/pickup@1`)."""
    if key in PARTS:
        name = key.removeprefix("shared/")
        return MappingProxyType(dict(part_folder(ROOT / "processes", ROOT / "forms", name)))
    return MappingProxyType(dict(folder(ROOT / "processes", ROOT / "forms", key)))


@cache
def result_of(key: str, name: str) -> ScenarioResult:
    """How a scenario went; each is played once in a test run."""
    return rehearse(files_of(key), scenario_of(key, name))


@cache
def scenario_of(key: str, name: str) -> Scenario:
    """One scenario by name."""
    return next(scenario for scenario in read_scenarios(files_of(key)) if scenario.name == name)


def scenario_names(key: str) -> tuple[str, ...]:
    """The names of a procedure's scenarios."""
    found = (name for name in files_of(key) if name.startswith("scenarios/"))
    return tuple(sorted(name.removeprefix("scenarios/").removesuffix(".yaml") for name in found))


EVERY_SCENARIO = tuple((key, name) for key in EVERY for name in scenario_names(key))


def diagram_of(key: str) -> bytes:
    """The BPMN file of a procedure or shared part, without those of the parts that it calls."""
    own = (name for name in files_of(key) if home_of(name) is None)
    return files_of(key)[next(name for name in own if name.endswith(".bpmn"))]
