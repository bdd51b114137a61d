"""The names of SpiffWorkflow that this package builds on: the one place to look at an upgrade.

The library carries no type information: its classes arrive as `Any`, and our subclasses declare what
they use.
"""

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import (
    BpmnProcessSpec,
)
from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import (
    BpmnSpecMixin,
)
from SpiffWorkflow.bpmn.util.subworkflow import (
    BpmnSubWorkflow,
)
from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.specs.WorkflowSpec import (
    WorkflowSpec,
)
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

__all__ = [
    "BpmnProcessSpec",
    "BpmnSpecMixin",
    "BpmnSubWorkflow",
    "BpmnWorkflow",
    "Task",
    "TaskSpec",
    "TaskState",
    "WorkflowSpec",
]
