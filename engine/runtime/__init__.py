"""The only home of SpiffWorkflow: runs the model of `engine.bpmn`, and fills `engine.runtime.contract`.

    building   the model of the diagrams made into specs/, shared by all cases and never changed
    snapshot   bytes made into a Case of Tokens, and back
    runner     moves the tokens until every one waits for somebody outside
    report     says what a step did

A token is the library's task, a node's spec the library's task spec, a case the library's workflow. What the
library does beside that is left out: it predicts no future tasks, reads no clock, runs no script and scans no
finished task. `branches` trims what is finished and merges what forked, `catching` brings events to their
catchers, `faults` are the reasons why a case is stuck.
"""

from engine.runtime.faults import Limits
from engine.runtime.snapshot import SnapshotRefused
from engine.runtime.workflow import SpiffWorkflowEngine

__all__ = ["Limits", "SnapshotRefused", "SpiffWorkflowEngine"]
