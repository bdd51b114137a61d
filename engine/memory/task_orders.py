"""How in-memory worklists are sorted."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from engine.memory.pages import Order
from engine.tasks.model import Task
from engine.tasks.worklist_model import TaskOrder

NEVER = datetime.max.replace(tzinfo=UTC)
"""When a task without a due date is due, for sorting."""

_HIGHEST_PRIORITY = 100


def by_due(task: Task) -> tuple[Any, ...]:
    """Those due first before those due later."""
    return task.due_at or NEVER, task.id


def by_priority(task: Task) -> tuple[Any, ...]:
    """The highest priority first, then those due first."""
    return _HIGHEST_PRIORITY - task.priority, *by_due(task)


def _by_age(task: Task) -> tuple[Any, ...]:
    return task.created_at, task.id


TASK_ORDERS: Mapping[TaskOrder, Order[Task]] = {
    TaskOrder.DUE: Order("tasks", (datetime, UUID), by_due),
    TaskOrder.PRIORITY: Order("tasks by priority", (int, datetime, UUID), by_priority),
    TaskOrder.OLDEST: Order("oldest tasks", (datetime, UUID), _by_age),
    TaskOrder.NEWEST: Order("newest tasks", (datetime, UUID), _by_age, newest_first=True),
}
