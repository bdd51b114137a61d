"""The only home of SpiffWorkflow: runs the model of `engine.bpmn`, and fills `engine.runtime.contract`.

    definitions  files read and built into specs/ (by `building`), shared by all cases and never changed
    workflow     the engine: every command loads a case, does one thing, moves it on and reports
    snapshot     bytes made into a `RunningCase` of tokens, and back, with `values` for variables
    step         moves the tokens until every one waits for somebody outside, and says what that did

A token is the library's task, a node's spec the library's task spec, a case the library's workflow. What the
library does beside that is left out: it predicts no future tasks, reads no clock, runs no script and scans no
finished task. `branches` trims what is finished, `catching` brings events to their catchers, `faults` are the
reasons why a case is stuck, `earlier_snapshots` reads what an earlier version wrote.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.runtime.faults import RuntimeLimits
    from engine.runtime.snapshot import SnapshotRefused
    from engine.runtime.workflow import SpiffWorkflowEngine

__all__ = ["RuntimeLimits", "SnapshotRefused", "SpiffWorkflowEngine"]

_HOMES = {"RuntimeLimits": "faults", "SnapshotRefused": "snapshot", "SpiffWorkflowEngine": "workflow"}


def __getattr__(name: str) -> Any:
    """The names of the package, loaded when they are asked for: who wants its contract needs no library."""
    if name not in _HOMES:
        raise AttributeError(name)
    return getattr(import_module(f"engine.runtime.{_HOMES[name]}"), name)
