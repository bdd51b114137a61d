"""The only home of SpiffWorkflow: reads diagrams, takes steps, and fills the port `engine.ports.workflow`."""

from engine.spiff.limits import Limits
from engine.spiff.snapshot import SnapshotRefused
from engine.spiff.workflow import SpiffWorkflowEngine

__all__ = ["Limits", "SnapshotRefused", "SpiffWorkflowEngine"]
