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

from engine.runtime.faults import RuntimeLimits
from engine.runtime.snapshot import SnapshotRefused
from engine.runtime.workflow import SpiffWorkflowEngine

__all__ = ["RuntimeLimits", "SnapshotRefused", "SpiffWorkflowEngine"]
